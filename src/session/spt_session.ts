/**
 * The premises side of a path: sets up a session with the RCT, keeps it alive, carries alarms over it.
 *
 * No I/O: datagrams and the time come in, {@link SptEffect}s go out.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import { type EventField, type Message, messageId, parseMessage, writeMessage } from "../ip/messages/mod.ts";
import { msToNtp } from "../ip/ntp_time.ts";
import type { EncryptionName, ProtocolName, Result } from "../ip/profile.ts";
import { maxData, open, peekHandle, type PreparedKeys, prepareKeys, seal } from "../ip/seal.ts";
import { nextSequence, type PathIdentity, randomSequence, type SessionBasis } from "./path_identity.ts";

/** How an {@link SptSession} behaves. Times in milliseconds; the profile's values when absent. */
export interface SptSessionOptions extends SessionBasis {
  /** Who we are and the master set. */
  identity: PathIdentity;
  /** Ciphers offered for the session, best first. @default {["aes-256", "aes-128"]} */
  encryptions?: readonly EncryptionName[];
  /** Heartbeat: longest silence towards the RCT. */
  heartbeatMs: number;
  /** Wait for the first response; doubles up to four times itself, or to the profile's longest wait. */
  responseTimeoutMs?: number;
  /** Transmissions of a request before the path counts as failed. */
  transmissions?: number;
  /** Age at which the session gets a new key. */
  sessionLifetimeMs?: number;
  /** Shortest and longest wait before another connection setup. */
  backoffMs?: readonly [number, number];
}

/** Something to carry to the RCT. */
export type SptItem =
  /** An alarm as an EVENT_MSG. `time` is its time event: unique, and the same on every transmission. */
  | { kind: "event"; ref: string; protocol: ProtocolName; data: Uint8Array; time: bigint }
  /** Opaque octets as a TRANSPARENT_MSG. */
  | { kind: "transparent"; ref: string; data: Uint8Array };

/** Where the session stands. */
export type SptState =
  /** Not started, or stopped. */
  | "idle"
  /** Connection setup under way. */
  | "setting-up"
  /** Alarms can be carried. */
  | "connected"
  /** Setup failed; waits before the next try. */
  | "waiting";

/** What an {@link SptSession} wants done, and what it learned. */
export type SptEffect =
  /** Send this datagram to the RCT. `attempt` counts from 1. */
  | { kind: "send"; bytes: Uint8Array; message: string; attempt: number; ref?: string }
  /** The RCT took the item. `data` is what a TRANSPARENT_RESP brought back. */
  | { kind: "delivered"; ref: string; data?: Uint8Array }
  /**
   * The RCT answered, but did not take it: offer it again later. With a `reason` the RCT was not asked at all, because
   * the item fits no message (RESP_UNKNOWN_ERROR).
   */
  | { kind: "refused"; ref: string; result: Result; reason?: string }
  /** No answer: the item comes back, to be offered again. The RCT may have it. */
  | { kind: "returned"; ref: string }
  /** The state changed. */
  | { kind: "state"; state: SptState; reason: string }
  /** The RCT did not answer within the retry budget, or refused the setup. */
  | { kind: "path-failed"; reason: string }
  /** The path works (again). */
  | { kind: "path-restored" }
  /** A datagram was dropped; the rule is also the counter's name. */
  | { kind: "dropped"; rule: string };

/** The steps of connection setup, in order (ip-protocol.md §6.2). */
const SETUP = [
  "CONN_HANDLE_REQ",
  "ENCRYPT_SELECT_REQ",
  "ENCRYPT_KEY_REQ",
  "HASH_SELECT_REQ",
  "PATH_SUPERVISION_REQ",
  "POLL_MSG",
  "VERSION_REQ",
  "DEVICE_ID_REQ",
] as const;
type SetupStep = typeof SETUP[number];

/** A new session is set up before the 16-bit sequence numbers of this one come round and old datagrams fit again. */
const MESSAGES_PER_SESSION = 60_000;

interface Outstanding {
  message: Message;
  id: number;
  tx: number;
  bytes: Uint8Array;
  attempt: number;
  wait: number;
  deadline: number;
  item?: SptItem;
  step?: number;
}

