/**
 * A key that does not print itself.
 *
 * @module
 */

const HIDDEN = "[key]";

/**
 * Key material that never appears by accident: JSON, text and `console.log` all give `[key]`. Only {@link octets} gives
 * the key itself, so that a search for that word finds every place that handles it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SecretKey } from "./secret_key.ts";
 *
 * const key = new SecretKey(new Uint8Array(32).fill(7));
 * assertEquals(JSON.stringify({ key }), '{"key":"[key]"}');
 * assertEquals(`${key} ${Deno.inspect(key)}`, "[key] [key]");
 * assertEquals(key.octets()[31], 7);
 * ```
 */
export class SecretKey {
  readonly #octets: Uint8Array;

  /** Takes a copy of the octets. */
  constructor(octets: Uint8Array) {
    this.#octets = octets.slice();
  }

  /** A copy of the key's octets. */
  octets(): Uint8Array {
    return this.#octets.slice();
  }

  /** `[key]`. */
  toString(): string {
    return HIDDEN;
  }

  /** `[key]`. */
  toJSON(): string {
    return HIDDEN;
  }

  /** `[key]`, for Deno's inspect. */
  [Symbol.for("Deno.customInspect")](): string {
    return HIDDEN;
  }

  /** `[key]`, for Node's inspect. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return HIDDEN;
  }
}
