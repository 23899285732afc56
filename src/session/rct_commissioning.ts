/**
 * One commissioning, seen from the RCT: from the connection handle to the master set.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import { type Message, parseMessage } from "../ip/messages/mod.ts";
import type { EncryptionName, HashName } from "../ip/profile.ts";
import { clearKeys, prepareKeys } from "../ip/seal.ts";
import { Association, type Received } from "./association.ts";
import { answerClear, type ClearMessage, readClear } from "./clear_message.ts";
import { type CommissioningStep, commissioningSteps, type CommissioningWay } from "./commissioning_way.ts";
import { nextSequence, type PathIdentity, type SessionBasis } from "./path_identity.ts";

/** The rule by which everything in clear is dropped that is not just the message waited for. */
export const NOT_TAKEN = "commissioning-closed";

/** What an {@link RctCommissioning} starts with: a CONN_HANDLE_REQ was answered. */
export interface RctCommissioningOptions extends SessionBasis {
  /** Device ID of this RCT. */
  rctDeviceId: Uint8Array;
  /** Device ID in the header of the CONN_HANDLE_REQ: whose window is open. */
  sptDeviceId: Uint8Array;
  /** The handle that was given: that of the master set, if it comes to one. */
  handle: number;
  /** TX of the CONN_HANDLE_REQ. */
  requestTx: number;
  /** TX of its response. */
  responseTx: number;
  /** What the two ends share. */
  way: CommissioningWay;
  /** Ciphers accepted for the master set. Inside DTLS it is always aes-256. */
  encryptions: readonly EncryptionName[];
  /** Hashes accepted for the master set. */
  hashes: readonly HashName[];
}

/** Where a conversation stands. */
export type RctCommissioningState =
  /** Steps are missing. */
  | "open"
  /** The last request is there; its response waits for {@link RctCommissioning.settle}. */
  | "storing"
  /** The master set is stored, the last response given. */
  | "stored"
  /** It could not be stored, and the SPT was told. */
  | "refused";

/** What a datagram came to. */
export type RctCommissioningAnswer =
  /** Send this; `again` when it is a response that was sent before. */
  | { kind: "send"; bytes: Uint8Array; again: boolean }
  /** The SPT has all: store this, then call {@link RctCommissioning.settle}. */
  | { kind: "store"; identity: PathIdentity }
  /** Nothing to act on. */
  | { kind: "drop"; rule: string };

/**
 * One conversation on one handle. The steps come in their order, each once; repeats are answered with the same octets.
 *
 * By shared secret the DEVICE_ID_REQ comes in clear and holds nothing that can be varied, so a forged one is as good as
 * the true one. All that follows is under the secret: only who has it gets any further.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { RctCommissioning } from "./rct_commissioning.ts";
 *
 * const conversation = new RctCommissioning({
 *   profile,
 *   random: (n) => new Uint8Array(n),
 *   rctDeviceId: new Uint8Array(16).fill(2),
 *   sptDeviceId: new Uint8Array(16).fill(1),
 *   handle: 0x73603722,
 *   requestTx: 40,
 *   responseTx: 10,
 *   way: { kind: "secret", secret: new Uint8Array(32).fill(7) },
 *   encryptions: ["aes-256"],
 *   hashes: ["sha-256"],
 * });
 * assertEquals(conversation.feed(new Uint8Array(132)), { kind: "drop", rule: "commissioning-closed" });
 * assertEquals([conversation.state, conversation.progressed], ["open", false]);
 * ```
 */
export class RctCommissioning {
  readonly #options: RctCommissioningOptions;
  readonly #association: Association;
  readonly #steps: readonly CommissioningStep[];
  #state: RctCommissioningState = "open";
  #step: number;
  /** DEVICE_ID_RESP in clear, to be repeated until the SPT goes on under the secret. */
  #named: Uint8Array | undefined;
  #encryption: EncryptionName = "aes-256";
  #key: Uint8Array | undefined;
  #hash: HashName;
  /** ID of the last request. */
  #lastId = 0;

