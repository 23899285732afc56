import { assert, assertEquals } from "@std/assert";
import { SimulatedPath } from "../sim/path.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";

Deno.test("NAT rebinding: the answers follow the SPT at its next authentic message", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5501)));
  path.world.run(1000);
  path.moveSpt("192.168.1.7:51234");
  const alarm = path.alarm();
  path.world.run(5000);
  assertEquals(path.stored.get(alarm), 1);
  assertEquals(path.rct.sites.get("site")!.address, { hostname: "192.168.1.7", port: 51234 });
  const moved = path.rctEffects.filter((effect) => effect.kind === "moved");
  assertEquals(moved.length, 1);
});

Deno.test("restarts of either side at any moment: every alarm arrives, none is stored twice as new", () => {
  const first = seedOfRun(5601);
  console.log(`seeds ${first}…${first + 19}`);
  for (let seed = first; seed < first + 20; seed++) {
    const path = new SimulatedPath(new SeededRandom(seed));
    path.network.faults = { loss: 0.02, duplication: 0.02, delay: [1, 60] };
    const made: string[] = [];
    const report = () => {
      made.push(path.alarm());
      if (made.length < 150) path.world.after(path.random.between(0, 600), report);
    };
    const kill = (left: number) => {
      if (path.random.chance(0.5)) path.startRct();
      else path.startSpt();
      if (left > 0) path.world.after(path.random.between(50, 20_000), () => kill(left - 1));
    };
    path.world.after(0, report);
    path.world.after(5000, () => kill(8));
    path.world.run(4 * 3_600_000, () => made.length === 150 && path.queue.length === 0);
    assertEquals(path.order, made, `seed ${seed}`);
  }
});

Deno.test("an RCT that cannot store says so, and gets the alarm again until it can", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5701)));
  let broken = true;
  path.store = () => !broken;
  const alarm = path.alarm();
  path.world.run(20_000);
  assert(
    path.sptEffects.some((effect) => effect.kind === "refused" && effect.result === "RESP_PROCESS_ERROR"),
  );
  assertEquals(path.stored.size, 0);
  broken = false;
  path.world.run(20_000);
  assertEquals(path.stored.get(alarm), 1);
});

Deno.test("a new session key comes once a day, within the session, and no alarm waits longer for it", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5801)));
  path.world.run(49 * 3_600_000);
  assertEquals([path.spt.counters["setups"], path.spt.counters["rekeys"]], [1, 2]);
  const rekeys = path.rctEffects.filter((effect) => effect.kind === "rekeyed");
  assertEquals(rekeys, [{ kind: "rekeyed", by: "spt" }, { kind: "rekeyed", by: "spt" }]);
  const alarm = path.alarm();
  path.world.run(1000);
  assertEquals(path.stored.get(alarm), 1);
  assertEquals(path.rctEffects.filter((effect) => effect.kind === "path-failed"), []);
});
