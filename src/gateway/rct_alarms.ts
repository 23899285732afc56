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
import type { Hop, Journal, NewAlarm, StoredAlarm } from "../journal/journal.ts";
import type { ReceivedEvent } from "../session/rct_session.ts";
import type { AeLink } from "./ae_link.ts";
import { wallClock } from "./clock.ts";
import type { HopWriter, Live } from "./live.ts";
import type { Log } from "./log.ts";
import { systemRandom } from "./random.ts";
import type { SiteChannels } from "./site_channels.ts";
import { UniqueTime } from "./unique_time.ts";

/** What {@link RctAlarms} works with. */
export interface RctAlarmsParts {
  journal: Journal;
  hops: HopWriter;
  live: Live;
  log: Log;
  /** How the channels of sites stand. */
  channels: SiteChannels;
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
   * @param link The output it goes to.
   * @param event What came.
   * @param from The SPT's address, for the record.
   * @param settle Called once with the answer, unless this process ends before.
   */
  async take(
    site: SiteConfig,
    link: AeLink,
    event: ReceivedEvent,
    from: { hostname: string; port: number },
    settle: (result: Result) => void,
  ): Promise<void> {
    const { journal, hops: writer, live, log } = this.#parts;
    if (event.protocol.startsWith("protocol-")) {
      log("warn", "protocol-unknown", `event data in ${event.protocol}, which nothing here reads`, {
        site: site.name,
        bytes: event.data.toHex(),
      });
      return settle("RESP_PROTOCOL_ID_NOT_SUPPORTED");
    }
    const at = wallClock();
    const entry = this.#entry(site, event, at, link);
    const hops: Hop[] = [{
      at,
      step: "received",
      detail: `EVENT_MSG from SPT ${from.hostname}:${from.port}${details(event)}`,
    }];
    const passThrough = site.acknowledge === "pass-through";
    this.#storing++;
    try {
      const appended = await journal.append(entry, hops);
      const stored: StoredAlarm = {
        ...entry,
        seq: appended.seq,
        storedAt: wallClock(),
        deliveredAt: undefined,
        told: false,
      };
      if (!appended.known) {
        this.#parts.channels.stored(site.name, entry.protocol, entry.data);
        live.hops(stored, hops);
        writer.note(stored, "stored", "RCT journal");
        // Waits before the AE can answer: the answer must find the waiter.
        if (passThrough) this.#await(stored, site.passThroughWaitMs, settle);
        link.outbox.add(stored);
      } else if (passThrough && !appended.delivered) {
        this.#await(stored, site.passThroughWaitMs, settle);
      }
      if (!passThrough || (appended.known && appended.delivered)) {
        settle("RESP_ACKNOWLEDGE");
        writer.note(stored, "acknowledged", "EVENT_RESP acknowledge to SPT", { told: true });
      }
    } catch {
      // The journal has raised its fault; the SPT keeps the alarm and offers it again.
      settle("RESP_PROCESS_ERROR");
    } finally {
      this.#storing--;
    }
  }

  /** The AE has acknowledged an alarm, or `result` says why it will not: who waits for it is answered. */
  answer(id: string, result: Result): void {
    for (const waiter of [...this.#waiters.get(id) ?? []]) waiter.settle(result);
  }

  /** Answers all who wait. */
  answerAll(result: Result): void {
    for (const id of [...this.#waiters.keys()]) this.answer(id, result);
  }

  #entry(site: SiteConfig, event: ReceivedEvent, at: number, link: AeLink): NewAlarm {
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
      lane: site.output,
      origin: site.name,
      account: events[0]?.account ?? "",
      protocol,
      data: event.data,
      raw: event.data,
      time,
      events,
      open: false,
      offered: link.outbox.offersNext,
    };
  }

  /** Pass-through: the SPT is answered when the AE has acknowledged, or told that it could not be passed on. */
  #await(stored: StoredAlarm, waitMs: number, settle: (result: Result) => void): void {
    const { hops } = this.#parts;
    const waiters = this.#waiters.get(stored.id) ?? new Set<Waiter>();
    this.#waiters.set(stored.id, waiters);
    const waiter: Waiter = {
      settle: (result) => {
        clearTimeout(waiter.timer);
        waiters.delete(waiter);
        if (waiters.size === 0) this.#waiters.delete(stored.id);
        settle(result);
        if (result === "RESP_ACKNOWLEDGE") {
          hops.note(stored, "acknowledged", "EVENT_RESP acknowledge to SPT", { told: true });
        } else {
          hops.note(stored, "failed", `EVENT_RESP ${result} to SPT: the AE has not acknowledged yet`);
        }
      },
      timer: setTimeout(() => waiter.settle("RESP_PROCESS_ERROR"), waitMs),
    };
    waiters.add(waiter);
  }
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
