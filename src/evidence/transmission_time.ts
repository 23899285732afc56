/**
 * How long an alarm took to the automation software, and by which clocks that is known.
 *
 * @module
 */

/** How a transmission was measured. */
export type Measure =
  /** From the SPT's stamp to the AE's acknowledgement: by the clocks of two machines. */
  | "one-way"
  /** From the panel's octets until the premises had the AE's acknowledgement: by the SPT's clock alone. */
  | "round-trip"
  /**
   * The SPT's time until the RCT answered, plus the RCT's time until the AE acknowledged: each by its own clock. The answer's way
   * back is in it, so that it is never shorter than the transmission.
   */
  | "two-parts";

/** When an alarm was where; ms since the epoch, each by the clock of the machine that noted it. */
export interface TransmissionTimes {
  /** The SPT's stamp: when it had the alarm. Undefined when it sent none. */
  stampedAt: number | undefined;
  /** The receiver found the stamp to be wrong, or there was none. */
  clockOff: boolean;
  /** The RCT had it from the path. */
  receivedAt: number;
  /** The AE acknowledged it. */
  deliveredAt: number;
  /** The SPT was first told that it was taken; undefined: not yet. */
  answeredAt: number | undefined;
  /** What the SPT's own journal holds of it. */
  premises: PremisesTimes | undefined;
}

/** An alarm in the SPT's journal. */
export interface PremisesTimes {
  /** The panel's octets were complete. */
  receivedAt: number;
  /** The RCT's answer came. */
  deliveredAt: number | undefined;
  /** The panel was acknowledged. */
  acknowledgedAt: number | undefined;
}

/** Clocks that agree as well as this are not called wrong, ms. */
const CLOCK_TOLERANCE_MS = 100;

/**
 * Measures a transmission as en50136.md §4.1 asks (P1, P2; A): one way where the clocks can be trusted, else by the round trip;
 * half a round trip is no substitute.
 *
 * A stamp is not trusted when the receiver flagged it, when it is later than what came after it, or when the way to the receiver
 * would have taken longer than the SPT waited for the answer. The last shows only with the SPT's journal.
 *
 * @param times When it was where.
 * @returns The time, ms, and how it was measured; undefined when no clock can be trusted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { transmissionTime } from "./transmission_time.ts";
 *
 * const times = { stampedAt: 1000, clockOff: false, receivedAt: 1040, deliveredAt: 1100, answeredAt: 1045, premises: undefined };
 * assertEquals(transmissionTime(times), { measure: "one-way", ms: 100 });
 * // The SPT's clock is an hour ahead: its stamp lies after the acknowledgement.
 * const ahead = { ...times, stampedAt: 3_601_000 };
 * assertEquals(transmissionTime(ahead), undefined);
 * const premises = { receivedAt: 3_601_000, deliveredAt: 3_601_060, acknowledgedAt: 3_601_001 };
 * assertEquals(transmissionTime({ ...ahead, premises }), { measure: "two-parts", ms: 120 });
 * ```
 */
export function transmissionTime(times: TransmissionTimes): { measure: Measure; ms: number } | undefined {
  const { stampedAt, deliveredAt, receivedAt, answeredAt, premises } = times;
  if (stampedAt !== undefined && isTrusted(times)) return { measure: "one-way", ms: deliveredAt - stampedAt };
  // With the RCT's clock set back on the way, what was first is not known either.
  if (premises?.deliveredAt === undefined || deliveredAt < receivedAt) return undefined;
  const there = premises.deliveredAt - premises.receivedAt;
  if (there < 0) return undefined;
  if (answeredAt !== undefined && answeredAt >= deliveredAt) {
    // Pass-through: the answer is the AE's. The panel's, where it waited for that.
    const told = Math.max(premises.acknowledgedAt ?? -Infinity, premises.deliveredAt);
    return { measure: "round-trip", ms: told - premises.receivedAt };
  }
  return { measure: "two-parts", ms: there + deliveredAt - receivedAt };
}

function isTrusted({ stampedAt, clockOff, receivedAt, deliveredAt, premises }: TransmissionTimes): boolean {
  if (stampedAt === undefined || clockOff) return false;
  if (receivedAt < stampedAt || deliveredAt < receivedAt) return false;
  if (premises?.deliveredAt === undefined) return true;
  return receivedAt - stampedAt <= premises.deliveredAt - premises.receivedAt + CLOCK_TOLERANCE_MS;
}
