/**
 * Finds out which octets of a line belong together.
 *
 * @module
 */
import type { Framer } from "../../adapters/contract.ts";
import { RAW_OCTETS } from "./frame.ts";

/** Octets that leave together. */
export interface Collected {
  /** At most {@link RAW_OCTETS}. */
  octets: Uint8Array;
  /** Whether the same frame goes on in the next one. */
  more: boolean;
}

/** What a {@link Collector} needs to know. */
export interface CollectorOptions {
  /** Silence after which what came belongs together, ms. */
  gapMs: number;
  /** Says where frames end; undefined: only silence does. */
  framer?: Pick<Framer<unknown>, "feed" | "flush" | "buffered"> | undefined;
}

/** Silence after which a frame that was begun is given up by its framer, so that noise does not keep it waiting for ever. */
const FRESH_MS = 1000;

/**
 * Collects octets until a frame is complete, the line is silent, or a message is full. What is read is not looked at: it leaves as
 * it came, also where the framer can make nothing of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Collector } from "./collector.ts";
 *
 * const collector = new Collector({ gapMs: 20 });
 * assertEquals(collector.feed(Uint8Array.of(1), 0), []);
 * assertEquals(collector.feed(Uint8Array.of(2), 15), []);
 * assertEquals(collector.nextTick, 35);
 * assertEquals(collector.tick(35), [{ octets: Uint8Array.of(1, 2), more: false }]);
 * ```
 */
export class Collector {
  readonly #options: CollectorOptions;
  #held: Uint8Array[] = [];
  #heldOctets = 0;
  #lastAt = -Infinity;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Octets that wait for those that belong to them. */
  get held(): number {
    return this.#heldOctets;
  }

  /** When {@link tick} wants to be called next; undefined when nothing waits. */
  get nextTick(): number | undefined {
    return this.#heldOctets === 0 ? undefined : this.#lastAt + this.#options.gapMs;
  }

  /**
   * Takes octets of the line.
   *
   * @param bytes The octets; they are kept.
   * @param now The time, ms.
   * @returns What is complete.
   */
  feed(bytes: Uint8Array, now: number): Collected[] {
    if (bytes.length === 0) return [];
    const { framer } = this.#options;
    const out = this.tick(now);
    if (now - this.#lastAt > FRESH_MS) framer?.flush();
    this.#lastAt = now;
    this.#held.push(bytes);
    this.#heldOctets += bytes.length;
    framer?.feed(bytes);
    const complete = framer === undefined ? 0 : this.#heldOctets - framer.buffered;
    if (complete > 0) out.push(...this.#cut(complete, false));
    const full = Math.floor((this.#heldOctets - 1) / RAW_OCTETS) * RAW_OCTETS;
    // One octet stays at least: whether more belongs to it is not known yet.
    if (full > 0) out.push(...this.#cut(full, true));
    return out;
  }

  /** Lets time pass. */
  tick(now: number): Collected[] {
    const due = this.nextTick;
    return due === undefined || now < due ? [] : this.flush();
  }

  /** Nothing more comes: what waits, as it is. */
  flush(): Collected[] {
    return this.#cut(this.#heldOctets, false);
  }

  /** Takes away the first octets, in parts that fit a message. */
  #cut(count: number, goesOn: boolean): Collected[] {
    if (count === 0) return [];
    const all = join(this.#held, this.#heldOctets);
    const rest = all.subarray(count);
    this.#held = rest.length === 0 ? [] : [rest];
    this.#heldOctets = rest.length;
    const out: Collected[] = [];
    for (let at = 0; at < count; at += RAW_OCTETS) {
      const end = Math.min(at + RAW_OCTETS, count);
      out.push({ octets: all.subarray(at, end), more: end < count || goesOn });
    }
    return out;
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
