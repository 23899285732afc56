/**
 * What a report says.
 *
 * @module
 */
import type { Availability } from "./availability.ts";
import type { Outage } from "./outage_ledger.ts";
import type { Period } from "./period.ts";
import type { TimeBin, TimeFigures } from "./time_statistics.ts";
import type { Measure } from "./transmission_time.ts";
import type { ReportingTimes, Verdict } from "./verdict.ts";

/** Transmission times of a set of alarms; ms. */
export interface TransmissionFigures extends TimeFigures {
  /** How many were measured how. */
  readonly measures: Readonly<Record<Measure, number>>;
  /** Delivered, but no clock was to be trusted: not among the times. */
  readonly untimed: number;
  /** Not delivered yet, and not among the times. */
  readonly waiting: number;
  /** Not delivered yet and above the maximum already: among the times with how long they wait. */
  readonly overdue: number;
  /** Above the maximum, overdue ones included; 0 without a limit. */
  readonly tooLate: number;
  /** Mean, percentile, maximum. */
  readonly verdicts: readonly Verdict[];
}

/** A month of a year. */
export interface PartEvidence {
  /** `2026-11`. */
  readonly label: string;
  readonly transmissions: TransmissionFigures;
  readonly availability: Availability;
  readonly availabilityVerdict: Verdict;
}

/** One path of a site. */
export interface PathEvidence {
  /** Its number, 1 for the primary one. */
  readonly path: number;
  readonly availability: Availability;
}

/** One site. */
export interface SiteEvidence {
  readonly site: string;
  /** Category that it is compared with; undefined: none. */
  readonly category: string | undefined;
  /** When the journal first has anything of it, ms since the epoch; undefined: nothing until now. */
  readonly firstAt: number | undefined;
  readonly transmissions: TransmissionFigures;
  readonly reporting: ReportingTimes;
  readonly reportingVerdict: Verdict;
  /** Heard on at least one path. */
  readonly availability: Availability;
  readonly availabilityVerdict: Verdict;
  readonly paths: readonly PathEvidence[];
  /** For a year. */
  readonly months: readonly PartEvidence[];
}

/** One automation software, or queue. */
export interface OutputEvidence {
  readonly output: string;
  /** From the path to its acknowledgement, by the receiver's clock alone; ms. */
  readonly delivery: TimeFigures;
  readonly waiting: number;
  readonly availability: Availability;
  /** What the record leaves out; empty when nothing. */
  readonly note: string;
}

/** Faults with the same cause. */
export interface CauseEvidence {
  readonly kind: Outage["kind"];
  readonly cause: string;
  /** Outages that reach into the period. */
  readonly count: number;
  /** Time of them in the period; of those with a known length. */
  readonly totalMs: number;
  /** The longest of them, in the period. */
  readonly longestMs: number;
  /** That last still. */
  readonly open: number;
}

/** A day. */
export interface DayEvidence {
  /** `2026-11-03`. */
  readonly label: string;
  /** Of all sites together. */
  readonly availability: Availability;
}

/** A report. */
export interface Evidence {
  /** Name of the RCT. */
  readonly receiver: string;
  /** Version of the program that made it. */
  readonly version: string;
  readonly period: Period;
  /** When it was made, ms since the epoch. */
  readonly madeAt: number;
  /** Fewer transmissions are not judged. */
  readonly enough: number;
  /** The only site it is about; undefined: all. */
  readonly only: string | undefined;
  /** Limits that all sites share; undefined: none, or different ones. */
  readonly category: string | undefined;
  /** Class of availability it is compared with; undefined: none. */
  readonly availabilityClass: string | undefined;
  readonly transmissions: TransmissionFigures;
  readonly bins: readonly TimeBin[];
  /** All sites together: each heard on at least one path. */
  readonly sitesAvailability: Availability;
  readonly sitesVerdict: Verdict;
  /** The receiver stores, and at least one AE takes alarms. */
  readonly receiverAvailability: Availability;
  /** Both: for each site, heard, and a receiver that takes it to an AE. */
  readonly systemAvailability: Availability;
  readonly systemVerdict: Verdict;
  readonly days: readonly DayEvidence[];
  /** For a year. */
  readonly months: readonly PartEvidence[];
  readonly sites: readonly SiteEvidence[];
  readonly outputs: readonly OutputEvidence[];
  readonly causes: readonly CauseEvidence[];
  /** Outages that reach into the period, by their beginning. */
  readonly outages: readonly Outage[];
  /** What to know of this report, in words. */
  readonly notes: readonly string[];
}
