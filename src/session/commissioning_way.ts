/**
 * The two ways of commissioning, and the steps of each.
 *
 * @module
 */
import type { Ts50136Profile } from "../ip/profile.ts";

/** What the two ends share before they agree on a master set (ip-protocol.md §6.1). */
export type CommissioningWay =
  /** A secret that the receiving centre made for this device and the technician typed in; good for one time. */
  | { kind: "secret"; secret: Uint8Array }
  /** A DTLS connection, and the 256-bit key of its handshake: every message travels inside it. */
  | { kind: "dtls"; masterKey: Uint8Array };

/** Steps by shared secret: the first three in clear, then two under the secret, the last under the master key. */
const SECRET_STEPS = [
  "VERSION_REQ",
  "CONN_HANDLE_REQ",
  "DEVICE_ID_REQ",
  "ENCRYPT_SELECT_REQ",
  "ENCRYPT_KEY_REQ",
  "HASH_SELECT_REQ",
] as const;

/** Steps inside DTLS: all in clear form, and no key to ask for. */
const DTLS_STEPS = [
  "VERSION_REQ",
  "CONN_HANDLE_REQ",
  "DEVICE_ID_REQ",
  "ENCRYPT_SELECT_REQ",
  "HASH_SELECT_REQ",
  "DTLS_COMPLETE_REQ",
] as const;

/** A step of commissioning, named for its request. */
export type CommissioningStep = typeof SECRET_STEPS[number] | typeof DTLS_STEPS[number];

/**
 * The steps of a way, in their order (PROFILE; the set of messages is A).
 *
 * @param kind Which way.
 * @returns The requests. The RCT stores the master set before it answers the last one, the SPT when it has that answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { commissioningSteps } from "./commissioning_way.ts";
 *
 * assertEquals(commissioningSteps("secret").at(-1), "HASH_SELECT_REQ");
 * assertEquals(commissioningSteps("dtls").at(-1), "DTLS_COMPLETE_REQ");
 * ```
 */
export function commissioningSteps(kind: CommissioningWay["kind"]): readonly CommissioningStep[] {
  return kind === "secret" ? SECRET_STEPS : DTLS_STEPS;
}

/** Octets of an AES-256 key. */
const AES_256_OCTETS = 32;

/**
 * Says what is wrong with the octets of a secret or key. They themselves are never in the text.
 *
 * @param profile The profile.
 * @param way What is to be used.
 * @returns Plain words; undefined when it can be used.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { unfitWay } from "./commissioning_way.ts";
 *
 * assertEquals(unfitWay(profile, { kind: "secret", secret: new Uint8Array(32) }), undefined);
 * assertEquals(
 *   unfitWay(profile, { kind: "secret", secret: new Uint8Array(31) }),
 *   "a shared secret has 32 octets, this one 31",
 * );
 * ```
 */
export function unfitWay({ values }: Ts50136Profile, way: CommissioningWay): string | undefined {
  const [name, octets, size] = way.kind === "secret"
    ? ["a shared secret", way.secret, values.sharedSecretOctets] as const
    : ["the master key out of DTLS", way.masterKey, AES_256_OCTETS] as const;
  return octets.length === size ? undefined : `${name} has ${size} octets, this one ${octets.length}`;
}
