/**
 * One timer for one session: it is set to the session's next tick whenever that may have moved.
 *
 * @module
 */

/** Calls back at a time that can be moved. */
export class Wake {
  readonly #call: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;

  constructor(call: () => void) {
    this.#call = call;
  }

  /**
   * Sets or moves the time.
   *
   * @param at Milliseconds since the epoch; undefined for never.
   */
  set(at: number | undefined): void {
    // On the clock that only goes forward: a step of the other must not leave an old wait in force.
    const wanted = at === undefined ? Infinity : performance.now() + Math.max(0, at - Date.now());
    // A timer that is early does no harm: the session looks at the clock. Moving it on every poll would.
    if (this.#timer !== undefined && this.#at <= wanted && wanted !== Infinity) return;
    this.clear();
    if (wanted === Infinity) return;
    this.#at = wanted;
    const wait = Math.min(Math.max(0, wanted - performance.now()), 0x7fffffff);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#at = Infinity;
      this.#call();
    }, wait);
  }

  /** Stops the timer. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Infinity;
  }
}
