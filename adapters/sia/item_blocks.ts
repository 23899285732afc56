/**
 * Alarms that an output says in SIA, as what stands between the brackets of its lines: `[#account|Nblock]`.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { latin1 } from "../latin1.ts";
import { type LineNotes, longAccountNotes, noNotes, noteForm } from "../line_notes.ts";
import type { LineRefusal } from "../line_refusal.ts";
import { noAccount } from "../no_account.ts";
import { noEvent } from "../no_event.ts";
import { type OutputForm, outputForms } from "../output_forms.ts";
import { ruledForms } from "../ruled_forms.ts";
import { parseEventPacket, type SiaPacket } from "./event_packet.ts";
import { fitBlocks, type FittedBlocks } from "./fit_blocks.ts";
import { formPacket } from "./form_packet.ts";
import { readSiaItem } from "./output_item.ts";
import { printable } from "./printable.ts";
import { ruledPacket } from "./ruled_packet.ts";

/** What a line of the output has room for. */
export interface SiaLineLimits {
  /** Characters between the brackets, `#` and account included. */
  room: number;
  /** Characters of an account; a longer one is sent in full, with a note. */
  account: number;
  /** Whether the AE takes text behind events. */
  text: boolean;
  /** Whether a line may hold several events. */
  multiEvent: boolean;
}

/** What stands in the lines of one alarm. */
export interface SiaItemBlocks {
  /** Tells it from a refusal. */
  ok: true;
  /** One for each line: the account as spelled, and the block with its letter. */
  blocks: { account: string; block: string }[];
  /** What goes with the lines. */
  said: LineNotes;
}

/**
 * Fits an alarm to the lines of an output (receiver-outputs.md §1.2, §3.1 and §4.1, A).
 *
 * - SIA goes as the panel spelled it, but for what the site's table says otherwise; other languages by translation, a line for each
 *   event.
 * - The account is the item's as spelled, or the panel's when the item has none.
 * - A possible repeat carries the old-event block `O` in place of `N`. `O` in the data stays.
 * - Text is left out, or put as `*'text'NM` behind its event; what does not fit is handled as `fitBlocks` says.
 *
 * @param item The alarm.
 * @param limits What a line has room for.
 * @returns Accounts and blocks; or rule `bad-event-data`, `no-account`, `line-too-long` (a single event is too long). Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { siaItemBlocks } from "./item_blocks.ts";
 *
 * const data = new TextEncoder().encode("#1234|Nri1/BA01|AHall");
 * const item = { id: "a", account: "", protocol: "sia" as const, data, events: [], repeated: true };
 * const made = siaItemBlocks(item, { room: 66, account: 6, text: true, multiEvent: true });
 * assert(made.ok);
 * assertEquals(made.blocks, [{ account: "1234", block: "Ori1/BA01*'Hall'NM" }]);
 * ```
 */
export function siaItemBlocks(item: OutputItem, limits: SiaLineLimits): SiaItemBlocks | LineRefusal {
  const forms = outputForms(item, "sia");
  if (item.protocol !== "sia") return translated(item, forms ?? [], limits);
  const read = readSiaItem(item);
  if (!read.ok) return read;
  const { account, letter } = read;
  const packet = parseEventPacket(read.block);
  const ruled = forms === undefined ? packet : ruledPacket(packet, forms);
  if (ruled === undefined) return translated({ ...item, account }, forms ?? [], limits);
  const spelled = forms === undefined ? latin1(read.block) : undefined;
  const said = noNotes();
  for (const form of ruledForms(forms ?? [], "sia")) noteForm(said, form, `SIA ${form.form.code}`);
  const made = fit({ account, letter, packet: ruled, spelled }, limits);
  return made.ok ? { ok: true, blocks: made.blocks, said: together(said, made.said) } : made;
}

function translated(
  item: OutputItem,
  forms: OutputForm<"sia">[],
  limits: SiaLineLimits,
): SiaItemBlocks | LineRefusal {
  if (forms.length === 0) return noEvent();
  const blocks: SiaItemBlocks["blocks"] = [];
  let said = noNotes();
  for (const form of forms) {
    const account = item.account === "" ? form.event.account : item.account;
    if (account === "") return noAccount();
    const letter = item.repeated ? "O" : form.form.block;
    const made = fit({ account, letter, packet: formPacket(form.form), spelled: undefined }, limits);
    if (!made.ok) return made;
    blocks.push(...made.blocks);
    const { lost, ...line } = made.said;
    noteForm(said, form, `SIA ${form.form.code}`, lost);
    said = together(said, { ...line, lost: [] });
  }
  return { ok: true, blocks, said };
}

interface Draft {
  account: string;
  letter: "N" | "O";
  packet: SiaPacket;
  spelled: string | undefined;
}

function fit(
  { account, letter, packet, spelled }: Draft,
  { room, account: accountRoom, text, multiEvent }: SiaLineLimits,
): SiaItemBlocks | LineRefusal {
  const left = room - `#${account}|${letter}`.length;
  const fitted: FittedBlocks | undefined = fitBlocks(packet, spelled, { room: left, text, multiEvent });
  if (fitted === undefined) {
    return {
      ok: false,
      rule: "line-too-long",
      message:
        `One event of account ${
          printable(account)
        } needs more than the ${room} characters a line may have. ` +
        "Shorten the account or switch off what the panel adds to its events.",
    };
  }
  const said = together({ ...noNotes(), notes: longAccountNotes(account, accountRoom) }, fitted.said);
  return { ok: true, blocks: fitted.blocks.map((block) => ({ account, block: letter + block })), said };
}

function together(a: LineNotes, b: LineNotes): LineNotes {
  return {
    notes: [...a.notes, ...b.notes],
    lost: [...a.lost, ...b.lost],
    unknown: a.unknown + b.unknown,
  };
}
