/**
 * What a receiving centre asks of a transmitter, and the answers.
 *
 * @module
 */
import { readDateTime, type VdsDateTime } from "./date_time.ts";
import type { VdsRecord } from "./record.ts";
import { readFields, type VdsPlace, writeFields } from "./record_fields.ts";
import { ST } from "./record_type.ts";

/** What the centre asks for that this side cannot do by itself. */
export type VdsRequest =
  /** The centre commands something (record 02 or 04). Answer 02 with `answerCommand`. */
  | { kind: "command"; ref: number; record: VdsRecord }
  /** The centre tells its time (record 50): local, without a zone. */
  | { kind: "clock"; at: VdsDateTime };

/** Answers that may wait to be sent. */
const MAX_ANSWERS = 16;
/** Commands that may wait for their answer. */
const MAX_COMMANDS = 16;
/** Error code: cannot be done. */
const CANNOT = 0x02;
/** Record types that a query for record 55 is answered with. */
const SUPPORTED = [0x01, 0x02, 0x03, 0x10, 0x11, 0x40, 0x41, 0x50, 0x54, 0x55, 0x56, 0x61, 0xff];

/**
 * Takes the centre's commands, queries and time, and keeps the answers until they can be sent.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TransmitterDesk } from "./transmitter_desk.ts";
 *
 * const desk = new TransmitterDesk();
 * const request = desk.take({ type: 0x02, data: Uint8Array.fromHex("1101000200") });
 * assertEquals(request?.kind, "command");
 * desk.answerCommand(1, "done");
 * assertEquals(desk.next()?.type, 0x03);
 * ```
 */
export class TransmitterDesk {
  readonly #answers: VdsRecord[] = [];
  readonly #commands = new Map<number, VdsRecord>();
  #nextRef = 1;

  /** True when no command waits for its answer. */
  get idle(): boolean {
    return this.#commands.size === 0;
  }

  /** Takes a record of the centre; undefined when nobody else is asked for anything. */
  take(record: VdsRecord): VdsRequest | undefined {
    const fields = readFields(record);
    if (fields.kind === "query") this.#answerQuery(fields.at, fields.asked);
    else if (fields.kind === "date-time") {
      const at = readDateTime(record.data);
      return at === undefined ? undefined : { kind: "clock", at };
    } else if (record.type === ST.MESSAGE || record.type === ST.MESSAGE_NO_ACK) {
      return this.#takeCommand(record);
    }
    return undefined;
  }

  /** Answers a command: 03, or 11 with an error code. A `ref` that does not wait is ignored. */
  answerCommand(ref: number, outcome: "done" | number): void {
    const record = this.#commands.get(ref);
    if (record === undefined) return;
    this.#commands.delete(ref);
    if (outcome === "done") this.#answer({ type: ST.ECHO, data: record.data });
    else this.#answer(writeFields({ kind: "error", at: placeOf(record), code: outcome }));
  }

  /** Takes out the answer that is to be sent next; undefined when there is none. */
  next(): VdsRecord | undefined {
    return this.#answers.shift();
  }

  /** Forgets everything: the connection ended. */
  clear(): void {
    this.#answers.length = 0;
    this.#commands.clear();
  }

  #takeCommand(record: VdsRecord): VdsRequest | undefined {
    if (this.#commands.size >= MAX_COMMANDS) {
      this.#answer(writeFields({ kind: "error", at: placeOf(record), code: CANNOT }));
      return undefined;
    }
    const ref = this.#nextRef++;
    if (record.type === ST.MESSAGE) this.#commands.set(ref, record);
    return { kind: "command", ref, record };
  }

  #answerQuery({ device, area }: VdsPlace, asked: number): void {
    const at = { device, area };
    this.#answer(
      asked === ST.SUPPORTED
        ? writeFields({ kind: "supported", at, types: SUPPORTED })
        : writeFields({ kind: "error", at, code: CANNOT }),
    );
  }

  #answer(record: VdsRecord): void {
    if (this.#answers.length < MAX_ANSWERS) this.#answers.push(record);
  }
}

function placeOf({ data: [place = 0] }: VdsRecord): VdsPlace {
  return { device: place >> 4, area: place & 0xf };
}
