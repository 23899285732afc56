/**
 * Commissioning, seen from the premises: how an SPT comes to its master set.
 *
 * No I/O: datagrams and the time come in, {@link SptCommissioningEffect}s go out.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import type { Message } from "../ip/messages/mod.ts";
import type { EncryptionName, HashName } from "../ip/profile.ts";
import { clearKeys, peekHandle, type PreparedKeys, prepareKeys } from "../ip/seal.ts";
import { Association } from "./association.ts";
import { whyNoAnswer, whyRefused } from "./commissioning_reasons.ts";
import {
  type CommissioningStep,
  commissioningSteps,
  type CommissioningWay,
  unfitWay,
} from "./commissioning_way.ts";
import {
  ENCRYPTION_PREFERENCE,
  type PathIdentity,
  randomSequence,
  type SessionBasis,
} from "./path_identity.ts";
import { Retry, type RetryOptions, retryOptions } from "./retry.ts";

/** What an {@link SptCommissioning} starts with. Times in milliseconds; the profile's values when absent. */
export interface SptCommissioningOptions extends SessionBasis {
  /** Device ID of this SPT. */
  sptDeviceId: Uint8Array;
  /** What it shares with the RCT. */
  way: CommissioningWay;
  /** Ciphers offered for the master set, best first; inside DTLS always aes-256. @default {["aes-256", "aes-128"]} */
  encryptions?: readonly EncryptionName[];
  /** Hashes offered for the master set, best first. @default {["sha-256"]} */
  hashes?: readonly HashName[];
  /** Wait for the first response; doubles up to four times itself, or to the profile's longest wait. */
  responseTimeoutMs?: number;
  /** Transmissions of a request before commissioning counts as failed. */
  transmissions?: number;
}

/** What an {@link SptCommissioning} wants done, and what it learned. */
export type SptCommissioningEffect =
  /** Send this datagram to the RCT, or this message inside DTLS. `attempt` counts from 1. */
  | { kind: "send"; bytes: Uint8Array; message: CommissioningStep; attempt: number }
  /** Both ends have the master set: store it. The end. Never log it. */
  | { kind: "commissioned"; identity: PathIdentity }
  /** It came to nothing, in words for the technician. The end: to try again, begin a new one. */
  | { kind: "failed"; step: CommissioningStep; reason: string }
  /** A datagram was dropped; the rule is also the counter's name. */
  | { kind: "dropped"; rule: string };

/** What was agreed on so far. */
interface Agreed {
  rctDeviceId: Uint8Array;
  encryption: EncryptionName;
  key: Uint8Array;
  hash: HashName;
}

/**
 * One commissioning: it asks step by step, repeats what is not answered, and ends once with `commissioned` or `failed`.
 *
 * What comes in clear can be forged: it may decide the handle and the name of the RCT, and each is proved by the first
 * answer under the secret, whose hash covers the handle and whose header names its sender. Forged ones end in `failed`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../ip/profile.ts";
 * import { SptCommissioning } from "./spt_commissioning.ts";
 *
 * const commissioning = new SptCommissioning({
 *   profile: reconstructed2020,
 *   random: (n) => new Uint8Array(n),
 *   sptDeviceId: new Uint8Array(16).fill(1),
 *   way: { kind: "secret", secret: new Uint8Array(32).fill(7) },
 *   transmissions: 1,
 * });
 * const [first] = commissioning.start(0);
 * assertEquals(first?.kind === "send" ? first.message : undefined, "VERSION_REQ");
 * const [end] = commissioning.tick(commissioning.nextTick!);
 * assertEquals(end?.kind === "failed" ? end.step : undefined, "VERSION_REQ");
 * ```
 */
export class SptCommissioning {
  /** Datagrams and events by name. */
  readonly counters: Record<string, number> = {};

  readonly #options: SptCommissioningOptions;
  readonly #steps: readonly CommissioningStep[];
  readonly #encryptions: readonly EncryptionName[];
  readonly #hashes: readonly HashName[];
  readonly #retryOptions: RetryOptions;
  readonly #agreed: Partial<Agreed> = {};
  /** The shared secret, ready for use. */
  readonly #secretKeys: PreparedKeys | undefined;
  #association: Association;
  #step = 0;
  /** Repeats the request of the step; undefined before the start and after the end. */
  #retry: Retry | undefined;
  #started = false;
  /** Whether something authentic came under the secret from another than the RCT that named itself in clear. */
  #otherRct = false;
  /** The last `now`, to see a clock that is set back. */
  #seen = -Infinity;

