/**
 * What the RCT answers to the requests of an SPT that concern the session itself.
 *
 * @module
 */
import { addressOctets } from "../ip/address_octets.ts";
import { equal } from "../ip/constant_time.ts";
import type { Message } from "../ip/messages/mod.ts";
import type { EncryptionName, HashName, PollModeName, Result, Ts50136Profile } from "../ip/profile.ts";
import type { Association } from "./association.ts";
import type { PathAddress, PathIdentity, Random } from "./path_identity.ts";
import type { Heartbeat } from "./rct_heartbeat.ts";

/** What the RCT allows an SPT. */
export interface RctPolicy {
  /** The profile. */
  profile: Ts50136Profile;
  /** Source of keys. */
  random: Random;
  /** Ciphers accepted. */
  encryptions: readonly EncryptionName[];
  /** Hashes accepted. */
  hashes: readonly HashName[];
  /** Shortest and longest heartbeat allowed, ms. */
  heartbeatMs: readonly [number, number];
  /** Who polls; undefined leaves it to the SPT. */
  pollMode: PollModeName | undefined;
  /** Where this RCT can be reached, best first: IP addresses. */
  addresses: readonly PathAddress[];
}

/** An answer: a response, or a bare result code. `heartbeat` is what was agreed. */
export type RctAnswer =
  | { kind: "respond"; message: Message; heartbeat?: Heartbeat }
  | { kind: "refuse"; result: Result };

const refuse = (result: Result): RctAnswer => ({ kind: "refuse", result });
const respond = (message: Message): RctAnswer => ({ kind: "respond", message });
const result = "RESP_ACKNOWLEDGE";

/**
 * Answers a request other than EVENT_MSG and TRANSPARENT_MSG.
 *
 * @param message The request.
 * @param association Its association; a new key or hash is put into it.
 * @param identity Who speaks with whom.
 * @param policy What is allowed.
 * @returns The answer. What nobody knows is answered as not supported.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { agreeHeartbeat } from "./rct_answers.ts";
 *
 * const limits = [10_000, 60_000] as const;
 * assertEquals(agreeHeartbeat({ name: "PATH_SUPERVISION_REQ", intervalS: 90, mode: "push" }, limits, undefined), {
 *   kind: "respond",
 *   message: { name: "PATH_SUPERVISION_RESP", result: "RESP_POLL_TOO_SLOW", intervalS: 60, mode: "push" },
 *   heartbeat: { intervalMs: 60_000, pollMode: "push" },
 * });
 * assertEquals(profile.values.responseBit, 0x80);
 * ```
 */
export function answerSpt(
  message: Message,
  association: Association,
  identity: PathIdentity,
  policy: RctPolicy,
): RctAnswer {
  const { values } = policy.profile;
  switch (message.name) {
    case "POLL_MSG":
      return respond({ name: "POLL_RESP", result });
    case "ENCRYPT_SELECT_REQ": {
      const chosen = message.offers.find((offer) => policy.encryptions.some((name) => name === offer));
      if (message.master || chosen === undefined) return refuse("RESP_ENCRYPTION_NOT_SUPPORTED");
      association.encryption = chosen as EncryptionName;
      return respond({ name: "ENCRYPT_SELECT_RESP", result, master: false, encryption: chosen });
    }
    case "ENCRYPT_KEY_REQ": {
      if (message.master || message.fromRct) return refuse("RESP_CMD_NOT_SUPPORTED");
      // One that is under way already is given again: see Association.
      const key = association.proposed ?? policy.random(values.keyOctets);
      association.proposeKey(key);
      return respond({ name: "ENCRYPT_KEY_RESP", result, master: false, fromRct: false, key });
    }
    case "HASH_SELECT_REQ": {
      const chosen = message.offers.find((offer) => policy.hashes.some((name) => name === offer));
      if (chosen === undefined) return refuse("RESP_HASH_NOT_SUPPORTED");
      association.chooseHash(chosen as HashName);
      return respond({ name: "HASH_SELECT_RESP", result, hash: chosen });
    }
    case "PATH_SUPERVISION_REQ":
      return agreeHeartbeat(message, policy.heartbeatMs, policy.pollMode);
    case "VERSION_REQ": {
      const version = Math.min(message.version, values.protocolVersion);
      const spoken = message.version === 0 ? "RESP_PROTOCOL_VERSION_NOT_SUPPORTED" : result;
      return respond({ name: "VERSION_RESP", result: spoken, version });
    }
    case "DEVICE_ID_REQ": {
      const known = !message.master && equal(message.deviceId, identity.sptDeviceId);
      const allowed = known ? result : "RESP_DEVICE_NOT_ALLOWED";
      return respond({ name: "DEVICE_ID_RESP", result: allowed, deviceId: identity.rctDeviceId });
    }
    case "RCT_IP_PARAM_REQ": {
      const addresses = policy.addresses.flatMap(({ hostname, port }) => {
        const address = addressOctets(hostname);
        return address === undefined ? [] : [{ address, port }];
      });
      return respond({ name: "RCT_IP_PARAM_RESP", result, addresses });
    }
    default:
      return refuse("RESP_CMD_NOT_SUPPORTED");
  }
}

/**
 * Agrees on a heartbeat: what was asked for, within the limits.
 *
 * @param asked The request.
 * @param limitsMs Shortest and longest heartbeat allowed, ms.
 * @param pollMode Who polls; undefined leaves it to the SPT.
 * @returns The response, and what was agreed.
 */
export function agreeHeartbeat(
  asked: Extract<Message, { name: "PATH_SUPERVISION_REQ" }>,
  limitsMs: readonly [number, number],
  pollMode: PollModeName | undefined,
): RctAnswer {
  const [shortest, longest] = limitsMs;
  const askedMs = asked.intervalS * 1000;
  // Supervised is what the SPT is told: whole seconds.
  const intervalS = Math.max(1, Math.ceil(Math.min(Math.max(askedMs, shortest), longest) / 1000));
  // Only these two results are allowed here (A). One that polls too fast sees it by the interval it is given.
  const fits = asked.intervalS > intervalS ? "RESP_POLL_TOO_SLOW" : result;
  const mode = pollMode ?? (asked.mode === "pull" ? "pull" : "push");
  return {
    kind: "respond",
    message: { name: "PATH_SUPERVISION_RESP", result: fits, intervalS, mode },
    heartbeat: { intervalMs: intervalS * 1000, pollMode: mode },
  };
}
