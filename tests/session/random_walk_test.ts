import { assertGreater } from "@std/assert";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";
import { Walk } from "./walk.ts";

/** From the last fault: the budget of a request (22 s) twice, and the longest wait before a setup. */
const RECOVERY_MS = 120_000;

/** Heartbeat of 20 s, three response timeouts, and a little for the clocks. */
const SUPERVISION_MS = 50_000;

function walks(profile: Ts50136Profile, first: number, count: number, steps: number): void {
  console.log(`seeds ${first}…${first + count - 1}`);
  const seen = { alarms: 0, repeated: 0, lost: 0, doubled: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const walk = new Walk(new SeededRandom(seed), profile);
    for (let i = 0; i < steps; i++) walk.step();
    walk.settleDown(RECOVERY_MS);
    walk.cut(SUPERVISION_MS);
    walk.settleDown(RECOVERY_MS);
    for (const { order, offered } of walk.journals.values()) {
      seen.alarms += order.length;
      seen.repeated += offered - order.length;
    }
    seen.lost += walk.network.lost;
    seen.doubled += walk.network.doubled;
  }
  // A walk on which nothing went wrong would prove nothing.
  for (const [what, times] of Object.entries(seen)) assertGreater(times, 50, `hardly anything ${what}`);
}

Deno.test("whatever happens to two sites and their RCT, every alarm arrives once, in order, and all recover", () => {
  walks(reconstructed2020, seedOfRun(7001), 40, 250);
});

Deno.test("the same under another header layout", () => {
  walks(otherLayout, seedOfRun(7101), 12, 250);
});
