/**
 * Figures in words.
 *
 * @module
 */

/**
 * A time with its unit.
 *
 * @param ms The time; undefined when there is none.
 * @returns `80 ms`, `12.3 s`, `4.2 min`, `3.0 h`, `1.5 d`; `–` for none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shownTime } from "./shown.ts";
 *
 * assertEquals([80.4, 12_345, 250_000, 10_800_000, undefined].map(shownTime), ["80 ms", "12.35 s", "4.2 min", "3.0 h", "–"]);
 * ```
 */
export function shownTime(ms: number | undefined): string {
  if (ms === undefined) return "–";
  if (!Number.isFinite(ms)) return "no end";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  // Limits are whole seconds: what is above one must not look equal to it.
  if (ms < 120_000) return `${(Math.ceil(ms / 10) / 100).toFixed(2)} s`;
  if (ms < 7_200_000) return `${(ms / 60_000).toFixed(1)} min`;
  return ms < 172_800_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} d`;
}

/**
 * A share in percent, rounded down: what was not always there never shows as 100 %.
 *
 * @param share The share, 0 to 1; undefined when there is none.
 * @returns `99.954 %`; `–` for none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shownShare } from "./shown.ts";
 *
 * assertEquals([1, 0.9999999, 0.985, undefined].map(shownShare), ["100 %", "99.999 %", "98.500 %", "–"]);
 * ```
 */
export function shownShare(share: number | undefined): string {
  if (share === undefined) return "–";
  return share === 1 ? "100 %" : `${(Math.floor(share * 100_000 + 1e-6) / 1000).toFixed(3)} %`;
}

/**
 * An instant, in UTC.
 *
 * @param ms Milliseconds since the epoch; undefined for what lasts.
 * @returns `2026-11-21 14:05:09Z`; `lasts` for none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shownInstant } from "./shown.ts";
 *
 * assertEquals([0, undefined].map(shownInstant), ["1970-01-01 00:00:00Z", "lasts"]);
 * ```
 */
export function shownInstant(ms: number | undefined): string {
  if (ms === undefined) return "lasts";
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "–";
  return `${date.toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/**
 * Text for HTML and SVG, as content or in an attribute.
 *
 * @param text The text, from wherever.
 * @returns The same, which opens no tag and ends no attribute.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { escaped } from "./shown.ts";
 *
 * assertEquals(escaped(`<a href='x'>"&"\u0007</a>`), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;?&lt;/a&gt;");
 * ```
 */
export function escaped(text: string): string {
  return text
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
