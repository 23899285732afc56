/**
 * The receiving centre's side of VdS 2465 over TCP: an input for devices that transmit with supplement S2.
 *
 * @module
 */
import type {
  AlarmOutcome,
  Framed,
  PanelCommand,
  PanelEffect,
  PanelSession,
  PanelSessionOptions,
  Refusal,
} from "../contract.ts";
import { VdsCentre, type VdsCentreOptions } from "./centre.ts";
import { tooLate } from "./commands.ts";
import { vdsProtocolText } from "./names.ts";
import { writeRecords } from "./record.ts";
import { Vds2465TcpFramer, type VdsTcpFrame } from "./tcp_framer.ts";
import { type VdsKeyOptions, VdsKeys } from "./tcp_keys.ts";
import { VDS_TCP_ATTEMPTS, VdsTcpLink } from "./tcp_link.ts";
import { IK, PK_VDS2465, readTelegram, type VdsTelegram } from "./tcp_telegram.ts";

/** Options of a {@link Vds2465TcpSession}. */
export interface Vds2465TcpSessionOptions extends PanelSessionOptions, VdsCentreOptions {
  /** AES keys by key number; none for devices that send in plain. */
  keys?: VdsKeyOptions;
  /** Takes plain telegrams although there are keys. @default {true without keys, false with keys} */
  allowPlain?: boolean;
  /** Time between polls, ms; 3000 to 8000 are usual. @default {5000} */
  pollMs?: number;
  /** First transmit counter: a random number of 32 bits. @default {the low 32 bits of the time} */
  firstCounter?: number;
}

/** An answer is awaited this much longer than the poll interval, ms (vds2465.md §6.5, A). */
const ANSWER_MARGIN = 1000;
/** Interval of the polls behind a service request, ms, and their number (vds2465.md §6.5: about 5; interval C). */
const FAST_POLL = 500;
const FAST_POLLS = 5;
/** Telegrams of an unknown kind, one after the other, after which the connection is closed. */
const MAX_STRANGE = 4;
/** Octets of a telegram before its payload. */
const BEFORE_PAYLOAD = 17;
const NOTHING = new Uint8Array();
const ALL_DONE = "Everything is acknowledged, and the device was told so";
const POLL_DETAILS: Readonly<Record<number, string>> = {
  [IK.POLL]: "nothing to send",
  [IK.IK_UNKNOWN]: "the device does not know the kind of the last telegram",
  [IK.PK_UNKNOWN]: "the device does not know the protocol number of VdS 2465",
};

/**
 * Talks to a device that transmits VdS 2465 over TCP (vds2465.md §6): synchronises, polls, and acknowledges with records
 * 03 and 41.
 *
 * This side speaks first. The device chooses the key number in its first answer; every telegram is then answered with
 * its own key number. With keys set, plain telegrams are refused unless `allowPlain` says otherwise. A telegram that
 * is not answered is sent again, to the octet, and the connection closed when four were in vain.
 *
 * An alarm is acknowledged only when {@link settle} says that it is accepted; until then the device is polled as usual,
 * so a long wait does not break the connection. If it failed, nothing is sent and the connection closed: what a device
 * does with an error (11) for an alarm is not known, it might drop the alarm, while each must send it again, or take its
 * other path, when the connection ends without an acknowledgement. The only transmitter whose source is known drops the
 * connection for that itself, after 30 s.
 *
 * Rules of refusals: those of `Vds2465TcpFramer`, `readTelegram` and `VdsCentre`, `plain-not-allowed`, `counter`,
 * `unknown-ik`, `unknown-pk`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vds2465TcpSession } from "./tcp_session.ts";
 *
 * const session = new Vds2465TcpSession({ firstCounter: 0x0fffffff });
 * const hex = (effects: { kind: string; bytes?: Uint8Array }[]) => effects.map(({ bytes }) => bytes?.toHex());
 * assertEquals(hex(session.tick(0)), ["0000000e0fffffffedfe0000000001010101"]);
 * const sync = Uint8Array.fromHex("0000000e000000a0ec5d1000000002010101");
 * assertEquals(hex(session.feed(sync, 1)), ["0000000d10000000ec5d000000a1030100"]);
 * const burglary = Uint8Array.fromHex("00000018000000a11fbe1000000104010b0402110300220356214365");
 * const [alarm] = session.feed(burglary, 2);
 * assertEquals(alarm?.kind === "alarm" && alarm.alarm.events[0]?.zone, "3");
 * assertEquals(hex(session.settle(1, "accepted", 3)), ["0000001310000001bd46000000a2040106040311030022"]);
 * ```
 */
