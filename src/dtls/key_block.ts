/**
 * The AES key that a DTLS 1.2 handshake makes.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import type { CipherSuite } from "./cipher_suites.ts";

/** Octets of an AES-256 key. */
const KEY_LENGTH = 32;

/**
 * The pseudo-random function of TLS 1.2 (RFC 5246, 5).
 *
 * @param hash Hash of the suite.
 * @param secret The secret.
 * @param label ASCII text.
 * @param seed The seed.
 * @param length Octets wanted.
 * @returns The octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { prf } from "./key_block.ts";
 *
 * const secret = Uint8Array.fromHex("9bbe436ba940f017b17652849a71db35");
 * const seed = Uint8Array.fromHex("a0ba9f936cda311827a6f796ffd5198c");
 * assertEquals(prf("sha256", secret, "test label", seed, 8).toHex(), "e3f229ba727be17b");
 * ```
 */
export function prf(
  hash: CipherSuite["hash"],
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const hmac = (...parts: Uint8Array[]) => {
    const state = createHmac(hash, secret);
    for (const part of parts) state.update(part);
    return new Uint8Array(state.digest());
  };
  const name = new TextEncoder().encode(label);
  const out = new Uint8Array(length);
  let a = hmac(name, seed);
  for (let at = 0; at < length;) {
    const block = hmac(a, name, seed);
    out.set(block.subarray(0, length - at), at);
    at += block.length;
    block.fill(0);
    a = hmac(a);
  }
  return out;
}

/** What the key block is made from. */
export interface HandshakeSecrets {
  /** The master secret, 48 octets. */
  masterSecret: Uint8Array;
  /** Random of the ClientHello, 32 octets. */
  clientRandom: Uint8Array;
  /** Random of the ServerHello, 32 octets. */
  serverRandom: Uint8Array;
}

/**
 * The client write key: the part of the key block that the master key of the IP protocol is (PROFILE, reference:
 * ip-protocol 6.1 b, which says "the 256-bit AES key created by the DTLS handshake" but not which of the two).
 *
 * Key block (RFC 5246, 6.3): client MAC key · server MAC key · **client key** · server key · IVs.
 *
 * @param suite The suite that was agreed.
 * @param secrets What the handshake made.
 * @returns 32 octets. Secret: wrap it at once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LEGACY_DSS } from "./cipher_suites.ts";
 * import { clientWriteKey } from "./key_block.ts";
 *
 * const key = clientWriteKey(LEGACY_DSS, {
 *   masterSecret: new Uint8Array(48),
 *   clientRandom: new Uint8Array(32),
 *   serverRandom: new Uint8Array(32),
 * });
 * assertEquals(key.length, 32);
 * ```
 */
export function clientWriteKey(suite: CipherSuite, secrets: HandshakeSecrets): Uint8Array {
  const { masterSecret, clientRandom, serverRandom } = secrets;
  const seed = new Uint8Array(serverRandom.length + clientRandom.length);
  seed.set(serverRandom);
  seed.set(clientRandom, serverRandom.length);
  const start = 2 * suite.macKeyLength;
  const block = prf(suite.hash, masterSecret, "key expansion", seed, start + KEY_LENGTH);
  const key = block.slice(start);
  block.fill(0);
  return key;
}
