/**
 * The premises side of a path: sets up a session with the RCT, keeps it alive, carries alarms over it, and does what the
 * RCT asks for.
 *
 * No I/O: datagrams and the time come in, {@link SptEffect}s go out.
 *
 * @module
 */
import type { Header } from "../ip/header.ts";
import { type Message, parseMessage } from "../ip/messages/mod.ts";
import type { EncryptionName, HashName, PollModeName, Result } from "../ip/profile.ts";
import { maxData, peekHandle, type PreparedKeys, prepareKeys } from "../ip/seal.ts";
import { Association, type Received } from "./association.ts";
import { misfit } from "./misfit.ts";
import {
  ENCRYPTION_PREFERENCE,
  type PathIdentity,
  randomSequence,
  type SessionBasis,
} from "./path_identity.ts";
import { ReplayMemory } from "./replay_memory.ts";
import { backoff, Retry, type RetryOptions, retryOptions } from "./retry.ts";
import { answerRct, isZero } from "./spt_answers.ts";
import type { SptEffect, SptItem, SptState } from "./spt_effects.ts";
import { carrier } from "./spt_carrier.ts";
import { type SetupAnswer, type SetupStep, SptSetup } from "./spt_setup.ts";

export type { SptEffect, SptItem, SptState } from "./spt_effects.ts";

/** How an {@link SptSession} behaves. Times in milliseconds; the profile's values when absent. */
export interface SptSessionOptions extends SessionBasis {
  /** Who we are and the master set. */
  identity: PathIdentity;
  /** Ciphers offered for the session, best first. @default {["aes-256", "aes-128"]} */
  encryptions?: readonly EncryptionName[];
  /** Hashes offered for the session, best first. @default {["sha-256"]} */
  hashes?: readonly HashName[];
  /** Heartbeat: longest silence towards the RCT; in pull mode, of the RCT. */
  heartbeatMs: number;
  /** Who shall poll; the RCT decides. @default {"push"} */
  pollMode?: PollModeName;
  /** Wait for the first response; doubles up to four times itself, or to the profile's longest wait. */
  responseTimeoutMs?: number;
  /** Transmissions of a request before the path counts as failed. */
  transmissions?: number;
  /** Age at which the session gets a new key. */
  sessionLifetimeMs?: number;
  /** Marks of `setup-mark` effects of before, oldest first: those setups are not gone through again. */
  setupMarks?: Iterable<string>;
  /** Shortest and longest wait before another connection setup. */
  backoffMs?: readonly [number, number];
}

/** Our request that waits for its answer. */
interface Outstanding {
  name: Message["name"];
  retry: Retry;
  /** What it is for. */
  purpose: "setup" | "item" | "poll" | "rekey";
  item?: SptItem;
}

/** A request of the RCT that the gateway has yet to answer. */
interface Pending {
  ref: number;
  tx: number;
  name: "SET_TIME_CMD" | "TRANSPARENT_MSG";
}

/**
 * Requests that a path can do without, unanswered in a row, after which they are left out: once it may be the path that died
 * at that moment; twice it is an RCT that ignores what it does not know, and would do so in every session.
 */
const ASKED_IN_VAIN = 2;

/**
 * One path, seen from the premises.
 *
 * One request is outstanding at a time. A request is sent again, octet for octet, until its response comes or the budget
 * is spent; then the path counts as failed and a new session is set up from the master set. Requests of the RCT are
 * answered beside that.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../ip/profile.ts";
 * import { SptSession } from "./spt_session.ts";
 *
 * const session = new SptSession({
 *   profile: reconstructed2020,
 *   random: (n) => new Uint8Array(n),
 *   heartbeatMs: 30_000,
 *   identity: {
 *     sptDeviceId: new Uint8Array(16).fill(1),
 *     rctDeviceId: new Uint8Array(16).fill(2),
 *     masterHandle: 0x73603722,
 *     master: { encryption: "aes-256", key: new Uint8Array(32), hash: "sha-256" },
 *   },
 * });
 * const effects = session.start(0);
 * assertEquals(effects.map((e) => e.kind === "send" ? e.message : e.kind), ["state", "CONN_HANDLE_REQ"]);
 * ```
 */