  /** The connection handle was given; what follows is the SPT's turn. */
  constructor(options: RctCommissioningOptions) {
    const { profile, random, way, requestTx, responseTx, rctDeviceId, sptDeviceId, handle } = options;
    this.#options = options;
    this.#hash = profile.values.initialHash;
    this.#steps = commissioningSteps(way.kind);
    // By secret, DEVICE_ID goes in clear: the association begins behind it.
    const under = way.kind === "secret" ? "ENCRYPT_SELECT_REQ" : "DEVICE_ID_REQ";
    const first = nextSequence(requestTx);
    const tx = nextSequence(responseTx);
    this.#step = this.#steps.indexOf(under);
    this.#key = way.kind === "dtls" ? way.masterKey : undefined;
    this.#association = new Association({
      profile,
      random,
      handle,
      keys: way.kind === "dtls"
        ? clearKeys
        : prepareKeys({ encryption: "aes-256", key: way.secret, hash: this.#hash }),
      encryption: way.kind === "dtls" ? "none" : "aes-256",
      ownDeviceId: rctDeviceId,
      peerDeviceId: sptDeviceId,
      expected: way.kind === "dtls" ? first : nextSequence(first),
      tx: way.kind === "dtls" ? tx : nextSequence(tx),
    });
  }

  /** Where it stands. */
  get state(): RctCommissioningState {
    return this.#state;
  }

  /** True once the SPT has proved that it shares the secret, or spoke inside DTLS. */
  get progressed(): boolean {
    return this.#association.progressed;
  }

