/**
 * Requests of the RCT to one SPT: one at a time, in order, repeated until answered or given up (ip-protocol.md §4.4).
 *
 * @module
 */
import type { Message } from "../ip/messages/mod.ts";
import type { PollModeName, Result, Ts50136Profile } from "../ip/profile.ts";
import type { Association } from "./association.ts";
import { misfit } from "./misfit.ts";
import type { Random } from "./path_identity.ts";
import type { Heartbeat } from "./rct_heartbeat.ts";
import { Retry, type RetryOptions } from "./retry.ts";

/** Something the RCT asks of an SPT. `ref` comes back with the answer. */
export type RctRequest =
  /** Set the clock (64-bit NTP). Sent once: a repeat would bring the wrong time. */
  | { kind: "set-time"; ref: string; time: bigint }
  /** Another heartbeat, or another side that polls. */
  | { kind: "heartbeat"; ref: string; heartbeatMs: number; pollMode: PollModeName }
  /** A new session key. */
  | { kind: "key"; ref: string }
  /** Are you there? */
  | { kind: "poll"; ref: string }
  /** Opaque octets. */
  | { kind: "transparent"; ref: string; data: Uint8Array };

/** What became of a request. */
export type RctRequestEnd =
  /**
   * The SPT answered; `data` are the octets of a TRANSPARENT_RESP, `heartbeat` is what the SPT says that it keeps to.
   */
  | {
    kind: "answered";
    request: RctRequest;
    result: Result;
    data?: Uint8Array;
    heartbeat?: Heartbeat;
  }
  /** It did not, or could not be asked. */
  | { kind: "unanswered"; request: RctRequest; reason: string };

/** Requests that may wait. */
const MAX_QUEUE = 16;

/**
 * The queue of requests to one SPT, and the one that is under way.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { RctRequests } from "./rct_requests.ts";
 * import { retryOptions } from "./retry.ts";
 *
 * const requests = new RctRequests(profile, (n) => new Uint8Array(n), retryOptions(profile));
 * const long = { kind: "transparent", ref: "a", data: new Uint8Array(2000) } as const;
 * assertEquals(requests.add(long), {
 *   kind: "unanswered",
 *   request: long,
 *   reason: "TRANSPARENT_MSG has 2000 octets of data, 950 fit a datagram: it must be shorter",
 * });
 * assertEquals(requests.add({ kind: "poll", ref: "b" }), undefined);
 * assertEquals(requests.clear("no session"), [
 *   { kind: "unanswered", request: { kind: "poll", ref: "b" }, reason: "no session" },
 * ]);
 * ```
 */
export class RctRequests {
  readonly #profile: Ts50136Profile;
  readonly #random: Random;
  readonly #retry: RetryOptions;
  readonly #queue: RctRequest[] = [];
  #current: { request: RctRequest; retry: Retry } | undefined;

  /** Nothing is asked. */
  constructor(profile: Ts50136Profile, random: Random, retry: RetryOptions) {
    this.#profile = profile;
    this.#random = random;
    this.#retry = retry;
  }

  /** What is under way. */
  get current(): RctRequest | undefined {
    return this.#current?.request;
  }

  /** True when nothing is under way and nothing waits. */
  get idle(): boolean {
    return this.#current === undefined && this.#queue.length === 0;
  }

  /** When {@link due} wants to be asked next, ms; Infinity when never. */
  get nextTick(): number {
    return this.#current?.retry.deadline ?? Infinity;
  }

  /** Puts a request in the queue; undefined, or why it cannot be asked. */
  add(request: RctRequest): RctRequestEnd | undefined {
    const reason = this.#queue.length < MAX_QUEUE
      ? this.#misfit(request)
      : `${MAX_QUEUE} requests wait already`;
    return reason === undefined ? void this.#queue.push(request) : { kind: "unanswered", request, reason };
  }

  /** Why a request fits no message: better found here than when its turn has come. */
  #misfit(request: RctRequest): string | undefined {
    // A key is made when its turn has come, and always fits.
    if (request.kind === "key") return undefined;
    if (request.kind === "set-time" && BigInt.asUintN(64, request.time) !== request.time) {
      return "the time is no 64-bit number";
    }
    return misfit(this.#profile, this.#message(request));
  }

