/**
 * All commissionings of an RCT: who may begin one, how many there are, and when they end.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import type { Message } from "../ip/messages/mod.ts";
import type { EncryptionName, HashName } from "../ip/profile.ts";
import { answerClear, type ClearMessage, readClear } from "./clear_message.ts";
import type { CommissioningEffect, CommissioningWindow } from "./commissioning_effects.ts";
import { type CommissioningWay, unfitWay } from "./commissioning_way.ts";
import {
  ENCRYPTION_PREFERENCE,
  type PathAddress,
  type PathIdentity,
  randomSequence,
  type SessionBasis,
} from "./path_identity.ts";
import { NOT_TAKEN, RctCommissioning } from "./rct_commissioning.ts";
import { type Conversation, type DtlsPeer, RctConversations, unfinished } from "./rct_conversations.ts";

export type * from "./commissioning_effects.ts";
export type { DtlsPeer } from "./rct_conversations.ts";

/** A conversation that stands still so long is given up; so long is the last response repeated. */
const STANDSTILL_MS = 60_000;

/** What {@link RctCommissionings} starts with. */
export interface RctCommissioningsOptions extends SessionBasis {
  /** Device ID of this RCT. */
  rctDeviceId: Uint8Array;
  /** Gives a free connection handle; undefined when there is none left. */
  takeHandle: () => number | undefined;
  /** Gives a handle back. That of a stored master set is never given back. */
  dropHandle: (handle: number) => void;
  /**
   * The window that is open for a device now; undefined when none is. Asked for every message of an unfinished
   * conversation. `dtls` is the connection it came out of, if any: whether its certificate is this device's is decided
   * here.
   */
  window: (sptDeviceId: Uint8Array, dtls?: DtlsPeer) => CommissioningWindow | undefined;
  /** Ciphers accepted for master sets, by secret; inside DTLS always aes-256. @default {["aes-256", "aes-128"]} */
  encryptions?: readonly EncryptionName[];
  /** Hashes accepted for master sets. @default {["sha-256", "ripemd-256"]} */
  hashes?: readonly HashName[];
}

/**
 * The commissionings of an RCT.
 *
 * In clear it takes VERSION_REQ, CONN_HANDLE_REQ and DEVICE_ID_REQ, and only in the name of a device whose window is
 * open; to all else it is silent, and all of it is counted as `commissioning-closed`, so that neither the network nor a
 * status page tells which devices wait to be taken in. Who forges such messages can push conversations aside that have
 * not proved anything yet, and so delay a commissioning; no more.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../ip/profile.ts";
 * import { RctCommissionings } from "./rct_commissionings.ts";
 *
 * const commissionings = new RctCommissionings({
 *   profile: reconstructed2020,
 *   random: (n) => new Uint8Array(n),
 *   rctDeviceId: new Uint8Array(16).fill(2),
 *   takeHandle: () => 7,
 *   dropHandle: () => {},
 *   window: () => undefined,
 * });
 * const from = { hostname: "192.0.2.1", port: 40000 };
 * assertEquals(commissionings.feed(new Uint8Array(132), 0, from, 0), [
 *   { kind: "dropped", rule: "commissioning-closed" },
 * ]);
 * assertEquals(commissionings.feed(new Uint8Array(132), 7, from, 0), undefined);
 * ```
 */
export class RctCommissionings {
  /** Datagrams and events by name. */
  readonly counters: Record<string, number> = {};

  readonly #options: RctCommissioningsOptions;
  /** What our answers in clear add to the request's TX: so a repeat gets the same number, and we keep no state. */
  readonly #txOffset: number;
  readonly #conversations: RctConversations;
  #nextRef = 1;
  /** The last `now`. */
  #now = 0;

  /** No commissioning is under way. */
  constructor(options: RctCommissioningsOptions) {
    if (options.encryptions?.includes("none") === true) {
      throw new RangeError("a master set needs a cipher, not none");
    }
    this.#options = options;
    this.#txOffset = randomSequence(options.random);
    this.#conversations = new RctConversations(options.dropHandle);
  }

  /** Conversations, those included whose last response may have to be repeated. */
  get size(): number {
    return this.#conversations.size;
  }

