import { category } from "../../../src/delivery/category/category.ts";
import { categorySettings } from "../../../src/delivery/category/category_settings.ts";
import type { CategoryName } from "../../../src/delivery/category/category_tables.ts";
import { SiteSupervision } from "../../../src/delivery/supervision/site_supervision.ts";
import type { SupervisionEffect } from "../../../src/delivery/supervision/supervision_effect.ts";
import {
  type SupervisionOptions,
  type SupervisionRules,
  supervisionRules,
} from "../../../src/delivery/supervision/supervision_rules.ts";

/** What is agreed for a site, without the category. */
export type Agreed = Omit<SupervisionOptions, "category">;

/** The rules of a category. */
export function rules(name: CategoryName, agreed: Agreed = {}): SupervisionRules {
  return supervisionRules({ category: categorySettings(category(name)), ...agreed });
}

/** Paths by name, the primary one first. */
export function paths(...names: string[]): { name: string }[] {
  return names.map((name) => ({ name }));
}

/** A site on a virtual clock that always ticks in time; notes everything that it says. */
export class World {
  readonly said: SupervisionEffect[] = [];
  now: number;

  constructor(public site: SiteSupervision, now = 0) {
    this.now = now;
  }

  /** A site of a category with its paths, from time 0. */
  static of(name: CategoryName, names: string[], agreed: Agreed = {}): World {
    return new World(new SiteSupervision(rules(name, agreed), paths(...names), 0));
  }

  /** Lets time pass up to and including `to`, ms. */
  until(to: number): void {
    for (let next = this.site.nextTick; next !== undefined && next <= to; next = this.site.nextTick) {
      this.now = Math.max(this.now, next);
      this.note(this.site.tick(this.now));
    }
    this.now = to;
  }

  /** A path is proven at a time. */
  proven(path: string, at: number): void {
    this.until(at);
    this.note(this.site.proven(path, at));
  }

  /** All these paths are polled as often as the site wants, up to a time. A first poll comes at once. */
  polled(names: string[], to: number): void {
    const due = new Map(names.map((name) => [name, this.now]));
    for (;;) {
      let [first, at] = ["", this.site.nextTick ?? Infinity];
      for (const [name, when] of due) if (when <= at) [first, at] = [name, when];
      if (at > to) break;
      if (first === "") this.until(at);
      else {
        this.proven(first, at);
        due.set(first, Infinity);
      }
      // A path that is now wanted sooner is asked sooner.
      for (const [name, when] of due) due.set(name, Math.min(when, at + this.site.pollMs(name)!));
    }
    this.until(to);
  }

  note(effects: readonly SupervisionEffect[]): void {
    this.said.push(...effects);
  }

  /** What was said since the last call, one line each: `81 path-failed ip/1 atsp,ae (since 81)`; times in s. */
  lines(): string[] {
    return this.said.splice(0).map(line);
  }

  /** The same, only what a sink was told, without who and since. */
  told(sink: "atsp" | "ae" | "as"): string[] {
    return this.said.splice(0).flatMap((effect) =>
      effect.kind !== "poll" && effect.to.includes(sink)
        ? [`${effect.at / 1000} ${effect.kind}${"path" in effect ? ` ${effect.path}` : ""}`]
        : []
    );
  }
}

function line(effect: SupervisionEffect): string {
  const start = `${effect.at / 1000} ${effect.kind}`;
  switch (effect.kind) {
    case "poll":
      return `${start} ${effect.path} ${effect.periodMs / 1000}`;
    case "interface-down":
    case "interface-up":
      return `${start} ${effect.path} ${effect.to}`;
    case "path-failed":
    case "path-restored": {
      const removed = effect.removed ? " removed" : "";
      return `${start} ${effect.path}/${effect.number} ${effect.to} (since ${effect.since / 1000})${removed}`;
    }
    default:
      return `${start} ${effect.to} (since ${effect.since / 1000})${effect.removed ? " removed" : ""}`;
  }
}
