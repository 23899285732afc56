/**
 * The alarm for which a text may still come.
 *
 * @module
 */
import type { AlarmOutcome, PanelEffect } from "../contract.ts";
import type { SiaGroup } from "./group.ts";
import { SIA_GROUP_GAP } from "./session_remote.ts";
import type { SiaUnsettled } from "./session_waiting.ts";

/** Longest wait for a text block on a line that is never idle, in ms (C). */
export const SIA_TEXT_WAIT = 12_000;

/** An alarm that was accepted. */
export interface SiaAccepted {
  /** Its number. */
  ref: number;
  /** Its blocks. */
  group: SiaGroup;
}

/** The last alarm, accepted. */
export interface SiaOpen extends SiaAccepted {
  /** When it was accepted, or its text was not, in ms since the epoch. */
  settledAt: number;
}

/**
 * Keeps the last alarm from its acceptance until it has its text, or nothing more comes for it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaOpenAlarm } from "./session_open.ts";
 *
 * const raw = new Uint8Array();
 * const group = { account: "", accountRaw: raw, code: "N", packet: raw, raw };
 * const open = new SiaOpenAlarm();
 * open.settle({ ref: 7, group, raw, wantsAnswer: true }, "accepted", 1000);
 * assertEquals(open.deadline(500), 5000);
 * assertEquals(open.complete(), [{ kind: "complete", ref: 7 }]);
 * assertEquals(open.complete(), []);
 * ```
 */
export class SiaOpenAlarm {
  #open: SiaOpen | undefined;
  #last: SiaAccepted | undefined;

  /** The alarm; undefined when none is open. */
  get alarm(): SiaOpen | undefined {
    return this.#open;
  }

  /** The last alarm, when it waits for nothing any more; undefined when none is known that a text could belong to. */
  get last(): SiaAccepted | undefined {
    return this.#last;
  }

  /**
   * Takes what was settled.
   *
   * @param settled The alarm or the text.
   * @param outcome What became of it.
   * @param now Milliseconds since the epoch.
   */
  settle(settled: SiaUnsettled, outcome: AlarmOutcome, now: number): void {
    const { ref, of, group: { text, ...group } } = settled;
    const accepted = outcome === "accepted";
    if (text !== undefined && accepted) {
      this.#open = undefined;
      this.#last = { ref: of ?? ref, group: settled.group };
    } else if (of !== undefined) this.#open = { ref: of, group, settledAt: now };
    else if (text === undefined) {
      // An alarm that was not accepted is the panel's again: it repeats the block, and that is a new alarm.
      this.#open = accepted ? { ref, group, settledAt: now } : undefined;
      this.#last = undefined;
    }
  }

  /** What comes next is about something else. */
  forget(): void {
    this.#last = undefined;
  }

  /** Nothing more comes for it. @returns That, if one is open. */
  complete(): PanelEffect[] {
    const open = this.#open;
    this.#open = undefined;
    this.#last = open ?? this.#last;
    return open === undefined ? [] : [{ kind: "complete", ref: open.ref }];
  }

  /** When a text is no longer waited for. @param lastByteAt When the panel was heard last, in ms since the epoch. */
  deadline(lastByteAt: number): number | undefined {
    if (this.#open === undefined) return undefined;
    const { settledAt } = this.#open;
    return Math.min(Math.max(settledAt, lastByteAt) + SIA_GROUP_GAP, settledAt + SIA_TEXT_WAIT);
  }
}
