/**
 * Takes alarms from panels: stores them, recognises repeats, and knows which panel still waits for its acknowledgement.
 *
 * @module
 */
import type { PanelAlarm } from "../../adapters/contract.ts";
import { markRepeat } from "../delivery/repeat_mark.ts";
import type { AlarmEvent, EventDraft } from "../event/alarm_event.ts";
import { eventId, EVENTS_PER_TIME } from "../event/event_id.ts";
import type { Hop, Journal, NewAlarm, StoredAlarm } from "../journal/journal.ts";
import { wallClock } from "./clock.ts";
import type { HopWriter, Live } from "./live.ts";
import type { Outbox } from "./outbox.ts";
import type { UniqueTime } from "./unique_time.ts";

/** When a panel is acknowledged. */
export type AcknowledgeMode = "store-and-forward" | "pass-through";

/** An alarm that is in the journal. */
export interface TakenAlarm {
  alarm: StoredAlarm;
  /** It was there already: the panel repeated it without having been acknowledged. */
  joined: boolean;
}

/** What an intake works with. */
export interface IntakeParts {
  journal: Journal;
  outbox: Outbox;
  hops: HopWriter;
  live: Live;
  deviceId: Uint8Array;
  times: UniqueTime;
  lane: string;
  /** How far the time that alarms are stamped with is ahead of this box's clock, ms. @default {() => 0} */
  offsetMs?: () => number;
}

/** A panel that was not acknowledged before a crash may repeat its alarm for this long. */
const REPEAT_AFTER_RESTART_MS = 600_000;
/** A panel that was not acknowledged repeats within this time after the next stage took its alarm, or gave up for good. */
const REPEAT_AFTER_DELIVERY_MS = 60_000;
/** A panel whose connection broke right after the acknowledgement repeats within this time, if it missed it. */
const REPEAT_AFTER_BREAK_MS = 60_000;

/** An alarm that its panel was not acknowledged yet. */
interface OpenAlarm {
  /** When the panel sent it last, ms since the epoch. */
  heardAt: number;
  storing: Promise<StoredAlarm>;
  /** The alarm, once it is in the journal. */
  stored?: StoredAlarm;
}

/** Stores panel alarms and tells repeats from new alarms. */
export class PanelIntake {
  readonly #parts: IntakeParts;
  /** Alarms not acknowledged to their panel yet, by what the panel would send again. */
  readonly #open = new Map<string, OpenAlarm>();
  /** The same by identity, once they are in the journal. */
  readonly #unanswered = new Map<string, StoredAlarm>();
  /** Alarms whose acknowledgement may not have reached the panel: until when a repeat is to be expected. */
  readonly #suspects = new Map<string, number>();
  #forgetAt = 0;
  readonly #waiters = new Map<string, Set<(delivered: boolean) => void>>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Recalls the alarms whose panels were perhaps never acknowledged before the process ended. */
  async start(now: number): Promise<void> {
    for (const alarm of await this.#parts.journal.untold(now - REPEAT_AFTER_RESTART_MS, 10_000)) {
      this.#suspects.set(repeatKey(alarm.origin, alarm.account, alarm.raw), now + REPEAT_AFTER_RESTART_MS);
    }
  }

