/**
 * One connection handle, seen from either end: its keys, its sequence numbers, the response to repeat and the request
 * that waits for its answer.
 *
 * @module
 */
import type { Header } from "../ip/header.ts";
import { equal } from "../ip/constant_time.ts";
import { type Message, messageId, parseMessage, refusal, writeMessage } from "../ip/messages/mod.ts";
import type { EncryptionName, HashName, Result } from "../ip/profile.ts";
import { peekRequest, type PreparedKeys, seal } from "../ip/seal.ts";
import { KeyRing } from "./key_ring.ts";
import { nextSequence, type SessionBasis } from "./path_identity.ts";
import { PeerSequence } from "./sequence.ts";

/** What a datagram turned out to be. */
export type Received =
  /** A new, authentic request of the peer. */
  | { kind: "request"; header: Header; data: Uint8Array }
  /** The peer's last request again: send this response again. */
  | { kind: "repeat"; response: Uint8Array }
  /** The answer to our request, which is done with. */
  | { kind: "response"; message: Message }
  /** The peer could not read our request (editions before 2020): send it again. */
  | { kind: "nak" }
  /** Nothing to act on. With `nak`, the edition wants that octets sent back. */
  | { kind: "drop"; rule: string; nak?: Uint8Array };

/** What an association starts with. */
export interface AssociationStart extends SessionBasis {
  /** Connection handle. */
  handle: number;
  /** Keys it is opened with. */
  keys: PreparedKeys;
  /** Cipher of `keys`. */
  encryption: EncryptionName;
  /** Device ID of this end, sent in the header. */
  ownDeviceId: Uint8Array;
  /** Device ID of the other end, wanted in the header; undefined before it is known, see {@link Association.meet}. */
  peerDeviceId: Uint8Array | undefined;
  /** TX number expected from the peer; undefined while it has sent nothing. */
  expected: number | undefined;
  /** Our next TX number. */
  tx: number;
  /** Header flags of our requests. */
  flags?: number;
  /** Requests in a row that the peer may have given up before one gets through. @default {0} */
  mayGiveUp?: number;
}

/** A message of ours as it can be sealed again when the keys change. */
interface Written {
  id: number;
  tx: number;
  rx: number;
  flags: number;
  data: Uint8Array;
  /** What it is sealed with. */
  keys: PreparedKeys;
  bytes: Uint8Array;
  /** Of a request: its answer was a negative acknowledgement, and it was sent again to be sure. */
  doubted: boolean;
}

/** Datagrams after which the 16-bit sequence numbers would come round and old datagrams fit again. */
const MESSAGES_AT_MOST = 65_000;

/**
 * Keys, counters and cached messages of one connection handle (ip-protocol.md §2.3, §4.3, §4.4).
 *
 * At most one request is outstanding in each direction; the two directions may overlap. Nothing but an authentic
 * message that fits the sequence moves anything.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { prepareKeys } from "../ip/seal.ts";
 * import { Association } from "./association.ts";
 *
 * const [spt, rct] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
 * const keys = prepareKeys({ encryption: "aes-128", key: new Uint8Array(16), hash: "sha-256" });
 * const both = { profile, random: (n: number) => new Uint8Array(n), handle: 7, keys, encryption: "aes-128" } as const;
 * const near = new Association({ ...both, ownDeviceId: spt, peerDeviceId: rct, tx: 54, expected: 29 });
 * const far = new Association({ ...both, ownDeviceId: rct, peerDeviceId: spt, tx: 29, expected: 54 });
 *
 * const received = far.receive(near.request({ name: "POLL_MSG" }));
 * assert(received.kind === "request");
 * const answer = near.receive(far.respond({ name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" }));
 * assertEquals(answer, { kind: "response", message: { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" } });
 * ```
 */
export class Association {
  /** Its connection handle. */
  readonly handle: number;
  /** True once a message under a key that was made for this handle proved that the peer has it. */
  established = false;
  /** True once anything authentic came on this handle: its sender knows the handle, so it is no replay. */
  progressed = false;
  /** Counts the keys that came into force on this handle. */
  keyNumber = 0;

  readonly #start: AssociationStart;
  #peerDeviceId: Uint8Array | undefined;
  readonly #keys: KeyRing;
  readonly #peer: PeerSequence;
  #tx: number;
  #request: Written | undefined;
  #last: { id: number; tx: number; response: Written | undefined } | undefined;
  /** TX numbers the peer went through under the key in force … */
  #received = 0;
  /** … and we did. */
  #sent = 0;

  /** Takes over a handle. */
  constructor(start: AssociationStart) {
    this.#start = start;
    this.handle = start.handle;
    this.#peerDeviceId = start.peerDeviceId;
    this.#keys = new KeyRing(start.keys, start.encryption);
    this.#tx = start.tx;
    this.#peer = new PeerSequence(start.expected, start.mayGiveUp);
  }

