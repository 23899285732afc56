/**
 * Connection setups under way at the RCT, for one SPT.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import { messageId, messageName, writeMessage } from "../ip/messages/mod.ts";
import { open, type PreparedKeys, prepareKeys, seal } from "../ip/seal.ts";
import { Association } from "./association.ts";
import {
  nextSequence,
  type PathIdentity,
  randomSequence,
  sameIdentity,
  type SessionBasis,
} from "./path_identity.ts";

/** Setups that may be under way at once: a lost response makes an SPT start again. */
const MAX_CANDIDATES = 4;
/** Requests for a setup that are known again. */
const MAX_KNOWN = 256;
/** A setup that takes longer is given up. */
const CANDIDATE_MS = 60_000;

/** What an {@link RctSetups} starts with. */
export interface RctSetupsOptions extends SessionBasis {
  /** Gives a free connection handle; undefined when there is none left. */
  takeHandle: () => number | undefined;
  /** Gives a handle back. */
  dropHandle: (handle: number) => void;
}

/** A setup under way. */
export interface Candidate {
  /** Its handle, keys and counters. */
  association: Association;
  /** The master set it was begun under. */
  identity: PathIdentity;
}

interface Entry extends Candidate {
  createdAt: number;
  /** TX of the request that made it, and the response to repeat. */
  tx: number;
  response: Uint8Array;
  /** The request came once before: it is late, or somebody plays it again. */
  replayed: boolean;
}

/**
 * The candidates for the next session of an SPT. None of them matters until its holder has proved the session key: a
 * replayed setup request makes one that nobody can continue.
 *
 * Nor can replays take the place of a setup that is real: all that came before share one place.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { RctSetups } from "./rct_setups.ts";
 *
 * const random = (n: number) => new Uint8Array(n);
 * const setups = new RctSetups({ profile, random, takeHandle: () => 7, dropHandle: () => {} });
 * assert(!setups.open);
 * setups.masters = [{
 *   sptDeviceId: new Uint8Array(16).fill(1),
 *   rctDeviceId: new Uint8Array(16).fill(2),
 *   masterHandle: 5,
 *   master: { encryption: "aes-256", key: new Uint8Array(32), hash: "sha-256" },
 * }];
 * assert(setups.open && setups.isMaster(5));
 * assertEquals(setups.begin(new Uint8Array(132), 5, 0), "unauthentic");
 * ```
 */
export class RctSetups {
  readonly #options: RctSetupsOptions;
  readonly #entries = new Map<number, Entry>();
  /** The last octets of the requests that came last, encrypted and so as good as random. */
  readonly #known = new Set<string>();
  #masters = new Map<number, { identity: PathIdentity; keys: PreparedKeys }>();

  /** No setup is under way. */
  constructor(options: RctSetupsOptions) {
    this.#options = options;
  }

