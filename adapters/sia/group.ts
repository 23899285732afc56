/**
 * The blocks of one SIA alarm, put together.
 *
 * @module
 */
import type { PanelAlarm } from "../contract.ts";
import { decodeCp437, displayText } from "./cp437.ts";
import { writeEventData } from "./event_data.ts";
import { siaEventDrafts } from "./event_draft.ts";
import { parseEventPacket, type SiaPacketOptions } from "./event_packet.ts";

/** What belongs to one alarm. */
export interface SiaGroup {
  /** The account as spelled; empty if none is known. */
  account: string;
  /** Octets of the account block; empty if the panel sent none. */
  accountRaw: Uint8Array;
  /** Octets of the origin block, if the panel sent one: the alarm is then flagged `relayed`. */
  originRaw?: Uint8Array;
  /** Function code of the event block. */
  code: string;
  /** Data of the event block. */
  packet: Uint8Array;
  /** Octets of the event block. */
  raw: Uint8Array;
  /** Data and octets of the ASCII block, once it came. */
  text?: { data: Uint8Array; raw: Uint8Array };
  /** Remarks for its events. */
  flags?: readonly string[];
}

/**
 * Makes the alarm that a group of blocks stands for.
 *
 * An `E` or `L` block is carried as `N`, since EVENT_MSG knows only `N` and `O`: an alarm is not left behind for that.
 *
 * @param group The blocks.
 * @param options How to read addresses.
 * @returns The alarm; complete only once it has its text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { groupAlarm } from "./group.ts";
 *
 * const packet = new TextEncoder().encode("BA1");
 * const alarm = groupAlarm({ account: "1234", accountRaw: new Uint8Array(), code: "N", packet, raw: packet });
 * assertEquals(new TextDecoder().decode(alarm.data), "#1234|NBA1");
 * ```
 */
export function groupAlarm(group: SiaGroup, options: SiaPacketOptions = {}): PanelAlarm {
  const { account, accountRaw, originRaw, code, packet, text } = group;
  const raw = concat([accountRaw, originRaw ?? new Uint8Array(), group.raw, text?.raw ?? new Uint8Array()]);
  const shown = text === undefined ? "" : displayText(decodeCp437(text.data));
  return {
    events: siaEventDrafts(parseEventPacket(packet, options), {
      account,
      code,
      raw,
      flags: [...originRaw === undefined ? [] : ["relayed"], ...group.flags ?? []],
      ...(shown === "" ? {} : { text: shown }),
    }),
    protocol: "sia",
    data: writeEventData(account, code === "O" ? "O" : "N", packet, text?.data),
    raw,
    complete: text !== undefined,
  };
}

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
