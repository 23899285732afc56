import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
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
  "RCT_IP_PARAM_REQ",
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

/**
 * Sets up, and asks what can wait; `answer` may replace the response to one message. `effects` are those of the last
 * answer before the state changed.
 */
function setUp(
  options: Partial<SptSessionOptions> = {},
  answer: (name: string) => Spoken | undefined = () => undefined,
): { spt: SptSession; rct: ScriptedRct; effects: SptEffect[]; names: string[] } {
  const { spt, rct } = fresh(options);
  const names: string[] = [];
  const exchange = (effects: SptEffect[]): SptEffect[] => {
    const send = effects.find((effect) => effect.kind === "send");
    assert(send?.kind === "send");
    names.push(send.message);
    return spt.feed(rct.answer(send.bytes, answer(send.message)), START);
  };
  let effects = spt.start(START);
  for (let i = 0; i < 8 && spt.state === "setting-up"; i++) effects = exchange(effects);
  while (spt.state === "connected" && spt.nextTick! <= START) exchange(spt.tick(START));
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
    assertEquals(effects, [
      { kind: "state", state: "connected", reason: "session with aes-256 and sha-256" },
    ]);
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

for (const result of ["RESP_POLL_TOO_SLOW", "RESP_POLL_TOO_FAST", "RESP_ACKNOWLEDGE"] as const) {
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
  ["a key of zeros", {
    name: "ENCRYPT_KEY_RESP",
    result: "RESP_ACKNOWLEDGE",
    master: false,
    fromRct: false,
    key: new Uint8Array(32),
  }],
  ["a key for the master set", {
    name: "ENCRYPT_KEY_RESP",
    result: "RESP_ACKNOWLEDGE",
    master: true,
    fromRct: false,
    key: new Uint8Array(32).fill(1),
  }],
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

Deno.test("an RCT that knows neither VERSION nor DEVICE_ID nor RCT_IP_PARAM is used all the same", () => {
  const ids: Record<string, number> = { VERSION_REQ: 0xc8, DEVICE_ID_REQ: 0xc1, RCT_IP_PARAM_REQ: 0xe3 };
  const { spt } = setUp({}, (name) => {
    const id = ids[name];
    return id === undefined ? undefined : { id, data: new Uint8Array([0]) };
  });
  assertEquals(spt.state, "connected");
  for (const name of ["version-resp", "device-id-resp", "rct-ip-param-resp"]) {
    assertEquals(spt.counters[`${name}:RESP_CMD_NOT_SUPPORTED`], 1, name);
  }
  assertEquals(spt.nextTick, START + 30_000);
});

Deno.test("an RCT that ignores what it does not know is not asked it again, and its path does not fail again", () => {
  const { spt, rct } = fresh();
  let now = START;
  const failed: number[] = [];
  const asked: Record<string, number> = {};
  let effects = spt.start(now);
  while (now < START + 10 * 60_000) {
    if (effects.some(({ kind }) => kind === "path-failed")) failed.push(now);
    const send = effects.find((effect) => effect.kind === "send");
    if (send?.kind === "send") {
      if (send.attempt === 1) asked[send.message] = (asked[send.message] ?? 0) + 1;
      if (!["VERSION_REQ", "DEVICE_ID_REQ", "RCT_IP_PARAM_REQ"].includes(send.message)) {
        effects = spt.feed(rct.answer(send.bytes), now);
        continue;
      }
    }
    now = spt.nextTick!;
    effects = spt.tick(now);
  }
  assertEquals(failed, [START + 22_000, START + 44_000]);
  assertEquals([asked["VERSION_REQ"], asked["DEVICE_ID_REQ"]], [2, undefined]);
  assertGreater(asked["POLL_MSG"]!, 15);
  assertEquals(spt.state, "connected");
});

Deno.test("a path that dies while something unimportant is asked is asked the same again when it is back", () => {
  const { spt, rct } = fresh();
  let now = START;
  let dead = false;
  let asked = 0;
  let effects = spt.start(now);
  while (now < START + 10 * 60_000) {
    const send = effects.find((effect) => effect.kind === "send");
    if (send?.kind === "send") {
      if (send.message === "RCT_IP_PARAM_REQ" && send.attempt === 1) dead = ++asked === 1;
      if (send.message === "CONN_HANDLE_REQ") dead = false;
      if (!dead) {
        effects = spt.feed(rct.answer(send.bytes), now);
        continue;
      }
    }
    now = spt.nextTick!;
    effects = spt.tick(now);
  }
  assertEquals([spt.state, asked], ["connected", 2]);
});

Deno.test("the addresses that the RCT tells are handed on, best first", () => {
  const { spt, rct } = fresh();
  let effects = spt.start(START);
  const addresses = [
    { address: Uint8Array.fromHex("00000000000000000000ffff0a000001"), port: 50136 },
    { address: Uint8Array.fromHex("20010db8000000000000000000000001"), port: 7 },
    { address: new Uint8Array(16), port: 0 },
  ];
  for (let i = 0; i < 20 && !kinds(effects).includes("rct-addresses"); i++) {
    const send = effects.find((effect) => effect.kind === "send");
    if (send?.kind !== "send") effects = spt.tick(START);
    else {
      const result = "RESP_ACKNOWLEDGE";
      const told = send.message === "RCT_IP_PARAM_REQ"
        ? { name: "RCT_IP_PARAM_RESP", result, addresses } as const
        : undefined;
      effects = spt.feed(rct.answer(send.bytes, told), START);
    }
  }
  assertEquals(effects, [{
    kind: "rct-addresses",
    addresses: [{ hostname: "10.0.0.1", port: 50136 }, { hostname: "2001:db8:0:0:0:0:0:1", port: 7 }],
  }]);
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

Deno.test("a key is renewed by age, within the session and without a word about a failed path", () => {
  const { spt, rct } = setUp({ sessionLifetimeMs: 20_000 });
  assertEquals(spt.nextTick, START + 20_000);
  const [request] = spt.tick(START + 20_000);
  assert(request?.kind === "send" && request.message === "ENCRYPT_KEY_REQ");
  assertEquals(spt.ready, false, "an alarm waits for the key, one round trip");
  assertEquals(spt.feed(rct.answer(request.bytes), START + 20_001), [{ kind: "rekeyed", by: "spt" }]);
  assertEquals([spt.state, spt.ready, spt.nextTick], ["connected", true, START + 40_001]);
  assertEquals(spt.feed(rct.answer(onlySent(spt.offer(event("a"), START + 20_002))), START + 20_002), [
    { kind: "delivered", ref: "a" },
  ]);
});

for (const result of ["RESP_CMD_NOT_SUPPORTED", "RESP_NEGATIVE_ACKNOWLEDGE"] as const) {
  Deno.test(`a renewal that the RCT answers with ${result} becomes a new session, no failed path`, () => {
    const { spt, rct } = setUp({ sessionLifetimeMs: 20_000 });
    const id = result === "RESP_CMD_NOT_SUPPORTED" ? 0 : 2;
    const answer = rct.answer(onlySent(spt.tick(START + 20_000)), { id: 0xc3, data: new Uint8Array([id]) });
    assertEquals(kinds(spt.feed(answer, START + 20_000)), ["state", "send"]);
    assertEquals(spt.counters["path-failures"], undefined);
  });
}

Deno.test("an RCT that brings a key or a heartbeat in the middle of the setup is refused, and the setup goes on", () => {
  for (const when of ["HASH_SELECT_REQ", "POLL_MSG"]) {
    const { spt, rct } = fresh();
    let effects = spt.start(START);
    const asked = () => effects.find((effect) => effect.kind === "send");
    while (asked()?.message !== when) effects = spt.feed(rct.answer(asked()!.bytes), START);
    const request = asked()!.bytes;
    rct.read(request);
    const key = new Uint8Array(32).fill(9);
    const results = ([
      { name: "PATH_SUPERVISION_REQ", intervalS: 77, mode: "pull" },
      { name: "ENCRYPT_KEY_REQ", master: false, fromRct: true, key },
    ] as const).map((message) => {
      const [answer] = spt.feed(rct.ask(message), START);
      assert(answer?.kind === "send");
      return answer.message;
    });
    const refused = when === "HASH_SELECT_REQ";
    assertEquals(
      results,
      refused ? Array(2).fill("RESP_PROCESS_ERROR") : ["PATH_SUPERVISION_RESP", "ENCRYPT_KEY_RESP"],
    );
    if (!refused) {
      assertEquals([spt.heartbeatMs, spt.pollMode], [77_000, "pull"]);
      continue;
    }
    effects = spt.feed(rct.answer(request), START);
    while (spt.state === "setting-up") effects = spt.feed(rct.answer(asked()!.bytes), START);
    assertEquals([spt.state, spt.heartbeatMs, spt.pollMode], ["connected", 30_000, "push"]);
  }
});

Deno.test("a renewal that brings the key in force, or zeros, becomes a new session and no endless loop", () => {
  for (const fill of [0x33, 0]) {
    const used = { ...profile, values: { ...profile.values, messagesPerKey: 20 } };
    const { spt, rct } = setUp({ profile: used });
    for (let i = 0; spt.ready; i++) spt.feed(rct.answer(onlySent(spt.offer(event(`${i}`), START))), START);
    const key = new Uint8Array(32).fill(fill);
    const request = onlySent(spt.tick(spt.nextTick!));
    const answer = rct.answer(request, {
      name: "ENCRYPT_KEY_RESP",
      result: "RESP_ACKNOWLEDGE",
      master: false,
      fromRct: false,
      key,
    });
    assertEquals(kinds(spt.feed(answer, START)), ["state", "send"]);
  }
});

Deno.test("a key is renewed by count, before sequence numbers come round under it", () => {
  const { spt, rct } = setUp();
  let carried = 0;
  let effects: SptEffect[] = [];
  while (spt.ready && carried < 65_000) {
    effects = spt.feed(rct.answer(onlySent(spt.offer(event(`${carried++}`), START))), START);
  }
  assertEquals(kinds(effects), ["delivered", "send"], "the renewal goes with the answer to an alarm");
  assertGreater(carried, 59_000);
  assertLess(carried, 60_001);
  assertEquals(kinds(spt.feed(rct.answer(sent(effects)[0]!), START)), ["rekeyed"]);
  assertEquals([spt.state, spt.ready, spt.counters["path-failures"]], ["connected", true, undefined]);
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
