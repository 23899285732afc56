/**
 * The known word nearest to a mistyped one.
 *
 * @module
 */

/**
 * Finds the known word that a mistyped one most likely stands for.
 *
 * @param word The word as typed.
 * @param known The words that would have been right.
 * @returns The nearest, or undefined when none is near: more than a third of its letters differ (at least two may).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { didYouMean } from "./did_you_mean.ts";
 *
 * assertEquals(didYouMean("mastr_key", ["master_key", "master_handle"]), "master_key");
 * assertEquals(didYouMean("colour", ["host", "port"]), undefined);
 * ```
 */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const plain = normalize(word);
  if (plain.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const goal = normalize(candidate);
    const distance = editDistance(plain, goal);
    const allowed = Math.max(Math.min(2, goal.length - 2), Math.floor(goal.length / 3));
    if (distance <= allowed && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Spelling habits that are no typing errors: capitals, hyphens, camel case. */
function normalize(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
