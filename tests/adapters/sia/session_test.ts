import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { PanelEffect } from "../../../adapters/contract.ts";
import { SIA_MAX_WAITING, SiaSession, type SiaSessionOptions } from "../../../adapters/sia/session.ts";
import { block, concat, latin1 } from "./blocks.ts";

const decoder = new TextDecoder("latin1");

/** Effects in short, for comparing. */
function short(effects: PanelEffect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case "send":
        return { "403887": "ACK", "403986": "NAK" }[effect.bytes.toHex()] ?? effect.bytes.toHex();
      case "alarm":
        return `alarm ${effect.ref} ${decoder.decode(effect.alarm.data)}`;
      case "text":
        return `text ${effect.ref} of ${effect.of} ${decoder.decode(effect.alarm.data)}`;
      case "complete":
      case "repeat":
        return `${effect.kind} ${effect.ref}`;
      case "poll":
        return `poll ${effect.account ?? "-"} ${effect.detail}`;
      case "refused":
        return effect.rule;
      default:
        return effect.kind;
    }
  });
}

/** A session with its effects in short. */
function start(options: SiaSessionOptions = {}) {
  const session = new SiaSession(options);
  return {
    session,
    feed: (bytes: Uint8Array, now = 0) => short(session.feed(bytes, now)),
    settle: (ref: number, outcome: "accepted" | "failed" = "accepted", now = 0) =>
      short(session.settle(ref, outcome, now)),
    tick: (now: number) => short(session.tick(now)),
    end: (now = 0) => short(session.end(now)),
  };
}

const account = block("#", "1234");
const event = block("N", "ri1/BA1");
const text = block("A", "+HALL");
const last = block("0");
const noAck = { ackRequest: false };

Deno.test("a burst is answered block by block, and the alarm only when it is accepted", () => {
  const panel = start();
  assertEquals(panel.feed(account), ["ACK"]);
  assertEquals(panel.feed(event), ["alarm 1 #1234|Nri1/BA1"]);
  assertEquals(panel.settle(1), ["ACK"]);
  assertEquals(panel.feed(text), ["text 2 of 1 #1234|Nri1/BA1|A+HALL"]);
  assertEquals(panel.settle(2), ["ACK"]);
  assertEquals(panel.feed(last), ["poll 1234 end of data (0)", "ACK"]);
  assertEquals(panel.end(), []);
});

Deno.test("an alarm carries events, bytes and account of its blocks; its text completes it", () => {
  const session = new SiaSession();
  session.feed(account, 0);
  const [alarm] = session.feed(event, 0);
  assert(alarm?.kind === "alarm");
  assertEquals(alarm.alarm.complete, false);
  assertEquals(alarm.alarm.protocol, "sia");
  assertEquals(alarm.alarm.raw, concat(account, event));
  assertEquals(alarm.alarm.events.length, 1);
  session.settle(1, "accepted", 0);
  const [more] = session.feed(text, 0);
  assert(more?.kind === "text");
  assertEquals(more.alarm.complete, true);
  assertEquals(more.alarm.raw, concat(account, event, text));
  assertEquals(more.alarm.events[0]?.text, "+HALL");
  assertEquals(more.alarm.events[0]?.account, "1234");
});

Deno.test("a burst in one chunk waits in order for each alarm", () => {
  const panel = start();
  assertEquals(panel.feed(concat(account, event, text, block("N", "BR1"), last)), [
    "ACK",
    "alarm 1 #1234|Nri1/BA1",
  ]);
  assertEquals(panel.settle(1), ["ACK", "text 2 of 1 #1234|Nri1/BA1|A+HALL"]);
  assertEquals(panel.settle(2), ["ACK", "alarm 3 #1234|NBR1"]);
  assertEquals(panel.settle(3), ["ACK", "complete 3", "poll 1234 end of data (0)", "ACK"]);
});

