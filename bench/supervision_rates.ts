/**
 * What it costs to supervise 100,000 sites: CPU for a virtual minute of polls, for a minute in which nobody is heard, and memory.
 *
 * `deno run --v8-flags=--expose-gc bench/supervision_rates.ts` measures by itself; without the flag the memory is an upper bound.
 */
import { category } from "../src/delivery/category/category.ts";
import { categorySettings } from "../src/delivery/category/category_settings.ts";
import type { CategoryName } from "../src/delivery/category/category_tables.ts";
import { SiteSupervision } from "../src/delivery/supervision/site_supervision.ts";
import { supervisionRules } from "../src/delivery/supervision/supervision_rules.ts";
import { SupervisionWheel } from "../src/delivery/supervision/supervision_wheel.ts";
import { type Figures, rounded } from "./figures.ts";

/** How often a receiver looks at what is due, ms. */
const TICK_MS = 250;
const MINUTE_MS = 60_000;

const PATHS = [{ name: "line" }, { name: "radio" }];

/** Sites with evenly spread polls. */
class Sites {
  readonly wheel = new SupervisionWheel();
  readonly #names: string[] = [];
  readonly #pollMs: number;
  #polled = 0;
  now = 0;

  constructor(count: number, name: CategoryName) {
    const rules = supervisionRules({ category: categorySettings(category(name)) });
    this.#pollMs = rules.category.primary.pollMs;
    const paths = name.startsWith("DP") ? PATHS : PATHS.slice(0, 1);
    for (let at = 0; at < count; at++) {
      const site = `site-${at}`;
      this.#names.push(site);
      this.wheel.set(site, new SiteSupervision(rules, paths, 0));
    }
  }

  /** Lets time pass, with polls or without; returns how many polls came and how many effects there were. */
  pass(ms: number, polls: boolean): { proofs: number; effects: number } {
    let proofs = 0, effects = 0;
    for (const end = this.now + ms; this.now < end;) {
      this.now += TICK_MS;
      for (const site of this.wheel.tick(this.now)) effects += site.effects.length;
      if (!polls) continue;
      const count = Math.round(this.#names.length * this.now / this.#pollMs) - this.#polled;
      for (let i = 0; i < count; i++) {
        effects +=
          this.wheel.proven(this.#names[this.#polled++ % this.#names.length]!, "line", this.now).length;
      }
      proofs += count;
    }
    return { proofs, effects };
  }
}

/** Memory in use, MB. */
function heapMb(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Deno.memoryUsage().heapUsed / 1e6;
}

/**
 * Measures.
 *
 * @param count How many sites.
 * @param minutes Virtual minutes of polls for each category.
 * @returns `supervision_<category>_…`: `memory_mb` for all sites, `proofs_per_s` that one core could take in, `cpu_ms_per_minute`
 * for a virtual minute of polls, `outage_ms` for everything that is said when no site is heard any more.
 */
export function supervisionRates(count = 100_000, minutes = 5): Figures {
  const categories = ["SP5", "SP6", "DP4"] as const;
  return Object.assign({}, ...categories.map((name) => measure(name, count, minutes)));
}

function measure(name: CategoryName, count: number, minutes: number): Figures {
  const key = (what: string) => `supervision_${name.toLowerCase()}_${what}`;
  const before = heapMb();
  const sites = new Sites(count, name);
  // The sites' first proofs, and the compiler's chance to see the code.
  sites.pass(2 * MINUTE_MS, true);
  const memory = heapMb() - before;
  let start = performance.now();
  const { proofs, effects } = sites.pass(minutes * MINUTE_MS, true);
  const took = performance.now() - start;
  if (effects !== 0) throw new Error(`${effects} events, though every site was polled in time`);
  start = performance.now();
  const said = sites.pass(4 * MINUTE_MS, false).effects;
  const outage = performance.now() - start;
  if (said < 2 * count) throw new Error(`${said} events, though no site was heard`);
  return {
    [key("memory_mb")]: rounded(memory),
    [key("proofs_per_s")]: rounded(proofs / took * 1000),
    [key("cpu_ms_per_minute")]: rounded(took / minutes),
    [key("outage_ms")]: rounded(outage),
  };
}

if (import.meta.main) {
  for (const [key, value] of Object.entries(supervisionRates())) console.log(key.padEnd(40), value);
}
