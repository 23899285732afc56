/**
 * Where and by whom: the numbers of an event, freed from what its language makes of them.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import { siaCode } from "../tables/sia.ts";

/** The numbers of an event, without leading zeros. */
export interface Place {
  /** Area, partition or group. */
  area?: string;
  /** Zone, point, door, device address. */
  zone?: string;
  /** User. */
  user?: string;
  /** Peripheral or VdS 2465 device. */
  device?: string;
}

/**
 * Takes the numbers of an event.
 *
 * - SIA: the number behind an area's code (`CG2`) is the area; where `ri` names the area too, another number is the user's,
 *   as panels of the edition of 2000 send it (panel-formats.md §1.8, A; captured as `Nri1/NL501`).
 * - VdS 2465: `5.50`, the point of a Telenot panel with both octets, is one number: 1330 (vds2465.md §8, A).
 * - Scancom: the channel stands for the zone, except where it says opening, closing or what of the system is faulty. A
 *   channel for opening and closing other than the usual 4 stays a device.
 *
 * @param event The event.
 * @returns Its numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { placeOf } from "./place.ts";
 *
 * const event = { account: "1", qualifier: "new", label: "", flags: [], raw: new Uint8Array() } as const;
 * const place = (more: { language: string; code: string; zone?: string; area?: string; device?: string }) =>
 *   placeOf({ ...event, flags: [], ...more });
 * assertEquals(place({ language: "sia", code: "CG", zone: "02" }), { area: "2" });
 * assertEquals(place({ language: "sia", code: "NL", area: "1", zone: "501" }), { area: "1", user: "501" });
 * assertEquals(place({ language: "vds2465", code: "22", device: "1", zone: "5.50" }), { zone: "1330", device: "1" });
 * assertEquals(place({ language: "scancom", code: "17", device: "3" }), { zone: "3" });
 * ```
 */
export function placeOf(event: EventDraft): Place {
  const { language, code } = event;
  const [area, zone, user, device] = [event.area, event.zone, event.user, event.device].map(short);
  if (language === "sia" && siaCode(code)?.address === "area" && zone !== undefined) {
    if (area === undefined || area === zone) return made(zone, undefined, user, device);
    if (user === undefined) return made(area, undefined, zone, device);
  }
  if (language === "vds2465") {
    const [address = "", supplement] = (zone ?? "").split(".");
    const number = supplement === undefined ? zone : String(Number(address) * 256 + Number(supplement));
    return made(area, number, user, device);
  }
  if (language === "scancom") {
    const isOpenClose = /^[24]/.test(code);
    const isSystem = code.endsWith("6");
    if (isOpenClose) return made(area, zone, user, device === "4" ? undefined : device);
    return made(area, zone ?? (isSystem ? undefined : device), user, undefined);
  }
  return made(area, zone, user, device);
}

/** Without leading zeros; `0` and `000` are no number. */
function short(value: string | undefined): string | undefined {
  const text = value?.replace(/^0+/, "");
  return text === "" ? undefined : text;
}

function made(area?: string, zone?: string, user?: string, device?: string): Place {
  return {
    ...(area === undefined ? {} : { area }),
    ...(zone === undefined ? {} : { zone }),
    ...(user === undefined ? {} : { user }),
    ...(device === undefined ? {} : { device }),
  };
}
