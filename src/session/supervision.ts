/**
 * When a path counts as failed, seen from the RCT (ip-protocol.md §4.1).
 *
 * @module
 */

/** What a {@link Supervision} starts with. Times in milliseconds. */
export interface SupervisionOptions {
  /** Heartbeat until one is agreed. */
  intervalMs: number;
  /** Silence beyond the interval that is forgiven. */
  graceMs: number;
  /** How long an SPT repeats a request before it gives up. */
  retryBudgetMs: number;
  /** Longest wait of an SPT between two setups. */
  backoffMs: number;
}

/**
 * Watches one path for silence.
 *
 * Only {@link heard} counts as life: a fresh authentic message. While we hold the SPT's alarm up it can only repeat it,
 * which proves nothing; it then gets its whole retry budget.
 *
 * A path that was not heard since the start fails too: after a restart of the RCT nothing else would tell that it is dead.
 * Its SPT has to miss an answer first, and to give up, before it sets up a new session.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Supervision } from "./supervision.ts";
 *
 * const options = { intervalMs: 30_000, graceMs: 6_000, retryBudgetMs: 22_000, backoffMs: 60_000 };
 * const path = new Supervision(options);
 * assertEquals(path.state, "unknown");
 * path.heard(0);
 * assert(!path.expired(35_999, false));
 * assert(path.expired(36_000, false));
 * assertEquals([path.state, path.heard(40_000), path.state], ["failed", true, "connected"]);
 *
 * const silent = new Supervision(options);
 * silent.watch(0);
 * assertEquals([silent.expired(87_999, false), silent.expired(88_000, false)], [false, true]);
 * ```
 */
export class Supervision {
  /** Heartbeat agreed, ms. */
  intervalMs: number;

  readonly #graceMs: number;
  readonly #retryBudgetMs: number;
  readonly #backoffMs: number;
  #lastProof: number | undefined;
  #since: number | undefined;
  #failed = false;
  /** The SPT repeats an alarm that the gateway has not settled: its silence is our doing. */
  #heldUp = false;
  /** … and it was settled since: the SPT gets a moment to go on. */
  #settledLate = false;
  #graceUntil = -Infinity;

  /** Nothing was heard yet. */
  constructor({ intervalMs, graceMs, retryBudgetMs, backoffMs }: SupervisionOptions) {
    this.intervalMs = intervalMs;
    this.#graceMs = graceMs;
    this.#retryBudgetMs = retryBudgetMs;
    this.#backoffMs = backoffMs;
  }

  /** When the SPT was last heard with a fresh authentic message, ms. */
  get lastProof(): number | undefined {
    return this.#lastProof;
  }

  /** When that was, or since when it is waited for; undefined before {@link watch}. */
  get since(): number | undefined {
    return this.#lastProof ?? this.#since;
  }

  /** `unknown` until the SPT was heard for the first time since the start, or should have been. */
  get state(): "unknown" | "connected" | "failed" {
    if (this.#failed) return "failed";
    return this.#lastProof === undefined ? "unknown" : "connected";
  }

  /** Silence that is allowed, ms. */
  get limitMs(): number {
    return this.#lastProof === undefined
      ? Math.max(this.intervalMs, this.#backoffMs) + this.#retryBudgetMs + this.#graceMs
      : this.intervalMs + this.#graceMs;
  }

  /** The SPT may come from now on: one that was never heard is waited for. */
  watch(now: number): void {
    this.#since ??= now;
  }

  /** Nobody may come any more: one that was never heard is not waited for. */
  unwatch(): void {
    this.#since = undefined;
  }

  /**
   * When the path fails unless something is heard, ms; undefined when it has failed or is not waited for.
   *
   * @param pending Whether an alarm of the SPT is not settled yet.
   */
  deadline(pending: boolean): number | undefined {
    const { since } = this;
    if (since === undefined || this.#failed) return undefined;
    const limit = this.#heldUp && pending
      ? Math.max(this.limitMs, this.#retryBudgetMs + this.#graceMs)
      : this.limitMs;
    return Math.max(since + limit, this.#graceUntil);
  }

  /** A fresh authentic message came; true when the path had failed. */
  heard(now: number): boolean {
    const restored = this.#failed;
    this.#lastProof = now;
    this.#failed = this.#heldUp = this.#settledLate = false;
    this.#graceUntil = -Infinity;
    return restored;
  }

  /** The SPT repeats an alarm that is not settled. */
  heldUp(): void {
    this.#heldUp = true;
  }

  /** The alarm is settled. */
  settled(): void {
    this.#settledLate = this.#heldUp;
  }

  /** Lets time pass; true when the path fails now. */
  expired(now: number, pending: boolean): boolean {
    const deadline = this.deadline(pending);
    if (deadline === undefined || now < deadline) return false;
    if (this.#settledLate) {
      this.#settledLate = false;
      this.#graceUntil = now + this.#graceMs;
      return false;
    }
    this.#failed = true;
    return true;
  }

  /** The clock was set back by `ms`. */
  setBack(ms: number): void {
    if (this.#lastProof !== undefined) this.#lastProof -= ms;
    if (this.#since !== undefined) this.#since -= ms;
    this.#graceUntil -= ms;
  }
}
