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

/** The last alarm, accepted. */
export interface SiaOpen {
  /** Its number. */
  ref: number;
  /** Its blocks. */
  group: SiaGroup;
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

  /** The alarm; undefined when none is open. */
  get alarm(): SiaOpen | undefined {
    return this.#open;
  }

  /**
   * Takes what was settled.
   *
   * @param settled The alarm or the text.
   * @param outcome What became of it.
   * @param now Milliseconds since the epoch.
   */
  settle(settled: SiaUnsettled, outcome: AlarmOutcome, now: number): void {
    const { ref, of } = settled;
    if (of === undefined) {
      // An alarm that was not accepted is the panel's again: it repeats the block, and that is a new alarm.
      this.#open = outcome === "accepted" ? { ref, group: settled.group, settledAt: now } : undefined;
    } else {
      const { text: _refused, ...group } = settled.group;
      this.#open = outcome === "accepted" ? undefined : { ref: of, group, settledAt: now };
    }
  }

  /** Nothing more comes for it. @returns That, if one is open. */
  complete(): PanelEffect[] {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? [] : [{ kind: "complete", ref: open.ref }];
  }

  /** The same at the end of the connection. @param unsettled An alarm or a text that is being stored. */
  completeAll(unsettled: SiaUnsettled | undefined): PanelEffect[] {
    if (unsettled === undefined) return this.complete();
    this.#open = undefined;
    return [{ kind: "complete", ref: unsettled.of ?? unsettled.ref }];
  }

  /** When a text is no longer waited for. @param lastByteAt When the panel was heard last, in ms since the epoch. */
  deadline(lastByteAt: number): number | undefined {
    if (this.#open === undefined) return undefined;
    const { settledAt } = this.#open;
    return Math.min(Math.max(settledAt, lastByteAt) + SIA_GROUP_GAP, settledAt + SIA_TEXT_WAIT);
  }
}
