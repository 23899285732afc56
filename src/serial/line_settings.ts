/**
 * How a serial line is set: speed, character, control lines, and the manners of a two-wire bus.
 *
 * @module
 */

/** Parity: none, even, odd, mark (always 1), space (always 0). */
export type Parity = "N" | "E" | "O" | "M" | "S";

/**
 * Who switches the driver of an RS-485 bus on to send:
 * `kernel` the UART's driver by RTS (exact, where it can: many on-board UARTs), `rts` this process by RTS on, `rts-low` this
 * process by RTS off. Both of the latter are late by some milliseconds. Most USB converters switch themselves: none of these.
 */
export type Rs485 = "kernel" | "rts" | "rts-low";

/** The settings of one line. */
export interface LineSettings {
  /** The line's name, by which a gateway asks for it. */
  name: string;
  /** Path of the device; `/dev/serial/by-id/…` stays the same when adapters change places. */
  device: string;
  /** Bits per second: 50 to 4,000,000, odd ones too. */
  baud: number;
  /** Data bits of a character. */
  dataBits: 5 | 6 | 7 | 8;
  /** Its parity bit. */
  parity: Parity;
  /** Its stop bits. */
  stopBits: 1 | 2;
  /** Flow control by RTS and CTS. XON/XOFF is always off: panels send octets 11 and 13 as data. */
  flow: "none" | "rtscts";
  /** RTS while the line is open; as the driver leaves it (on) when absent. */
  rts?: boolean;
  /** DTR while the line is open; as the driver leaves it (on) when absent. */
  dtr?: boolean;
  /** RS-485: who switches the driver. */
  rs485?: Rs485;
  /** Pause between switching the driver on and the first octet, ms. */
  beforeMs: number;
  /** Pause between the last octet and switching the driver off, ms. */
  afterMs: number;
  /** The line must have been silent for so long before anything is sent, ms. */
  quietMs: number;
  /** The line hears what it sends (two-wire bus, converter without mute): that is left out of what was received. */
  echo: boolean;
}

/** The settings, or what is wrong with the text. */
export type ParsedLine = { ok: true; settings: LineSettings } | { ok: false; message: string };

const SHAPE = "NAME=/dev/ttyUSB0,9600,8N1[,option…]";
const OPTIONS =
  "flow=rtscts, rts=on|off, dtr=on|off, rs485=kernel|rts|rts-low, before=MS, after=MS, quiet=MS, echo";

/**
 * Reads a line's settings from the command line.
 *
 * @param text `NAME=DEVICE,BAUD,FRAME[,option…]`. NAME: up to 32 letters, digits, `-`, `_`, `.`. FRAME: data bits (5 to 8),
 *   parity (N, E, O, M, S), stop bits (1, 2). Options: `flow=rtscts`, `rts=on|off`, `dtr=on|off`, `rs485=kernel|rts|rts-low`,
 *   `before=MS`, `after=MS`, `quiet=MS`, `echo`.
 * @returns The settings, or what is wrong, where, and what was expected.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseLine } from "./line_settings.ts";
 *
 * const line = parseLine("galaxy=/dev/ttyUSB0,9600,8N1,quiet=5");
 * assert(line.ok);
 * assertEquals([line.settings.baud, line.settings.parity, line.settings.quietMs], [9600, "N", 5]);
 * assert(!parseLine("galaxy=/dev/ttyUSB0,9600,9N1").ok);
 * ```
 */
export function parseLine(text: string): ParsedLine {
  const wrong = (message: string): ParsedLine => ({ ok: false, message: `line "${text}": ${message}` });
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(0, equals));
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/.test(name)) {
    return wrong(`expected ${SHAPE}, with a name of up to 32 letters, digits, "-", "_" or "."`);
  }
  const [device = "", baudText, frame, ...options] = text.slice(equals + 1).split(",");
  // A path relative to wherever the service was started would be another device after the next start.
  if (!device.startsWith("/") || device.includes("\0")) {
    return wrong(`device: expected a path such as /dev/ttyUSB0, found "${device}"`);
  }
  if (baudText === undefined || frame === undefined) {
    return wrong(`expected ${SHAPE}: speed or frame is missing`);
  }
  const baud = whole(baudText);
  if (baud === undefined || baud < 50 || baud > 4_000_000) {
    return wrong(`speed: expected 50 to 4000000 baud, found "${baudText}"`);
  }
  const character = /^([5-8])([NEOMS])([12])$/i.exec(frame);
  if (character === null) {
    return wrong(
      `frame: expected data bits 5-8, parity N, E, O, M or S, stop bits 1 or 2, such as 8N1; found "${frame}"`,
    );
  }
  const settings: LineSettings = {
    name,
    device,
    baud,
    dataBits: Number(character[1]) as LineSettings["dataBits"],
    parity: character[2]!.toUpperCase() as Parity,
    stopBits: Number(character[3]) as LineSettings["stopBits"],
    flow: "none",
    beforeMs: 0,
    afterMs: 0,
    quietMs: 0,
    echo: false,
  };
  const seen = new Set<string>();
  for (const option of options) {
    const key = option.replace(/=.*$/s, "");
    if (seen.has(key)) return wrong(`${key}: expected once, found twice`);
    seen.add(key);
    if (!take(settings, key, option.slice(key.length + 1))) {
      return wrong(`option "${option}": unknown, or not possible; expected ${OPTIONS}`);
    }
  }
  const clash = clashOf(settings);
  return clash === undefined ? { ok: true, settings } : wrong(clash);
}

function take(settings: LineSettings, key: string, value: string): boolean {
  switch (key) {
    case "flow":
      if (value !== "none" && value !== "rtscts") return false;
      settings.flow = value;
      return true;
    case "rts":
    case "dtr":
      if (value !== "on" && value !== "off") return false;
      settings[key] = value === "on";
      return true;
    case "rs485":
      if (value !== "kernel" && value !== "rts" && value !== "rts-low") return false;
      settings.rs485 = value;
      return true;
    case "before":
    case "after":
    case "quiet": {
      const ms = whole(value);
      if (ms === undefined || ms > 1000) return false;
      settings[`${key}Ms`] = ms;
      return true;
    }
    case "echo":
      settings.echo = true;
      return value === "";
    default:
      return false;
  }
}

function clashOf({ rs485, rts, flow, beforeMs, afterMs }: LineSettings): string | undefined {
  if (rs485 !== undefined && (rts !== undefined || flow === "rtscts")) {
    return "rs485 switches RTS to send, and rts= or flow=rtscts want it too: leave one out";
  }
  if (rs485 === undefined && (beforeMs > 0 || afterMs > 0)) {
    return "before= and after= are the pauses around switching an RS-485 driver: they need rs485=; before sending at " +
      "all, quiet= waits for a silent line";
  }
  return undefined;
}

function whole(text: string): number | undefined {
  return /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}
