/**
 * What a site's table changes in an alarm that stays in its language.
 *
 * @module
 */
import { type TargetLanguage, translate } from "../src/event/translation/mod.ts";
import type { OutputForm } from "./output_forms.ts";

/**
 * The forms that the table makes other than they would be without it, with the losses that come of that. The rest of such an alarm goes
 * as the panel said it, so that nothing of it is lost.
 *
 * @typeParam T The language, of the alarm and of the output.
 * @param forms The forms by the table.
 * @param to The language.
 * @returns Those that are changed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { outputForms } from "./output_forms.ts";
 * import { ruledForms } from "./ruled_forms.ts";
 *
 * const data = new TextEncoder().encode("#1234|NBA05/BA06");
 * const rules = () => ({ codes: {}, areas: {}, zones: { 5: "105" }, users: {} });
 * const item = { id: "a", account: "", protocol: "sia" as const, data, events: [], repeated: false, rules };
 * const forms = outputForms(item, "sia") ?? [];
 * assertEquals([forms.length, ruledForms(forms, "sia").map(({ form }) => form.address)], [2, ["105"]]);
 * ```
 */
export function ruledForms<T extends TargetLanguage>(
  forms: readonly OutputForm<T>[],
  to: T,
): OutputForm<T>[] {
  return forms.flatMap((one) => {
    const plain = translate(one.event, to);
    if (JSON.stringify(plain.form) === JSON.stringify(one.form)) return [];
    const before = new Set(plain.lost.map(({ detail }) => detail));
    return [{ ...one, lost: one.lost.filter(({ detail }) => !before.has(detail)) }];
  });
}