  /** The master sets that setups may begin under; of two with the same handle the first. Setups under others end. */
  set masters(identities: readonly PathIdentity[]) {
    this.#masters = new Map(
      identities.toReversed().map((identity) => [
        identity.masterHandle,
        { identity, keys: prepareKeys(identity.master) },
      ]),
    );
    for (const [handle, { identity }] of this.#entries) {
      if (!this.allows(identity)) this.forget(handle);
    }
  }

  /** Whether a master set is among those in use. */
  allows(identity: PathIdentity): boolean {
    const master = this.#masters.get(identity.masterHandle);
    return master !== undefined && sameIdentity(master.identity, identity);
  }

  /** Whether a setup can begin at all. */
  get open(): boolean {
    return this.#masters.size > 0;
  }

  /** Whether a handle is that of a master set. */
  isMaster(handle: number): boolean {
    return this.#masters.has(handle);
  }

  /** The setup with this handle. */
  get(handle: number): Candidate | undefined {
    return this.#entries.get(handle);
  }

  /** The setup with this handle has become the session: its handle is kept. */
  promote(handle: number): void {
    this.#entries.delete(handle);
  }

  /** A setup is over. */
  forget(handle: number): void {
    if (this.#entries.delete(handle)) this.#options.dropHandle(handle);
  }

  /** When {@link expire} has something to do, ms; Infinity when never. */
  get nextTick(): number {
    let next = Infinity;
    for (const { createdAt } of this.#entries.values()) next = Math.min(next, createdAt + CANDIDATE_MS);
    return next;
  }

  /** Gives up what takes too long. */
  expire(now: number): void {
    for (const [handle, { createdAt }] of this.#entries) {
      if (now - createdAt >= CANDIDATE_MS) this.forget(handle);
    }
  }

  /** The clock was set back by `ms`. */
  setBack(ms: number): void {
    for (const entry of this.#entries.values()) entry.createdAt -= ms;
  }

  /**
   * A datagram on a master handle: a setup begins with a new handle, sealed under the master set (ip-protocol.md §6.2).
   *
   * @param datagram Its octets.
   * @param handle The master handle.
   * @param now The time, ms.
   * @returns The response and whether it is one again, or the rule by which the datagram is dropped.
   */
  begin(datagram: Uint8Array, handle: number, now: number): { bytes: Uint8Array; again: boolean } | string {
    const { profile } = this.#options;
    const { identity, keys } = this.#masters.get(handle)!;
    const opened = open(profile, keys, datagram);
    if (!opened.ok) return opened.rule;
    const { header } = opened;
    if (!equal(header.deviceId, identity.sptDeviceId)) return "wrong-device-id";
    if (messageName(profile, header.messageId) !== "CONN_HANDLE_REQ") return "not-on-master-handle";
    for (const entry of this.#entries.values()) {
      if (entry.tx === header.tx && entry.identity === identity && !entry.association.progressed) {
        return { bytes: entry.response, again: true };
      }
    }
    const replayed = this.#knows(datagram);
    this.#makeRoom(replayed);
    const fresh = this.#options.takeHandle();
    if (fresh === undefined) return "no-free-handle";
    const { association, response } = this.#enter(fresh, identity, keys, header.tx);
    this.#entries.set(fresh, { association, identity, createdAt: now, tx: header.tx, response, replayed });
    return { bytes: response, again: false };
  }

  /** Whether this very datagram came before. */
  #knows(datagram: Uint8Array): boolean {
    const mark = datagram.subarray(-8).toHex();
    if (this.#known.has(mark)) return true;
    this.#known.add(mark);
    if (this.#known.size > MAX_KNOWN) this.#known.delete(this.#known.values().next().value!);
    return false;
  }

  #enter(
    handle: number,
    identity: PathIdentity,
    keys: PreparedKeys,
    requestTx: number,
  ): { association: Association; response: Uint8Array } {
    const { profile, random } = this.#options;
    const tx = randomSequence(random);
    const expected = nextSequence(requestTx);
    const header = {
      handle: identity.masterHandle,
      deviceId: identity.rctDeviceId,
      tx,
      rx: expected,
      flags: profile.values.initialFlags,
      version: profile.values.protocolVersion,
      messageId: messageId(profile, "CONN_HANDLE_RESP"),
    };
    const data = writeMessage(profile, { name: "CONN_HANDLE_RESP", result: "RESP_ACKNOWLEDGE", handle });
    const response = seal(profile, keys, header, data, random);
    const association = new Association({
      profile,
      random,
      handle,
      keys,
      encryption: identity.master.encryption,
      ownDeviceId: identity.rctDeviceId,
      peerDeviceId: identity.sptDeviceId,
      // Whether the numbers of the SPT go on on a new handle or start anew is not known: the first that comes is taken.
      expected: undefined,
      tx: nextSequence(tx),
      flags: profile.values.reverseFlag,
    });
    return { association, response };
  }

  /**
   * Frees a place for a setup: the oldest one that nobody has continued gives way. Where all were continued, only the
   * holder of the master key can have done so, and of its setups only the newest is alive: the oldest gives way, so that
   * an SPT that restarts again and again is not locked out. A replay cannot continue a setup: what it makes goes first,
   * and a replay makes place for itself at the cost of another replay only.
   */
  #makeRoom(replayed: boolean): void {
    const entries = [...this.#entries];
    const unused = entries.filter(([, { association }]) => !association.progressed);
    const replay = unused.find(([, entry]) => entry.replayed);
    if (replay !== undefined && (replayed || entries.length >= MAX_CANDIDATES)) return this.forget(replay[0]);
    if (entries.length < MAX_CANDIDATES) return;
    this.forget((unused[0] ?? entries[0]!)[0]);
  }
}
