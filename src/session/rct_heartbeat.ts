/**
 * The heartbeat of a path as the RCT knows it, while it is asked for another one included.
 *
 * @module
 */
import type { PollModeName } from "../ip/profile.ts";

/** How often somebody polls, and who. */
export interface Heartbeat {
  /** Interval, ms. */
  intervalMs: number;
  /** Who polls. */
  pollMode: PollModeName;
}

/**
 * What was agreed, and what may be in force instead.
 *
 * An SPT that was asked for another heartbeat and has not answered may keep either: it may poll by the longer, and it may
 * wait for our polls by the shorter. Until it answers, the path is supervised by the longer and, if one of the two is pull,
 * polled by the shorter. When it never answers it stays so: nobody knows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RctHeartbeat } from "./rct_heartbeat.ts";
 *
 * const beat = new RctHeartbeat({ intervalMs: 30_000, pollMode: "push" });
 * beat.ask({ intervalMs: 60_000, pollMode: "pull" });
 * assertEquals([beat.intervalMs, beat.pollMs, beat.pollMode], [60_000, 30_000, "pull"]);
 * beat.refused();
 * assertEquals([beat.intervalMs, beat.pollMs, beat.pollMode], [30_000, 30_000, "push"]);
 * ```
 */
export class RctHeartbeat {
  #agreed: Heartbeat;
  /** What may be in force beside what was agreed; `lost` when that will never be known. */
  #doubt: { asked: Heartbeat[]; lost: boolean } | undefined;

  /** Begins with what is assumed. */
  constructor(assumed: Heartbeat) {
    this.#agreed = assumed;
  }

  /** The longest interval that may be in force, ms. */
  get intervalMs(): number {
    return Math.max(...this.#possible.map(({ intervalMs }) => intervalMs));
  }

  /** The shortest, ms. */
  get pollMs(): number {
    return Math.min(...this.#possible.map(({ intervalMs }) => intervalMs));
  }

  /** Pull as soon as the SPT may wait for our polls. */
  get pollMode(): PollModeName {
    return this.#possible.some(({ pollMode }) => pollMode === "pull") ? "pull" : "push";
  }

  get #possible(): Heartbeat[] {
    return [this.#agreed, ...this.#doubt?.asked ?? []];
  }

  /** This is in force for certain. */
  agree({ intervalMs, pollMode }: Heartbeat): void {
    this.#agreed = { intervalMs, pollMode };
    this.#doubt = undefined;
  }

  /** The SPT is asked for this. */
  ask({ intervalMs, pollMode }: Heartbeat): void {
    const { asked, lost } = this.#doubt ?? { asked: [], lost: false };
    // Of many that were never answered only the extremes matter.
    const all = [...asked, { intervalMs, pollMode }];
    const of = (choose: (...numbers: number[]) => number) =>
      choose(...all.map(({ intervalMs }) => intervalMs));
    const mode = all.some(({ pollMode }) => pollMode === "pull") ? "pull" : "push";
    this.#doubt = {
      asked: [{ intervalMs: of(Math.min), pollMode: mode }, { intervalMs: of(Math.max), pollMode: mode }],
      lost,
    };
  }

  /** The SPT did not take what it was asked for last: what was agreed is in force, unless an earlier answer is missing. */
  refused(): void {
    if (this.#doubt?.lost === false) this.#doubt = undefined;
  }

  /** The SPT did not answer. */
  lost(): void {
    if (this.#doubt !== undefined) this.#doubt.lost = true;
  }
}
