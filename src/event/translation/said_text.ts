/**
 * The text that goes along with a translated event.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import type { TranslatedCode } from "./translate_code.ts";

/**
 * Chooses the text: the event's own; where the code says less than the event did, its name; where a generic code stands for
 * it, its code and name before its text. A Scancom channel has a name and no text: the name is the text.
 *
 * @param event The event.
 * @param code What became of its code.
 * @returns The text, or undefined.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { saidText } from "./said_text.ts";
 *
 * const event = {
 *   account: "1", language: "contact-id", code: "168", qualifier: "new", label: "168", text: "Kiln", flags: [],
 *   raw: new Uint8Array(),
 * } as const;
 * const code = { code: "UA", before: false, known: false, lost: [] };
 * assertEquals(saidText({ ...event, flags: [] }, code), "168 Kiln");
 * assertEquals(saidText({ ...event, flags: [] }, { ...code, known: true }), "Kiln");
 * ```
 */
export function saidText(event: EventDraft, { known, lost }: TranslatedCode): string | undefined {
  const { language, code, label, text, device } = event;
  if (!known) return [...new Set([code, label, text ?? ""])].filter((word) => word !== "").join(" ");
  const says = lost.some(({ what }) => what === "sub-kind") ||
    (language === "scancom" && device !== undefined);
  return text ?? (says ? label : undefined);
}
