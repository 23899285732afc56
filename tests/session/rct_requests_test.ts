/** What the RCT asks of an SPT, and who polls (ip-protocol.md §4.1, §4.4). */
import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { open } from "../../src/ip/seal.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { Pair, START } from "./pair.ts";
import { identityFor, NEAR, ScriptedSpt, sent } from "./scripted.ts";

const bare = (line: string) => line.split(" ")[0]!;
const octets = (...numbers: number[]) => new Uint8Array(numbers);

Deno.test("the SPT's clock is set, and the RCT is told", () => {
  const pair = new Pair().connect();
  pair.ask({ kind: "set-time", ref: "t", time: 0x123456789n });
  pair.run();
  assertEquals(pair.sptSaid.filter(({ kind }) => kind === "set-time"), [
    { kind: "set-time", ref: 1, time: 0x123456789n },
  ]);
  assertEquals([pair.ends("t"), pair.log.map(bare)], [["RESP_ACKNOWLEDGE"], [
    "<-SET_TIME_CMD",
    "->SET_TIME_RESP",
  ]]);
});

Deno.test("a time is sent once: lost is lost, whether it is the command or the answer", () => {
  for (const lost of ["SET_TIME_CMD", "SET_TIME_RESP"]) {
    const pair = new Pair().connect();
    pair.loses = ({ name }) => name === lost;
    pair.ask({ kind: "set-time", ref: "t", time: 1n });
    pair.run(600_000);
    assertEquals(pair.log.filter((line) => bare(line) === "<-SET_TIME_CMD").length, 1);
    assertEquals(pair.ends("t"), ["no answer after 1 transmissions"]);
    assertEquals(pair.said("set-time"), lost === "SET_TIME_CMD" ? 0 : 1);
  }
});

Deno.test("a time that the gateway could not set is told as it answers; a late answer goes nowhere", () => {
  const pair = new Pair().connect();
  pair.settles = false;
  pair.ask({ kind: "set-time", ref: "a", time: 1n });
  pair.flush();
  pair.doSpt(pair.spt.settle(1, "RESP_TIME_NOT_SET"));
  pair.flush();
  assertEquals(pair.ends("a"), ["RESP_TIME_NOT_SET"]);
  pair.ask({ kind: "set-time", ref: "b", time: 2n });
  pair.run(2000);
  assertEquals(pair.ends("b"), ["no answer after 1 transmissions"]);
  pair.run(2000);
  assertEquals(pair.spt.settle(2, "RESP_ACKNOWLEDGE", octets()), []);
  assertEquals(pair.spt.settle(99, "RESP_ACKNOWLEDGE"), []);
  pair.settles = true;
  pair.works();
});

Deno.test("octets go to the SPT and octets come back", () => {
  const pair = new Pair().connect();
  pair.ask({ kind: "transparent", ref: "t", data: octets(1, 2, 3) });
  pair.run();
  const [asked] = pair.sptSaid.filter((effect) => effect.kind === "transparent");
  assert(asked?.kind === "transparent");
  assertEquals(asked.data, octets(1, 2, 3));
  const [end] = pair.rctSaid.filter((effect) => effect.kind === "answered");
  assert(end?.kind === "answered");
  assertEquals([end.result, end.data], ["RESP_ACKNOWLEDGE", octets(7)]);
});

Deno.test("octets that come twice are handed over once; their answer is repeated", () => {
  const pair = new Pair().connect();
  let losses = 2;
  pair.loses = ({ name }) => name === "TRANSPARENT_RESP" && losses-- > 0;
  pair.ask({ kind: "transparent", ref: "t", data: octets(1) });
  pair.run(6000);
  assertEquals([pair.said("transparent"), pair.ends("t")], [1, ["RESP_ACKNOWLEDGE"]]);
  assertEquals(pair.spt.counters["repeats-answered"], 2);
});

Deno.test("while the gateway has not answered, a repeat is not handed over again", () => {
  const pair = new Pair().connect();
  pair.settles = false;
  pair.ask({ kind: "transparent", ref: "t", data: octets(1) });
  pair.run(7000);
  assertEquals([pair.said("transparent"), pair.ends("t")], [1, []]);
  pair.settleSpt(1, octets(4));
  pair.run();
  assertEquals(pair.ends("t"), ["RESP_ACKNOWLEDGE"]);
});

