/** The moments at which key and hash change, with datagrams lost, late and crossing (ip-protocol.md §2.5, §4.3). */
import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { Pair } from "./pair.ts";

const KEY = { kind: "key", ref: "key" } as const;

/** A pair whose SPT wants a new key after a minute. */
const renewing = () => new Pair({ spt: { sessionLifetimeMs: 60_000, heartbeatMs: 600_000 } }).connect();

Deno.test("the SPT's renewal: both go on under the new key, in the same session", () => {
  const pair = renewing();
  pair.run(60_000);
  assertEquals(pair.log, ["->ENCRYPT_KEY_REQ 1", "<-ENCRYPT_KEY_RESP 1"]);
  assertEquals([pair.spt.counters["setups"], pair.session.counters["sessions"]], [1, 1]);
  pair.works();
  assertEquals(pair.log.slice(2), ["->EVENT_MSG 2", "<-POLL_MSG 1", "<-EVENT_RESP 2", "->POLL_RESP 2"]);
});

Deno.test("the RCT's renewal: the response goes under the old key, all after it under the new one", () => {
  const pair = new Pair().connect();
  pair.ask(KEY);
  pair.run();
  assertEquals(pair.log, ["<-ENCRYPT_KEY_REQ 1", "->ENCRYPT_KEY_RESP 1"]);
  assertEquals(pair.ends("key"), ["RESP_ACKNOWLEDGE"]);
  pair.works();
  assert(pair.log.slice(2).every((line) => line.endsWith(" 2")), pair.log.join());
  assertEquals(pair.sptSaid.at(-2), { kind: "rekeyed", by: "rct" });
});

Deno.test("the SPT's renewal, response lost: the repeat is answered with the same octets", () => {
  const pair = renewing();
  let lost: Uint8Array | undefined;
  pair.loses = (telegram) => {
    if (telegram.name !== "ENCRYPT_KEY_RESP" || lost !== undefined) return false;
    lost = telegram.bytes;
    return true;
  };
  pair.run(62_000);
  const answers = pair.tape.filter(({ name }) => name === "ENCRYPT_KEY_RESP").slice(1);
  assertEquals(answers.map(({ bytes }) => bytes), [lost, lost]);
  pair.works();
});

Deno.test("the RCT's renewal, response lost: the repeat is answered with the same octets, under the old key", () => {
  const pair = new Pair().connect();
  let losses = 1;
  pair.loses = ({ name }) => name === "ENCRYPT_KEY_RESP" && losses-- > 0;
  pair.ask(KEY);
  pair.run(2000);
  const answers = pair.tape.filter(({ to, name }) => to === "rct" && name === "ENCRYPT_KEY_RESP");
  assertEquals(answers.map(({ key }) => key), [1, 1]);
  assertEquals(answers[0]!.bytes, answers[1]!.bytes);
  assertEquals(pair.ends("key"), ["RESP_ACKNOWLEDGE"]);
  pair.works();
});

Deno.test("the RCT's renewal, every response lost: the SPT's next message under the new key is the answer", () => {
  const pair = new Pair().connect();
  pair.loses = ({ name }) => name === "ENCRYPT_KEY_RESP";
  pair.ask(KEY);
  pair.run(1000);
  assertEquals(pair.ends("key"), []);
  pair.alarm("a");
  pair.run();
  assertEquals([pair.ends("key"), pair.delivered("a")], [["RESP_ACKNOWLEDGE"], 1]);
  assertEquals(pair.session.counters["rekeys"], 1);
  pair.run(60_000);
  pair.works();
});

Deno.test("the RCT's renewal given up although the SPT has the key: the next one brings the same key", () => {
  const pair = new Pair({ spt: { heartbeatMs: 600_000 } }).connect();
  pair.loses = ({ to }) => to === "rct";
  pair.ask(KEY);
  pair.ask({ kind: "key", ref: "again" });
  pair.run(21_999);
  pair.loses = () => false;
  pair.run(1);
  assertEquals([pair.ends("key"), pair.ends("again")], [["no answer after 4 transmissions"], [
    "RESP_ACKNOWLEDGE",
  ]]);
  assertEquals(pair.said("path-failed"), 0);
  pair.works();
});

Deno.test("an alarm is under way while the RCT changes the key: whatever is lost, its answer comes with the first repeat", () => {
  for (const lost of ["EVENT_MSG", "EVENT_RESP", "ENCRYPT_KEY_REQ", "ENCRYPT_KEY_RESP"]) {
    for (const alarmFirst of [true, false]) {
      const pair = new Pair().connect();
      let losses = 1;
      pair.loses = ({ name }) => name === lost && losses-- > 0;
      if (alarmFirst) pair.alarm("a");
      pair.ask(KEY);
      if (!alarmFirst) pair.alarm("a");
      pair.run(2000);
      assertEquals(pair.delivered("a"), 1, `${lost}, alarm first ${alarmFirst}`);
      assertEquals(pair.session.counters["events"], 1);
      assertEquals(pair.ends("key"), ["RESP_ACKNOWLEDGE"], `${lost}, alarm first ${alarmFirst}`);
      pair.works();
    }
  }
});

