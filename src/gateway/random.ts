/**
 * Random octets in bulk: one call to the system for many messages.
 *
 * @module
 */
import type { Random } from "../session/path_identity.ts";

/**
 * Makes a source of random octets from the system's generator.
 *
 * @returns A function that gives fresh octets, each given out once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { systemRandom } from "./random.ts";
 *
 * assertEquals(systemRandom()(32).length, 32);
 * ```
 */
export function systemRandom(): Random {
  const pool = new Uint8Array(32 * 1024);
  let at = pool.length;
  return (octets) => {
    if (octets > pool.length) return crypto.getRandomValues(new Uint8Array(octets));
    if (at + octets > pool.length) {
      crypto.getRandomValues(pool);
      at = 0;
    }
    const out = pool.slice(at, at + octets);
    pool.fill(0, at, at + octets);
    at += octets;
    return out;
  };
}
