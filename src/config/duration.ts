/**
 * Durations as a configuration writes them.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a duration: text such as `"500ms"`, `"4s"`, `"1.5m"`, `"24h"`, `"2d"`, or a number of seconds.
 *
 * @param value The text or number.
 * @returns Whole milliseconds, or undefined when it is no duration.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseDuration } from "./duration.ts";
 *
 * assertEquals(parseDuration("500ms"), 500);
 * assertEquals(parseDuration(4), 4000);
 * assertEquals(parseDuration("4 sec"), undefined);
 * ```
 */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === "number") {
    return Number.isFinite(value) && value >= 0 ? safe(value * 1000) : undefined;
  }
  if (typeof value !== "string") return undefined;
  const [, digits, unit] = /^(\d{1,12}(?:\.\d{1,6})?) ?(ms|s|m|h|d)$/.exec(value) ?? [];
  const factor = UNITS[unit ?? ""];
  return digits === undefined || factor === undefined ? undefined : safe(Number(digits) * factor);
}

function safe(ms: number): number | undefined {
  const whole = Math.round(ms);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/**
 * Writes a duration with the largest unit that leaves no fraction.
 *
 * @param ms Whole milliseconds, not negative.
 * @returns Text that {@link parseDuration} reads back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatDuration } from "./duration.ts";
 *
 * assertEquals(formatDuration(1500), "1500ms");
 * assertEquals(formatDuration(90_000), "90s");
 * assertEquals(formatDuration(86_400_000), "1d");
 * ```
 */
export function formatDuration(ms: number): string {
  for (const unit of ["d", "h", "m", "s"]) {
    const factor = UNITS[unit] ?? 1;
    if (ms >= factor && ms % factor === 0) return `${ms / factor}${unit}`;
  }
  return `${ms}ms`;
}
