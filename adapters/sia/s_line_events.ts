/**
 * The events of `S` lines, which Sur-Gard and Bosch have alike: `SRRL[#account|Nblock]`.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { siaEventDrafts } from "./event_draft.ts";
import { parseEventPacket } from "./event_packet.ts";

/** One `S` line. */
export interface SLine {
  /** Line number. */
  line: string;
  /** The account, as spelled. */
  account: string;
  /** The block, with or without its letter. */
  block: string;
}

/**
 * The neutral events of one `S` line. A block without letter is read as a new one.
 *
 * @param sLine The line.
 * @param raw Its bytes.
 * @returns The events; none when line and account are zeros, or the account is empty on line zero. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sLineEvents } from "./s_line_events.ts";
 *
 * const sLine = { line: "1", account: "1234", block: "Nri1/BA01" };
 * assertEquals(sLineEvents(sLine, new Uint8Array()).map(({ code }) => code), ["BA"]);
 * assertEquals(sLineEvents({ ...sLine, line: "000", account: "0000" }, new Uint8Array()), []);
 * ```
 */
export function sLineEvents({ line, account, block }: SLine, raw: Uint8Array): EventDraft[] {
  // System 5 can send its own status as `S` (option 410): then line and account are zeros.
  if (/^0+ 0*$/.test(`${line} ${account}`)) return [];
  const lettered = /^[NOEL]/.test(block) ? parseEventPacket(block.slice(1)) : undefined;
  return lettered !== undefined && lettered.events.length > 0
    ? siaEventDrafts(lettered, { account, code: block.charAt(0), raw })
    : siaEventDrafts(parseEventPacket(block), { account, code: "N", raw });
}
