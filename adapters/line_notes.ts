/**
 * What goes with the lines of an alarm: notes for the technician, and what the lines cannot say.
 *
 * @module
 */
import type { Loss, TargetLanguage } from "../src/event/translation/mod.ts";
import type { OutputForm } from "./output_forms.ts";
import { translationNote } from "./translated_events.ts";

/** What goes with the lines of one alarm; the parts are those of `Written`. */
export interface LineNotes {
  /** In words for a technician. */
  notes: string[];
  /** What the lines do not say, though the alarm does. */
  lost: Loss[];
  /** Events for which the output's general code stands. */
  unknown: number;
}

/** The note with a possible repeat where the form has no mark for it. */
export const REPEAT_NOTE = "a possible repeat; the form has no mark for that.";

/**
 * Nothing to say yet.
 *
 * @returns A new object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noNotes } from "./line_notes.ts";
 *
 * assertEquals(noNotes(), { notes: [], lost: [], unknown: 0 });
 * ```
 */
export function noNotes(): LineNotes {
  return { notes: [], lost: [], unknown: 0 };
}

/**
 * Notes what the translation of one event did. Losses of the account are left out: lines carry it in full, and say so themselves.
 *
 * @typeParam T The output's language.
 * @param said Where it is noted.
 * @param form The event and its translation.
 * @param as What it was written as, e.g. `Contact ID 1 130`.
 * @param more What the line loses besides.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noNotes, noteForm } from "./line_notes.ts";
 * import { outputForms } from "./output_forms.ts";
 *
 * const data = new TextEncoder().encode("#1234|NBA05|AHall");
 * const item = { id: "a", account: "", protocol: "sia" as const, data, events: [], repeated: false };
 * const said = noNotes();
 * for (const form of outputForms(item, "contact-id") ?? []) noteForm(said, form, "Contact ID 1 130");
 * assertEquals(said.lost.map(({ what }) => what), ["text"]);
 * assertEquals(said.notes, ['SIA BA (Burglary Alarm) was written as Contact ID 1 130; lost: the text "Hall"']);
 * ```
 */
export function noteForm<T extends TargetLanguage>(
  said: LineNotes,
  { event, lost, known }: OutputForm<T>,
  as: string,
  more: readonly Loss[] = [],
): void {
  const all = [...lost.filter(({ what }) => what !== "account" && what !== "account-length"), ...more];
  said.notes.push(translationNote(event, as, { lost: all, known }));
  said.lost.push(...all);
  if (!known) said.unknown++;
}

/**
 * The note with an account that is longer than the form has room for. It is sent in full: a cut account is another
 * customer's site.
 *
 * @param account The account.
 * @param room Characters that the form has.
 * @returns The note; nothing when the account fits.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { longAccountNotes } from "./line_notes.ts";
 *
 * assertStringIncludes(longAccountNotes("123456", 4).join(), "sent in full");
 * assertEquals(longAccountNotes("1234", 4), []);
 * ```
 */
export function longAccountNotes(account: string, room: number): string[] {
  if (account.length <= room) return [];
  return [
    `account ${account} has ${account.length} characters, the format has room for ${room}. It was sent in full; ` +
    `map it to ${room} characters for this output if the AE refuses the line.`,
  ];
}
