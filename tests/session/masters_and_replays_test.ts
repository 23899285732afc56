/** Master sets that change under a session, setups that are played again, and sites that never come. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import type { PathIdentity } from "../../src/session/path_identity.ts";
import { ReplayMemory } from "../../src/session/replay_memory.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { SptSession } from "../../src/session/spt_session.ts";
import { Supervision } from "../../src/session/supervision.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { Pair, START } from "./pair.ts";
import { FAR, identityFor, NEAR, ScriptedRct, ScriptedSpt, sent } from "./scripted.ts";

const POLL = { name: "POLL_MSG" } as const;
const ids = identityFor();
const newer: PathIdentity = {
  ...ids,
  masterHandle: 0x2001,
  master: { ...ids.master, key: new Uint8Array(32).fill(9) },
};
const rekeyed: PathIdentity = { ...newer, masterHandle: ids.masterHandle };

function centre(): RctSessions {
  return new RctSessions({ profile, random: new SeededRandom(2).octets }, [{ name: "site", identity: ids }]);
}

Deno.test("a session under a master set that is still in use goes on, also when the set is given anew as a copy", () => {
  const rct = centre();
  const spt = new ScriptedSpt();
  spt.setUp(rct, START);
  assertEquals(rct.setMasters("site", [newer, structuredClone(ids)]), []);
  assertEquals(spt.ask(rct, POLL, START).result, "RESP_ACKNOWLEDGE");
  const after = new ScriptedSpt(900, newer);
  after.setUp(rct, START);
  assertEquals(rct.setMasters("site", [newer]), []);
  assertEquals(after.ask(rct, POLL, START).result, "RESP_ACKNOWLEDGE");
});

Deno.test("a session ends with its master set, also when another key took over the handle", () => {
  for (const masters of [[], [newer], [rekeyed]]) {
    const rct = centre();
    const spt = new ScriptedSpt();
    spt.setUp(rct, START);
    const begun = new ScriptedSpt(900);
    begun.begin(rct, START);
    rct.setMasters("site", masters);
    assertEquals(rct.handles, masters.length, "neither session nor setup may be left");
    assertEquals(rct.feed(spt.request(POLL), NEAR, START), undefined);
    const late = begun.request({ name: "HASH_SELECT_REQ", offers: ["sha-256"] });
    assertEquals(rct.feed(late, NEAR, START), undefined, "a setup under the old key goes on");
  }
});

Deno.test("of two master sets with one handle the first is in use", () => {
  const rct = centre();
  rct.setMasters("site", [rekeyed, ids]);
  new ScriptedSpt(5, rekeyed).setUp(rct, START);
  assertEquals(rct.sites.get("site")!.state, "connected");
});

Deno.test("setups played again share one place, however many and how often; after a restart they push out nobody for long", () => {
  const rct = centre();
  const tape = Array.from(
    { length: 12 },
    (_, i) => new ScriptedSpt(i * 50).request({ name: "CONN_HANDLE_REQ" }),
  );
  const flood = () => tape.forEach((request) => rct.feed(request, FAR, START));
  // The first time the RCT cannot know them.
  flood();
  const spt = new ScriptedSpt(5000);
  spt.ask(rct, { name: "CONN_HANDLE_REQ" }, START);
  for (let i = 0; i < 20; i++) flood();
  assertEquals(
    spt.ask(rct, { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256"] }, START).result,
    "RESP_ACKNOWLEDGE",
  );
  flood();
  spt.ask(rct, spt.keyRequest(), START);
  spt.ask(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, START);
  assertEquals(rct.sites.get("site")!.state, "connected");
});

Deno.test("known setups hold one place, also while there is room", () => {
  const rct = centre();
  const tape = Array.from(
    { length: 12 },
    (_, i) => new ScriptedSpt(i * 50).request({ name: "CONN_HANDLE_REQ" }),
  );
  tape.forEach((request) => rct.feed(request, FAR, START));
  assertEquals(rct.handles, 1 + 4);
  rct.tick(START + 60_000);
  tape.forEach((request) => rct.feed(request, FAR, START + 60_000));
  assertEquals(rct.handles, 1 + 1);
});

Deno.test("a setup request that is late makes a setup all the same, once there is none of its own", () => {
  const rct = centre();
  const spt = new ScriptedSpt();
  const request = spt.request({ name: "CONN_HANDLE_REQ" });
  rct.feed(request, NEAR, START);
  rct.tick(START + 60_000);
  assertEquals(rct.handles, 1);
  const [again] = sent(rct.feed(request, NEAR, START + 60_000)!.effects);
  assertNotEquals(again, undefined);
  spt.read(again!);
  spt.ask(rct, { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256"] }, START);
});

Deno.test("numbers that start anew on the session's handle are taken, as well as those that go on", () => {
  for (const restart of [false, true]) {
    const rct = centre();
    const spt = new ScriptedSpt(49);
    spt.ask(rct, { name: "CONN_HANDLE_REQ" }, START);
    if (restart) spt.tx = 7000;
    spt.ask(rct, { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256"] }, START);
    spt.ask(rct, spt.keyRequest(), START);
    spt.ask(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, START);
    assertEquals(rct.sites.get("site")!.state, "connected");
  }
});

Deno.test("an SPT that begins by chance as in an earlier session is not taken in by a recording of that one", () => {
  // Its numbers always begin alike: the worst chance there is.
  const chance = new SeededRandom(5);
  const random = (n: number) => n === 2 ? new Uint8Array([0x12, 0x34]) : chance.octets(n);
  const rct = new ScriptedRct();
  const spt = new SptSession({ profile, random, identity: rct.identity, heartbeatMs: 30_000 });
  const tape: Uint8Array[] = [];
  let effects = spt.start(START);
  while (spt.state === "setting-up") {
    const answer = rct.answer(sent(effects)[0]!);
    tape.push(answer);
    effects = spt.feed(answer, START);
  }
  assertEquals(spt.state, "connected");
  spt.stop();
  effects = spt.start(START + 1000);
  for (const answer of tape) effects = spt.feed(answer, START + 1000);
  assertEquals(spt.state, "waiting");
  const failed = spt.tick(spt.nextTick!);
  assertEquals(failed.length, 2, "it tries again");
  // The RCT itself is believed, though its handle is the same and the SPT's numbers are: key and number are not.
  let request = sent(failed)[0];
  while (request !== undefined) request = sent(spt.feed(rct.answer(request), START + 20_000))[0];
  const { state } = spt;
  assertEquals<string>(state, "connected");
});

Deno.test("the memory of setups is bounded, and forgets the oldest first", () => {
  const memory = new ReplayMemory();
  const key = new Uint8Array(32);
  for (let i = 0; i < 2000; i++) assert(memory.isNew(i, 0, key));
  assert(!memory.isNew(1999, 0, key) && !memory.isNew(1000, 0, key));
  assert(memory.isNew(0, 0, key));
});

Deno.test("a site that never comes is reported once, after the time that an SPT may need; one that comes is restored", () => {
  const rct = centre();
  const site = rct.sites.get("site")!;
  assertEquals(rct.tick(START), []);
  assertEquals([site.state, site.nextTick], ["unknown", START + 90_000 + 22_000 + 6000]);
  assertEquals(rct.tick(START + 117_999), []);
  assertEquals(rct.tick(START + 118_000).flatMap(({ effects }) => effects), [
    { kind: "path-failed", lastProof: START, limitMs: 118_000 },
  ]);
  assertEquals([site.state, site.lastProof, site.nextTick], ["failed", undefined, undefined]);
  assertEquals(rct.tick(START + 900_000), []);
  const spt = new ScriptedSpt();
  spt.begin(rct, START + 900_000);
  const { effects } = spt.say(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, START + 900_000);
  assertEquals(effects.map(({ kind }) => kind), ["established", "path-restored", "send"]);
});

Deno.test("a site without a master set is not waited for; with one it is, from then on", () => {
  const rct = new RctSessions({ profile, random: new SeededRandom(2).octets }, [{ name: "site" }]);
  rct.tick(START);
  assertEquals(rct.tick(START + 3_600_000), []);
  rct.setMasters("site", [ids]);
  assertEquals(rct.tick(START + 3_600_000), []);
  assertEquals(rct.tick(START + 3_717_999), []);
  assertEquals(rct.tick(START + 3_718_000).length, 1);
});

Deno.test("the clock set back does not make a site waited for longer", () => {
  const rct = centre();
  rct.tick(START);
  rct.tick(START - 3_600_000);
  assertEquals(rct.tick(START - 3_600_000 + 118_000).length, 1);
});

Deno.test("a restart of the RCT is no failed path, from whatever moment of an SPT's life", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const pair = new Pair({ seed, rct: { heartbeatMs: [1000, 90_000] }, spt: { heartbeatMs: 90_000 } })
      .connect();
    pair.run(new SeededRandom(seed).between(0, 200_000));
    // The new process knows the site and nothing else.
    const fresh = new RctSessions({ profile, random: new SeededRandom(seed + 50).octets }, [
      { name: "site", identity: ids, heartbeatMs: [1000, 90_000] },
    ]);
    const failed: number[] = [];
    for (let ms = 0; ms < 300_000; ms += 500) {
      const now = pair.now + ms;
      const requests = sent(pair.spt.nextTick! <= now ? pair.spt.tick(now) : []);
      for (let request = requests[0]; request !== undefined;) {
        const answer = sent(fresh.feed(request, NEAR, now)?.effects ?? [])[0];
        request = answer === undefined ? undefined : sent(pair.spt.feed(answer, now))[0];
      }
      for (const { effects } of fresh.tick(now)) {
        if (effects.some(({ kind }) => kind === "path-failed")) failed.push(ms);
      }
    }
    assertEquals([failed, fresh.sites.get("site")!.state], [[], "connected"], `seed ${seed}`);
  }
});

Deno.test("a path that is heard has no favour left from an alarm of before", () => {
  const path = new Supervision({
    intervalMs: 10_000,
    graceMs: 6000,
    retryBudgetMs: 22_000,
    backoffMs: 60_000,
  });
  path.heard(0);
  path.heldUp();
  path.settled();
  path.heard(1000);
  assertEquals([path.deadline(true), path.expired(17_000, false)], [17_000, true]);
});

Deno.test("supervision that begins late, ends and begins again", () => {
  const path = new Supervision({
    intervalMs: 10_000,
    graceMs: 6000,
    retryBudgetMs: 22_000,
    backoffMs: 60_000,
  });
  assertEquals([path.since, path.deadline(false), path.expired(1e12, false)], [undefined, undefined, false]);
  path.watch(5);
  path.watch(500);
  assertEquals([path.since, path.deadline(false)], [5, 88_005]);
  path.unwatch();
  assertEquals(path.deadline(false), undefined);
  path.heard(700);
  path.unwatch();
  assertEquals(
    [path.since, path.deadline(false)],
    [700, 16_700],
    "one that was heard is missed all the same",
  );
});
