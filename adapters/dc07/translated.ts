/**
 * Events of other languages as SIA event data.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { translate } from "../../src/event/translation/mod.ts";

/**
 * Translates an event and lays it out as SIA event data: `#1234|Nti12:30:00/id5/ri1/BA3|AHall`.
 *
 * @param event The event.
 * @param account The account to write; `|` in it is left out.
 * @returns The event data, and in words what the translation lost. Never throws.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { translatedData } from "./translated.ts";
 *
 * const { data } = translatedData({
 *   account: "1234", language: "vds2465", code: "22", qualifier: "new", label: "Intruder alarm", zone: "3", area: "1",
 *   flags: [], raw: new Uint8Array(),
 * }, "1234");
 * assertStringIncludes(new TextDecoder().decode(data), "#1234|N");
 * ```
 */
export function translatedData(event: EventDraft, account: string): { data: Uint8Array; lost: string[] } {
  const { form, lost } = translate(event, "sia");
  const parts: string[] = [];
  if (form.time !== undefined) parts.push(`ti${form.time}`);
  if (form.id !== undefined) parts.push(`id${form.id}`);
  if (form.area !== undefined) parts.push(`ri${form.area}`);
  parts.push(form.code + (form.address ?? ""));
  const words = form.text === undefined ? "" : `|A${form.text.replace(/[^ -{}~]/g, "?")}`;
  const text = `#${account.replaceAll("|", "")}|${form.block}${parts.join("/")}${words}`;
  const notes = lost.map(({ what, detail }) => `lost in translation to SIA: ${what}: ${detail}`);
  return { data: Uint8Array.from(text, (character) => Math.min(0xff, character.charCodeAt(0))), lost: notes };
}
