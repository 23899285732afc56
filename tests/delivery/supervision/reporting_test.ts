import { assertEquals } from "@std/assert";
import type { AllPathsMethod } from "../../../src/delivery/supervision/supervision_rules.ts";
import { type Agreed, World } from "./world.ts";

/** DP4: the line dies at 0, the radio too, the radio is back at 300 s, the line at 400 s. */
function bothLost(agreed: Agreed): World {
  const world = World.of("DP4", ["line", "radio"], agreed);
  world.proven("line", 0);
  world.proven("radio", 0);
  world.until(299_000);
  for (let at = 300_000; at <= 500_000; at += 20_000) {
    world.proven("radio", at);
    if (at >= 400_000) world.proven("line", at);
  }
  return world;
}

const AE: Record<AllPathsMethod, string[]> = {
  separate: [
    "81 path-failed line",
    "162 path-failed radio",
    "300 path-restored radio",
    "400 path-restored line",
  ],
  combined: [
    "81 path-failed line",
    "162 ats-failed",
    "300 ats-restored",
    "400 path-restored line",
  ],
  both: [
    "81 path-failed line",
    "162 path-failed radio",
    "162 ats-failed",
    "300 path-restored radio",
    "300 ats-restored",
    "400 path-restored line",
  ],
};

for (const [allPaths, expected] of Object.entries(AE)) {
  Deno.test(`all paths lost, told as ${allPaths}: what the AE gets`, () => {
    assertEquals(bothLost({ allPaths: allPaths as AllPathsMethod }).told("ae"), expected);
  });

  Deno.test(`all paths lost, told as ${allPaths}: the provider gets everything, at once`, () => {
    const delayed = { aePathDelayMs: 3_600_000, aePathFaults: false, asPathFaults: false };
    for (const agreed of [{}, delayed]) {
      assertEquals(bothLost({ allPaths: allPaths as AllPathsMethod, ...agreed }).told("atsp"), AE.both);
    }
  });
}

Deno.test("the whole list, with who is told of what", () => {
  assertEquals(bothLost({ allPaths: "combined", asPathFaults: false }).lines(), [
    "81 path-failed line/1 atsp,ae (since 81)",
    "81 poll radio 20",
    "162 path-failed radio/2 atsp (since 162)",
    "162 ats-failed atsp,ae,as (since 162)",
    "300 path-restored radio/2 atsp (since 162)",
    "300 ats-restored atsp,ae,as (since 162)",
    "400 path-restored line/1 atsp,ae (since 81)",
    "400 poll radio 4440",
  ]);
});

Deno.test("with an agreed delay the AE does not hear of a path that is back in time; the provider does", () => {
  const world = World.of("DP4", ["line", "radio"], { aePathDelayMs: 1_800_000 });
  world.polled(["radio"], 1_000_000);
  world.polled(["line", "radio"], 2_500_000);
  assertEquals(world.lines(), [
    "81 path-failed line/1 atsp,as (since 81)",
    "81 poll radio 20",
    "1000 path-restored line/1 atsp,as (since 81)",
    "1000 poll radio 4440",
  ]);
});

Deno.test("with an agreed delay the AE hears of a path that is not back, and of its restore", () => {
  const world = World.of("DP4", ["line", "radio"], { aePathDelayMs: 1_800_000 });
  world.polled(["radio"], 2_000_000);
  world.proven("line", 2_000_000);
  assertEquals(world.lines(), [
    "81 path-failed line/1 atsp,as (since 81)",
    "81 poll radio 20",
    "1881 path-failed line/1 ae (since 81)",
    "2000 path-restored line/1 atsp,ae,as (since 81)",
    "2000 poll radio 4440",
  ]);
});

Deno.test("a delay ends with the last path: nothing is held back when the site is lost", () => {
  const agreed = { aePathDelayMs: 1_800_000 };
  assertEquals(bothLost({ ...agreed, allPaths: "separate" }).told("ae"), [
    "162 path-failed line",
    "162 path-failed radio",
    "300 path-restored radio",
    "400 path-restored line",
  ]);
  assertEquals(bothLost({ ...agreed, allPaths: "both" }).told("ae"), [
    "162 path-failed line",
    "162 path-failed radio",
    "162 ats-failed",
    "300 path-restored radio",
    "300 ats-restored",
    "400 path-restored line",
  ]);
  assertEquals(bothLost({ ...agreed, allPaths: "combined" }).told("ae"), [
    "162 ats-failed",
    "300 ats-restored",
  ]);
});

Deno.test("a delay that ends at the instant when the last path is lost: the loss goes first", () => {
  const agreed = { aePathDelayMs: 81_000, allPaths: "combined" } as const;
  assertEquals(bothLost(agreed).told("ae"), [
    "162 ats-failed",
    "300 ats-restored",
    "300 path-failed line",
    "400 path-restored line",
  ]);
});

Deno.test("combined: a path that is still dead when the site is back is told then, so that the AE does not take all for good", () => {
  const world = World.of("DP4", ["line", "radio"], { allPaths: "combined" });
  world.proven("line", 0);
  world.proven("radio", 0);
  world.until(200_000);
  world.polled(["line"], 300_000);
  assertEquals(world.told("ae"), [
    "81 path-failed line",
    "162 ats-failed",
    "200 path-restored line",
    "200 ats-restored",
    "200 path-failed radio",
  ]);
});

Deno.test("an AE that wants nothing of single paths is told of lost sites only, by every method", () => {
  const said = (allPaths: AllPathsMethod) => bothLost({ allPaths, aePathFaults: false }).told("ae");
  assertEquals(said("combined"), ["162 ats-failed", "300 ats-restored"]);
  // The messages of the paths are how the loss of the site is told.
  assertEquals(said("separate"), [
    "162 path-failed line",
    "162 path-failed radio",
    "300 path-restored radio",
    "400 path-restored line",
  ]);
});

Deno.test("category and fault by sink: tables 4 and 5", () => {
  const told = (name: "SP1" | "SP4" | "DP3", agreed: Agreed = {}) => {
    const world = World.of(name, name === "DP3" ? ["line", "radio"] : ["line"], agreed);
    world.until(40 * 86_400_000);
    return world.said.flatMap((effect) => effect.kind === "poll" ? [] : [`${effect.kind} ${effect.to}`]);
  };
  const off = { aePathFaults: false, asPathFaults: false, asAtsFaults: false };
  const on = { aePathFaults: true, asPathFaults: true, asAtsFaults: true };
  assertEquals(told("SP1"), ["path-failed atsp", "ats-failed atsp,ae,as"]);
  assertEquals(told("SP1", off), ["path-failed atsp", "ats-failed atsp,ae"]);
  assertEquals(told("SP4", on), ["path-failed atsp", "ats-failed atsp,ae,as"]);
  assertEquals(told("SP4", off), ["path-failed atsp", "ats-failed atsp,ae,as"], "mandatory");
  for (const allPaths of ["separate", "combined", "both"] as const) {
    assertEquals(told("SP4", { allPaths }), ["path-failed atsp", "ats-failed atsp,ae,as"]);
  }
  assertEquals(told("DP3", { ...off, allPaths: "combined" }), [
    "path-failed atsp",
    "path-failed atsp",
    "ats-failed atsp,ae,as",
  ]);
});
