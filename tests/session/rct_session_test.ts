import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Message } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile, type Result } from "../../src/ip/profile.ts";
import { open } from "../../src/ip/seal.ts";
import type { RctEffect } from "../../src/session/rct_session.ts";
import { RctSessions, type RctSite } from "../../src/session/rct_sessions.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { alarm, FAR, identityFor, NEAR, ScriptedSpt, sent, type Spoken } from "./scripted.ts";

const START = Date.UTC(2026, 0, 1);
const POLL = { name: "POLL_MSG" } as const;

function centre(site: Partial<RctSite> = {}, used = profile): RctSessions {
  return new RctSessions({ profile: used, random: new SeededRandom(2).octets }, [
    { name: "site", identity: identityFor(used), ...site },
  ]);
}

function connected(site: Partial<RctSite> = {}, used = profile) {
  const rct = centre(site, used);
  const spt = new ScriptedSpt(49, identityFor(used), used);
  spt.setUp(rct, START);
  return { rct, spt, session: rct.sites.get("site")! };
}

const kinds = (effects: RctEffect[] | undefined) => effects?.map(({ kind }) => kind);
function refOf(effects: RctEffect[]): number {
  const effect = effects.find(({ kind }) => kind === "event" || kind === "transparent");
  assert(effect?.kind === "event" || effect?.kind === "transparent");
  return effect.ref;
}

for (const used of [profile, otherLayout]) {
  Deno.test(`an alarm is handed over with all it carries, settled once, answered once (${used.name})`, () => {
    const { rct, spt, session } = connected({}, used);
    const { effects } = spt.say(rct, alarm("#1234|NBA01", 77n), START);
    assertEquals(kinds(effects), ["event"]);
    const [effect] = effects;
    assert(effect?.kind === "event");
    assertEquals([effect.event.protocol, effect.event.time, effect.from], ["sia", 77n, NEAR]);
    assertEquals(new TextDecoder().decode(effect.event.data), "#1234|NBA01");
    const [answer] = sent(session.settle(effect.ref, "RESP_ACKNOWLEDGE"));
    assertEquals(spt.read(answer!), { name: "EVENT_RESP", result: "RESP_ACKNOWLEDGE" });
    assertEquals(session.settle(effect.ref, "RESP_ACKNOWLEDGE"), []);
    assertEquals(session.settle(999, "RESP_ACKNOWLEDGE"), []);
  });
}

Deno.test("a repeated alarm is answered byte for byte from memory; while pending it is only counted", () => {
  const { rct, spt, session } = connected();
  const request = spt.request(alarm());
  const ref = refOf(rct.feed(request, NEAR, START)!.effects);
  assertEquals(rct.feed(request, NEAR, START)!.effects, [{ kind: "dropped", rule: "repeat-while-pending" }]);
  const answer = session.settle(ref, "RESP_ACKNOWLEDGE");
  assertEquals(rct.feed(request, FAR, START)!.effects, [{ kind: "send", bytes: sent(answer)[0]!, to: FAR }]);
  assertEquals(session.address, NEAR, "a repeat moves no address");
  assertEquals([session.counters["events"], session.counters["repeats-answered"]], [1, 1]);
});

