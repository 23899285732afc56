/**
 * Alarms of `SIA-DCS` messages.
 *
 * @module
 */
import type { PanelAlarm } from "../contract.ts";
import { decodeCp437, encodeCp437 } from "../sia/cp437.ts";
import { siaEventDrafts } from "../sia/event_draft.ts";
import { parseEventPacket, type SiaPacket } from "../sia/event_packet.ts";
import { writeEventData } from "../sia/event_data.ts";
import type { Dc09AlarmContext } from "./alarm.ts";
import { extendedText } from "./extended_data.ts";
import type { Dc09Message } from "./message.ts";
import { type Dc09Encoding, toOctets, writeText } from "./octets.ts";
import { unreadableAlarm } from "./unreadable_alarm.ts";

/**
 * Reads SIA data and makes the alarm: `Nri1/BA01`, `NRR|Atest`, `ri1BA01` (without the function letter), `0|NRP` (with
 * what AlphaVision puts in front).
 *
 * `E` and `L` blocks are carried as `N`, as the `sia` adapter does. Letters are carried in code page 437, where all of
 * them exist there; else the octets go as the panel sent them.
 *
 * @param rest The data behind the account.
 * @param message The message it came in.
 * @param context Account, bytes and remarks.
 * @returns The alarm; `unreadableAlarm` when no event can be read.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseDc09 } from "./message.ts";
 * import { siaAlarm } from "./sia_alarm.ts";
 *
 * const read = parseDc09(new TextEncoder().encode('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5][RHall]'));
 * assert(read.ok);
 * const alarm = siaAlarm("Nri1/BA5", read.message, { account: "1234", raw: new Uint8Array() });
 * assertEquals(new TextDecoder().decode(alarm.data), "#1234|Nri1/BA5|AHall");
 * ```
 */
export function siaAlarm(rest: string, message: Dc09Message, context: Dc09AlarmContext): PanelAlarm {
  const { account, raw } = context;
  const { code, body, packet } = readSia(rest);
  if (packet.events.length === 0) return unreadableAlarm(message, context);
  const words = extendedText(message.extended);
  // One `A` part is all there is: text of the panel's own is continued.
  const joined = words !== "" && body.includes("|A") ? `${body}, ${words}` : body;
  const octets = carried(joined, message.encoding);
  const text = words === "" || joined !== body ? undefined : carried(words, message.encoding);
  return {
    events: siaEventDrafts(packet, { account, code, raw }),
    protocol: "sia",
    data: writeEventData(account, code === "O" ? "O" : "N", octets, text),
    raw,
    complete: true,
  };
}

/**
 * Whether data reads as a SIA event, as `siaAlarm` takes it.
 *
 * @param rest The data behind the account.
 * @returns True when a function letter and an event are there.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isSia } from "./sia_alarm.ts";
 *
 * assert(isSia("Nri1/BA01") && !isSia("1130 01 015") && !isSia(""));
 * ```
 */
export function isSia(rest: string): boolean {
  return /^\s*[NOEL]/.test(rest) && readSia(rest).packet.events.length > 0;
}

interface Sia {
  code: string;
  /** Behind the function letter. */
  body: string;
  packet: SiaPacket;
}

function readSia(data: string): Sia {
  // AlphaVision XL: `[#0001|0|NRP]` (A: a log).
  const rest = data.replace(/^\s*(?:\d{1,4}\|)?(?=[A-Za-z])/, "");
  const body = rest.slice(1);
  if (/^[NOEL]/.test(rest)) {
    const packet = parseEventPacket(body);
    // `NL501` without a function letter is the event NL; with one it is `N` and an event that has two letters.
    const whole = packet.events.length > 0 ? undefined : parseEventPacket(rest);
    return whole !== undefined && whole.events.length > 0
      ? { code: "N", body: rest, packet: whole }
      : { code: rest.charAt(0), body, packet };
  }
  return { code: "N", body: rest, packet: parseEventPacket(rest) };
}

/** Text as octets of code page 437; as the panel wrote it when that page lacks a letter. */
function carried(text: string, encoding: Dc09Encoding): Uint8Array {
  const octets = encodeCp437(text);
  return decodeCp437(octets) === text ? octets : toOctets(writeText(text, encoding));
}
