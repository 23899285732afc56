/**
 * How far the clocks of a time zone are ahead of UTC.
 *
 * @module
 */

/**
 * Makes a function that tells how far a zone's clocks are ahead of UTC at an instant, summer time included.
 *
 * @param zone The zone's name, `Europe/Berlin`.
 * @returns The function: milliseconds since 1970 in, milliseconds ahead out.
 * @throws {RangeError} When there is no such zone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { zoneOffset } from "./zone_offset.ts";
 *
 * const berlin = zoneOffset("Europe/Berlin");
 * assertEquals(berlin(Date.UTC(2026, 0, 1)), 3_600_000);
 * assertEquals(berlin(Date.UTC(2026, 6, 1)), 7_200_000);
 * ```
 */
export function zoneOffset(zone: string): (now: number) => number {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (now) => {
    const whole = Math.floor(now / 1000) * 1000;
    const at = new Map(format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => at.get(name) ?? 0;
    const local = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    return local - whole;
  };
}
