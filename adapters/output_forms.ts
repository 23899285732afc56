/**
 * What the events of an alarm become in the language of an output.
 *
 * @module
 */
import type { EventDraft } from "../src/event/alarm_event.ts";
import { type Forms, type Loss, type TargetLanguage, translate } from "../src/event/translation/mod.ts";
import type { OutputItem } from "./contract.ts";
import { translatedEvents } from "./translated_events.ts";

/** One event as the output says it. */
export interface OutputForm<T extends TargetLanguage> {
  /** The event as the panel told it. */
  event: EventDraft;
  /** The event in the output's terms. */
  form: Forms[T];
  /** What was lost; empty when nothing was. */
  lost: Loss[];
  /** False: the output's general code stands for one that has no translation. */
  known: boolean;
}

/**
 * Translates the events of an alarm, by the site's own table first.
 *
 * An alarm in the output's own language goes as its octets, unless the site's table says something else about one of its events:
 * then all of them are written anew.
 *
 * @param item The alarm.
 * @param to The output's language.
 * @returns One form for each event; undefined when the alarm goes as it came. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { outputForms } from "./output_forms.ts";
 *
 * const data = new TextEncoder().encode("#1234|Nri1/BA05");
 * const item = { id: "a", account: "1234", protocol: "sia" as const, data, events: [], repeated: false };
 * assertEquals(outputForms(item, "sia"), undefined);
 * assertEquals(outputForms(item, "contact-id")?.map(({ form }) => form.code), ["130"]);
 *
 * const rules = () => ({ codes: {}, areas: {}, zones: { 5: "105" }, users: {} });
 * assertEquals(outputForms({ ...item, rules }, "sia")?.map(({ form }) => form.address), ["105"]);
 * ```
 */
export function outputForms<T extends TargetLanguage>(item: OutputItem, to: T): OutputForm<T>[] | undefined {
  const rules = item.rules?.(item.protocol, to);
  if (item.protocol === to && rules === undefined) return undefined;
  const forms = translatedEvents(item).map((event) => {
    const own = item.account === "" ? event : { ...event, account: item.account };
    return { event, ...translate(own, to, rules) };
  });
  if (item.protocol !== to) return forms;
  const plain = forms.map(({ event }) => translate(event, to).form);
  const same = forms.every(({ form }, at) => JSON.stringify(form) === JSON.stringify(plain[at]));
  return same ? undefined : forms;
}
