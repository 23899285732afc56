/**
 * What VdS 2465 records tell the doctor, whatever carried them.
 *
 * @module
 */
import { readFields, readRecords, vds2465EventDrafts } from "../../adapters/vds2465/mod.ts";
import { clockFinding } from "./clock_finding.ts";
import type { ExaminationOptions } from "./examination_options.ts";
import type { Score } from "./score.ts";

/** A device's time may be off by so much, ms. Ours. */
const CLOCK_SLACK = 10 * 60_000;

/**
 * Looks at the records of a telegram: ident number, the device's clock, errors, records that break off. Source: vds2465.md §3.
 *
 * @param score Where to keep score.
 * @param data The records.
 * @param now The time, ms since the epoch; undefined in a capture.
 * @param options The local time.
 * @returns True when there is an event among them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Score } from "./score.ts";
 * import { lookAtRecords } from "./vds_records.ts";
 *
 * const score = new Score("vds2465-tcp");
 * assertEquals(lookAtRecords(score, Uint8Array.fromHex("050211030001220356214365"), undefined, {}), true);
 * assertEquals([...score.accounts.keys()], ["123456"]);
 * ```
 */
export function lookAtRecords(
  score: Score,
  data: Uint8Array,
  now: number | undefined,
  options: ExaminationOptions,
): boolean {
  if (data.length === 0) return false;
  const telegram = readRecords(data);
  const events = vds2465EventDrafts(telegram, { account: "", raw: data }).length;
  score.events += events;
  let ident = false;
  for (const record of telegram.records) {
    const fields = readFields(record);
    if (fields.kind === "ident" && fields.ident !== "") {
      ident = true;
      score.account(fields.ident);
    }
    if (fields.kind === "date-time" && now !== undefined) {
      const { year, month, day, hour, minute, second = 0 } = fields.at;
      const difference = Date.UTC(year, month - 1, day, hour, minute, second) - now -
        (options.utcOffsetMs ?? 0);
      if (Math.abs(difference) > CLOCK_SLACK) score.find(clockFinding(difference, false));
    }
  }
  if (telegram.refused !== undefined) {
    const { rule, message } = telegram.refused;
    score.find({ rule, fault: "protocol", weight: "warn", what: message, todo: "" });
  }
  if (events > 0 && !ident) {
    score.find({
      rule: "no-account",
      fault: "account",
      weight: "warn",
      what: "alarms come without an ident number (record 56)",
      todo: "Set the ident number [Identnummer] in the device, or account = in the input below",
    });
  }
  return events > 0;
}
