/**
 * What the main thread and the journal's worker say to each other.
 *
 * Operations are flat arrays: they cross the thread border at a fraction of the cost of objects. All bytes of a batch
 * travel in one buffer, the pack, and are named by offset and length; the pack is transferred, not copied.
 *
 * @module
 */

/** First element of an operation: what it is. Those from {@link FIRST_READ} on only read. */
export const OP = {
  /** `[append, id, lane, origin, account, protocol, offset, dataLength, rawLength, events, open, offered, storedAt, ...(at, step, detail)]` */
  append: 0,
  /** `[amend, id, offset, dataLength, rawLength, events, at, step, detail]` */
  amend: 1,
  /** `[complete, id]` */
  complete: 2,
  /** `[offer, ...ids]` */
  offer: 3,
  /** `[note, id, delivered | null, told 0/1, at | null, step, detail]`; the only one without a result. */
  note: 4,
  /** `[completeAll]` */
  completeAll: 5,
  /** `[flush]`: writes nothing; settles with the batch it rides in. */
  flush: 6,
  /** `[prune, before | null, maxBytes | null, limit, after, now, beforeSeq, youngSeq]` */
  prune: 7,
  /** `[waiting, lane, afterSeq, limit]` */
  waiting: 8,
  /** `[untold, since, limit]` */
  untold: 9,
  /** `[recent, limit]` */
  recent: 10,
  /** `[life, id]` */
  life: 11,
  /** `[stats]` */
  stats: 12,
  /** `[times, count]` */
  times: 13,
} as const;

/** The first operation that only reads. */
export const FIRST_READ: number = OP.waiting;

/** One operation; see {@link OP} for the elements. */
export type Op = (string | number | null)[];

/** A note as an operation: kept by the main thread until a batch with it is durable. */
export type NoteOp = [
  op: typeof OP.note,
  id: string,
  delivered: number | null,
  told: number,
  at: number | null,
  step: string,
  detail: string,
];

/** Something that went wrong: kebab-case rule and what to do about it. */
export interface Fault {
  rule: string;
  message: string;
}

/** The last rows known to be durable: highest alarm seq and highest hop row. */
export type Mark = [seq: number, hop: number];

/** To the worker. */
export type Request =
  /**
   * Open the database. With `mark`, rows after it are removed: they belong to a commit whose callers were told that it
   * failed.
   */
  | { kind: "open"; path: string; maxPages?: number; mark?: Mark }
  /** Do this, in one transaction. */
  | { kind: "batch"; ops: Op[]; pack: ArrayBuffer }
  /** Checkpoint and close. */
  | { kind: "close" };

/** What came of one operation: its result, or a {@link Refused} of its own. */
export type Result = unknown;

/** One operation that could not be done while its batch could. */
export class Refused {
  /** Marks the object after it crossed the thread border, where classes are lost. */
  readonly refused: Fault;
  constructor(rule: string, message: string) {
    this.refused = { rule, message };
  }
}

/**
 * Whether a result is a refusal.
 *
 * @param result What the worker answered for one operation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isRefused, Refused } from "./sqlite_wire.ts";
 *
 * assertEquals(isRefused(structuredClone(new Refused("not-open", "Too late."))), true);
 * assertEquals(isRefused([1, true]), false);
 * ```
 */
export function isRefused(result: Result): result is Refused {
  return typeof result === "object" && result !== null && "refused" in result;
}

/** From the worker. */
export type Answer =
  | { kind: "opened"; fault?: Fault; mark: Mark }
  | {
    kind: "done";
    /** One per operation that is no note, in order. With `fault`, those of writing operations mean nothing. */
    results: Result[];
    /** The transaction was rolled back, for this reason. */
    fault?: Fault;
    /** Whether anything reached the disk: a batch that changes nothing proves nothing about the disk. */
    wrote: boolean;
    mark: Mark;
    /** Transactions committed since the worker started. */
    commits: number;
  }
  | { kind: "closed"; fault?: Fault };