Deno.test("an alarm that the gateway answers only after the key has changed is answered under the new key", () => {
  const pair = new Pair().connect();
  pair.settles = false;
  pair.alarm("a");
  pair.run();
  const event = pair.rctSaid.find((effect) => effect.kind === "event");
  assert(event?.kind === "event");
  pair.ask(KEY);
  pair.run(3000);
  assertEquals(pair.ends("key"), ["RESP_ACKNOWLEDGE"]);
  pair.settles = true;
  pair.settleRct(event.ref);
  pair.run();
  assertEquals([pair.log.at(-1), pair.delivered("a")], ["<-EVENT_RESP 2", 1]);
});

Deno.test("a response kept under the old key is repeated under the new one to a peer that has it", () => {
  const pair = new Pair().connect();
  let losses = 1;
  pair.loses = ({ name }) => name === "EVENT_RESP" && losses-- > 0;
  pair.alarm("a");
  pair.run();
  pair.ask(KEY);
  pair.run(2000);
  assertEquals(pair.log.slice(-2), ["->EVENT_MSG 2", "<-EVENT_RESP 2"]);
  assertEquals([pair.delivered("a"), pair.session.counters["events"]], [1, 1]);
});

Deno.test("both want a new key at the same moment: in every order of the four datagrams they come to the same one", () => {
  const orders = permutations([0, 1, 2, 3]);
  for (const order of orders) {
    const pair = new Pair({ spt: { sessionLifetimeMs: 60_000, heartbeatMs: 600_000 } }).connect();
    pair.now += 60_000;
    pair.doSpt(pair.spt.tick(pair.now));
    pair.ask(KEY);
    // Whatever is on the line is delivered in the order drawn, one at a time.
    for (const place of order) {
      if (pair.line.length === 0) break;
      pair.deliver(pair.line.splice(place % pair.line.length, 1)[0]!);
    }
    pair.run();
    const title = order.join();
    assertEquals(pair.ends("key"), ["RESP_ACKNOWLEDGE"], title);
    assertEquals([pair.spt.ready, pair.spt.counters["setups"]], [true, 1], title);
    pair.works();
    pair.run(120_000);
    pair.works();
    assertEquals(pair.said("path-failed"), 0, title);
  }
  assertEquals(orders.length, 24);
});

Deno.test("both want a new key at the same moment and one or two datagrams are lost: they come to the same key", () => {
  const names = ["->ENCRYPT_KEY_REQ", "<-ENCRYPT_KEY_RESP", "<-ENCRYPT_KEY_REQ", "->ENCRYPT_KEY_RESP"];
  for (let mask = 1; mask < 256; mask++) {
    // All four transmissions of one request for nothing: that is a failed path.
    if ((mask & 15) === 15 || mask >> 4 === 15) continue;
    const pair = new Pair({ spt: { sessionLifetimeMs: 60_000, heartbeatMs: 600_000 } }).connect();
    // Two bits for each kind of datagram: its first and its second transmission.
    const times = new Map<string, number>();
    pair.loses = ({ to, name }) => {
      const kind = names.indexOf(`${to === "rct" ? "->" : "<-"}${name}`);
      if (kind < 0) return false;
      const time = times.get(names[kind]!) ?? 0;
      times.set(names[kind]!, time + 1);
      return time < 2 && (mask >> (2 * kind + time) & 1) === 1;
    };
    pair.now += 60_000;
    pair.doSpt(pair.spt.tick(pair.now));
    pair.ask(KEY);
    pair.run(22_000);
    assertEquals(pair.ends("key"), ["RESP_ACKNOWLEDGE"], `losses ${mask.toString(2)}`);
    assertEquals(pair.said("path-failed"), 0, `losses ${mask.toString(2)}`);
    pair.works();
  }
});

Deno.test("the old key opens until the first message under the new one, and not after", () => {
  const pair = new Pair({ spt: { heartbeatMs: 600_000 } }).connect();
  // Two alarms under the old key: one comes before, one after the first message under the new key.
  pair.alarm("before");
  const before = pair.take("EVENT_MSG");
  pair.ask(KEY);
  pair.deliver(pair.take("ENCRYPT_KEY_REQ"));
  pair.deliver(pair.take("ENCRYPT_KEY_RESP"));
  assertEquals(pair.ends("key"), ["RESP_ACKNOWLEDGE"]);
  pair.deliver(before);
  assertEquals([before.key, pair.session.counters["events"]], [1, 1], "the old key must still open");
  pair.flush();
  pair.alarm("after");
  pair.flush();
  assertEquals(pair.log.at(-1), "<-EVENT_RESP 2");
  pair.deliver(before);
  assertEquals(pair.rctSaid.at(-1), { kind: "dropped", rule: "unauthentic" });
  // And at the SPT: what the RCT said under the old key means nothing any more.
  const old = pair.tape.find(({ to, key, name }) => to === "spt" && key === 1 && name === "POLL_RESP")!;
  pair.deliver(old);
  assertEquals(pair.sptSaid.at(-1), { kind: "dropped", rule: "unauthentic" });
});

