/**
 * What a report needs of the journals, one row at a time.
 *
 * @module
 */
import { type FaultMessage, OutageLedger } from "../evidence/outage_ledger.ts";
import { faultPlace } from "../evidence/fault_name.ts";
import type { Interval } from "../evidence/interval.ts";
import type { PremisesTimes } from "../evidence/transmission_time.ts";
import type { AlarmTimes } from "../evidence/transmission_table.ts";
import type { AlarmEvent } from "../event/alarm_event.ts";
import { ntpToMs } from "../ip/ntp_time.ts";
import type { JournalReader } from "../journal/journal_reader.ts";
import { eventsFromColumn, type Row, textFromColumn, textToColumn } from "../journal/sqlite_row.ts";

/** The flag of the receiver's own messages. */
const OWN_EVENT = "own-event";
/** A record from before this is one of a clock that was never set: no journal is as old. 2020-01-01. */
const NO_JOURNAL_BEFORE = Date.UTC(2020, 0);
/** A clock that goes back by less is adjusted, or two rows were stored in the other order, ms. */
const CLOCK_STEP_MS = 1000;
/** Characters of an alarm's identity; copies for other outputs have more behind it. */
const ID_LENGTH = 26;

/** Looks into the SPT's journal for an alarm. */
export type PremisesLookup = (site: string, id: string) => PremisesTimes | undefined;

/** Texts in the column of events that make it worth reading; of most alarms it is not needed. */
const FLAGGED = ["own-event", "clock-off", "no-time-event"]
  .map((flag) => `instr(events, '"${flag}"') > 0`).join(" OR ");

/**
 * The alarms of a period, those of a site one behind the other.
 *
 * @param reader The RCT's journal.
 * @param period From when to when they were stored.
 * @param only The only site; undefined: all.
 * @param premises Looks into the journals of SPTs.
 * @returns The alarms. They are sorted by the database, which keeps what it sorts on disk.
 */
export function* alarmTimes(
  reader: JournalReader,
  period: Interval,
  only: string | undefined,
  premises: PremisesLookup,
): Generator<AlarmTimes> {
  const hop = (step: string) => `(SELECT min(at) FROM hop WHERE alarm = seq AND step = '${step}')`;
  const sql =
    `SELECT origin, lane, id, stored_at, delivered_at, time, ${hop("received")}, ${
      hop("acknowledged")
    }, CASE WHEN ${FLAGGED} THEN events END, CASE WHEN ${FLAGGED} THEN raw END FROM alarm ` +
    `WHERE stored_at >= ? AND stored_at < ? ${
      only === undefined ? "" : "AND origin = ?"
    } ORDER BY origin, seq`;
  const values = only === undefined ? [] : [textToColumn(only)];
  for (const row of reader.rows(sql, period.from, period.to, ...values)) {
    const site = textFromColumn(row[0]);
    const storedAt = Number(row[3]);
    const receivedAt = row[6] === null ? storedAt : Number(row[6]);
    const flags = flagsOf(row[8]);
    const own = flags.has(OWN_EVENT);
    const id = textFromColumn(row[2]).slice(0, ID_LENGTH);
    yield {
      kind: !own ? "alarm" : isFailure(row[8], row[9]) ? "failure" : "other",
      site,
      output: textFromColumn(row[1]),
      storedAt,
      receivedAt,
      deliveredAt: row[4] === null ? undefined : Number(row[4]),
      answeredAt: row[7] === null ? undefined : Number(row[7]),
      stampedAt: flags.has("no-time-event") ? undefined : stampOf(row[5], receivedAt),
      clockOff: flags.has("clock-off"),
      premises: own ? undefined : premises(site, id),
    };
  }
}

/** That a site is not heard, not that it is again. */
function isFailure(events: unknown, raw: unknown): boolean {
  const message = messageOf(events, raw, 0);
  return message?.over === false && faultPlace(message.rule)?.kind === "site";
}

