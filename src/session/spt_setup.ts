/**
 * Connection setup, seen from the SPT: which request comes next, and what the answers decide (ip-protocol.md §6.2).
 *
 * @module
 */
import { addressText } from "../ip/address_octets.ts";
import type { Message } from "../ip/messages/mod.ts";
import { planOf } from "../ip/plan.ts";
import type { EncryptionName, HashName, PollModeName, Ts50136Profile } from "../ip/profile.ts";
import type { Association } from "./association.ts";
import type { PathAddress } from "./path_identity.ts";
import type { ReplayMemory } from "./replay_memory.ts";
import { isZero } from "./spt_answers.ts";

/** The steps, in order. The path works from the poll on; what follows is only confirmed or asked for, when time is. */
const STEPS = [
  "CONN_HANDLE_REQ",
  "ENCRYPT_SELECT_REQ",
  "ENCRYPT_KEY_REQ",
  "HASH_SELECT_REQ",
  "PATH_SUPERVISION_REQ",
  "POLL_MSG",
  "VERSION_REQ",
  "DEVICE_ID_REQ",
  "RCT_IP_PARAM_REQ",
] as const;
/** A step of connection setup, named for its request. */
export type SetupStep = typeof STEPS[number];

/** What a setup asks for. */
export interface SptSetupOptions {
  /** The profile. */
  profile: Ts50136Profile;
  /** Device ID of the SPT. */
  deviceId: Uint8Array;
  /** Ciphers offered, best first. */
  encryptions: readonly EncryptionName[];
  /** Hashes offered, best first. */
  hashes: readonly HashName[];
  /** Heartbeat asked for, ms. */
  heartbeatMs: number;
  /** Who shall poll. */
  pollMode: PollModeName;
  /** What the SPT knows of earlier setups. */
  memory: ReplayMemory;
  /** Ends with the poll: nothing is asked that the path can do without. @default {false} */
  bare?: boolean;
}

/** What became of an answer. */
export type SetupAnswer =
  /** Ask on with {@link SptSetup.message}. */
  | { kind: "next" }
  /** The path works: alarms can go. What is left to ask can wait. */
  | { kind: "works" }
  /** All steps are done. */
  | { kind: "done" }
  /** This cannot be used. */
  | { kind: "refused"; reason: string };

/**
 * One run through the steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { ReplayMemory } from "./replay_memory.ts";
 * import { SptSetup } from "./spt_setup.ts";
 *
 * const setup = new SptSetup({
 *   profile,
 *   deviceId: new Uint8Array(16),
 *   encryptions: ["aes-256"],
 *   hashes: ["sha-256"],
 *   heartbeatMs: 30_000,
 *   pollMode: "push",
 *   memory: new ReplayMemory(),
 * });
 * assertEquals(setup.message(), { name: "CONN_HANDLE_REQ" });
 * ```
 */
export class SptSetup {
  /** Heartbeat in force, ms: what the RCT answered with. */
  heartbeatMs: number;
  /** Who polls: what the RCT answered with. */
  pollMode: PollModeName;
  /** The handle that the RCT assigned. */
  handle = 0;
  /** Where the RCT says that it can be reached, best first. */
  addresses: PathAddress[] = [];
  /** Confirmations that the RCT refused, as `message:result`. */
  readonly tolerated: string[] = [];

  readonly #options: SptSetupOptions;
  readonly #steps: readonly SetupStep[];
  #step = 0;

  /** Begins with the first step. */
  constructor(options: SptSetupOptions) {
    this.#options = options;
    this.heartbeatMs = options.heartbeatMs;
    this.pollMode = options.pollMode;
    // An edition without a message has not the step.
    const { messageIds } = planOf(options.profile);
    const steps = options.bare === true ? STEPS.slice(0, STEPS.indexOf("POLL_MSG") + 1) : STEPS;
    this.#steps = steps.filter((name) => messageIds.has(name));
  }

  /** True when nothing is left to ask. */
  get done(): boolean {
    return this.#step >= this.#steps.length;
  }

