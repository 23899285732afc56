/**
 * Alarms in SIA, as lines of type `S`.
 *
 * @module
 */
import type { OutputItem, Written, WrittenLine } from "../contract.ts";
import { type SiaForm, translate } from "../../src/event/translation/mod.ts";
import { noAccount } from "../ademco_685/accounts.ts";
import { translatedEvents, translationNote } from "../ademco_685/translated_events.ts";
import { parseSurGard } from "../sur_gard/message.ts";
import { writeSiaAlarm } from "../sur_gard/write_sia.ts";
import type { WriteBosch6500Options } from "./write_alarm.ts";
import { writeBosch6500 } from "./write_message.ts";

/**
 * Writes `SRRL[#account|Nblock]` (receiver-outputs.md §3.1, A): what Sur-Gard has as id `S`, with the header and trailer of this output. The
 * rules are those of Sur-Gard's `writeSiaAlarm`: `O` marks a possible repeat, long blocks are split by event, nothing is cut.
 *
 * @param item The alarm; its protocol is `sia`.
 * @param options How the output writes.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `line-too-long`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeSiaLines } from "./write_sia.ts";
 *
 * const written = writeSiaLines({
 *   id: "a", account: "", protocol: "sia", data: new TextEncoder().encode("#1234|Nri1/BA01"), events: [], repeated: true,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines[0]?.line, "S011[#1234|Ori1/BA01]<DC4>");
 * ```
 */
export function writeSiaLines(item: OutputItem, options: WriteBosch6500Options): Written {
  const { receiver, line, text = false } = options;
  const blocks = writeSiaAlarm(item, { receiver, line }, text);
  if (!blocks.ok) return blocks;
  const lines: WrittenLine[] = [];
  for (const { bytes } of blocks.lines) {
    const read = parseSurGard(bytes, { lineDigits: line.length });
    if (!read.ok || read.message.kind !== "sia-block") continue;
    const { account, block } = read.message;
    const written = writeBosch6500({ kind: "sia-block", receiver, line, account, block }, options);
    if (!written.ok) return written;
    lines.push({ bytes: written.bytes, line: written.line });
  }
  return { ok: true, lines, notes: blocks.notes };
}

/**
 * Writes the events of another language, one line each, by the nearest SIA code; what is lost is noted.
 *
 * @param item The alarm.
 * @param options How the output writes.
 * @returns The lines; or rule `bad-event-data`, or those of {@link writeSiaLines}. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeAsSia } from "./write_sia.ts";
 *
 * const written = writeAsSia({
 *   id: "a", account: "", protocol: "vds2465", data: Uint8Array.fromHex("05021103000122" + "0356214365"), events: [],
 *   repeated: false,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines.length, 1);
 * ```
 */
export function writeAsSia(item: OutputItem, options: WriteBosch6500Options): Written {
  const lines: WrittenLine[] = [];
  const notes: string[] = [];
  for (const event of translatedEvents(item)) {
    const translated = translate(event, "sia");
    const account = item.account === "" ? event.account : item.account;
    if (account === "") return noAccount();
    const { form, known } = translated;
    const silent = form.text !== undefined && options.text !== true;
    const left = { what: "text", detail: `the text ${JSON.stringify(form.text)}, as this output sends none` };
    const lost = silent ? [...translated.lost, left] : translated.lost;
    notes.push(translationNote(event, `SIA ${form.code}`, { lost, known }));
    const data = new TextEncoder().encode(`#${account}|${blockOf(form)}`);
    const written = writeSiaLines({ ...item, account, protocol: "sia", data, events: [event] }, options);
    if (!written.ok) return written;
    lines.push(...written.lines);
    notes.push(...written.notes);
  }
  if (lines.length > 0) return { ok: true, lines, notes: [...new Set(notes)] };
  return {
    ok: false,
    rule: "bad-event-data",
    message: "The event data holds no event; check the sender's version.",
  };
}

function blockOf({ block, code, address = "", area, id, time, text }: SiaForm): string {
  const modifiers = [["ti", time], ["id", id], ["ri", area]].flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}${value}/`]
  );
  // A bar would end the text.
  const words = text === undefined ? "" : `|A${text.replace(/[^ -{}~]/g, "?")}`;
  return `${block}${modifiers.join("")}${code}${address}${words}`;
}
