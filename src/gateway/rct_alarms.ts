/**
 * Alarms of SPTs on their way into the RCT's journal, and the answers that go back.
 *
 * @module
 */
import type { SiteConfig } from "../config/rct_config.ts";
import type { AlarmEvent } from "../event/alarm_event.ts";
import { eventId, EVENTS_PER_TIME } from "../event/event_id.ts";
import { edition } from "../ip/editions.ts";
import { ntpToMs } from "../ip/ntp_time.ts";
import type { ProtocolName, Result } from "../ip/profile.ts";
import type { Appended, Hop, Journal, NewAlarm, StoredAlarm } from "../journal/journal.ts";
import type { ReceivedEvent } from "../session/rct_session.ts";
import { wallClock } from "./clock.ts";
import type { Lane } from "./lane.ts";
import { alarmIdOf, laneRowId } from "./lane_row.ts";
import type { HopWriter, Live } from "./live.ts";
import type { Log } from "./log.ts";
import { systemRandom } from "./random.ts";
import type { SiteChannels } from "./site_channels.ts";
import { UniqueTime } from "./unique_time.ts";

/** What {@link RctAlarms} works with. */
export interface RctAlarmsParts {
  journal: Journal;
  /** The queues of an alarm: of the output or route that its site names, and its account. */
  lanesFor: (target: string, account: string) => Lane[];
  /** What the translation of an alarm loses at a queue's output. */
  losses: (lane: Lane, alarm: UnroutedAlarm) => string[];
  hops: HopWriter;
  live: Live;
  log: Log;
  /** How the channels of sites stand. */
  channels: SiteChannels;
}

/** An alarm before it is known which queues it goes into. */
export type UnroutedAlarm = Omit<NewAlarm, "lane" | "offered">;

/** What {@link RctAlarms.store} did. */
export interface StoredRows {
  /** The alarm's rows, one for each queue. */
  rows: StoredAlarm[];
  /** True when one of them had been delivered before. */
  delivered: boolean;
}

/** An SPT that waits for the AE's acknowledgement. */
interface Waiter {
  settle: (result: Result) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** Event data as text shown beside an alarm, for the fields that carry more than the event. */
const DETAILS = ["alarm-text", "site-name", "building-name", "location", "room", "alarm-trigger"] as const;

/**
 * Stores first, then answers: in store-and-forward when the alarm is on disk, in pass-through when the AE has acknowledged
 * it.
 *
 * An alarm for several queues (a route of mode `all`) is one row of the journal for each. It counts as stored when all of
 * them are on disk; what of it was stored is delivered in any case, and a repeat of the SPT stores only what is missing. In
 * pass-through the first AE that acknowledges counts.
 */
export class RctAlarms {
  readonly #parts: RctAlarmsParts;
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #times = new UniqueTime(systemRandom());
  #storing = 0;

  /** Nothing is under way. */
  constructor(parts: RctAlarmsParts) {
    this.#parts = parts;
  }

  /** Alarms between the network and the disk. */
  get storing(): number {
    return this.#storing;
  }

  /**
   * Takes an alarm.
   *
   * @param site Its site.
   * @param event What came.
   * @param from The SPT's address, for the record.
   * @param settle Called once with the answer, unless this process ends before.
   */
  async take(
    site: SiteConfig,
    event: ReceivedEvent,
    from: { hostname: string; port: number },
    settle: (result: Result) => void,
  ): Promise<void> {
    const { hops: writer, log, channels, lanesFor } = this.#parts;
    if (event.protocol.startsWith("protocol-")) {
      log("warn", "protocol-unknown", `event data in ${event.protocol}, which nothing here reads`, {
        site: site.name,
        bytes: event.data.toHex(),
      });
      return settle("RESP_PROTOCOL_ID_NOT_SUPPORTED");
    }
    const at = wallClock();
    const alarm = this.#alarm(site, event, at);
    const hops: Hop[] = [{
      at,
      step: "received",
      detail: `EVENT_MSG from SPT ${from.hostname}:${from.port}${details(event)}`,
    }];
    const passThrough = site.acknowledge === "pass-through";
    try {
      const { rows, delivered } = await this.store(alarm, lanesFor(site.output, alarm.account), hops, {
        isNew: () => channels.stored(site.name, alarm.protocol, alarm.data),
        // Waits before the AE can answer: the answer must find the waiter.
        beforeQueued: ({ rows, delivered }) => {
          if (passThrough && !delivered) this.#await(rows, site.passThroughWaitMs, settle);
        },
      });
      if (passThrough && !delivered) return;
      settle("RESP_ACKNOWLEDGE");
      for (const row of rows) {
        writer.note(row, "acknowledged", "EVENT_RESP acknowledge to SPT", { told: true });
      }
    } catch {
      // The journal has raised its fault; the SPT keeps the alarm and offers it again.
      settle("RESP_PROCESS_ERROR");
    }
  }

