/**
 * The probe as an RCT: answers what an SPT asks, and asks it things on its own initiative.
 *
 * @module
 */
import { type Message, refusal } from "../../ip/messages/mod.ts";
import type { EncryptionName } from "../../ip/profile.ts";
import { prepareKeys } from "../../ip/seal.ts";
import type { ProbeLink } from "../link.ts";
import {
  after,
  type Authentic,
  type Changes,
  type Heard,
  isAuthentic,
  Peer,
  randomOctets,
  randomSequence,
  type Spoken,
} from "../peer.ts";
import type { Problem } from "../row.ts";
import type { Wire } from "../wire.ts";

/** Heartbeat that the probe gives every SPT, seconds: the shortest there is. */
export const HEARTBEAT_S = 1;

/** A request of the SPT. */
export interface Request {
  /** The datagram. */
  readonly heard: Authentic;
  /** Name of its message. */
  readonly name: string;
  /** What is not right about it. */
  readonly problems: Problem[];
}

/** What came in. */
export type Took =
  /** A fresh request; it waits for its answer. */
  | { kind: "request"; request: Request }
  /** The last request again. */
  | { kind: "repeat"; same: boolean; heard: Authentic }
  /** Anything else: responses, noise. */
  | { kind: "other"; heard: Heard };

/** What came of a request to the SPT. */
export type SptAnswer =
  | { kind: "answered"; heard: Authentic; message: Message | undefined; result: string; problems: Problem[] }
  | { kind: "silent" };

const KEPT = 64;

/** The probe's end of a path to an SPT. */
export class RctPeer extends Peer {
  /** Our answers, newest last, for replays. */
  readonly spent: { bytes: Uint8Array; name: string }[] = [];
  /** Our requests, newest last, for replays. */
  readonly asked: Uint8Array[] = [];
  /** Sessions set up so far. */
  sessions = 0;
  /** Alarms that came and were not taken. */
  alarms = 0;
  /** Cipher for the next session key. */
  encryption: EncryptionName = "aes-256";

  #last: { bytes: Uint8Array; tx: number; handle: number; response: Uint8Array | undefined } | undefined;
  #outstanding: number | undefined;

  /** Starts with the master set, waiting for an SPT. */
  constructor(link: ProbeLink, wire: Wire) {
    super(link, "rct", wire);
  }

  /** The answer to the SPT's last request; undefined while it has none. */
  get lastResponse(): Uint8Array | undefined {
    return this.#last?.response;
  }

  /**
   * The next datagram, sorted. A fresh request is not answered by this.
   *
   * @param deadline Until when to wait, on the clock of `performance.now()`.
   * @returns What came; undefined when nothing did.
   */
  async take(deadline: number): Promise<Took | undefined> {
    const left = deadline - performance.now();
    if (left < -1000) return undefined;
    const arrival = await this.wire.next(left);
    if (arrival === undefined) return undefined;
    const heard = this.read(arrival);
    if (!isAuthentic(heard) || this.isResponse(heard)) return { kind: "other", heard };
    const { header } = heard;
    const name = this.nameOf(header.messageId);
    const last = this.#last;
    if (last !== undefined && last.tx === header.tx && last.handle === header.handle) {
      return { kind: "repeat", same: last.bytes.toHex() === heard.bytes.toHex(), heard };
    }
    const setup = name === "CONN_HANDLE_REQ" && header.handle === this.link.masterHandle;
    if (setup ? heard.under !== "master" && this.keys !== this.link.master : header.handle !== this.handle) {
      return { kind: "other", heard };
    }
    // The SPT may have another port since: its router gave it one.
    this.wire.settle(heard.from);
    const problems = setup ? this.#begin(heard) : this.#check(heard);
    if (heard.under === "next" && this.next !== undefined) {
      this.previous = this.keys;
      this.keys = this.next;
      this.next = undefined;
    }
    this.rx = after(header.tx);
    this.#last = { bytes: heard.bytes, tx: header.tx, handle: header.handle, response: undefined };
    return { kind: "request", request: { heard, name, problems } };
  }

