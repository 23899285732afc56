/**
 * Spans of time, and what they have in common.
 *
 * @module
 */

/** From one instant to another, ms since the epoch; the end does not belong to it. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts spans to a period, and puts together those that touch or overlap.
 *
 * @param spans The spans, in any order.
 * @param within The period.
 * @returns The same time, each instant once, in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { union } from "./interval.ts";
 *
 * const spans = [{ from: 5, to: 9 }, { from: -3, to: 2 }, { from: 8, to: 20 }];
 * assertEquals(union(spans, { from: 0, to: 10 }), [{ from: 0, to: 2 }, { from: 5, to: 10 }]);
 * ```
 */
export function union(spans: readonly Interval[], within: Interval): Interval[] {
  const cut = spans
    .map(({ from, to }) => ({ from: Math.max(from, within.from), to: Math.min(to, within.to) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const span of cut) {
    const last = joined.at(-1);
    if (last === undefined || span.from > last.to) joined.push(span);
    else last.to = Math.max(last.to, span.to);
  }
  return joined;
}

/**
 * The time that two lists have in common.
 *
 * @param a In order, without overlap, as {@link union} gives them.
 * @param b Likewise.
 * @returns What is in both.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { common } from "./interval.ts";
 *
 * assertEquals(common([{ from: 0, to: 5 }, { from: 7, to: 9 }], [{ from: 4, to: 8 }]), [{ from: 4, to: 5 }, { from: 7, to: 8 }]);
 * ```
 */
export function common(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const both: Interval[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const one = a[i]!, other = b[j]!;
    const from = Math.max(one.from, other.from), to = Math.min(one.to, other.to);
    if (from < to) both.push({ from, to });
    if (one.to < other.to) i++;
    else j++;
  }
  return both;
}

/**
 * How long spans are together.
 *
 * @param spans Spans without overlap.
 * @returns The sum, ms.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lengthOf } from "./interval.ts";
 *
 * assertEquals(lengthOf([{ from: 0, to: 5 }, { from: 7, to: 9 }]), 7);
 * ```
 */
export function lengthOf(spans: readonly Interval[]): number {
  return spans.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}