Deno.test("whatever the chunk borders, a panel that does not wait gets the same alarms and answers", () => {
  const stream = concat(
    account,
    event,
    text,
    block("#", "5678"),
    block("O", "FA2"),
    block("N", "BR1/BR2"),
    last,
  );
  function run(chunks: Uint8Array[]): string[] {
    const panel = start();
    const all: string[] = [];
    for (const chunk of chunks) {
      let effects = panel.feed(chunk);
      for (;;) {
        all.push(...effects);
        const ref = effects.map((effect) => /^(?:alarm|text) (\d+)/.exec(effect)?.[1]).find((each) => each);
        if (ref === undefined) break;
        effects = panel.settle(Number(ref));
      }
    }
    return [...all, ...panel.end()];
  }
  const whole = run([stream]);
  assertEquals(whole.filter((effect) => effect === "ACK").length, 7);
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sizes) => {
    const chunks: Uint8Array[] = [];
    for (let at = 0, i = 0; at < stream.length; i++) {
      const size = sizes[i % sizes.length] ?? 1;
      chunks.push(stream.subarray(at, at + size));
      at += size;
    }
    assertEquals(run(chunks), whole);
  }));
});

Deno.test("an alarm that was not accepted is answered negatively, and its repeat is a new alarm", () => {
  const panel = start();
  panel.feed(account);
  assertEquals(panel.feed(event), ["alarm 1 #1234|Nri1/BA1"]);
  assertEquals(panel.settle(1, "failed"), ["NAK"]);
  assertEquals(panel.feed(event), ["alarm 2 #1234|Nri1/BA1"]);
  assertEquals(panel.settle(2), ["ACK"]);
});

Deno.test("a text that was not accepted may come again", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  panel.feed(text, 3000);
  assertEquals(panel.settle(2, "failed", 5000), ["NAK"]);
  assertEquals(panel.feed(text, 5100), ["text 3 of 1 #1234|Nri1/BA1|A+HALL"]);
  assertEquals(panel.settle(3, "accepted", 5200), ["ACK"]);
});

Deno.test("the same block again before its answer is a repeat, answered once", () => {
  const panel = start();
  panel.feed(account);
  panel.feed(event);
  assertEquals(panel.feed(concat(event, event)), ["repeat 1", "repeat 1"]);
  assertEquals(panel.settle(1), ["ACK"]);
  panel.feed(text);
  assertEquals(panel.feed(text), ["repeat 2"]);
  assertEquals(panel.settle(2), ["ACK"]);
});

Deno.test("the same block again after its answer is a second alarm", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  assertEquals(panel.feed(event), ["complete 1", "alarm 2 #1234|Nri1/BA1"]);
});

Deno.test("equal blocks that ask for no answer are separate alarms, and are not answered", () => {
  const panel = start();
  const silent = block("N", "BA1", noAck);
  assertEquals(panel.feed(concat(block("#", "1234", noAck), silent, silent)), ["alarm 1 #1234|NBA1"]);
  assertEquals(panel.settle(1), ["complete 1", "alarm 2 #1234|NBA1"]);
  assertEquals(panel.settle(2, "failed"), []);
});

Deno.test("alwaysAck answers blocks that do not ask, and takes their repeats for repeats", () => {
  const panel = start({ alwaysAck: true });
  const silent = block("N", "BA1", noAck);
  assertEquals(panel.feed(block("#", "1234", noAck)), ["ACK"]);
  assertEquals(panel.feed(concat(silent, silent)), ["alarm 1 #1234|NBA1", "repeat 1"]);
  assertEquals(panel.settle(1), ["ACK"]);
});

