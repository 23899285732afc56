import { assert, assertEquals, assertGreater } from "@std/assert";
import { identity, SimulatedPath } from "../sim/path.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";

Deno.test("a wrong master key: nothing is accepted, both sides can say why, nothing is lost", () => {
  const wrong = identity();
  wrong.master = { ...wrong.master, key: new Uint8Array(32).fill(9) };
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5301)), { sptIdentity: wrong });
  path.alarm();
  path.world.run(300_000);
  const site = path.rct.sites.get("site")!;
  assertEquals([site.state, site.lastProof], ["failed", undefined], "a site that was never heard is missed");
  assertGreater(site.counters["unauthentic"] ?? 0, 3);
  assertEquals(path.stored.size, 0);
  assertEquals(path.queue.length, 1, "the alarm must still wait");
  assert(path.sptEffects.some((effect) => effect.kind === "path-failed"));
  assert(!path.rctEffects.some((effect) => effect.kind === "send"), "an answer would help who guesses keys");
});

Deno.test("an SPT that another RCT commissioned reaches no session", () => {
  const path = new SimulatedPath(new SeededRandom(seedOfRun(5302)), { sptIdentity: identity(2) });
  path.world.run(60_000);
  assertGreater(path.rct.counters["unknown-handle"] ?? 0, 3);
  assertEquals(path.rctEffects, []);
});
