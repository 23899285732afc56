/**
 * Whether an AE answers, and what the gateway was told of that.
 *
 * @module
 */
import type { OutputEffect } from "../../adapters/contract.ts";
import type { LineSenderCounts } from "./line_sender_counts.ts";

type Counts = Pick<LineSenderCounts, "absences" | "presences">;

/**
 * Keeps whether the AE is present. A connection alone proves nothing: it is after its first answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AePresence } from "./ae_presence.ts";
 *
 * const counts = { absences: 0, presences: 0 };
 * const presence = new AePresence(counts);
 * assertEquals([presence.came(), presence.came()], [[{ kind: "present" }], []]);
 * assertEquals(presence.gone("no-answer", "…", "a"), { kind: "absent", rule: "no-answer", message: "…", id: "a" });
 * assertEquals([presence.present, counts], [false, { absences: 1, presences: 1 }]);
 * ```
 */
export class AePresence {
  /** True when the AE answers. */
  present = false;
  /** True when the gateway was told that this AE does not answer, and it has not answered since. */
  told = false;
  readonly #counts: Counts;

  /** Begins absent, and nothing is told. @param counts Where it is counted. */
  constructor(counts: Counts) {
    this.#counts = counts;
  }

  /** The AE answered. @returns `present` when it was not there before. */
  came(): OutputEffect[] {
    if (this.present) return [];
    this.present = true;
    this.told = false;
    this.#counts.presences++;
    return [{ kind: "present" }];
  }

  /**
   * The AE does not answer, or the connection ended.
   *
   * @param rule Name of what happened.
   * @param message What to do about it.
   * @param id The alarm in flight, if any.
   * @returns The effect.
   */
  gone(rule: string, message: string, id: string | undefined): OutputEffect {
    if (this.present || !this.told) this.#counts.absences++;
    this.present = false;
    return { kind: "absent", rule, message, ...(id === undefined ? {} : { id }) };
  }
}