const misfits = [
  [{ kind: "transparent", ref: "x", data: new Uint8Array(2000) }, "TRANSPARENT_MSG has 2000 octets of data"],
  [
    { kind: "heartbeat", ref: "x", heartbeatMs: 1e15, pollMode: "push" },
    "PATH_SUPERVISION_REQ cannot be written",
  ],
  [
    { kind: "heartbeat", ref: "x", heartbeatMs: NaN, pollMode: "push" },
    "PATH_SUPERVISION_REQ cannot be written",
  ],
  [{ kind: "set-time", ref: "x", time: 1n << 64n }, "the time is no 64-bit number"],
  [{ kind: "set-time", ref: "x", time: -1n }, "the time is no 64-bit number"],
] as const;
for (const [i, [request, reason]] of misfits.entries()) {
  Deno.test(`${request.kind} that fits no message (${i + 1}) comes back with its reason, and throws neither now nor later`, () => {
    const pair = new Pair().connect();
    pair.ask(request);
    assertEquals(pair.ends("x").length, 1);
    assert(pair.ends("x")[0]!.startsWith(reason), pair.ends("x")[0]);
    pair.run(60_000);
    pair.works();
  });
}

Deno.test("sixteen requests wait, in order, and no more", () => {
  const pair = new Pair().connect();
  for (let i = 0; i < 18; i++) pair.ask({ kind: "poll", ref: `${i}` });
  assertEquals(
    [pair.ends("16"), pair.ends("17")],
    [[], ["16 requests wait already"]],
    "one is under way, 16 wait",
  );
  pair.run();
  const ends = pair.rctSaid.flatMap((effect) => effect.kind === "answered" ? [effect.request.ref] : []);
  assertEquals(ends, Array.from({ length: 17 }, (_, i) => `${i}`));
});

Deno.test("without a session nothing is asked; with its end all that was asked ends, each once", () => {
  const pair = new Pair();
  pair.ask({ kind: "poll", ref: "early" });
  assertEquals(pair.ends("early"), ["no session"]);
  const ways: [string, (pair: Pair) => void, string][] = [
    ["it expires", (it) => {
      it.loses = () => true;
      it.run(180_000);
    }, "the session is forgotten after long silence"],
    ["the SPT sets up another", (it) => {
      it.doSpt(it.spt.stop());
      it.doSpt(it.spt.start(it.now));
      it.loses = ({ name }) => name.startsWith("TRANSPARENT");
      it.run();
    }, "the SPT has set up a new session"],
    ["its master set is revoked", (it) => {
      it.line.length = 0;
      it.doRct(it.rct.setMasters("site", []));
    }, "the master set of the session is not in use any more"],
  ];
  for (const [what, end, reason] of ways) {
    const it = new Pair().connect();
    it.ask({ kind: "transparent", ref: "a", data: octets(1) });
    it.ask({ kind: "key", ref: "b" });
    it.line.length = 0;
    end(it);
    const [a, b] = [it.ends("a"), it.ends("b")];
    assertEquals([a.length, b.length], [1, 1], what);
    assertEquals(b[0] === reason || b[0]!.startsWith("no answer"), true, `${what}: ${b[0]}`);
    if (what !== "it expires") assertEquals(a, [reason]);
    it.run(60_000);
    assertEquals([it.ends("a").length, it.ends("b").length], [1, 1], what);
  }
});

Deno.test("requests of a session that is gone are not asked in the next one", () => {
  const pair = new Pair().connect();
  pair.loses = ({ name }) => name === "TRANSPARENT_MSG";
  for (let i = 0; i < 5; i++) pair.ask({ kind: "transparent", ref: `${i}`, data: octets(i) });
  pair.run();
  pair.doSpt(pair.spt.stop());
  pair.doSpt(pair.spt.start(pair.now));
  pair.run();
  pair.loses = () => false;
  const before = pair.log.length;
  pair.run(10_000);
  assertEquals(pair.log.slice(before).filter((line) => line.includes("TRANSPARENT")), []);
});

Deno.test("pull: the RCT polls, the SPT answers, neither misses the other", () => {
  const pair = new Pair({ spt: { pollMode: "pull" } }).connect();
  assertEquals([pair.spt.pollMode, pair.session.pollMode], ["pull", "pull"]);
  pair.run(3_600_000);
  assertEquals(new Set(pair.log.map(bare)), new Set(["<-POLL_MSG", "->POLL_RESP"]));
  assertEquals(pair.log.length, 2 * 120);
  assertEquals([pair.said("path-failed"), pair.spt.counters["polls-answered"]], [0, 120]);
});

Deno.test("pull: an alarm goes at once, and stands for a poll", () => {
  const pair = new Pair({ spt: { pollMode: "pull" } }).connect();
  pair.run(20_000);
  pair.alarm("a");
  pair.run(29_999);
  assertEquals([pair.delivered("a"), pair.log.filter((line) => bare(line) === "<-POLL_MSG").length], [1, 0]);
  pair.run(1);
  assertEquals(pair.log.filter((line) => bare(line) === "<-POLL_MSG").length, 1);
});