  /** TX numbers of the busier direction under the key in force: they must not come round. */
  get messages(): number {
    return Math.max(this.#received, this.#sent);
  }

  /** The cipher in force or chosen for the next key. */
  get encryption(): EncryptionName {
    return this.#keys.encryption;
  }

  set encryption(encryption: EncryptionName) {
    this.#keys.encryption = encryption;
  }

  /** The hash in force. */
  get hash(): HashName {
    return this.#keys.current.hash;
  }

  /** Our next TX number, for the handle that follows this one. */
  get tx(): number {
    return this.#tx;
  }

  /** The TX number expected of the peer. */
  get expected(): number | undefined {
    return this.#peer.expected;
  }

  /** The key under way to the SPT, which has not proved yet that it has it: no other may be made meanwhile. */
  get proposed(): Uint8Array | undefined {
    return this.#keys.proposed;
  }

  /** True while a request of ours has no answer. */
  get waiting(): boolean {
    return this.#request !== undefined;
  }

  /** Our request as it is to be sent again. */
  get requestBytes(): Uint8Array | undefined {
    return this.#request?.bytes;
  }

  /** Opens a datagram and says what it is. Never throws. */
  receive(datagram: Uint8Array): Received {
    const { profile } = this.#start;
    const { opened, under } = this.#keys.open(profile, datagram);
    if (!opened.ok) return this.#dropped(opened.rule, datagram);
    const { header, data } = opened;
    const fits = this.#peerDeviceId === undefined
      // Whoever the peer is, it is not we: our own octets were sent back to us.
      ? !equal(header.deviceId, this.#start.ownDeviceId)
      : equal(header.deviceId, this.#peerDeviceId);
    if (!fits) return { kind: "drop", rule: "wrong-device-id" };
    return (header.messageId & profile.values.responseBit) === 0
      ? this.#onRequest(header, data, under)
      : this.#onResponse(header, data, under);
  }

  /** The octets that an edition before 2020 sends back for what it cannot read. They move no counter. */
  #dropped(rule: string, datagram: Uint8Array): Received {
    const { profile } = this.#start;
    if (!profile.values.nakOnBadHash || rule !== "unauthentic") return { kind: "drop", rule };
    const id = peekRequest(profile, this.#keys.current, datagram, this.#peerDeviceId);
    if (id === undefined) return { kind: "drop", rule };
    const data = refusal(profile, "RESP_NEGATIVE_ACKNOWLEDGE");
    const { responseBit, initialRx, initialFlags } = profile.values;
    const rx = this.#peer.expected ?? initialRx;
    const nak = this.#seal(this.#keys.current, id | responseBit, this.#tx, rx, initialFlags, data);
    return { kind: "drop", rule, nak };
  }

  #onRequest(header: Header, data: Uint8Array, under: PreparedKeys): Received {
    const last = this.#last;
    if (last !== undefined && header.tx === last.tx) {
      if (header.messageId !== last.id) return { kind: "drop", rule: "sequence" };
      // Still being worked on: the response will come, once.
      if (last.response === undefined) return { kind: "drop", rule: "repeat-while-pending" };
      return { kind: "repeat", response: this.#again(last.response, under) };
    }
    if (!this.#peer.fits(header.tx)) return { kind: "drop", rule: "sequence" };
    // The 16-bit numbers would come round, and old datagrams fit again.
    if (!this.#keys.isNext(under) && this.messages >= MESSAGES_AT_MOST) {
      return { kind: "drop", rule: "key-worn-out" };
    }
    this.#accept(under);
    this.#received += this.#peer.request(header.tx);
    this.#last = { id: header.messageId, tx: header.tx, response: undefined };
    return { kind: "request", header, data };
  }

  /**
   * The response once more. Who asks under the key we send with gets it under that one: it may not open with another any
   * more. Else it stays what it was: the response to HASH_SELECT_REQ is under the hash it chose, and we send nothing under
   * a key that is under way.
   */
  #again(response: Written, under: PreparedKeys): Uint8Array {
    if (under === this.#keys.current) this.#reseal(response);
    return response.bytes;
  }

  #onResponse(header: Header, data: Uint8Array, under: PreparedKeys): Received {
    const { profile } = this.#start;
    const request = this.#request;
    if (request === undefined || header.messageId !== (request.id | profile.values.responseBit)) {
      return { kind: "drop", rule: "unexpected-response" };
    }
    const parsed = parseMessage(profile, header.messageId, data);
    const unread = header.rx === request.tx;
    // RX = our TX + 1 ties the response to this very request; an old one does not fit.
    const read = header.rx === nextSequence(request.tx);
    if (parsed.ok && isNak(parsed.value)) {
      if (unread) return { kind: "nak" };
      // It may mean a damaged repeat of what was read before, and then the true answer is another one.
      if (read && profile.values.nakOnBadHash && !request.doubted) {
        request.doubted = true;
        return { kind: "nak" };
      }
    }
    if (!read) return { kind: "drop", rule: "sequence" };
    if (!parsed.ok) return { kind: "drop", rule: parsed.rule };
    if (this.#keys.isOffered(under)) {
      const { value } = parsed;
      if (value.name !== "HASH_SELECT_RESP" || value.hash !== under.hash) {
        return { kind: "drop", rule: "unauthentic" };
      }
    }
    this.#accept(under);
    this.#request = undefined;
    this.#keys.endOffer();
    this.#received += this.#peer.response(header.tx);
    return { kind: "response", message: parsed.value };
  }

  /** An authentic message came under these keys: what they replace is over. */
  #accept(under: PreparedKeys): void {
    this.progressed = true;
    if (this.#keys.accept(under)) {
      // It has the key: whatever became of its answer, the request that brought the key is answered.
      if (this.#request?.id === messageId(this.#start.profile, "ENCRYPT_KEY_REQ")) this.#request = undefined;
      this.#fresh();
    } else this.#resealRequest();
  }

  /** A key was proved or brought: messages count anew. */
  #fresh(): void {
    this.#resealRequest();
    this.established = true;
    this.keyNumber++;
    this.#received = this.#sent = 0;
  }

  /** What we ask goes under the keys we send with, also when it is sent again. */
  #resealRequest(): void {
    if (this.#request !== undefined) this.#reseal(this.#request);
  }

  /** Writes a request; no other may be outstanding. */
  request(message: Message): Uint8Array {
    const { profile, flags } = this.#start;
    const id = messageId(profile, message.name);
    const rx = this.#peer.expected ?? profile.values.initialRx;
    this.#request = this.#write(id, rx, flags ?? profile.values.initialFlags, writeMessage(profile, message));
    this.#peer.asked();
    return this.#request.bytes;
  }

  /** The other end has said who it is: from here on nobody else is listened to. */
  meet(deviceId: Uint8Array): void {
    this.#peerDeviceId = deviceId;
  }

  /** Our request is given up; its response, should it still come, is dropped. */
  giveUp(): void {
    this.#request = undefined;
    this.#keys.endOffer();
  }

  /** We offer these hashes: the answer comes under the chosen one (ip-protocol.md §2.5). */
  offerHashes(hashes: readonly HashName[]): void {
    this.#keys.offer(hashes);
  }

  /** The RCT chose this hash: its response is the first message under it; the old one is good until the SPT follows. */
  chooseHash(hash: HashName): void {
    this.#keys.choose(hash);
    this.#resealRequest();
  }

  /**
   * The RCT gives the SPT a key: good for opening at once, for sending when the SPT has proved that it has it. While one
   * is under way ({@link proposed}) it must be that one.
   */
  proposeKey(key: Uint8Array): void {
    this.#keys.propose(key);
  }

  /** The SPT acknowledged a key that the RCT brought it: in force. */
  proposalTaken(): void {
    if (this.#keys.confirm()) this.#fresh();
  }

  /**
   * The SPT has a key from the RCT, out of a response or (after `respond`) out of a request: it sends with it at once.
   *
   * @param key The key.
   * @returns False for the key it has already: it asked for one while it was brought one.
   */
  takeKey(key: Uint8Array): boolean {
    const taken = this.#keys.take(key);
    if (taken) this.#fresh();
    return taken;
  }

  /** Writes the response to the peer's last request and keeps it for repeats. */
  respond(message: Message): Uint8Array {
    const { profile } = this.#start;
    return this.#respond(messageId(profile, message.name), writeMessage(profile, message));
  }

  /** Writes a response that is a result code alone. */
  refuse(requestId: number, result: Result): Uint8Array {
    const { profile } = this.#start;
    return this.#respond(requestId | profile.values.responseBit, refusal(profile, result));
  }

  /** TX of the peer's last request, to come back to it later; undefined when there was none. */
  get lastRequest(): number | undefined {
    return this.#last?.tx;
  }

  /** Whether the response to the request with this TX number is still owed. */
  owes(tx: number): boolean {
    return this.#last !== undefined && this.#last.tx === tx && this.#last.response === undefined;
  }

  #respond(id: number, data: Uint8Array): Uint8Array {
    const last = this.#last!;
    last.response = this.#write(id, nextSequence(last.tx), this.#start.profile.values.initialFlags, data);
    return last.response.bytes;
  }

  #write(id: number, rx: number, flags: number, data: Uint8Array): Written {
    const tx = this.#tx;
    const keys = this.#keys.current;
    const bytes = this.#seal(keys, id, tx, rx, flags, data);
    this.#tx = nextSequence(tx);
    this.#sent++;
    return { id, tx, rx, flags, data, keys, bytes, doubted: false };
  }

  /** Seals a message again if it is not under the keys we send with. */
  #reseal(written: Written): void {
    const keys = this.#keys.current;
    if (written.keys === keys) return;
    written.keys = keys;
    written.bytes = this.#seal(keys, written.id, written.tx, written.rx, written.flags, written.data);
  }

  #seal(
    keys: PreparedKeys,
    messageId: number,
    tx: number,
    rx: number,
    flags: number,
    data: Uint8Array,
  ): Uint8Array {
    const { profile, ownDeviceId, random } = this.#start;
    const version = profile.values.protocolVersion;
    const header = { handle: this.handle, deviceId: ownDeviceId, tx, rx, flags, version, messageId };
    return seal(profile, keys, header, data, random);
  }
}

function isNak(message: Message): boolean {
  return "result" in message && message.result === "RESP_NEGATIVE_ACKNOWLEDGE";
}