  /** The next request as octets, if one can be sent now. */
  next(association: Association, now: number): Uint8Array | undefined {
    if (this.#current !== undefined) return undefined;
    const request = this.#queue.shift();
    if (request === undefined) return undefined;
    const options = request.kind === "set-time" ? { ...this.#retry, transmissions: 1 } : this.#retry;
    this.#current = { request, retry: new Retry(options, now) };
    return association.request(request.kind === "key" ? this.#key(association) : this.#message(request));
  }

  /** Brings a key: the one that is under way already, if there is one. */
  #key(association: Association): Message {
    const key = association.proposed ?? this.#random(this.#profile.values.keyOctets);
    association.proposeKey(key);
    return { name: "ENCRYPT_KEY_REQ", master: false, fromRct: true, key };
  }

  #message(request: Exclude<RctRequest, { kind: "key" }>): Message {
    switch (request.kind) {
      case "set-time":
        return { name: "SET_TIME_CMD", time: request.time };
      case "heartbeat": {
        const intervalS = Math.max(1, Math.ceil(request.heartbeatMs / 1000));
        return { name: "PATH_SUPERVISION_REQ", intervalS, mode: request.pollMode };
      }
      case "poll":
        return { name: "POLL_MSG" };
      case "transparent":
        return { name: "TRANSPARENT_MSG", data: request.data };
    }
  }

  /** Lets time pass for the request under way. */
  due(association: Association, now: number): { send: Uint8Array } | RctRequestEnd | undefined {
    const current = this.#current;
    if (current === undefined) return undefined;
    const due = current.retry.due(now);
    if (due === "wait") return undefined;
    const bytes = association.requestBytes;
    if (due === "again" && bytes !== undefined) return { send: bytes };
    association.giveUp();
    return this.#end({
      kind: "unanswered",
      request: current.request,
      reason: `no answer after ${current.retry.attempt} transmissions`,
    });
  }

  /** The SPT could not read it: true when it is to be sent again at once. */
  hurry(now: number): boolean {
    return this.#current?.retry.hurry(now) ?? false;
  }

  /** The SPT answered what is under way. */
  answered(response: Message, association: Association): RctRequestEnd | undefined {
    const current = this.#current;
    if (current === undefined || !("result" in response)) return undefined;
    const { request } = current;
    const { result } = response;
    // A refused key stays the one that is under way: the SPT may have asked for it at the same time.
    if (request.kind === "key" && result === "RESP_ACKNOWLEDGE") association.proposalTaken();
    const end = { kind: "answered", request, result } as const;
    if (response.name === "TRANSPARENT_RESP" && response.data.length > 0) {
      return this.#end({ ...end, data: response.data });
    }
    if (response.name === "PATH_SUPERVISION_RESP" && result === "RESP_ACKNOWLEDGE") {
      const { intervalS, mode } = response;
      if (intervalS > 0 && (mode === "push" || mode === "pull")) {
        return this.#end({ ...end, heartbeat: { intervalMs: intervalS * 1000, pollMode: mode } });
      }
    }
    return this.#end(end);
  }

  /** The SPT uses the key that is under way to it: that is the answer. */
  proved(): RctRequestEnd | undefined {
    const current = this.#current;
    if (current?.request.kind !== "key") return undefined;
    return this.#end({ kind: "answered", request: current.request, result: "RESP_ACKNOWLEDGE" });
  }

  /** The session is gone, and with it everything that was asked. */
  clear(reason: string): RctRequestEnd[] {
    const all = this.#current === undefined ? [] : [this.#current.request];
    all.push(...this.#queue.splice(0));
    this.#current = undefined;
    return all.map((request) => ({ kind: "unanswered", request, reason }));
  }

  /** The clock was set back by `ms`. */
  setBack(ms: number): void {
    this.#current?.retry.setBack(ms);
  }

  #end(end: RctRequestEnd): RctRequestEnd {
    this.#current = undefined;
    return end;
  }
}
