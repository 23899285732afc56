/** Editions before 2020: what cannot be read is answered with a NAK (ip-protocol.md §2.5). */
import { assert, assertEquals } from "@std/assert";
import { edition, editionNames } from "../../src/ip/editions.ts";
import { Pair, START, type Telegram } from "./pair.ts";

const profile = edition("2017");
const KEPT = { heartbeatMs: 600_000 };

/** The datagram with its last octet damaged: it still says who it is from and what it claims to be. */
function damaged({ to, bytes }: Telegram): Pick<Telegram, "to" | "bytes"> {
  const octets = bytes.slice();
  octets[octets.length - 1]! ^= 1;
  return { to, bytes: octets };
}

const naks = (pair: Pair) =>
  pair.tape.filter(({ message }) =>
    message !== undefined && "result" in message && message.result === "RESP_NEGATIVE_ACKNOWLEDGE"
  );

for (const name of ["2013", "2017"] as const) {
  Deno.test(`${name}: a damaged alarm is sent again at once, and delivered without a wait`, () => {
    const pair = new Pair({ profile: edition(name), spt: KEPT }).connect();
    pair.alarm("a");
    pair.deliver(damaged(pair.take("EVENT_MSG")));
    pair.flush();
    assertEquals([pair.delivered("a"), pair.now], [1, START]);
    assertEquals([naks(pair).length, pair.spt.counters["naks"], pair.spt.counters["retransmissions"]], [
      1,
      1,
      1,
    ]);
    pair.works();
  });
}

Deno.test("the NAK moves no number: the next messages are what they would have been without it", () => {
  const numbers = [false, true].map((hurt) => {
    const pair = new Pair({ profile, spt: KEPT }).connect();
    pair.alarm("a");
    const alarm = pair.take("EVENT_MSG");
    pair.deliver(hurt ? damaged(alarm) : alarm);
    pair.flush();
    const before = pair.tape.length;
    pair.works();
    return pair.tape.slice(before).map(({ name, header: { tx, rx } }) => [name, tx, rx]);
  });
  assertEquals(numbers[0], numbers[1]);
});

Deno.test("a request is hurried once: damaged again, it waits for its time", () => {
  const pair = new Pair({ profile, spt: KEPT }).connect();
  pair.alarm("a");
  pair.deliver(damaged(pair.take("EVENT_MSG")));
  pair.deliver(pair.take("EVENT_RESP"));
  pair.now += 1000;
  pair.deliver(damaged(pair.take("EVENT_MSG")));
  assertEquals(naks(pair).length, 2);
  pair.deliver(pair.take("EVENT_RESP"));
  assertEquals(pair.line, []);
  assertEquals(pair.spt.nextTick, START + 4000);
  pair.run(4000);
  assertEquals(pair.delivered("a"), 1);
});

Deno.test("at most one NAK a second, however many damaged datagrams come, also from a forger", () => {
  const pair = new Pair({ profile, spt: KEPT }).connect();
  pair.alarm("a");
  const alarm = pair.take("EVENT_MSG");
  for (let ms = 0; ms < 10_000; ms += 10) {
    pair.now = START + ms;
    pair.deliver(damaged(alarm));
  }
  assertEquals(naks(pair).length, 10);
  assertEquals(pair.session.counters["unauthentic"], 1000);
  pair.line.length = 0;
  // A clock that is set back does not silence it.
  pair.now = START - 3_600_000;
  pair.rct.tick(pair.now);
  pair.now += 1000;
  pair.deliver(damaged(alarm));
  assertEquals(naks(pair).length, 11);
});

Deno.test("a NAK played again, for the same request or another, has no effect", () => {
  const pair = new Pair({ profile, spt: KEPT }).connect();
  pair.alarm("a");
  pair.deliver(damaged(pair.take("EVENT_MSG")));
  const nak = pair.take("EVENT_RESP");
  pair.deliver(nak);
  const again = pair.take("EVENT_MSG");
  pair.deliver(nak);
  assertEquals(pair.line, [], "a second NAK hurries nothing");
  pair.deliver(again);
  pair.flush();
  assertEquals(pair.delivered("a"), 1);
  pair.alarm("b");
  const event = pair.take("EVENT_MSG");
  const before = pair.snapshot();
  pair.deliver(nak);
  assertEquals(pair.sptSaid.at(-1), { kind: "dropped", rule: "sequence" });
  assertEquals(pair.snapshot(), before);
  pair.deliver(event);
  pair.flush();
  assertEquals(pair.delivered("b"), 1);
});

