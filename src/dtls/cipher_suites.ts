/**
 * The cipher suites of DTLS 1.2 that give a 256-bit AES key.
 *
 * The master key of the IP protocol is the 256-bit AES key of the handshake (reference: ip-protocol, 6.1 b), so no other
 * suite can be used, however strong.
 *
 * @module
 */

/** A suite, as far as its key block depends on it. Every one of them has a key of 32 octets. */
export interface CipherSuite {
  /** Its number in the handshake (IANA). */
  readonly id: number;
  /** Its name in OpenSSL. */
  readonly name: string;
  /** Hash of the pseudo-random function: SHA-256, where the suite does not ask for another (RFC 5246, 5). */
  readonly hash: "sha256" | "sha384";
  /** Octets of a MAC key; 0 for GCM. */
  readonly macKeyLength: 0 | 20 | 48;
}

/** The suites offered and accepted without {@link LEGACY_DSS}: forward secret, and none needs more than SECLEVEL 2 allows. */
export const MODERN_SUITES: readonly CipherSuite[] = [
  { id: 0xc02c, name: "ECDHE-ECDSA-AES256-GCM-SHA384", hash: "sha384", macKeyLength: 0 },
  { id: 0xc030, name: "ECDHE-RSA-AES256-GCM-SHA384", hash: "sha384", macKeyLength: 0 },
  { id: 0xc024, name: "ECDHE-ECDSA-AES256-SHA384", hash: "sha384", macKeyLength: 48 },
  { id: 0xc028, name: "ECDHE-RSA-AES256-SHA384", hash: "sha384", macKeyLength: 48 },
];

/** The suite that the 2013 text names, TLS_DHE_DSS_WITH_AES_256_CBC_SHA. Obsolete: DSA keys, SHA-1. */
export const LEGACY_DSS: CipherSuite = {
  id: 0x0038,
  name: "DHE-DSS-AES256-SHA",
  hash: "sha256",
  macKeyLength: 20,
};

/**
 * The list of suites as OpenSSL reads it, with its security level.
 *
 * @param legacyDss True: {@link LEGACY_DSS} and nothing else, at level 0, because OpenSSL 3 refuses it at any other.
 * @returns Names and level.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cipherList } from "./cipher_suites.ts";
 *
 * assertEquals(cipherList(true), "DHE-DSS-AES256-SHA@SECLEVEL=0");
 * ```
 */
export function cipherList(legacyDss: boolean): string {
  const names = (legacyDss ? [LEGACY_DSS] : MODERN_SUITES).map(({ name }) => name);
  return `${names.join(":")}@SECLEVEL=${legacyDss ? 0 : 2}`;
}

/**
 * Finds a suite by its number.
 *
 * @param id The number in the handshake.
 * @returns The suite, or undefined when it is none of these.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { findSuite } from "./cipher_suites.ts";
 *
 * assertEquals(findSuite(0xc028)?.name, "ECDHE-RSA-AES256-SHA384");
 * assertEquals(findSuite(0xc02f), undefined); // ECDHE-RSA-AES128-GCM-SHA256: a key of 128 bits
 * ```
 */
export function findSuite(id: number): CipherSuite | undefined {
  return [...MODERN_SUITES, LEGACY_DSS].find((suite) => suite.id === id);
}
