/**
 * One output: what it is given from its queues, and what became of that.
 *
 * @module
 */
import type { OutputEffect } from "../../adapters/contract.ts";
import type { Loss } from "../event/translation/mod.ts";
import type { StoredAlarm } from "../journal/journal.ts";
import type { AeEnd, AeEndOwner } from "./ae_end.ts";
import { wallClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { Lane, LaneLink } from "./lane.ts";
import type { HopWriter } from "./live.ts";
import type { OutputItems } from "./output_item.ts";
import { Wake } from "./wake.ts";

/** What an output works with. */
export interface AeLinkParts {
  /** Name of the output. */
  name: string;
  /** Makes the way to the AE. */
  end: (owner: AeEndOwner) => AeEnd;
  /** Makes items of alarms. */
  items: OutputItems;
  hops: HopWriter;
  faults: Faults;
  /** Told when the AE acknowledged an alarm. */
  delivered: (alarm: StoredAlarm) => void;
}

/** An alarm that the AE has and has not answered. */
interface InFlight {
  id: string;
  lane: Lane;
  /** What its account lost. */
  lost: readonly Loss[];
}

/** An AE that is called for an alarm and does not answer is called for one again after this time, while others take them. */
const CALL_AGAIN_MS = 60_000;
/** Attempts of one alarm that are noted one by one; more are only counted. */
const NOTED_ATTEMPTS = 4;

/** Delivers the alarms of its lanes to one automation software, one at a time, the oldest first. */
export class AeLink implements LaneLink, AeEndOwner {
  /** Name of the output. */
  readonly name: string;
  /** What happened, by name. */
  readonly counters: Record<string, number> = {};
  /** The queues that it may empty. */
  readonly lanes: Lane[] = [];
  /** When its AE last left an alarm unanswered and has not answered since. */
  triedAt: number | undefined;

  readonly #parts: AeLinkParts;
  readonly #end: AeEnd;
  readonly #wake: Wake = new Wake(() => this.pump());
  #inFlight: InFlight | undefined;
  #present = false;
  /** Why the AE counts as absent; undefined when it is there, or nothing is known against it. */
  #absent: "start" | "line" | "silence" | undefined;
  #stopping = false;
  #idle: (() => void) | undefined;
  #pumping = false;
  #again = false;
  /** When the lanes were asked last, ms since the epoch. */
  #askedAt = 0;
  /** Lanes have to look anew who gets what. */
  #changed = false;

  constructor(parts: AeLinkParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.#end = parts.end(this);
  }

  /** The way to the AE. */
  get end(): AeEnd {
    return this.#end;
  }

  /** Whether the AE answers; `unknown` while there was nothing that it could have answered. */
  get state(): "present" | "absent" | "unknown" {
    return this.#present ? "present" : this.#absent === undefined ? "unknown" : "absent";
  }

  /** Whether the AE answers, as far as is known. */
  get present(): boolean {
    return this.#present && !this.#stopping;
  }

  /** An alarm could be handed over, or a connection made for it. */
  get reachable(): boolean {
    return !this.#stopping && this.#inFlight === undefined && (this.#end.ready || this.#end.onDemand);
  }

  /** The alarm handed over and not answered yet. */
  get inFlight(): string | undefined {
    return this.#inFlight?.id;
  }

  /** Opens the way to the AE. */
  async start(): Promise<void> {
    if (this.#end.provable) {
      this.#absent = "start";
      this.#parts.faults.raise(this.#faultName, `output ${this.name}: the AE has not answered yet`);
    }
    await this.#end.start();
  }

  /** Takes no further alarm, waits for the answer to the one in flight (at most `waitMs`), closes. */
  async stop(waitMs: number): Promise<void> {
    this.#stopping = true;
    this.#end.drain();
    for (const lane of this.lanes) lane.outbox.close();
    if (this.#inFlight !== undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#idle = resolve;
      const timer = setTimeout(resolve, waitMs);
      await promise;
      clearTimeout(timer);
    }
    this.#wake.clear();
    await this.#end.close();
    this.#wake.clear();
  }

  /** Hands over what can be handed over. */
  pump(): void {
    // Handing over has effects, and those may bring one back here.
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    try {
      do {
        this.#again = false;
        while (this.#handOver());
      } while (this.#again);
    } finally {
      this.#pumping = false;
    }
    if (this.#stopping) return;
    const free = this.#inFlight === undefined && (this.#end.ready || this.#end.onDemand);
    const times = this.lanes.map(({ nextTime }) => nextTime)
      // A time that had passed when the lanes were asked is not for this output: it would only spin.
      .filter((time) => time !== undefined && time > this.#askedAt) as number[];
    this.#wake.set(free && times.length > 0 ? Math.min(...times) : undefined);
  }

  /** After a step of the conversation. */
  step(): void {
    if (!this.#changed) return this.pump();
    this.#changed = false;
    for (const lane of this.lanes) lane.pump();
    this.pump();
  }

  /** A connection came up. Where alarms can go at once, it is all that can be known of the AE now. */
  open(): void {
    this.#changed = true;
    if (!this.#end.ready || this.#present || this.#absent === "silence") return;
    this.#absent = undefined;
    this.#parts.faults.clear(this.#faultName);
  }

  /** No connection can be had. */
  unreachable(message: string): void {
    if (this.#end.onDemand) this.triedAt = Date.now();
    this.#gone("line", message);
    this.step();
  }

  /** The connection ended: whatever the session said or did not say, nothing more comes for the alarm in hand. */
  closed(): void {
    const id = this.#inFlight?.id;
    if (id === undefined) return;
    const message = "The connection to the AE ended before the alarm in flight was acknowledged.";
    this.tell({ kind: "absent", rule: "disconnected", message, id });
  }

  /** Counts something. */
  count(name: string, by = 1): void {
    this.counters[name] = (this.counters[name] ?? 0) + by;
  }

  /** What became of an alarm, and how the AE is. */
  tell(effect: OutputEffect): void {
    const { hops } = this.#parts;
    switch (effect.kind) {
      case "sent":
        return this.#sent(effect);
      case "delivered": {
        const lane = this.#free(effect.id);
        const waiting = lane?.done(effect.id);
        if (waiting === undefined) return;
        this.count("delivered");
        // The lane may have had room for nobody else.
        this.#changed ||= (lane?.links.length ?? 0) > 1;
        const at = wallClock();
        waiting.alarm.deliveredAt = at;
        hops.note(waiting.alarm, "delivered", `AE ${this.name}`, { delivered: at });
        return this.#parts.delivered(waiting.alarm);
      }
      case "refused": {
        const lane = this.#free(effect.id);
        this.count(effect.rule);
        const waiting = lane?.outbox.inHand(effect.id);
        if (lane === undefined || waiting === undefined) return;
        hops.note(waiting.alarm, "refused", `AE ${this.name}: ${effect.rule}`);
        this.#changed = lane.links.length > 1 || this.#changed;
        return lane.refused(effect.id, this, effect.message, Date.now(), effect.partly === true);
      }
      case "absent":
        return this.#unanswered(effect);
      case "present":
        this.#present = true;
        this.#absent = undefined;
        this.#changed = true;
        this.triedAt = undefined;
        return this.#parts.faults.clear(this.#faultName);
    }
  }

  #sent({ id, attempt, line, notes = [], lost = [], unknown = 0 }: OutputEffect & { kind: "sent" }): void {
    this.count(attempt === 1 ? "sent" : "sent-again");
    const flight = this.#inFlight;
    const waiting = flight?.lane.outbox.inHand(id);
    if (flight === undefined || waiting === undefined) return;
    const first = attempt === 1 && !this.#told;
    this.#told = true;
    const losses = first ? [...flight.lost, ...lost] : [];
    if (losses.length > 0) this.count("translated");
    if (first && unknown > 0) this.count("unknown-codes", unknown);
    // What an AE refuses on and on must not fill the disk.
    if (attempt > NOTED_ATTEMPTS) return;
    const again = attempt > 1 ? ` (attempt ${attempt})` : "";
    const said = [
      // Many a note tells of the loss too.
      ...losses.filter(({ detail }) => !notes.some((note) => note.includes(detail)))
        .map(({ what, detail }) => `lost ${what}: ${detail}`),
      ...(first ? notes : []).map((note) => `note: ${note}`),
    ].map((text) => `; ${text}`).join("");
    this.#parts.hops.note(waiting.alarm, "sent", `AE ${this.name}${again}: ${line}${said}`);
  }

  /** What the alarm in flight lost was told. */
  #told = false;
  /** The AE was there when the alarm in flight was handed over. */
  #wasPresent = false;

  #unanswered({ id, rule, message }: OutputEffect & { kind: "absent" }): void {
    this.count(`absent:${rule}`);
    this.#gone(rule === "disconnected" ? "line" : "silence", message);
    if (id !== undefined || this.#end.onDemand) this.triedAt = Date.now();
    if (id === undefined) return;
    const lane = this.#free(id);
    const waiting = lane?.outbox.inHand(id);
    if (waiting !== undefined) this.#parts.hops.note(waiting.alarm, "refused", `AE ${this.name}: ${rule}`);
    lane?.unanswered(id, this.#wasPresent, Date.now());
  }

  #gone(why: "line" | "silence", message: string): void {
    this.#changed = true;
    this.#present = false;
    this.#absent = why;
    this.#parts.faults.raise(this.#faultName, `output ${this.name}: ${message}`);
  }

  /** @returns Whether one was handed over. */
  #handOver(): boolean {
    if (this.#stopping || this.#inFlight !== undefined || !(this.#end.ready || this.#end.onDemand)) {
      return false;
    }
    const now = this.#askedAt = Date.now();
    const lane = this.#oldest(now);
    if (lane === undefined) return false;
    if (!this.#end.ready) {
      this.#end.want();
      this.#calling(now);
      return false;
    }
    const waiting = lane.take(this, now);
    if (waiting === undefined) return false;
    const { id } = waiting.alarm;
    this.#told = false;
    this.#wasPresent = this.#present;
    this.#inFlight = { id, lane, lost: [] };
    try {
      const { item, lost } = this.#parts.items.of(waiting.alarm, waiting.repeated);
      this.#inFlight.lost = lost;
      this.#end.offer(item);
    } catch (error) {
      // A fault of ours: this alarm waits, with a fault that says so, and the ones behind it go on.
      const reason = error instanceof Error ? error.message : String(error);
      const message = `it could not be written: ${reason}`;
      this.tell({ kind: "refused", id, rule: "offer-failed", message, partly: true });
    }
    return true;
  }

  /** Somebody is called for an alarm, and may not answer: meanwhile the other outputs go on. */
  #calling(now: number): void {
    const { triedAt } = this;
    if (this.#present || (triedAt !== undefined && now >= triedAt && now - triedAt < CALL_AGAIN_MS)) return;
    this.triedAt = now;
    for (const lane of this.lanes) if (lane.links.length > 1) lane.pump();
  }

  /** The lane whose next alarm is the oldest. */
  #oldest(now: number): Lane | undefined {
    let lane: Lane | undefined, seq = Infinity;
    for (const each of this.lanes) {
      const next = each.peek(this, now)?.alarm.seq ?? Infinity;
      if (next < seq) [lane, seq] = [each, next];
    }
    return lane;
  }

  /** The alarm is answered, one way or the other. @returns Its lane. */
  #free(id: string): Lane | undefined {
    const flight = this.#inFlight;
    this.#idle?.();
    if (flight?.id !== id) return undefined;
    this.#inFlight = undefined;
    return flight.lane;
  }

  get #faultName(): string {
    return `ae-absent:${this.name}`;
  }
}
