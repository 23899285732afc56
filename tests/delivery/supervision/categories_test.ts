import { assert, assertEquals } from "@std/assert";
import { CATEGORY_TABLES, type CategoryName } from "../../../src/delivery/category/category_tables.ts";
import { World } from "./world.ts";

const S = 1000, H = 3600 * S, D = 24 * H;

/** Ms, of a time of table 3. */
function table3(row: keyof typeof CATEGORY_TABLES.reporting.rows, name: CategoryName): number {
  const cell = CATEGORY_TABLES.reporting.rows[row][CATEGORY_TABLES.categories.indexOf(name)];
  assert(typeof cell === "number");
  return cell * S;
}

const single = CATEGORY_TABLES.categories.filter((name) => name.startsWith("SP"));
const dual = CATEGORY_TABLES.categories.filter((name) => name.startsWith("DP"));

for (const name of single) {
  Deno.test(`${name}: polled as wanted nothing is said; a dead path is, in time, once, and so is its end`, () => {
    const world = World.of(name, ["line"]);
    const T = table3("primary", name);
    world.polled(["line"], 3 * T);
    assertEquals(world.lines(), []);

    const last = world.site.lastProven("line")!;
    world.until(last + 2 * T);
    const at = (last + T - Math.min(60 * S, Math.max(2 * S, T / 10))) / S;
    assertEquals(world.said.map(({ at: when }) => when / S), [at, at]);
    assertEquals(world.told("ae"), [`${at} ats-failed`]);
    assertEquals([world.site.status("line"), world.site.lost], ["failed", true]);
    world.until(last + 100 * T);
    assertEquals(world.lines(), [], "said once");

    world.proven("line", last + 100 * T);
    assertEquals(world.told("ae"), [`${(last + 100 * T) / S} ats-restored`]);
    assertEquals([world.site.status("line"), world.site.lost], ["proven", false]);
  });
}

for (const name of dual) {
  const T = table3("primary", name), idle = table3("alternative", name), ats = table3("ats", name);

  Deno.test(`${name}: polled as wanted nothing is said; with one path dead the site is not lost`, () => {
    const world = World.of(name, ["line", "radio"]);
    world.polled(["line", "radio"], 2 * idle);
    assertEquals(world.lines(), []);
    const start = world.now;
    world.polled(["radio"], start + 4 * ats);
    assertEquals(world.told("ae").map((text) => text.replace(/^\S+ /, "")), ["path-failed line"]);
    world.polled(["line", "radio"], start + 6 * ats);
    assertEquals(world.told("ae").map((text) => text.replace(/^\S+ /, "")), ["path-restored line"]);
    assertEquals(world.site.lost, false);
  });

  Deno.test(`${name}: an idle alternative that dies is found in its long time`, () => {
    const world = World.of(name, ["line", "radio"]);
    world.polled(["line", "radio"], idle);
    const last = world.site.lastProven("radio")!;
    world.polled(["line"], last + idle);
    const [first] = world.said;
    assert(first?.kind === "path-failed" && first.path === "radio");
    assert(first.at > last + idle / 2 && first.at <= last + idle - 2 * S, `${first.at - last}`);
    assertEquals(world.said.length, 1);
  });

  Deno.test(`${name}: both dead, the AE knows within the time of the ATS, whenever the alternative died`, () => {
    // The alternative was last proven from just now to nearly its whole idle time ago.
    for (const ago of [0, T / 2, T, idle / 2, idle - ats, idle - 100 * S]) {
      const world = World.of(name, ["line", "radio"]);
      const radio = 10 * S, line = radio + Math.max(0, ago);
      world.proven("radio", radio);
      for (let at = radio; at < line; at += Math.min(T / 3, line - at)) world.proven("line", at);
      world.proven("line", line);
      world.until(line + 2 * ats);
      const failed = world.said.filter(({ kind }) => kind === "ats-failed");
      assertEquals(failed.length, 1);
      const took = failed[0]!.at - line;
      assert(took <= ats - Math.min(60 * S, ats / 10), `${took / S} s after the last proof of any path`);
    }
  });

  Deno.test(`${name}: the alternative is wanted fast from the moment the primary fails, and slow when it is back`, () => {
    const world = World.of(name, ["line", "radio"]);
    world.polled(["line", "radio"], T);
    const slow = world.site.pollMs("radio")!;
    const last = world.site.lastProven("line")!;
    world.until(last + T);
    const poll = world.said.find(({ kind }) => kind === "poll");
    assert(poll?.kind === "poll" && poll.path === "radio" && poll.at < last + T);
    assertEquals(poll.periodMs, world.site.pollMs("radio"));
    assert(poll.periodMs < slow && 4 * poll.periodMs < table3("alternativeFailed", name));
    world.said.length = 0;
    world.proven("line", world.now);
    assertEquals(
      world.said.filter(({ kind }) => kind === "poll").map((effect) =>
        effect.kind === "poll" ? [effect.path, effect.periodMs] : []
      ),
      [["radio", slow]],
    );
    assertEquals(world.site.pollMs("radio"), slow);
  });
}

Deno.test("DP4: primary dead at 0, alternative just after: said 162 s later, which leaves 18 s to bring it to the AE", () => {
  const world = World.of("DP4", ["line", "radio"]);
  world.proven("line", 0);
  world.proven("radio", 1);
  world.until(H);
  assertEquals(world.lines(), [
    "81 path-failed line/1 atsp,ae,as (since 81)",
    "81 poll radio 20",
    "162 path-failed radio/2 atsp,ae,as (since 162)",
    "162 ats-failed atsp,ae,as (since 162)",
  ]);
});

Deno.test("DP1: 50 h and 25 h; SP1: 32 days, to the millisecond", () => {
  const dp1 = World.of("DP1", ["line", "radio"]);
  dp1.polled(["line"], 50 * H - 60 * S - 1);
  assertEquals(dp1.lines(), []);
  dp1.until(dp1.now + 1);
  assertEquals(dp1.lines(), [`${50 * 3600 - 60} path-failed radio/2 atsp,ae,as (since ${50 * 3600 - 60})`]);
  const sp1 = World.of("SP1", ["line"]);
  sp1.proven("line", 5 * D);
  sp1.until(5 * D + 32 * D - 60 * S - 1);
  assertEquals(sp1.lines(), []);
  sp1.until(5 * D + 32 * D - 60 * S);
  assertEquals(sp1.told("as"), [`${37 * 86_400 - 60} ats-failed`]);
});

Deno.test("SP4 for 24 hours over a line that loses 1 % of the polls, and has jitter: no fault", () => {
  // xorshift: the same losses in every run.
  let seed = 0x2545f491;
  const random = () => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 2 ** 32;
  };
  const world = World.of("SP4", ["line"]);
  const period = world.site.pollMs("line")!;
  let lost = 0;
  for (let at = 0; at < D; at += period) {
    if (random() < 0.01) lost++;
    else world.proven("line", at + random() * 900);
  }
  assert(lost > 5, "polls were lost");
  assertEquals(world.lines(), []);
});
