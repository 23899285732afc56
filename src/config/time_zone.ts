/**
 * Where a panel's clock is: the name of a time zone.
 *
 * @module
 */
import { type Field, scalar } from "./field.ts";

/**
 * A time zone by its name, `"Europe/Berlin"`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { timeZone } from "./time_zone.ts";
 *
 * assert(timeZone.read({ kind: "scalar", line: 1, value: "Europe/Berlin" }).ok);
 * assert(!timeZone.read({ kind: "scalar", line: 1, value: "CEST" }).ok);
 * ```
 */
export const timeZone: Field<string> = {
  expected: 'a time zone such as "Europe/Berlin"',
  read(node) {
    const value = scalar(node);
    // Abbreviations and plain offsets know no summer time, and mean several zones.
    if (typeof value !== "string" || !(value === "UTC" || /^[A-Z]\w+(?:\/[\w+-]+){1,2}$/.test(value))) {
      return { ok: false };
    }
    try {
      new Intl.DateTimeFormat("en", { timeZone: value });
      return { ok: true, value };
    } catch {
      return { ok: false };
    }
  },
};