Deno.test("HASH_SELECT_RESP lost: it is repeated under the hash it chose, and the setup goes on", () => {
  const pair = new Pair({ spt: { hashes: ["ripemd-256", "sha-256"] } });
  let losses = 2;
  pair.loses = ({ name }) => name === "HASH_SELECT_RESP" && losses-- > 0;
  pair.doSpt(pair.spt.start(pair.now));
  pair.run(6000);
  const answers = pair.tape.filter(({ name }) => name === "HASH_SELECT_RESP");
  assertEquals(answers.map(({ hash }) => hash), ["ripemd-256", "ripemd-256", "ripemd-256"]);
  const asked = pair.tape.filter(({ name }) => name === "HASH_SELECT_REQ");
  assertEquals(asked.map(({ hash }) => hash), ["sha-256", "sha-256", "sha-256"]);
  assertEquals(pair.spt.state, "connected");
  pair.works();
  assertEquals(new Set(pair.tape.slice(-4).map(({ hash }) => hash)), new Set(["ripemd-256"]));
  pair.ask(KEY);
  pair.run();
  pair.works();
  assertEquals(pair.tape.at(-1)!.hash, "ripemd-256", "the hash outlives the key");
});

Deno.test("an RCT asks nothing of an SPT whose setup is not over: nothing can cross with it", () => {
  const pair = new Pair({ rct: { pollMode: "pull" }, spt: { hashes: ["ripemd-256"] } });
  let asked = false;
  pair.loses = () => {
    // As soon as there is a session, the centre has its wishes.
    if (!asked && pair.session.state === "connected") {
      asked = true;
      pair.ask(KEY);
      pair.ask({ kind: "heartbeat", ref: "beat", heartbeatMs: 60_000, pollMode: "push" });
    }
    return false;
  };
  pair.doSpt(pair.spt.start(pair.now));
  pair.run();
  const polled = pair.log.findIndex((line) => line.startsWith("->POLL_MSG"));
  const first = pair.log.findIndex((line) => line.startsWith("<-ENCRYPT_KEY_REQ"));
  assert(asked && polled > 0 && first > polled, pair.log.join());
  pair.run(1000);
  assertEquals([pair.ends("key"), pair.ends("beat")], [["RESP_ACKNOWLEDGE"], ["RESP_ACKNOWLEDGE"]]);
  assertEquals([pair.spt.heartbeatMs, pair.session.heartbeatMs], [60_000, 60_000]);
  pair.works();
});

Deno.test("an SPT that never polls is asked after a while all the same", () => {
  const pair = new Pair();
  pair.loses = ({ name }) => name === "POLL_MSG";
  pair.doSpt(pair.spt.start(pair.now));
  pair.flush();
  assertEquals(pair.session.state, "connected");
  pair.ask({ kind: "transparent", ref: "t", data: new Uint8Array([1]) });
  pair.run(5999);
  assert(!pair.log.some((line) => line.startsWith("<-TRANSPARENT_MSG")));
  pair.run(1);
  assert(pair.log.some((line) => line.startsWith("<-TRANSPARENT_MSG")));
  assertEquals(pair.ends("t"), ["RESP_ACKNOWLEDGE"]);
});

Deno.test("keys by age from both sides, for days: no failed path, no alarm waits, each key is another", () => {
  const pair = new Pair({
    spt: { sessionLifetimeMs: 3_600_000, heartbeatMs: 300_000 },
    rct: { keyLifetimeMs: 2_400_000 },
  }).connect();
  for (let i = 0; i < 96; i++) {
    pair.alarm(`${i}`);
    pair.run(1_800_000);
    assertEquals(pair.delivered(`${i}`), 1);
  }
  assertGreater(pair.session.counters["rekeys"]!, 48);
  assertEquals([pair.said("path-failed"), pair.spt.counters["setups"]], [0, 1]);
  const byKey = new Map<number, number>();
  for (const { key } of pair.tape) byKey.set(key, (byKey.get(key) ?? 0) + 1);
  assertGreater(byKey.size, 48);
  assertNotEquals(pair.tape.at(-1)!.key, 1);
});

/** All orders of some things. */
function permutations<T>(things: T[]): T[][] {
  if (things.length === 0) return [[]];
  return things.flatMap((thing, i) => permutations(things.toSpliced(i, 1)).map((rest) => [thing, ...rest]));
}
