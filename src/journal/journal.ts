/**
 * The journal: the durable queue of alarms and the record of every hop they took.
 *
 * An interface, so that another engine can stand in; `sqlite_journal.ts` is the one in use. Times are milliseconds
 * since 1970-01-01T00:00:00Z.
 *
 * @module
 */
import type { AlarmEvent } from "../event/alarm_event.ts";
import type { CarriedProtocol } from "../../adapters/contract.ts";
import type { Pruned, PruneOptions, StoredTime } from "./prune.ts";

/** The steps of an alarm's life; each is one hop row. */
export type HopStep =
  /** The complete message was read from the panel (SPT) or from the path (RCT). */
  | "received"
  /** Durable in this journal. */
  | "stored"
  /** Handed to the next stage: an EVENT_MSG sent (SPT), a line sent to the AE (RCT). */
  | "sent"
  /** The next stage took it: EVENT_RESP acknowledge (SPT), ACK of the AE (RCT). */
  | "delivered"
  /** The previous stage was told so: the panel (SPT), the SPT (RCT). */
  | "acknowledged"
  /** The next stage refused it, or did not answer; it stays queued. */
  | "refused"
  /** The previous stage was told that it failed. */
  | "failed"
  /** The same alarm came in again and was not stored a second time. */
  | "repeated"
  /** Text was added. */
  | "amended";

/** One row of an alarm's life. */
export interface Hop {
  /** When, in ms since the epoch; fractions allowed. */
  at: number;
  /** What happened. */
  step: HopStep;
  /** With whom or with what: "panel galaxy 127.0.0.1:40012", "S011[#027978|Nri2/BA227]". Never a key. */
  detail: string;
}

/** An alarm to be stored. */
export interface NewAlarm {
  /** The alarm's identity, the same on every side (see `src/event/event_id.ts`). */
  id: string;
  /** Name of the queue it waits in: the RCT link at an SPT, the output at an RCT. */
  lane: string;
  /** Where it came from: the input at an SPT, the site at an RCT. */
  origin: string;
  /** Account as spelled. */
  account: string;
  /** Protocol of `data`. */
  protocol: CarriedProtocol;
  /** Event data as the IP protocol carries it. */
  data: Uint8Array;
  /** Bytes from the panel (SPT) or of the event field (RCT). */
  raw: Uint8Array;
  /** Time event: 64-bit NTP time that goes with the alarm on every transmission. */
  time: bigint;
  /** The decoded events. */
  events: AlarmEvent[];
  /** True while text may still be added; such an alarm is not yet in the queue. */
  open: boolean;
  /** True when the next stage may get it before the next commit; see {@link Journal.offer}. */
  offered: boolean;
}

/** An alarm as it stands in the journal. */
export interface StoredAlarm extends NewAlarm {
  /** Order of acceptance: strictly increasing, never reused. */
  seq: number;
  /** When it was stored. */
  storedAt: number;
  /** When the next stage took it; undefined while it waits. */
  deliveredAt: number | undefined;
  /** Whether the previous stage was told (panel acknowledged, EVENT_RESP sent). */
  told: boolean;
}

/** What {@link Journal.append} found. */
export type Appended =
  /** New, and durable now. */
  | { known: false; seq: number }
  /** This id is stored already: nothing was written. */
  | { known: true; seq: number; delivered: boolean };

/** A change that need not be durable before anything else happens; it rides with the next commit. */
export interface Note {
  /** The alarm. */
  id: string;
  /** A row to add. */
  hop?: Hop;
  /** The next stage took it, at this time. */
  delivered?: number;
  /** The previous stage was told. */
  told?: true;
}

/** An alarm with its life so far. */
export interface AlarmLife {
  /** The alarm as it stands. */
  alarm: StoredAlarm;
  /** Its hops, oldest first. */
  hops: Hop[];
}

/** Counts for status pages. */
export interface JournalStats {
  /** Alarms waiting per lane (open ones included). */
  waiting: Record<string, number>;
  /** Alarms ever stored in this journal. */
  stored: number;
  /** Database size in bytes, write-ahead log included. */
  bytes: number;
}

/** Why a journal could not do what was asked. */
export class JournalError extends Error {
  /**
   * Kebab-case name. The disk: `disk-full`, `io`, `read-only`, `corrupt`, `locked` (another program has the journal).
   * The file, at the start: `newer-schema`, `not-a-journal`. The call: `not-open`, `unknown-id` (of an amendment),
   * `unwritable`, `overloaded` (too much waits for the disk), `closed`.
   */
  readonly rule: string;
  /** Makes the error. @param rule Its name. @param message What happened and what to do; never a key. */
  constructor(rule: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "JournalError";
    this.rule = rule;
  }
}

/**
 * A durable queue with the record of every hop.
 *
 * A promise that resolves means: on disk, whatever happens to the process. A promise that rejects (always with a
 * {@link JournalError}) means: not stored, do not acknowledge. Nothing here crashes the process.
 */
export interface Journal {
  /**
   * Stores an alarm with its first hops. Alarms are stored in the order of the calls. Of an alarm whose id is known
   * only a hop `repeated` is stored, with the time and detail of the first of `hops`. The buffers may be used again at
   * once.
   */
  append(alarm: NewAlarm, hops: Hop[]): Promise<Appended>;
  /**
   * Replaces an open alarm by one with text and closes it. Rejects with `not-open` or `unknown-id` if there is none to
   * be replaced; the same amendment once more resolves and changes nothing.
   */
  amend(id: string, change: Pick<NewAlarm, "data" | "raw" | "events">, hop: Hop): Promise<void>;
  /** Closes an open alarm: nothing more will be added to it. */
  complete(id: string): Promise<void>;
  /**
   * Notes, before the next stage gets them, that these alarms may be handed over now. After a crash an offered and
   * undelivered alarm may have reached the next stage; any other has certainly not.
   */
  offer(ids: readonly string[]): Promise<void>;
  /**
   * Adds what need not be waited for. Kept and retried if a commit fails; lost only with the process. Notes on an alarm
   * that was never stored do nothing.
   */
  note(note: Note): void;
  /** Waits until everything noted so far is durable; rejects when the commit with it fails (the notes are kept). */
  flush(): Promise<void>;
  /** The waiting alarms of a lane, in order of acceptance, after `afterSeq`; at most `limit`. Open ones are left out. */
  waiting(lane: string, afterSeq: number, limit: number): Promise<StoredAlarm[]>;
  /** Closes every alarm left open (by a crash) and returns how many there were. */
  completeAll(): Promise<number>;
  /** Alarms stored since `since` whose previous stage was never told, newest first, at most `limit`. */
  untold(since: number, limit: number): Promise<StoredAlarm[]>;
  /**
   * Removes a few of the oldest alarms with their hops, as `prune.ts` says which: never one that waits. Small enough that no
   * alarm waits for it; called again until there is no more. Each account's chain holds afterwards.
   */
  prune(options: PruneOptions): Promise<Pruned>;
  /** When alarms were stored, newest first: about `count` of them, evenly spread over the journal. */
  times(count: number): Promise<StoredTime[]>;
  /** The latest alarms, newest first, with their hops. */
  recent(limit: number): Promise<AlarmLife[]>;
  /** One alarm's life. */
  life(id: string): Promise<AlarmLife | undefined>;
  /** Counts. */
  stats(): Promise<JournalStats>;
  /** Commits what is noted and closes; everything is released even when it rejects because notes could not be written. */
  close(): Promise<void>;
}
