import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { category } from "../../../src/delivery/category/category.ts";
import { categorySettings } from "../../../src/delivery/category/category_settings.ts";
import type { CategoryName } from "../../../src/delivery/category/category_tables.ts";
import { customCategory } from "../../../src/delivery/category/custom_category.ts";
import { SiteSupervision } from "../../../src/delivery/supervision/site_supervision.ts";
import type { Sink, SupervisionEffect } from "../../../src/delivery/supervision/supervision_effect.ts";
import {
  type AllPathsMethod,
  type SupervisionRules,
  supervisionRules,
} from "../../../src/delivery/supervision/supervision_rules.ts";
import { paths } from "./world.ts";

const NAMES = ["line", "radio", "satellite"];

/** What happens next: time passes, or a path is proven, or somebody says something that proves nothing. */
type Step = { kind: "wait" | "late"; share: number } | { kind: "proven" | "up" | "down"; path: number };

// In hundredths of the primary's time, so that limits are met in every category.
const share = (max: number) => fc.integer({ min: 0, max: 100 * max }).map((hundredths) => hundredths / 100);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("wait" as const), share: share(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("late" as const), share: share(6) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("proven" as const), path: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("up" as const, "down" as const), path: fc.nat(2) }),
  },
);

const schedule = fc.record({
  name: fc.constantFrom<CategoryName | "custom">(
    "custom",
    "SP1",
    "SP4",
    "SP5",
    "SP6",
    "DP1",
    "DP2",
    "DP3",
    "DP4",
  ),
  count: fc.integer({ min: 1, max: 3 }),
  allPaths: fc.constantFrom<AllPathsMethod>("separate", "combined", "both"),
  delay: fc.constantFrom(0, 0.3, 2, Infinity),
  asPathFaults: fc.boolean(),
  steps: fc.array(step, { minLength: 5, maxLength: 60, size: "max" }),
});

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** A slow primary path with a quick alternative. */
const custom = customCategory({
  tablesOf: "DP2",
  transmission: "D1",
  maximum: "M1",
  reporting: "T3",
  alternativeFailed: "T6",
  alternativeMs: 18_000_000,
  availability: "A0",
  substitution: "S0",
  information: "I0",
});

function rulesOf({ name, allPaths, delay, asPathFaults }: Schedule): SupervisionRules {
  assert(custom.ok);
  const settings = categorySettings(name === "custom" ? custom.category : category(name));
  const aePathDelayMs = delay * settings.primary.reportMs;
  return supervisionRules({ category: settings, allPaths, aePathDelayMs, asPathFaults });
}

/** Runs a schedule and hands every effect to `note`; `punctual`: ticks in time even where the schedule is late. */
function run(
  plan: Schedule,
  of: SupervisionRules,
  { punctual = false, site, each = () => {} }: {
    punctual?: boolean;
    site?: SiteSupervision;
    /** After each step; may put another supervision in the place of this one. */
    each?: (site: SiteSupervision, now: number) => SiteSupervision | void;
  },
  note: (effects: readonly SupervisionEffect[], now: number, proven?: string) => void,
): void {
  const names = NAMES.slice(0, plan.count);
  let supervision = site ?? new SiteSupervision(of, paths(...names), 0);
  let now = 0;
  for (const one of plan.steps) {
    if ("share" in one) {
      const end = now + Math.round(one.share * of.category.primary.reportMs);
      if (one.kind === "wait" || punctual) {
        for (let at = supervision.nextTick; at !== undefined && at <= end; at = supervision.nextTick) {
          note(supervision.tick(at), at);
        }
      }
      now = end;
      // A late machine may hear something before it ticks.
      if (one.kind === "wait") note(supervision.tick(now), now);
    } else {
      const name = names[one.path % names.length]!;
      if (one.kind === "proven") note(supervision.proven(name, now), now, name);
      else {note(
          one.kind === "up" ? supervision.interfaceUp(name, now) : supervision.interfaceDown(name, now),
          now,
        );}
    }
    supervision = each(supervision, now) ?? supervision;
  }
  note(supervision.tick(now), now);
}

/** Holds what a site says against what was proven, independently of how the site works it out. */
class Referee {
  readonly #limits;
  readonly #proven: Map<string, number>;
  readonly #open = new Set<string>();
  readonly #dead = new Set<string>();
  #primaryFailed: number | undefined;
  #lost = false;
  #at = 0;

  constructor(readonly rules: SupervisionRules, names: string[]) {
    this.#limits = rules.category;
    this.#proven = new Map(names.map((name) => [name, 0]));
  }

