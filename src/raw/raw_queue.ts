/**
 * What one end of a raw connection still has to say.
 *
 * @module
 */
import type { Collected } from "./collector.ts";
import { RAW_OCTETS, type RawKind } from "./frame.ts";

/** One message to the other end. */
export interface RawOutgoing {
  kind: RawKind;
  octets: Uint8Array;
  more: boolean;
  /** Latest time at which it may be taken, ms; Infinity when it may always. */
  deadline: number;
}

const NOTHING = new Uint8Array();

/**
 * Messages in the order in which they are said. Octets that wait together leave together, as much as one message holds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RawQueue } from "./raw_queue.ts";
 *
 * const queue = new RawQueue();
 * queue.add([{ octets: Uint8Array.of(1), more: false }], 2000);
 * queue.add([{ octets: Uint8Array.of(2), more: false }], 2100);
 * assertEquals(queue.octets, 2);
 * assertEquals(queue.take(), { kind: "data", octets: Uint8Array.of(1, 2), more: false, deadline: 2000 });
 * assertEquals(queue.take().octets.length, 0);
 * ```
 */
export class RawQueue {
  readonly #waiting: RawOutgoing[] = [];
  #octets = 0;

  /** Octets of the line that wait. */
  get octets(): number {
    return this.#octets;
  }

  /** The message that comes next; octets that join it are not in it yet. */
  get first(): RawOutgoing | undefined {
    return this.#waiting[0];
  }

  /** Puts octets of the line at the end. */
  add(collected: readonly Collected[], deadline: number): void {
    for (const { octets, more } of collected) {
      this.#octets += octets.length;
      this.#waiting.push({ kind: "data", octets, more, deadline });
    }
  }

  /** Puts a message without octets of the line at the end; `opened` before everything. */
  say(kind: Exclude<RawKind, "data">, octets: Uint8Array = NOTHING): void {
    const message = { kind, octets, more: false, deadline: Infinity };
    if (kind === "opened") this.#waiting.unshift(message);
    else this.#waiting.push(message);
  }

  /** Takes the next message; without any, the word that this end is there. */
  take(): RawOutgoing {
    const first = this.#waiting.shift();
    if (first === undefined) return { kind: "data", octets: NOTHING, more: false, deadline: Infinity };
    if (first.kind !== "data") return first;
    const parts = [first];
    let length = first.octets.length;
    for (let next = this.#waiting[0]; next?.kind === "data"; next = this.#waiting[0]) {
      if (length + next.octets.length > RAW_OCTETS) break;
      length += next.octets.length;
      parts.push(next);
      this.#waiting.shift();
    }
    this.#octets -= length;
    if (parts.length === 1) return first;
    const octets = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      octets.set(part.octets, at);
      at += part.octets.length;
    }
    return { ...first, octets, more: parts.at(-1)!.more };
  }

  /** Drops everything. */
  clear(): void {
    this.#waiting.length = 0;
    this.#octets = 0;
  }
}