  /** The step that waits for its answer; undefined when all are done. */
  get step(): SetupStep | undefined {
    return this.#steps[this.#step];
  }

  /** The request of the step; a poll when all are done. */
  message(): Message {
    const { profile, deviceId, encryptions, hashes, heartbeatMs, pollMode } = this.#options;
    const name = this.step ?? "POLL_MSG";
    switch (name) {
      case "CONN_HANDLE_REQ":
      case "POLL_MSG":
      case "RCT_IP_PARAM_REQ":
        return { name };
      case "ENCRYPT_SELECT_REQ":
        return { name, master: false, offers: [...encryptions] };
      case "ENCRYPT_KEY_REQ":
        return { name, master: false, fromRct: false, key: new Uint8Array(profile.values.keyOctets) };
      case "HASH_SELECT_REQ":
        return { name, offers: [...hashes] };
      case "PATH_SUPERVISION_REQ":
        return { name, intervalS: Math.max(1, Math.ceil(heartbeatMs / 1000)), mode: pollMode };
      case "VERSION_REQ":
        return { name, version: profile.values.protocolVersion };
      case "DEVICE_ID_REQ":
        return { name, master: false, deviceId };
    }
  }

  /**
   * Takes the answer to {@link step}.
   *
   * @param response The response.
   * @param association Takes over cipher and key.
   * @returns What comes next.
   */
  answered(response: Message, association: Association): SetupAnswer {
    const reason = this.#apply(response, association);
    if (reason !== undefined) return { kind: "refused", reason };
    const works = this.step === "POLL_MSG";
    this.#step++;
    return this.done ? { kind: "done" } : { kind: works ? "works" : "next" };
  }

  /** Takes over what a response decided; returns why it cannot be used, if so. */
  #apply(response: Message, association: Association): string | undefined {
    if (!("result" in response)) return "no result";
    if (response.name === "PATH_SUPERVISION_RESP") {
      // Whatever interval the RCT answers with is the one it will supervise by.
      if (response.bare === true || response.intervalS < 1) return response.result;
      if (response.mode !== "push" && response.mode !== "pull") return response.mode;
      this.heartbeatMs = response.intervalS * 1000;
      this.pollMode = response.mode;
      return undefined;
    }
    if (response.result !== "RESP_ACKNOWLEDGE") return this.#refused(response.name, response.result);
    switch (response.name) {
      case "CONN_HANDLE_RESP":
        if (response.handle === this.#options.profile.values.initialHandle) return "handle 0";
        this.handle = response.handle;
        return undefined;
      case "ENCRYPT_SELECT_RESP": {
        const chosen = this.#options.encryptions.find((name) => name === response.encryption);
        // A cipher that was not offered could only be a downgrade.
        if (chosen === undefined) return `it chose ${response.encryption}, which was not offered`;
        association.encryption = chosen;
        return undefined;
      }
      case "ENCRYPT_KEY_RESP":
        if (response.master || response.fromRct || isZero(response.key)) return "it gave no session key";
        if (!this.#options.memory.isNew(this.handle, association.expected!, response.key)) {
          return "it gave what it gave in an earlier setup: somebody plays that again";
        }
        association.takeKey(response.key);
        return undefined;
      case "HASH_SELECT_RESP":
        return this.#options.hashes.some((name) => name === response.hash)
          ? undefined
          : `it chose ${response.hash}, which was not offered`;
      case "RCT_IP_PARAM_RESP":
        for (const { address, port } of response.addresses) {
          const hostname = addressText(address);
          if (hostname !== undefined && port !== 0) this.addresses.push({ hostname, port });
        }
        return undefined;
      default:
        return undefined;
    }
  }

  /** What comes after the poll is not needed: an RCT that does not know it is still used. */
  #refused(name: string, result: string): string | undefined {
    if (name !== "VERSION_RESP" && name !== "DEVICE_ID_RESP" && name !== "RCT_IP_PARAM_RESP") return result;
    this.tolerated.push(`${name.toLowerCase().replaceAll("_", "-")}:${result}`);
    return undefined;
  }
}