  /** Answers a request, and keeps the answer for when it is asked again. */
  respond(request: Request, spoken: Spoken, changes: Changes = {}): Uint8Array {
    const rx = after(request.heard.header.tx);
    const bytes = this.send(spoken, { handle: request.heard.header.handle, rx, ...changes });
    this.tx = after(this.tx);
    this.#keep(bytes, this.nameOf(this.octetsOf(spoken).id));
    if (this.#last !== undefined) this.#last.response = bytes;
    return bytes;
  }

  /** Sends the last answer again. */
  repeat(): void {
    if (this.#last?.response !== undefined) this.wire.send(this.#last.response);
  }

  /** Answers a request as a sound RCT does; but an alarm is never acknowledged, since nobody would see it. */
  serve(request: Request): void {
    const { heard, name } = request;
    const message = heard.message;
    const result = "RESP_ACKNOWLEDGE";
    switch (message?.name) {
      case "CONN_HANDLE_REQ": {
        const [a = 0, b = 0, c = 0, d = 0] = randomOctets(4);
        const handle = ((a << 24 | b << 16 | c << 8 | d) >>> 0) || 1;
        this.respond(request, { name: "CONN_HANDLE_RESP", result, handle });
        this.handle = handle;
        return;
      }
      case "ENCRYPT_SELECT_REQ": {
        const chosen = (["aes-256", "aes-128"] as const).find((name) => message.offers.includes(name));
        if (chosen === undefined) return void this.refuse(request, "RESP_ENCRYPTION_NOT_SUPPORTED");
        this.encryption = chosen;
        return void this.respond(request, {
          name: "ENCRYPT_SELECT_RESP",
          result,
          master: false,
          encryption: chosen,
        });
      }
      case "ENCRYPT_KEY_REQ": {
        if (message.master || message.fromRct) return void this.refuse(request, "RESP_CMD_NOT_SUPPORTED");
        const key = randomOctets(this.link.profile.values.keyOctets);
        this.respond(request, { name: "ENCRYPT_KEY_RESP", result, master: false, fromRct: false, key });
        this.next = prepareKeys({ encryption: this.encryption, key, hash: this.keys.hash });
        return;
      }
      case "HASH_SELECT_REQ":
        if (!message.offers.includes("sha-256")) return void this.refuse(request, "RESP_HASH_NOT_SUPPORTED");
        if (this.keys.hash !== "sha-256") {
          this.previous = this.keys;
          this.keys = this.keys.withHash("sha-256");
        }
        return void this.respond(request, { name: "HASH_SELECT_RESP", result, hash: "sha-256" });
      case "PATH_SUPERVISION_REQ": {
        const slow = message.intervalS > HEARTBEAT_S ? "RESP_POLL_TOO_SLOW" : result;
        const answer = { name: "PATH_SUPERVISION_RESP", intervalS: HEARTBEAT_S, mode: "push" } as const;
        return void this.respond(request, { ...answer, result: slow });
      }
      case "POLL_MSG":
        return void this.respond(request, { name: "POLL_RESP", result });
      case "VERSION_REQ": {
        const version = Math.min(message.version, this.link.profile.values.protocolVersion);
        return void this.respond(request, { name: "VERSION_RESP", result, version });
      }
      case "DEVICE_ID_REQ":
        return void this.respond(request, {
          name: "DEVICE_ID_RESP",
          result,
          deviceId: this.link.rctDeviceId,
        });
      case "EVENT_MSG":
        this.alarms++;
        return void this.respond(request, { name: "EVENT_RESP", result: "RESP_PROCESS_ERROR" });
      case "TRANSPARENT_MSG":
        this.alarms++;
        return void this.refuse(request, "RESP_PROCESS_ERROR");
      default:
        return void this.refuse(
          request,
          name.startsWith("message") || message !== undefined
            ? "RESP_CMD_NOT_SUPPORTED"
            : "RESP_NEGATIVE_ACKNOWLEDGE",
        );
    }
  }

  /** Answers a request with a result alone. */
  refuse(request: Request, result: Parameters<typeof refusal>[1]): void {
    const { profile } = this.link;
    const id = request.heard.header.messageId | profile.values.responseBit;
    this.respond(request, { id, data: refusal(profile, result) });
  }

  /**
   * Asks the SPT something, serving it meanwhile.
   *
   * @param spoken The request.
   * @param transmissions How often it is sent.
   * @returns The answer, or silence.
   */
  async ask(spoken: Spoken, transmissions: number): Promise<SptAnswer> {
    const { responseMs } = this.link.timing;
    const { id } = this.octetsOf(spoken);
    const tx = this.tx, handle = this.handle;
    const bytes = this.seal(spoken, { flags: this.link.profile.values.reverseFlag });
    this.tx = after(tx);
    this.#outstanding = tx;
    this.asked.push(bytes);
    if (this.asked.length > KEPT) this.asked.shift();
    try {
      for (let i = 0; i < transmissions; i++) {
        this.wire.send(bytes);
        const deadline = performance.now() + responseMs * 2 ** Math.min(i, 2);
        for (let took; (took = await this.take(deadline)) !== undefined;) {
          if (took.kind === "repeat") this.repeat();
          if (took.kind === "request") this.serve(took.request);
          if (took.kind !== "other" || !isAuthentic(took.heard)) continue;
          const { heard } = took, { header } = heard;
          if (header.rx !== after(tx) || header.handle !== handle || !this.isResponse(heard)) continue;
          const problems = this.#checkAnswer(heard, id);
          this.rx = after(header.tx);
          const result = this.resultOf(heard) ?? "no result";
          return { kind: "answered", heard, message: heard.message, result, problems };
        }
      }
      // Nobody took the number: it is used again.
      if (this.tx === after(tx)) this.tx = tx;
      return { kind: "silent" };
    } finally {
      this.#outstanding = undefined;
    }
  }

  #begin(heard: Authentic): Problem[] {
    const { header } = heard;
    const { initialRx } = this.link.profile.values;
    this.handle = this.link.masterHandle;
    this.keys = this.link.master;
    this.next = this.previous = undefined;
    this.tx = randomSequence();
    this.sessions++;
    const problems: Problem[] = [];
    if (header.rx !== initialRx) {
      problems.push({ text: `its RX is ${header.rx} instead of ${initialRx}`, verdict: "weak" });
    }
    this.#checkIdentity(heard, problems);
    return problems;
  }

  #check(heard: Authentic): Problem[] {
    const problems: Problem[] = [];
    const { header, under } = heard;
    if (header.tx !== this.rx) {
      problems.push({ text: `its TX is ${header.tx} instead of ${this.rx}`, verdict: "weak" });
    }
    if (header.rx !== this.tx && header.rx !== this.#outstanding) {
      problems.push({ text: `its RX is ${header.rx} instead of ${this.tx}`, verdict: "weak" });
      // What it expects is what it will take.
      this.tx = header.rx;
    }
    if (under !== "session" && under !== "next") {
      problems.push({ text: `it is sealed with the ${under} key`, verdict: "broken" });
    }
    this.#checkIdentity(heard, problems);
    return problems;
  }

  #checkAnswer(heard: Authentic, requestId: number): Problem[] {
    const problems: Problem[] = [];
    const { header, under } = heard;
    if (header.messageId !== (requestId | this.link.profile.values.responseBit)) {
      const text = `it answers ${this.nameOf(requestId)} with ${this.nameOf(header.messageId)}`;
      problems.push({ text, verdict: "broken" });
    }
    if (header.tx !== this.rx) {
      problems.push({ text: `its TX is ${header.tx} instead of ${this.rx}`, verdict: "weak" });
    }
    if (under !== "session") problems.push({ text: `it is sealed with the ${under} key`, verdict: "broken" });
    this.#checkIdentity(heard, problems);
    return problems;
  }

  #checkIdentity({ header }: Authentic, problems: Problem[]): void {
    if (header.deviceId.toHex() !== this.peerId.toHex()) {
      problems.push({ text: "the device ID in it is not the SPT's", verdict: "broken" });
    }
  }

  #keep(bytes: Uint8Array, name: string): void {
    this.spent.push({ bytes, name });
    if (this.spent.length > KEPT) this.spent.shift();
  }
}
