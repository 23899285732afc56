/** Chance that can be repeated: the same seed gives the same run. */
export class SeededRandom {
  /** The seed, to be printed when a test fails. */
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** A number from 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Random octets, as the sessions want them. */
  readonly octets = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => this.between(0, 255));
}

/** The seed of this run: `TOCSIN_SEED` if set, else a fixed one, so that a green run stays green. */
export function seedOfRun(fallback: number): number {
  const wanted = Deno.env.get("TOCSIN_SEED");
  return wanted === undefined ? fallback : Number(wanted);
}
