/**
 * The telegrams of one alarm on their way, one after another.
 *
 * @module
 */
import type { OutputEffect } from "../contract.ts";
import { type LineNotes, noNotes } from "../line_notes.ts";
import type { VdsSenderTelegram } from "./sender_item.ts";

/**
 * Makes the outcomes of an alarm's telegrams into one: it is delivered when all are, and refused with the first reason when one is;
 * the others go all the same, as they may be events that the centre does take.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { senderItem } from "./sender_item.ts";
 * import { SenderParts } from "./sender_parts.ts";
 *
 * const data = new TextEncoder().encode("#1|NBA3/FA4");
 * const read = senderItem({ id: "a", account: "1", protocol: "sia", data, events: [], repeated: false });
 * if (!read.ok) throw new Error(read.message);
 * const parts = new SenderParts();
 * parts.start("a", read.telegrams, read.said);
 * const delivered = { kind: "delivered" as const, id: "a" };
 * assertEquals(parts.take(delivered), undefined);
 * assertEquals(parts.next()?.item.payload.toHex().slice(0, 14), "05021004000110");
 * assertEquals(parts.take(delivered), delivered);
 * ```
 */
export class SenderParts {
  #id: string | undefined;
  #rest: readonly VdsSenderTelegram[] = [];
  #said: LineNotes = noNotes();
  #told = false;
  #due = false;
  #refusal: Extract<OutputEffect, { kind: "refused" }> | undefined;
  #taken = false;

  /** Begins an alarm. @returns Its first telegram. */
  start(id: string, telegrams: readonly VdsSenderTelegram[], said: LineNotes): VdsSenderTelegram | undefined {
    const [first, ...rest] = telegrams;
    this.#id = id;
    this.#rest = rest;
    this.#said = said;
    this.#told = false;
    this.#due = false;
    this.#refusal = undefined;
    this.#taken = false;
    return first;
  }

  /** Takes an effect. @returns What is told of it; undefined when another telegram has to go before that. */
  take(effect: OutputEffect): OutputEffect | undefined {
    if (!("id" in effect) || effect.id !== this.#id) return effect;
    if (effect.kind === "sent") return this.#withWords(effect);
    if (effect.kind === "refused") this.#refusal ??= effect;
    if (effect.kind === "delivered") this.#taken = true;
    if ((effect.kind === "refused" || effect.kind === "delivered") && this.#rest.length > 0) {
      this.#due = true;
      return undefined;
    }
    this.#id = undefined;
    this.#rest = [];
    const refusal = effect.kind === "delivered" || effect.kind === "refused" ? this.#refusal : undefined;
    if (refusal === undefined) return effect;
    return this.#taken ? { ...refusal, partly: true } : refusal;
  }

  /** Takes out the telegram that is to be sent now, if one is. */
  next(): VdsSenderTelegram | undefined {
    if (!this.#due) return undefined;
    this.#due = false;
    const [next, ...rest] = this.#rest;
    this.#rest = rest;
    return next;
  }

  #withWords(effect: Extract<OutputEffect, { kind: "sent" }>): OutputEffect {
    if (this.#told) return effect;
    this.#told = true;
    const { notes, lost, unknown } = this.#said;
    return {
      ...effect,
      ...(notes.length === 0 ? {} : { notes }),
      ...(lost.length === 0 ? {} : { lost }),
      ...(unknown === 0 ? {} : { unknown }),
    };
  }
}
