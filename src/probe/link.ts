/**
 * What a probe has to know of the path it speaks on.
 *
 * @module
 */
import type { Ts50136Profile } from "../ip/profile.ts";
import { type KeySet, type PreparedKeys, prepareKeys } from "../ip/seal.ts";

/** Both ends of a path and their master set, as commissioning left them (ip-protocol.md §2.7). */
export interface ProbeLink {
  /** How messages look. */
  readonly profile: Ts50136Profile;
  /** Device ID of the SPT, 16 octets. */
  readonly sptDeviceId: Uint8Array;
  /** Device ID of the RCT, 16 octets. */
  readonly rctDeviceId: Uint8Array;
  /** Connection handle of the master set. */
  readonly masterHandle: number;
  /** Master key, made ready. Printing it shows no key. */
  readonly master: PreparedKeys;
  /** Patience with the other end. */
  readonly timing: ProbeTiming;
}

/** How long a probe waits. */
export interface ProbeTiming {
  /** Wait for an answer, ms; doubles with each repetition up to four times itself. */
  readonly responseMs: number;
  /** Transmissions of a request, the first included. */
  readonly transmissions: number;
  /** Time given to an answer that should not come, ms. Order, not this, decides a verdict. */
  readonly lingerMs: number;
}

/** The patience of `tocsin probe`. */
export const PROBE_TIMING: ProbeTiming = { responseMs: 1000, transmissions: 4, lingerMs: 60 };

/** What {@link probeLink} is given. */
export interface ProbeLinkOptions extends Omit<ProbeLink, "master" | "timing"> {
  /** Cipher, key and hash of the master set; the key is not kept. */
  readonly master: KeySet;
  /** Patience. @default PROBE_TIMING */
  readonly timing?: ProbeTiming;
}

/**
 * Makes a link.
 *
 * @param options Identities and key.
 * @returns The link, with the key in a form that does not print.
 * @throws {RangeError} When the key is too short for the cipher.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { probeLink } from "./link.ts";
 *
 * const link = probeLink({
 *   profile,
 *   sptDeviceId: new Uint8Array(16).fill(1),
 *   rctDeviceId: new Uint8Array(16).fill(2),
 *   masterHandle: 0x73603722,
 *   master: { encryption: "aes-256", key: new Uint8Array(32).fill(0xc5), hash: "sha-256" },
 * });
 * assert(!Deno.inspect(link.master).includes("197"));
 * ```
 */
export function probeLink(options: ProbeLinkOptions): ProbeLink {
  const { master, timing, ...rest } = options;
  return { ...rest, master: prepareKeys(master), timing: timing ?? PROBE_TIMING };
}
