/**
 * The centre's side of one path: answers setups, polls and alarms of one SPT, and watches that it is there.
 *
 * No I/O: datagrams and the time come in, {@link RctEffect}s go out.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import {
  type EventField,
  type Message,
  messageId,
  messageName,
  parseMessage,
  writeMessage,
} from "../ip/messages/mod.ts";
import type { EncryptionName, Protocol, Result, Ts50136Profile } from "../ip/profile.ts";
import { maxData, open, type PreparedKeys, prepareKeys, seal } from "../ip/seal.ts";
import {
  ENCRYPTION_PREFERENCE,
  nextSequence,
  type PathAddress,
  type PathIdentity,
  randomSequence,
  sameAddress,
  type SessionBasis,
} from "./path_identity.ts";
import { RctAssociation } from "./rct_association.ts";

/** How an {@link RctSession} behaves. Times in milliseconds. */
export interface RctSessionOptions extends SessionBasis {
  /** The SPT, the RCT and their master set. */
  identity: PathIdentity;
  /**
   * Gives a connection handle that no other association of this RCT has, and keeps it until it is given back.
   * Undefined when there is none left.
   */
  takeHandle: (session: RctSession) => number | undefined;
  /** Gives a handle back. */
  dropHandle: (handle: number) => void;
  /** Ciphers this RCT accepts for sessions. @default {["aes-256", "aes-128"]} */
  encryptions?: readonly EncryptionName[];
  /** Shortest and longest heartbeat allowed. */
  heartbeatMs?: readonly [number, number];
  /** Response timeout assumed of the SPT, for the supervision rule. */
  responseTimeoutMs?: number;
}

/** An alarm as it came over the path. */
export interface ReceivedEvent {
  /** Protocol of `data`, or `protocol-0x..` when the profile does not know it. */
  protocol: Protocol;
  /** Event data in that protocol. */
  data: Uint8Array;
  /** Time event, 64-bit NTP; undefined when the SPT sends none. */
  time: bigint | undefined;
  /** All fields, as they came. */
  fields: EventField[];
}

/** What an {@link RctSession} wants done, and what it learned. */
export type RctEffect =
  /** Send this datagram. */
  | { kind: "send"; bytes: Uint8Array; to: PathAddress }
  /** An alarm. The gateway answers with {@link RctSession.settle} and the same `ref`. */
  | { kind: "event"; ref: number; event: ReceivedEvent; from: PathAddress }
  /** Opaque octets. Answered likewise. */
  | { kind: "transparent"; ref: number; data: Uint8Array; from: PathAddress }
  /** A session was set up. */
  | { kind: "established"; encryption: EncryptionName; from: PathAddress }
  /** Nothing authentic for longer than the heartbeat allows. */
  | { kind: "path-failed"; lastProof: number; limitMs: number }
  /** The SPT is heard again. */
  | { kind: "path-restored" }
  /** The SPT's address changed (NAT). */
  | { kind: "moved"; from: PathAddress; to: PathAddress }
  /** A datagram was dropped; the rule is also the counter's name. */
  | { kind: "dropped"; rule: string };

/** Setups that may be under way at once: a lost response makes an SPT start again. */
const MAX_CANDIDATES = 4;
/** A setup that takes longer is given up. */
const CANDIDATE_MS = 60_000;

/** What is refused when the sequence numbers of a session are used up; a setup is not. */
const WORK: readonly string[] = ["POLL_MSG", "EVENT_MSG", "TRANSPARENT_MSG"];

/** How long an SPT repeats a request before it gives the path up. */
function retryBudget({ values }: Ts50136Profile): number {
  let total = 0;
  for (let i = 0; i < values.transmissions; i++) {
    total += Math.min(values.responseTimeoutMs * 2 ** i, values.responseTimeoutMaxMs);
  }
  return total;
}

interface Pending {
  ref: number;
  association: RctAssociation;
  rx: number;
  name: "EVENT_MSG" | "TRANSPARENT_MSG";
  to: PathAddress;
}

/**
 * One SPT, seen from the RCT.
 *
 * A session in use is replaced only when the SPT has proved that it holds the new session key. A replayed datagram,
 * a setup request included, therefore moves nothing: not the session, not the address, not the supervision timer.
 */
