/**
 * The probe as an SPT: asks, waits for the answer, and answers what the RCT asks on its own initiative.
 *
 * @module
 */
import type { Message } from "../../ip/messages/mod.ts";
import { messageName, refusal } from "../../ip/messages/mod.ts";
import type { EncryptionName, Hash } from "../../ip/profile.ts";
import { prepareKeys } from "../../ip/seal.ts";
import type { ProbeLink } from "../link.ts";
import {
  after,
  type Authentic,
  type Changes,
  type Heard,
  isAuthentic,
  Peer,
  randomSequence,
  type Spoken,
} from "../peer.ts";
import type { Problem } from "../row.ts";
import type { Door, Wire } from "../wire.ts";

/** What came of a request. */
export type Answer =
  | {
    kind: "answered";
    /** The answer. */
    heard: Authentic;
    /** Its message, when its data fits one. */
    message: Message | undefined;
    /** Its result by name. */
    result: string;
    /** What is not right about it, in words. */
    problems: Problem[];
    /** From the last transmission to the answer, ms. */
    ms: number;
    /** The request as it was sent. */
    sent: Uint8Array;
  }
  | { kind: "silent"; sent: Uint8Array };

/** A request of the RCT's own initiative. */
export interface Reverse {
  /** Its name. */
  readonly name: string;
  /** At which of our ports it came in. */
  readonly door: Door;
  /** What is not right about it. */
  readonly problems: Problem[];
}

/** A datagram of ours, kept for replays. */
export interface Spent {
  /** Its octets. */
  readonly bytes: Uint8Array;
  /** Its message. */
  readonly name: string;
  /** Whether it was sealed under the master key. */
  readonly setup: boolean;
}

/** What provoking the RCT came to. */
export interface Outcome {
  /** What it answered to the provocation. */
  readonly answers: Heard[];
  /**
   * How the session was afterwards: as before; the provocation used up a sequence number without an answer; its answers go
   * to another port; gone.
   */
  readonly after: "sound" | "number-used" | "moved" | "lost";
  /** What was not right with the good poll's answer. */
  readonly problems: Problem[];
}

/** Datagrams kept of a setup, and of the session after it. */
const KEPT = 64;
/** Good polls whose answers are told from answers to something else. */
const KEPT_POLLS = 16;

/** The probe's end of a path to an RCT. */
export class SptPeer extends Peer {
  /** What the RCT asked on its own initiative. */
  readonly reverse: Reverse[] = [];
  /** Our datagrams, newest last. */
  readonly spent: Spent[] = [];
  /** The last answer that was accepted. */
  lastAnswer: Heard | undefined;
  /** Cipher that ENCRYPT_SELECT chose. */
  encryption: EncryptionName = "aes-256";
  /** How long a good poll took last, ms. */
  latency = 0;

  /** Good polls by TX: how often they were sent and answered. */
  readonly #polls = new Map<number, { sent: number; answered: number }>();
  #reverseAnswer: { tx: number; bytes: Uint8Array } | undefined;
  #setupDone = false;

  /** Starts with the master set. */
  constructor(link: ProbeLink, wire: Wire) {
    super(link, "spt", wire);
  }

  /** A second end on the same sockets: for setups that are not to be finished. */
  fork(): SptPeer {
    return new SptPeer(this.link, this.wire);
  }

  /** Back to the master set, as after a restart. */
  restart(tx: number = randomSequence()): void {
    this.handle = this.link.masterHandle;
    this.keys = this.link.master;
    this.previous = this.next = undefined;
    this.tx = tx;
    this.rx = this.link.profile.values.initialRx;
    this.#setupDone = false;
    this.#reverseAnswer = undefined;
    this.#polls.clear();
  }

  /** From here on datagrams belong to the session and not to its setup. */
  settled(): void {
    this.#setupDone = true;
  }

