import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import fc from "fast-check";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { alarm, FAR, identityFor, NEAR, ScriptedSpt } from "./scripted.ts";

const START = Date.UTC(2026, 0, 1);
const POLL = { name: "POLL_MSG" } as const;

function centre(sites: number, used = profile): RctSessions {
  return new RctSessions(
    { profile: used, random: new SeededRandom(4).octets },
    Array.from({ length: sites }, (_, i) => ({ name: `site ${i + 1}`, identity: identityFor(used, i + 1) })),
  );
}

Deno.test("ten thousand setups leave as many handles as there were after the first", () => {
  const rct = centre(1);
  const spt = new ScriptedSpt();
  spt.setUp(rct, START);
  assertEquals(rct.handles, 2);
  for (let i = 1; i <= 10_000; i++) {
    if (i % 2 === 0) spt.setUp(rct, START + i);
    else spt.begin(rct, START + i);
    assert(rct.handles <= 6, `${rct.handles} handles after ${i} setups`);
  }
  rct.tick(START + 10_000 + 60_000);
  assertEquals(rct.handles, 2, "the active session and the master set");
});

Deno.test("setups that nobody continues are given up after a minute", () => {
  const rct = centre(1);
  const spt = new ScriptedSpt();
  const request = spt.request({ name: "CONN_HANDLE_REQ" });
  rct.feed(request, NEAR, START);
  assertEquals(rct.handles, 2);
  rct.tick(START + 59_999);
  assertEquals(rct.handles, 2);
  assertEquals(rct.sites.get("site 1")!.nextTick, START + 60_000);
  rct.tick(START + 60_000);
  assertEquals(rct.handles, 1);
  // What is left to wait for is the SPT itself.
  assertGreater(rct.sites.get("site 1")!.nextTick!, START + 60_000);
  rct.setMasters("site 1", []);
  assertEquals(rct.sites.get("site 1")!.nextTick, undefined);
});

Deno.test("two sites do not disturb one another", () => {
  const rct = centre(2);
  const [one, two] = [1, 2].map((fill) => new ScriptedSpt(fill * 1000, identityFor(profile, fill)));
  one!.setUp(rct, START);
  two!.setUp(rct, START, { from: FAR });
  const { site, effects } = one!.say(rct, alarm("#1|NBA1"), START + 1000);
  assertEquals([site, effects.map((e) => e.kind)], ["site 1", ["event"]]);
  // The second site's datagrams under the first one's handle open nothing.
  const stray = two!.request(POLL, { handle: one!.handle });
  assertEquals(rct.feed(stray, FAR, START + 1000)?.effects, [{ kind: "dropped", rule: "unauthentic" }]);
  assertEquals(rct.sites.get("site 1")!.address, NEAR);
  assertEquals(rct.sites.get("site 2")!.address, FAR);
  // Only the silent one fails.
  two!.tx = (two!.tx - 1) & 0xffff;
  two!.ask(rct, POLL, START + 30_000, FAR);
  assertEquals(rct.tick(START + 37_000).map(({ site }) => site), ["site 1"]);
  assertEquals([...rct.sites.values()].map(({ state }) => state), ["failed", "connected"]);
});

Deno.test("datagrams that concern no site are counted by what is wrong with them", () => {
  const rct = centre(1);
  assertEquals(rct.feed(new Uint8Array(3), NEAR, START), undefined);
  assertEquals(rct.feed(new Uint8Array(132), NEAR, START), undefined);
  assertEquals(rct.feed(new Uint8Array(132).fill(5), NEAR, START), undefined);
  assertEquals(rct.counters, { "datagram-too-short": 1, "commissioning-closed": 1, "unknown-handle": 1 });
});

Deno.test("a name or a master handle is taken only once", () => {
  const rct = centre(1);
  assertThrows(
    () => rct.add({ name: "site 1", identity: identityFor(profile, 9) }),
    RangeError,
    "there already",
  );
  assertThrows(
    () => rct.add({ name: "other", identity: identityFor(profile, 1) }),
    RangeError,
    "master handle",
  );
  rct.add({ name: "other", identity: identityFor(profile, 9) });
  assertEquals([...rct.sites.keys()], ["site 1", "other"]);
});

Deno.test("chance that always draws the same handle, or none at all, ends with another handle and no endless loop", () => {
  for (const fill of [0, 0xff]) {
    const random = (n: number) => new Uint8Array(n).fill(fill);
    const rct = new RctSessions({ profile: otherLayout, random }, [
      { name: "a", identity: identityFor(otherLayout, 1) },
      { name: "b", identity: identityFor(otherLayout, 2) },
    ]);
    const handles = [1, 2].map((site) => {
      const spt = new ScriptedSpt(5, identityFor(otherLayout, site), otherLayout);
      spt.ask(rct, { name: "CONN_HANDLE_REQ" }, START);
      return spt.handle;
    });
    assertEquals(new Set(handles).size, 2);
    assert(handles.every((handle) => handle > 0 && handle < 0x10000));
  }
});

Deno.test("with no handle left a setup is dropped and counted, the sessions go on", () => {
  const one = {
    ...otherLayout,
    header: otherLayout.header.map((f) => f.name === "handle" ? { ...f, size: 1 } : f),
  };
  const identity = { ...identityFor(one), masterHandle: 1 };
  const rct = new RctSessions({ profile: one, random: new SeededRandom(5).octets }, [{
    name: "a",
    identity,
  }]);
  const spt = new ScriptedSpt(5, identity, one);
  spt.setUp(rct, START);
  for (let handle = 1; handle < 256; handle++) {
    if (handle === 1 || handle === spt.handle) continue;
    rct.add({ name: `${handle}`, identity: { ...identity, masterHandle: handle } });
  }
  const late = new ScriptedSpt(9, identity, one).request({ name: "CONN_HANDLE_REQ" });
  assertEquals(rct.feed(late, NEAR, START)?.effects, [{ kind: "dropped", rule: "no-free-handle" }]);
  assertEquals(spt.ask(rct, POLL, START).result, "RESP_ACKNOWLEDGE");
});

Deno.test("whatever octets come, nothing is thrown and no session changes", () => {
  const rct = centre(2);
  const spt = new ScriptedSpt();
  spt.setUp(rct, START);
  const site = rct.sites.get("site 1")!;
  const state = () => [site.state, site.address, site.lastProof, site.heartbeatMs, rct.handles];
  const before = state();
  const unharmed = (octets: Uint8Array) => {
    const found = rct.feed(octets, FAR, START + 1000);
    assert(found === undefined || found.effects.every(({ kind }) => kind === "dropped"));
    assertEquals(state(), before);
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1600 }), unharmed));
  const real = spt.sealed(0x30, new Uint8Array(40));
  fc.assert(fc.property(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
    const damaged = real.slice();
    damaged[at]! ^= mask;
    unharmed(damaged);
  }));
  for (let length = 0; length < real.length; length++) unharmed(real.subarray(0, length));
});
