/** What a run measured, and how figures are made of samples. */

/** The figures of one run, by key. */
export type Figures = Record<string, number>;

/**
 * A percentile of samples.
 *
 * @param samples The samples; sorted in place.
 * @param share 0…1.
 * @returns The smallest sample that at least this share does not exceed; NaN without samples.
 */
export function percentile(samples: number[], share: number): number {
  samples.sort((a, b) => a - b);
  return samples[Math.min(samples.length - 1, Math.ceil(samples.length * share) - 1)] ?? NaN;
}

/** Three significant digits: more would claim what a shared machine cannot hold. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/**
 * Runs a function over and over.
 *
 * @param ms For about how long.
 * @param work Does a batch and returns how many things it did.
 * @returns Things per second.
 */
export function rate(ms: number, work: () => number): number {
  const warm = performance.now() + ms / 4;
  while (performance.now() < warm) work();
  let done = 0;
  const start = performance.now();
  let now = start;
  while (now - start < ms) {
    done += work();
    now = performance.now();
  }
  return done / ((now - start) / 1000);
}