export class Vds2465TcpSession implements PanelSession {
  readonly #options: Vds2465TcpSessionOptions;
  readonly #keys: VdsKeys;
  readonly #framer = new Vds2465TcpFramer();
  readonly #centre: VdsCentre;
  #link: VdsTcpLink | undefined;
  #synced = false;
  /** When the device is polled; undefined while it owes an answer. */
  #pollAt: number | undefined;
  #fastPolls = 0;
  #strange = 0;
  #over = false;

  /**
   * Starts a conversation. Call {@link tick} at once, as this side speaks first.
   *
   * @param options Keys, and how the device is talked to.
   * @throws {RangeError} When a key is not one.
   */
  constructor(options: Vds2465TcpSessionOptions = {}) {
    this.#options = options;
    this.#keys = new VdsKeys(options.keys);
    this.#centre = new VdsCentre(options);
  }

  /** Takes bytes from the device. Never throws. */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#over || bytes.length === 0) return [];
    const effects: PanelEffect[] = [];
    const link = this.#start(now, effects);
    for (const item of this.#framer.feed(bytes)) {
      if (this.#over) break;
      if (item.kind === "frame") this.#takeFrame(item, link, now, effects);
      else effects.push(item);
    }
    if (this.#framer.lost && !this.#over) {
      this.#close("The device sends something that is no VdS 2465 over TCP", effects);
    }
    return effects;
  }

