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

/**
 * Runs several functions in turns, so that a machine that changes its pace does so under all of them.
 *
 * @param ms For about how long each.
 * @param works Do a batch each and return how many things they did.
 * @returns Things per second, in the order of `works`.
 */
export function ratesInTurns(ms: number, works: readonly (() => number)[]): number[] {
  const TURNS = 10;
  for (const work of works) {
    const warm = performance.now() + ms / 4;
    while (performance.now() < warm) work();
  }
  const done = works.map(() => 0), spent = works.map(() => 0);
  for (let turn = 0; turn < TURNS; turn++) {
    works.forEach((work, at) => {
      const start = performance.now();
      let now = start;
      while (now - start < ms / TURNS) {
        done[at]! += work();
        now = performance.now();
      }
      spent[at]! += now - start;
    });
  }
  return works.map((_, at) => done[at]! / (spent[at]! / 1000));
}
