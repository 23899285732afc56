/**
 * The keys of one connection handle: which one we send with, and which ones a datagram may come under.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import type { EncryptionName, HashName, Ts50136Profile } from "../ip/profile.ts";
import { open, type Opened, type PreparedKeys, prepareKeys } from "../ip/seal.ts";

/**
 * Keys in force, on their way in and on their way out.
 *
 * The RCT makes every key. It opens with a key of its making as soon as it is made, and sends with it once the SPT has
 * proved that it has it; the SPT sends with it at once. Either end opens with the old key until the first message under
 * the new one (ip-protocol.md §4.3). Until a key has proved itself no other is made: whether the SPT asked for it or was
 * brought it, and in whichever order the datagrams arrive, both ends come to the same key.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { prepareKeys } from "../ip/seal.ts";
 * import { KeyRing } from "./key_ring.ts";
 *
 * const old = prepareKeys({ encryption: "aes-256", key: new Uint8Array(32), hash: "sha-256" });
 * const ring = new KeyRing(old, "aes-256");
 * ring.propose(new Uint8Array(32).fill(1));
 * assertEquals(ring.current, old);
 * assert(ring.confirm());
 * assert(ring.current !== old && ring.proposed === undefined);
 * ```
 */
export class KeyRing {
  /** The cipher in force or chosen for the next key. */
  encryption: EncryptionName;

  #current: PreparedKeys;
  /** Made by us: replaces `#current` with the first message under it. */
  #next: PreparedKeys | undefined;
  /** The octets of `#next`, to give the same key again. */
  #proposed: Uint8Array | undefined;
  /** Good for opening until the first message under `#current`. */
  #previous: PreparedKeys | undefined;
  /** The hashes we offered: the answer comes under the one that was chosen. */
  #offered: readonly PreparedKeys[] = [];
  /** The octets of the key that the RCT gave us last. */
  #taken: Uint8Array | undefined;

  /** Begins with one key. */
  constructor(keys: PreparedKeys, encryption: EncryptionName) {
    this.#current = keys;
    this.encryption = encryption;
  }

  /** What we send with. */
  get current(): PreparedKeys {
    return this.#current;
  }

  /** The key under way to the SPT, which has not proved yet that it has it. */
  get proposed(): Uint8Array | undefined {
    return this.#proposed;
  }

  /** Opens a datagram, and says under which keys it came. */
  open(profile: Ts50136Profile, datagram: Uint8Array): { opened: Opened; under: PreparedKeys } {
    const first = open(profile, this.#current, datagram);
    if (first.ok || first.rule !== "unauthentic") return { opened: first, under: this.#current };
    for (const under of [this.#next, this.#previous, ...this.#offered]) {
      if (under === undefined) continue;
      const opened = open(profile, under, datagram);
      if (opened.ok || opened.rule !== "unauthentic") return { opened, under };
    }
    return { opened: first, under: this.#current };
  }

  /** Whether these keys differ from those in force by a hash that we offered. */
  isOffered(under: PreparedKeys): boolean {
    return this.#offered.includes(under);
  }

  /** Whether these keys are made and not proved yet. */
  isNext(under: PreparedKeys): boolean {
    return under === this.#next;
  }

  /**
   * An authentic message came under these keys: what they replace is over.
   *
   * @param under The keys.
   * @returns True when a key of our making is proved by it.
   */
  accept(under: PreparedKeys): boolean {
    const proved = under === this.#next;
    if (proved) this.#next = this.#proposed = undefined;
    if (proved || this.isOffered(under)) this.#current = under;
    if (under === this.#current) this.#previous = undefined;
    return proved;
  }

  /** We offer these hashes: the answer comes under the chosen one (ip-protocol.md §2.5). */
  offer(hashes: readonly HashName[]): void {
    this.#offered = hashes.filter((hash) => hash !== this.#current.hash)
      .map((hash) => this.#current.withHash(hash));
  }

  /** What we offered was answered, or is given up. */
  endOffer(): void {
    this.#offered = [];
  }

  /** The RCT chose this hash: its response is the first message under it; the old one is good until the SPT follows. */
  choose(hash: HashName): void {
    if (hash === this.#current.hash) return;
    this.#previous = this.#current;
    this.#next = this.#next?.withHash(hash);
    this.#current = this.#current.withHash(hash);
  }

  /** The RCT gives the SPT a key. While one is under way ({@link proposed}) it must be that one. */
  propose(key: Uint8Array): void {
    this.#proposed = key;
    this.#next = prepareKeys({ encryption: this.encryption, key, hash: this.#current.hash });
  }

  /** The SPT acknowledged the key that it was brought: in force. False when it was already. */
  confirm(): boolean {
    if (this.#next === undefined) return false;
    this.#previous = this.#current;
    this.#current = this.#next;
    this.#next = this.#proposed = undefined;
    return true;
  }

  /** The SPT has a key from the RCT, and sends with it at once. False for the one it has already. */
  take(key: Uint8Array): boolean {
    if (this.#taken !== undefined && equal(key, this.#taken)) return false;
    const keys = prepareKeys({ encryption: this.encryption, key, hash: this.#current.hash });
    this.#taken = key.slice();
    this.#previous = this.#current;
    this.#current = keys;
    return true;
  }
}