Deno.test("a panel that begins anew while its alarm is being stored is never one answer ahead", () => {
  const panel = start();
  panel.feed(account);
  panel.feed(event);
  // It gave up waiting: the account block again, twice. Its one answer comes with the alarm's.
  assertEquals(panel.feed(account), ["repeat 1"]);
  assertEquals(panel.feed(account), ["repeat 1"]);
  assertEquals(panel.settle(1), ["ACK"]);
  // It took that for the account block and sends the alarm again, which is stored already.
  assertEquals(panel.feed(event), ["repeat 1", "ACK"]);
  assertEquals(panel.feed(text), ["text 2 of 1 #1234|Nri1/BA1|A+HALL"]);
  assertEquals(panel.settle(2), ["ACK"]);
  assertEquals(panel.feed(event), ["alarm 3 #1234|Nri1/BA1"]);
});

Deno.test("after beginning anew a different alarm is an alarm", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.feed(account);
  panel.settle(1);
  assertEquals(panel.feed(block("N", "BA2")), ["complete 1", "alarm 2 #1234|NBA2"]);
  panel.settle(2);
  assertEquals(panel.feed(event), ["complete 2", "alarm 3 #1234|Nri1/BA1"]);
});

Deno.test("after beginning anew an alarm that was not accepted is a new one", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.feed(account);
  assertEquals(panel.settle(1, "failed"), ["NAK"]);
  assertEquals(panel.feed(account), ["ACK"]);
  assertEquals(panel.feed(event), ["alarm 2 #1234|Nri1/BA1"]);
});

Deno.test("after beginning anew and a negative answer the alarm alone is a new one too", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.feed(account);
  panel.settle(1, "failed");
  assertEquals(panel.feed(event), ["alarm 2 #1234|Nri1/BA1"]);
});

Deno.test("a sender that repeats the account for each alarm without waiting gets an answer to each block", () => {
  const panel = start();
  assertEquals(panel.feed(concat(account, event, account, block("N", "BA2"))), [
    "ACK",
    "alarm 1 #1234|Nri1/BA1",
    "repeat 1",
  ]);
  assertEquals(panel.settle(1), ["ACK", "complete 1", "ACK", "alarm 2 #1234|NBA2"]);
});

Deno.test("an alarm ends at the next account, the next event, the end of data, and the end of the connection", () => {
  for (const [next, expected] of [[account, "ACK"], [block("N", "BA2"), "alarm 2 #1234|NBA2"]] as const) {
    const panel = start();
    panel.feed(concat(account, event));
    panel.settle(1);
    assertEquals(panel.feed(next), ["complete 1", expected]);
  }
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  assertEquals(panel.feed(last), ["complete 1", "poll 1234 end of data (0)", "ACK"]);
  panel.feed(event);
  panel.settle(2);
  assertEquals(panel.end(), ["complete 2"]);
});

Deno.test("an alarm ends after 4 s without a text, counted from its answer, and not before", () => {
  const panel = start();
  panel.feed(concat(account, event), 1000);
  assertEquals(panel.session.nextTick, undefined);
  panel.settle(1, "accepted", 2500);
  assertEquals(panel.session.nextTick, 6500);
  assertEquals(panel.tick(6499), []);
  assertEquals(panel.tick(6500), ["complete 1"]);
  assertEquals(panel.session.nextTick, undefined);
  assertEquals(panel.feed(text, 6600), ["poll 1234 ASCII text (A): +HALL", "ACK"]);
});

Deno.test("a line that is never idle does not hold an alarm back for more than 12 s", () => {
  const panel = start();
  panel.feed(concat(account, event), 0);
  panel.settle(1, "accepted", 0);
  const seen: string[] = [];
  for (let now = 1000; now <= 13_000; now += 1000) seen.push(...panel.feed(block("1"), now));
  assert(seen.includes("complete 1"));
});

Deno.test("the connection ends while an alarm is being stored: nothing more comes for it", () => {
  const panel = start();
  panel.feed(concat(account, event));
  assertEquals(panel.end(), ["complete 1"]);
  assertEquals(panel.settle(1), []);
  assertEquals(panel.feed(event), []);
  assertEquals(panel.session.nextTick, undefined);
});