  /** Lets time pass: the first telegram, polls, repeats. */
  tick(now: number): PanelEffect[] {
    const effects: PanelEffect[] = [];
    if (this.#over) return effects;
    const link = this.#start(now, effects);
    if (link.due !== undefined && now >= link.due) this.#repeat(link, now, effects);
    if (!this.#over && this.#pollAt !== undefined && now >= this.#pollAt) {
      this.#speak(link, now, effects, true);
    }
    return effects;
  }

  /** When {@link tick} wants to be called next; at once (0) before the first call. */
  get nextTick(): number | undefined {
    if (this.#over) return undefined;
    if (this.#link === undefined) return 0;
    return this.#link.due ?? this.#pollAt;
  }

  /** Answers an `alarm` effect. A `ref` that is not waited for is ignored. */
  settle(ref: number, outcome: AlarmOutcome, now: number): PanelEffect[] {
    const effects: PanelEffect[] = [];
    const link = this.#link;
    if (this.#over || link === undefined || !this.#centre.isPending(ref)) return effects;
    if (outcome === "failed") {
      this.#close(
        "An alarm could not be taken; it is not acknowledged, so that the device sends it again",
        effects,
      );
      return effects;
    }
    this.#centre.accept(ref, now);
    if (!link.awaiting) this.#speak(link, now, effects, false);
    return effects;
  }

  /**
   * Sends a command to the device, in this side's turn: its records, e.g. a 02 with address extension 02 that switches an
   * output. It is done when the device sends the 02 back as 03, or sends what a query asked for; anything else, when the
   * device has read it. What cannot be sent is rejected: see `VdsCommands.add`.
   *
   * @param command Its id and records.
   * @param now Milliseconds since the epoch.
   * @returns Effects; the command's result comes once, here or later.
   */
  sendCommand(command: PanelCommand, now: number): PanelEffect[] {
    if (this.#over) return [tooLate(command)];
    const effects: PanelEffect[] = this.#centre.commands.add(command, now);
    const link = this.#link;
    if (this.#synced && link !== undefined && !link.awaiting) this.#speak(link, now, effects, false);
    return effects;
  }

  /** The device's ident number, or the default; undefined before it has told one. */
  get account(): string | undefined {
    return this.#centre.account === "" ? undefined : this.#centre.account;
  }

  /** The connection ended: commands are `closed`. */
  end(_now: number): PanelEffect[] {
    if (this.#over) return [];
    this.#over = true;
    const refused = this.#framer.flush().filter((item) => item.kind === "refused");
    return [...refused, ...this.#centre.commands.close()];
  }

  /** Sends the synchronisation request, once. */
  #start(now: number, effects: PanelEffect[]): VdsTcpLink {
    if (this.#link !== undefined) return this.#link;
    const link = new VdsTcpLink(this.#keys, this.#options.firstCounter ?? now, this.#pollMs + ANSWER_MARGIN);
    this.#link = link;
    effects.push({ kind: "send", bytes: link.send(IK.SYNC_REQUEST, Uint8Array.of(1), now) });
    return link;
  }

  #repeat(link: VdsTcpLink, now: number, effects: PanelEffect[]): void {
    const bytes = link.repeat(now);
    if (bytes !== undefined) {
      effects.push({ kind: "send", bytes });
      return;
    }
    const reason = this.#centre.closing
      ? ALL_DONE
      : `The device did not answer a telegram that was sent ${VDS_TCP_ATTEMPTS} times. Check the network and the device`;
    this.#close(reason, effects);
  }

  #takeFrame(item: Framed<VdsTcpFrame>, link: VdsTcpLink, now: number, effects: PanelEffect[]): void {
    const { key, body } = item.frame;
    if (key === 0 && !this.#allowsPlain) {
      const message =
        "The device sends without encryption, but keys are set for this input. Set key number and key in the " +
        "device, or allow plain telegrams here";
      effects.push(refusal(item, "plain-not-allowed", message));
      this.#close(message, effects);
      return;
    }
    const read = readTelegram(key, body, this.#keys);
    if (!read.ok) {
      effects.push(refusal(item, read.rule, read.message));
      // A wrong checksum is not answered: the repeats of both sides mend it.
      if (read.rule !== "checksum") this.#close(read.message, effects);
      return;
    }
    const { telegram } = read;
    if (telegram.pk !== PK_VDS2465) this.#takeStrange(item, telegram, IK.PK_UNKNOWN, link, now, effects);
    else if (telegram.ik === IK.SYNC_RESPONSE) this.#takeSync(item, telegram, link, now, effects);
    else if (telegram.ik === IK.SYNC_REQUEST) effects.push(stray(item));
    else if (telegram.ik === IK.SERVICE_REQUEST) this.#takeServiceRequest(link, now, effects);
    else this.#takeCounted(item, telegram, link, now, effects);
  }

  #takeSync(
    item: Framed<VdsTcpFrame>,
    telegram: VdsTelegram,
    link: VdsTcpLink,
    now: number,
    effects: PanelEffect[],
  ): void {
    if (this.#synced) {
      effects.push(stray(item));
      return;
    }
    this.#synced = true;
    link.accept(telegram);
    link.key = telegram.key;
    effects.push({ kind: "send", bytes: link.send(IK.POLL, NOTHING, now) });
  }

  /** "Poll me now." Its counter does not count. */
  #takeServiceRequest(link: VdsTcpLink, now: number, effects: PanelEffect[]): void {
    effects.push(this.#centre.poll("service request"));
    if (!this.#synced) return;
    this.#fastPolls = FAST_POLLS;
    if (!link.awaiting) this.#speak(link, now, effects, true);
  }

  #takeCounted(
    item: Framed<VdsTcpFrame>,
    telegram: VdsTelegram,
    link: VdsTcpLink,
    now: number,
    effects: PanelEffect[],
  ): void {
    const fit = this.#synced ? link.fit(telegram) : "stray";
    if (fit === "repeat") return this.#takeRepeat(telegram, link, now, effects);
    if (fit !== "next") {
      effects.push(stray(item));
      return;
    }
    if (telegram.ik < IK.POLL || telegram.ik > IK.PK_UNKNOWN) {
      return this.#takeStrange(item, telegram, IK.IK_UNKNOWN, link, now, effects);
    }
    link.accept(telegram);
    link.key = telegram.key;
    this.#strange = 0;
    effects.push(...this.#centre.heard());
    const { ik, key, payload } = telegram;
    const wasClosing = this.#centre.closing;
    if (ik === IK.PAYLOAD) {
      const origin = { key, offset: item.offset + BEFORE_PAYLOAD };
      effects.push(...this.#centre.take(payload, origin, now));
    } else effects.push(this.#centre.poll(POLL_DETAILS[ik] ?? ""));
    if (wasClosing && ik !== IK.PAYLOAD) this.#close(ALL_DONE, effects);
    else this.#speak(link, now, effects, false);
  }

  /** A telegram again: if its answer has not gone out, at least a sign that it was read. */
  #takeRepeat({ payload }: VdsTelegram, link: VdsTcpLink, now: number, effects: PanelEffect[]): void {
    const ref = this.#centre.pendingRef(payload);
    effects.push(ref === undefined ? this.#centre.poll("repeated telegram") : { kind: "repeat", ref });
    if (!link.awaiting) this.#speak(link, now, effects, true);
  }

  /** A telegram of a kind that is not known: says so, and polls on. */
  #takeStrange(
    item: Framed<VdsTcpFrame>,
    telegram: VdsTelegram,
    answer: number,
    link: VdsTcpLink,
    now: number,
    effects: PanelEffect[],
  ): void {
    const [rule, what] = answer === IK.PK_UNKNOWN
      ? ["unknown-pk", `a protocol that is not VdS 2465 (${vdsProtocolText(telegram.pk)})`]
      : ["unknown-ik", `telegram kind ${telegram.ik}, which is not known`];
    effects.push(refusal(item, rule, `The device sends ${what}. Choose VdS 2465 in the device`));
    if (!this.#synced) return;
    if (++this.#strange >= MAX_STRANGE) {
      this.#close(`The device keeps sending ${what}. Choose VdS 2465 in the device`, effects);
      return;
    }
    if (link.fit(telegram) === "next") {
      link.accept(telegram);
      link.key = telegram.key;
    }
    if (link.awaiting) return;
    this.#pollAt = undefined;
    // An error is not answered; the poll behind it is.
    effects.push({ kind: "send", bytes: link.send(answer, NOTHING, now) });
    effects.push({ kind: "send", bytes: link.send(IK.POLL, NOTHING, now) });
  }

  /** This side's turn: records if there are some, else a poll, at once when `poll` says so or the device is done. */
  #speak(link: VdsTcpLink, now: number, effects: PanelEffect[], poll: boolean): void {
    effects.push(...this.#centre.expire(now));
    const records = this.#centre.nextRecords(now);
    const { done } = this.#centre;
    if (records.length > 0 || done || poll) {
      this.#pollAt = undefined;
      const ik = records.length > 0 ? IK.PAYLOAD : IK.POLL;
      effects.push({ kind: "send", bytes: link.send(ik, writeRecords(records), now) });
      if (done) this.#close("The device needs the connection no longer", effects);
      return;
    }
    if (this.#pollAt !== undefined) return;
    const fast = this.#fastPolls > 0;
    if (fast) this.#fastPolls--;
    this.#pollAt = now + (fast ? Math.min(FAST_POLL, this.#pollMs) : this.#pollMs);
  }

  #close(reason: string, effects: PanelEffect[]): void {
    this.#over = true;
    effects.push(...this.#centre.commands.close(), { kind: "close", reason });
  }

  get #allowsPlain(): boolean {
    return this.#options.allowPlain ?? this.#keys.size === 0;
  }

  get #pollMs(): number {
    return this.#options.pollMs ?? 5000;
  }
}

function refusal({ offset, raw }: Framed<VdsTcpFrame>, rule: string, message: string): Refusal {
  return { kind: "refused", offset, rule, message, raw };
}

function stray(item: Framed<VdsTcpFrame>): Refusal {
  return refusal(
    item,
    "counter",
    "A telegram whose counters do not fit; it is dropped without an answer, and the repeat of either side mends it. If it " +
      "goes on, two devices may share one connection",
  );
}
