/**
 * The centre's side of one path: answers setups, polls and alarms of one SPT, asks things of it, and watches that it is
 * there.
 *
 * No I/O: datagrams and the time come in, {@link RctEffect}s go out.
 *
 * @module
 */
import { type EventField, type Message, parseMessage } from "../ip/messages/mod.ts";
import type { EncryptionName, HashName, PollModeName, Result } from "../ip/profile.ts";
import { maxData } from "../ip/seal.ts";
import type { Association, Received } from "./association.ts";
import {
  ENCRYPTION_PREFERENCE,
  type PathAddress,
  type PathIdentity,
  sameAddress,
  type SessionBasis,
} from "./path_identity.ts";
import { answerSpt, type RctPolicy } from "./rct_answers.ts";
import { RctDuties, type RctDutiesState } from "./rct_duties.ts";
import type { RctEffect } from "./rct_effects.ts";
import { RctHeartbeat } from "./rct_heartbeat.ts";
import { type RctRequest, type RctRequestEnd, RctRequests } from "./rct_requests.ts";
import { type Candidate, RctSetups } from "./rct_setups.ts";
import { retryBudget, retryOptions } from "./retry.ts";
import { Supervision } from "./supervision.ts";

export type { RctEffect, ReceivedEvent } from "./rct_effects.ts";

/** How an {@link RctSession} behaves. Times in milliseconds. */
export interface RctSessionOptions extends SessionBasis {
  /** The SPT, the RCT and their master set; none before commissioning, see {@link RctSession.setMasters}. */
  identity?: PathIdentity;
  /**
   * Gives a connection handle that no other association of this RCT has, and keeps it until it is given back.
   * Undefined when there is none left.
   */
  takeHandle: (session: RctSession) => number | undefined;
  /** Gives a handle back. */
  dropHandle: (handle: number) => void;
  /** Ciphers this RCT accepts for sessions. @default {["aes-256", "aes-128"]} */
  encryptions?: readonly EncryptionName[];
  /** Hashes this RCT accepts for sessions. @default {["sha-256", "ripemd-256"]} */
  hashes?: readonly HashName[];
  /** Shortest and longest heartbeat allowed. */
  heartbeatMs?: readonly [number, number];
  /** Who polls; undefined leaves it to the SPT. */
  pollMode?: PollModeName;
  /** Where this RCT can be reached, best first: IP addresses, told to SPTs that ask. */
  addresses?: readonly PathAddress[];
  /** Age at which the RCT brings a new session key, or sooner by count. @default {undefined} the SPT asks for its keys */
  keyLifetimeMs?: number;
  /** Response timeout: assumed of the SPT for the supervision rule, and used for our own requests. */
  responseTimeoutMs?: number;
}

/** Messages of the busier direction after which no more work is taken under the same key; a setup is. */
const WORN_OUT = 64_000;
/** What is refused then. */
const WORK: readonly string[] = ["POLL_MSG", "EVENT_MSG", "TRANSPARENT_MSG"];
/** `ref` of polls and keys that are the session's own doing. */
const OWN = "";

interface Pending {
  ref: number;
  association: Association;
  tx: number;
  name: "EVENT_MSG" | "TRANSPARENT_MSG";
  to: PathAddress;
}

/**
 * One SPT, seen from the RCT.
 *
 * A session in use is replaced only when the SPT has proved that it holds the new session key. A replayed datagram,
 * a setup request included, therefore moves nothing: not the session, not the address, not the supervision timer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { RctSession } from "./rct_session.ts";
 *
 * const session = new RctSession({
 *   profile,
 *   random: (n) => new Uint8Array(n),
 *   takeHandle: () => 7,
 *   dropHandle: () => {},
 *   identity: {
 *     sptDeviceId: new Uint8Array(16).fill(1),
 *     rctDeviceId: new Uint8Array(16).fill(2),
 *     masterHandle: 0x73603722,
 *     master: { encryption: "aes-256", key: new Uint8Array(32), hash: "sha-256" },
 *   },
 * });
 * const request = { kind: "poll", ref: "a" } as const;
 * assertEquals(session.request(request, 0), [{ kind: "unanswered", request, reason: "no session" }]);
 * // An SPT that never comes is missed: heartbeat, longest pause between setups, retries and grace.
 * session.tick(0);
 * assertEquals(session.tick(118_000), [{ kind: "path-failed", lastProof: 0, limitMs: 118_000 }]);
 * ```
 */