export class SptSession {
  /** Datagrams and events by name, for status pages. */
  readonly counters: Record<string, number> = {};

  readonly #options: SptSessionOptions;
  readonly #masterKeys: PreparedKeys;
  readonly #memory: ReplayMemory;
  readonly #retry: RetryOptions;
  readonly #lifetime: number;
  readonly #backoff: readonly [number, number];

  #state: SptState = "idle";
  #setup: SptSetup;
  #association: Association | undefined;
  #outstanding: Outstanding | undefined;
  #pending: Pending | undefined;
  #nextRef = 1;
  #heartbeat: number;
  #pollMode: PollModeName;
  #nextPoll = 0;
  #renewAt = 0;
  #waitUntil = 0;
  #nakAt = -Infinity;
  #failures = 0;
  /** How often in a row the RCT left unanswered what a path can do without. */
  #unanswered = 0;
  #pathFailed = false;
  #lastProof: number | undefined;
  /** The last `now`, to see a clock that is set back. */
  #seen = -Infinity;

  constructor(options: SptSessionOptions) {
    const values = options.profile.values;
    this.#options = options;
    this.#masterKeys = prepareKeys(options.identity.master);
    this.#retry = retryOptions(options.profile, options.responseTimeoutMs, options.transmissions);
    this.#memory = new ReplayMemory(options.setupMarks);
    this.#lifetime = options.sessionLifetimeMs ?? values.sessionLifetimeMs;
    this.#backoff = options.backoffMs ?? [values.backoffMinMs, values.backoffMaxMs];
    this.#heartbeat = options.heartbeatMs;
    this.#pollMode = options.pollMode ?? "push";
    this.#setup = this.#newSetup();
  }

  /** Where the session stands. */
  get state(): SptState {
    return this.#state;
  }

  /** Heartbeat in force, ms: what was asked for, unless the RCT set another. */
  get heartbeatMs(): number {
    return this.#heartbeat;
  }

  /** Who polls. */
  get pollMode(): PollModeName {
    return this.#pollMode;
  }

  /** When the RCT last proved that it is there (a fresh authentic message), ms since the epoch. */
  get lastProof(): number | undefined {
    return this.#lastProof;
  }

  /** True when an item can be offered now. */
  get ready(): boolean {
    return this.#state === "connected" && this.#outstanding === undefined;
  }

