/**
 * Tries the forms of SIA acknowledgements until the panel takes one.
 *
 * @module
 */
import type { PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { type SiaAckStyle, SiaFramer, SiaSession } from "../../adapters/sia/mod.ts";

/** In the order in which they are tried: panel-formats.md §1.6 (A), §1.2 (A for the values). */
const STYLES: readonly SiaAckStyle[] = ["40", "00", "40-08", "00-08"];
/** The same block so many times behind an acknowledgement: it was not understood. One may have crossed it. */
const PATIENCE = 2;

/**
 * A SIA session that changes the form of its acknowledgements when the panel repeats a block that was acknowledged.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaAckSearch } from "./ack_styles.ts";
 *
 * const search = new SiaAckSearch();
 * const block = Uint8Array.fromHex("46233132333435369d");
 * const answers = [0, 1, 2].map((at) => search.feed(block, at)).flat();
 * assertEquals(answers.map((effect) => effect.kind === "send" && effect.bytes.toHex()), ["403887", "403887", "0038c7"]);
 * search.feed(Uint8Array.fromHex("40308f"), 3);
 * assertEquals(search.understood, "00");
 * ```
 */
export class SiaAckSearch implements PanelSession {
  /** The form that the panel took, once it has gone on behind it. */
  understood: SiaAckStyle | undefined;
  readonly #framer = new SiaFramer();
  #at: number;
  #session: SiaSession;
  #last = "";
  #same = 0;

  /** @param first Number of the form to begin with: {@link next} of the connection before. */
  constructor(first = 0) {
    this.#at = first % STYLES.length;
    this.#session = new SiaSession({ ackStyle: STYLES[this.#at]! });
  }

  /** Number of the form for the panel's next connection: another one when it went away without going on behind this. */
  get next(): number {
    return this.#last === "" || this.understood !== undefined ? this.#at : (this.#at + 1) % STYLES.length;
  }

  /** Takes bytes from the panel. */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    const effects: PanelEffect[] = [];
    for (const item of this.#framer.feed(bytes)) {
      if (item.kind === "frame") this.#judge(item.raw.toHex());
      effects.push(...this.#session.feed(item.raw, now));
    }
    return effects;
  }

  /** Lets time pass. */
  tick(now: number): PanelEffect[] {
    return this.#session.tick(now);
  }

  /** When {@link tick} wants to be called. */
  get nextTick(): number | undefined {
    return this.#session.nextTick;
  }

  /** Answers an alarm. */
  settle(ref: number, outcome: "accepted" | "failed", now: number): PanelEffect[] {
    return this.#session.settle(ref, outcome, now);
  }

  /** The connection ended. */
  end(now: number): PanelEffect[] {
    return this.#session.end(now);
  }

  #judge(raw: string): void {
    if (raw !== this.#last) {
      if (this.#last !== "") this.understood = STYLES[this.#at];
      this.#last = raw;
      this.#same = 0;
      return;
    }
    if (++this.#same < PATIENCE || this.#at === STYLES.length - 1) return;
    this.#at++;
    this.#same = 0;
    // Another session: this one would take the block for one that it has acknowledged already.
    this.#session = new SiaSession({ ackStyle: STYLES[this.#at]! });
  }
}
