/** An AE on virtual time that answers each frame once or twice, and a queue behind the sender that speaks to it. */
import { assert } from "@std/assert";
import type { OutputEffect } from "../../adapters/contract.ts";
import type { LineSender } from "../../src/delivery/line_sender.ts";
import { brief, item } from "./rig.ts";

/** Until an alarm that was refused is offered again. */
const AGAIN_MS = 500;

/** What happens to one frame. */
export interface Fate {
  /** The AE does not get it, or says nothing to it. */
  lost?: boolean;
  /** It is refused. */
  nak?: boolean;
  /** Answers, one octet each. */
  answers: number;
  /** Until the first answer, and from each to the next, ms. */
  lateMs: number;
  gapMs: number;
}

export class AnsweringAe {
  now = 0;
  readonly delivered: string[] = [];
  readonly refused: string[] = [];
  readonly log: string[] = [];
  readonly queue: string[] = [];
  /** What the AE acknowledged. */
  readonly acknowledged = new Set<string>();
  #up = false;
  #inFlight: string | undefined;
  #answers: { at: number; octet: number }[] = [];
  #again: { at: number; id: string }[] = [];

  constructor(readonly session: LineSender, public fate: (frame: string) => Fate) {}

  connect(): void {
    this.#up = true;
    this.#apply(this.session.connected(this.now));
  }

  disconnect(): void {
    this.#up = false;
    this.#answers = [];
    this.#apply(this.session.disconnected(this.now));
  }

  add(...ids: string[]): void {
    this.queue.push(...ids);
    this.#apply([]);
  }

  /** The AE says something of its own accord. */
  say(...octets: number[]): void {
    this.#apply(this.session.feed(Uint8Array.from(octets), this.now));
  }

  /** Lets time pass. An answer and a timer at the same time: the timer is first, which is the harder case. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (let guard = 0;; guard++) {
      assert(guard < 100_000, "time stands still");
      this.#answers.sort((a, b) => a.at - b.at);
      const tick = this.session.nextTick ?? Infinity, answer = this.#answers[0]?.at ?? Infinity;
      const again = this.#again[0]?.at ?? Infinity;
      const next = Math.min(tick, answer, again);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      if (again <= this.now) this.add(...this.#again.splice(0, 1).map(({ id }) => id));
      else if (tick <= answer) this.#apply(this.session.tick(this.now));
      else this.say(this.#answers.shift()?.octet ?? 0);
    }
    this.now = until;
  }

  #apply(effects: OutputEffect[]): void {
    for (const effect of effects) this.#do(effect);
    while (this.#up && this.session.ready && this.#inFlight === undefined) {
      const id = this.queue.shift();
      if (id === undefined) return;
      this.#inFlight = id;
      for (const effect of this.session.offer(item(id), this.now)) this.#do(effect);
    }
  }

  #do(effect: OutputEffect): void {
    this.log.push(...brief([effect]).map((entry) => `${this.now} ${entry}`));
    if (effect.kind === "send") return this.#hear(new TextDecoder().decode(effect.bytes));
    if (effect.kind === "delivered") {
      // The frames of an alarm are its id, cut at `+`.
      const untaken = effect.id.split("+").filter((frame) => !this.acknowledged.has(frame));
      assert(untaken.length === 0, `${effect.id} is delivered and was not taken\n${this.log.join("\n")}`);
      this.delivered.push(effect.id);
      this.#inFlight = undefined;
    } else if (effect.kind === "refused") {
      this.refused.push(effect.id);
      this.#again.push({ at: this.now + AGAIN_MS, id: effect.id });
      this.#inFlight = undefined;
    } else if (effect.kind === "absent" && effect.id !== undefined) {
      this.queue.unshift(effect.id);
      this.#inFlight = undefined;
    }
  }

  #hear(frame: string): void {
    const { lost, nak, answers, lateMs, gapMs } = this.fate(frame);
    if (lost === true) return;
    if (nak !== true) this.acknowledged.add(frame);
    for (let at = 0; at < answers; at++) {
      this.#answers.push({ at: this.now + lateMs + at * gapMs, octet: nak === true ? 0x15 : 0x06 });
    }
  }
}
