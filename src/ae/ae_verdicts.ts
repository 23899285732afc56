/**
 * Whether automation software takes what it gets.
 *
 * @module
 */

/** How alarms are answered. */
export interface AeManner {
  /** So many alarms are refused first; then all are taken. @default {0} */
  naks?: number;
  /** Nothing is answered, neither alarms nor signs of life. @default {false} */
  silent?: boolean;
}

/** What becomes of a message. */
export type AeVerdict = "take" | "refuse" | "ignore";

/**
 * Decides about one message after another, over all connections of an AE.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeVerdicts } from "./ae_verdicts.ts";
 *
 * const verdicts = new AeVerdicts({ naks: 1 });
 * assertEquals([verdicts.next("heartbeat"), verdicts.next("alarm"), verdicts.next("alarm")], ["take", "refuse", "take"]);
 * ```
 */
export class AeVerdicts {
  readonly #silent: boolean;
  #naks: number;

  /** Starts with all refusals still to come. @param manner How alarms are answered. */
  constructor({ naks = 0, silent = false }: AeManner = {}) {
    this.#silent = silent;
    this.#naks = naks;
  }

  /** Decides. @param kind Of the message; only alarms are refused. @returns What becomes of it. */
  next(kind: "alarm" | "heartbeat" | "other"): AeVerdict {
    if (this.#silent) return "ignore";
    if (kind !== "alarm" || this.#naks <= 0) return "take";
    this.#naks--;
    return "refuse";
  }
}