Deno.test("pull: the SPT misses the RCT's polls, says so, and sets up", () => {
  const pair = new Pair({ spt: { pollMode: "pull" } }).connect();
  pair.run(60_000);
  const last = pair.spt.lastProof!;
  pair.loses = ({ to }) => to === "spt";
  pair.run(36_000 - (pair.now - last) - 1);
  assertEquals(pair.spt.state, "connected");
  pair.run(1);
  assertEquals(pair.spt.state, "setting-up");
  assertEquals(pair.sptSaid.find(({ kind }) => kind === "path-failed"), {
    kind: "path-failed",
    reason: "the RCT did not poll for 36 s",
  });
  pair.loses = () => false;
  pair.run(30_000);
  pair.works();
  assertEquals(pair.sptSaid.filter(({ kind }) => kind === "path-restored").length, 1);
});

Deno.test("pull: the RCT misses the SPT's answers, says so once, and goes on asking until it forgets the session", () => {
  const pair = new Pair({ spt: { pollMode: "pull", heartbeatMs: 60_000 } }).connect();
  pair.run(60_000);
  const proof = pair.session.lastProof!;
  pair.loses = () => true;
  pair.run(66_000 - 1 - (pair.now - proof));
  assertEquals(pair.session.state, "connected");
  pair.run(1);
  assertEquals(pair.session.state, "failed");
  pair.run(180_000);
  assertEquals(pair.rctSaid.filter(({ kind }) => kind === "path-failed").length, 1);
  assertEquals(pair.session.counters["sessions-expired"], 1);
  pair.loses = () => false;
  pair.run(120_000);
  pair.works();
});

Deno.test("pull: a poll or an answer lost does not fail the path", () => {
  for (const lost of ["POLL_MSG", "POLL_RESP"]) {
    const pair = new Pair({ spt: { pollMode: "pull" } }).connect();
    let sent = 0;
    pair.loses = ({ name }) => name === lost && ++sent % 2 === 1;
    pair.run(600_000);
    assertEquals(pair.said("path-failed"), 0, `every second ${lost} lost`);
    assertGreater(sent, 20);
  }
});

Deno.test("pull: the SPT renews its key, and the RCT's next poll is answered under it", () => {
  const pair = new Pair({ spt: { pollMode: "pull", sessionLifetimeMs: 45_000 } }).connect();
  pair.run(3_600_000);
  assertEquals([pair.said("path-failed"), pair.spt.counters["setups"]], [0, 1]);
  assertGreater(pair.session.counters["rekeys"]!, 50);
  pair.works();
});

Deno.test("push to pull to push at run time: nobody is missed on the way, whatever single datagram is lost", () => {
  for (const lost of [undefined, "PATH_SUPERVISION_REQ", "PATH_SUPERVISION_RESP", "POLL_MSG", "POLL_RESP"]) {
    const pair = new Pair().connect();
    const change = (pollMode: "push" | "pull", heartbeatMs: number) => {
      let losses = 1;
      pair.loses = ({ name }) => name === lost && losses-- > 0;
      const ref = `${pollMode} ${heartbeatMs}`;
      pair.ask({ kind: "heartbeat", ref, heartbeatMs, pollMode });
      pair.run(2000);
      assertEquals(pair.ends(ref), ["RESP_ACKNOWLEDGE"]);
      assertEquals([pair.spt.pollMode, pair.session.pollMode], [pollMode, pollMode]);
      assertEquals([pair.spt.heartbeatMs, pair.session.heartbeatMs], [heartbeatMs, heartbeatMs]);
      pair.log.length = 0;
      pair.run(600_000);
      const polls = pair.log.map(bare).filter((line) => line.endsWith("POLL_MSG"));
      assertEquals(new Set(polls), new Set([pollMode === "push" ? "->POLL_MSG" : "<-POLL_MSG"]));
      assertLessOrEqual(Math.abs(polls.length - 600_000 / heartbeatMs), 2);
    };
    change("pull", 20_000);
    change("push", 60_000);
    change("pull", 120_000);
    change("push", 30_000);
    assertEquals(pair.said("path-failed"), 0, `${lost} lost`);
  }
});

