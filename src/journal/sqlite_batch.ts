/**
 * Operations gathered on the main thread for one transaction.
 *
 * @module
 */
import type { JournalError } from "./journal.ts";
import { FIRST_READ, type NoteOp, OP, type Op } from "./sqlite_wire.ts";

/** Who waits for an operation. */
export interface Waiter {
  /** True when the operation writes: it fails with its transaction. */
  readonly writes: boolean;
  /** Takes the result, as documented at the operation. */
  resolve(result: unknown): void;
  /** Takes the reason. */
  reject(error: JournalError): void;
}

/**
 * A batch under construction: operations, the promises that wait for them, and the bytes they name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Batch } from "./sqlite_batch.ts";
 * import { OP } from "./sqlite_wire.ts";
 *
 * const batch = new Batch();
 * const offset = batch.bytes(1n, Uint8Array.of(0x41), Uint8Array.of(0x42, 0x43));
 * const done = batch.add<undefined>([OP.complete, "A"]);
 * assertEquals([offset, batch.size, batch.pack().byteLength], [0, 1, 11]);
 * batch.waiters[0]?.resolve(undefined);
 * await done;
 * ```
 */
export class Batch {
  /** The operations, in the order of the calls. */
  readonly ops: Op[] = [];
  /** One per operation that is no note. */
  readonly waiters: Waiter[] = [];
  /** True when the batch must take every note kept so far along. */
  flushes = false;
  #pack = new Uint8Array();
  #used = 0;

  /** Operations in it. */
  get size(): number {
    return this.ops.length;
  }

  /** Adds an operation and waits for its result. */
  add<T>(op: Op): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.ops.push(op);
      this.waiters.push({
        writes: (op[0] as number) < FIRST_READ,
        resolve: resolve as (result: unknown) => void,
        reject,
      });
    });
  }

  /** Adds a note: nobody waits for it. */
  note(op: NoteOp): void {
    this.ops.push(op);
  }

  /** The notes in it. */
  notes(): NoteOp[] {
    return this.ops.filter((op) => op[0] === OP.note) as NoteOp[];
  }

  /**
   * Copies an alarm's bytes into the pack: the caller may use its buffers again at once.
   *
   * @param time 64-bit NTP time, written as 8 octets, big-endian; absent when only the bytes are needed.
   * @param data Event data.
   * @param raw Bytes as received.
   * @returns Offset of the first octet.
   */
  bytes(time: bigint | undefined, data: Uint8Array, raw: Uint8Array): number {
    const start = this.#used;
    const dataAt = start + (time === undefined ? 0 : 8);
    const end = dataAt + data.length + raw.length;
    if (end > this.#pack.length) {
      const larger = new Uint8Array(Math.max(end, this.#pack.length * 2, 1024));
      larger.set(this.#pack.subarray(0, start));
      this.#pack = larger;
    }
    if (time !== undefined) new DataView(this.#pack.buffer).setBigUint64(start, BigInt.asUintN(64, time));
    this.#pack.set(data, dataAt);
    this.#pack.set(raw, dataAt + data.length);
    this.#used = end;
    return start;
  }

  /** The bytes gathered, cut to length. */
  pack(): ArrayBuffer {
    return this.#pack.buffer.slice(0, this.#used);
  }

  /** Fails everyone who waits. */
  reject(error: JournalError): void {
    for (const waiter of this.waiters) waiter.reject(error);
  }
}
