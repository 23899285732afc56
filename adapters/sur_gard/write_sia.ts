/**
 * SIA alarms as Sur-Gard lines of id `S`.
 *
 * @module
 */
import type { OutputItem, Written, WrittenLine } from "../contract.ts";
import { parseEventPacket, type SiaPacket, type SiaPacketEvent } from "../sia/event_packet.ts";
import type { SurGardHeader } from "./message.ts";
import { noAccount } from "./write_contact_id.ts";
import { writeSurGard } from "./write_message.ts";

/** Octets between the brackets (receiver-outputs.md §1.2, A for the figure; counted with `#` and account: the careful reading). */
const MAX_DATA = 66;

/**
 * Writes `SRRL[#AAAA|N…]` (receiver-outputs.md §1.2, A).
 *
 * - The account is the item's as spelled, or the data's when the item has none.
 * - Text is left out, or put as `*'text'NM` behind its event when `text` is true.
 * - A possible repeat carries the old-event block `O` in place of `N`. `O` in the data stays.
 * - More than 66 octets between the brackets: text is dropped first, with a note; then each event gets a line of its own,
 *   under the modifiers it stood under.
 * - Characters that would break the line (brackets, control characters, anything outside ASCII) are replaced, with a note.
 *
 * @param item The alarm; its protocol is `sia`.
 * @param header Receiver and line of the output.
 * @param text Whether the AE takes text.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `line-too-long` (a single event is too long), `not-writable`.
 *   Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeSiaAlarm } from "./write_sia.ts";
 *
 * const written = writeSiaAlarm({
 *   id: "a", account: "1234", protocol: "sia", data: new TextEncoder().encode("#1234|Nri1/BA01|AHall"), events: [],
 *   repeated: true,
 * }, { receiver: "01", line: "1" }, true);
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["S011[#1234|Ori1/BA01*'Hall'NM]<DC4>"]);
 * ```
 */
export function writeSiaAlarm(item: OutputItem, header: SurGardHeader, text: boolean): Written {
  const data = readEventData(item.data);
  if (data === undefined) {
    return {
      ok: false,
      rule: "bad-event-data",
      message:
        "The event data is no SIA block. Expected `#account|N…` or `#account|O…`; check the sender's version.",
    };
  }
  const account = item.account === "" ? data.account : item.account;
  if (account === "") return noAccount();
  const notes: string[] = [];
  if (account.length > 6) {
    notes.push(
      `account ${account} has ${account.length} characters; older receivers send at most 6. It was sent in full.`,
    );
  }
  const letter = item.repeated ? "O" : data.letter;
  const room = MAX_DATA - `#${account}|${letter}`.length;
  const blocks = fit(data.block, text, room, notes);
  if (blocks === undefined) {
    return {
      ok: false,
      rule: "line-too-long",
      message:
        `One event of \`${
          printable(latin1(data.block))
        }\` needs more than the ${MAX_DATA} characters a line may have. ` +
        "Shorten the account or switch off what the panel adds to its events.",
    };
  }
  const lines: WrittenLine[] = [];
  for (const block of blocks) {
    const written = writeSurGard({ kind: "sia-block", id: "S", ...header, account, block: letter + block });
    if (!written.ok) return written;
    lines.push({ bytes: written.bytes, line: written.line });
  }
  return { ok: true, lines, notes };
}

/** Splits `#1234|Nri1/BA01|AHall`, `#1234NBA01`, `NBA01`: a profile of ours, ip-protocol.md §8.1. */
function readEventData(
  data: Uint8Array,
): { account: string; letter: "N" | "O"; block: Uint8Array } | undefined {
  const found = /^#([^|]*)\|([NO])/.exec(latin1(data)) ?? /^(?:#([^|NO]*))?([NO])/.exec(latin1(data));
  if (found === null) return undefined;
  const [all, account = "", letter] = found;
  return { account, letter: letter === "O" ? "O" : "N", block: data.subarray(all.length) };
}

/** The blocks to send, without their letter; undefined when one event alone is too long. */
function fit(block: Uint8Array, wantText: boolean, room: number, notes: string[]): string[] | undefined {
  const packet = parseEventPacket(block);
  const hasText = packet.text !== undefined || packet.events.some((event) => event.text !== undefined);
  if (wantText && hasText && packet.events.length > 0) {
    const full = joined(packet, true, notes);
    if (full.length <= room) return [full];
    notes.push("the text was left out: with it the line would be too long.");
  }
  // Without text in it, the block goes as the panel spelled it.
  const asSpelled = !hasText || packet.events.length === 0;
  const whole = asSpelled ? clean(latin1(block), notes) : joined(packet, false, notes);
  if (whole.length <= room) return [whole];
  const single = packet.events.map((event) => joined({ ...packet, events: [event] }, false, notes));
  return single.length > 0 && single.every((one) => one.length <= room) ? single : undefined;
}

/** Writes a packet anew: each event behind the modifiers that changed since the one before. */
function joined(packet: SiaPacket, withText: boolean, notes: string[]): string {
  const parts: string[] = [];
  let inForce: Record<string, string> = {};
  for (const [index, event] of packet.events.entries()) {
    for (const [name, value] of Object.entries(event.modifiers)) {
      if (inForce[name] !== value) parts.push(clean(name + value, notes));
    }
    inForce = event.modifiers;
    // Text of the packet as a whole goes behind its last event.
    const own = event.text ?? (index === packet.events.length - 1 ? packet.text : undefined);
    const text = own === undefined || !withText ? "" : `*'${clean(own.replaceAll("'", "`"), notes)}'NM`;
    parts.push(clean(spelled(event), notes) + text);
  }
  if (packet.unread.length > 0) {
    addNote(notes, `what could not be read was left out: ${printable(packet.unread.join(" "))}`);
  }
  return parts.join("/");
}

function spelled(event: SiaPacketEvent): string {
  const units = event.units === undefined ? "" : `*${event.units}${event.unitType ?? ""}`;
  return `${event.code}${event.address ?? ""}${units}`;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
}

function clean(text: string, notes: string[]): string {
  const cleaned = printable(text);
  if (cleaned !== text) addNote(notes, "characters that a line cannot hold were replaced.");
  return cleaned;
}

/** Letters lose their accents, brackets become round, the rest of what a line cannot hold a question mark. */
function printable(text: string): string {
  const plain = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.replaceAll("[", "(").replaceAll("]", ")").replace(/[^ -~]/g, "?");
}

function addNote(notes: string[], note: string): void {
  if (!notes.includes(note)) notes.push(note);
}
