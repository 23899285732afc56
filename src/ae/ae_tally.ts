/**
 * What played automation software got in all.
 *
 * @module
 */
import type { AeNews } from "./ae_connection.ts";

/** The counts. */
export interface AeCounts {
  /** Messages of every kind. */
  messages: number;
  /** Those of them that are alarms. */
  alarms: number;
  /** Alarms that were acknowledged. */
  acknowledged: number;
  /** Alarms that were refused, or not answered. */
  refused: number;
  /** Alarms that were repeats, and said so. */
  markedRepeats: number;
  /** Alarms that came before, and did not say that they are repeats. */
  unmarkedRepeats: number;
  /** Times that octets could not be read. */
  unreadable: number;
}

/**
 * Counts what happens to an AE.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeTally } from "./ae_tally.ts";
 *
 * const tally = new AeTally();
 * const record = {
 *   kind: "alarm" as const, account: "", events: [], text: "", raw: new Uint8Array(), at: 0,
 *   repeat: "none" as const, answer: "NAK", taken: false,
 * };
 * tally.add({ kind: "message", peer: "", record });
 * assertEquals(
 *   tally.line(),
 *   "messages 1, alarms 1, acknowledged 0, refused 1, marked repeats 0, unmarked repeats 0, unreadable 0",
 * );
 * ```
 */
export class AeTally {
  /** The counts so far. */
  readonly counts: AeCounts = {
    messages: 0,
    alarms: 0,
    acknowledged: 0,
    refused: 0,
    markedRepeats: 0,
    unmarkedRepeats: 0,
    unreadable: 0,
  };

  /** Counts. @param news What happened. */
  add(news: AeNews): void {
    const { counts } = this;
    if (news.kind === "unreadable") counts.unreadable++;
    if (news.kind !== "message") return;
    const { kind, taken, repeat } = news.record;
    counts.messages++;
    if (kind !== "alarm") return;
    counts.alarms++;
    counts[taken ? "acknowledged" : "refused"]++;
    if (repeat === "marked") counts.markedRepeats++;
    if (repeat === "unmarked") counts.unmarkedRepeats++;
  }

  /** The counts, in one line. */
  line(): string {
    return Object.entries(this.counts)
      .map(([name, count]) => `${name.replace("R", " r")} ${count}`)
      .join(", ");
  }
}
