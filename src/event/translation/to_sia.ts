/**
 * Events as SIA says them.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import { siaCode } from "../tables/sia.ts";
import type { Loss, SiaForm, Translated } from "./forms.ts";
import type { Place } from "./place.ts";
import { saidText } from "./said_text.ts";
import type { TranslatedCode } from "./translate_code.ts";

/**
 * Makes the SIA form (panel-formats.md §5.1, rules 2, 5 and 6): area in `ri`; the number behind the code is what the code
 * wants, zone, user or area; a user that has no place there in `id`. What was reported before is an old event, block `O`.
 * Time is UTC.
 *
 * @param event The event.
 * @param code What became of its code.
 * @param place Its numbers.
 * @returns The form and what was lost.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { toSia } from "./to_sia.ts";
 *
 * const event = {
 *   account: "1234", language: "x", code: "1", qualifier: "new" as const, label: "", flags: [], raw: new Uint8Array(),
 * };
 * assertEquals(
 *   toSia({ ...event, text: "Hall" }, { code: "CL", before: false, known: true, lost: [] }, { area: "2", user: "7" }).form,
 *   { block: "N", code: "CL", address: "7", area: "2", text: "Hall" },
 * );
 * ```
 */
export function toSia(event: EventDraft, code: TranslatedCode, place: Place): Translated<SiaForm> {
  const lost = [...code.lost];
  const [letters = "", number] = code.code.split("/");
  const { address, id } = numbers(letters, number, place, lost);
  const area = usable("area", place.area, lost);
  const at = event.occurredAt;
  const time = at === undefined || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
  const [date, clock = ""] = time?.split("T") ?? [];
  if (date !== undefined) {
    lost.push({ what: "date", detail: `the date ${date} is not sent, only the time` });
  }
  if (place.device !== undefined) {
    lost.push({ what: "device", detail: `device ${place.device} has no place in the event` });
  }
  const text = saidText(event, code);
  const form: SiaForm = {
    block: code.before ? "O" : "N",
    code: letters,
    ...(address === undefined ? {} : { address }),
    ...(area === undefined ? {} : { area }),
    ...(id === undefined ? {} : { id }),
    ...(time === undefined ? {} : { time: clock.slice(0, 8) }),
    ...(text === undefined ? {} : { text }),
  };
  return { form, lost, known: code.known };
}

function numbers(
  letters: string,
  number: string | undefined,
  place: Place,
  lost: Loss[],
): { address: string | undefined; id: string | undefined } {
  const zone = usable("zone", place.zone, lost), user = usable("user", place.user, lost);
  if (number !== undefined) {
    if (zone !== undefined && zone !== number) {
      lost.push({
        what: "zone",
        detail: `zone ${zone}: the number behind ${letters} says which of them it is`,
      });
    }
    return { address: number, id: user };
  }
  const kind = siaCode(letters)?.address;
  if (kind === "user") {
    if (zone === undefined) return { address: user, id: undefined };
    const detail = user === undefined
      ? `${zone} is a zone; the number behind ${letters} is read as a user`
      : `zone ${zone}: the number behind ${letters} is the user`;
    lost.push({ what: "zone", detail });
    return { address: user ?? zone, id: undefined };
  }
  if (kind === "area") {
    if (zone !== undefined) {
      lost.push({ what: "zone", detail: `zone ${zone}: the number behind ${letters} is the area` });
    }
    return { address: usable("area", place.area, []), id: user };
  }
  return { address: zone, id: user };
}

/** Numbers of panels, hexadecimal ones too; anything else would break the block. */
function usable(what: string, value: string | undefined, lost: Loss[]): string | undefined {
  if (value === undefined || /^[0-9A-F]{1,6}$/i.test(value)) return value;
  lost.push({ what, detail: `${what} ${JSON.stringify(value)} is no number of up to 6 digits` });
  return undefined;
}
