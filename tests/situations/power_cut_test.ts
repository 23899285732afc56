import { crashRun } from "../crash/crash_run.ts";
import { seedOfRun } from "../sim/seeded_random.ts";
import "../support/own_ports.ts";

Deno.test("SIGKILL of SPT and RCT under 4,800 alarms: none lost, none doubled unmarked (store-and-forward)", async () => {
  await crashRun({
    acknowledge: "store-and-forward",
    panels: 8,
    alarmsPerPanel: 600,
    kills: 15,
    betweenMs: 700,
    pauseMs: 30,
    seed: seedOfRun(6001),
  });
});

Deno.test("SIGKILL of SPT and RCT under 600 alarms: none lost, none doubled unmarked (pass-through)", async () => {
  await crashRun({
    acknowledge: "pass-through",
    panels: 6,
    alarmsPerPanel: 100,
    kills: 12,
    betweenMs: 1000,
    pauseMs: 60,
    seed: seedOfRun(6101),
  });
});