  /** When {@link tick} wants to be called next, ms since the epoch. */
  get nextTick(): number | undefined {
    if (this.#state === "waiting") return this.#waitUntil;
    if (this.#outstanding !== undefined) return this.#outstanding.retry.deadline;
    if (this.#state !== "connected") return undefined;
    return this.#setup.done ? Math.min(this.#nextPoll, this.#keyDueAt) : this.#seen;
  }

  /** When the session wants a new key: by age, or at once before the 16-bit sequence numbers come round under one key. */
  get #keyDueAt(): number {
    const { messagesPerKey } = this.#options.profile.values;
    return this.#association!.messages >= messagesPerKey ? this.#seen : this.#renewAt;
  }

  /** Begins connection setup. */
  start(now: number): SptEffect[] {
    this.#watchClock(now);
    if (this.#state !== "idle") return [];
    return this.#setUp(now, "start");
  }

  /** Ends the session without a word to the RCT; an item in flight comes back. */
  stop(): SptEffect[] {
    const effects = this.#takeBack();
    this.#state = "idle";
    this.#association = undefined;
    this.#pending = undefined;
    return effects;
  }

  /**
   * Hands over one item; only while {@link ready}. One that fits no message comes back as `refused`, with a reason.
   *
   * @param item What to carry.
   * @param now The time, ms since the epoch.
   * @returns What is to be done.
   */
  offer(item: SptItem, now: number): SptEffect[] {
    this.#watchClock(now);
    if (!this.ready) return [{ kind: "returned", ref: item.ref }];
    const message = carrier(item, now);
    const reason = misfit(this.#options.profile, message);
    if (reason === undefined) return [this.#request(message, "item", now, item)];
    this.#count("does-not-fit");
    return [{ kind: "refused", ref: item.ref, result: "RESP_UNKNOWN_ERROR", reason }];
  }

  /**
   * Answers a `set-time` or `transparent` effect. Of a session that is gone nothing is sent.
   *
   * @param ref The effect's `ref`.
   * @param result The answer.
   * @param data Octets for a TRANSPARENT_RESP.
   * @returns What is to be done.
   * @throws {RangeError} When `data` does not fit a datagram: an error of the caller; the request is still open.
   */
  settle(ref: number, result: Result, data: Uint8Array = new Uint8Array(0)): SptEffect[] {
    const pending = this.#pending;
    if (pending?.ref !== ref || this.#association === undefined) return [];
    const most = maxData(this.#options.profile) - 1;
    if (pending.name === "TRANSPARENT_MSG" && data.length > most) {
      throw new RangeError(`${data.length} octets for a TRANSPARENT_RESP; ${most} fit`);
    }
    this.#pending = undefined;
    if (!this.#association.owes(pending.tx)) return [];
    return [
      this.#respond(
        pending.name === "SET_TIME_CMD"
          ? { name: "SET_TIME_RESP", result }
          : { name: "TRANSPARENT_RESP", result, data },
      ),
    ];
  }

  /** Lets time pass: repeats, heartbeat, new keys, the next try. */
  tick(now: number): SptEffect[] {
    this.#watchClock(now);
    if (this.#state === "waiting") return now >= this.#waitUntil ? this.#setUp(now, "next try") : [];
    const outstanding = this.#outstanding;
    if (outstanding !== undefined) return this.#repeat(outstanding, now);
    if (this.#state !== "connected") return [];
    if (!this.#setup.done) return [this.#request(this.#setup.message(), "setup", now)];
    if (now >= this.#keyDueAt) return [this.#renew(now)];
    if (now < this.#nextPoll) return [];
    if (this.#pollMode === "push") return [this.#request({ name: "POLL_MSG" }, "poll", now)];
    const reason = `the RCT did not poll for ${Math.round((now - this.#lastProof!) / 1000)} s`;
    return this.#startOver(reason, now);
  }

  #repeat(outstanding: Outstanding, now: number): SptEffect[] {
    const due = outstanding.retry.due(now);
    if (due === "wait") return [];
    if (due === "give-up") return this.#noAnswer(outstanding, now);
    this.#count("retransmissions");
    return [this.#sendRequest(outstanding)];
  }

  /** Takes a datagram. Whatever it holds, nothing is thrown and nothing unauthentic has an effect. */
  feed(datagram: Uint8Array, now: number): SptEffect[] {
    this.#watchClock(now);
    const association = this.#association;
    if (association === undefined) return this.#drop("unexpected");
    if (peekHandle(this.#options.profile, datagram) !== association.handle) {
      return this.#drop("unknown-handle");
    }
    const received = association.receive(datagram);
    switch (received.kind) {
      case "drop":
        return this.#dropped(received, now);
      case "nak":
        this.#count("naks");
        return this.#outstanding?.retry.hurry(now) === true ? this.#repeat(this.#outstanding, now) : [];
      case "repeat":
        this.#count("repeats-answered");
        return [{ kind: "send", bytes: received.response, message: "response", attempt: 2 }];
      case "request":
        this.#proof(now);
        return this.#asked(received.header, received.data, association, now);
      case "response": {
        this.#proof(now);
        const outstanding = this.#outstanding!;
        this.#outstanding = undefined;
        return this.#answered(outstanding, received.message, association, now);
      }
    }
  }

  #dropped({ rule, nak }: Extract<Received, { kind: "drop" }>, now: number): SptEffect[] {
    const effects = this.#drop(rule);
    if (nak === undefined || now - this.#nakAt < this.#options.profile.values.nakIntervalMs) return effects;
    this.#nakAt = now;
    return [...effects, { kind: "send", bytes: nak, message: "NAK", attempt: 1 }];
  }

  #answered(outstanding: Outstanding, response: Message, association: Association, now: number): SptEffect[] {
    if (!("result" in response)) return this.#drop("unexpected-response");
    const { result } = response;
    const { item } = outstanding;
    if (result === "RESP_REESTABLISH_CONNECTION" && this.#state === "connected") {
      const returned: SptEffect[] = item === undefined ? [] : [{ kind: "returned", ref: item.ref }];
      return [...returned, ...this.#setUp(now, "the RCT asks for a new connection")];
    }
    const effects: SptEffect[] = [];
    switch (outstanding.purpose) {
      case "setup":
        return this.#setupAnswered(response, association, now);
      case "rekey":
        if (response.name !== "ENCRYPT_KEY_RESP" || result !== "RESP_ACKNOWLEDGE") {
          return this.#setUp(now, `session key renewal: the RCT answers ${result}`);
        }
        // A key in force for long: what is worn out stays so, and only a new session helps.
        if (isZero(response.key) || (!association.takeKey(response.key) && now >= this.#keyDueAt)) {
          return this.#setUp(now, "session key renewal: the RCT gives no new key");
        }
        return [this.#rekeyed("spt", now)];
      case "item":
        effects.push(this.#itemAnswered(item!, response));
        break;
      case "poll":
    }
    // Under a steady flow of alarms tick() never finds the session free: the renewal must not wait for a pause.
    if (now >= this.#keyDueAt) effects.push(this.#renew(now));
    return effects;
  }

  #itemAnswered({ ref }: SptItem, response: Message & { result: Result }): SptEffect {
    if (response.result !== "RESP_ACKNOWLEDGE") {
      this.#count("refused");
      return { kind: "refused", ref, result: response.result };
    }
    this.#count("delivered");
    return response.name === "TRANSPARENT_RESP" && response.data.length > 0
      ? { kind: "delivered", ref, data: response.data }
      : { kind: "delivered", ref };
  }

  /** A request of the RCT (ip-protocol.md §4.4). */
  #asked(
    { messageId: id, rx }: Header,
    data: Uint8Array,
    association: Association,
    now: number,
  ): SptEffect[] {
    const parsed = parseMessage(this.#options.profile, id, data);
    if (!parsed.ok) {
      this.#count(parsed.rule);
      const unknown = parsed.rule === "unknown-message";
      return this.#refuse(association, id, unknown ? "RESP_CMD_NOT_SUPPORTED" : "RESP_NEGATIVE_ACKNOWLEDGE");
    }
    const answer = answerRct(parsed.value, {
      established: association.established,
      settled: this.#state === "connected" || this.#setup.step === "POLL_MSG",
      behind: (association.tx - rx) & 0xffff,
    });
    switch (answer.kind) {
      case "refuse":
        return this.#refuse(association, id, answer.result);
      case "hand-over":
        return [this.#handOver(answer.message, association)];
      case "respond":
    }
    const { name } = answer.message;
    if (name === "POLL_RESP") this.#count("polls-answered");
    const effects = [this.#respond(answer.message)];
    if (answer.heartbeat !== undefined) {
      this.#keepTo(answer.heartbeat.heartbeatMs, answer.heartbeat.pollMode, now);
      effects.push({ kind: "heartbeat", ...answer.heartbeat });
    }
    if (answer.key !== undefined && association.takeKey(answer.key)) effects.push(this.#rekeyed("rct", now));
    return effects;
  }

  #refuse(association: Association, id: number, result: Result): SptEffect[] {
    this.#count(result === "RESP_CMD_NOT_SUPPORTED" ? "not-supported" : "rct-refused");
    return [{ kind: "send", bytes: association.refuse(id, result), message: result, attempt: 1 }];
  }

  #handOver(message: Extract<Message, { name: Pending["name"] }>, association: Association): SptEffect {
    const ref = this.#nextRef++;
    this.#pending = { ref, tx: association.lastRequest!, name: message.name };
    return message.name === "SET_TIME_CMD"
      ? { kind: "set-time", ref, time: message.time }
      : { kind: "transparent", ref, data: message.data };
  }

  #keepTo(heartbeatMs: number, pollMode: PollModeName, now: number): void {
    this.#heartbeat = heartbeatMs;
    this.#pollMode = pollMode;
    this.#schedulePoll(now);
  }

  #newSetup(): SptSetup {
    const { profile, identity, encryptions, hashes, heartbeatMs, pollMode } = this.#options;
    return new SptSetup({
      profile,
      deviceId: identity.sptDeviceId,
      encryptions: encryptions ?? ENCRYPTION_PREFERENCE,
      hashes: hashes ?? ["sha-256"],
      heartbeatMs,
      pollMode: pollMode ?? "push",
      memory: this.#memory,
      bare: this.#unanswered >= ASKED_IN_VAIN,
    });
  }

  #setUp(now: number, reason: string): SptEffect[] {
    const { random, identity } = this.#options;
    this.#state = "setting-up";
    this.#pending = undefined;
    this.#setup = this.#newSetup();
    this.#association = this.#associate(identity.masterHandle, undefined, randomSequence(random), 0);
    this.#count("setups");
    return [
      { kind: "state", state: "setting-up", reason },
      this.#request(this.#setup.message(), "setup", now),
    ];
  }

  #setupAnswered(response: Message, association: Association, now: number): SptEffect[] {
    const step = this.#setup.step;
    const answer = this.#setup.answered(response, association);
    // To be kept before anything else is done with the answer.
    const marks = this.#memory.takeFresh().map((mark): SptEffect => ({ kind: "setup-mark", mark }));
    return [...marks, ...this.#afterStep(step, answer, association, now)];
  }

  #afterStep(
    step: SetupStep | undefined,
    answer: SetupAnswer,
    association: Association,
    now: number,
  ): SptEffect[] {
    const setup = this.#setup;
    if (answer.kind === "refused") return this.#failed(`the RCT refused ${step}: ${answer.reason}`, now);
    for (const name of setup.tolerated.splice(0)) this.#count(name);
    // An answer to what the path can do without.
    if (this.#state === "connected") this.#unanswered = 0;
    if (step === "CONN_HANDLE_REQ") {
      // The handle changes, the sequence numbers go on. Of our own wishes the RCT may give up some.
      const { sequenceWindow } = this.#options.profile.values;
      this.#association = this.#associate(setup.handle, association.expected, association.tx, sequenceWindow);
    }
    if (step === "PATH_SUPERVISION_REQ") this.#keepTo(setup.heartbeatMs, setup.pollMode, now);
    if (answer.kind === "next" && this.#state !== "connected") {
      return [this.#request(setup.message(), "setup", now)];
    }
    const effects: SptEffect[] = [];
    if (this.#state !== "connected") {
      this.#failures = 0;
      if (this.#pathFailed) effects.push({ kind: "path-restored" });
      this.#pathFailed = false;
      this.#state = "connected";
      this.#renewAt = now + this.#lifetime;
      this.#schedulePoll(now);
      const { encryption, hash } = this.#association!;
      effects.push({ kind: "state", state: "connected", reason: `session with ${encryption} and ${hash}` });
    }
    if (step === "RCT_IP_PARAM_REQ" && setup.addresses.length > 0) {
      effects.push({ kind: "rct-addresses", addresses: setup.addresses });
    }
    return effects;
  }

  /** On either handle the keys are those of the master set until the first session key comes. */
  #associate(handle: number, expected: number | undefined, tx: number, mayGiveUp: number): Association {
    const { profile, random, identity: { master, sptDeviceId, rctDeviceId } } = this.#options;
    const { encryption } = master;
    const ends = { ownDeviceId: sptDeviceId, peerDeviceId: rctDeviceId };
    const keys = this.#masterKeys;
    return new Association({ profile, random, handle, keys, encryption, ...ends, expected, tx, mayGiveUp });
  }

  #renew(now: number): SptEffect {
    const key = new Uint8Array(this.#options.profile.values.keyOctets);
    return this.#request({ name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key }, "rekey", now);
  }

  #rekeyed(by: "spt" | "rct", now: number): SptEffect {
    this.#renewAt = now + this.#lifetime;
    this.#count("rekeys");
    return { kind: "rekeyed", by };
  }

  #noAnswer(outstanding: Outstanding, now: number): SptEffect[] {
    const effects = this.#takeBack();
    const text = `no answer to ${outstanding.name} after ${outstanding.retry.attempt} transmissions`;
    if (this.#state === "setting-up") return [...effects, ...this.#failed(text, now)];
    if (outstanding.purpose === "setup") this.#unanswered++;
    return [...effects, ...this.#startOver(text, now)];
  }

  /** The RCT may only have lost its sessions (a restart): the master set finds out at once. */
  #startOver(reason: string, now: number): SptEffect[] {
    return [...this.#markFailed(reason), ...this.#setUp(now, reason)];
  }

  #failed(reason: string, now: number): SptEffect[] {
    const effects: SptEffect[] = this.#markFailed(reason);
    const [chance = 0] = this.#options.random(1);
    this.#waitUntil = now + backoff(this.#backoff, this.#failures++, chance);
    this.#outstanding = undefined;
    this.#association = undefined;
    this.#state = "waiting";
    effects.push({ kind: "state", state: "waiting", reason });
    return effects;
  }

  #markFailed(reason: string): SptEffect[] {
    if (this.#pathFailed) return [];
    this.#pathFailed = true;
    this.#count("path-failures");
    return [{ kind: "path-failed", reason }];
  }

  #takeBack(): SptEffect[] {
    const item = this.#outstanding?.item;
    this.#outstanding = undefined;
    return item === undefined ? [] : [{ kind: "returned", ref: item.ref }];
  }

  #request(message: Message, purpose: Outstanding["purpose"], now: number, item?: SptItem): SptEffect {
    const association = this.#association!;
    association.request(message);
    if (message.name === "HASH_SELECT_REQ") association.offerHashes(this.#options.hashes ?? ["sha-256"]);
    const retry = new Retry(this.#retry, now);
    this.#outstanding = { name: message.name, retry, purpose, ...(item === undefined ? {} : { item }) };
    this.#schedulePoll(now);
    return this.#sendRequest(this.#outstanding);
  }

  #respond(message: Message): SptEffect {
    return { kind: "send", bytes: this.#association!.respond(message), message: message.name, attempt: 1 };
  }

  /** The RCT proved that it is there. */
  #proof(now: number): void {
    this.#lastProof = now;
    if (this.#pollMode === "pull") this.#schedulePoll(now);
  }

  /** push: when we poll next. pull: when we miss the RCT's poll. */
  #schedulePoll(now: number): void {
    const { supervisionGraceTimeouts } = this.#options.profile.values;
    this.#nextPoll = this.#pollMode === "push"
      ? now + this.#heartbeat
      : (this.#lastProof ?? now) + this.#heartbeat + supervisionGraceTimeouts * this.#retry.firstMs;
  }

  /** A clock that is set back takes all times with it: nothing may wait for the clock to catch up. */
  #watchClock(now: number): void {
    const back = this.#seen - now;
    this.#seen = now;
    if (!(back > 0)) return;
    this.#count("clock-set-back");
    this.#nextPoll -= back;
    this.#renewAt -= back;
    this.#waitUntil -= back;
    this.#nakAt -= back;
    if (this.#lastProof !== undefined) this.#lastProof -= back;
    this.#outstanding?.retry.setBack(back);
  }

  #sendRequest({ name, retry, item }: Outstanding): SptEffect {
    const bytes = this.#association!.requestBytes!;
    const effect = { kind: "send", bytes, message: name, attempt: retry.attempt } as const;
    return item === undefined ? effect : { ...effect, ref: item.ref };
  }

  #drop(rule: string): SptEffect[] {
    this.#count(rule);
    return [{ kind: "dropped", rule }];
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}
