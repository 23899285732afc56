/**
 * What is wrong with an AE or its line, the same in every language: it is done to the octets of the answers.
 *
 * @module
 */
import { between, type Chance } from "../simulator/seeded_random.ts";
import type { AeEffect, AePeer, AeRecord } from "./ae_peer.ts";

/** The faults; each may be missing, and all can be combined. Those of answers concern the answers to alarms. */
export interface AeFaults {
  /** Answers so late, ms. */
  lateMs?: number;
  /** Sends each answer twice. */
  twice?: boolean;
  /** Sends 1 to 8 octets of garbage before each answer. */
  rubbish?: boolean;
  /** Sends everything one octet at a time, with this pause between two, ms. */
  fragmentMs?: number;
  /** Cuts the connection once, in place of the answer, when so many alarms were answered. */
  dropAfter?: number;
  /** Says nothing more on that connection, once, when so many alarms were answered. */
  stallAfter?: number;
}

/** Octets that may wait to be sent. */
const MOST_WAITING = 64 * 1024;

/**
 * What all connections of an AE have done.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeFaultCounts } from "./ae_faults.ts";
 *
 * assertEquals(new AeFaultCounts().answered, 0);
 * ```
 */
export class AeFaultCounts {
  /** Alarms that were answered. */
  answered = 0;
  /** The connection was cut. */
  dropped = false;
  /** The AE has stalled. */
  stalled = false;
}

/**
 * A peer with faults.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeFaultCounts, FaultyAe } from "./ae_faults.ts";
 * import { AeVerdicts } from "./ae_verdicts.ts";
 * import { AlarmMemory } from "./alarm_memory.ts";
 * import { FramedAe } from "./framed_ae.ts";
 * import { surGardAe } from "./sur_gard_ae.ts";
 *
 * const peer = new FramedAe(surGardAe(), { verdicts: new AeVerdicts(), memory: new AlarmMemory() });
 * const late = new FaultyAe(peer, { lateMs: 500 }, new AeFaultCounts(), () => 0);
 * const [got, ...more] = late.feed(new TextEncoder().encode("5011 187037E13001004\x14"), 0);
 * assertEquals([got?.kind, more.length, late.nextTick], ["record", 0, 500]);
 * assertEquals(late.tick(500), [{ kind: "send", bytes: Uint8Array.of(0x06) }]);
 * ```
 */
export class FaultyAe implements AePeer {
  readonly #peer: AePeer;
  readonly #faults: AeFaults;
  readonly #counts: AeFaultCounts;
  readonly #chance: Chance;
  #waiting: { at: number; effect: AeEffect }[] = [];
  #octets = 0;
  /** When the last octets go out, or went. */
  #lastAt = Number.NEGATIVE_INFINITY;
  /** `stalled`: hears, and says nothing. `over`: the connection is to be closed. */
  #state: "well" | "stalled" | "over" = "well";

  /**
   * Starts without a connection.
   *
   * @param peer The peer without faults.
   * @param faults What is wrong.
   * @param counts What all connections share.
   * @param chance Where garbage comes from.
   */
  constructor(peer: AePeer, faults: AeFaults, counts: AeFaultCounts, chance: Chance) {
    this.#peer = peer;
    this.#faults = faults;
    this.#counts = counts;
    this.#chance = chance;
  }