  note(effects: readonly SupervisionEffect[], now: number, proven?: string): void {
    for (const effect of effects) {
      assert(effect.at >= this.#at && effect.at <= now, "in order, and not in the future");
      this.#at = effect.at;
      // Restores are of the proof that is being noted.
      if (effect.kind.endsWith("-restored") && proven !== undefined) this.#proven.set(proven, now);
      this.#check(effect, proven);
    }
    if (proven !== undefined) this.#proven.set(proven, now);
    const silence = now - Math.max(...this.#proven.values());
    assert(
      silence < this.#limits.ats.declareMs || this.#lost,
      `all paths silent for ${silence} ms, and nothing said`,
    );
  }

  #check(effect: SupervisionEffect, proven?: string): void {
    const { primary, alternative, alternativeFailed } = this.#limits;
    switch (effect.kind) {
      case "path-failed": {
        this.#pair(effect.to, effect.path, true);
        if (!effect.to.includes("atsp")) return;
        const silence = effect.at - this.#proven.get(effect.path)!;
        const isPrimary = effect.path === NAMES[0];
        if (isPrimary) {
          assertEquals(silence, primary.declareMs);
          this.#primaryFailed = effect.at;
        } else {
          const since = this.#primaryFailed === undefined ? -Infinity : effect.at - this.#primaryFailed;
          const fast = silence >= alternativeFailed.declareMs && since >= alternativeFailed.declareMs;
          assert(silence >= alternative.declareMs || fast, `${effect.path} was within its time`);
        }
        this.#dead.add(effect.path);
        return;
      }
      case "path-restored":
        assertEquals(effect.path, proven);
        this.#pair(effect.to, effect.path, false);
        this.#dead.delete(effect.path);
        if (effect.path === NAMES[0]) this.#primaryFailed = undefined;
        return;
      case "ats-failed":
        this.#pair(effect.to, "", true);
        assertEquals(this.#dead.size, this.#proven.size, "no path was within its time");
        assert(!this.#lost);
        this.#lost = true;
        return;
      case "ats-restored":
        assert(this.#lost && proven !== undefined);
        this.#pair(effect.to, "", false);
        this.#lost = false;
        return;
    }
  }

  /** For each sink, a fault is told before its restore, and neither is told twice. */
  #pair(to: readonly Sink[], path: string, fault: boolean): void {
    for (const sink of to) {
      const key = `${sink} ${path}`;
      assertEquals(this.#open.has(key), !fault, `${key} told twice`);
      if (fault) this.#open.add(key);
      else this.#open.delete(key);
    }
    if (path !== "" && !fault) {
      for (const sink of ["atsp", "ae", "as"]) {
        assert(!this.#open.has(`${sink} ${path}`), `${sink} was not told that ${path} is back`);
      }
    }
  }

  /** What the AE must know at the end of a moment: all lost, or which paths are, as far as it is agreed. */
  ae(now: number): void {
    const { aePaths, allPaths, aePathDelayMs } = this.rules;
    const knows = (path: string) => this.#open.has(`ae ${path}`);
    if (this.#lost) {
      assert(knows("") === (allPaths !== "separate"), "the loss of all");
      if (aePaths && allPaths !== "combined") {
        for (const path of this.#dead) assert(knows(path), `the loss of ${path}`);
      }
    } else {
      assert(!knows(""));
      for (const path of this.#dead) {
        if (!aePaths) assert(!knows(path));
        else if (aePathDelayMs === 0) assert(knows(path), `${path} at ${now}`);
      }
    }
  }
}

Deno.test("whatever happens: a site that is lost is told in time, one that is not never, and faults pair with restores", () => {
  let lost = 0, restored = 0;
  fc.assert(
    fc.property(schedule, (plan) => {
      const of = rulesOf(plan);
      const referee = new Referee(of, NAMES.slice(0, plan.count));
      run(plan, of, {}, (effects, now, proven) => {
        referee.note(effects, now, proven);
        referee.ae(now);
        for (const { kind } of effects) {
          if (kind === "ats-failed") lost++;
          if (kind === "ats-restored") restored++;
        }
      });
    }),
    { numRuns: 1000 },
  );
  assert(lost > 500 && restored > 500, `the schedules reach what they are for: ${lost} ${restored}`);
});

Deno.test("a clock that ticks late says the same as one that ticks in time", () => {
  fc.assert(
    fc.property(schedule, (plan) => {
      const of = rulesOf(plan);
      const inTime: SupervisionEffect[] = [], late: SupervisionEffect[] = [];
      run(plan, of, { punctual: true }, (effects) => inTime.push(...effects));
      run(plan, of, {}, (effects) => late.push(...effects));
      assertEquals(late, inTime);
    }),
    { numRuns: 500 },
  );
});

Deno.test("restarts between change nothing of what is said, and give no path more time", () => {
  let starts = 0;
  fc.assert(
    fc.property(schedule, fc.infiniteStream(fc.boolean()), (plan, restarts) => {
      const of = rulesOf(plan), names = NAMES.slice(0, plan.count);
      const through: SupervisionEffect[] = [], restarted: SupervisionEffect[] = [];
      run(plan, of, { punctual: true }, (effects) => through.push(...effects));
      const each = (site: SiteSupervision, now: number) => {
        if (restarts.next().value !== true) return;
        starts++;
        const kept = JSON.parse(JSON.stringify(site.snapshot(now)));
        return SiteSupervision.restore(of, paths(...names), kept, { elapsedMs: 0 }, now);
      };
      run(plan, of, { punctual: true, each }, (effects) => restarted.push(...effects));
      assertEquals(restarted, through);
    }),
    { numRuns: 500 },
  );
  assert(starts > 1000);
});