  /**
   * Sends nothing yet.
   *
   * @throws {RangeError} When the secret or master key has the wrong length (the message does not show it), or no cipher
   * at all is offered.
   */
  constructor(options: SptCommissioningOptions) {
    const { profile, random, way } = options;
    const unfit = unfitWay(profile, way);
    if (unfit !== undefined) throw new RangeError(unfit);
    if (options.encryptions?.includes("none") === true) {
      throw new RangeError("a master set needs a cipher, not none");
    }
    this.#options = options;
    this.#steps = commissioningSteps(way.kind);
    this.#encryptions = way.kind === "dtls" ? ["aes-256"] : options.encryptions ?? ENCRYPTION_PREFERENCE;
    this.#hashes = options.hashes ?? ["sha-256"];
    this.#retryOptions = retryOptions(profile, options.responseTimeoutMs, options.transmissions);
    if (way.kind === "secret") {
      this.#secretKeys = prepareKeys({
        encryption: "aes-256",
        key: way.secret,
        hash: profile.values.initialHash,
      });
    } else this.#agreed.key = way.masterKey;
    const start = { tx: randomSequence(random), expected: undefined };
    this.#association = this.#associate(profile.values.initialHandle, clearKeys, undefined, start);
  }

  /** The step that waits for its answer; the last one when all are done. */
  get step(): CommissioningStep {
    return this.#steps[this.#step]!;
  }

  /** When {@link tick} wants to be called next, ms since the epoch; undefined when never. */
  get nextTick(): number | undefined {
    return this.#retry?.deadline;
  }

  /**
   * Asks the first question. A second call does nothing.
   *
   * @param now The time, ms since the epoch.
   * @returns What is to be done.
   */
  start(now: number): SptCommissioningEffect[] {
    if (this.#started) return [];
    this.#started = true;
    this.#watchClock(now);
    return [this.#ask(now)];
  }

  /**
   * Lets time pass: repeats, and gives up.
   *
   * @param now The time, ms since the epoch.
   * @returns What is to be done.
   */
  tick(now: number): SptCommissioningEffect[] {
    this.#watchClock(now);
    switch (this.#retry?.due(now)) {
      case "again":
        this.#count("retransmissions");
        return [this.#send(this.#retry!)];
      case "give-up":
        return [this.#failed(whyNoAnswer({
          step: this.step,
          kind: this.#options.way.kind,
          transmissions: this.#retry!.attempt,
          otherRct: this.#otherRct,
        }))];
      default:
        return [];
    }
  }

  /**
   * Takes a datagram. Whatever it holds, nothing is thrown.
   *
   * @param datagram Its octets.
   * @param now The time, ms since the epoch.
   * @returns What is to be done.
   */
  feed(datagram: Uint8Array, now: number): SptCommissioningEffect[] {
    this.#watchClock(now);
    if (this.#retry === undefined) return [this.#drop("unexpected")];
    const association = this.#association;
    if (peekHandle(this.#options.profile, datagram) !== association.handle) {
      return [this.#drop("unknown-handle")];
    }
    const received = association.receive(datagram);
    switch (received.kind) {
      case "response":
        return [this.#answered(received.message, now)];
      case "nak":
        this.#count("naks");
        return this.#retry.hurry(now) ? this.tick(now) : [];
      case "drop":
        // Before there is a session, nobody is told what could not be read.
        if (received.rule === "wrong-device-id" && this.step === "ENCRYPT_SELECT_REQ") this.#otherRct = true;
        return [this.#drop(received.rule)];
      default:
        return [this.#drop("unexpected")];
    }
  }

  /** Takes the answer to the step. */
  #answered(response: Message, now: number): SptCommissioningEffect {
    const reason = this.#apply(response);
    if (reason !== undefined) return this.#failed(reason);
    if (this.#step + 1 < this.#steps.length) {
      this.#step++;
      return this.#ask(now);
    }
    this.#retry = undefined;
    const { rctDeviceId, encryption, key, hash } = this.#agreed as Agreed;
    const { sptDeviceId } = this.#options;
    const master = { encryption, key, hash };
    return {
      kind: "commissioned",
      identity: { sptDeviceId, rctDeviceId, masterHandle: this.#association.handle, master },
    };
  }

  /** Takes over what a response decided; returns why it cannot be used, if so. */
  #apply(response: Message): string | undefined {
    if (!("result" in response)) return "the answer has no result";
    if (response.result !== "RESP_ACKNOWLEDGE") return whyRefused(response.result);
    const { profile } = this.#options;
    switch (response.name) {
      case "VERSION_RESP": {
        const ours = profile.values.protocolVersion;
        const spoken = response.version >= 1 && response.version <= ours;
        return spoken
          ? undefined
          : `the receiving centre wants version ${response.version}, this is version ${ours}`;
      }
      case "CONN_HANDLE_RESP":
        if (response.handle === profile.values.initialHandle) {
          return `the receiving centre gave connection handle ${response.handle}, which is none`;
        }
        this.#association = this.#associate(response.handle, clearKeys, undefined, this.#association);
        return undefined;
      case "DEVICE_ID_RESP":
        return this.#meet(response.deviceId);
      case "ENCRYPT_SELECT_RESP": {
        const chosen = this.#encryptions.find((name) => name === response.encryption);
        // A cipher that was not offered could only be a downgrade.
        if (chosen === undefined) {
          return `the receiving centre chose ${response.encryption}, which was not offered`;
        }
        this.#agreed.encryption = chosen;
        this.#association.encryption = chosen;
        return undefined;
      }
      case "ENCRYPT_KEY_RESP":
        if (response.key.every((octet) => octet === 0)) return "the receiving centre gave a key of zeros";
        this.#agreed.key = response.key;
        this.#association.takeKey(response.key);
        return undefined;
      case "HASH_SELECT_RESP": {
        const chosen = this.#hashes.find((name) => name === response.hash);
        if (chosen === undefined) return `the receiving centre chose ${response.hash}, which was not offered`;
        this.#agreed.hash = chosen;
        return undefined;
      }
      default:
        return undefined;
    }
  }

  /** The RCT has said who it is: to be proved by what it says next. */
  #meet(rctDeviceId: Uint8Array): string | undefined {
    // Our own name would make our own messages, sent back to us, look like the RCT's.
    const nobody = rctDeviceId.every((octet) => octet === 0) || equal(rctDeviceId, this.#options.sptDeviceId);
    if (nobody) return "the receiving centre gave no device ID of its own";
    this.#agreed.rctDeviceId = rctDeviceId;
    // A new association, so that nothing in clear is heard under the secret.
    const keys = this.#secretKeys ?? clearKeys;
    this.#association = this.#associate(this.#association.handle, keys, rctDeviceId, this.#association);
    return undefined;
  }

  /** Goes on with another handle, other keys or a peer that is known; the sequence numbers go on. */
  #associate(
    handle: number,
    keys: PreparedKeys,
    peerDeviceId: Uint8Array | undefined,
    { tx, expected }: Pick<Association, "tx" | "expected">,
  ): Association {
    const { profile, random, sptDeviceId } = this.#options;
    const { encryption } = keys;
    const ownDeviceId = sptDeviceId;
    return new Association({
      profile,
      random,
      handle,
      keys,
      encryption,
      ownDeviceId,
      peerDeviceId,
      tx,
      expected,
    });
  }

  /** The request of the step. */
  #message(): Message {
    const { profile, sptDeviceId } = this.#options;
    const name = this.step;
    switch (name) {
      case "VERSION_REQ":
        return { name, version: profile.values.protocolVersion };
      case "CONN_HANDLE_REQ":
      case "DTLS_COMPLETE_REQ":
        return { name };
      case "DEVICE_ID_REQ":
        return { name, master: true, deviceId: sptDeviceId };
      case "ENCRYPT_SELECT_REQ":
        return { name, master: true, offers: [...this.#encryptions] };
      case "ENCRYPT_KEY_REQ":
        return { name, master: true, fromRct: false, key: new Uint8Array(profile.values.keyOctets) };
      case "HASH_SELECT_REQ":
        return { name, offers: [...this.#hashes] };
    }
  }

  #ask(now: number): SptCommissioningEffect {
    this.#association.request(this.#message());
    if (this.step === "HASH_SELECT_REQ") this.#association.offerHashes(this.#hashes);
    this.#retry = new Retry(this.#retryOptions, now);
    return this.#send(this.#retry);
  }

  #send({ attempt }: Retry): SptCommissioningEffect {
    return { kind: "send", bytes: this.#association.requestBytes!, message: this.step, attempt };
  }

  #failed(reason: string): SptCommissioningEffect {
    this.#retry = undefined;
    this.#count("failed");
    return { kind: "failed", step: this.step, reason };
  }

  /** A clock that is set back takes the deadline with it. */
  #watchClock(now: number): void {
    const back = this.#seen - now;
    this.#seen = now;
    if (back > 0) this.#retry?.setBack(back);
  }

  #drop(rule: string): SptCommissioningEffect {
    this.#count(rule);
    return { kind: "dropped", rule };
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}
