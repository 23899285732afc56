import { assert, assertEquals, assertGreater } from "@std/assert";
import fc from "fast-check";
import { type ProtocolName, reconstructed2020 as profile, type Result } from "../../src/ip/profile.ts";
import {
  type SptEffect,
  type SptItem,
  SptSession,
  type SptSessionOptions,
} from "../../src/session/spt_session.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { identityFor, onlySent, ScriptedRct, sent, type Spoken } from "./scripted.ts";

const START = Date.UTC(2026, 0, 1);
const STEPS = [
  "CONN_HANDLE_REQ",
  "ENCRYPT_SELECT_REQ",
  "ENCRYPT_KEY_REQ",
  "HASH_SELECT_REQ",
  "PATH_SUPERVISION_REQ",
  "POLL_MSG",
  "VERSION_REQ",
  "DEVICE_ID_REQ",
];

function fresh(options: Partial<SptSessionOptions> = {}): { spt: SptSession; rct: ScriptedRct } {
  const used = options.profile ?? profile;
  const rct = new ScriptedRct(identityFor(used), used);
  const random = new SeededRandom(1).octets;
  return {
    rct,
    spt: new SptSession({ profile: used, random, identity: rct.identity, heartbeatMs: 30_000, ...options }),
  };
}

/** Sets up; `answer` may replace the response to one message. */
function setUp(
  options: Partial<SptSessionOptions> = {},
  answer: (name: string) => Spoken | undefined = () => undefined,
): { spt: SptSession; rct: ScriptedRct; effects: SptEffect[]; names: string[] } {
  const { spt, rct } = fresh(options);
  const names: string[] = [];
  let effects = spt.start(START);
  for (let i = 0; i < 8 && spt.state === "setting-up"; i++) {
    const send = effects.find((effect) => effect.kind === "send");
    assert(send?.kind === "send");
    names.push(send.message);
    effects = spt.feed(rct.answer(send.bytes, answer(send.message)), START);
  }
  return { spt, rct, effects, names };
}

const event = (ref: string, protocol: ProtocolName = "sia"): SptItem => ({
  kind: "event",
  ref,
  protocol,
  data: new TextEncoder().encode("#1234|NBA01"),
  time: 7n,
});
const kinds = (effects: SptEffect[]) => effects.map(({ kind }) => kind);

for (const used of [profile, otherLayout]) {
  Deno.test(`the way through the states, from idle to connected and back (${used.name})`, () => {
    const { spt, rct, names, effects } = setUp({ profile: used });
    assertEquals(names, STEPS);
    assertEquals(effects, [{ kind: "state", state: "connected", reason: "session with aes-256" }]);
    assert(spt.ready);
    assertEquals(spt.lastProof, START);
    const request = onlySent(spt.offer(event("a"), START));
    assertEquals(spt.ready, false);
    assertEquals(spt.feed(rct.answer(request), START + 1), [{ kind: "delivered", ref: "a" }]);
    assertEquals(spt.stop(), []);
    assertEquals([spt.state, spt.ready, spt.nextTick], ["idle", false, undefined]);
  });
}

Deno.test("before the start and after the stop nothing happens, whatever comes", () => {
  const { spt } = fresh();
  assertEquals(spt.tick(START), []);
  assertEquals(spt.nextTick, undefined);
  assertEquals(spt.offer(event("a"), START), [{ kind: "returned", ref: "a" }]);
  assertEquals(spt.feed(new Uint8Array(132), START), [{ kind: "dropped", rule: "unexpected" }]);
  spt.start(START);
  assertEquals(spt.start(START), [], "started twice");
  spt.stop();
  assertEquals(spt.tick(START + 1e9), []);
});

Deno.test("stop() gives back the alarm in flight, once, and its late answer is dropped", () => {
  const { spt, rct } = setUp();
  const answer = rct.answer(onlySent(spt.offer(event("a"), START)));
  assertEquals(spt.stop(), [{ kind: "returned", ref: "a" }]);
  assertEquals(spt.stop(), []);
  assertEquals(kinds(spt.feed(answer, START)), ["dropped"]);
});

Deno.test("a request goes out at 0, 2, 6 and 14 s, the same octets, and is given up at 22 s", () => {
  const { spt } = setUp();
  const first = onlySent(spt.offer(event("a"), START));
  for (const [i, seconds] of [2, 6, 14].entries()) {
    const at = START + seconds * 1000;
    assertEquals(spt.nextTick, at);
    assertEquals(spt.tick(at - 1), []);
    const [again] = spt.tick(at);
    assert(again?.kind === "send");
    assertEquals(again, { kind: "send", bytes: first, message: "EVENT_MSG", attempt: i + 2, ref: "a" });
  }
  assertEquals(spt.nextTick, START + 22_000);
  const effects = spt.tick(START + 22_000);
  assertEquals(kinds(effects), ["returned", "path-failed", "state", "send"]);
  assertEquals(spt.state, "setting-up");
  assertEquals(spt.counters["retransmissions"], 3);
});