Deno.test("when the connection ends, waiting alarms that no panel would repeat are handed over", () => {
  const panel = start();
  const silent = (code: string, data: string) => block(code, data, noAck);
  panel.feed(
    concat(account, event, silent("#", "5678"), silent("N", "FA1"), block("N", "BA7"), silent("N", "FA2")),
  );
  assertEquals(panel.end(), [
    "complete 1",
    "alarm 2 #5678|NFA1",
    "complete 2",
    "alarm 3 #5678|NFA2",
    "complete 3",
  ]);
});

Deno.test("a text without an alarm is acknowledged and noted, never refused", () => {
  const panel = start();
  panel.feed(account);
  assertEquals(panel.feed(text), ["poll 1234 ASCII text (A): +HALL", "ACK"]);
});

Deno.test("several events in a block are one alarm", () => {
  const session = new SiaSession();
  const [, alarm] = session.feed(concat(account, block("N", "ri2/BA5/BA6/id12/OP12")), 0);
  assert(alarm?.kind === "alarm");
  assertEquals(alarm.alarm.events.map(({ code, zone, user, area }) => [code, zone, user, area]), [
    ["BA", "5", undefined, "2"],
    ["BA", "6", undefined, "2"],
    ["OP", undefined, "12", "2"],
  ]);
});

Deno.test("the account falls back on the default, and is else empty and flagged", () => {
  assertEquals(start({ defaultAccount: "0042" }).feed(event), ["alarm 1 #0042|Nri1/BA1"]);
  const [alarm] = new SiaSession().feed(event, 0);
  assert(alarm?.kind === "alarm");
  assertEquals(alarm.alarm.events[0]?.account, "");
  assertEquals(alarm.alarm.events[0]?.flags, ["no-account"]);
  assertEquals(
    start({ defaultAccount: "0042" }).feed(concat(account, event)).at(1),
    "alarm 1 #1234|Nri1/BA1",
  );
});

Deno.test("old events are alarms too; environmental and listen-in blocks are when they hold an event", () => {
  assertEquals(start().feed(block("O", "BA1")), ["alarm 1 #|OBA1"]);
  assertEquals(start().feed(block("L", "ri1BA01")), ["alarm 1 #|Nri1BA01"]);
  assertEquals(start().feed(block("E", "ZA3*-5C")), ["alarm 1 #|NZA3*-5C"]);
  assertEquals(start().feed(block("E", "12.5")), ["poll - environmental (E): 12.5", "ACK"]);
});

Deno.test("an event block that cannot be read is an alarm with its bytes; an empty one is a sign of life", () => {
  const session = new SiaSession();
  const [, alarm] = session.feed(concat(account, block("N", "%%%")), 0);
  assert(alarm?.kind === "alarm");
  assertEquals(alarm.alarm.events[0]?.flags, ["unreadable-event"]);
  assertEquals(alarm.alarm.data, latin1("#1234|N%%%"));
  assertEquals(start().feed(block("N")), ["poll - new event (N)", "ACK"]);
});

Deno.test("an unknown function with a good parity is acknowledged and noted", () => {
  assertEquals(start().feed(block("~", "x")), ["poll - unknown function (~): x", "ACK"]);
  assertEquals(start().feed(block("\x01", "", noAck)), ["poll - unknown function (0x01)"]);
});

Deno.test("answers are not answered, or an echo would go on for ever", () => {
  for (const hex of ["403887", "403986", "0038c7", "0039c6", "4008b7", "4009b6"]) {
    const effects = start().feed(Uint8Array.fromHex(hex));
    assertEquals(effects.filter((effect) => !effect.startsWith("poll")), [], hex);
  }
});

Deno.test("older modules get their answers with header 00", () => {
  const panel = start({ ackStyle: "00" });
  assertEquals(panel.feed(account), ["0038c7"]);
  panel.feed(event);
  assertEquals(panel.settle(1, "failed"), ["0039c6"]);
});

