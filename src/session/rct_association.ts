/**
 * One connection handle at the RCT: its keys, its sequence numbers, and the response to repeat.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import { type Message, messageId, refusal, writeMessage } from "../ip/messages/mod.ts";
import type { EncryptionName, Result } from "../ip/profile.ts";
import type { Header } from "../ip/header.ts";
import { open, type PreparedKeys, prepareKeys, seal } from "../ip/seal.ts";
import { nextSequence, type SessionBasis } from "./path_identity.ts";

/** Datagrams after which the 16-bit sequence numbers would come round and old datagrams fit again. */
const MESSAGES_PER_KEY = 65_000;

/** What a datagram turned out to be. */
export type Received =
  /** A new, authentic request. */
  | { kind: "request"; header: Header; data: Uint8Array }
  /** The last request again: send this response again. */
  | { kind: "repeat"; response: Uint8Array }
  /** Nothing to act on. */
  | { kind: "drop"; rule: string };

/** What an association starts with. */
export interface AssociationStart extends SessionBasis {
  /** Connection handle. */
  handle: number;
  /** Keys it is opened with. */
  keys: PreparedKeys;
  /** Cipher of `keys`. */
  encryption: EncryptionName;
  /** Device IDs of both ends. */
  sptDeviceId: Uint8Array;
  rctDeviceId: Uint8Array;
  /** TX number expected from the SPT. */
  expected: number;
  /** Our next TX number. */
  tx: number;
  /** When it was made, ms. */
  createdAt: number;
}

/** Keys, counters and cached response of one connection handle (ip-protocol.md §2.3, §4.3). */
export class RctAssociation {
  /** Its connection handle. */
  readonly handle: number;
  /** When it was made, ms; moves with a clock that is set back. */
  createdAt: number;
  /** True once a request under the session key proved that the SPT has it. */
  established = false;
  /** True once anything authentic came on this handle: its sender knows the handle, so it is no replay. */
  progressed = false;
  /** The cipher in force or chosen for the next key. */
  encryption: EncryptionName;

  readonly #start: AssociationStart;
  #keys: PreparedKeys;
  /** Valid from the SPT's first message under it; until then the old keys stay good for a repeated request. */
  #next: PreparedKeys | undefined;
  #expected: number;
  #tx: number;
  #last: { id: number; rx: number; response: Uint8Array | undefined } | undefined;
  #received = 0;

  constructor(start: AssociationStart) {
    this.#start = start;
    this.handle = start.handle;
    this.createdAt = start.createdAt;
    this.encryption = start.encryption;
    this.#keys = start.keys;
    this.#expected = start.expected;
    this.#tx = start.tx;
  }

  /** True when the SPT has to set up a new session soon: the sequence numbers are used up. */
  get exhausted(): boolean {
    return this.#received >= MESSAGES_PER_KEY - 1000;
  }

  /** TX number expected next: RX of the response to the last request. */
  get expected(): number {
    return this.#expected;
  }

  /** Opens a datagram and says what it is. */
  receive(datagram: Uint8Array): Received {
    const { profile, sptDeviceId } = this.#start;
    let opened = this.#next === undefined ? undefined : open(profile, this.#next, datagram);
    const underNext = opened?.ok === true;
    if (!underNext) opened = open(profile, this.#keys, datagram);
    if (opened === undefined || !opened.ok) return { kind: "drop", rule: opened?.rule ?? "unauthentic" };
    const { header, data } = opened;
    if (!equal(header.deviceId, sptDeviceId)) return { kind: "drop", rule: "wrong-device-id" };
    if (header.tx !== this.#expected) {
      const last = this.#last;
      if (last !== undefined && nextSequence(header.tx) === this.#expected && header.messageId === last.id) {
        // Still being worked on: the response will come, once.
        if (last.response === undefined) return { kind: "drop", rule: "repeat-while-pending" };
        return { kind: "repeat", response: last.response };
      }
      return { kind: "drop", rule: "sequence" };
    }
    if (this.#received >= MESSAGES_PER_KEY) return { kind: "drop", rule: "key-worn-out" };
    if (underNext) {
      this.#keys = this.#next!;
      this.#next = undefined;
      this.established = true;
      this.#received = 0;
    }
    this.#received++;
    this.progressed = true;
    this.#expected = nextSequence(header.tx);
    this.#last = { id: header.messageId, rx: this.#expected, response: undefined };
    return { kind: "request", header, data };
  }

  /** Takes over a new session key: the next response still goes out under the old one. */
  rekey(key: Uint8Array): void {
    this.#next = prepareKeys({ encryption: this.encryption, key, hash: "sha-256" });
  }

  /** Writes the response to the last request and keeps it for repeats. */
  respond(message: Message): Uint8Array {
    const { profile } = this.#start;
    return this.#seal(messageId(profile, message.name), writeMessage(profile, message));
  }

  /** Writes a response that is a result code alone. */
  refuse(requestId: number, result: Result): Uint8Array {
    const { profile } = this.#start;
    return this.#seal(requestId | profile.values.responseBit, refusal(profile, result));
  }

  /** Whether the response to the request with this sequence number is still owed. */
  owes(rx: number): boolean {
    return this.#last !== undefined && this.#last.rx === rx && this.#last.response === undefined;
  }

  #seal(id: number, data: Uint8Array): Uint8Array {
    const { profile, rctDeviceId, random } = this.#start;
    const last = this.#last!;
    const tx = this.#tx;
    this.#tx = nextSequence(tx);
    const header = {
      handle: this.handle,
      deviceId: rctDeviceId,
      tx,
      rx: last.rx,
      flags: profile.values.initialFlags,
      version: profile.values.protocolVersion,
      messageId: id,
    };
    return last.response = seal(profile, this.#keys, header, data, random);
  }
}
