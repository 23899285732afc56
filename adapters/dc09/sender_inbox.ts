/**
 * What comes from a DC-09 receiver, cut into frames.
 *
 * @module
 */
import type { Framed, Refusal } from "../contract.ts";
import type { Dc09Frame } from "./frame.ts";
import { Dc09Framer } from "./framer.ts";

/** Only the CR is missing: not waited for longer than this, ms. Ours. */
const CR_WAIT = 200;

/**
 * Cuts a receiver's octets into frames: a stream whatever its chunks, or datagrams, each of which ends what it holds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc09Inbox } from "./sender_inbox.ts";
 *
 * const inbox = new Dc09Inbox(false);
 * assertEquals(inbox.feed(new TextEncoder().encode('\n1BC10012"ACK"0001L0#1234[]'), 0), []);
 * assertEquals([inbox.due, inbox.overdue(199).length, inbox.overdue(200).length], [200, 0, 1]);
 * ```
 */
export class Dc09Inbox {
  readonly #datagram: boolean;
  #framer = new Dc09Framer();
  #crBy: number | undefined;

  /** Empty. @param datagram Whether each chunk is a datagram. */
  constructor(datagram: boolean) {
    this.#datagram = datagram;
  }

  /** When a frame without CR is taken as it is, ms since the epoch. */
  get due(): number | undefined {
    return this.#crBy;
  }

  /** Takes octets. @returns What became complete, or was refused. */
  feed(bytes: Uint8Array, now: number): (Framed<Dc09Frame> | Refusal)[] {
    const found = this.#framer.feed(bytes);
    if (this.#datagram) found.push(...this.#framer.flush());
    this.#crBy = this.#framer.whole ? now + CR_WAIT : undefined;
    return found;
  }

  /** Lets time pass. @returns The frame whose CR has not come. */
  overdue(now: number): (Framed<Dc09Frame> | Refusal)[] {
    if (this.#crBy === undefined || now < this.#crBy) return [];
    this.#crBy = undefined;
    return this.#framer.flush();
  }

  /** The clock was set back. @param ms By so much. */
  setBack(ms: number): void {
    if (this.#crBy !== undefined) this.#crBy -= ms;
  }

  /** The connection ended: half a frame is forgotten. */
  reset(): void {
    this.#framer = new Dc09Framer();
    this.#crBy = undefined;
  }
}