Deno.test("a change of heartbeat whose every answer is lost: whatever the SPT took, no path fails", () => {
  for (const pollMode of ["push", "pull"] as const) {
    for (const before of [15_000, 120_000]) {
      for (const lost of ["PATH_SUPERVISION_REQ", "PATH_SUPERVISION_RESP"]) {
        const pair = new Pair({ spt: { heartbeatMs: before } }).connect();
        pair.loses = ({ name }) => name === lost;
        pair.ask({ kind: "heartbeat", ref: "h", heartbeatMs: 60_000, pollMode });
        pair.run(22_000);
        assertEquals(pair.ends("h"), ["no answer after 4 transmissions"]);
        pair.loses = () => false;
        pair.run(3_600_000);
        assertEquals(pair.said("path-failed"), 0, `${before} to ${pollMode}, ${lost} lost`);
        pair.works();
      }
    }
  }
});

Deno.test("the heartbeat that the SPT says it keeps to is the one that is supervised", () => {
  const pair = new Pair().connect();
  pair.ask({ kind: "heartbeat", ref: "h", heartbeatMs: 44_100, pollMode: "push" });
  pair.run();
  assertEquals([pair.spt.heartbeatMs, pair.session.heartbeatMs], [45_000, 45_000]);
  assertEquals(pair.sptSaid.at(-1), { kind: "heartbeat", heartbeatMs: 45_000, pollMode: "push" });
});

Deno.test("keys by count: from the SPT in push and in pull mode, from the RCT; no number comes twice under one key", () => {
  const few = { ...profile, values: { ...profile.values, messagesPerKey: 40 } };
  const kinds = [
    { spt: { heartbeatMs: 10_000 }, by: "spt" },
    { spt: { heartbeatMs: 10_000, pollMode: "pull" }, by: "spt" },
    { spt: { heartbeatMs: 10_000 }, rct: { keyLifetimeMs: 86_400_000 }, by: undefined },
  ] as const;
  for (const { by, ...options } of kinds) {
    const pair = new Pair({ profile: few, ...options }).connect();
    for (let i = 0; i < 400; i++) {
      if (i % 3 === 0) pair.alarm(`${i}`);
      if (i % 5 === 0) pair.ask({ kind: "poll", ref: `${i}` });
      pair.run(10_000);
    }
    assertGreater(pair.session.counters["rekeys"]!, 10);
    assertEquals([pair.said("path-failed"), pair.spt.counters["setups"]], [0, 1]);
    if (by !== undefined) {
      assert(pair.rctSaid.every((effect) => effect.kind !== "rekeyed" || effect.by === by));
    }
    for (const to of ["spt", "rct"] as const) {
      const counts = new Map<number, Set<number>>();
      for (const telegram of pair.tape) {
        if (telegram.to !== to || telegram.key === 0) continue;
        const numbers = counts.get(telegram.key) ?? new Set();
        counts.set(telegram.key, numbers.add(telegram.header.tx));
      }
      for (const numbers of counts.values()) assertLessOrEqual(numbers.size, 40 + 6);
    }
  }
});

Deno.test("an RCT whose keys the SPT refuses brings another after a while, not at once, and the session goes on", () => {
  const few = { ...profile, values: { ...profile.values, messagesPerKey: 20 } };
  const rct = new RctSessions({ profile: few, random: new SeededRandom(2).octets }, [
    { name: "site", identity: identityFor(), keyLifetimeMs: 3_600_000 },
  ]);
  const spt = new ScriptedSpt(49, identityFor(), few);
  spt.setUp(rct, START);
  let refused = 0;
  for (let s = 1; s <= 120; s++) {
    const now = START + s * 1000;
    const said = [...spt.say(rct, { name: "POLL_MSG" }, now).effects];
    said.push(...rct.tick(now).flatMap(({ effects }) => effects));
    for (const bytes of sent(said)) {
      const opened = open(few, spt.keys, bytes);
      assert(opened.ok, "the key in force must stay the one that both have");
      spt.rx = (opened.header.tx + 1) & 0xffff;
      if (opened.header.messageId !== 0x43) continue;
      refused++;
      const answer = spt.request({ id: 0xc3, data: octets(2) }, { rx: spt.rx });
      rct.feed(answer, NEAR, now);
    }
  }
  assertGreater(refused, 5);
  assertLessOrEqual(refused, 12);
  assertEquals(rct.sites.get("site")!.counters["key-answered"], refused);
});

Deno.test("own polls do not keep a request waiting, requests stand for polls", () => {
  const pair = new Pair({ spt: { pollMode: "pull", heartbeatMs: 10_000 } }).connect();
  for (let i = 0; i < 50; i++) {
    pair.run(9_999);
    pair.ask({ kind: "transparent", ref: `${i}`, data: octets(i) });
    pair.run();
    assertEquals(pair.ends(`${i}`), ["RESP_ACKNOWLEDGE"]);
  }
  assertEquals(pair.log.filter((line) => bare(line) === "<-POLL_MSG").length, 0);
});
