/**
 * Tells a parity bit that was taken for data.
 *
 * @module
 */
import type { Sample } from "./sample.ts";

/** Of fewer octets nothing is said: they may all be even by chance. */
const ENOUGH = 12;

/**
 * Says whether every octet has the same parity, with some eighth bits set: 7 data bits and parity, read as 8 data bits.
 *
 * @param sample What was heard.
 * @returns `E` even, `O` odd, `M` always set; undefined when it is none of these, or too little was heard.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { eighthBitParity } from "./eighth_bit.ts";
 * import { Sample } from "./sample.ts";
 *
 * const sample = new Sample();
 * sample.add("1", Uint8Array.fromHex("b1b233b43536b839b1b233b4"));
 * assertEquals(eighthBitParity(sample), "E");
 * ```
 */
export function eighthBitParity(sample: Sample): "E" | "O" | "M" | undefined {
  const high = sample.share((octet) => octet >= 0x80);
  if (sample.octets < ENOUGH || high === 0) return undefined;
  if (high === 1) return "M";
  const odd = sample.share((octet) => {
    let ones = 0;
    for (let bits = octet; bits > 0; bits >>= 1) ones += bits & 1;
    return ones % 2 === 1;
  });
  return odd === 0 ? "E" : odd === 1 ? "O" : undefined;
}
