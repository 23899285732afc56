import { assertEquals } from "@std/assert";
import { SiteSupervision } from "../../../src/delivery/supervision/site_supervision.ts";
import type { Restart } from "../../../src/delivery/supervision/site_snapshot.ts";
import { type Agreed, paths, rules, World } from "./world.ts";

/** The same site after a restart: another steady clock, which begins at 0. */
function restart(world: World, how: Restart, agreed: Agreed = {}): World {
  const kept = JSON.parse(JSON.stringify(world.site.snapshot(world.now)));
  const again = SiteSupervision.restore(rules("DP4", agreed), paths("line", "radio"), kept, how, 0);
  const next = new World(again);
  next.note(again.tick(0));
  return next;
}

function dp4(agreed: Agreed = {}): World {
  const world = World.of("DP4", ["line", "radio"], agreed);
  world.proven("line", 100_000);
  world.proven("radio", 100_000);
  world.said.length = 0;
  return world;
}

/** Both are proven at 100 s, though the line was heard too late for its first time. */
function upTo(ms: number, agreed: Agreed = {}): World {
  const world = dp4(agreed);
  world.until(ms);
  return world;
}

Deno.test("a path keeps what was left of its time; it is unknown until it is proven", () => {
  // 30 s after the last proof, 20 s down: 31 s are left of 81.
  const world = restart(upTo(130_000), { elapsedMs: 20_000 });
  assertEquals([world.site.status("line"), world.site.lastProven("line"), world.site.nextTick], [
    "unknown",
    -50_000,
    31_000,
  ]);
  world.until(1_000_000);
  assertEquals(world.told("ae"), ["31 path-failed line", "112 path-failed radio", "112 ats-failed"]);
});

Deno.test("after a longer time down a path fails with the first tick, and what follows from it in its time", () => {
  const world = restart(upTo(130_000), { elapsedMs: 3_600_000 });
  assertEquals(world.told("ae"), ["0 path-failed line"]);
  world.proven("line", 10_000);
  assertEquals(world.told("ae"), ["10 path-restored line"]);
});

Deno.test("a grace gives paths that were proven before the time of a poll, once, and never their full time", () => {
  const world = restart(upTo(130_000), { elapsedMs: 3_600_000, graceMs: 1e9 });
  assertEquals([world.told("ae"), world.site.nextTick], [[], 20_000]);
  // Not proven before the receiver goes down again: there is no second one.
  const second = restart(world, { elapsedMs: 5000, graceMs: 1e9 });
  assertEquals(second.told("ae"), ["0 path-failed line"]);
  // Proven in time: nothing was ever said.
  const alive = restart(upTo(130_000), { elapsedMs: 3_600_000, graceMs: 15_000 });
  alive.proven("line", 14_000);
  alive.proven("radio", 14_500);
  alive.until(90_000);
  assertEquals(alive.told("ae"), []);
});

Deno.test("a site that was never heard has its time once, however often the receiver starts", () => {
  let world = World.of("DP4", ["line", "radio"]);
  for (let start = 0; start < 4; start++) {
    world.until(20_000);
    assertEquals(world.lines(), []);
    world = restart(world, { elapsedMs: 0, graceMs: 10_000 });
  }
  world.until(1000);
  assertEquals(world.told("ae"), ["1 path-failed line"], "81 s after it was waited for first");
});

Deno.test("faults last over a restart: they are not told again, and their ends are, to those who know of them", () => {
  const before = upTo(400_000, { allPaths: "both", asPathFaults: false });
  assertEquals(before.told("ae"), ["181 path-failed line", "262 path-failed radio", "262 ats-failed"]);
  const world = restart(before, { elapsedMs: 60_000 }, { allPaths: "both", asPathFaults: false });
  world.until(500_000);
  assertEquals([world.lines(), world.site.lost], [[], true]);
  world.proven("radio", 500_000);
  world.proven("line", 510_000);
  assertEquals(world.lines(), [
    "500 path-restored radio/2 atsp,ae (since -198)",
    "500 ats-restored atsp,ae,as (since -198)",
    "510 path-restored line/1 atsp,ae (since -279)",
    "510 poll radio 4440",
  ]);
});

Deno.test("the fast time of an alternative goes on, and so does an agreed delay", () => {
  const agreed = { aePathDelayMs: 60_000 };
  const world = restart(upTo(201_000, agreed), { elapsedMs: 10_000 }, agreed);
  assertEquals(world.site.pollMs("radio"), 20_000);
  // The line failed at 181 s, which is 30 s ago.
  world.until(1_000_000);
  assertEquals(world.lines(), [
    "30 path-failed line/1 ae (since -30)",
    "51 path-failed radio/2 atsp,ae,as (since 51)",
    "51 ats-failed atsp,ae,as (since 51)",
  ]);
});

Deno.test("a clock that was set back, or that is not known, gives no time: what was left is left", () => {
  for (const elapsedMs of [-86_400_000, NaN, Infinity]) {
    const world = restart(upTo(130_000), { elapsedMs });
    assertEquals(world.site.nextTick, 51_000, String(elapsedMs));
  }
});

Deno.test("what the snapshot does not know is new; what it knows too much is forgotten", () => {
  const kept = upTo(130_000).site.snapshot(130_000);
  kept.paths[1]!.ageMs = NaN;
  const site = SiteSupervision.restore(
    rules("DP4"),
    paths("line", "radio", "mesh"),
    kept,
    { elapsedMs: 0 },
    0,
  );
  assertEquals([site.lastProven("line"), site.lastProven("radio"), site.lastProven("mesh")], [
    -30_000,
    undefined,
    undefined,
  ]);
  const fewer = SiteSupervision.restore(rules("DP4"), paths("radio"), kept, { elapsedMs: 0 }, 0);
  assertEquals([fewer.paths, fewer.nextTick], [paths("radio"), 81_000]);
});

Deno.test("a failed path that was taken out of the configuration while the receiver was down: its fault ends", () => {
  const before = upTo(200_000);
  assertEquals(before.told("ae"), ["181 path-failed line"]);
  const world = restart(before, { elapsedMs: 10_000 });
  world.note(world.site.configure(rules("DP4"), paths("radio"), 0));
  assertEquals(world.lines(), ["0 path-restored line/1 atsp,ae,as (since -29) removed"]);
});

Deno.test("a snapshot is plain JSON, and that of the restored site is the same", () => {
  const world = upTo(250_000);
  world.note(world.site.interfaceDown("line", 250_000));
  const kept = world.site.snapshot(250_000);
  assertEquals(JSON.parse(JSON.stringify(kept)), kept);
  const again = SiteSupervision.restore(rules("DP4"), paths("line", "radio"), kept, { elapsedMs: 0 }, 7000);
  // Only that the radio was proven since the start is not so any more.
  kept.paths[1]!.proven = false;
  assertEquals(again.snapshot(7000), kept);
  assertEquals(again.interfaceIsUp("line"), false);
});
