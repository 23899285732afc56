/**
 * A framer for a stream whose first octets tell how it is to be cut.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "./contract.ts";
import { LONGEST_SIGN, type Quirk } from "./quirk.ts";
import type { QuirkChooser } from "./quirk_choice.ts";

/** A framer that says when it does not know where messages begin. */
export interface DoubtingFramer<F> extends Framer<F> {
  /** True from octets that were given up until a message or a line end, or `flush`. */
  readonly inDoubt: boolean;
}

/**
 * Cuts a stream as the quirk says that its first octets show.
 *
 * No octet is held back for it: they go to the framer of the quirk found so far, and if they turn out to be another quirk's
 * sign, to that one's framer from the first on. So a message that is shorter than a sign comes out with its last octet,
 * and with it, or with the first refusal, the choice is made.
 *
 * Until a first message has been read, each fresh start (a line end, silence, blanks) begins a new choice: noise from a
 * line that was just plugged in does not decide. A first message behind noise chooses by its own octets. From the first
 * message on everything stays, and costs what the framer alone costs. The result does not depend on the chunk borders.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ContactIdTextFramer } from "./contact_id/text_framer.ts";
 * import { contactIdQuirks } from "./contact_id/quirks.ts";
 * import { QuirkChooser } from "./quirk_choice.ts";
 * import { QuirkFramer } from "./quirk_framer.ts";
 *
 * const chooser = new QuirkChooser(contactIdQuirks);
 * const framer = new QuirkFramer(chooser, () => new ContactIdTextFramer());
 * framer.feed(new TextEncoder().encode("\r\n[CID2 181401010012843]"));
 * assertEquals(chooser.quirk?.name, "climax");
 * ```
 */
export class QuirkFramer<F> implements DoubtingFramer<F> {
  readonly #chooser: QuirkChooser;
  readonly #make: (quirk: Quirk | undefined) => DoubtingFramer<F>;
  #framer: DoubtingFramer<F>;
  /** Offset in the stream at which the framer began. */
  #framerAt = 0;
  /** Offset in the stream of the next octet, counted until the choice is made for good. */
  #position = 0;
  /** The octets since the last fresh start, as many as a sign may have, and where they begin. */
  #first: number[] = [];
  #firstAt = 0;
  /** True while more octets could show another quirk. */
  #open = true;
  /** True until the first message. */
  #choosing: boolean;

  /**
   * Starts at the beginning of a stream.
   *
   * @param chooser Finds the quirk.
   * @param make The framer for a quirk.
   */
  constructor(chooser: QuirkChooser, make: (quirk: Quirk | undefined) => DoubtingFramer<F>) {
    this.#chooser = chooser;
    this.#make = make;
    this.#choosing = chooser.automatic;
    this.#framer = make(chooser.found);
  }

  /** Octets of an unfinished message, or skipped and not reported yet. */
  get buffered(): number {
    return this.#framer.buffered;
  }

  /** True while the framer does not know where messages begin. */
  get inDoubt(): boolean {
    return this.#framer.inDoubt;
  }

  /**
   * Takes the next octets.
   *
   * @param bytes Any part of the stream.
   * @returns Messages and refusals in stream order.
   */
  feed(bytes: Uint8Array): (Framed<F> | Refusal)[] {
    const out: (Framed<F> | Refusal)[] = [];
    let at = 0;
    for (; this.#choosing && at < bytes.length; at++) {
      for (const item of this.#octet(bytes[at] ?? 0)) out.push(item);
    }
    if (at === bytes.length) return out;
    return [...out, ...this.#placed(this.#framer.feed(bytes.subarray(at)))];
  }

  /**
   * Says that nothing came for a while or the stream ended.
   *
   * @returns What the framer makes of it.
   */
  flush(): (Framed<F> | Refusal)[] {
    const items = this.#placed(this.#framer.flush());
    if (this.#choosing) this.#conclude(items);
    return items;
  }

  #octet(octet: number): (Framed<F> | Refusal)[] {
    if (this.#first.length < LONGEST_SIGN) this.#first.push(octet);
    let fresh = Uint8Array.of(octet);
    if (this.#open) {
      const before = this.#chooser.found;
      const first = Uint8Array.from(this.#first);
      this.#open = this.#chooser.look(first);
      if (this.#chooser.found !== before) {
        this.#framer = this.#make(this.#chooser.found);
        this.#framerAt = this.#firstAt;
        fresh = first;
      }
    }
    this.#position++;
    const items = this.#placed(this.#framer.feed(fresh));
    this.#conclude(items);
    return items;
  }

  #conclude(items: readonly (Framed<F> | Refusal)[]): void {
    const message = items.find(({ kind }) => kind === "frame");
    if (message !== undefined) {
      this.#choosing = false;
      if (message.offset > this.#firstAt) this.#chooser.look(message.raw.subarray(0, LONGEST_SIGN));
    } else if (this.#framer.buffered === 0 && !this.#framer.inDoubt) {
      this.#first = [];
      this.#firstAt = this.#position;
      this.#open = true;
    } else if (items.length > 0) this.#open = false;
  }

  #placed(items: (Framed<F> | Refusal)[]): (Framed<F> | Refusal)[] {
    const began = this.#framerAt;
    return began === 0 ? items : items.map((item) => ({ ...item, offset: item.offset + began }));
  }
}