  /**
   * Makes an alarm durable.
   *
   * @param input Name of the input.
   * @param peer The panel's address.
   * @param alarm The alarm.
   * @param mode Acknowledgement mode of the input.
   * @returns The stored alarm.
   * @throws {JournalError} When it could not be stored: the panel must not be acknowledged.
   */
  async take(input: string, peer: string, alarm: PanelAlarm, mode: AcknowledgeMode): Promise<TakenAlarm> {
    const account = alarm.events[0]?.account ?? "";
    const key = repeatKey(input, account, alarm.raw);
    const now = wallClock();
    this.#forget(now);
    const known = this.#open.get(key);
    if (known !== undefined && mayBeRepeat(known, now)) {
      known.heardAt = now;
      const stored = await known.storing;
      this.#parts.hops.note(stored, "repeated", `panel ${input} ${peer}`);
      return { alarm: stored, joined: true };
    }
    if (known !== undefined) this.#giveUpOn(key, known);
    const open: OpenAlarm = { heardAt: now, storing: this.#store(key, input, peer, alarm, mode) };
    this.#open.set(key, open);
    try {
      const stored = await open.storing;
      open.stored = stored;
      return { alarm: stored, joined: false };
    } catch (error) {
      this.#open.delete(key);
      throw error;
    }
  }

  /** Alarms whose panels have given up: the same bytes are a new alarm then, and must not be swallowed. */
  #forget(now: number): void {
    if (now < this.#forgetAt) return;
    this.#forgetAt = now + REPEAT_AFTER_BREAK_MS;
    for (const [key, open] of this.#open) if (!mayBeRepeat(open, now)) this.#giveUpOn(key, open);
    for (const [key, until] of this.#suspects) if (until < now) this.#suspects.delete(key);
  }

  /** The panel has given up on an alarm; should it come all the same, it is a new one that says it may be a repeat. */
  #giveUpOn(key: string, open: OpenAlarm): void {
    this.#open.delete(key);
    if (open.stored !== undefined) this.#unanswered.delete(open.stored.id);
    this.#suspects.set(key, open.heardAt + REPEAT_AFTER_RESTART_MS);
  }

  async #store(
    key: string,
    input: string,
    peer: string,
    alarm: PanelAlarm,
    mode: AcknowledgeMode,
  ): Promise<StoredAlarm> {
    const { journal, outbox, deviceId, times, lane, live } = this.#parts;
    const at = wallClock();
    const stamp = at + (this.#parts.offsetMs?.() ?? 0);
    const time = times.next(stamp);
    const suspectUntil = this.#suspects.get(key);
    const suspect = suspectUntil !== undefined && at <= suspectUntil;
    if (suspectUntil !== undefined) this.#suspects.delete(key);
    const events = identify(alarm.events, deviceId, time, stamp, suspect ? ["possible-duplicate"] : []);
    const entry: NewAlarm = {
      id: eventId(deviceId, time),
      lane,
      origin: input,
      account: events[0]?.account ?? "",
      protocol: alarm.protocol,
      data: suspect ? markRepeat(alarm.protocol, alarm.data) : alarm.data,
      raw: alarm.raw,
      time,
      events,
      open: mode === "store-and-forward" && !alarm.complete,
      offered: false,
    };
    const hops: Hop[] = [{ at, step: "received", detail: `panel ${input} ${peer}` }];
    const appended = await journal.append(entry, hops);
    const stored: StoredAlarm = {
      ...entry,
      seq: appended.seq,
      storedAt: wallClock(),
      deliveredAt: undefined,
      told: false,
    };
    this.#unanswered.set(stored.id, stored);
    live.hops(stored, hops);
    this.#parts.hops.note(stored, "stored", "SPT journal");
    if (!entry.open) outbox.add(stored);
    return stored;
  }

  /** Adds text to an open alarm and lets it go. */
  async amend(stored: StoredAlarm, alarm: PanelAlarm): Promise<void> {
    const { journal, outbox, deviceId, live } = this.#parts;
    const flags = stored.events[0]?.flags.filter((flag) => flag === "possible-duplicate") ?? [];
    const stamp = stored.storedAt + (this.#parts.offsetMs?.() ?? 0);
    const events = identify(alarm.events, deviceId, stored.time, stamp, flags);
    const data = flags.length > 0 ? markRepeat(alarm.protocol, alarm.data) : alarm.data;
    const hop: Hop = { at: wallClock(), step: "amended", detail: events[0]?.text ?? "" };
    if (!stored.open) {
      // Pass-through: the alarm is on its way already and does not wait for its text.
      this.#parts.hops.note(stored, hop.step, `text came after the alarm was sent on: ${hop.detail}`);
      return;
    }
    await journal.amend(stored.id, { data, raw: alarm.raw, events }, hop);
    Object.assign(stored, { data, raw: alarm.raw, events, open: false });
    live.hops(stored, [hop]);
    outbox.add(stored, true);
  }

  /** No text came: lets an open alarm go. */
  async complete(stored: StoredAlarm): Promise<void> {
    if (!stored.open) return;
    stored.open = false;
    try {
      await this.#parts.journal.complete(stored.id);
    } catch {
      // It is durable and stays open in the journal until the next start; it goes its way now all the same.
    }
    this.#parts.outbox.add(stored, true);
  }

  /**
   * Waits until the next stage has taken an alarm.
   *
   * @param stored The alarm.
   * @param waitMs How long.
   * @returns False when it took longer.
   */
  delivered(stored: StoredAlarm, waitMs: number): Promise<boolean> {
    if (stored.deliveredAt !== undefined) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiters = this.#waiters.get(stored.id) ?? new Set();
    this.#waiters.set(stored.id, waiters);
    const settle = (delivered: boolean) => {
      clearTimeout(timer);
      waiters.delete(settle);
      if (waiters.size === 0) this.#waiters.delete(stored.id);
      resolve(delivered);
    };
    const timer = setTimeout(() => settle(false), waitMs);
    waiters.add(settle);
    return promise;
  }

  /** Panels that wait for the next stage now. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Tells those who wait that the next stage took the alarm. */
  wasDelivered(stored: StoredAlarm): void {
    // The queue may have read its own copy from the journal.
    const own = this.#unanswered.get(stored.id);
    if (own !== undefined) own.deliveredAt = stored.deliveredAt ?? wallClock();
    for (const settle of [...this.#waiters.get(stored.id) ?? []]) settle(true);
  }

  /** Nobody waits any longer (the gateway stops). */
  giveUp(): void {
    for (const waiters of [...this.#waiters.values()]) for (const settle of [...waiters]) settle(false);
  }

  /** The acknowledgement was handed to the panel's connection. */
  acknowledged(stored: StoredAlarm, raw: Uint8Array): void {
    this.#unanswered.delete(stored.id);
    const key = repeatKey(stored.origin, stored.account, raw);
    // Two connections may have waited for one alarm: the second must not take away what came in between.
    if (this.#open.get(key)?.stored?.id === stored.id) this.#open.delete(key);
    this.#parts.hops.note(stored, "acknowledged", "panel");
  }

  /** The panel was told that its alarm failed, or left before it was told anything: it repeats the alarm or gives up. */
  failed(stored: StoredAlarm, why: string): void {
    this.#parts.hops.note(stored, "failed", why);
  }

  /** The panel has shown that it got the acknowledgement: it went on. */
  proven(stored: StoredAlarm): void {
    stored.told = true;
    this.#parts.journal.note({ id: stored.id, told: true });
  }

  /** The connection ended before the panel showed that it got the acknowledgement: it may repeat the alarm. */
  unproven(stored: StoredAlarm, raw: Uint8Array, now: number): void {
    this.#suspects.set(repeatKey(stored.origin, stored.account, raw), now + REPEAT_AFTER_BREAK_MS);
  }
}

/** Gives the events of one alarm their identities: the alarm's own for the first, the next units of time after it. */
function identify(
  drafts: readonly EventDraft[],
  deviceId: Uint8Array,
  time: bigint,
  receivedAt: number,
  flags: readonly string[],
): AlarmEvent[] {
  return drafts.map((draft, i) => ({
    ...draft,
    id: eventId(deviceId, time + BigInt(i % EVENTS_PER_TIME)),
    receivedAt: new Date(receivedAt),
    flags: [...new Set([...draft.flags, ...flags])].sort(),
  }));
}

/** Whether the same bytes would be the panel's repeat: it was not acknowledged, and cannot have given up yet. */
function mayBeRepeat({ heardAt, stored }: OpenAlarm, now: number): boolean {
  if (stored === undefined) return true;
  const { deliveredAt } = stored;
  return now - heardAt <= REPEAT_AFTER_RESTART_MS &&
    (deliveredAt === undefined || now - deliveredAt <= REPEAT_AFTER_DELIVERY_MS);
}

function repeatKey(input: string, account: string, raw: Uint8Array): string {
  return `${input}\0${account}\0${raw.toHex()}`;
}