/**
 * One path, seen from the premises.
 *
 * One request is outstanding at a time. A request is sent again, octet for octet, until its response comes or the budget
 * is spent; then the path counts as failed and a new session is set up from the master set.
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
  readonly #responseTimeout: number;
  readonly #longestTimeout: number;
  readonly #transmissions: number;
  readonly #lifetime: number;
  readonly #backoff: readonly [number, number];

  #state: SptState = "idle";
  #outstanding: Outstanding | undefined;
  #handle = 0;
  #keys: PreparedKeys;
  #encryption: EncryptionName;
  #tx = 0;
  #rx = 0;
  #sentInSession = 0;
  #heartbeat: number;
  #nextPoll = 0;
  #renewAt = 0;
  #waitUntil = 0;
  #failures = 0;
  #pathFailed = false;
  #lastProof: number | undefined;
  /** The last `now`, to see a clock that is set back. */
  #seen = -Infinity;

  constructor(options: SptSessionOptions) {
    const values = options.profile.values;
    this.#options = options;
    this.#masterKeys = prepareKeys(options.identity.master);
    this.#keys = this.#masterKeys;
    this.#encryption = options.identity.master.encryption;
    this.#responseTimeout = options.responseTimeoutMs ?? values.responseTimeoutMs;
    this.#longestTimeout = options.responseTimeoutMs === undefined
      ? values.responseTimeoutMaxMs
      : options.responseTimeoutMs * 4;
    this.#transmissions = options.transmissions ?? values.transmissions;
    this.#lifetime = options.sessionLifetimeMs ?? values.sessionLifetimeMs;
    this.#backoff = options.backoffMs ?? [values.backoffMinMs, values.backoffMaxMs];
    this.#heartbeat = options.heartbeatMs;
  }

  /** Where the session stands. */
  get state(): SptState {
    return this.#state;
  }

  /** Heartbeat in force, ms: what was asked for, unless the RCT set another. */
  get heartbeatMs(): number {
    return this.#heartbeat;
  }

  /** When the RCT last proved that it is there (an authentic response), ms since the epoch. */
  get lastProof(): number | undefined {
    return this.#lastProof;
  }

  /** True when an item can be offered now. */
  get ready(): boolean {
    return this.#state === "connected" && this.#outstanding === undefined;
  }

  /** When {@link tick} wants to be called next, ms since the epoch. */
  get nextTick(): number | undefined {
    if (this.#outstanding !== undefined) return this.#outstanding.deadline;
    if (this.#state === "waiting") return this.#waitUntil;
    if (this.#state === "connected") return Math.min(this.#nextPoll, this.#renewAt);
    return undefined;
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
    const message = this.#carrier(item, now);
    const reason = this.#misfit(message);
    if (reason === undefined) return [this.#request(message, now, { item })];
    this.#count("does-not-fit");
    return [{ kind: "refused", ref: item.ref, result: "RESP_UNKNOWN_ERROR", reason }];
  }

  #carrier(item: SptItem, now: number): Message {
    if (item.kind === "transparent") return { name: "TRANSPARENT_MSG", data: item.data };
    const fields: EventField[] = [
      { field: "event", protocol: item.protocol, data: item.data },
      { field: "time-event", time: item.time },
      { field: "time-message", time: msToNtp(now) },
    ];
    return { name: "EVENT_MSG", fields };
  }

  /** Why a message cannot be sent, before a sequence number is spent on it. */
  #misfit(message: Message): string | undefined {
    const { profile } = this.#options;
    const most = maxData(profile);
    try {
      const { length } = writeMessage(profile, message);
      return length <= most
        ? undefined
        : `${message.name} has ${length} octets of data, ${most} fit a datagram: shorten what the panel sends`;
    } catch (error) {
      return `${message.name} cannot be written: ${error instanceof Error ? error.message : error}`;
    }
  }

  /** Lets time pass: repeats, heartbeat, new keys, the next try. */
  tick(now: number): SptEffect[] {
    this.#watchClock(now);
    const outstanding = this.#outstanding;
    if (outstanding !== undefined) {
      if (now < outstanding.deadline) return [];
      if (outstanding.attempt < this.#transmissions) {
        outstanding.attempt++;
        outstanding.wait = Math.min(outstanding.wait * 2, this.#longestTimeout);
        outstanding.deadline = now + outstanding.wait;
        this.#count("retransmissions");
        return [this.#sendEffect(outstanding)];
      }
      return this.#noAnswer(outstanding, now);
    }
    if (this.#state === "waiting" && now >= this.#waitUntil) return this.#setUp(now, "next try");
    if (this.#state === "connected") {
      if (now >= this.#renewAt) return this.#setUp(now, "session key renewal");
      if (now >= this.#nextPoll) return [this.#request({ name: "POLL_MSG" }, now)];
    }
    return [];
  }

  /** Takes a datagram. Whatever it holds, nothing is thrown and nothing unauthentic has an effect. */
  feed(datagram: Uint8Array, now: number): SptEffect[] {
    this.#watchClock(now);
    const { profile, identity } = this.#options;
    const outstanding = this.#outstanding;
    if (outstanding === undefined) return this.#drop("unexpected");
    // The response to CONN_HANDLE_REQ still comes on the master handle: #handle changes only when it is accepted.
    if (peekHandle(profile, datagram) !== this.#handle) return this.#drop("unknown-handle");
    const opened = open(profile, this.#keys, datagram);
    if (!opened.ok) return this.#drop(opened.rule);
    const { header, data } = opened;
    if (!equal(header.deviceId, identity.rctDeviceId)) return this.#drop("wrong-device-id");
    if ((header.messageId & profile.values.responseBit) === 0) return this.#drop("unexpected-request");
    // RX = request TX + 1 ties the response to this very request; an old one does not fit.
    if (header.messageId !== (outstanding.id | profile.values.responseBit)) {
      return this.#drop("unexpected-response");
    }
    if (header.rx !== nextSequence(outstanding.tx)) return this.#drop("sequence");
    const parsed = parseMessage(profile, header.messageId, data);
    if (!parsed.ok) return this.#drop(parsed.rule);
    this.#outstanding = undefined;
    this.#rx = nextSequence(header.tx);
    this.#lastProof = now;
    return this.#answered(outstanding, parsed.value, now);
  }

  #answered(outstanding: Outstanding, response: Message, now: number): SptEffect[] {
    if (!("result" in response)) return this.#drop("unexpected-response");
    const { result } = response;
    if (outstanding.step !== undefined) return this.#setupAnswered(outstanding.step, response, now);
    const item = outstanding.item;
    if (result === "RESP_REESTABLISH_CONNECTION") {
      const effects: SptEffect[] = item === undefined ? [] : [{ kind: "returned", ref: item.ref }];
      effects.push(...this.#setUp(now, "the RCT asks for a new connection"));
      return effects;
    }
    const effects: SptEffect[] = item === undefined ? [] : [this.#itemAnswered(item, response)];
    // Under a steady flow of alarms tick() never finds the session free: the renewal must not wait for a pause.
    if (now >= this.#renewAt) effects.push(...this.#setUp(now, "session key renewal"));
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

  #setUp(now: number, reason: string): SptEffect[] {
    const { identity, random } = this.#options;
    this.#state = "setting-up";
    this.#handle = identity.masterHandle;
    this.#keys = this.#masterKeys;
    this.#encryption = identity.master.encryption;
    this.#tx = randomSequence(random);
    this.#rx = this.#options.profile.values.initialRx;
    this.#sentInSession = 0;
    this.#count("setups");
    return [{ kind: "state", state: "setting-up", reason }, this.#step(0, now)];
  }

  #step(step: number, now: number): SptEffect {
    return this.#request(this.#setupMessage(SETUP[step]!), now, { step });
  }

  #setupMessage(step: SetupStep): Message {
    const { profile, identity, encryptions, heartbeatMs } = this.#options;
    switch (step) {
      case "CONN_HANDLE_REQ":
      case "POLL_MSG":
        return { name: step };
      case "ENCRYPT_SELECT_REQ":
        return { name: step, master: false, offers: [...(encryptions ?? ["aes-256", "aes-128"])] };
      case "ENCRYPT_KEY_REQ":
        return { name: step, master: false, fromRct: false, key: new Uint8Array(profile.values.keyOctets) };
      case "HASH_SELECT_REQ":
        return { name: step, offers: ["sha-256"] };
      case "PATH_SUPERVISION_REQ":
        return { name: step, intervalS: Math.max(1, Math.ceil(heartbeatMs / 1000)), mode: "push" };
      case "VERSION_REQ":
        return { name: step, version: profile.values.protocolVersion };
      case "DEVICE_ID_REQ":
        return { name: step, master: false, deviceId: identity.sptDeviceId };
    }
  }

  #setupAnswered(step: number, response: Message, now: number): SptEffect[] {
    const refusal = this.#applySetup(response);
    if (refusal !== undefined) return this.#failed(`the RCT refused ${SETUP[step]}: ${refusal}`, now);
    const effects: SptEffect[] = [];
    if (SETUP[step] === "POLL_MSG") {
      // The path works from here; version and identity are only confirmed.
      this.#failures = 0;
      if (this.#pathFailed) effects.push({ kind: "path-restored" });
      this.#pathFailed = false;
    }
    if (step + 1 < SETUP.length) {
      effects.push(this.#step(step + 1, now));
      return effects;
    }
    this.#state = "connected";
    this.#renewAt = now + this.#lifetime;
    effects.push({ kind: "state", state: "connected", reason: `session with ${this.#encryption}` });
    return effects;
  }

  /** Takes over what a setup response decided; returns why it cannot be used, if so. */
  #applySetup(response: Message): string | undefined {
    if (!("result" in response)) return "no result";
    if (response.name === "PATH_SUPERVISION_RESP") {
      // Whatever interval the RCT answers with is the one it will supervise by.
      if (response.bare === true || response.intervalS < 1) return response.result;
      this.#heartbeat = response.intervalS * 1000;
      return response.mode === "push" ? undefined : `mode ${response.mode}`;
    }
    if (response.result !== "RESP_ACKNOWLEDGE") {
      return response.name === "VERSION_RESP" || response.name === "DEVICE_ID_RESP"
        ? this.#tolerate(response.name, response.result)
        : response.result;
    }
    switch (response.name) {
      case "CONN_HANDLE_RESP":
        if (response.handle === this.#options.profile.values.initialHandle) return "handle 0";
        this.#handle = response.handle;
        return undefined;
      case "ENCRYPT_SELECT_RESP": {
        const offered: readonly string[] = this.#options.encryptions ?? ["aes-256", "aes-128"];
        // A cipher that was not offered could only be a downgrade.
        if (!offered.includes(response.encryption)) {
          return `it chose ${response.encryption}, which was not offered`;
        }
        this.#encryption = response.encryption as EncryptionName;
        return undefined;
      }
      case "ENCRYPT_KEY_RESP":
        this.#keys = prepareKeys({ encryption: this.#encryption, key: response.key, hash: "sha-256" });
        return undefined;
      case "HASH_SELECT_RESP":
        return response.hash === "sha-256" ? undefined : `it chose ${response.hash}, which was not offered`;
      default:
        return undefined;
    }
  }

  /** VERSION and DEVICE_ID come after the path works: an RCT that does not know them is still used. */
  #tolerate(name: string, result: Result): undefined {
    this.#count(`${name.toLowerCase().replaceAll("_", "-")}:${result}`);
    return undefined;
  }

  #noAnswer(outstanding: Outstanding, now: number): SptEffect[] {
    const effects = this.#takeBack();
    const text = `no answer to ${outstanding.message.name} after ${outstanding.attempt} transmissions`;
    if (this.#state === "setting-up") return [...effects, ...this.#failed(text, now)];
    effects.push(...this.#markFailed(text));
    // The RCT may only have lost its sessions (a restart): the master set finds out at once.
    effects.push(...this.#setUp(now, text));
    return effects;
  }

  #failed(reason: string, now: number): SptEffect[] {
    const effects: SptEffect[] = this.#markFailed(reason);
    const [shortest, longest] = this.#backoff;
    const pause = Math.min(longest, shortest * 2 ** Math.min(this.#failures, 16));
    this.#failures++;
    // A quarter more or less, so that a thousand SPTs do not come back in step; never beyond the limits.
    const least = Math.max(shortest, pause * 0.75);
    const most = Math.min(longest, pause * 1.25);
    const jitter = (this.#options.random(1)[0] ?? 0) / 255;
    this.#waitUntil = now + least + (most - least) * jitter;
    this.#outstanding = undefined;
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

  #request(message: Message, now: number, extra: { item?: SptItem; step?: number } = {}): SptEffect {
    const { profile, identity, random } = this.#options;
    const id = messageId(profile, message.name);
    const tx = this.#tx;
    const bytes = seal(
      profile,
      this.#keys,
      {
        handle: this.#handle,
        deviceId: identity.sptDeviceId,
        tx,
        rx: this.#rx,
        flags: profile.values.initialFlags,
        version: profile.values.protocolVersion,
        messageId: id,
      },
      writeMessage(profile, message),
      random,
    );
    this.#tx = nextSequence(tx);
    const wait = this.#responseTimeout;
    this.#outstanding = { message, id, tx, bytes, attempt: 1, wait, deadline: now + wait, ...extra };
    this.#nextPoll = now + this.#heartbeat;
    if (++this.#sentInSession >= MESSAGES_PER_SESSION) this.#renewAt = now;
    return this.#sendEffect(this.#outstanding);
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
    if (this.#lastProof !== undefined) this.#lastProof -= back;
    if (this.#outstanding !== undefined) this.#outstanding.deadline -= back;
  }

  #sendEffect({ bytes, message, attempt, item }: Outstanding): SptEffect {
    const effect = { kind: "send", bytes, message: message.name, attempt } as const;
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