Deno.test("a damaged repeat of an alarm that was read is not taken for its refusal", () => {
  const pair = new Pair({ profile, spt: KEPT }).connect();
  pair.alarm("a");
  pair.deliver(pair.take("EVENT_MSG"));
  pair.take("EVENT_RESP");
  pair.now += 2000;
  pair.doSpt(pair.spt.tick(pair.now));
  pair.deliver(damaged(pair.take("EVENT_MSG")));
  pair.flush();
  assertEquals(pair.said("refused"), 0);
  assertEquals([pair.delivered("a"), pair.session.counters["events"], pair.now], [1, 1, START + 2000]);
  pair.works();
});

Deno.test("the same of a step of the setup: it does not end the setup", () => {
  const pair = new Pair({ profile, spt: KEPT });
  const seen = new Set<string>();
  pair.doSpt(pair.spt.start(pair.now));
  // Every response of the session handle is lost once, and the repeat that follows is damaged.
  for (let i = 0; i < 200 && pair.spt.state !== "connected"; i++) {
    const telegram = pair.line.shift();
    if (telegram === undefined) {
      pair.now = pair.spt.nextTick!;
      pair.doSpt(pair.spt.tick(pair.now));
      continue;
    }
    const lossy = telegram.to === "spt" && telegram.name !== "CONN_HANDLE_RESP";
    if (lossy && !seen.has(telegram.name)) {
      seen.add(telegram.name);
      seen.add(`damage ${telegram.name.replace("_RESP", "_REQ").replace("POLL_REQ", "POLL_MSG")}`);
      continue;
    }
    pair.deliver(
      seen.delete(`damage ${telegram.name}`) && telegram.to === "rct" ? damaged(telegram) : telegram,
    );
  }
  assertEquals([pair.spt.state, pair.spt.counters["setups"], pair.said("path-failed")], ["connected", 1, 0]);
  pair.works();
});

Deno.test("a refusal that is meant is believed when it is said twice", () => {
  const pair = new Pair({ profile, spt: KEPT }).connect();
  pair.settles = false;
  pair.alarm("a");
  pair.flush();
  const event = pair.rctSaid.find((effect) => effect.kind === "event");
  assert(event?.kind === "event");
  pair.doRct(pair.session.settle(event.ref, "RESP_NEGATIVE_ACKNOWLEDGE"));
  pair.flush();
  assertEquals(pair.sptSaid.at(-1), { kind: "refused", ref: "a", result: "RESP_NEGATIVE_ACKNOWLEDGE" });
  assertEquals(pair.now, START);
  pair.settles = true;
  pair.works();
});

Deno.test("what the RCT asks is treated alike, but a time is never sent again", () => {
  const pair = new Pair({ profile, spt: KEPT }).connect();
  pair.ask({ kind: "transparent", ref: "t", data: new Uint8Array([1]) });
  pair.deliver(damaged(pair.take("TRANSPARENT_MSG")));
  pair.flush();
  assertEquals([pair.ends("t"), pair.now], [["RESP_ACKNOWLEDGE"], START]);
  pair.now += 1000;
  pair.ask({ kind: "set-time", ref: "s", time: 1n });
  pair.deliver(damaged(pair.take("SET_TIME_CMD")));
  pair.flush();
  pair.run(2000);
  assertEquals(pair.ends("s"), ["no answer after 1 transmissions"]);
  assertEquals(pair.tape.filter(({ name }) => name === "SET_TIME_CMD").length, 1);
  assertEquals(pair.session.counters["naks"], 2);
});

Deno.test("noise, and what is under another key, is answered by no edition", () => {
  for (const name of editionNames) {
    const pair = new Pair({ profile: edition(name), spt: KEPT }).connect();
    const other = new Pair({ profile: edition(name), seed: 77 }).connect();
    const handle = pair.tape.at(-1)!.bytes.slice(0, 4);
    const stray = other.tape.at(-2)!.bytes.slice();
    stray.set(handle);
    for (const bytes of [new Uint8Array(132).fill(0x5a), stray]) {
      bytes.set(handle);
      pair.deliver({ to: "rct", bytes });
      pair.deliver({ to: "spt", bytes });
    }
    assertEquals(pair.line, [], name);
  }
});

for (const name of ["2020", "iec-2019"] as const) {
  Deno.test(`${name}: a damaged datagram is met with silence, and its repeat comes in its time`, () => {
    const pair = new Pair({ profile: edition(name), spt: KEPT }).connect();
    pair.alarm("a");
    pair.deliver(damaged(pair.take("EVENT_MSG")));
    pair.run(1999);
    assertEquals([pair.delivered("a"), pair.line, naks(pair)], [0, [], []]);
    pair.run(1);
    assertEquals(pair.delivered("a"), 1);
  });
}
