import { assertEquals, assertThrows } from "@std/assert";
import { SiteSupervision } from "../../../src/delivery/supervision/site_supervision.ts";
import { paths, rules, World } from "./world.ts";

Deno.test("a site that was never heard from has its full time once, unknown until then, and then fails", () => {
  const single = World.of("SP5", ["line"]);
  assertEquals([single.site.status("line"), single.site.lastProven("line")], ["unknown", undefined]);
  single.until(80_999);
  assertEquals([single.site.status("line"), single.lines()], ["unknown", []]);
  single.until(10_000_000);
  assertEquals(single.lines(), [
    "81 path-failed line/1 atsp (since 81)",
    "81 ats-failed atsp,ae,as (since 81)",
  ]);
  const dual = World.of("DP4", ["line", "radio"]);
  dual.until(10_000_000);
  assertEquals(dual.told("ae"), ["81 path-failed line", "162 path-failed radio", "162 ats-failed"]);
});

Deno.test("an interface that is up proves nothing: with the path dead behind it, the path fails in time", () => {
  const world = World.of("SP5", ["line"]);
  world.proven("line", 0);
  for (let at = 1000; at < 200_000; at += 1000) {
    world.until(at);
    world.note(world.site.interfaceUp("line", at));
  }
  assertEquals(world.told("ae"), ["81 ats-failed"]);
});

Deno.test("an interface that is down is told to the provider alone, once; the path fails in its time, or lives", () => {
  const world = World.of("DP4", ["line", "radio"]);
  world.proven("line", 0);
  world.note(world.site.interfaceDown("line", 5000));
  world.note(world.site.interfaceDown("line", 6000));
  assertEquals([world.site.interfaceIsUp("line"), world.site.interfaceIsUp("radio")], [false, true]);
  assertEquals(world.site.status("line"), "proven");
  world.until(70_000);
  world.proven("line", 70_000);
  world.note(world.site.interfaceUp("line", 71_000));
  assertEquals(world.lines(), ["5 interface-down line atsp", "71 interface-up line atsp"]);
  assertEquals(world.site.interfaceIsUp("line"), true);
});

Deno.test("only the path that was proven has its time anew; unknown names are let pass", () => {
  const world = World.of("DP4", ["line", "radio"]);
  for (let at = 0; at < 160_000; at += 5000) {
    world.proven("radio", at);
    world.proven("satellite", at);
    world.note(world.site.interfaceDown("satellite", at));
  }
  assertEquals(world.told("atsp"), ["81 path-failed line"]);
  assertEquals([world.site.status("satellite"), world.site.pollMs("satellite")], [undefined, undefined]);
});

Deno.test("three paths: all alternatives are fast from the moment the primary fails, and the time of the ATS is held", () => {
  const world = World.of("DP4", ["line", "radio", "satellite"]);
  for (const name of ["line", "radio", "satellite"]) world.proven(name, 0);
  world.until(1_000_000);
  assertEquals(world.lines(), [
    "81 path-failed line/1 atsp,ae,as (since 81)",
    "81 poll radio 20",
    "81 poll satellite 20",
    "162 path-failed radio/2 atsp,ae,as (since 162)",
    "162 path-failed satellite/3 atsp,ae,as (since 162)",
    "162 ats-failed atsp,ae,as (since 162)",
  ]);
  world.polled(["satellite"], 1_200_000);
  assertEquals(world.lines(), [
    "1000 path-restored satellite/3 atsp,ae,as (since 162)",
    "1000 ats-restored atsp,ae,as (since 162)",
  ]);
  assertEquals(world.site.lost, false, "one of three is enough");
});

Deno.test("a single-path category with a second path: it is lost only when both are, in the time of the category", () => {
  const world = World.of("SP4", ["line", "radio"]);
  world.proven("line", 0);
  for (let at = 0; at <= 1_000_000; at += 40_000) world.proven("radio", at);
  assertEquals(world.lines(), ["162 path-failed line/1 atsp (since 162)"]);
  world.until(2_000_000);
  assertEquals(world.told("ae"), ["1162 ats-failed"]);
});

