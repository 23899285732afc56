/**
 * Recognises the first message of a handshake.
 *
 * @module
 */

/** Offsets: record header 13 · handshake header 12 · client version 2 · random 32 (RFC 6347, 4.1 and 4.2.2). */
const RANDOM = 13 + 12 + 2;

/**
 * Finds the random of a ClientHello. It tells a repeated ClientHello from a new one, as when an SPT restarts and uses the
 * same port. Whether the rest is well formed is for libssl to say.
 *
 * @param datagram A datagram.
 * @returns The 32 octets (a view), or undefined when the datagram does not start with an unencrypted ClientHello.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clientHelloRandom } from "./client_hello.ts";
 *
 * const random = "7".repeat(64);
 * const hello = Uint8Array.fromHex(
 *   "16feff0000000000000000002e" + "010000220000000000000022" + "fefd" + random,
 * );
 * assertEquals(clientHelloRandom(hello)?.toHex(), random);
 * assertEquals(clientHelloRandom(hello.subarray(0, 40)), undefined);
 * ```
 */
export function clientHelloRandom(datagram: Uint8Array): Uint8Array | undefined {
  if (datagram.length < RANDOM + 32) return undefined;
  const handshake = datagram[0] === 22 && datagram[1] === 0xfe;
  const firstEpoch = datagram[3] === 0 && datagram[4] === 0;
  // A later fragment holds no random where it is looked for.
  const whole = datagram[19] === 0 && datagram[20] === 0 && datagram[21] === 0;
  return handshake && firstEpoch && whole && datagram[13] === 1
    ? datagram.subarray(RANDOM, RANDOM + 32)
    : undefined;
}