function flagsOf(column: unknown): ReadonlySet<string> {
  return new Set(column === null ? [] : eventsFromColumn(column).flatMap(({ flags }) => flags));
}

function stampOf(column: unknown, near: number): number | undefined {
  if (!(column instanceof Uint8Array) || column.length !== 8) return undefined;
  return ntpToMs(new DataView(column.buffer, column.byteOffset, 8).getBigUint64(0), near);
}

/**
 * The outages in a journal, of all time: one may have begun before the period.
 *
 * @param reader The RCT's journal.
 * @returns The ledger.
 */
export function outageLedger(reader: JournalReader): OutageLedger {
  const ledger = new OutageLedger();
  const sql =
    `SELECT events, raw, stored_at FROM alarm WHERE instr(events, '"${OWN_EVENT}"') > 0 ORDER BY seq`;
  for (const [events, raw, storedAt] of reader.rows(sql) as Iterable<Row>) {
    const message = messageOf(events, raw, Number(storedAt));
    if (message !== undefined) ledger.add(message);
  }
  return ledger;
}

function messageOf(events: unknown, raw: unknown, storedAt: number): FaultMessage | undefined {
  const [event] = eventsFromColumn(events) as (AlarmEvent | undefined)[];
  if (event?.flags.includes(OWN_EVENT) !== true || !(raw instanceof Uint8Array)) return undefined;
  const at = event.receivedAt.getTime();
  return {
    rule: new TextDecoder().decode(raw),
    over: event.qualifier === "restore",
    // When it was noticed; the same in every copy.
    at: Number.isNaN(at) || at === 0 ? storedAt : at,
    text: event.text ?? "",
  };
}

/**
 * When the journal first has anything of each site. Records of a clock that was not set are passed over.
 *
 * @param reader The RCT's journal.
 * @returns Times by site, ms since the epoch.
 */
export function firstRecords(reader: JournalReader): Map<string, number> {
  const sql = "SELECT origin, stored_at FROM alarm WHERE seq IN " +
    "(SELECT min(seq) FROM alarm WHERE stored_at >= ? GROUP BY origin)";
  const first = new Map<string, number>();
  for (const [origin, at] of reader.rows(sql, NO_JOURNAL_BEFORE)) {
    first.set(textFromColumn(origin), Number(at));
  }
  return first;
}

/**
 * How often the receiver's clock was set back: rows come in the order in which they were stored.
 *
 * @param reader The RCT's journal.
 * @param period Steps from or to a time in it count.
 * @returns How often.
 */
export function clockSteps(reader: JournalReader, period: Interval): number {
  const sql =
    "SELECT count(*) FROM (SELECT stored_at AS now, lag(stored_at) OVER (ORDER BY seq) AS before FROM alarm) " +
    "WHERE now < before - ? AND ((now >= ? AND now < ?) OR (before >= ? AND before < ?) OR (now < ? AND before >= ?))";
  const { from, to } = period;
  for (const [count] of reader.rows(sql, CLOCK_STEP_MS, from, to, from, to, from, to)) return Number(count);
  return 0;
}

/**
 * Looks for alarms in the journal of an SPT.
 *
 * @param reader The SPT's journal.
 * @param id The alarm's identity.
 * @returns When it was where; undefined when it is not there.
 */
export function premisesTimes(reader: JournalReader, id: string): PremisesTimes | undefined {
  const hop = (step: string) => `(SELECT min(at) FROM hop WHERE alarm = seq AND step = '${step}')`;
  const sql = `SELECT ${hop("received")}, delivered_at, ${hop("acknowledged")} FROM alarm WHERE id = ?`;
  for (const [received, delivered, acknowledged] of reader.rows(sql, id)) {
    if (received === null) return undefined;
    return {
      receivedAt: Number(received),
      deliveredAt: delivered === null ? undefined : Number(delivered),
      acknowledgedAt: acknowledged === null ? undefined : Number(acknowledged),
    };
  }
  return undefined;
}
