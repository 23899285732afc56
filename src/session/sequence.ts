/**
 * The TX numbers of a peer: which of them may come as a request (ip-protocol.md §2.3, §4.4).
 *
 * @module
 */
import { nextSequence } from "./path_identity.ts";

/** Numbers that stay open behind the expected one, for a request that responses have overtaken. */
const OVERTAKEN = 1024;

/** Steps from one 16-bit number on to another; more than half the circle is behind. */
function ahead(from: number, to: number): number {
  return (to - from) & 0xffff;
}

/**
 * Keeps the place in the peer's TX numbers.
 *
 * Requests and responses draw on one counter (A), and every datagram can be lost or overtaken. So a request fits
 *
 * - at the expected number;
 * - beyond it, by as many numbers as went to responses that we may never see, and to requests that the peer may have
 *   given up;
 * - behind it, if no later request was taken: responses were quicker, or the first transmission was lost.
 *
 * No number is taken twice: what was taken once, and all that is older, never fits again.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { PeerSequence } from "./sequence.ts";
 *
 * const peer = new PeerSequence(50);
 * assert(peer.fits(50) && !peer.fits(49) && !peer.fits(51));
 * peer.asked(); // Its response will have number 50, or, if it asks us something first, 51.
 * assert(peer.fits(51) && !peer.fits(52));
 * peer.response(51);
 * assertEquals(peer.expected, 52);
 * peer.request(50); // Sent before the response, and overtaken by it.
 * assertEquals([peer.expected, peer.fits(50), peer.fits(51), peer.fits(52)], [52, false, true, true]);
 * ```
 */
export class PeerSequence {
  readonly #mayGiveUp: number;
  #expected: number | undefined;
  /** The lowest number that a request may still have. */
  #lowest: number | undefined;
  /** Our requests since the last answer: each may have cost the peer a number that we never see. */
  #owed = 0;

  /**
   * Starts.
   *
   * @param expected The peer's next number; undefined takes the first that comes.
   * @param mayGiveUp So many requests in a row may be given up by the peer before one gets through.
   */
  constructor(expected: number | undefined, mayGiveUp = 0) {
    this.#expected = this.#lowest = expected;
    this.#mayGiveUp = mayGiveUp;
  }

  /** The number after the highest one that came; undefined while nothing came. */
  get expected(): number | undefined {
    return this.#expected;
  }

  /** Whether a request with this number is to be taken. */
  fits(tx: number): boolean {
    const expected = this.#expected;
    if (expected === undefined) return true;
    const lowest = this.#lowest ?? expected;
    return ahead(lowest, tx) <= ahead(lowest, expected) + this.#owed + this.#mayGiveUp;
  }

  /** We ask the peer something; its answer draws a number. */
  asked(): void {
    // More than a thousand unanswered requests are no traffic: the session ends long before.
    this.#owed = Math.min(this.#owed + 1, OVERTAKEN);
  }

  /**
   * A request that fits was taken.
   *
   * @param tx Its number.
   * @returns How far the numbers went on; 0 for one that was overtaken.
   */
  request(tx: number): number {
    const went = this.#goOn(tx);
    if (went > 0) this.#owed = Math.max(0, this.#owed - (went - 1));
    this.#lowest = nextSequence(tx);
    return went;
  }

  /**
   * The response to our last request came: nothing before it is owed any more.
   *
   * @param tx Its number.
   * @returns How far the numbers went on; 0 for one that was overtaken.
   */
  response(tx: number): number {
    this.#owed = 0;
    return this.#goOn(tx);
  }

  #goOn(tx: number): number {
    const skipped = ahead(this.#expected ?? tx, tx);
    if (skipped >= 0x8000) return 0;
    const expected = this.#expected = nextSequence(tx);
    this.#lowest ??= expected;
    if (ahead(this.#lowest, expected) > OVERTAKEN) this.#lowest = (expected - OVERTAKEN) & 0xffff;
    return skipped + 1;
  }
}
