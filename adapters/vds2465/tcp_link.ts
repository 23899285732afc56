/**
 * Counters and repeats of VdS 2465 over TCP, the same for both roles.
 *
 * @module
 */
import type { VdsKeys } from "./tcp_keys.ts";
import { PK_VDS2465, type VdsTelegram, writeTelegram } from "./tcp_telegram.ts";

/** Times that a telegram is sent before the connection is given up (vds2465.md §6.5, A). */
export const VDS_TCP_ATTEMPTS = 4;

/** The telegram that was sent last. */
interface Sent {
  ik: number;
  payload: Uint8Array;
  tc: number;
  bytes: Uint8Array;
  /** When it was sent last, ms. */
  at: number;
  attempts: number;
}

/** How the counters of a telegram fit (vds2465.md §6.4). */
export type VdsFit =
  /** It answers what was sent last. */
  | "next"
  /** It was read before: the other side has not got the answer. */
  | "repeat"
  /** It is new, but the other side has dropped what was sent last: both had spoken at the same time. */
  | "crossed"
  /** None of these. */
  | "stray";

/**
 * Counts telegrams in both directions, keeps the last one for its repetition, and knows when that is due. A window of 1:
 * each side speaks in turn.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { VdsKeys } from "./tcp_keys.ts";
 * import { VdsTcpLink } from "./tcp_link.ts";
 *
 * const link = new VdsTcpLink(new VdsKeys(), 0x0fffffff, 4000);
 * link.send(1, new Uint8Array([1]), 0);
 * const answer = { key: 0, tc: 0xa0, rc: 0x10000000, ik: 2, pk: 1, payload: new Uint8Array([1]) };
 * assertEquals(link.fit(answer), "next");
 * link.accept(answer);
 * assertEquals(link.send(3, new Uint8Array(), 5).toHex(), "0000000d10000000ec5d000000a1030100");
 * assertEquals([link.fit(answer), link.due], ["repeat", 4005]);
 * ```
 */
export class VdsTcpLink {
  readonly #keys: VdsKeys;
  readonly #answerMs: number;
  #next: number;
  /** The telegram that was accepted last. */
  #heard: VdsTelegram | undefined;
  #sent: Sent | undefined;
  #awaiting = false;
  /** Key number of the telegrams that go out. */
  key = 0;

  /**
   * Begins to count.
   *
   * @param keys The keys.
   * @param firstCounter The first transmit counter.
   * @param answerMs Time to wait for an answer before the telegram is sent again.
   */
  constructor(keys: VdsKeys, firstCounter: number, answerMs: number) {
    this.#keys = keys;
    this.#next = firstCounter >>> 0;
    this.#answerMs = answerMs;
  }

  /** True while the other side owes an answer. */
  get awaiting(): boolean {
    return this.#awaiting;
  }

  /** What was sent last (IK); undefined before the first telegram. */
  get lastSent(): number | undefined {
    return this.#sent?.ik;
  }

  /** Writes the next telegram, to be answered. */
  send(ik: number, payload: Uint8Array, now: number): Uint8Array {
    const tc = this.#next;
    this.#next = (tc + 1) >>> 0;
    const bytes = this.#write(ik, payload, tc);
    this.#sent = { ik, payload, tc, bytes, at: now, attempts: 1 };
    this.#awaiting = true;
    return bytes;
  }

  /** Writes a telegram that takes no counter and is not repeated: a service request. */
  sendAside(ik: number): Uint8Array {
    return this.#write(ik, new Uint8Array(), this.#next);
  }

  /**
   * Looks at the counters of a telegram. A repeat is one that is the same in everything: a device that counts wrongly is
   * heard all the same, as long as it answers what was sent last.
   */
  fit(telegram: VdsTelegram): VdsFit {
    const heard = this.#heard;
    if (heard !== undefined && isSame(heard, telegram)) return "repeat";
    const { tc, rc } = telegram;
    if (rc === this.#next) return "next";
    const follows = heard !== undefined && tc === ((heard.tc + 1) >>> 0);
    return follows && rc === this.#sent?.tc ? "crossed" : "stray";
  }

  /** Takes a telegram: the other side has heard what was sent last. */
  accept(telegram: VdsTelegram): void {
    this.#heard = telegram;
    this.#awaiting = false;
  }

  /** Takes a telegram that crossed: what was sent last goes out again, with the same counter, and knows of it. */
  acceptCrossed(telegram: VdsTelegram, now: number): Uint8Array | undefined {
    this.#heard = telegram;
    const sent = this.#sent;
    if (sent === undefined) return undefined;
    sent.bytes = this.#write(sent.ik, sent.payload, sent.tc);
    sent.at = now;
    return sent.bytes;
  }

  /** What was sent last, to the octet; undefined before the first telegram. */
  again(): Uint8Array | undefined {
    return this.#sent?.bytes;
  }

  /** The other side was heard, without an answer: the wait begins anew. */
  heardAt(now: number): void {
    if (this.#sent === undefined) return;
    this.#sent.at = now;
    this.#sent.attempts = 1;
  }

  /** When the last telegram is to be repeated or given up; undefined while no answer is awaited. */
  get due(): number | undefined {
    return this.#awaiting && this.#sent !== undefined ? this.#sent.at + this.#answerMs : undefined;
  }

  /** Keeps the wait its length when the clock is set back. */
  setBack(ms: number): void {
    if (this.#sent !== undefined) this.#sent.at -= ms;
  }

  /** Repeats the last telegram, to the octet; undefined when it was sent four times. */
  repeat(now: number): Uint8Array | undefined {
    const sent = this.#sent;
    if (sent === undefined || sent.attempts >= VDS_TCP_ATTEMPTS) return undefined;
    sent.attempts++;
    sent.at = now;
    return sent.bytes;
  }

  #write(ik: number, payload: Uint8Array, tc: number): Uint8Array {
    const rc = this.#heard === undefined ? 0 : (this.#heard.tc + 1) >>> 0;
    return writeTelegram({ key: this.key, tc, rc, ik, pk: PK_VDS2465, payload }, this.#keys);
  }
}

function isSame(a: VdsTelegram, b: VdsTelegram): boolean {
  return a.tc === b.tc && a.rc === b.rc && a.ik === b.ik && a.payload.length === b.payload.length &&
    a.payload.every((octet, at) => octet === b.payload[at]);
}
