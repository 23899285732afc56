import { assertEquals, assertGreater } from "@std/assert";
import { SimulatedPath } from "../sim/path.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";

const ATTACKER = "203.0.113.66:6666";
const RCT = "10.0.0.1:50136";

/** A path with some history, all of it recorded by an attacker. */
function recorded(seed: number): { path: SimulatedPath; tape: Uint8Array[] } {
  const path = new SimulatedPath(new SeededRandom(seed));
  path.world.run(1000);
  for (let i = 0; i < 20; i++) {
    path.alarm();
    path.world.run(500);
  }
  const tape = path.network.seen.filter(({ to }) => to === RCT).map(({ bytes }) => bytes);
  return { path, tape };
}

Deno.test("replayed datagrams make no alarm, move no address and prove no life", () => {
  const { path, tape } = recorded(seedOfRun(5401));
  const site = path.rct.sites.get("site")!;
  const before = { proof: site.lastProof, address: site.address, stored: [...path.stored] };
  // All of the tape but the very last message, which the RCT answers again as it would to a lost response.
  for (const bytes of tape.slice(0, -1)) path.network.send(bytes, ATTACKER, RCT);
  path.world.run(100);
  assertEquals(site.lastProof, before.proof);
  assertEquals(site.address, before.address);
  assertEquals([...path.stored], before.stored);
  assertGreater(site.counters["sequence"] ?? 0, 10);
});

Deno.test("a cut SPT is missed in time although an attacker plays its datagrams for ever", () => {
  const { path, tape } = recorded(seedOfRun(5402));
  path.network.attach(path.sptAddress, () => {});
  path.spt.stop();
  const play = (i: number) => {
    path.network.send(tape[i % tape.length]!, ATTACKER, RCT);
    if (i < 3000) path.world.after(50, () => play(i + 1));
  };
  play(0);
  path.world.run(60_000);
  assertEquals(path.rct.sites.get("site")!.state, "failed");
});

Deno.test("replayed setup requests do not disturb a session, nor a setup that is under way", () => {
  const { path, tape } = recorded(seedOfRun(5403));
  const setup = tape[0]!;
  const play = (left: number) => {
    path.network.send(setup, ATTACKER, RCT);
    if (left > 0) path.world.after(5, () => play(left - 1));
  };
  play(400);
  path.world.run(500);
  path.startSpt();
  const alarm = path.alarm();
  path.world.run(20_000);
  assertEquals(path.stored.get(alarm), 1);
  assertEquals(path.rct.sites.get("site")!.state, "connected");
});