Deno.test("early modules get their answers as 08 and 09", () => {
  const panel = start({ ackStyle: "00-08" });
  assertEquals(panel.feed(account), ["0008f7"]);
  panel.feed(event);
  assertEquals(panel.settle(1, "failed"), ["0009f6"]);
  assertEquals(start({ ackStyle: "40-08" }).feed(account), ["4008b7"]);
});

Deno.test("the origin of relayed alarms is kept with them, until the next account", () => {
  const session = new SiaSession();
  const origin = block("&", "RCV7");
  assertEquals(short(session.feed(concat(account, origin), 0)), ["ACK", "poll 1234 origin (&): RCV7", "ACK"]);
  const [alarm] = session.feed(event, 0);
  assert(alarm?.kind === "alarm");
  assertEquals(alarm.alarm.raw, concat(account, origin, event));
  assertEquals(alarm.alarm.events[0]?.flags, ["relayed"]);
  session.settle(1, "accepted", 0);
  const [, , next] = session.feed(concat(account, event), 0);
  assert(next?.kind === "alarm");
  assertEquals([next.alarm.raw, next.alarm.events[0]?.flags], [concat(account, event), []]);
});

Deno.test("an abort ends the wait for a text", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  assertEquals(panel.feed(block("2")), ["complete 1", "poll 1234 abort (2)", "ACK"]);
});

Deno.test("a parity error is answered negatively once, and the panel's next block is read at once", () => {
  const panel = start();
  const bad = block("#", "1234");
  bad[3] = 0x39;
  assertEquals(panel.feed(bad, 0), ["parity", "NAK"]);
  assertEquals(panel.session.nextTick, 250);
  assertEquals(panel.feed(account, 60), ["ACK"]);
  assertEquals(panel.session.nextTick, undefined);
});

Deno.test("noise behind a parity error gets no second answer, and ends with 250 ms of silence", () => {
  const panel = start();
  const bad = block("#", "1234");
  bad[3] = 0x39;
  panel.feed(bad, 0);
  assertEquals(panel.feed(latin1("garbage"), 100), []);
  assertEquals(panel.session.nextTick, 350);
  assertEquals(panel.tick(349), []);
  assertEquals(panel.tick(350), ["noise"]);
  assertEquals(panel.feed(block("~"), 400), ["poll - unknown function (~)", "ACK"]);
});

Deno.test("a panel that repeats every 50 ms without a pause is heard again after an error", () => {
  const panel = start();
  panel.feed(Uint8Array.fromHex("7f"), 0);
  const seen: string[] = [];
  for (let now = 50; now < 1000; now += 50) seen.push(...panel.feed(account, now));
  assert(seen.includes("ACK"));
});

Deno.test("noise before a good block in the same chunk gets no negative answer: the block gets its own", () => {
  const bad = block("#", "1234");
  bad[3] = 0x39;
  assertEquals(start().feed(concat(bad, account)), ["parity", "ACK"]);
});

Deno.test("no negative answer while an alarm waits for its own", () => {
  const panel = start();
  panel.feed(concat(account, event));
  const bad = event.slice();
  bad[4] = 0x7e;
  assertEquals(panel.feed(bad, 10), ["parity"]);
  assertEquals(panel.settle(1, "accepted", 20), ["ACK"]);
});

Deno.test("a block that breaks off is refused after 1 s, and answered negatively", () => {
  const panel = start();
  panel.feed(account, 0);
  assertEquals(panel.feed(event.subarray(0, 5), 100), []);
  assertEquals(panel.session.nextTick, 1100);
  assertEquals(panel.tick(1099), []);
  assertEquals(panel.tick(1100), ["truncated", "NAK"]);
  assertEquals(panel.feed(event, 1200), ["alarm 1 #1234|Nri1/BA1"]);
});

Deno.test("a connection that ends inside a block says so and sends nothing", () => {
  const panel = start();
  panel.feed(event.subarray(0, 5));
  assertEquals(panel.end(), ["truncated"]);
});

