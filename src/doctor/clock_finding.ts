/**
 * Says in words how far a panel's clock is off.
 *
 * @module
 */
import type { Finding } from "./finding.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** So near to full half hours, a time is taken for one of another zone, ms. */
const ZONE_SLACK = 90_000;

/**
 * Makes the finding of a clock that is off.
 *
 * @param difference The panel's time less ours, ms.
 * @param utc The panel has to send UTC (SIA DC-09), and not local time.
 * @returns The finding: a warning, as no alarm is refused for its clock.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clockFinding } from "./clock_finding.ts";
 *
 * assertEquals(clockFinding(2 * 3_600_000, true).what, "the panel's clock is 2 h ahead: most likely local time, where UTC is expected");
 * assertEquals(clockFinding(-12 * 60_000, false).what, "the panel's clock is 12 min behind");
 * ```
 */
export function clockFinding(difference: number, utc: boolean): Finding {
  const size = Math.abs(difference);
  const zones = Math.round(size / (HOUR / 2));
  const otherZone = zones > 0 && zones <= 28 && Math.abs(size - zones * HOUR / 2) < ZONE_SLACK;
  const amount = size < 10 * MINUTE
    ? `${Math.round(size / 1000)} s`
    : size < HOUR && !otherZone
    ? `${Math.round(size / MINUTE)} min`
    : size < 2 * DAY
    ? `${Math.round(size / HOUR * 10) / 10} h`
    : `${Math.round(size / DAY)} days`;
  const off = `the panel's clock is ${amount} ${difference < 0 ? "behind" : "ahead"}`;
  const zoneTodo = utc
    ? "Set the panel's time zone right, or let the communicator send UTC (GMT): SIA DC-09 has no local time"
    : "Check the panel's time zone and summer time";
  return {
    rule: "clock-off",
    fault: "clock",
    weight: "warn",
    what: otherZone
      ? `${off}: most likely ${utc ? "local time, where UTC is expected" : "another time zone"}`
      : off,
    todo: otherZone
      ? zoneTodo
      : "Set the panel's clock. The alarms are taken all the same; other receivers refuse them, and the panel repeats for ever",
  };
}