Deno.test("a path may need several proofs in a row to be good again; a pause between begins anew", () => {
  const world = World.of("SP5", ["line"], { restoreAfter: 3 });
  world.until(100_000);
  world.said.length = 0;
  for (const at of [110_000, 120_000, 201_000, 220_000]) world.proven("line", at);
  assertEquals([world.lines(), world.site.status("line"), world.site.lost], [[], "failed", true]);
  world.proven("line", 240_000);
  assertEquals(world.told("ae"), ["240 ats-restored"]);
  // An idle alternative is proven every 74 minutes: these are in a row.
  const dual = World.of("DP4", ["line", "radio"], { restoreAfter: 2 });
  for (let at = 0; at <= 40_000_000; at += 20_000) {
    dual.proven("line", at);
    if (at === 20_000_000 || at === 24_440_000) dual.proven("radio", at);
  }
  assertEquals(dual.told("ae"), ["17940 path-failed radio", "24440 path-restored radio"]);
});

Deno.test("a proof at the instant of the fault comes too late; a millisecond before it does not", () => {
  const late = World.of("SP5", ["line"]);
  late.note(late.site.proven("line", 81_000));
  assertEquals(late.told("ae"), ["81 ats-failed", "81 ats-restored"]);
  const early = World.of("SP5", ["line"]);
  early.note(early.site.proven("line", 80_999));
  assertEquals([early.told("ae"), early.site.nextTick], [[], 161_999]);
});

Deno.test("a machine that slept says what happened, in order and with the times at which it was due", () => {
  const world = World.of("DP4", ["line", "radio"], { aePathDelayMs: 60_000 });
  world.proven("line", 0);
  world.proven("radio", 1000);
  // No tick for a day; then the radio is heard before the tick.
  world.note(world.site.proven("radio", 86_400_000));
  assertEquals(world.lines(), [
    "81 path-failed line/1 atsp,as (since 81)",
    "81 poll radio 20",
    "141 path-failed line/1 ae (since 81)",
    "162 path-failed radio/2 atsp,ae,as (since 162)",
    "162 ats-failed atsp,ae,as (since 162)",
    "86400 path-restored radio/2 atsp,ae,as (since 162)",
    "86400 ats-restored atsp,ae,as (since 162)",
  ]);
});

Deno.test("times that cannot be do no harm: no proof is made of them, no fault is lost", () => {
  const world = World.of("SP5", ["line"]);
  world.proven("line", 10_000);
  for (const at of [NaN, 5000, -Infinity]) world.note(world.site.proven("line", at));
  assertEquals([world.site.lastProven("line"), world.site.nextTick], [10_000, 91_000]);
  assertEquals(world.site.tick(NaN), []);
  world.until(100_000);
  assertEquals(world.told("ae"), ["91 ats-failed"]);
  assertEquals(new SiteSupervision(rules("SP5"), [], 0).tick(1e12), [], "no paths");
});

Deno.test("rules that cannot be are refused, with what would do", () => {
  assertThrows(() => rules("DP4", { aePathDelayMs: -1 }), RangeError, "0 or more");
  assertThrows(() => rules("DP4", { aePathDelayMs: NaN }), RangeError, "0 or more");
  assertThrows(() => rules("DP4", { restoreAfter: 0 }), RangeError, "1 to 10");
  assertThrows(() => rules("DP4", { restoreAfter: 1.5 }), RangeError, "1 to 10");
});

Deno.test("steady operation makes nothing: the same empty list each time", () => {
  const site = new SiteSupervision(rules("DP4"), paths("line", "radio"), 0);
  const first = site.proven("line", 1);
  assertEquals(first === site.proven("line", 2) && first === site.tick(3), true);
});
