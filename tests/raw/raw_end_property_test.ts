import { assert, assertEquals, assertGreater } from "@std/assert";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";
import { type End, EndsOnPath, NO_FAULTS, type PathFaults } from "./ends_on_path.ts";

const GAP = 20;
const MAX_DELAY = 2000;
/** Alive messages come every five minutes: after more than that each end knows of the other. */
const SETTLED_MS = 800_000;

/** Octets that came out are those that went in, up to some point, and none came late. */
function checkCopy(from: End, to: End, seed: number): void {
  const went = Uint8Array.from(from.said.map(({ octet }) => octet));
  assertEquals(to.octets, went.subarray(0, to.octets.length), `seed ${seed}: not a copy`);
  let end = 0;
  for (const { bytes, at } of to.heard) {
    end += bytes.length;
    const late = at - from.said[end - 1]!.at - GAP - MAX_DELAY;
    // A millisecond for each clock that is cut to whole ones.
    assert(late <= 2, `seed ${seed}: octets came out ${late} ms too late`);
  }
}

/** Both sides talk for a while over a bad path; then it is mended. */
function run(seed: number, faults: PathFaults): EndsOnPath {
  const random = new SeededRandom(seed);
  const path = new EndsOnPath(random, { gapMs: GAP, maxDelayMs: MAX_DELAY });
  // The connection comes up first: one that does not shows nothing.
  path.world.after(100, () => path.faults = faults);
  for (const each of [path.spt, path.rct]) {
    let left = 40;
    const talk = () => {
      // The RCT's line speaks when it is there.
      if (each === path.spt || each.end.open) {
        each.feed(random.octets(random.between(1, random.chance(0.1) ? 3000 : 30)));
      }
      if (--left > 0) path.world.after(random.between(0, random.chance(0.2) ? 5000 : 60), talk);
    };
    path.world.after(random.between(0, 200), talk);
  }
  path.world.run(120_000);
  path.faults = NO_FAULTS;
  path.world.run(SETTLED_MS);
  checkCopy(path.spt, path.rct, seed);
  checkCopy(path.rct, path.spt, seed);
  return path;
}

/** Either everything arrived, or both ends know that it did not. */
function checkKnown(path: EndsOnPath, seed: number): boolean {
  const { spt, rct } = path;
  const whole = rct.octets.length === spt.said.length && spt.octets.length === rct.said.length;
  if (whole && spt.resets.length + rct.resets.length === 0) return true;
  assert(spt.end.done && rct.end.done, `seed ${seed}: octets are missing and an end does not know`);
  return false;
}

Deno.test("a good path: everything arrives, both ways, and nothing is cut", () => {
  const first = seedOfRun(7001);
  for (let seed = first; seed < first + 40; seed++) {
    assert(checkKnown(run(seed, NO_FAULTS), seed), `seed ${seed}: cut on a good path`);
  }
});

Deno.test("a slow path within the limit: everything arrives", () => {
  const first = seedOfRun(7101);
  let whole = 0;
  for (let seed = first; seed < first + 40; seed++) {
    if (checkKnown(run(seed, { ...NO_FAULTS, delay: [40, 60] }), seed)) whole++;
  }
  assertGreater(whole, 0);
});

Deno.test("loss, lost answers, ghosts and stalls: what comes out is a copy of the beginning, in time, or both ends know", () => {
  const first = seedOfRun(7201);
  let whole = 0, cut = 0;
  for (let seed = first; seed < first + 300; seed++) {
    const bad = new SeededRandom(seed + 1_000_000);
    // From hardly any to many.
    const rate = () => 0.06 * bad.next() ** 4;
    const faults = {
      lost: rate(),
      answerLost: rate(),
      ghost: rate(),
      delay: [5, bad.between(20, bad.chance(0.3) ? 900 : 100)] as const,
      stall: { chance: rate(), ms: bad.between(1000, 6000) },
    };
    if (checkKnown(run(seed, faults), seed)) whole++;
    else cut++;
  }
  // Both have to happen, or the test shows nothing.
  assertGreater(whole, 0);
  assertGreater(cut, 50);
});

Deno.test("a third of everything lost: still a copy of the beginning", () => {
  const first = seedOfRun(7301);
  for (let seed = first; seed < first + 60; seed++) {
    checkKnown(
      run(seed, {
        lost: 0.33,
        answerLost: 0.2,
        ghost: 0.2,
        delay: [5, 1500],
        stall: { chance: 0.1, ms: 9000 },
      }),
      seed,
    );
  }
});
