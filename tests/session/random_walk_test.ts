import { assert, assertEquals, assertGreater } from "@std/assert";
import { edition } from "../../src/ip/editions.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";
import { Walk } from "./walk.ts";

/** From the last fault: the budget of a request (22 s) twice, and the longest wait before a setup. */
const RECOVERY_MS = 120_000;

/** Longest heartbeat of 20 s, three response timeouts, and a little for the clocks. */
const SUPERVISION_MS = 50_000;

function walks(profile: Ts50136Profile, first: number, count: number, steps: number): void {
  console.log(`seeds ${first}…${first + count - 1}`);
  const seen = { alarms: 0, repeated: 0, lost: 0, doubled: 0, answered: 0, unanswered: 0, rekeyed: 0 };
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
    for (const [how, times] of Object.entries(walk.ended)) {
      seen[how.includes("RESP_ACKNOWLEDGE") ? "answered" : "unanswered"] += times;
    }
    seen.rekeyed += walk.rekeyed;
    seen.lost += walk.network.lost;
    seen.doubled += walk.network.doubled;
  }
  // A walk on which nothing went wrong would prove nothing.
  for (const [what, times] of Object.entries(seen)) assertGreater(times, count, `hardly anything ${what}`);
}

Deno.test("whatever happens to two sites and their RCT, every alarm arrives once, in order, and all recover", () => {
  walks(reconstructed2020, seedOfRun(7001), 40, 250);
});

Deno.test("the same under another header layout", () => {
  walks(otherLayout, seedOfRun(7101), 12, 250);
});

Deno.test("loss, repeats and disorder alone: alarms, requests and keys by the dozen, and after it all is well soon", () => {
  const values = { ...reconstructed2020.values, messagesPerKey: 60 };
  const profiles = [reconstructed2020, { ...reconstructed2020, values }, edition("2017"), otherLayout];
  const first = seedOfRun(7201);
  console.log(`seeds ${first}…${first + 39}`);
  let rekeyed = 0, answered = 0, healthy = 0;
  for (let seed = first; seed < first + 40; seed++) {
    const walk = new Walk(new SeededRandom(seed), profiles[seed % profiles.length]!);
    for (let i = 0; i < 250; i++) walk.lossyStep();
    const connected = walk.premises.every(({ session }) => session.state === "connected");
    if (connected) healthy++;
    // One retry budget for what is under way when the network heals, and a heartbeat; a setup may be waiting its turn.
    walk.settleDown(connected ? 45_000 : RECOVERY_MS);
    rekeyed += walk.rekeyed;
    for (const [how, times] of Object.entries(walk.ended)) {
      if (how.endsWith("RESP_ACKNOWLEDGE")) answered += times;
    }
  }
  assertGreater(rekeyed, 400);
  assertGreater(answered, 2000);
  assertGreater(healthy, 25);
});

Deno.test("an edition that answers damaged datagrams, and everything else as before", () => {
  walks(edition("2017"), seedOfRun(7301), 12, 250);
});

Deno.test("on a network that loses nothing no path fails, no alarm and no request stays without its answer", () => {
  const first = seedOfRun(7401);
  console.log(`seeds ${first}…${first + 19}`);
  let answered = 0;
  for (let seed = first; seed < first + 20; seed++) {
    const walk = new Walk(new SeededRandom(seed));
    for (let i = 0; i < 200; i++) walk.gentleStep();
    walk.settleDown(30_000);
    for (const { name, session } of walk.premises) {
      const rct = walk.rct.sites.get(name)!;
      const failures = [
        session.counters["path-failures"],
        rct.counters["path-failures"],
        session.counters["setups"],
      ];
      assertEquals(failures, [undefined, undefined, 1], `seed ${seed}, ${name}`);
    }
    for (const [how, times] of Object.entries(walk.ended)) {
      // Before the first session and beyond the queue nothing is asked at all.
      if (how.endsWith("no session") || how.endsWith("wait already")) continue;
      assert(how.endsWith("RESP_ACKNOWLEDGE"), `seed ${seed}: ${how}`);
      answered += times;
    }
  }
  assertGreater(answered, 1000);
});
