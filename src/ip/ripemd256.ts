/**
 * RIPEMD-256, the second hash of the IP protocol (hash ID 1).
 *
 * Written from the published description of the RIPEMD family (Dobbertin, Bosselaers, Preneel, 1996): two
 * lines of four rounds of sixteen steps over blocks of 64 octets, numbers with the least significant octet
 * first. After each round the lines exchange one of their four words; at the end each line is added to its
 * half of the state. Collision resistance is that of RIPEMD-128: no reason to choose it, but a peer may.
 *
 * @module
 */

const BLOCK_OCTETS = 64;
/** Octets at the end of the last block that hold the message's length in bits. */
const LENGTH_OCTETS = 8;

/** Which of the sixteen words of the block each of the 64 steps takes, left line. */
// deno-fmt-ignore
const LEFT_WORD = new Uint8Array([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
  3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12,
  1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
]);
/** The same, right line. */
// deno-fmt-ignore
const RIGHT_WORD = new Uint8Array([
  5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12,
  6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
  15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13,
  8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
]);
/** By how many bits each step rotates, left line. */
// deno-fmt-ignore
const LEFT_SHIFT = new Uint8Array([
  11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8,
  7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
  11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5,
  11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
]);
/** The same, right line. */
// deno-fmt-ignore
const RIGHT_SHIFT = new Uint8Array([
  8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6,
  9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
  9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5,
  15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
]);
/** What each round adds, left line. */
const LEFT_ADD = new Int32Array([0x00000000, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc]);
/** The same, right line. */
const RIGHT_ADD = new Int32Array([0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x00000000]);
const INITIAL = new Int32Array([
  0x67452301,
  0xefcdab89,
  0x98badcfe,
  0x10325476,
  0x76543210,
  0xfedcba98,
  0x89abcdef,
  0x01234567,
]);

/**
 * The RIPEMD-256 hash of octets.
 *
 * @param octets What to hash.
 * @returns 32 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ripemd256 } from "./ripemd256.ts";
 *
 * assertEquals(
 *   ripemd256(new TextEncoder().encode("abc")).toHex(),
 *   "afbd6e228b9d8cbbcef5ca2d03e6dba10ac0bc7dcbe4680e1e42d2e975459b65",
 * );
 * ```
 */
export function ripemd256(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((octets.length + 1 + LENGTH_OCTETS) / BLOCK_OCTETS);
  const padded = new Uint8Array(blocks * BLOCK_OCTETS);
  padded.set(octets);
  padded[octets.length] = 0x80;
  const view = new DataView(padded.buffer);
  const bits = octets.length * 8;
  view.setUint32(padded.length - 8, bits >>> 0, true);
  view.setUint32(padded.length - 4, Math.floor(bits / 2 ** 32), true);
  const state = INITIAL.slice();
  const words = new Int32Array(padded.buffer); // Deno runs on little-endian machines only
  for (let at = 0; at < words.length; at += 16) compress(state, words, at);
  return new Uint8Array(state.buffer);
}

type EightWords = [number, number, number, number, number, number, number, number];

/** The four functions of the rounds; the left line takes them forwards, the right line backwards. */
function mix(round: number, x: number, y: number, z: number): number {
  if (round === 0) return x ^ y ^ z;
  if (round === 1) return (x & y) | (~x & z);
  if (round === 2) return (x | ~y) ^ z;
  return (x & z) | (y & ~z);
}

/** Takes the block of sixteen words at `at` into the state. */
function compress(state: Int32Array, words: Int32Array, at: number): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as EightWords;
  for (let round = 0; round < 4; round++) {
    const addLeft = LEFT_ADD[round] as number;
    const addRight = RIGHT_ADD[round] as number;
    for (let step = 16 * round; step < 16 * round + 16; step++) {
      const left = (a + mix(round, b, c, d) + (words[at + (LEFT_WORD[step] as number)] as number) + addLeft) |
        0;
      const ls = LEFT_SHIFT[step] as number;
      a = d;
      d = c;
      c = b;
      b = (left << ls) | (left >>> (32 - ls));
      const right =
        (e + mix(3 - round, f, g, h) + (words[at + (RIGHT_WORD[step] as number)] as number) + addRight) | 0;
      const rs = RIGHT_SHIFT[step] as number;
      e = h;
      h = g;
      g = f;
      f = (right << rs) | (right >>> (32 - rs));
    }
    if (round === 0) [a, e] = [e, a];
    else if (round === 1) [b, f] = [f, b];
    else if (round === 2) [c, g] = [g, c];
    else [d, h] = [h, d];
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] = (state[i] as number) + (sums[i] as number);
}