  /** True while octets wait to be sent. */
  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  /** When octets are due, or the peer wants to be called. */
  get nextTick(): number | undefined {
    const times = [this.#waiting[0]?.at, this.#state === "over" ? undefined : this.#peer.nextTick]
      .filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The connection came up. */
  connected(now: number): AeEffect[] {
    this.#forget();
    this.#state = "well";
    return this.#pass(this.#peer.connected(now), now);
  }

  /** It went down: what waits is not sent. */
  disconnected(now: number): AeEffect[] {
    this.#forget();
    return this.#peer.disconnected(now);
  }

  /** Takes octets. */
  feed(bytes: Uint8Array, now: number): AeEffect[] {
    if (this.#state === "over") return [];
    const due = this.#due(now);
    return [...due, ...this.#pass(this.#peer.feed(bytes, now), now)];
  }

  /** Lets time pass: what is due is sent. */
  tick(now: number): AeEffect[] {
    if (this.#state === "over") return [];
    const due = this.#due(now);
    return [...due, ...this.#pass(this.#peer.tick(now), now)];
  }

  #pass(effects: AeEffect[], now: number): AeEffect[] {
    const out: AeEffect[] = [];
    for (const effect of effects) {
      if (this.#state === "over") break;
      if (effect.kind === "send") this.#send(effect.bytes, effect.answers, now, out);
      else if (effect.kind !== "close") out.push(effect);
      // The connection ends behind what is still to be said.
      else if (this.busy) this.#waiting.push({ at: this.#lastAt, effect });
      else {
        out.push(effect);
        this.#end();
      }
    }
    return out;
  }

  #send(bytes: Uint8Array, answers: AeRecord | undefined, now: number, out: AeEffect[]): void {
    const { lateMs = 0, fragmentMs } = this.#faults;
    const toAlarm = answers?.kind === "alarm";
    if (toAlarm && this.#breaks(answers, out)) return;
    if (this.#state === "stalled") {
      if (answers !== undefined) unanswered(answers, "nothing, the AE has stalled");
      return;
    }
    const said = toAlarm ? this.#spoiled(bytes, answers) : [bytes];
    if (toAlarm) this.#counts.answered++;
    const wait = toAlarm ? lateMs : 0;
    const pieces = fragmentMs === undefined
      ? said
      : said.flatMap((part) => [...part].map((octet) => Uint8Array.of(octet)));
    // The clock was set back: nobody waits for it to come there again.
    if (!this.busy && this.#lastAt > now) this.#lastAt = now;
    for (const piece of pieces) {
      // What is said first arrives first.
      this.#lastAt = Math.max(now + wait, this.#lastAt + (fragmentMs ?? 0));
      if (this.#lastAt <= now && !this.busy) out.push({ kind: "send", bytes: piece });
      else {
        this.#waiting.push({ at: this.#lastAt, effect: { kind: "send", bytes: piece } });
        this.#octets += piece.length;
      }
    }
    if (this.#octets > MOST_WAITING) {
      out.push({ kind: "close", reason: "the receiver asks faster than this AE answers" });
      this.#end();
    }
  }

  /** Drops or stalls, if it is time for it. @returns True when the answer is not sent. */
  #breaks(answers: AeRecord, out: AeEffect[]): boolean {
    const { dropAfter, stallAfter } = this.#faults;
    const counts = this.#counts;
    if (dropAfter !== undefined && !counts.dropped && counts.answered >= dropAfter) {
      counts.dropped = true;
      unanswered(answers, "nothing, the connection is cut");
      out.push({ kind: "close", reason: `cut in place of an answer, behind ${dropAfter} answered alarms` });
      this.#end();
      return true;
    }
    if (stallAfter !== undefined && !counts.stalled && counts.answered >= stallAfter) {
      counts.stalled = true;
      this.#state = "stalled";
    }
    return false;
  }

  /** The answer with what is wrong with it, and in words. */
  #spoiled(bytes: Uint8Array, answers: AeRecord): Uint8Array[] {
    const { lateMs = 0, twice, rubbish, fragmentMs } = this.#faults;
    const said = [bytes];
    if (twice === true) {
      said.push(bytes);
      answers.answer += ", twice";
    }
    if (rubbish === true) {
      said.unshift(
        Uint8Array.from({ length: between(this.#chance, 1, 8) }, () => between(this.#chance, 0x80, 0xff)),
      );
      answers.answer += ", behind rubbish";
    }
    if (fragmentMs !== undefined && bytes.length > 1) answers.answer += ", octet by octet";
    if (lateMs > 0) answers.answer += `, after ${lateMs} ms`;
    return said;
  }

  #due(now: number): AeEffect[] {
    const ready = this.#waiting.findIndex(({ at }) => at > now);
    const due = this.#waiting.splice(0, ready < 0 ? Infinity : ready);
    for (const { effect } of due) {
      if (effect.kind === "send") this.#octets -= effect.bytes.length;
      else this.#end();
    }
    return due.map(({ effect }) => effect);
  }

  #end(): void {
    this.#state = "over";
    this.#forget();
  }

  #forget(): void {
    this.#waiting = [];
    this.#octets = 0;
    this.#lastAt = Number.NEGATIVE_INFINITY;
  }
}

function unanswered(record: AeRecord, answer: string): void {
  record.answer = answer;
  record.taken = false;
}