Deno.test("an RCT that stays away is tried with growing pauses; the path fails once", () => {
  const { spt } = fresh();
  spt.start(START);
  let failed = 0;
  const pauses: number[] = [];
  for (let i = 0; i < 60; i++) {
    const now = spt.nextTick!;
    const effects = spt.tick(now);
    failed += effects.filter(({ kind }) => kind === "path-failed").length;
    if (spt.state === "waiting") pauses.push(spt.nextTick! - now);
  }
  assertEquals(failed, 1);
  assertGreater(pauses.length, 8);
  assert(pauses.every((pause) => pause >= 5000 && pause <= 60_000));
  assert(pauses[1]! > pauses[0]! && pauses[2]! > pauses[1]!, "the pauses must grow");
  assertEquals(new Set(pauses).size, pauses.length, "the pauses must not be in step");
});

Deno.test("any request restarts the heartbeat", () => {
  const { spt, rct } = setUp();
  const later = START + 20_000;
  spt.feed(rct.answer(onlySent(spt.offer(event("a"), later))), later);
  assertEquals(spt.nextTick, later + 30_000);
  assertEquals(spt.tick(START + 30_000), []);
  const [poll] = spt.tick(later + 30_000);
  assert(poll?.kind === "send" && poll.message === "POLL_MSG");
});

for (const result of ["RESP_POLL_TOO_SLOW", "RESP_POLL_TOO_FAST"] as const) {
  Deno.test(`the interval that comes with ${result} is taken over`, () => {
    const { spt } = setUp(
      {},
      (name) =>
        name === "PATH_SUPERVISION_REQ"
          ? { name: "PATH_SUPERVISION_RESP", result, intervalS: 45, mode: "push" }
          : undefined,
    );
    assertEquals([spt.state, spt.heartbeatMs, spt.nextTick], ["connected", 45_000, START + 45_000]);
  });
}

const key = new Uint8Array(32);
const unusable: [string, Spoken][] = [
  ["handle 0", { name: "CONN_HANDLE_RESP", result: "RESP_ACKNOWLEDGE", handle: 0 }],
  ["a cipher not offered", {
    name: "ENCRYPT_SELECT_RESP",
    result: "RESP_ACKNOWLEDGE",
    master: false,
    encryption: "none",
  }],
  ["a hash not offered", { name: "HASH_SELECT_RESP", result: "RESP_ACKNOWLEDGE", hash: "ripemd-256" }],
  ["no key", {
    name: "ENCRYPT_KEY_RESP",
    result: "RESP_NEGATIVE_ACKNOWLEDGE",
    master: false,
    fromRct: false,
    key,
  }],
  ["pull", { name: "PATH_SUPERVISION_RESP", result: "RESP_ACKNOWLEDGE", intervalS: 30, mode: "pull" }],
  ["no interval", { name: "PATH_SUPERVISION_RESP", result: "RESP_ACKNOWLEDGE", intervalS: 0, mode: "push" }],
  ["REESTABLISH to the poll", { name: "POLL_RESP", result: "RESP_REESTABLISH_CONNECTION" }],
];
for (const [what, response] of unusable) {
  Deno.test(`a setup answered with ${what} is given up and tried again later`, () => {
    assert("name" in response);
    const answered = response.name.replace("_RESP", response.name === "POLL_RESP" ? "_MSG" : "_REQ");
    const { spt, effects } = setUp({}, (name) => name === answered ? response : undefined);
    assertEquals(kinds(effects), ["path-failed", "state"]);
    assertEquals(spt.state, "waiting");
    assertEquals(kinds(spt.tick(spt.nextTick!)), ["state", "send"]);
  });
}

Deno.test("an RCT that knows neither VERSION nor DEVICE_ID is used all the same", () => {
  const { spt } = setUp(
    {},
    (name) =>
      name === "VERSION_REQ"
        ? { id: 0xc8, data: new Uint8Array([0]) }
        : name === "DEVICE_ID_REQ"
        ? { id: 0xc1, data: new Uint8Array([0]) }
        : undefined,
  );
  assertEquals(spt.state, "connected");
  assertEquals(spt.counters["version-resp:RESP_CMD_NOT_SUPPORTED"], 1);
});

Deno.test("REESTABLISH in answer to an alarm gives the alarm back and sets up at once", () => {
  const { spt, rct } = setUp();
  const request = onlySent(spt.offer(event("a"), START));
  const effects = spt.feed(
    rct.answer(request, { name: "EVENT_RESP", result: "RESP_REESTABLISH_CONNECTION" }),
    START,
  );
  assertEquals(kinds(effects), ["returned", "state", "send"]);
  const poll = setUp();
  const asked = onlySent(poll.spt.tick(START + 30_000));
  const answer = poll.rct.answer(asked, { name: "POLL_RESP", result: "RESP_REESTABLISH_CONNECTION" });
  assertEquals(kinds(poll.spt.feed(answer, START + 30_000)), ["state", "send"]);
});