export class RctSession {
  /** Datagrams and events by name, for status pages. */
  readonly counters: Record<string, number> = {};

  readonly #options: RctSessionOptions;
  readonly #master: PreparedKeys;
  readonly #candidates = new Map<number, RctAssociation>();
  /** TX of each setup request still answerable from its candidate, with the response to repeat. */
  readonly #handleResponses = new Map<number, { tx: number; bytes: Uint8Array }>();
  #active: RctAssociation | undefined;
  /** The alarm not settled yet. One is enough: an SPT has one request outstanding, a new one gives up the old. */
  #pending: Pending | undefined;
  #address: PathAddress | undefined;
  #lastProof: number | undefined;
  #interval: number;
  #failed = false;
  /** The SPT repeats an alarm that the gateway has not settled: its silence is our doing. */
  #heldUp = false;
  /** … and it was settled since: the SPT gets a moment to go on. */
  #settledLate = false;
  #graceUntil = -Infinity;
  #nextRef = 1;

  constructor(options: RctSessionOptions) {
    this.#options = options;
    this.#master = prepareKeys(options.identity.master);
    this.#interval = options.heartbeatMs?.[1] ?? 90_000;
  }

  /** Where the SPT was last heard with a fresh authentic message. */
  get address(): PathAddress | undefined {
    return this.#address;
  }

  /** When that was, ms since the epoch. */
  get lastProof(): number | undefined {
    return this.#lastProof;
  }

  /** Heartbeat agreed, ms. */
  get heartbeatMs(): number {
    return this.#interval;
  }

