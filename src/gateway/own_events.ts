/**
 * The receiver's own messages to automation software: its faults, and those of its sites' paths.
 *
 * @module
 */
import type { Fault } from "../http/view.ts";
import type { Hop, Journal, StoredAlarm } from "../journal/journal.ts";
import { steadyClock, wallClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";
import type { OwnEventAlarm } from "./own_event_alarm.ts";
import { OwnEventPace, type OwnEventTimes, type Telling } from "./own_event_pace.ts";
import { isAway, type OwnEventSubject, ownEventSubject, QUEUE_LONG } from "./own_event_subject.ts";
import { OwnEventWriter, type OwnEventWriterParts, type ToldFault, toldFault } from "./own_event_writer.ts";
import { QueueWatch } from "./queue_watch.ts";

/** What {@link OwnEvents} works with. */
export interface OwnEventsParts extends OwnEventWriterParts {
  journal: Pick<Journal, "note" | "recent" | "stats" | "untold">;
  /** Stores an alarm in a queue, to be delivered; rejects when it is not stored. An alarm known by its id is not stored twice. */
  store: (lane: string, alarm: OwnEventAlarm, hops: Hop[]) => Promise<void>;
  faults: Faults;
  log: Log;
  /** Whether a site is heard, or an AE answers: what an earlier run told as a fault is over. */
  isOver: (subject: OwnEventSubject) => boolean;
  /** A clock that is never set, ms. */
  clock?: () => number;
}

/** An AE that does not answer for a moment, or a line that is closed, comes again: told after this, ms. */
const AE_HOLD_MS = 5000;
/** … and after this when the RCT starts, as AEs and lines take their time. */
const AE_START_MS = 60_000;
/** At most one pair of fault and restore in this time, for each thing. */
const APART_MS = 60_000;
/** An AE that was away this long is told so itself. */
const LONG_MS = 60_000;
/** What could not be stored is tried again. */
const RETRY_MS = 1000;
/** What an earlier run told and nothing stands for any more is over after this. */
const SETTLED_MS = 10_000;
/** Alarms looked through at the start for the accounts of sites. */
const RECENT = 1000;
/** Faults of an earlier run. */
const RECALLED = 100_000;

/** One thing that can fail. */
interface Thing {
  subject: OwnEventSubject;
  pace: OwnEventPace;
  /** An AE that has not answered since the start, a line not open yet. */
  starting: boolean;
  /** What is being stored, by lane. */
  alarms: Map<string, OwnEventAlarm> | undefined;
  /** How the fault was told, by lane, where its restore was not. */
  told: Map<string, ToldFault>;
  storing: boolean;
  retryAt: number;
}

/**
 * Turns faults into alarms of the journal: so they are queued, delivered in order and shown like any alarm.
 *
 * What was told and is not over is known from the journal: such a fault counts there as not `told` until its restore is stored.
 */
export class OwnEvents {
  /** Messages stored, by name. */
  readonly counters: Record<string, number> = { "own-faults": 0, "own-restores": 0 };

  readonly #parts: OwnEventsParts;
  readonly #clock: () => number;
  readonly #startedAt: number;
  readonly #writer: OwnEventWriter;
  readonly #things = new Map<string, Thing>();
  /** Those of which something may have to be told. */
  readonly #open = new Set<string>();
  #storing = 0;
  readonly #queues: QueueWatch;
  #started = false;
  #closed = false;

  /** Nothing is told before {@link start}. */
  constructor(parts: OwnEventsParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? steadyClock;
    this.#startedAt = this.#clock();
    this.#queues = new QueueWatch({
      journal: parts.journal,
      faults: parts.faults,
      lanes: [...parts.receivers.lanes.keys()],
      short: (rule) => {
        const pace = this.#things.get(rule)?.pace;
        if (pace?.unsure) pace.went(this.#clock());
      },
    });
    this.#writer = new OwnEventWriter(parts);
  }

  /** Learns what an earlier run has told, and the accounts of sites. What cannot be read is not known: told again, if need be. */
  async start(): Promise<void> {
    const { journal, faults, log } = this.#parts;
    try {
      this.#recall(await journal.untold(0, RECALLED));
      for (const { alarm } of (await journal.recent(RECENT)).reverse()) {
        if (toldFault(alarm) === undefined) this.seen(alarm.origin, alarm.account);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(
        "warn",
        "own-events-not-read",
        `the journal could not tell which faults were told before: ${reason}`,
      );
    }
    this.#started = true;
    for (const fault of faults.all) this.heard("fault", fault);
  }

  /** An alarm of a site came, with this account: the site's faults will carry it. */
  seen(site: string, account: string): void {
    this.#writer.seen(site, account);
  }

  /** A fault came or went. */
  heard(type: "fault" | "restored", { rule }: Pick<Fault, "rule">): void {
    if (!this.#started || this.#closed) return;
    const thing = this.#thing(rule);
    if (thing === undefined) return;
    const now = this.#clock();
    const { subject, pace } = thing;
    if (type === "restored") {
      pace.went(now);
      if (thing.starting) pace.begins(AE_HOLD_MS);
      thing.starting = false;
    } else {
      const { receivers } = this.#parts;
      const account = this.#writer.accountOf(subject.site) ?? "";
      pace.came(now, receivers.lanesOf(subject, account), receivers.selfOf(subject));
    }
    this.#open.add(rule);
    this.#step(rule, thing, now);
  }

  /** Lets time pass; cheap when there is nothing to do. */
  tick(): void {
    if (!this.#started || this.#closed) return;
    const now = this.#clock();
    for (const rule of this.#open) {
      const thing = this.#things.get(rule)!;
      if (thing.pace.unsure && this.#isOver(thing.subject, rule, now)) thing.pace.went(now);
      this.#step(rule, thing, now);
    }
    void this.#queues.tick(now);
  }

  /** Things of which something is being stored. */
  get storing(): number {
    return this.#storing;
  }

  /** Tells nothing more. What is being stored is stored, see {@link storing}. */
  close(): void {
    this.#closed = true;
  }

  #thing(rule: string): Thing | undefined {
    const known = this.#things.get(rule);
    if (known !== undefined) return known;
    const subject = ownEventSubject(rule);
    if (subject === undefined || !this.#parts.receivers.knows(subject)) return undefined;
    const thing = {
      subject,
      pace: new OwnEventPace(this.#timesOf(subject)),
      starting: isAway(subject),
      alarms: undefined,
      told: new Map(),
      storing: false,
      retryAt: -Infinity,
    };
    this.#things.set(rule, thing);
    return thing;
  }

  #timesOf(subject: OwnEventSubject): OwnEventTimes {
    const longMs = LONG_MS, apartMs = APART_MS;
    if (!isAway(subject)) return { holdMs: 0, apartMs, longMs };
    const holdMs = Math.max(AE_HOLD_MS, this.#startedAt + AE_START_MS - this.#clock());
    return { holdMs, apartMs, longMs };
  }

  #recall(untold: readonly StoredAlarm[]): void {
    const { journal, log, receivers } = this.#parts;
    const ended = new Set<string>();
    const since = this.#clock() - wallClock();
    // Newest first: a restore comes before the fault that it ends.
    for (const alarm of untold) {
      const told = toldFault(alarm);
      if (told === undefined) continue;
      const rule = new TextDecoder().decode(alarm.raw);
      const key = `${alarm.lane}\n${rule}`;
      const thing = this.#thing(rule);
      const isRestore = alarm.events[0]?.qualifier === "restore";
      if (isRestore) ended.add(key);
      if (isRestore || ended.has(key) || thing === undefined || !receivers.lanes.has(alarm.lane)) {
        journal.note({ id: alarm.id, told: true });
        if (isRestore || ended.has(key)) continue;
        log("info", "own-event-ended", `${rule} was told, and is not supervised any more: no restore`);
        continue;
      }
      const earlier = thing.told.get(alarm.lane)?.ids ?? [];
      thing.told.set(alarm.lane, { ...told, ids: [...told.ids, ...earlier] });
      thing.pace.recall(alarm.lane, since + alarm.storedAt);
      this.#open.add(rule);
    }
  }

  #isOver(subject: OwnEventSubject, rule: string, now: number): boolean {
    // The watch says so.
    if (rule.startsWith(QUEUE_LONG)) return false;
    if (subject.fault === "line" || subject.fault === "capacity") {
      return now >= this.#startedAt + SETTLED_MS &&
        !this.#parts.faults.all.some((fault) => fault.rule === rule);
    }
    return this.#parts.isOver(subject);
  }

  #step(rule: string, thing: Thing, now: number): void {
    if (thing.storing || now < thing.retryAt) return;
    const telling = thing.pace.due(now);
    if (telling === undefined) {
      if (thing.pace.nextAt === undefined && !thing.pace.unsure) this.#open.delete(rule);
      return;
    }
    thing.storing = true;
    this.#storing++;
    void this.#tell(rule, thing, telling).finally(() => this.#storing--);
  }

  async #tell(rule: string, thing: Thing, telling: Telling): Promise<void> {
    const { store, journal } = this.#parts;
    // The same alarms again after a failure: the journal knows by their ids what it has.
    const alarms = thing.alarms ??= this.#writer.alarms(rule, thing.subject, telling, thing.told);
    const hop: Hop = { at: wallClock(), step: "received", detail: `from this receiver: ${rule}` };
    const results = await Promise.allSettled([...alarms].map(([lane, alarm]) => store(lane, alarm, [hop])));
    thing.storing = false;
    if (results.some(({ status }) => status === "rejected")) {
      // The journal has raised its fault.
      thing.retryAt = this.#clock() + RETRY_MS;
      return;
    }
    thing.alarms = undefined;
    thing.pace.stored(this.#clock());
    const name = telling.over ? "own-restores" : "own-faults";
    this.counters[name] = (this.counters[name] ?? 0) + alarms.size;
    if (!telling.over) {
      for (const [lane, alarm] of alarms) thing.told.set(lane, toldFault(alarm)!);
    } else {
      const ended = [...thing.told.values()].flatMap(({ ids }) => ids);
      thing.told.clear();
      for (const id of [...ended, ...[...alarms.values()].map(({ id }) => id)]) {
        journal.note({ id, told: true });
      }
    }
    if (!this.#closed) this.#step(rule, thing, this.#clock());
  }
}
