/**
 * The alarms in one Texecom line.
 *
 * @module
 */
import type { PanelAlarm } from "../contract.ts";
import { contactIdEventDraft } from "../contact_id/event_draft.ts";
import { writeEventData as writeContactIdData } from "../contact_id/event_data.ts";
import { type SiaBlock, writeBlock } from "../sia/block.ts";
import { decodeCp437, displayText } from "../sia/cp437.ts";
import { siaEventDrafts } from "../sia/event_draft.ts";
import { parseEventPacket } from "../sia/event_packet.ts";
import { siaFunction } from "../sia/function_code.ts";
import { writeEventData as writeSiaData } from "../sia/event_data.ts";
import type { TexecomMessage } from "./message.ts";

/**
 * Makes the alarms of a line: one for a Contact ID line; for a SIA line one for each event block (`N`, `O`, `E`, `L`),
 * with the account block before it and the ASCII blocks behind it. None for polls and `+++`.
 *
 * The account is the one of the latest `#` block, or the default before the first. An event block that cannot be
 * understood is an alarm all the same, flagged by the SIA adapter. `E` and `L` blocks go out as `N` event data, since
 * the IP protocol carries only `N` and `O`; the events keep the flag that says what they were.
 *
 * @param message The line.
 * @param raw The line's bytes.
 * @param defaultAccount Account of SIA events before any `#` block; empty for none.
 * @returns The alarms in the order of the line, each complete. `raw` of a SIA alarm are its own blocks.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lineAlarms } from "./line_alarms.ts";
 *
 * const text = (it: string) => new TextEncoder().encode(it);
 * const block = (code: string, data: string) =>
 *   ({ ackRequest: true, reverseChannel: true, code, data: text(data) });
 * const blocks = [block("#", "1234"), block("N", "ri1BA001"), block("N", "ri1BR001")];
 * const alarms = lineAlarms({ kind: "sia", blocks }, new Uint8Array(), "");
 * assertEquals(alarms.map(({ data }) => new TextDecoder().decode(data)), ["#1234|Nri1BA001", "#1234|Nri1BR001"]);
 * ```
 */
export function lineAlarms(message: TexecomMessage, raw: Uint8Array, defaultAccount: string): PanelAlarm[] {
  if (message.kind === "contact-id") {
    const { contactId } = message;
    return [{
      events: [contactIdEventDraft(contactId, raw)],
      protocol: "contact-id",
      // 98 is another way of saying 18 for a panel, but the mark of a possible repeat between SPT and RCT.
      data: writeContactIdData({ ...contactId, messageType: "18" }),
      raw,
      complete: true,
    }];
  }
  if (message.kind !== "sia") return [];
  return eventGroups(message.blocks).map((group) => siaAlarm(group, defaultAccount));
}

/** An event block with what belongs to it. */
interface EventGroup {
  account: SiaBlock | undefined;
  event: SiaBlock;
  texts: SiaBlock[];
}

function eventGroups(blocks: SiaBlock[]): EventGroup[] {
  const groups: EventGroup[] = [];
  let account: SiaBlock | undefined;
  let open: EventGroup | undefined;
  for (const block of blocks) {
    const kind = siaFunction(block.code)?.kind;
    if (kind === "account") {
      account = block;
      open = undefined;
    } else if (kind === "event") {
      open = { account, event: block, texts: [] };
      groups.push(open);
    } else if (kind === "text") open?.texts.push(block);
  }
  return groups;
}

function siaAlarm({ account, event, texts }: EventGroup, defaultAccount: string): PanelAlarm {
  const spelled = displayText(decodeCp437(account?.data ?? new Uint8Array()));
  const name = spelled === "" ? defaultAccount : spelled;
  const own = [...(account === undefined ? [] : [account]), event, ...texts];
  const raw = joined(own.map(writeBlock));
  const text = joined(texts.map(({ data }) => data));
  const shown = displayText(decodeCp437(text));
  return {
    events: siaEventDrafts(parseEventPacket(event.data), {
      account: name,
      code: event.code,
      raw,
      ...(shown === "" ? {} : { text: shown }),
    }),
    protocol: "sia",
    data: writeSiaData(name, event.code === "O" ? "O" : "N", event.data, text),
    raw,
    complete: true,
  };
}

function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
