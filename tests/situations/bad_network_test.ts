import { assert, assertEquals, assertGreater } from "@std/assert";
import { SimulatedPath } from "../sim/path.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";

/** Runs `alarms` alarms over a path with these faults and checks that each arrived exactly once, in order. */
function run(seed: number, alarms: number, faults: SimulatedPath["network"]["faults"]): SimulatedPath {
  const path = new SimulatedPath(new SeededRandom(seed));
  path.network.faults = faults;
  const made: string[] = [];
  const report = () => {
    made.push(path.alarm());
    if (made.length < alarms) path.world.after(path.random.between(0, 400), report);
  };
  path.world.after(0, report);
  path.world.run(4 * 3_600_000, () => made.length === alarms && path.queue.length === 0);
  assertEquals(path.queue.length, 0, `seed ${seed}: alarms still wait`);
  assertEquals(path.order, made, `seed ${seed}: lost, doubled or out of order`);
  return path;
}

Deno.test("5 % loss, duplication and reordering: every alarm arrives, in order, as one", () => {
  const first = seedOfRun(5001);
  console.log(`seeds ${first}…${first + 24}`);
  for (let seed = first; seed < first + 25; seed++) {
    const path = run(seed, 200, { loss: 0.05, duplication: 0.05, delay: [5, 400] });
    assertGreater(path.network.lost, 0);
    assertGreater(path.network.doubled, 0);
  }
});

Deno.test("a third of all datagrams lost, late and out of order: every alarm still arrives once", () => {
  const first = seedOfRun(5101);
  for (let seed = first; seed < first + 10; seed++) {
    run(seed, 30, { loss: 0.33, duplication: 0.1, delay: [5, 2500] });
  }
});

Deno.test("a cut line is noticed on both sides and alarms flow when it is mended", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5201)));
  path.world.run(1000);
  path.network.up = false;
  const alarm = path.alarm();
  path.world.run(120_000);
  assert(path.sptEffects.some((effect) => effect.kind === "path-failed"), "the SPT says nothing");
  assert(path.rctEffects.some((effect) => effect.kind === "path-failed"), "the RCT says nothing");
  assertEquals(path.order, []);
  path.network.up = true;
  path.world.run(90_000);
  assertEquals(path.order, [alarm]);
  assert(path.sptEffects.some((effect) => effect.kind === "path-restored"));
  assert(path.rctEffects.some((effect) => effect.kind === "path-restored"));
});
