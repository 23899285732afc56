/**
 * Tells a panel's repetition from a new alarm.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { Dc09Message } from "./message.ts";

/** Alarms that are remembered. */
const MEMORY = 64;
/** A panel that was answered and did not hear it repeats within this time, ms. Retries are 5 to 60 s apart (C); ours. */
export const DC09_REPEAT_WINDOW = 180_000;

/** What a message is. */
export type Dc09Novelty =
  | { kind: "new" }
  /** Like an alarm that was acknowledged, but not surely the same: to be kept, and marked. */
  | { kind: "suspect" }
  /** The repetition of alarm `ref`. */
  | { kind: "repeat"; ref: number; settled: boolean };

interface Known {
  ref: number;
  sequence: string;
  /** Everything but the timestamp. */
  said: string;
  timestamp: string | undefined;
  settled: boolean;
  heardAt: number;
}

/**
 * The memory of one panel's latest alarms. Bounded; holds digests only.
 *
 * The same message (sequence, data, timestamp) before its acknowledgement is a repeat. After it too, if the panel counts
 * its messages or stamps them; panels that always send the same number without a time repeat themselves in new alarms,
 * which must not be lost: these are `suspect`. So is the same number and data with a later timestamp.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseDc09 } from "./message.ts";
 * import { Dc09Repeats } from "./repeats.ts";
 *
 * const read = parseDc09(new TextEncoder().encode('"SIA-DCS"0007L0#1234[#1234|Nri1/BA5]'));
 * if (!read.ok) throw new Error();
 * const repeats = new Dc09Repeats();
 * assertEquals(repeats.look(read.message, 0), { kind: "new" });
 * repeats.add(read.message, 1, 0);
 * repeats.settled(1, true);
 * assertEquals(repeats.look(read.message, 5000), { kind: "repeat", ref: 1, settled: true });
 * ```
 */
export class Dc09Repeats {
  #known: Known[] = [];
  /** The panel was seen to send different alarms with one number. */
  #fixedSequence = false;

  /**
   * Looks whether an alarm was there before.
   *
   * @param message The message.
   * @param now Milliseconds since the epoch.
   * @returns What it is.
   */
  look(message: Dc09Message, now: number): Dc09Novelty {
    const said = dc09Digest(message);
    const { sequence, timestamp } = message;
    const counts = !this.#fixedSequence && !/^0*$/.test(sequence);
    for (let at = this.#known.length - 1; at >= 0; at--) {
      const known = this.#known[at];
      if (known === undefined || known.sequence !== sequence || known.said !== said) continue;
      const same = known.timestamp === timestamp;
      if (!known.settled && (same || counts)) {
        known.heardAt = now;
        return { kind: "repeat", ref: known.ref, settled: false };
      }
      if (!known.settled || now - known.heardAt > DC09_REPEAT_WINDOW) continue;
      if (same && (counts || timestamp !== undefined)) {
        known.heardAt = now;
        return { kind: "repeat", ref: known.ref, settled: true };
      }
      if (same || counts) return { kind: "suspect" };
    }
    return { kind: "new" };
  }

  /**
   * Remembers an alarm that is handed over.
   *
   * @param message The message.
   * @param ref Its number.
   * @param now Milliseconds since the epoch.
   */
  add(message: Dc09Message, ref: number, now: number): void {
    const said = dc09Digest(message);
    const { sequence, timestamp } = message;
    const last = this.#known.at(-1);
    if (last !== undefined && last.sequence === sequence && last.said !== said) this.#fixedSequence = true;
    this.#known.push({ ref, sequence, said, timestamp, settled: false, heardAt: now });
    if (this.#known.length > MEMORY) this.#known.shift();
  }

  /**
   * Learns what became of an alarm. One that failed is forgotten: the panel sends it again, and it is new then.
   *
   * @param ref Its number.
   * @param accepted True when it was acknowledged.
   */
  settled(ref: number, accepted: boolean): void {
    const known = this.#known.find((it) => it.ref === ref);
    if (known === undefined) return;
    if (accepted) known.settled = true;
    else this.#known = this.#known.filter((it) => it !== known);
  }
}

/**
 * What a message says, without its number and its time, as a digest.
 *
 * @param message The message.
 * @returns 64 hex digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseDc09 } from "./message.ts";
 * import { dc09Digest } from "./repeats.ts";
 *
 * const digests = ["0001", "0002"].map((number) => {
 *   const read = parseDc09(new TextEncoder().encode(`"SIA-DCS"${number}L0#1234[#1234|NBA5]`));
 *   return read.ok ? dc09Digest(read.message) : number;
 * });
 * assertEquals(digests[0], digests[1]);
 * ```
 */
export function dc09Digest(message: Dc09Message): string {
  const { id, encrypted, receiver, line, account, data, extended } = message;
  const all = JSON.stringify([
    id,
    encrypted,
    receiver,
    line,
    account,
    data,
    extended.map((it) => [it.id, it.text]),
  ]);
  return sha256(new TextEncoder().encode(all)).toHex();
}
