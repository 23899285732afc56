/**
 * Crashes at random moments. `TOCSIN_CRASHES=1000 deno task test-crashes` kills at least so often, half in each mode; without
 * it there are ten. `TOCSIN_SEED` gives other moments.
 */
import { seedOfRun } from "../sim/seeded_random.ts";
import "../support/own_ports.ts";
import { crashRun } from "./crash_run.ts";

const crashes = Math.max(2, Number(Deno.env.get("TOCSIN_CRASHES") ?? 10));

for (const [acknowledge, seed] of [["store-and-forward", 7001], ["pass-through", 7101]] as const) {
  const kills = Math.ceil(crashes / 2);
  Deno.test(`${kills} crashes of SPT and RCT, of their starts too: none lost, none doubled unmarked, the record whole (${acknowledge})`, () =>
    crashRun({
      acknowledge,
      panels: 6,
      alarmsPerPanel: 20,
      kills,
      betweenMs: 500,
      pauseMs: 300,
      seed: seedOfRun(seed),
    }));
}
