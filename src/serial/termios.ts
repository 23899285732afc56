/**
 * Linux's `struct termios2`: a line's speed and character, as 44 octets for the kernel.
 *
 * Layout (little-endian, the same on x86-64 and arm64): iflag, oflag, cflag, lflag (u32 each), line (u8), cc (19 octets),
 * ispeed, ospeed (u32 each, in baud). Source: Linux, `include/uapi/asm-generic/termbits.h`; termios(3), ioctl_tty(2).
 *
 * @module
 */
import type { LineSettings, Parity } from "./line_settings.ts";

/** Octets of the structure. */
export const TERMIOS_SIZE = 44;

/** The part of {@link LineSettings} that the structure holds. */
export type Character = Pick<LineSettings, "baud" | "dataBits" | "parity" | "stopBits" | "flow">;

const INPCK = 0x10;
const CSTOPB = 0x40;
const CREAD = 0x80;
const PARENB = 0x100;
const PARODD = 0x200;
const CLOCAL = 0x800;
const BOTHER = 0x1000;
const CMSPAR = 0x4000_0000;
const CRTSCTS = 0x8000_0000;
const CSIZE_SHIFT = 4;
const VTIME = 5;
const VMIN = 6;
const CC_AT = 17;

/**
 * Writes the structure: raw octets both ways, nothing added, nothing taken for a command.
 *
 * An octet that came with a wrong parity or stop bit, and a break, are handed over as 00 (`INPCK` without `PARMRK`): a frame
 * with one in it is refused and asked for again. Passed as it came, a digit of an account could be another site's.
 * DTR stays up when the line is closed (`HUPCL` off): the panel need not notice that Tocsin was started anew.
 *
 * @param character Speed and character.
 * @returns The structure's octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readTermios, writeTermios } from "./termios.ts";
 *
 * const odd = { baud: 31250, dataBits: 7, parity: "E", stopBits: 2, flow: "none" } as const;
 * assertEquals(readTermios(writeTermios(odd)), odd);
 * ```
 */
export function writeTermios(character: Character): Uint8Array<ArrayBuffer> {
  const { baud, dataBits, parity, stopBits, flow } = character;
  let cflag = CREAD | CLOCAL | BOTHER | (dataBits - 5) << CSIZE_SHIFT;
  if (stopBits === 2) cflag |= CSTOPB;
  if (parity !== "N") cflag |= PARENB;
  if (parity === "O" || parity === "M") cflag |= PARODD;
  if (parity === "M" || parity === "S") cflag |= CMSPAR;
  if (flow === "rtscts") cflag |= CRTSCTS;
  const bytes = new Uint8Array(TERMIOS_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, INPCK, true);
  view.setUint32(8, cflag >>> 0, true);
  // At least one octet, no timer: together with O_NONBLOCK, 0 from read() can then only mean a line that is gone.
  bytes[CC_AT + VMIN] = 1;
  bytes[CC_AT + VTIME] = 0;
  view.setUint32(36, baud, true);
  view.setUint32(40, baud, true);
  return bytes;
}

/**
 * Reads what the kernel says is in force.
 *
 * @param bytes The structure, {@link TERMIOS_SIZE} octets.
 * @returns Speed and character.
 */
export function readTermios(bytes: Uint8Array): Character {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TERMIOS_SIZE);
  const cflag = view.getUint32(8, true);
  return {
    baud: view.getUint32(40, true),
    dataBits: 5 + (cflag >> CSIZE_SHIFT & 3) as Character["dataBits"],
    parity: parityOf(cflag),
    stopBits: cflag & CSTOPB ? 2 : 1,
    flow: cflag & CRTSCTS ? "rtscts" : "none",
  };
}

/**
 * Writes speed and character as people do.
 *
 * @param character Speed and character.
 * @returns E.g. `9600 8N1`.
 */
export function showCharacter(character: Character): string {
  const { baud, dataBits, parity, stopBits, flow } = character;
  return `${baud} ${dataBits}${parity}${stopBits}${flow === "none" ? "" : " RTS/CTS"}`;
}

/**
 * Says whether a device took what it was asked for. Hardware divides a clock: a speed within 2.5 % works on every line.
 *
 * @param asked What was asked for.
 * @param got What is in force.
 * @returns True when the two can speak with each other.
 */
export function isTaken(asked: Character, got: Character): boolean {
  return Math.abs(got.baud - asked.baud) <= asked.baud * 0.025 && got.dataBits === asked.dataBits &&
    got.parity === asked.parity && got.stopBits === asked.stopBits && got.flow === asked.flow;
}

function parityOf(cflag: number): Parity {
  if (!(cflag & PARENB)) return "N";
  if (cflag & CMSPAR) return cflag & PARODD ? "M" : "S";
  return cflag & PARODD ? "O" : "E";
}