  /** When {@link tick} has something to do, ms; undefined when never. Windows that close are seen at any tick. */
  get nextTick(): number | undefined {
    let next: number | undefined;
    for (const { commissioning, movedAt } of this.#conversations.all()) {
      if (commissioning.state === "storing") continue;
      next = Math.min(next ?? Infinity, movedAt + STANDSTILL_MS);
    }
    return next;
  }

  /**
   * Whether datagrams with this handle are to be offered to {@link feed}.
   *
   * @param handle A connection handle.
   * @returns True for those of conversations, also for a minute after their end.
   */
  has(handle: number): boolean {
    return this.#conversations.get(handle) !== undefined;
  }

  /**
   * Takes a datagram with handle 0 or with one of {@link has}. Whatever it holds, nothing is thrown.
   *
   * @param datagram Its octets.
   * @param handle Its connection handle.
   * @param from Where it came from; answers go there.
   * @param now The time, ms since the epoch.
   * @param dtls The DTLS connection it came out of; undefined for plain UDP.
   * @returns What is to be done; undefined when the datagram is none of commissioning. Then it belongs to the sessions:
   * the handle of a conversation that has ended well is that of a master set.
   */
  feed(
    datagram: Uint8Array,
    handle: number,
    from: PathAddress,
    now: number,
    dtls?: DtlsPeer,
  ): CommissioningEffect[] | undefined {
    this.#now = now;
    if (handle === this.#options.profile.values.initialHandle) {
      return this.#onClear(datagram, handle, from, dtls);
    }
    const conversation = this.#conversations.get(handle);
    if (conversation === undefined) return undefined;
    if (conversation.commissioning.state === "stored") {
      return this.#afterwards(conversation, datagram, from, dtls);
    }
    if (!sameChannel(conversation.dtls, dtls)) return this.#drop(NOT_TAKEN);
    const over = this.#over(conversation);
    if (over !== undefined) return [...this.#end(conversation, over), ...this.#drop(NOT_TAKEN)];
    const answer = conversation.commissioning.feed(datagram);
    switch (answer.kind) {
      case "send":
        if (answer.again) this.#count("repeats-answered");
        else conversation.movedAt = now;
        return [{ kind: "send", bytes: answer.bytes, to: from }];
      case "store":
        conversation.movedAt = now;
        conversation.to = from;
        return this.#store(conversation, answer.identity);
      case "drop":
        if (answer.rule === "unauthentic") conversation.unread = true;
        return this.#drop(answer.rule);
    }
  }

  /**
   * Lets time pass: gives up what stands still, or whose window has closed.
   *
   * @param now The time, ms since the epoch.
   * @returns What is to be done.
   */
  tick(now: number): CommissioningEffect[] {
    this.#now = now;
    return this.#expire(this.#conversations.all());
  }

  /**
   * The answer to a `store` effect.
   *
   * @param ref The effect's `ref`.
   * @param ok True when the master set is stored durably; its handle belongs to it from then on.
   * @returns What is to be done.
   */
  settle(ref: number, ok: boolean): CommissioningEffect[] {
    const conversation = this.#conversations.all().find((other) => other.ref === ref);
    const bytes = conversation?.commissioning.settle(ok);
    if (conversation === undefined || bytes === undefined) return [];
    conversation.ref = undefined;
    conversation.movedAt = this.#now;
    const { deviceId, to } = conversation;
    const effects: CommissioningEffect[] = [{ kind: "send", bytes, to }];
    if (!ok) {
      this.#count("not-stored");
      return effects;
    }
    this.#count("commissioned");
    // The window is used: whatever else was begun under it is over.
    for (const other of this.#conversations.of(deviceId)) {
      if (other !== conversation) this.#conversations.forget(other);
    }
    return [...effects, { kind: "commissioned", deviceId }];
  }

  /**
   * A window was closed: what was begun under it ends. What is being stored is decided by {@link settle}.
   *
   * @param sptDeviceId The device.
   * @returns What is to be done.
   */
  close(sptDeviceId: Uint8Array): CommissioningEffect[] {
    return this.#conversations.of(sptDeviceId).flatMap((conversation) => {
      const { state } = conversation.commissioning;
      return state === "open" || state === "refused" ? this.#end(conversation, "the window is closed") : [];
    });
  }

  /**
   * The clock was set back: all times move along.
   *
   * @param ms By how much, ms.
   */
  setBack(ms: number): void {
    this.#now -= ms;
    for (const conversation of this.#conversations.all()) conversation.movedAt -= ms;
  }

  /** A datagram on the handle of a master set: the last request once more, or something for the sessions. */
  #afterwards(
    conversation: Conversation,
    datagram: Uint8Array,
    from: PathAddress,
    dtls: DtlsPeer | undefined,
  ): CommissioningEffect[] | undefined {
    if (!sameChannel(conversation.dtls, dtls)) return undefined;
    if (this.#over(conversation) !== undefined) {
      this.#conversations.forget(conversation);
      return undefined;
    }
    const answer = conversation.commissioning.feed(datagram);
    if (answer.kind !== "send" || !answer.again) return undefined;
    this.#count("repeats-answered");
    return [{ kind: "send", bytes: answer.bytes, to: from }];
  }

  /** A message before there is a handle. */
  #onClear(
    datagram: Uint8Array,
    handle: number,
    from: PathAddress,
    dtls: DtlsPeer | undefined,
  ): CommissioningEffect[] {
    const clear = readClear(this.#options.profile, datagram);
    if (clear === undefined || clear.header.handle !== handle) return this.#drop(NOT_TAKEN);
    const { message, header } = clear;
    if (message.name !== "VERSION_REQ" && message.name !== "CONN_HANDLE_REQ") return this.#drop(NOT_TAKEN);
    const deviceId = header.deviceId.slice();
    const found = this.#window(deviceId, dtls);
    if (found === undefined) return this.#drop(NOT_TAKEN);
    if (message.name === "CONN_HANDLE_REQ") return this.#begin(clear, deviceId, found, from, dtls);
    this.#count("version-requests");
    return [{ kind: "send", bytes: this.#answerClear(clear, this.#version(message.version)), to: from }];
  }

  #version(asked: number): Message {
    const { protocolVersion } = this.#options.profile.values;
    const result = asked === 0 ? "RESP_PROTOCOL_VERSION_NOT_SUPPORTED" : "RESP_ACKNOWLEDGE";
    return { name: "VERSION_RESP", result, version: Math.min(asked, protocolVersion) };
  }

  #begin(
    clear: ClearMessage,
    deviceId: Uint8Array,
    { way, openedAt }: FoundWindow,
    from: PathAddress,
    dtls: DtlsPeer | undefined,
  ): CommissioningEffect[] {
    const effects = this.#expire(this.#conversations.of(deviceId));
    const requestTx = clear.header.tx;
    const others = this.#conversations.of(deviceId);
    const same = others.find((other) => other.requestTx === requestTx && sameChannel(other.dtls, dtls));
    if (same !== undefined) {
      // Its SPT has gone on: this is an old datagram, or somebody who plays it.
      if (same.commissioning.progressed) return [...effects, ...this.#drop(NOT_TAKEN)];
      this.#count("repeats-answered");
      return [...effects, { kind: "send", bytes: same.response, to: from }];
    }
    const room = this.#conversations.makeRoom(deviceId);
    if (room === "none") return [...effects, ...this.#drop("no-room")];
    if (room === "gave-way") this.#count("gave-way");
    const handle = this.#options.takeHandle();
    if (handle === undefined) return [...effects, ...this.#drop("no-free-handle")];
    const { profile, random, rctDeviceId, encryptions, hashes } = this.#options;
    const response = this.#answerClear(clear, {
      name: "CONN_HANDLE_RESP",
      result: "RESP_ACKNOWLEDGE",
      handle,
    });
    const commissioning = new RctCommissioning({
      profile,
      random,
      rctDeviceId,
      sptDeviceId: deviceId,
      handle,
      requestTx,
      responseTx: this.#answerTx(requestTx),
      way,
      encryptions: encryptions ?? ENCRYPTION_PREFERENCE,
      hashes: hashes ?? ["sha-256", "ripemd-256"],
    });
    this.#conversations.add({
      handle,
      commissioning,
      deviceId,
      openedAt,
      dtls,
      requestTx,
      response,
      movedAt: this.#now,
      unread: false,
      to: from,
      ref: undefined,
    });
    this.#count("conversations");
    // A forger can begin as often as he likes: the log hears of the first.
    if (!others.some(unfinished)) effects.push({ kind: "begun", deviceId, from });
    return [...effects, { kind: "send", bytes: response, to: from }];
  }

  #store(conversation: Conversation, identity: PathIdentity): CommissioningEffect[] {
    const { deviceId, openedAt, to } = conversation;
    const busy = this.#conversations.of(deviceId).some((other) =>
      other !== conversation && other.commissioning.state === "storing"
    );
    if (busy) {
      // Two conversations of one device; the window is good for one.
      this.#count("stored-twice");
      return [{ kind: "send", bytes: conversation.commissioning.settle(false)!, to }];
    }
    conversation.ref = this.#nextRef++;
    return [{ kind: "store", ref: conversation.ref, deviceId, identity, openedAt }];
  }

  #answerClear({ header }: ClearMessage, message: Message): Uint8Array {
    const from = { deviceId: this.#options.rctDeviceId, tx: this.#answerTx(header.tx) };
    return answerClear(this.#options, header, from, message);
  }

  #answerTx(requestTx: number): number {
    return (requestTx + this.#txOffset) & 0xffff;
  }

  /** The window of a device for what comes this way, if it can be used. */
  #window(deviceId: Uint8Array, dtls: DtlsPeer | undefined): FoundWindow | undefined {
    const window = this.#options.window(deviceId, dtls);
    if (window === undefined || (window.kind === "dtls") !== (dtls !== undefined)) return undefined;
    const way: CommissioningWay = window.kind === "secret"
      ? { kind: "secret", secret: window.secret }
      : { kind: "dtls", masterKey: dtls!.masterKey };
    if (unfitWay(this.#options.profile, way) === undefined) return { way, openedAt: window.openedAt };
    this.#count("unfit-window");
    return undefined;
  }

  /** Why a conversation is over, if it is. What is being stored waits for its answer, and needs no window any more. */
  #over({ commissioning: { state }, deviceId, openedAt, dtls, movedAt }: Conversation): string | undefined {
    if (state === "storing") return undefined;
    if (this.#now - movedAt >= STANDSTILL_MS) {
      return state === "refused"
        ? "the keys could not be stored"
        : `no progress for ${STANDSTILL_MS / 1000} s`;
    }
    if (state !== "open") return undefined;
    const found = this.#window(deviceId, dtls);
    return found !== undefined && found.openedAt === openedAt ? undefined : "the window is closed";
  }

  #expire(conversations: Iterable<Conversation>): CommissioningEffect[] {
    const effects: CommissioningEffect[] = [];
    for (const conversation of conversations) {
      const over = this.#over(conversation);
      if (over !== undefined) effects.push(...this.#end(conversation, over));
    }
    return effects;
  }

  /** A conversation is over; the operator hears of it when it came to nothing and was the device's last. */
  #end(conversation: Conversation, reason: string): CommissioningEffect[] {
    const { deviceId, unread, commissioning: { progressed } } = conversation;
    this.#conversations.forget(conversation);
    if (!unfinished(conversation) || this.#conversations.of(deviceId).length > 0) return [];
    this.#count("ended");
    const hint = unread && !progressed
      ? "; what came does not open with the secret: was it typed correctly?"
      : "";
    return [{ kind: "ended", deviceId, reason: reason + hint }];
  }

  #drop(rule: string): CommissioningEffect[] {
    this.#count(rule);
    return [{ kind: "dropped", rule }];
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}

/** A window that can be used. */
interface FoundWindow {
  way: CommissioningWay;
  openedAt: number | undefined;
}

/** Both over plain UDP, or both out of one DTLS connection. */
function sameChannel(a: DtlsPeer | undefined, b: DtlsPeer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equal(a.masterKey, b.masterKey);
}
