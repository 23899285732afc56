/**
 * Texts that come when no alarm waits for them.
 *
 * @module
 */
import type { Framed } from "../contract.ts";
import type { SiaBlock } from "./block.ts";
import type { SiaGroup } from "./group.ts";

/**
 * The alarm that a text makes which comes too late for its event, or without one: nothing that a panel says may vanish.
 *
 * Behind an event that has gone on already, the same event again with its text, as an old one (`O`): whoever has it sees
 * that it is no new alarm. Without an event, as when the gateway was started between the two, a `UX` (undefined) with the text. Both
 * are flagged `late-text`. What `O` stands for: panel-formats.md §1.2 (A for the name, C for its use here).
 *
 * @param text The text block.
 * @param event The blocks of the event before it, if it is known.
 * @param head The blocks as they stand without an event: account and origin.
 * @returns The blocks of the alarm.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { groupAlarm } from "./group.ts";
 * import { lateText } from "./session_late.ts";
 *
 * const [raw, data] = [new Uint8Array(), new TextEncoder().encode("HALL")];
 * const frame = { ackRequest: true, reverseChannel: false, code: "A", data };
 * const event = { account: "1234", accountRaw: raw, code: "N", packet: new TextEncoder().encode("BA1"), raw };
 * const group = lateText({ kind: "frame", offset: 0, frame, raw }, event, event);
 * assertEquals(new TextDecoder().decode(groupAlarm(group).data), "#1234|OBA1|AHALL");
 * ```
 */
export function lateText(
  { frame, raw }: Framed<SiaBlock>,
  event: SiaGroup | undefined,
  head: SiaGroup,
): SiaGroup {
  const text = { data: frame.data, raw };
  return event === undefined
    ? { ...head, code: "N", packet: UNDEFINED, raw: new Uint8Array(), text, flags: ["late-text"] }
    : { ...event, code: "O", text, flags: ["late-text"] };
}

/** `UX`: undefined. */
const UNDEFINED = Uint8Array.of(0x55, 0x58);