Deno.test("what the RCT refuses is refused once, with its reason, and the session goes on", () => {
  const { spt, rct } = setUp();
  for (const result of ["RESP_PROCESS_ERROR", "RESP_NEGATIVE_ACKNOWLEDGE", "RESP_0x7b"] as Result[]) {
    const answer = rct.answer(onlySent(spt.offer(event("a"), START)), { name: "EVENT_RESP", result });
    assertEquals(spt.feed(answer, START), [{ kind: "refused", ref: "a", result }]);
    assertEquals(kinds(spt.feed(answer, START)), ["dropped"]);
    assert(spt.ready);
  }
  assertEquals(spt.counters["refused"], 3);
});

Deno.test("an alarm is delivered once although its answer comes three times", () => {
  const { spt, rct } = setUp();
  const answer = rct.answer(onlySent(spt.offer(event("a"), START)));
  assertEquals([1, 2, 3].flatMap(() => kinds(spt.feed(answer, START))), ["delivered", "dropped", "dropped"]);
  // Nor does the old answer deliver the next one.
  spt.offer(event("b"), START);
  assertEquals(spt.feed(answer, START), [{ kind: "dropped", rule: "sequence" }]);
});

Deno.test("while one request is outstanding another item is handed back", () => {
  const { spt } = setUp();
  spt.offer(event("a"), START);
  assertEquals(spt.offer(event("b"), START), [{ kind: "returned", ref: "b" }]);
});

Deno.test("a TRANSPARENT_RESP brings back its octets", () => {
  const { spt, rct } = setUp();
  const data = new Uint8Array([1, 2, 3]);
  const request = onlySent(spt.offer({ kind: "transparent", ref: "t", data: new Uint8Array([9]) }, START));
  const answer = rct.answer(request, { name: "TRANSPARENT_RESP", result: "RESP_ACKNOWLEDGE", data });
  assertEquals(spt.feed(answer, START), [{ kind: "delivered", ref: "t", data }]);
});

Deno.test("a session is renewed by age, without a word about a failed path", () => {
  const { spt } = setUp({ sessionLifetimeMs: 20_000 });
  assertEquals(spt.nextTick, START + 20_000);
  assertEquals(kinds(spt.tick(START + 20_000)), ["state", "send"]);
  assertEquals(spt.state, "setting-up");
});

Deno.test("a session is renewed by count, before its sequence numbers come round", () => {
  const { spt, rct } = setUp();
  let carried = 0;
  while (spt.state === "connected" && carried < 65_000) {
    spt.feed(rct.answer(onlySent(spt.offer(event(`${carried++}`), START))), START);
  }
  assertEquals(spt.state, "setting-up");
  assertGreater(carried, 59_000);
  assertEquals(spt.counters["path-failures"], undefined);
});

const wrong: [string, (rct: ScriptedRct, request: Uint8Array) => Uint8Array, string][] = [
  [
    "another device",
    (r, q) => r.answer(q, undefined, { deviceId: r.identity.sptDeviceId }),
    "wrong-device-id",
  ],
  ["RX of another request", (r, q) => r.answer(q, undefined, { rx: 1 }), "sequence"],
  [
    "the answer to another message",
    (r, q) => r.answer(q, { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" }),
    "unexpected-response",
  ],
  ["a request", (r, q) => r.answer(q, { name: "POLL_MSG" }), "unexpected-request"],
  ["no result", (r, q) => r.answer(q, { id: 0xb0, data: new Uint8Array() }), "message-data-too-short"],
];
for (const [what, answer, rule] of wrong) {
  Deno.test(`an authentic datagram with ${what} is dropped as ${rule}; the right one still counts`, () => {
    const { spt, rct } = setUp();
    const request = onlySent(spt.offer(event("a"), START));
    const before = spt.nextTick;
    assertEquals(spt.feed(answer(rct, request), START), [{ kind: "dropped", rule }]);
    assertEquals(spt.nextTick, before);
    assertEquals(spt.feed(rct.answer(request), START), [{ kind: "delivered", ref: "a" }]);
  });
}

Deno.test("random and damaged datagrams neither throw nor change anything, in any state", () => {
  for (const steps of [0, 1, 3, 5, 8]) {
    const { spt, rct } = fresh();
    let request = onlySent(spt.start(START).filter(({ kind }) => kind === "send"));
    for (let i = 0; i < steps; i++) {
      const [next] = sent(spt.feed(rct.answer(request), START));
      request = next ?? onlySent(spt.offer(event("a"), START));
    }
    const state = () => [spt.state, spt.ready, spt.nextTick, spt.heartbeatMs, spt.lastProof];
    const before = state();
    const unharmed = (octets: Uint8Array) => {
      assertEquals(kinds(spt.feed(octets, START + 1)), ["dropped"]);
      assertEquals(state(), before);
    };
    const real = rct.answer(request);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1600 }), unharmed));
    fc.assert(fc.property(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const damaged = real.slice();
      damaged[at]! ^= mask;
      unharmed(damaged);
    }));
    for (let length = 0; length < real.length; length++) unharmed(real.subarray(0, length));
    assert(!kinds(spt.feed(real, START + 1)).includes("dropped"), "the real one must still count");
  }
});
