/** Findings of a review, each a test that failed before its fix. */
import { assert, assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { type SptItem, SptSession, type SptSessionOptions } from "../../src/session/spt_session.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { alarm, identityFor, onlySent, ScriptedRct, ScriptedSpt, sent } from "./scripted.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

function connected(
  options: Partial<SptSessionOptions> = {},
): { spt: SptSession; rct: ScriptedRct; now: number } {
  const used = options.profile ?? profile;
  const rct = new ScriptedRct(identityFor(used), used);
  const spt = new SptSession({
    profile: used,
    random: new SeededRandom(1).octets,
    identity: rct.identity,
    heartbeatMs: 30_000,
    ...options,
  });
  let effects = spt.start(START);
  while (spt.state === "setting-up") effects = spt.feed(rct.answer(onlySent(effects)), START);
  assertEquals(spt.state, "connected");
  while (spt.nextTick! <= START) spt.feed(rct.answer(onlySent(spt.tick(START))), START);
  return { spt, rct, now: START };
}

function item(ref: string, octets = 10): SptItem {
  return { kind: "event", ref, protocol: "sia", data: new Uint8Array(octets).fill(0x41), time: 1n };
}

function centre(options: { heartbeatMs?: [number, number] } = {}): RctSessions {
  return new RctSessions({ profile, random: new SeededRandom(2).octets }, [
    { name: "site", identity: identityFor(), ...options },
  ]);
}

Deno.test("SPT: an alarm too long for a datagram is refused, does not throw, and the next one goes through", () => {
  const { spt, rct, now } = connected();
  for (
    const long of [
      item("long", 2000),
      { kind: "transparent", ref: "long", data: new Uint8Array(70_000) } as const,
    ]
  ) {
    const effects = spt.offer(long, now);
    assertEquals(effects.map((e) => [e.kind, "ref" in e && e.ref]), [["refused", "long"]]);
    assert(spt.ready);
  }
  const before = rct.read(onlySent(spt.tick(now + 30_000))).header.tx;
  spt.stop();
  const again = connected();
  assertEquals(
    again.rct.read(onlySent(again.spt.offer(item("x"), now))).header.tx,
    before,
    "a TX number was used up",
  );
});

Deno.test("SPT: a clock set back does not hold up the repeat of an alarm", () => {
  const { spt, now } = connected();
  spt.offer(item("a"), now);
  const back = now - HOUR;
  spt.tick(back);
  assertLessOrEqual(spt.nextTick!, back + 2000);
  assertEquals(sent(spt.tick(spt.nextTick!)).length, 1);
});

Deno.test("SPT: a clock set back does not hold up the heartbeat, nor the next try", () => {
  const { spt, now } = connected();
  spt.tick(now - HOUR);
  assertLessOrEqual(spt.nextTick!, now - HOUR + 30_000);
  // In `waiting`:
  let time = now - HOUR;
  while (spt.state !== "waiting") spt.tick(time = spt.nextTick!);
  spt.tick(time - 24 * HOUR);
  assertLessOrEqual(spt.nextTick!, time - 24 * HOUR + 60_000);
});

Deno.test("SPT: a session is renewed in time although alarms follow one another without a pause", () => {
  const { spt, rct } = connected({ sessionLifetimeMs: 60_000 });
  let now = START;
  for (let i = 0; i < 100 && spt.ready; i++) {
    const request = onlySent(spt.offer(item(`a${i}`), now));
    now += 1000;
    const effects = spt.feed(rct.answer(request), now);
    assert(effects.some((effect) => effect.kind === "delivered"));
  }
  assertEquals([spt.state, spt.ready], ["connected", false], "the renewal is within the session");
  assertEquals(now, START + 60_000);
  const repeated = onlySent(spt.tick(now + 2000));
  assertEquals(rct.read(repeated).message.name, "ENCRYPT_KEY_REQ");
  assertEquals(spt.feed(rct.answer(repeated), now + 2000), [{ kind: "rekeyed", by: "spt" }]);
  assertEquals(rct.read(onlySent(spt.offer(item("next"), now + 2000))).message.name, "EVENT_MSG");
});

Deno.test("SPT: the wait before another setup stays between its limits whatever chance says", () => {
  for (const drawn of [0, 128, 255]) {
    const spt = new SptSession({
      profile,
      random: (n) => new Uint8Array(n).fill(drawn),
      identity: identityFor(),
      heartbeatMs: 30_000,
    });
    spt.start(START);
    let now = START;
    for (let i = 0; i < 10; i++) {
      while (spt.state !== "waiting") spt.tick(now = spt.nextTick!);
      const wait = spt.nextTick! - now;
      assertGreaterOrEqual(wait, 5000);
      assertLessOrEqual(wait, 60_000);
      if (i === 0) assertLessOrEqual(wait, 6250);
      if (i > 4) assertGreaterOrEqual(wait, 45_000);
      spt.tick(now = spt.nextTick!);
    }
  }
});

Deno.test("SPT: the longest wait for a response is the profile's", () => {
  const patient = { ...profile, values: { ...profile.values, responseTimeoutMaxMs: 3000 } };
  const { spt, now } = connected({ profile: patient });
  spt.offer(item("a"), now);
  spt.tick(now + 2000);
  assertEquals(spt.nextTick, now + 5000);
});

Deno.test("RCT: a clock set back does not blind the supervision of a path", () => {
  const rct = centre();
  const spt = new ScriptedSpt();
  spt.setUp(rct, START);
  const site = rct.sites.get("site")!;
  rct.tick(START - HOUR);
  assertEquals(rct.tick(START - HOUR + 40_000).flatMap(({ effects }) => effects.map((e) => e.kind)), [
    "path-failed",
  ]);
  assertEquals(site.state, "failed");
});

Deno.test("RCT: a clock set back that only a datagram shows does not blind it either", () => {
  const rct = centre();
  const spt = new ScriptedSpt();
  spt.setUp(rct, START);
  const stray = new ScriptedSpt(7);
  stray.handle = spt.handle;
  rct.feed(stray.request({ name: "POLL_MSG" }), NEARBY, START - HOUR);
  rct.tick(START - HOUR + 40_000);
  assertEquals(rct.sites.get("site")!.state, "failed");
});

const NEARBY = { hostname: "192.168.1.9", port: 1 };

Deno.test("RCT: an event settled after its session was replaced sends nothing", () => {
  const rct = centre();
  const spt = new ScriptedSpt();
  spt.setUp(rct, START);
  const { session, effects } = spt.say(rct, alarm(), START);
  const event = effects.find((effect) => effect.kind === "event");
  assert(event?.kind === "event");
  spt.setUp(rct, START + 1000);
  assertEquals(session.settle(event.ref, "RESP_ACKNOWLEDGE"), []);
});

Deno.test("RCT: alarms on worn-out sequence numbers are sent to a new session, not dropped", () => {
  const rct = centre();
  const spt = new ScriptedSpt();
  spt.setUp(rct, START);
  let last = "";
  for (let i = 0; i < 65_100 && last !== "RESP_REESTABLISH_CONNECTION"; i++) {
    const { session, effects } = spt.say(rct, alarm(`#1|NBA${i}`), START);
    const event = effects.find((effect) => effect.kind === "event");
    const done = event?.kind === "event" ? session.settle(event.ref, "RESP_ACKNOWLEDGE") : effects;
    assertEquals(sent(done).length, 1, `alarm ${i} was not answered`);
    last = spt.read(sent(done)[0]!).result ?? "";
  }
  assertEquals(last, "RESP_REESTABLISH_CONNECTION");
  // Nor does the RCT ask anything itself: it would use up numbers that are not there.
  const site = rct.sites.get("site")!;
  assertEquals(sent(site.request({ kind: "poll", ref: "p" }, START)), []);
  assertEquals(sent(rct.tick(START + 1000).flatMap(({ effects }) => effects)), []);
  assertGreaterOrEqual(site.nextTick!, START + 1000, "a timer that is over would never rest");
  // The alarm that was not taken is taken in the new session.
  spt.setUp(rct, START);
  assertEquals(spt.say(rct, alarm("the last"), START).effects.map(({ kind }) => kind), ["event"]);
});

Deno.test("RCT: a site whose alarm the RCT itself holds up is not reported as silent", () => {
  const rct = centre({ heartbeatMs: [1000, 10_000] });
  const spt = new ScriptedSpt();
  spt.setUp(rct, START, { intervalS: 10 });
  const request = spt.request(alarm());
  const found = rct.feed(request, NEARBY, START);
  const event = found?.effects.find((effect) => effect.kind === "event");
  assert(event?.kind === "event");
  // Pass-through: the AE takes 20 s. The SPT has one request outstanding and can only repeat it.
  const failed: number[] = [];
  const tick = (from: number, to: number) => {
    for (let ms = from; ms <= to; ms += 500) {
      if ([2000, 6000, 14_000].includes(ms)) rct.feed(request, NEARBY, START + ms);
      if (rct.tick(START + ms).some(({ effects }) => effects.some((e) => e.kind === "path-failed"))) {
        failed.push(ms);
      }
    }
  };
  tick(500, 20_000);
  found!.session.settle(event.ref, "RESP_ACKNOWLEDGE");
  tick(20_500, 24_000);
  assertEquals(failed, [], "the RCT reports a path that it keeps waiting itself");
  tick(24_500, 40_000);
  assertEquals(failed.length, 1, "real silence must still show");
});

Deno.test("RCT: an alarm that is never settled hides a dead path no longer than the SPT would repeat it", () => {
  const rct = centre({ heartbeatMs: [1000, 10_000] });
  const spt = new ScriptedSpt();
  spt.setUp(rct, START, { intervalS: 10 });
  const request = spt.request(alarm());
  for (const ms of [0, 2000, 6000, 14_000]) rct.feed(request, NEARBY, START + ms);
  // An attacker goes on repeating it.
  for (let ms = 14_500; ms < 30_000; ms += 500) {
    rct.feed(request, NEARBY, START + ms);
    rct.tick(START + ms);
  }
  assertEquals(rct.sites.get("site")!.state, "failed");
});

Deno.test("RCT: an SPT that restarts again and again in the middle of its setup is not locked out", () => {
  const rct = centre();
  for (let i = 0; i < 8; i++) new ScriptedSpt(100 * i).begin(rct, START + i * 1000);
  new ScriptedSpt(5000).setUp(rct, START + 9000);
  assertEquals(rct.sites.get("site")!.state, "connected");
});

Deno.test("RCT: a session is forgotten after max(3 intervals, 180 s) without an authentic message", () => {
  const rct = centre({ heartbeatMs: [1000, 100_000] });
  const spt = new ScriptedSpt();
  spt.setUp(rct, START, { intervalS: 100 });
  rct.tick(START + 106_000);
  rct.tick(START + 299_999);
  const repeat = spt.request({ name: "POLL_MSG" });
  assertEquals(rct.sites.get("site")!.nextTick, START + 300_000);
  rct.tick(START + 300_000);
  assertEquals(rct.feed(repeat, NEARBY, START + 300_000), undefined);
  assertEquals(rct.counters["unknown-handle"], 1);
  assertEquals(rct.sites.get("site")!.state, "failed");
});

Deno.test("RCT: handles fit the header layout", () => {
  const identity = identityFor(otherLayout);
  const rct = new RctSessions({ profile: otherLayout, random: new SeededRandom(3).octets }, [
    { name: "site", identity },
  ]);
  new ScriptedSpt(49, identity, otherLayout).setUp(rct, START);
  assertEquals(rct.sites.get("site")!.state, "connected");
});
