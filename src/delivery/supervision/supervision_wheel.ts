/**
 * The supervision of all sites: one clock for many.
 *
 * @module
 */
import { DueHeap } from "./due_heap.ts";
import type { SiteSupervision } from "./site_supervision.ts";
import type { SupervisionEffect } from "./supervision_effect.ts";

/** What is to be said of one site. */
export interface SiteEffects {
  /** Name of the site. */
  readonly site: string;
  /** In order; never empty. */
  readonly effects: readonly SupervisionEffect[];
}

/**
 * Keeps the supervisions of many sites and finds those that are due in O(log n). A proof, which comes far more often than
 * anything is due, usually only moves a time back; that costs nothing here: the site is looked at when its old time comes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { SiteSupervision } from "./site_supervision.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 * import { SupervisionWheel } from "./supervision_wheel.ts";
 *
 * const rules = supervisionRules({ category: categorySettings(category("SP6")) });
 * const wheel = new SupervisionWheel();
 * wheel.set("mill", new SiteSupervision(rules, [{ name: "line" }], 0));
 * wheel.set("barn", new SiteSupervision(rules, [{ name: "line" }], 0));
 * wheel.proven("barn", "line", 10_000);
 * assertEquals(wheel.nextTick, 18_000);
 * assertEquals([...wheel.tick(18_000)].map(({ site, effects }) => [site, effects.map(({ kind }) => kind)]), [
 *   ["mill", ["path-failed", "ats-failed"]],
 * ]);
 * assertEquals(wheel.nextTick, 28_000);
 * ```
 */
export class SupervisionWheel {
  readonly #slots = new Map<string, number>();
  readonly #sites: ({ name: string; supervision: SiteSupervision } | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #heap = new DueHeap();

  /** How many sites there are. */
  get size(): number {
    return this.#slots.size;
  }

  /** When {@link tick} wants to be called at the latest, ms of the steady clock; undefined: nothing is due. */
  get nextTick(): number | undefined {
    const { first } = this.#heap;
    return first === undefined ? undefined : this.#heap.at(first);
  }

  /** The supervision of a site, to look at; undefined when there is none. To change it, see {@link change}. */
  get(site: string): Readonly<SiteSupervision> | undefined {
    return this.#sites[this.#slots.get(site) ?? -1]?.supervision;
  }

  /** Takes a site in, or puts another supervision in the place of its old one. */
  set(site: string, supervision: SiteSupervision): void {
    const slot = this.#slots.get(site) ?? this.#free.pop() ?? this.#sites.length;
    this.#slots.set(site, slot);
    this.#sites[slot] = { name: site, supervision };
    this.#heap.set(slot, supervision.nextTick ?? Infinity);
  }

  /** Forgets a site; to end its faults first, {@link SiteSupervision.configure} it to no paths. */
  delete(site: string): boolean {
    const slot = this.#slots.get(site);
    if (slot === undefined) return false;
    this.#slots.delete(site);
    this.#sites[slot] = undefined;
    this.#heap.set(slot, Infinity);
    this.#free.push(slot);
    return true;
  }

  /** See {@link SiteSupervision.proven}; nothing happens when there is no such site. */
  proven(site: string, path: string, now: number): readonly SupervisionEffect[] {
    const slot = this.#slots.get(site);
    const supervision = slot === undefined ? undefined : this.#sites[slot]?.supervision;
    if (slot === undefined || supervision === undefined) return [];
    const effects = supervision.proven(path, now);
    this.#sooner(slot, supervision);
    return effects;
  }

  /** Anything else that can be done to a site: `(site) => site.interfaceDown("line", now)`. */
  change(
    site: string,
    act: (supervision: SiteSupervision) => readonly SupervisionEffect[],
  ): readonly SupervisionEffect[] {
    const slot = this.#slots.get(site);
    const supervision = slot === undefined ? undefined : this.#sites[slot]?.supervision;
    if (slot === undefined || supervision === undefined) return [];
    const effects = act(supervision);
    this.#sooner(slot, supervision);
    return effects;
  }

  /**
   * Lets time pass. Whoever does not take all of them, so as to do something else between, takes the others with another call.
   * The events of a site are in order; those of different sites are not when the tick came late.
   */
  *tick(now: number): Generator<SiteEffects> {
    for (;;) {
      const slot = this.#heap.first;
      if (slot === undefined || !(this.#heap.at(slot) <= now)) return;
      const { name, supervision } = this.#sites[slot]!;
      const effects = supervision.tick(now);
      this.#heap.set(slot, supervision.nextTick ?? Infinity);
      if (effects.length > 0) yield { site: name, effects };
    }
  }

  #sooner(slot: number, supervision: SiteSupervision): void {
    const next = supervision.nextTick;
    if (next !== undefined && next < this.#heap.at(slot)) this.#heap.set(slot, next);
  }
}