  /** `unknown` until the SPT was heard for the first time since the start. */
  get state(): "unknown" | "connected" | "failed" {
    if (this.#lastProof === undefined) return "unknown";
    return this.#failed ? "failed" : "connected";
  }

  /** When {@link tick} wants to be called next, ms since the epoch. */
  get nextTick(): number | undefined {
    let next = Infinity;
    const proof = this.#lastProof;
    if (proof !== undefined) {
      if (!this.#failed) next = this.#deadline(proof);
      if (this.#active !== undefined) next = Math.min(next, proof + this.#expiry);
    }
    for (const { createdAt } of this.#candidates.values()) next = Math.min(next, createdAt + CANDIDATE_MS);
    return next === Infinity ? undefined : next;
  }

  get #limit(): number {
    return this.#interval + this.#grace;
  }

  get #grace(): number {
    const { profile, responseTimeoutMs } = this.#options;
    return profile.values.supervisionGraceTimeouts * (responseTimeoutMs ?? profile.values.responseTimeoutMs);
  }

  /**
   * When the path counts as failed. An SPT has one request outstanding: while we hold its alarm up it can only repeat
   * it, which proves nothing, and after its retry budget it comes with a new session.
   */
  #deadline(proof: number): number {
    const held = this.#heldUp && this.#pending !== undefined;
    const limit = held
      ? Math.max(this.#limit, retryBudget(this.#options.profile) + this.#grace)
      : this.#limit;
    return Math.max(proof + limit, this.#graceUntil);
  }

  /** Silence after which a session is forgotten. */
  get #expiry(): number {
    const { sessionExpiryIntervals, sessionExpiryMinMs } = this.#options.profile.values;
    return Math.max(sessionExpiryIntervals * this.#interval, sessionExpiryMinMs);
  }

  /**
   * The clock was set back: all times move along, so that nothing waits for the clock to catch up.
   *
   * @param ms By how much, ms.
   */
  setBack(ms: number): void {
    if (this.#lastProof !== undefined) this.#lastProof -= ms;
    this.#graceUntil -= ms;
    for (const candidate of this.#candidates.values()) candidate.createdAt -= ms;
  }

  /** Lets time pass: supervision, sessions nobody uses, and setups that came to nothing. */
  tick(now: number): RctEffect[] {
    for (const [handle, candidate] of this.#candidates) {
      if (now - candidate.createdAt >= CANDIDATE_MS) this.#forget(handle);
    }
    this.#expire(now);
    if (this.#lastProof === undefined || this.#failed || now < this.#deadline(this.#lastProof)) return [];
    if (this.#settledLate) {
      this.#settledLate = false;
      this.#graceUntil = now + this.#grace;
      return [];
    }
    this.#failed = true;
    this.#count("path-failures");
    return [{ kind: "path-failed", lastProof: this.#lastProof, limitMs: this.#limit }];
  }

  /** Takes a datagram that carries one of this session's handles. Nothing it holds can make this throw. */
  feed(datagram: Uint8Array, handle: number, from: PathAddress, now: number): RctEffect[] {
    this.#expire(now);
    if (handle === this.#options.identity.masterHandle) return this.#onMaster(datagram, from, now);
    const association = this.#active?.handle === handle ? this.#active : this.#candidates.get(handle);
    if (association === undefined) return this.#drop("unknown-handle");
    const received = association.receive(datagram);
    if (received.kind === "drop") {
      if (received.rule === "repeat-while-pending" && association === this.#active) this.#heldUp = true;
      return this.#drop(received.rule);
    }
    if (received.kind === "repeat") {
      this.#count("repeats-answered");
      return [{ kind: "send", bytes: received.response, to: from }];
    }
    const effects: RctEffect[] = [];
    if (association.established) this.#proof(association, from, now, effects);
    this.#answer(association, received.header.messageId, received.data, from, effects);
    return effects;
  }

  /**
   * Answers an `event` or `transparent` effect. Of an alarm whose session is gone nothing is sent: the SPT offers it
   * again in the new one.
   *
   * @param ref The effect's `ref`.
   * @param result The answer.
   * @param data Octets for a TRANSPARENT_RESP.
   * @returns What is to be done.
   * @throws {RangeError} When `data` does not fit a datagram: an error of the caller; the alarm is still unsettled.
   */
  settle(ref: number, result: Result, data: Uint8Array = new Uint8Array(0)): RctEffect[] {
    const pending = this.#pending;
    if (pending?.ref !== ref) return [];
    const most = maxData(this.#options.profile) - 1;
    if (pending.name === "TRANSPARENT_MSG" && data.length > most) {
      throw new RangeError(`${data.length} octets for a TRANSPARENT_RESP; ${most} fit`);
    }
    this.#pending = undefined;
    this.#settledLate = this.#heldUp;
    if (!pending.association.owes(pending.rx)) return [];
    const message: Message = pending.name === "EVENT_MSG"
      ? { name: "EVENT_RESP", result }
      : { name: "TRANSPARENT_RESP", result, data };
    return [{ kind: "send", bytes: pending.association.respond(message), to: pending.to }];
  }

  /** A setup begins: a new handle, sealed under the master set (ip-protocol.md §6.2). */
  #onMaster(datagram: Uint8Array, from: PathAddress, now: number): RctEffect[] {
    const { profile, identity, random } = this.#options;
    const opened = open(profile, this.#master, datagram);
    if (!opened.ok) return this.#drop(opened.rule);
    const { header } = opened;
    if (!equal(header.deviceId, identity.sptDeviceId)) return this.#drop("wrong-device-id");
    if (messageName(profile, header.messageId) !== "CONN_HANDLE_REQ") {
      return this.#drop("not-on-master-handle");
    }
    for (const [handle, response] of this.#handleResponses) {
      const candidate = this.#candidates.get(handle);
      if (response.tx === header.tx && candidate?.progressed === false) {
        this.#count("repeats-answered");
        return [{ kind: "send", bytes: response.bytes, to: from }];
      }
    }
    this.#makeRoom();
    const handle = this.#options.takeHandle(this);
    if (handle === undefined) return this.#drop("no-free-handle");
    const tx = randomSequence(random);
    const expected = nextSequence(header.tx);
    const bytes = seal(
      profile,
      this.#master,
      {
        handle: identity.masterHandle,
        deviceId: identity.rctDeviceId,
        tx,
        rx: expected,
        flags: profile.values.initialFlags,
        version: profile.values.protocolVersion,
        messageId: messageId(profile, "CONN_HANDLE_RESP"),
      },
      writeMessage(profile, { name: "CONN_HANDLE_RESP", result: "RESP_ACKNOWLEDGE", handle }),
      random,
    );
    this.#candidates.set(
      handle,
      new RctAssociation({
        profile,
        random,
        handle,
        keys: this.#master,
        encryption: identity.master.encryption,
        sptDeviceId: identity.sptDeviceId,
        rctDeviceId: identity.rctDeviceId,
        expected,
        tx: nextSequence(tx),
        createdAt: now,
      }),
    );
    this.#handleResponses.set(handle, { tx: header.tx, bytes });
    this.#count("setups");
    return [{ kind: "send", bytes, to: from }];
  }

  /**
   * Frees a place for a setup: the oldest one that nobody has continued gives way. Where all were continued, only the
   * holder of the master key can have done so, and of its setups only the newest is alive: the oldest gives way, so that
   * an SPT that restarts again and again is not locked out. A replay cannot continue a setup: what it makes goes first.
   */
  #makeRoom(): void {
    if (this.#candidates.size < MAX_CANDIDATES) return;
    const handles = [...this.#candidates.keys()];
    const oldest = handles.find((handle) => !this.#candidates.get(handle)!.progressed) ?? handles[0]!;
    this.#forget(oldest);
  }

  /** A session that nobody used for long is forgotten: its keys are not kept for a thief. */
  #expire(now: number): void {
    if (this.#active === undefined || now - this.#lastProof! < this.#expiry) return;
    this.#leave();
    this.#count("sessions-expired");
  }

  /** The active session ends, and with it what it owes. */
  #leave(): void {
    if (this.#active === undefined) return;
    this.#options.dropHandle(this.#active.handle);
    this.#active = undefined;
    this.#pending = undefined;
  }

  #forget(handle: number): void {
    this.#candidates.delete(handle);
    this.#handleResponses.delete(handle);
    this.#options.dropHandle(handle);
  }

  #proof(association: RctAssociation, from: PathAddress, now: number, effects: RctEffect[]): void {
    if (association !== this.#active) {
      this.#leave();
      this.#active = association;
      this.#candidates.delete(association.handle);
      this.#handleResponses.delete(association.handle);
      this.#count("sessions");
      effects.push({ kind: "established", encryption: association.encryption, from });
    }
    if (!sameAddress(this.#address, from)) {
      if (this.#address !== undefined) {
        effects.push({ kind: "moved", from: this.#address, to: from });
        this.#count("address-changes");
      }
      this.#address = from;
    }
    this.#lastProof = now;
    this.#heldUp = this.#settledLate = false;
    this.#graceUntil = -Infinity;
    if (this.#failed) {
      this.#failed = false;
      effects.push({ kind: "path-restored" });
    }
  }

  #answer(
    association: RctAssociation,
    id: number,
    data: Uint8Array,
    from: PathAddress,
    effects: RctEffect[],
  ): void {
    const { profile, identity } = this.#options;
    const send = (bytes: Uint8Array) => void effects.push({ kind: "send", bytes, to: from });
    if ((id & profile.values.responseBit) !== 0) {
      return void effects.push(...this.#drop("unexpected-response"));
    }
    const parsed = parseMessage(profile, id, data);
    if (!parsed.ok) {
      this.#count(parsed.rule);
      const known = messageName(profile, id) !== undefined;
      return send(association.refuse(id, known ? "RESP_NEGATIVE_ACKNOWLEDGE" : "RESP_CMD_NOT_SUPPORTED"));
    }
    const message = parsed.value;
    if (
      !association.established && message.name !== "ENCRYPT_SELECT_REQ" && message.name !== "ENCRYPT_KEY_REQ"
    ) {
      // Nothing but the setup itself is spoken under the master key.
      this.#count("before-session-key");
      return send(association.refuse(id, "RESP_REESTABLISH_CONNECTION"));
    }
    if (association.exhausted && WORK.includes(message.name)) {
      this.#count("worn-out");
      return send(association.refuse(id, "RESP_REESTABLISH_CONNECTION"));
    }
    switch (message.name) {
      case "POLL_MSG":
        this.#count("polls");
        return send(association.respond({ name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" }));
      case "EVENT_MSG":
        return this.#event(association, message.fields, from, effects);
      case "TRANSPARENT_MSG": {
        const ref = this.#remember(association, "TRANSPARENT_MSG", from);
        return void effects.push({ kind: "transparent", ref, data: message.data, from });
      }
      case "ENCRYPT_SELECT_REQ": {
        const accepted: readonly string[] = this.#options.encryptions ?? ENCRYPTION_PREFERENCE;
        const chosen = message.offers.find((offer) => accepted.includes(offer)) as EncryptionName | undefined;
        if (message.master || chosen === undefined) {
          return send(association.refuse(id, "RESP_ENCRYPTION_NOT_SUPPORTED"));
        }
        association.encryption = chosen;
        const result = "RESP_ACKNOWLEDGE";
        return send(
          association.respond({ name: "ENCRYPT_SELECT_RESP", result, master: false, encryption: chosen }),
        );
      }
      case "ENCRYPT_KEY_REQ": {
        if (message.master || message.fromRct) return send(association.refuse(id, "RESP_CMD_NOT_SUPPORTED"));
        const key = this.#options.random(profile.values.keyOctets);
        const result = "RESP_ACKNOWLEDGE";
        const response = association.respond({
          name: "ENCRYPT_KEY_RESP",
          result,
          master: false,
          fromRct: false,
          key,
        });
        association.rekey(key);
        return send(response);
      }
      case "HASH_SELECT_REQ":
        if (!message.offers.includes("sha-256")) {
          return send(association.refuse(id, "RESP_HASH_NOT_SUPPORTED"));
        }
        return send(
          association.respond({ name: "HASH_SELECT_RESP", result: "RESP_ACKNOWLEDGE", hash: "sha-256" }),
        );
      case "PATH_SUPERVISION_REQ":
        return send(association.respond(this.#agreeHeartbeat(message.intervalS)));
      case "VERSION_REQ": {
        const version = Math.min(message.version, profile.values.protocolVersion);
        const result = message.version === 0 ? "RESP_PROTOCOL_VERSION_NOT_SUPPORTED" : "RESP_ACKNOWLEDGE";
        return send(association.respond({ name: "VERSION_RESP", result, version }));
      }
      case "DEVICE_ID_REQ": {
        const known = !message.master && equal(message.deviceId, identity.sptDeviceId);
        const result = known ? "RESP_ACKNOWLEDGE" : "RESP_DEVICE_NOT_ALLOWED";
        return send(association.respond({ name: "DEVICE_ID_RESP", result, deviceId: identity.rctDeviceId }));
      }
      default:
        this.#count("not-supported");
        return send(association.refuse(id, "RESP_CMD_NOT_SUPPORTED"));
    }
  }

  #agreeHeartbeat(askedS: number): Message {
    const values = this.#options.profile.values;
    const [shortest, longest] = this.#options.heartbeatMs ?? [values.minPollIntervalMs, 24 * 3_600_000];
    const asked = askedS * 1000;
    const interval = Math.min(Math.max(asked, shortest), longest);
    this.#interval = interval;
    const result = asked > longest
      ? "RESP_POLL_TOO_SLOW"
      : asked < shortest
      ? "RESP_POLL_TOO_FAST"
      : "RESP_ACKNOWLEDGE";
    return { name: "PATH_SUPERVISION_RESP", result, intervalS: Math.ceil(interval / 1000), mode: "push" };
  }

  #event(association: RctAssociation, fields: EventField[], from: PathAddress, effects: RctEffect[]): void {
    const event = fields.find((field) => field.field === "event");
    const time = fields.find((field) => field.field === "time-event");
    const ref = this.#remember(association, "EVENT_MSG", from);
    if (event === undefined) {
      effects.push(...this.settle(ref, "RESP_NEGATIVE_ACKNOWLEDGE"));
      return;
    }
    this.#count("events");
    effects.push({
      kind: "event",
      ref,
      event: { protocol: event.protocol, data: event.data, time: time?.time, fields },
      from,
    });
  }

  #remember(association: RctAssociation, name: Pending["name"], to: PathAddress): number {
    const ref = this.#nextRef++;
    this.#pending = { ref, association, rx: association.expected, name, to };
    return ref;
  }

  #drop(rule: string): RctEffect[] {
    this.#count(rule);
    return [{ kind: "dropped", rule }];
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}
