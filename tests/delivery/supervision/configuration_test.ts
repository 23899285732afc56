import { assertEquals } from "@std/assert";
import { paths, rules, World } from "./world.ts";

Deno.test("a stricter category holds at once: what is overdue by it fails now, and not in the past", () => {
  const world = World.of("SP3", ["line"]);
  world.proven("line", 0);
  world.until(600_000);
  world.note(world.site.configure(rules("SP5"), paths("line"), 600_000));
  assertEquals(world.site.nextTick, 600_000);
  world.until(600_000);
  assertEquals(world.lines(), [
    "600 poll line 20",
    "600 path-failed line/1 atsp (since 600)",
    "600 ats-failed atsp,ae,as (since 600)",
  ]);
});

Deno.test("a milder category does not end a fault; a proof does", () => {
  const world = World.of("SP5", ["line"]);
  world.until(100_000);
  world.note(world.site.configure(rules("SP1"), paths("line"), 100_000));
  assertEquals([world.site.status("line"), world.site.lost], ["failed", true]);
  world.said.length = 0;
  world.proven("line", 200_000);
  assertEquals(world.told("ae"), ["200 ats-restored"]);
  assertEquals(world.site.nextTick, 200_000 + 32 * 86_400_000 - 60_000);
});

Deno.test("what was due before a change happens by the old rules", () => {
  const world = World.of("SP5", ["line"]);
  world.note(world.site.configure(rules("SP1"), paths("line"), 500_000));
  assertEquals(world.told("ae"), ["81 ats-failed"]);
});

Deno.test("a path that is taken out ends its fault; the site is judged by those that are left", () => {
  const world = World.of("DP4", ["line", "radio"]);
  for (let at = 0; at <= 100_000; at += 20_000) world.proven("radio", at);
  world.said.length = 0;
  world.note(world.site.configure(rules("DP4"), paths("radio"), 110_000));
  assertEquals(world.lines(), [
    "110 path-restored line/1 atsp,ae,as (since 81) removed",
  ]);
  assertEquals([world.site.lost, world.site.status("radio"), world.site.pollMs("radio")], [
    false,
    "proven",
    20_000,
  ]);

  // The other way about: with the path that works gone, the site is lost.
  const other = World.of("DP4", ["line", "radio"]);
  for (let at = 0; at <= 100_000; at += 20_000) other.proven("radio", at);
  other.said.length = 0;
  other.note(other.site.configure(rules("DP4"), paths("line"), 110_000));
  assertEquals(other.lines(), ["110 ats-failed atsp,ae,as (since 110)"]);
});

Deno.test("without any path left, every fault of the site ends", () => {
  const world = World.of("DP4", ["line", "radio"], { allPaths: "combined" });
  world.until(1_000_000);
  world.said.length = 0;
  world.note(world.site.configure(rules("DP4"), [], 1_000_000));
  assertEquals(world.lines(), [
    "1000 path-restored line/1 atsp,ae,as (since 81) removed",
    "1000 path-restored radio/2 atsp,as (since 162) removed",
    "1000 ats-restored atsp,ae,as (since 162) removed",
  ]);
  assertEquals([world.site.nextTick, world.site.lost], [undefined, false]);
});

Deno.test("a path that is added has its full time; a lost site is back only when something is proven", () => {
  const world = World.of("DP4", ["line", "radio"]);
  world.until(1_000_000);
  world.said.length = 0;
  world.note(world.site.configure(rules("DP4"), paths("line", "radio", "satellite"), 1_000_000));
  assertEquals([world.lines(), world.site.lost], [["1000 poll satellite 20"], true]);
  world.until(2_000_000);
  assertEquals(
    world.lines(),
    ["1081 path-failed satellite/3 atsp,ae,as (since 1081)"],
    "the site is lost already",
  );

  const back = World.of("DP4", ["line"]);
  back.until(1_000_000);
  back.said.length = 0;
  back.note(back.site.configure(rules("DP4"), paths("line", "radio"), 1_000_000));
  back.proven("radio", 1_001_000);
  assertEquals(back.lines(), ["1000 poll radio 20", "1001 ats-restored atsp,ae,as (since 81)"]);
});

Deno.test("paths that are added to a lost site and never heard: an AE that is told of all paths at once hears no more", () => {
  const agreed = { allPaths: "combined" } as const;
  const world = World.of("DP4", ["line"], agreed);
  world.until(100_000);
  assertEquals(world.told("ae"), ["81 ats-failed"]);
  world.note(world.site.configure(rules("DP4", agreed), paths("line", "radio", "mesh"), 100_000));
  world.until(110_000);
  world.note(world.site.configure(rules("DP4", agreed), paths("line", "radio", "mesh", "cable"), 110_000));
  world.until(300_000);
  assertEquals(world.told("atsp"), [
    "181 path-failed radio",
    "181 path-failed mesh",
    "191 path-failed cable",
  ]);
  world.proven("mesh", 300_000);
  assertEquals(world.told("ae"), [
    "300 ats-restored",
    "300 path-failed line",
    "300 path-failed radio",
    "300 path-failed cable",
  ]);
});

Deno.test("paths that change places: the new alternative idles, the new primary has the time of one", () => {
  const world = World.of("DP4", ["line", "radio"]);
  world.proven("line", 0);
  world.proven("radio", 0);
  world.note(world.site.configure(rules("DP4"), paths("radio", "line"), 10_000));
  assertEquals(world.lines(), ["10 poll radio 20", "10 poll line 4440"]);
  world.until(100_000);
  assertEquals(world.told("ae"), ["81 path-failed radio"]);
});

Deno.test("a failed path that becomes the primary one: the alternatives must be proven fast from that moment", () => {
  const world = World.of("DP4", ["line", "radio", "satellite"]);
  for (let at = 0; at <= 17_950_000; at += 20_000) {
    world.proven("line", at);
    if (at === 17_000_000) world.proven("satellite", at);
  }
  assertEquals(world.told("ae"), ["17940 path-failed radio"]);
  world.note(world.site.configure(rules("DP4"), paths("radio", "line", "satellite"), 17_960_000));
  assertEquals(world.lines(), ["17960 poll radio 20", "17960 poll satellite 20"]);
  world.until(18_200_000);
  // The line was last proven at 17940 s.
  assertEquals(world.told("ae"), [
    "18041 path-failed line",
    "18041 path-failed satellite",
    "18041 ats-failed",
  ]);
  // The fault of the radio was told as that of path 2; its end is told as that of path 2.
  world.proven("radio", 18_300_000);
  assertEquals(world.lines()[0], "18300 path-restored radio/2 atsp,ae,as (since 17940)");
});

Deno.test("another way of telling changes nothing of what was told; ends go to those who know of the fault", () => {
  const world = World.of("DP4", ["line", "radio"], { allPaths: "both" });
  world.until(200_000);
  world.said.length = 0;
  const quiet = { allPaths: "combined", aePathFaults: false, asPathFaults: false } as const;
  world.note(world.site.configure(rules("DP4", quiet), paths("line", "radio"), 200_000));
  world.proven("line", 210_000);
  world.proven("radio", 210_000);
  assertEquals(world.told("ae"), ["210 path-restored line", "210 ats-restored", "210 path-restored radio"]);

  const delayed = World.of("DP4", ["line", "radio"], { aePathDelayMs: 3_600_000 });
  delayed.polled(["radio"], 200_000);
  delayed.note(delayed.site.configure(rules("DP4"), paths("line", "radio"), 200_000));
  delayed.until(200_000);
  assertEquals(delayed.told("ae"), ["200 path-failed line"], "without the delay it is due at once");
});