  /**
   * Sends a request and waits for its answer, repeating it as an SPT does.
   *
   * @param spoken The request.
   * @param changes What is to be otherwise.
   * @param patience Transmissions, when not the link's.
   * @returns The answer, which uses up the number; or silence, which does not.
   */
  async ask(
    spoken: Spoken,
    changes: Changes = {},
    patience = this.link.timing.transmissions,
  ): Promise<Answer> {
    const { responseMs } = this.link.timing;
    const { id } = this.octetsOf(spoken);
    const tx = changes.tx ?? this.tx;
    const bytes = this.seal(spoken, changes);
    this.#keep({ bytes, name: this.nameOf(id), setup: !this.#setupDone });
    for (let attempt = 0; attempt < patience; attempt++) {
      this.wire.send(bytes);
      const sentAt = performance.now();
      const deadline = sentAt + Math.min(responseMs * 2 ** attempt, responseMs * 4);
      for (let heard; (heard = await this.hear(deadline)) !== undefined;) {
        if (!isAuthentic(heard) || !this.isResponse(heard) || heard.header.rx !== after(tx)) continue;
        const problems = this.#check(heard, id, changes.handle ?? this.handle);
        this.#accept(heard);
        this.tx = after(tx);
        return {
          kind: "answered",
          heard,
          message: heard.message,
          result: this.resultOf(heard) ?? "no result",
          problems,
          ms: heard.at - sentAt,
          sent: bytes,
        };
      }
    }
    return { kind: "silent", sent: bytes };
  }

  /** The next datagram that is no request of the RCT: those are answered on the way. */
  async hear(deadline: number): Promise<Heard | undefined> {
    for (;;) {
      const left = deadline - performance.now();
      // What has come is read after the deadline too, but a peer that never stops does not keep us for ever.
      if (left < -1000) return undefined;
      const arrival = await this.wire.next(left);
      if (arrival === undefined) return undefined;
      const heard = this.read(arrival);
      if (!isAuthentic(heard) || this.isResponse(heard)) return heard;
      this.#serve(heard);
    }
  }

  /** Waits, answering what the RCT asks; returns what else came. */
  async idle(ms: number): Promise<Heard[]> {
    const all: Heard[] = [];
    const deadline = performance.now() + ms;
    for (let heard; (heard = await this.hear(deadline)) !== undefined;) all.push(heard);
    return all;
  }

  /**
   * Sends datagrams that deserve no answer, then two good polls. What comes before the answer to the second poll answers
   * the provocation, unless it answers the polls: an RCT works off its datagrams in order.
   *
   * @param datagrams What to send.
   * @param door From which port.
   * @param maybeUsed True when it may rightly use up the number without an answer.
   * @returns What it answered, and how the session was afterwards.
   */
  async provoke(
    datagrams: Iterable<Uint8Array>,
    door: Door = "main",
    maybeUsed = false,
  ): Promise<Outcome> {
    await this.idle(0);
    await this.wire.sendAll(datagrams, door);
    const answers: Heard[] = [];
    for (const heard of await this.idle(this.link.timing.lingerMs)) this.#provoked(heard, answers);
    return await this.sound(answers, maybeUsed);
  }

  /**
   * Two good polls: says whether the session is what it was.
   *
   * @param answers What was heard before; what is no answer to the polls is added.
   * @param maybeUsed True when the number may have been used up without an answer, and rightly so.
   * @returns How the session is.
   */
  async sound(answers: Heard[] = [], maybeUsed = false): Promise<Outcome> {
    const problems: Problem[] = [];
    let state: Outcome["after"] = "sound";
    for (let round = 0; round < 2; round++) {
      const polled = await this.#poll(answers, maybeUsed && round === 0);
      if (polled === undefined) return { answers, after: "lost", problems };
      if (polled.used) state = "number-used";
      if (polled.door === "other") state = "moved";
      problems.push(...polled.problems);
    }
    return { answers, after: state, problems };
  }