  /**
   * Stores an alarm in its queues.
   *
   * @param alarm The alarm.
   * @param lanes Its queues, at least one; the row in the first has the alarm's own identity.
   * @param hops Its life so far.
   * @param told Called before AEs can have it: `isNew` unless the first row was known, `beforeQueued` when all rows are on disk.
   * @returns The rows.
   * @throws {JournalError} (rejects) When a row could not be stored; those that could be are in their queues.
   */
  async store(
    alarm: UnroutedAlarm,
    lanes: readonly Lane[],
    hops: Hop[],
    told: { isNew?: () => void; beforeQueued?: (stored: StoredRows) => void } = {},
  ): Promise<StoredRows> {
    const { hops: writer, live } = this.#parts;
    this.#storing++;
    try {
      const own = await this.#ownLane(alarm.id, lanes);
      const entries = lanes.map((lane, at) => this.#row(alarm, lane, at === own));
      const results = await Promise.allSettled(entries.map((entry) => this.#append(entry, hops)));
      const storedAt = wallClock();
      const rows = results.flatMap((result, at) => {
        if (result.status === "rejected") return [];
        const { value } = result;
        const row = { ...entries[at]!, seq: value.seq, storedAt, deliveredAt: undefined, told: false };
        return [{ row, lane: lanes[at]!, appended: value }];
      });
      const stored = {
        rows: rows.map(({ row }) => row),
        delivered: rows.some(({ appended }) => wasDelivered(appended)),
      };
      const failed = results.find((result) => result.status === "rejected");
      const fresh = rows.filter(({ appended }) => !appended.known);
      if (fresh.length === rows.length) told.isNew?.();
      for (const { row } of fresh) {
        live.hops(row, hops);
        writer.note(row, "stored", "RCT journal");
      }
      if (failed === undefined) told.beforeQueued?.(stored);
      for (const { row, lane } of fresh) lane.outbox.add(row);
      if (failed !== undefined) throw failed.reason;
      return stored;
    } finally {
      this.#storing--;
    }
  }

  /** An AE has acknowledged an alarm, or `result` says why it will not: who waits for it is answered. @param id One of its rows. */
  answer(id: string, result: Result): void {
    for (const waiter of [...this.#waiters.get(alarmIdOf(id)) ?? []]) waiter.settle(result);
  }

  /** Answers all who wait. */
  answerAll(result: Result): void {
    for (const id of [...this.#waiters.keys()]) this.answer(id, result);
  }

  /**
   * Stores a row. Of an alarm that is known, but waits in a queue that it would not go to any more (the site has another output
   * now), one more is stored where it goes now.
   */
  async #append(entry: NewAlarm, hops: Hop[]): Promise<Appended> {
    const { journal } = this.#parts;
    const appended = await journal.append(entry, hops);
    if (!appended.known || appended.delivered || entry.id !== alarmIdOf(entry.id)) return appended;
    const before = (await journal.life(entry.id))?.alarm.lane;
    if (before === undefined || before === entry.lane) return appended;
    entry.id = laneRowId(entry.id, entry.lane);
    return await journal.append(entry, hops);
  }

  /**
   * Which queue has the row with the alarm's own identity: the one it is in already, as the order of a route may have changed since.
   * -1: one that the route does not name any more.
   */
  async #ownLane(id: string, lanes: readonly Lane[]): Promise<number> {
    if (lanes.length === 1) return 0;
    const before = (await this.#parts.journal.life(id))?.alarm.lane;
    return before === undefined ? 0 : lanes.findIndex(({ name }) => name === before);
  }

  #row(alarm: UnroutedAlarm, lane: Lane, first: boolean): NewAlarm {
    const lost = this.#parts.losses(lane, alarm);
    return {
      ...alarm,
      id: first ? alarm.id : laneRowId(alarm.id, lane.name),
      lane: lane.name,
      offered: lane.outbox.offersNext,
      ...(lost.length === 0 ? {} : { events: alarm.events.map((event) => ({ ...event, lost })) }),
    };
  }

  #alarm(site: SiteConfig, event: ReceivedEvent, at: number): UnroutedAlarm {
    const protocol = event.protocol as ProtocolName;
    const time = event.time ?? this.#times.next(at);
    const flags = event.time === undefined ? ["no-time-event"] : [];
    // Late alarms are nothing unusual, they were queued; an alarm of the future is a clock that is wrong.
    const { eventTimeToleranceMs } = edition(site.edition).values;
    if (event.time !== undefined && ntpToMs(event.time, at) - at > eventTimeToleranceMs) {
      flags.push("clock-off");
    }
    const text = fieldText(event, "alarm-text");
    const events: AlarmEvent[] = this.#parts.channels.events(site.name, protocol, event.data).map((
      draft,
      i,
    ) => ({
      ...draft,
      ...(draft.text === undefined && text !== undefined ? { text } : {}),
      id: eventId(site.deviceId, time + BigInt(i % EVENTS_PER_TIME)),
      receivedAt: new Date(at),
      flags: [...new Set([...draft.flags, ...flags])].sort(),
    }));
    return {
      id: eventId(site.deviceId, time),
      origin: site.name,
      account: events[0]?.account ?? "",
      protocol,
      data: event.data,
      raw: event.data,
      time,
      events,
      open: false,
    };
  }

  /** Pass-through: the SPT is answered when an AE has acknowledged, or told that it could not be passed on. */
  #await(rows: readonly StoredAlarm[], waitMs: number, settle: (result: Result) => void): void {
    const { hops } = this.#parts;
    const id = alarmIdOf(rows[0]?.id ?? "");
    const waiters = this.#waiters.get(id) ?? new Set<Waiter>();
    this.#waiters.set(id, waiters);
    const waiter: Waiter = {
      settle: (result) => {
        clearTimeout(waiter.timer);
        waiters.delete(waiter);
        if (waiters.size === 0) this.#waiters.delete(id);
        settle(result);
        for (const row of rows) {
          if (result === "RESP_ACKNOWLEDGE") {
            hops.note(row, "acknowledged", "EVENT_RESP acknowledge to SPT", { told: true });
          } else {
            hops.note(row, "failed", `EVENT_RESP ${result} to SPT: the AE has not acknowledged yet`);
          }
        }
      },
      timer: setTimeout(() => waiter.settle("RESP_PROCESS_ERROR"), waitMs),
    };
    waiters.add(waiter);
  }
}

function wasDelivered(appended: Appended): boolean {
  return appended.known && appended.delivered;
}

function fieldText(event: ReceivedEvent, name: typeof DETAILS[number]): string | undefined {
  for (const field of event.fields) if (field.field === name && "text" in field) return field.text;
  return undefined;
}

/** Texts and links that came with the event, for the record of its life. */
function details(event: ReceivedEvent): string {
  const named = DETAILS.flatMap((name) => {
    const text = fieldText(event, name);
    return text === undefined ? [] : [`${name} ${JSON.stringify(text)}`];
  });
  return named.length === 0 ? "" : `; ${named.join(", ")}`;
}
