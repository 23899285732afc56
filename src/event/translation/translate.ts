/**
 * Translation of one event into the language of an output.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import type { Forms, TargetLanguage, Translated } from "./forms.ts";
import { type Place, placeOf } from "./place.ts";
import { toContactId } from "./to_contact_id.ts";
import { toScancom } from "./to_scancom.ts";
import { toSia } from "./to_sia.ts";
import { toVds2465 } from "./to_vds2465.ts";
import type { Numbers, SiteRules } from "./site_table.ts";
import { translateCode, type TranslatedCode } from "./translate_code.ts";

/**
 * Translates one event.
 *
 * Nothing is dropped: a code without translation becomes the target's generic code, with its own code and name as text, and
 * `known` is false: count those. What the target cannot say is listed in `lost`. A restore is translated to what ends the
 * translation of its alarm; where the target has nothing that does, a loss `restore` says so.
 *
 * Source: panel-formats.md §5.1 (rules; C where it says so), §5.2 (losses), vds2465.md §8 (C) and the tables of
 * `src/event/tables/`, which carry a confidence each.
 *
 * An event in the target's own language should go through as its bytes; here it is given the form that says the same, or
 * what the site's own codes and numbers make of it.
 *
 * @param event The event.
 * @param to The target language.
 * @param rules The site's own codes and numbers (`siteRules`), which go first.
 * @returns The event in the target's terms and what was lost. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { translate } from "./translate.ts";
 *
 * const { form, lost, known } = translate({
 *   account: "1234", language: "contact-id", code: "131", qualifier: "new", label: "Perimeter burglary", area: "02",
 *   zone: "015", flags: [], raw: new Uint8Array(),
 * }, "sia");
 * assertEquals(form, { block: "N", code: "BA", address: "15", area: "2", text: "Perimeter burglary" });
 * assertEquals([lost.map(({ what }) => what), known], [["sub-kind"], true]);
 * ```
 *
 * @example A restore ends what its alarm became
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { translate } from "./translate.ts";
 *
 * const burglary = { account: "1234", language: "vds2465", label: "", flags: [], raw: new Uint8Array() };
 * const alarm = translate({ ...burglary, code: "22", qualifier: "new" }, "contact-id").form;
 * const restore = translate({ ...burglary, code: "A2", qualifier: "restore" }, "contact-id").form;
 * assertEquals([alarm.qualifier, restore.qualifier, alarm.code === restore.code], ["1", "3", true]);
 * ```
 */
export function translate<T extends TargetLanguage>(
  event: EventDraft,
  to: T,
  rules?: SiteRules,
): Translated<Forms[T]> {
  const code = translateCode(event, to, rules?.codes);
  const place = rules === undefined ? placeOf(event) : renumbered(placeOf(event), rules);
  return writers[to](event, code, place) as Translated<Forms[T]>;
}

function renumbered(place: Place, { areas, zones, users }: SiteRules): Place {
  const other = (numbers: Numbers, value: string | undefined) =>
    value !== undefined && Object.hasOwn(numbers, value) ? numbers[value]! : value;
  const [area, zone, user] = [other(areas, place.area), other(zones, place.zone), other(users, place.user)];
  return {
    ...place,
    ...(area === undefined ? {} : { area }),
    ...(zone === undefined ? {} : { zone }),
    ...(user === undefined ? {} : { user }),
  };
}

type Writer<T extends TargetLanguage> = (
  event: EventDraft,
  code: TranslatedCode,
  place: Place,
) => Translated<Forms[T]>;

const writers: { [T in TargetLanguage]: Writer<T> } = {
  "sia": toSia,
  "contact-id": toContactId,
  "scancom": toScancom,
  "vds2465": toVds2465,
};
