/**
 * What a line has received and told, until a gateway has taken it.
 *
 * @module
 */
import type { LineDown, LineOpen, LineState } from "./line_state.ts";

/** Received octets. */
export interface DataRecord {
  /** Tells it from the others. */
  kind: "data";
  /** Number of the record, counted from 1 in the life of the process. */
  seq: number;
  /** When the first of the octets was read, ms since the epoch. */
  at: number;
  /** The octets, at most {@link RECORD_OCTETS}. */
  bytes: Uint8Array;
}

/** Something that the line told. */
export interface StateRecord {
  /** Tells it from the others. */
  kind: "state";
  /** Number of the record, counted from 1 in the life of the process. */
  seq: number;
  /** What it told. */
  state: LineState;
}

/** One entry of the queue. */
export type LineRecord = DataRecord | StateRecord;

/** Bounds of a {@link LineQueue}. */
export interface LineQueueOptions {
  /** Received octets that are kept. @default {65536} */
  octets?: number;
  /** Records that are kept. @default {4096} */
  records?: number;
}

/** Octets that are under way to a gateway, untaken, at most. */
export const WINDOW_OCTETS = 16 * 1024;
/** Records that are under way to a gateway, untaken, at most. */
export const WINDOW_RECORDS = 256;
/** Octets of one record, at most. */
export const RECORD_OCTETS = 4096;
/** Octets that come this close together share a record while nobody takes them, ms. */
const TOGETHER_MS = 100;

/**
 * The queue of one line. Pure: the owner reads the device and writes to the gateway.
 *
 * A record stays until the gateway says that it has handed it on. A gateway that ends in between gets it again when it is
 * back: twice rather than not at all. When the queue is full the oldest goes, is counted, and the next gateway is told.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LineQueue } from "./line_queue.ts";
 *
 * const queue = new LineQueue(0);
 * queue.data(Uint8Array.of(1, 2), 10);
 * queue.rewind();
 * assertEquals(queue.next()?.seq, 1);
 * assertEquals(queue.next(), undefined);
 * queue.taken(1);
 * assertEquals(queue.octets, 0);
 * ```
 */
export class LineQueue {
  readonly #limits: Required<LineQueueOptions>;
  readonly #records: LineRecord[] = [];
  /** Records at the head that are under way to a gateway. */
  #sent = 0;
  #sentOctets = 0;
  #seq = 0;
  #octets = 0;
  #lost = 0;
  /** Whether the line was open, after the last record that was taken or dropped. */
  #before: LineOpen | LineDown;
  /** Free places at the end of the last record's buffer. */
  #room: Uint8Array = new Uint8Array(0);

  /**
   * Makes an empty queue, of a line that is down.
   *
   * @param now ms since the epoch.
   * @param options Its bounds.
   */
  constructor(now: number, options: LineQueueOptions = {}) {
    this.#limits = { octets: 64 * 1024, records: 4096, ...options };
    const message = "the device was not opened yet";
    this.#before = { kind: "down", at: now, rule: "not-opened-yet", message, unsent: 0 };
  }

  /** Octets kept. */
  get octets(): number {
    return this.#octets;
  }

  /** Records kept. */
  get length(): number {
    return this.#records.length;
  }

  /** Octets dropped since a gateway took something. */
  get lost(): number {
    return this.#lost;
  }

  /** Whether another full read would make the oldest octets go. */
  get full(): boolean {
    return this.#octets > this.#limits.octets - RECORD_OCTETS;
  }

  /** Whether the line was open before the oldest record that is kept. */
  get before(): LineOpen | LineDown {
    return this.#before;
  }

  /**
   * Adds received octets.
   *
   * @param bytes At most {@link RECORD_OCTETS}.
   * @param at When they were read, ms since the epoch.
   */
  data(bytes: Uint8Array, at: number): void {
    if (bytes.length === 0) return;
    this.#octets += bytes.length;
    if (!this.#join(bytes, at)) this.#push({ kind: "data", seq: ++this.#seq, at, bytes });
    this.#shrink();
  }

  /**
   * Adds what the line told.
   *
   * @param state What it told.
   */
  state(state: LineState): void {
    this.#push({ kind: "state", seq: ++this.#seq, state });
    this.#shrink();
  }

  /** Begins at the oldest record: for a gateway that has just come. */
  rewind(): void {
    this.#sent = 0;
    this.#sentOctets = 0;
  }

  /**
   * The next record to send.
   *
   * @returns It, or undefined when there is none, or as many are under way as may be.
   */
  next(): LineRecord | undefined {
    if (this.#sent >= WINDOW_RECORDS || this.#sentOctets >= WINDOW_OCTETS) return undefined;
    const record = this.#records[this.#sent];
    if (record === undefined) return undefined;
    this.#sent++;
    this.#sentOctets += octetsOf(record);
    return record;
  }

  /**
   * The gateway has taken a record and all before it.
   *
   * @param seq Number of the record; unknown and earlier ones do no harm.
   */
  taken(seq: number): void {
    while (this.#sent > 0 && this.#records[0]!.seq <= seq) {
      this.#remove();
      this.#lost = 0;
    }
  }

  #push(record: LineRecord): void {
    this.#records.push(record);
    this.#room = new Uint8Array(0);
  }

  /** Single octets arrive one by one: while nobody takes them, one record holds those that came together. */
  #join(bytes: Uint8Array, at: number): boolean {
    const last = this.#records.at(-1);
    if (last?.kind !== "data" || this.#records.length === this.#sent) return false;
    const length = last.bytes.length + bytes.length;
    if (at - last.at >= TOGETHER_MS || at < last.at || length > RECORD_OCTETS) return false;
    if (this.#room.length < bytes.length) {
      const wider = new Uint8Array(Math.min(2 * length, RECORD_OCTETS));
      wider.set(last.bytes);
      last.bytes = wider.subarray(0, last.bytes.length);
      this.#room = wider.subarray(last.bytes.length);
    }
    this.#room.set(bytes);
    last.bytes = new Uint8Array(last.bytes.buffer, 0, length);
    this.#room = this.#room.subarray(bytes.length);
    return true;
  }

  #shrink(): void {
    while (this.#octets > this.#limits.octets || this.#records.length > this.#limits.records) {
      this.#lost += octetsOf(this.#records[0]!);
      this.#remove();
    }
  }

  #remove(): void {
    const record = this.#records.shift()!;
    const octets = octetsOf(record);
    this.#octets -= octets;
    if (this.#sent > 0) {
      this.#sent--;
      this.#sentOctets -= octets;
    }
    if (record.kind === "state" && record.state.kind !== "trouble") this.#before = record.state;
  }
}

function octetsOf(record: LineRecord): number {
  return record.kind === "data" ? record.bytes.length : 0;
}
