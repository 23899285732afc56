/**
 * Cookies: a peer that gives one back can receive at the address it sends from.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { equal } from "../ip/constant_time.ts";

/** How long a key makes cookies, ms; its cookies are accepted for as long again. */
const ROTATE_MS = 300_000;

/**
 * Makes and checks the cookies of the HelloVerifyRequest (RFC 6347, 4.2.1): HMAC-SHA-256 over the peer's address, under a
 * random key that lives in this object only. Nothing is kept per peer. The key changes, so that cookies cannot be
 * collected and used later.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Cookies } from "./cookies.ts";
 *
 * const cookies = new Cookies(() => crypto.getRandomValues(new Uint8Array(32)), 0);
 * const cookie = cookies.make("192.0.2.7 40012", 0);
 * assert(cookies.accepts("192.0.2.7 40012", cookie, 1000));
 * assert(!cookies.accepts("192.0.2.8 40012", cookie, 1000));
 * assert(!cookies.accepts("192.0.2.7 40012", cookie, 600_000));
 * ```
 */
export class Cookies {
  readonly #newKey: () => Uint8Array;
  #current: Uint8Array;
  #previous: Uint8Array;
  #since: number;

  /**
   * @param newKey Gives 32 random octets.
   * @param now Steady time, ms.
   */
  constructor(newKey: () => Uint8Array, now: number) {
    this.#newKey = newKey;
    this.#current = newKey();
    this.#previous = newKey();
    this.#since = now;
  }

  /**
   * Makes the cookie of a peer.
   *
   * @param peer Address and port.
   * @param now Steady time, ms.
   * @returns 32 octets.
   */
  make(peer: string, now: number): Uint8Array {
    this.#rotate(now);
    return mac(this.#current, peer);
  }

  /**
   * Checks a cookie.
   *
   * @param peer Address and port it came from.
   * @param cookie What came.
   * @param now Steady time, ms.
   * @returns True when it was made for this peer not long ago.
   */
  accepts(peer: string, cookie: Uint8Array, now: number): boolean {
    this.#rotate(now);
    const current = equal(cookie, mac(this.#current, peer));
    return equal(cookie, mac(this.#previous, peer)) || current;
  }

  #rotate(now: number): void {
    const age = now - this.#since;
    if (age < ROTATE_MS) return;
    this.#previous = age < 2 * ROTATE_MS ? this.#current : this.#newKey();
    this.#current = this.#newKey();
    this.#since = now;
  }
}

function mac(key: Uint8Array, peer: string): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(peer).digest());
}