Deno.test("an encrypted session is refused and closed, and open alarms are completed first", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  assertEquals(panel.feed(Uint8Array.fromHex("0501815968")), ["encrypted-session", "complete 1", "close"]);
  assertEquals(panel.feed(account), []);
});

Deno.test("the Galaxy IP check is a poll of its account", () => {
  const check = concat(
    Uint8Array.fromHex("00"),
    latin1("00027978"),
    Uint8Array.fromHex("110c00fd0900"),
    new Uint8Array(11),
  );
  assertEquals(start().feed(check), ["poll 00027978 Galaxy IP check"]);
});

Deno.test("blocks wait in a bounded number; those beyond are refused without an answer", () => {
  const panel = start();
  panel.feed(concat(account, event));
  const flood = Array.from({ length: SIA_MAX_WAITING + 5 }, (_, i) => block("N", `BA${i + 10}`));
  assertEquals(panel.feed(concat(...flood)), Array.from({ length: 5 }, () => "too-many-blocks"));
  let alarms = 1;
  for (let ref = 1; ref <= alarms; ref++) {
    if (panel.settle(ref).some((effect) => effect.startsWith("alarm"))) alarms++;
  }
  assertEquals(alarms, SIA_MAX_WAITING + 1);
});

Deno.test("a settle for nothing is ignored", () => {
  const panel = start();
  assertEquals(panel.settle(1), []);
  panel.feed(concat(account, event));
  assertEquals(panel.settle(2), []);
  assertEquals(panel.settle(1), ["ACK"]);
  assertEquals(panel.settle(1), []);
});

Deno.test("event data keeps the panel's packet octet for octet", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 63 }), (data) => {
    if (data.every((octet) => octet <= 0x20)) return;
    const session = new SiaSession();
    const bytes = concat(block("#", "1234"), Uint8Array.from([0x40 | data.length, 0x4e, ...data]));
    const parity = bytes.slice(account.length).reduce((xor, octet) => xor ^ octet, 0xff);
    const [, alarm] = session.feed(concat(bytes, Uint8Array.of(parity)), 0);
    assert(alarm?.kind === "alarm");
    assertEquals(alarm.alarm.data, concat(latin1("#1234|N"), data));
    assert(alarm.alarm.events.length > 0);
  }));
});

Deno.test("no order of bytes, times and outcomes throws, answers a ref twice, or hands one out twice", () => {
  const step = fc.oneof(
    fc.constantFrom(account, event, text, last, block("N", "FA1"), block("8"), event.subarray(0, 4)).map((
      bytes,
    ) => ({
      bytes,
    })),
    fc.record({ bytes: fc.uint8Array({ maxLength: 10 }) }),
    fc.record({ wait: fc.integer({ min: 0, max: 6000 }) }),
    fc.record({ outcome: fc.constantFrom("accepted" as const, "failed" as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const session = new SiaSession();
      let now = 0;
      let unsettled: number | undefined;
      const refs = new Set<number>();
      const completed = new Set<number>();
      function see(effects: PanelEffect[]): void {
        for (const effect of effects) {
          if (effect.kind === "alarm" || effect.kind === "text") {
            assertEquals(unsettled, undefined);
            assert(!refs.has(effect.ref));
            refs.add(effect.ref);
            unsettled = effect.ref;
          }
          if (effect.kind === "complete") {
            assert(refs.has(effect.ref) && !completed.has(effect.ref));
            completed.add(effect.ref);
          }
        }
      }
      for (const each of steps) {
        if ("bytes" in each) see(session.feed(each.bytes, now));
        else if ("wait" in each) see(session.tick(now += each.wait));
        else if (unsettled !== undefined) {
          const ref = unsettled;
          unsettled = undefined;
          see(session.settle(ref, each.outcome, now));
        }
        assert(session.nextTick === undefined || session.nextTick >= now - 6000);
      }
      unsettled = undefined;
      see(session.end(now));
    }),
    { numRuns: 500 },
  );
});