Deno.test("a repeated setup request gets the same handle again, octet for octet", () => {
  const rct = centre();
  const spt = new ScriptedSpt();
  const request = spt.request({ name: "CONN_HANDLE_REQ" });
  const first = sent(rct.feed(request, NEAR, START)!.effects)[0]!;
  const second = sent(rct.feed(request, NEAR, START)!.effects)[0]!;
  assertEquals(first, second);
  assertEquals(rct.handles, 2);
  // Once the setup has gone on, the request is a replay or a straggler: what it makes is another setup.
  spt.read(first);
  spt.ask(rct, { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256"] }, START);
  assertNotEquals(sent(rct.feed(request, FAR, START)!.effects)[0], first);
  spt.ask(rct, spt.keyRequest(), START);
  spt.ask(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, START);
  assertEquals(rct.sites.get("site")!.state, "connected");
});

Deno.test("a lost ENCRYPT_KEY_RESP is repeated, and the old session serves until the new one is used", () => {
  const { rct, spt, session } = connected();
  const fresh = new ScriptedSpt(900);
  fresh.ask(rct, { name: "CONN_HANDLE_REQ" }, START + 1000);
  fresh.ask(rct, { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-128"] }, START + 1000);
  const request = fresh.request(fresh.keyRequest());
  const lost = sent(rct.feed(request, NEAR, START + 1000)!.effects)[0]!;
  // The old session still carries alarms.
  assertEquals(kinds(spt.say(rct, alarm(), START + 1100).effects), ["event"]);
  const again = sent(rct.feed(request, NEAR, START + 1200)!.effects)[0]!;
  assertEquals(again, lost);
  fresh.read(again);
  const { effects } = fresh.say(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, START + 1300);
  assertEquals(effects[0], {
    kind: "established",
    encryption: "aes-128",
    hash: "sha-256",
    masterHandle: identityFor().masterHandle,
    from: NEAR,
  });
  assertEquals(rct.feed(spt.request(POLL), NEAR, START + 1400), undefined, "the old handle must be gone");
  assertEquals(session.counters["sessions"], 2);
});

const beforeKey: Message[] = [
  POLL,
  alarm(),
  { name: "TRANSPARENT_MSG", data: new Uint8Array(3) },
  { name: "HASH_SELECT_REQ", offers: ["sha-256"] },
  { name: "PATH_SUPERVISION_REQ", intervalS: 3600, mode: "push" },
  { name: "VERSION_REQ", version: 1 },
];
for (const message of beforeKey) {
  Deno.test(`under the master key ${message.name} is sent back to the setup`, () => {
    const rct = centre();
    const spt = new ScriptedSpt();
    spt.ask(rct, { name: "CONN_HANDLE_REQ" }, START);
    assertEquals(spt.ask(rct, message, START).result, "RESP_REESTABLISH_CONNECTION");
    const site = rct.sites.get("site")!;
    assertEquals([site.state, site.address, site.lastProof], ["unknown", undefined, undefined]);
    // Nor on the master handle itself.
    const direct = new ScriptedSpt(7).request(message);
    assertEquals(rct.feed(direct, NEAR, START)!.effects, [{ kind: "dropped", rule: "not-on-master-handle" }]);
  });
}

const answered: [string, Spoken, string][] = [
  ["PMTU_REQ", { id: 0x60, data: new Uint8Array() }, "RESP_CMD_NOT_SUPPORTED"],
  ["a message no edition knows", { id: 0x5e, data: new Uint8Array(9) }, "RESP_CMD_NOT_SUPPORTED"],
  ["CONN_HANDLE_REQ within a session", { name: "CONN_HANDLE_REQ" }, "RESP_CMD_NOT_SUPPORTED"],
  ["SET_TIME_CMD", { name: "SET_TIME_CMD", time: 1n }, "RESP_CMD_NOT_SUPPORTED"],
  ["an EVENT_MSG cut short", { id: 0x30, data: new Uint8Array([0, 0, 9]) }, "RESP_NEGATIVE_ACKNOWLEDGE"],
  ["an EVENT_MSG without data", { id: 0x30, data: new Uint8Array() }, "RESP_NEGATIVE_ACKNOWLEDGE"],
  ["a short PATH_SUPERVISION_REQ", { id: 0x45, data: new Uint8Array(2) }, "RESP_NEGATIVE_ACKNOWLEDGE"],
  [
    "an offer of unknown ciphers",
    { id: 0x42, data: new Uint8Array([0, 9, 8]) },
    "RESP_ENCRYPTION_NOT_SUPPORTED",
  ],
  ["an offer of no encryption", { id: 0x42, data: new Uint8Array([0, 0]) }, "RESP_ENCRYPTION_NOT_SUPPORTED"],
  ["a new master method", { id: 0x42, data: new Uint8Array([2, 2]) }, "RESP_ENCRYPTION_NOT_SUPPORTED"],
  ["an offer of RIPEMD alone", { id: 0x44, data: new Uint8Array([1]) }, "RESP_HASH_NOT_SUPPORTED"],
  ["a key that the SPT brings", { id: 0x43, data: new Uint8Array(33).fill(1) }, "RESP_CMD_NOT_SUPPORTED"],
  ["version 0", { name: "VERSION_REQ", version: 0 }, "RESP_PROTOCOL_VERSION_NOT_SUPPORTED"],
  [
    "another device ID",
    { name: "DEVICE_ID_REQ", master: false, deviceId: new Uint8Array(16) },
    "RESP_DEVICE_NOT_ALLOWED",
  ],
];
for (const [what, spoken, result] of answered) {
  Deno.test(`${what} is answered with ${result}, and the session goes on`, () => {
    const { rct, spt } = connected({ hashes: ["sha-256"] });
    const [answer, more] = sent(spt.say(rct, spoken, START).effects);
    assertEquals(more, undefined);
    const opened = open(profile, spt.keys, answer!);
    assert(opened.ok);
    const code = profile.results.find(({ name }) => name === result)!.id;
    assertEquals([opened.header.rx, opened.data[0]], [spt.tx, code]);
    spt.rx = (opened.header.tx + 1) & 0xffff;
    assertEquals(spt.ask(rct, POLL, START).result, "RESP_ACKNOWLEDGE");
  });
}

Deno.test("a response that nobody asked for is dropped and uses up no number, and the session goes on", () => {
  const { rct, spt } = connected();
  const { effects } = spt.say(rct, { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" }, START);
  assertEquals(effects, [{ kind: "dropped", rule: "unexpected-response" }]);
  // Its number went to nothing: an SPT that skips it has lost count, and the setup is its way back.
  assertEquals(spt.say(rct, POLL, START).effects, [{ kind: "dropped", rule: "sequence" }]);
  spt.tx = (spt.tx - 2) & 0xffff;
  assertEquals(spt.ask(rct, POLL, START).result, "RESP_ACKNOWLEDGE");
});

Deno.test("the heartbeat is kept within the RCT's limits, and the SPT is told", () => {
  const { rct, spt, session } = connected({ heartbeatMs: [10_000, 60_000] });
  const asked = (intervalS: number) =>
    spt.ask(rct, { name: "PATH_SUPERVISION_REQ", intervalS, mode: "push" }, START);
  const told = (result: Result, intervalS: number): Message => ({
    name: "PATH_SUPERVISION_RESP",
    result,
    intervalS,
    mode: "push",
  });
  assertEquals(asked(61), told("RESP_POLL_TOO_SLOW", 60));
  assertEquals(session.heartbeatMs, 60_000);
  // RESP_POLL_TOO_SLOW is the only other result that PATH_SUPERVISION_RESP may have (A).
  assertEquals(asked(9), told("RESP_ACKNOWLEDGE", 10));
  assertEquals(asked(0), told("RESP_ACKNOWLEDGE", 10));
  assertEquals(asked(0xffffffff), told("RESP_POLL_TOO_SLOW", 60));
  assertEquals(asked(25), told("RESP_ACKNOWLEDGE", 25));
  assertEquals(session.heartbeatMs, 25_000);
});

Deno.test("a heartbeat limit that is no whole second is supervised as it is told, rounded up", () => {
  const { rct, spt, session } = connected({ heartbeatMs: [1500, 2500] });
  for (const [asked, told] of [[1, 2], [60, 3], [2, 2]] as const) {
    const answer = spt.ask(rct, { name: "PATH_SUPERVISION_REQ", intervalS: asked, mode: "push" }, START);
    assert(answer.name === "PATH_SUPERVISION_RESP");
    assertEquals([answer.intervalS, session.heartbeatMs], [told, told * 1000]);
  }
});

Deno.test("supervision: failed one interval and three timeouts after the last proof, restored by the next", () => {
  const { rct, spt, session } = connected();
  assertEquals(session.nextTick, START + 36_000);
  assertEquals(rct.tick(START + 35_999), []);
  const [failed] = rct.tick(START + 36_000);
  assertEquals(failed?.effects, [{ kind: "path-failed", lastProof: START, limitMs: 36_000 }]);
  assertEquals(rct.tick(START + 40_000), [], "said once");
  assertEquals(session.state, "failed");
  const { effects } = spt.say(rct, POLL, START + 50_000);
  assertEquals(kinds(effects), ["path-restored", "send"]);
  assertEquals([session.state, session.nextTick], ["connected", START + 86_000]);
});

Deno.test("any authentic request proves life, a repeat does not", () => {
  const { rct, spt, session } = connected();
  const request = spt.request({ name: "VERSION_REQ", version: 1 });
  rct.feed(request, NEAR, START + 20_000);
  assertEquals(session.lastProof, START + 20_000);
  rct.feed(request, NEAR, START + 30_000);
  assertEquals(session.lastProof, START + 20_000);
});

Deno.test("NAT: the address follows the next authentic message, and is told", () => {
  const { rct, spt, session } = connected();
  const { effects } = spt.say(rct, POLL, START, FAR);
  assertEquals(effects[0], { kind: "moved", from: NEAR, to: FAR });
  assert(effects[1]?.kind === "send");
  assertEquals(effects[1].to, FAR);
  assertEquals([session.address, session.counters["address-changes"]], [FAR, 1]);
});

Deno.test("replayed setup requests do not push out a setup that has gone on", () => {
  const rct = centre();
  const tape = Array.from(
    { length: 20 },
    (_, i) => new ScriptedSpt(i * 50).request({ name: "CONN_HANDLE_REQ" }),
  );
  const spt = new ScriptedSpt(5000);
  const flood = () => tape.forEach((request) => rct.feed(request, FAR, START));
  spt.begin(rct, START);
  flood();
  spt.ask(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, START);
  flood();
  assertEquals(spt.ask(rct, POLL, START).result, "RESP_ACKNOWLEDGE");
  assertEquals(rct.handles, 1 + 1 + 4);
});

Deno.test("setups that all went on: replays cannot push out the newest of them", () => {
  const rct = centre();
  for (let i = 0; i < 5; i++) new ScriptedSpt(100 * i).begin(rct, START);
  const spt = new ScriptedSpt(5000);
  spt.begin(rct, START);
  for (let i = 0; i < 20; i++) {
    rct.feed(new ScriptedSpt(9000 + i).request({ name: "CONN_HANDLE_REQ" }), FAR, START);
  }
  assertEquals(
    spt.ask(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, START).result,
    "RESP_ACKNOWLEDGE",
  );
});

Deno.test("alarms of sessions long gone, never settled, leave nothing behind and answer nothing", () => {
  const { rct, spt, session } = connected();
  const refs: number[] = [];
  for (let i = 0; i < 200; i++) {
    refs.push(refOf(spt.say(rct, alarm(`#1|NBA${i}`), START + i).effects));
    if (i % 3 === 0) spt.setUp(rct, START + i);
  }
  const { effects } = spt.say(rct, alarm("the last"), START + 300);
  for (const ref of refs) assertEquals(session.settle(ref, "RESP_ACKNOWLEDGE"), [], `ref ${ref}`);
  assertEquals(sent(session.settle(refOf(effects), "RESP_ACKNOWLEDGE")).length, 1);
});

Deno.test("an alarm that its SPT gave up for another question is not answered any more", () => {
  const { rct, spt, session } = connected();
  const ref = refOf(spt.say(rct, alarm(), START).effects);
  assertEquals(spt.ask(rct, POLL, START).result, "RESP_ACKNOWLEDGE");
  assertEquals(session.settle(ref, "RESP_ACKNOWLEDGE"), []);
  assertEquals(spt.ask(rct, POLL, START).result, "RESP_ACKNOWLEDGE");
});

Deno.test("a settled alarm of an expired session is harmless", () => {
  const { rct, spt, session } = connected();
  const ref = refOf(spt.say(rct, alarm(), START).effects);
  rct.tick(START + 180_000);
  assertEquals(session.counters["sessions-expired"], 1);
  assertEquals(session.settle(ref, "RESP_ACKNOWLEDGE"), []);
  assertEquals(session.state, "failed");
  spt.setUp(rct, START + 200_000);
  assertEquals(session.state, "connected");
  assertEquals(rct.handles, 2);
});

Deno.test("TRANSPARENT octets are handed over and answered with octets; too many are the caller's error", () => {
  const { rct, spt, session } = connected();
  const { effects } = spt.say(rct, { name: "TRANSPARENT_MSG", data: new Uint8Array([1, 2]) }, START);
  const ref = refOf(effects);
  assertThrows(
    () => session.settle(ref, "RESP_ACKNOWLEDGE", new Uint8Array(2000)),
    RangeError,
    "2000 octets",
  );
  const most = new Uint8Array(949).fill(5);
  const [answer] = sent(session.settle(ref, "RESP_ACKNOWLEDGE", most));
  assertEquals(spt.read(answer!), { name: "TRANSPARENT_RESP", result: "RESP_ACKNOWLEDGE", data: most });
});
