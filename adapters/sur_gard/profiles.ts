/**
 * The families of Sur-Gard receivers, as data.
 *
 * @module
 */

/** What differs between the receiver families. Times are in ms. */
export interface SurGardProfile {
  /** Name in configs. */
  readonly name: string;
  /** Characters of the line number in every frame unless set otherwise; AEs check the length exactly. */
  readonly lineDigits: number;
  /** How long to wait for ACK or NAK. */
  readonly waitMs: number;
  /** How often a frame is sent when nothing comes back. */
  readonly tries: number;
  /** NAKs to one frame until it is given up. */
  readonly nakLimit: number;
  /** Idle time before a heartbeat. */
  readonly heartbeatMs: number;
  /**
   * Receiver and line of the heartbeat; `receiver` undefined stands for the configured receiver. The MLR2 manual and the
   * captures print 01 and 1 literally (receiver-outputs.md §1.4, A).
   */
  readonly heartbeat: { readonly receiver?: string; readonly line: string };
}

/** Names of the profiles. */
export type SurGardProfileName = keyof typeof surGardProfiles;

/**
 * The profiles: `sg-mlr2` for MLR, MLR2, MLR2-DG, MLR2E and SLR; `sg-rrlll` for MLR2000 and System II, III and 5.
 *
 * Source: receiver-outputs.md §1.1, §1.3, §1.4 and §9, confidence A (manuals S1 to S6). On System 5 the wait can be set from
 * 4.0 to 9.9 s; the default is 4.0 s.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { surGardProfiles } from "./profiles.ts";
 *
 * assertEquals(surGardProfiles["sg-mlr2"].lineDigits, 1);
 * assertEquals(surGardProfiles["sg-rrlll"].nakLimit, 26);
 * ```
 */
export const surGardProfiles = {
  "sg-mlr2": {
    name: "sg-mlr2",
    lineDigits: 1,
    waitMs: 4000,
    tries: 4,
    nakLimit: 20,
    heartbeatMs: 30_000,
    heartbeat: { receiver: "01", line: "1" },
  },
  "sg-rrlll": {
    name: "sg-rrlll",
    lineDigits: 3,
    waitMs: 4000,
    tries: 4,
    nakLimit: 26,
    heartbeatMs: 30_000,
    heartbeat: { line: "000" },
  },
} as const satisfies Record<string, SurGardProfile>;