  /** Takes a datagram. Whatever it holds, nothing is thrown. */
  feed(datagram: Uint8Array): RctCommissioningAnswer {
    if (this.#options.way.kind === "secret" && !this.progressed) {
      const clear = readClear(this.#options.profile, datagram);
      if (clear !== undefined) return this.#onClear(clear);
      if (this.#named === undefined) return { kind: "drop", rule: NOT_TAKEN };
    }
    const received = this.#association.receive(datagram);
    switch (received.kind) {
      case "request":
        return this.#onRequest(received);
      case "repeat":
        return { kind: "send", bytes: received.response, again: true };
      case "drop":
        // Before there is a session, nobody is told what could not be read.
        return { kind: "drop", rule: received.rule };
      default:
        return { kind: "drop", rule: "unexpected-response" };
    }
  }

  /**
   * The master set was stored, or could not be: gives the last response.
   *
   * @param ok Whether it is stored durably.
   * @returns The datagram; undefined when nothing waits to be settled.
   */
  settle(ok: boolean): Uint8Array | undefined {
    if (this.#state !== "storing") return undefined;
    this.#key = undefined;
    const association = this.#association;
    if (!ok) {
      this.#state = "refused";
      return association.refuse(this.#lastId, "RESP_PROCESS_ERROR");
    }
    this.#state = "stored";
    const result = "RESP_ACKNOWLEDGE";
    if (this.#options.way.kind === "dtls") return association.respond({ name: "DTLS_COMPLETE_RESP", result });
    association.chooseHash(this.#hash);
    return association.respond({ name: "HASH_SELECT_RESP", result, hash: this.#hash });
  }

  /** The only message in clear on this handle: the SPT names itself, and hears who we are. */
  #onClear({ header, message }: ClearMessage): RctCommissioningAnswer {
    const { rctDeviceId, sptDeviceId, requestTx, responseTx } = this.#options;
    const itself = message.name === "DEVICE_ID_REQ" && message.master &&
      header.tx === nextSequence(requestTx) &&
      equal(header.deviceId, sptDeviceId) && equal(message.deviceId, sptDeviceId);
    if (!itself) return { kind: "drop", rule: NOT_TAKEN };
    const again = this.#named !== undefined;
    this.#named ??= answerClear(
      this.#options,
      header,
      { deviceId: rctDeviceId, tx: nextSequence(responseTx) },
      { name: "DEVICE_ID_RESP", result: "RESP_ACKNOWLEDGE", deviceId: rctDeviceId },
    );
    return { kind: "send", bytes: this.#named, again };
  }

  #onRequest({ header, data }: Extract<Received, { kind: "request" }>): RctCommissioningAnswer {
    const { profile } = this.#options;
    this.#lastId = header.messageId;
    const parsed = parseMessage(profile, header.messageId, data);
    if (!parsed.ok) {
      const unknown = parsed.rule === "unknown-message";
      return this.#refuse(unknown ? "RESP_CMD_NOT_SUPPORTED" : "RESP_NEGATIVE_ACKNOWLEDGE");
    }
    const message = parsed.value;
    if (message.name !== this.#steps[this.#step]) return this.#refuse("RESP_PROCESS_ERROR");
    const answer = this.#answer(message);
    if (typeof answer === "string") return this.#refuse(answer);
    this.#step++;
    if (this.#step < this.#steps.length) return this.#send(this.#association.respond(answer!));
    this.#state = "storing";
    return { kind: "store", identity: this.#identity() };
  }

  /** Answers the step: the response, or why not. The last one is answered by {@link settle}. */
  #answer(message: Message): Message | Refusal | undefined {
    const { profile, random, way, sptDeviceId, rctDeviceId, encryptions, hashes } = this.#options;
    const association = this.#association;
    const result = "RESP_ACKNOWLEDGE";
    switch (message.name) {
      case "DEVICE_ID_REQ":
        if (!message.master || !equal(message.deviceId, sptDeviceId)) return "RESP_DEVICE_NOT_ALLOWED";
        return { name: "DEVICE_ID_RESP", result, deviceId: rctDeviceId };
      case "ENCRYPT_SELECT_REQ": {
        const chosen = firstOf(message.offers, way.kind === "dtls" ? ["aes-256"] as const : encryptions);
        if (!message.master || chosen === undefined || chosen === "none") {
          return "RESP_ENCRYPTION_NOT_SUPPORTED";
        }
        this.#encryption = chosen;
        // Inside DTLS the method is agreed on for later: nothing is encrypted here.
        if (way.kind === "secret") association.encryption = chosen;
        return { name: "ENCRYPT_SELECT_RESP", result, master: true, encryption: chosen };
      }
      case "ENCRYPT_KEY_REQ": {
        if (!message.master || message.fromRct) return "RESP_CMD_NOT_SUPPORTED";
        const key = random(profile.values.keyOctets);
        this.#key = key;
        association.proposeKey(key);
        return { name: "ENCRYPT_KEY_RESP", result, master: true, fromRct: false, key };
      }
      case "HASH_SELECT_REQ": {
        // Whoever asks under the secret has not the master key yet.
        if (way.kind === "secret" && !association.established) return "RESP_PROCESS_ERROR";
        const chosen = firstOf(message.offers, hashes);
        if (chosen === undefined) return "RESP_HASH_NOT_SUPPORTED";
        this.#hash = chosen;
        if (way.kind === "secret") return undefined;
        association.chooseHash(chosen);
        return { name: "HASH_SELECT_RESP", result, hash: chosen };
      }
      default:
        return undefined;
    }
  }

  #identity(): PathIdentity {
    const { sptDeviceId, rctDeviceId, handle } = this.#options;
    const master = { encryption: this.#encryption, key: this.#key!, hash: this.#hash };
    return { sptDeviceId, rctDeviceId, masterHandle: handle, master };
  }

  #send(bytes: Uint8Array): RctCommissioningAnswer {
    return { kind: "send", bytes, again: false };
  }

  #refuse(result: Refusal): RctCommissioningAnswer {
    return this.#send(this.#association.refuse(this.#lastId, result));
  }
}

/** How a step is refused. */
type Refusal =
  | "RESP_CMD_NOT_SUPPORTED"
  | "RESP_NEGATIVE_ACKNOWLEDGE"
  | "RESP_PROCESS_ERROR"
  | "RESP_DEVICE_NOT_ALLOWED"
  | "RESP_ENCRYPTION_NOT_SUPPORTED"
  | "RESP_HASH_NOT_SUPPORTED";

/** The first offer that is accepted. */
function firstOf<T extends string>(offers: readonly string[], accepted: readonly T[]): T | undefined {
  for (const offer of offers) {
    const found = accepted.find((name) => name === offer);
    if (found !== undefined) return found;
  }
  return undefined;
}