  /** One good poll; undefined when nothing brings an answer. What else comes in goes to `strays`. */
  async #poll(
    strays: Heard[],
    maybeUsed: boolean,
  ): Promise<{ used: boolean; door: Door; problems: Problem[] } | undefined> {
    const { responseMs } = this.link.timing;
    let start = this.tx, used = false;
    // A provocation may have used up a number: the ones after it are tried before the session is given up.
    const ladder = maybeUsed
      ? [[0, 0.25], [1, 1], [0, 2], [1, 2], [2, 1], [0, 4]] as const
      : [[0, 1], [0, 2], [1, 1], [2, 1], [0, 4], [0, 4], [1, 1]] as const;
    for (const [ahead, patience] of ladder) {
      const tx = (start + ahead) & 0xffff;
      const bytes = this.seal({ name: "POLL_MSG" }, { tx });
      const entry = this.#polls.get(tx) ?? { sent: 0, answered: 0 };
      this.#polls.delete(tx);
      this.#polls.set(tx, entry);
      if (this.#polls.size > KEPT_POLLS) this.#polls.delete(this.#polls.keys().next().value!);
      entry.sent++;
      this.wire.send(bytes);
      const sentAt = performance.now();
      const deadline = sentAt + responseMs * patience;
      for (let heard; (heard = await this.hear(deadline)) !== undefined;) {
        const answered = this.#answeredPoll(heard);
        if (answered === undefined) {
          strays.push(heard);
          if (!this.#fits(heard, start)) continue;
          // The provocation was late to be answered, and took our number.
          this.rx = after(heard.header.tx);
          start = after(start);
          used = true;
          break;
        }
        if (answered.tx !== tx) continue;
        this.latency = answered.heard.at - sentAt;
        this.#keep({ bytes, name: "POLL_MSG", setup: false });
        const problems = this.#check(answered.heard, this.octetsOf({ name: "POLL_MSG" }).id, this.handle);
        // A later number is also accepted when the earlier one was merely slow to be answered.
        used ||= ahead > 0 && this.#polls.get(start)?.answered === 0;
        this.#accept(answered.heard);
        this.tx = after(tx);
        return { used, door: answered.heard.door, problems: ahead > 0 ? [] : problems };
      }
    }
    this.tx = start;
    return undefined;
  }

  /** The good poll that this answers; undefined when it answers none, or one that has its answers already. */
  #answeredPoll(heard: Heard): { tx: number; heard: Authentic } | undefined {
    if (!isAuthentic(heard)) return undefined;
    const { id } = this.octetsOf({ name: "POLL_MSG" });
    if (heard.header.messageId !== (id | this.link.profile.values.responseBit)) return undefined;
    const tx = (heard.header.rx - 1) & 0xffff;
    const entry = this.#polls.get(tx);
    if (entry === undefined || entry.answered >= entry.sent) return undefined;
    entry.answered++;
    return { tx, heard };
  }

  /** Whether this answers a request with that number, which is used up by it. */
  #fits(heard: Heard, tx: number): heard is Authentic {
    return isAuthentic(heard) && this.isResponse(heard) && !this.#isNak(heard) &&
      heard.header.rx === after(tx) && heard.header.handle === this.handle;
  }

  /** An answer to a provocation: if it fits our next number, that number is used up. */
  #provoked(heard: Heard, answers: Heard[]): void {
    // The late answer to a good poll that was sent twice.
    if (this.#answeredPoll(heard) !== undefined) return;
    answers.push(heard);
    if (!isAuthentic(heard) || !this.isResponse(heard) || this.#isNak(heard)) return;
    // A number ahead was taken: the RCT goes on from there.
    const ahead = (heard.header.rx - this.tx) & 0xffff;
    if (ahead === 0 || ahead >= 0x8000 || heard.header.handle !== this.handle) return;
    this.tx = heard.header.rx;
    this.rx = after(heard.header.tx);
  }

  /** The editions before 2020 say so of what they cannot read; it moves no number. */
  #isNak(heard: Heard): boolean {
    return this.resultOf(heard) === "RESP_NEGATIVE_ACKNOWLEDGE" && heard.header?.rx === this.tx;
  }

  #check(heard: Authentic, requestId: number, handle: number): Problem[] {
    const { header } = heard;
    const { responseBit, initialRx } = this.link.profile.values;
    const problems: Problem[] = [];
    const first = this.rx === initialRx && handle === this.link.masterHandle;
    const found = (text: string, verdict: Problem["verdict"] = "broken") =>
      void problems.push({ text, verdict });
    if (header.messageId !== (requestId | responseBit)) {
      found(`it answers ${this.nameOf(requestId)} with ${this.nameOf(header.messageId)}`);
    }
    if (!first && header.tx !== this.rx) found(`its TX is ${header.tx} instead of ${this.rx}`, "weak");
    if (header.handle !== handle) {
      found(`its connection handle is ${hex(header.handle)} instead of ${hex(handle)}`);
    }
    if (header.deviceId.toHex() !== this.peerId.toHex()) found("the device ID in it is not the RCT's");
    // HASH_SELECT_RESP is the first message under the hash that it names.
    const { message } = heard;
    const named = message?.name === "HASH_SELECT_RESP" && message.result === "RESP_ACKNOWLEDGE"
      ? message.hash
      : undefined;
    const changes = named !== undefined && named !== this.keys.hash;
    if (heard.under === "offered" && !changes) found("it is under a hash that was not agreed");
    else if (heard.under === "session" && changes) found("it is under the old hash");
    else if (heard.under !== "session" && heard.under !== "offered") {
      found(`it is sealed with the ${heard.under} key`);
    }
    if (heard.door !== "main") found("it came to another port than the request came from");
    if (heard.from.port !== this.wire.peer?.port) {
      found(`it came from port ${heard.from.port}: most routers let no such answer in`);
    }
    return problems;
  }

  #accept(heard: Authentic): void {
    this.rx = after(heard.header.tx);
    this.lastAnswer = heard;
    const { message } = heard;
    if (message?.name === "HASH_SELECT_RESP" && message.result === "RESP_ACKNOWLEDGE") {
      this.#takeHash(message.hash);
    }
    if (heard.under === "session") this.previous = undefined;
  }

  /** Answers a request of the RCT, once; a repeated one gets the same octets. */
  #serve(heard: Authentic): void {
    const { header, message, door } = heard;
    const { profile } = this.link;
    if (header.handle !== this.handle || heard.under === "master" && this.#setupDone) return;
    const last = this.#reverseAnswer;
    if (last !== undefined && header.tx === last.tx) return this.wire.send(last.bytes, door);
    const problems: Problem[] = [];
    if (header.tx !== this.rx) {
      problems.push({ text: `its TX is ${header.tx} instead of ${this.rx}`, verdict: "weak" });
    }
    const name = messageName(profile, header.messageId) ?? this.nameOf(header.messageId);
    this.reverse.push({ name, door, problems });
    if (this.reverse.length > 256) this.reverse.shift();
    this.rx = after(header.tx);
    // A stranger could not answer; an answer from his port would be the site's own word that it is there.
    if (door === "other") return;
    const bytes = this.seal(this.#reply(header.messageId, message));
    this.#reverseAnswer = { tx: header.tx, bytes };
    this.tx = after(this.tx);
    this.wire.send(bytes, door);
    if (message?.name === "ENCRYPT_KEY_REQ" && message.fromRct && !message.master) {
      this.#takeKey(message.key);
    }
  }

  #reply(id: number, message: Message | undefined): Spoken {
    const result = "RESP_ACKNOWLEDGE";
    switch (message?.name) {
      case "POLL_MSG":
        return { name: "POLL_RESP", result };
      case "PATH_SUPERVISION_REQ":
        return { name: "PATH_SUPERVISION_RESP", result, intervalS: message.intervalS, mode: message.mode };
      case "SET_TIME_CMD":
        // The clock of this machine is not the RCT's to set.
        return { name: "SET_TIME_RESP", result: "RESP_TIME_NOT_SET" };
      case "ENCRYPT_KEY_REQ":
        if (message.fromRct && !message.master) {
          const key = new Uint8Array(this.link.profile.values.keyOctets);
          return { name: "ENCRYPT_KEY_RESP", result, master: false, fromRct: true, key };
        }
        break;
    }
    const { profile } = this.link;
    return { id: id | profile.values.responseBit, data: refusal(profile, "RESP_CMD_NOT_SUPPORTED") };
  }

  /** A new session key is in force for what we send; the old one is good for reading until the RCT follows. */
  #takeKey(key: Uint8Array): void {
    this.previous = this.keys;
    this.keys = prepareKeys({ encryption: this.encryption, key, hash: this.keys.hash });
  }

  #takeHash(hash: Hash): void {
    if (hash === this.keys.hash || (hash !== "sha-256" && hash !== "ripemd-256")) return;
    this.previous = this.keys;
    this.keys = this.keys.withHash(hash);
  }

  /** Takes a key out of an ENCRYPT_KEY_RESP. */
  takeKey(key: Uint8Array): void {
    this.#takeKey(key);
  }

  #keep(spent: Spent): void {
    // The setup is kept whole: its datagrams are replayed at the end of the session.
    const room = this.spent.filter(({ setup }) => setup === spent.setup);
    if (room.length >= KEPT) this.spent.splice(this.spent.indexOf(room[0]!), 1);
    this.spent.push(spent);
  }
}

/** A connection handle for a person. */
export function hex(handle: number): string {
  return handle.toString(16).padStart(8, "0");
}