export class RctSession {
  /** Datagrams and events by name, for status pages. */
  readonly counters: Record<string, number> = {};

  readonly #options: RctSessionOptions;
  readonly #policy: RctPolicy;
  readonly #setups: RctSetups;
  readonly #requests: RctRequests;
  readonly #supervision: Supervision;
  readonly #duties: RctDuties;
  readonly #heartbeat: RctHeartbeat;
  readonly #expiryMin: number;
  readonly #expiryIntervals: number;
  #active: Candidate | undefined;
  /** The alarm not settled yet. One is enough: an SPT has one request outstanding, a new one gives up the old. */
  #pending: Pending | undefined;
  #address: PathAddress | undefined;
  #nakAt = -Infinity;
  #nextRef = 1;

  constructor(options: RctSessionOptions) {
    const { profile, random, identity } = options;
    const { values } = profile;
    const retry = retryOptions(profile, options.responseTimeoutMs);
    this.#options = options;
    this.#policy = {
      profile,
      random,
      encryptions: options.encryptions ?? ENCRYPTION_PREFERENCE,
      hashes: options.hashes ?? ["sha-256", "ripemd-256"],
      heartbeatMs: options.heartbeatMs ?? [values.minPollIntervalMs, 24 * 3_600_000],
      pollMode: options.pollMode,
      addresses: options.addresses ?? [],
    };
    this.#setups = new RctSetups({
      profile,
      random,
      takeHandle: () => options.takeHandle(this),
      dropHandle: options.dropHandle,
    });
    this.#setups.masters = identity === undefined ? [] : [identity];
    this.#requests = new RctRequests(profile, random, retry);
    const graceMs = values.supervisionGraceTimeouts * retry.firstMs;
    const { keyLifetimeMs } = options;
    const { messagesPerKey } = values;
    this.#duties = new RctDuties({ keyLifetimeMs, messagesPerKey, setupMs: graceMs });
    this.#heartbeat = new RctHeartbeat({ intervalMs: options.heartbeatMs?.[1] ?? 90_000, pollMode: "push" });
    this.#supervision = new Supervision({
      intervalMs: this.#heartbeat.intervalMs,
      graceMs,
      // The SPT has timers of its own: those of the profile are assumed.
      retryBudgetMs: retryBudget(retryOptions(profile)),
      backoffMs: values.backoffMaxMs,
    });
    this.#expiryMin = values.sessionExpiryMinMs;
    this.#expiryIntervals = values.sessionExpiryIntervals;
  }

  /** Where the SPT was last heard with a fresh authentic message. */
  get address(): PathAddress | undefined {
    return this.#address;
  }

  /** When that was, ms since the epoch. */
  get lastProof(): number | undefined {
    return this.#supervision.lastProof;
  }

  /** Heartbeat agreed, ms; while the SPT is asked for another one, the longer. */
  get heartbeatMs(): number {
    return this.#heartbeat.intervalMs;
  }

  /** Who polls; while the SPT is asked for another one, pull if either is. */
  get pollMode(): PollModeName {
    return this.#heartbeat.pollMode;
  }

  /** `unknown` until the SPT was heard for the first time since the start, or should have been. */
  get state(): "unknown" | "connected" | "failed" {
    return this.#supervision.state;
  }

  /** When {@link tick} wants to be called next, ms since the epoch. */
  get nextTick(): number | undefined {
    const proof = this.#supervision.lastProof;
    // Supervision begins with the first tick.
    if (this.#supervision.since === undefined && this.#setups.open) return -Infinity;
    let next = Math.min(
      this.#setups.nextTick,
      this.#supervision.deadline(this.#pending !== undefined) ?? Infinity,
    );
    if (this.#active !== undefined && proof !== undefined) {
      next = Math.min(next, proof + this.#expiry, this.#requests.nextTick);
      if (this.#canAsk) {
        const { openAt } = this.#duties;
        next = Math.min(next, this.#requests.idle ? this.#duties.nextAt(this.#duty) : openAt);
      }
    }
    return next === Infinity ? undefined : next;
  }

  /** Whether a request of ours could go out, were it time for one. */
  get #canAsk(): boolean {
    const association = this.#active?.association;
    return association !== undefined && this.#requests.current === undefined &&
      association.messages < WORN_OUT;
  }

  get #duty(): RctDutiesState {
    const { pollMode, pollMs } = this.#heartbeat;
    const { messages } = this.#active!.association;
    return { lastProof: this.#supervision.lastProof!, pollMode, pollMs, messages };
  }

  /** Silence after which a session is forgotten. */
  get #expiry(): number {
    return Math.max(this.#expiryIntervals * this.#supervision.intervalMs, this.#expiryMin);
  }

  /**
   * Takes other master sets into use: after commissioning the new one and, until it has proved itself, the one before;
   * after revocation none. A session that was begun under another one ends.
   *
   * @param identities The master sets. Their handles must be this session's.
   * @returns What is to be done.
   */
  setMasters(identities: readonly PathIdentity[]): RctEffect[] {
    this.#setups.masters = identities;
    if (!this.#setups.open) this.#supervision.unwatch();
    if (this.#active === undefined || this.#setups.allows(this.#active.identity)) return [];
    return this.#leave("the master set of the session is not in use any more");
  }

  /**
   * The clock was set back: all times move along, so that nothing waits for the clock to catch up.
   *
   * @param ms By how much, ms.
   */
  setBack(ms: number): void {
    this.#supervision.setBack(ms);
    this.#setups.setBack(ms);
    this.#requests.setBack(ms);
    this.#duties.setBack(ms);
    this.#nakAt -= ms;
  }

  /**
   * Asks something of the SPT. The end of it comes as an `answered` or `unanswered` effect.
   *
   * @param request What to ask.
   * @param now The time, ms since the epoch.
   * @returns What is to be done.
   */
  request(request: RctRequest, now: number): RctEffect[] {
    if (this.#active === undefined) return [{ kind: "unanswered", request, reason: "no session" }];
    const end = this.#requests.add(request);
    return end === undefined ? this.#ask(now) : [end];
  }

  /** Lets time pass: supervision, our requests, sessions nobody uses, setups that came to nothing. */
  tick(now: number): RctEffect[] {
    this.#setups.expire(now);
    if (this.#setups.open) this.#supervision.watch(now);
    const effects = this.#expire(now);
    if (this.#active !== undefined) {
      const due = this.#requests.due(this.#active.association, now);
      if (due !== undefined && "send" in due) effects.push(this.#toSpt(due.send));
      else if (due !== undefined) this.#end(due, now, effects);
      const duty = this.#requests.idle && this.#canAsk ? this.#duties.due(this.#duty, now) : undefined;
      if (duty !== undefined) this.#requests.add({ kind: duty, ref: OWN });
      effects.push(...this.#ask(now));
    }
    if (!this.#supervision.expired(now, this.#pending !== undefined)) return effects;
    this.#count("path-failures");
    const { since, limitMs } = this.#supervision;
    return [...effects, { kind: "path-failed", lastProof: since!, limitMs }];
  }

  /** Takes a datagram that carries one of this session's handles. Nothing it holds can make this throw. */
  feed(datagram: Uint8Array, handle: number, from: PathAddress, now: number): RctEffect[] {
    const effects = this.#expire(now);
    if (this.#setups.isMaster(handle)) return [...effects, ...this.#begin(datagram, handle, from, now)];
    const used = this.#active?.association.handle === handle ? this.#active : this.#setups.get(handle);
    if (used === undefined) return [...effects, ...this.#drop("unknown-handle")];
    const { association } = used;
    const wasEstablished = association.established;
    const key = association.keyNumber;
    const received = association.receive(datagram);
    switch (received.kind) {
      case "drop":
        return [...effects, ...this.#dropped(received, association, from, now)];
      case "repeat":
        this.#count("repeats-answered");
        return [...effects, { kind: "send", bytes: received.response, to: from }];
      case "nak": {
        this.#count("naks");
        const due = this.#requests.hurry(now) ? this.#requests.due(association, now) : undefined;
        return due !== undefined && "send" in due ? [...effects, this.#toSpt(due.send)] : effects;
      }
      case "request":
      case "response":
    }
    if (association.established) this.#proof(used, from, now, effects);
    const end = received.kind === "response"
      ? this.#requests.answered(received.message, association)
      : association.keyNumber === key
      ? undefined
      : this.#requests.proved();
    if (wasEstablished && association.keyNumber !== key) {
      effects.push({ kind: "rekeyed", by: end?.request.kind === "key" ? "rct" : "spt" });
      this.#duties.keyed(now);
      this.#count("rekeys");
    }
    if (end !== undefined) this.#end(end, now, effects);
    if (received.kind === "request") this.#answer(used, received, from, effects);
    effects.push(...this.#ask(now));
    return effects;
  }

  #dropped(
    { rule, nak }: Extract<Received, { kind: "drop" }>,
    association: Association,
    from: PathAddress,
    now: number,
  ): RctEffect[] {
    if (rule === "repeat-while-pending" && association === this.#active?.association) {
      this.#supervision.heldUp();
    }
    const effects = this.#drop(rule);
    if (nak === undefined || now - this.#nakAt < this.#options.profile.values.nakIntervalMs) return effects;
    this.#nakAt = now;
    return [...effects, { kind: "send", bytes: nak, to: from }];
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
    this.#supervision.settled();
    if (!pending.association.owes(pending.tx)) return [];
    const message: Message = pending.name === "EVENT_MSG"
      ? { name: "EVENT_RESP", result }
      : { name: "TRANSPARENT_RESP", result, data };
    return [{ kind: "send", bytes: pending.association.respond(message), to: pending.to }];
  }

  #begin(datagram: Uint8Array, handle: number, from: PathAddress, now: number): RctEffect[] {
    const begun = this.#setups.begin(datagram, handle, now);
    if (typeof begun === "string") return this.#drop(begun);
    this.#count(begun.again ? "repeats-answered" : "setups");
    return [{ kind: "send", bytes: begun.bytes, to: from }];
  }

  /** A session that nobody used for long is forgotten: its keys are not kept for a thief. */
  #expire(now: number): RctEffect[] {
    if (this.#active === undefined || now - this.#supervision.lastProof! < this.#expiry) return [];
    this.#count("sessions-expired");
    return this.#leave("the session is forgotten after long silence");
  }

  /** The active session ends, and with it what it owes. */
  #leave(reason: string): RctEffect[] {
    if (this.#active === undefined) return [];
    this.#options.dropHandle(this.#active.association.handle);
    this.#active = undefined;
    this.#pending = undefined;
    return this.#requests.clear(reason).filter(({ request }) => request.ref !== OWN);
  }

  #proof(used: Candidate, from: PathAddress, now: number, effects: RctEffect[]): void {
    if (used !== this.#active) {
      const { association, identity } = used;
      effects.push(...this.#leave("the SPT has set up a new session"));
      this.#active = used;
      this.#setups.promote(association.handle);
      this.#duties.begin(now);
      this.#count("sessions");
      const { encryption, hash } = association;
      const { masterHandle } = identity;
      effects.push({ kind: "established", encryption, hash, masterHandle, from });
    }
    if (!sameAddress(this.#address, from)) {
      if (this.#address !== undefined) {
        effects.push({ kind: "moved", from: this.#address, to: from });
        this.#count("address-changes");
      }
      this.#address = from;
    }
    if (this.#supervision.heard(now)) effects.push({ kind: "path-restored" });
  }

  #answer(
    { association, identity }: Candidate,
    { header: { messageId: id }, data }: Extract<Received, { kind: "request" }>,
    from: PathAddress,
    effects: RctEffect[],
  ): void {
    const send = (bytes: Uint8Array) => void effects.push({ kind: "send", bytes, to: from });
    const parsed = parseMessage(this.#options.profile, id, data);
    if (!parsed.ok) {
      this.#count(parsed.rule);
      const unknown = parsed.rule === "unknown-message";
      return send(association.refuse(id, unknown ? "RESP_CMD_NOT_SUPPORTED" : "RESP_NEGATIVE_ACKNOWLEDGE"));
    }
    const message = parsed.value;
    if (
      !association.established && message.name !== "ENCRYPT_SELECT_REQ" && message.name !== "ENCRYPT_KEY_REQ"
    ) {
      // Nothing but the setup itself is spoken under the master key.
      this.#count("before-session-key");
      return send(association.refuse(id, "RESP_REESTABLISH_CONNECTION"));
    }
    if (association.messages >= WORN_OUT && WORK.includes(message.name)) {
      this.#count("worn-out");
      return send(association.refuse(id, "RESP_REESTABLISH_CONNECTION"));
    }
    // What comes after the setup proves that it is over.
    if (WORK.includes(message.name)) this.#duties.open();
    switch (message.name) {
      case "EVENT_MSG":
        return this.#event(association, message.fields, from, effects);
      case "TRANSPARENT_MSG": {
        const ref = this.#remember(association, "TRANSPARENT_MSG", from);
        return void effects.push({ kind: "transparent", ref, data: message.data, from });
      }
      case "POLL_MSG":
        this.#count("polls");
    }
    const answer = answerSpt(message, association, identity, this.#policy);
    if (answer.kind === "refuse") {
      if (answer.result === "RESP_CMD_NOT_SUPPORTED") this.#count("not-supported");
      return send(association.refuse(id, answer.result));
    }
    if (answer.heartbeat !== undefined) {
      this.#heartbeat.agree(answer.heartbeat);
      this.#supervise();
    }
    send(association.respond(answer.message));
  }

  #event(association: Association, fields: EventField[], from: PathAddress, effects: RctEffect[]): void {
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

  #remember(association: Association, name: Pending["name"], to: PathAddress): number {
    const ref = this.#nextRef++;
    this.#pending = { ref, association, tx: association.lastRequest!, name, to };
    return ref;
  }

  /** Sends the next of our requests, if it is its turn. */
  #ask(now: number): RctEffect[] {
    if (this.#active === undefined || !this.#canAsk || now < this.#duties.openAt) return [];
    const bytes = this.#requests.next(this.#active.association, now);
    if (bytes === undefined) return [];
    const { current } = this.#requests;
    if (current?.kind === "heartbeat") {
      this.#heartbeat.ask({ intervalMs: current.heartbeatMs, pollMode: current.pollMode });
      this.#supervise();
    }
    return [this.#toSpt(bytes)];
  }

  #toSpt(bytes: Uint8Array): RctEffect {
    this.#count("requests-sent");
    return { kind: "send", bytes, to: this.#address! };
  }

  /** A request of ours came to its end. Our own polls and keys are nobody else's concern. */
  #end(end: RctRequestEnd, now: number, effects: RctEffect[]): void {
    const { request } = end;
    if (request.kind === "heartbeat") {
      if (end.kind === "unanswered") this.#heartbeat.lost();
      else if (end.heartbeat === undefined) this.#heartbeat.refused();
      else this.#heartbeat.agree(end.heartbeat);
      this.#supervise();
    }
    // The poll makes what was given up too old to be taken later.
    if (end.kind === "unanswered" && request.kind !== "poll" && this.#requests.idle) {
      this.#requests.add({ kind: "poll", ref: OWN });
    }
    // A key that the SPT does not take is brought again after another lifetime, not at once.
    if (request.kind === "key") this.#duties.keyed(now);
    this.#count(`${request.kind}-${end.kind}`);
    if (request.ref !== OWN) effects.push(end);
  }

  #supervise(): void {
    this.#supervision.intervalMs = this.#heartbeat.intervalMs;
  }

  #drop(rule: string): RctEffect[] {
    this.#count(rule);
    return [{ kind: "dropped", rule }];
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}
