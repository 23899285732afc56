import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SiaSession } from "../../../adapters/sia/session.ts";
import { block, concat, latin1 } from "./blocks.ts";
import { account, event, last, short, start, text } from "./panel.ts";

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

Deno.test("a text without an alarm is one by itself, never refused", () => {
  const panel = start();
  panel.feed(account);
  assertEquals(panel.feed(text), ["alarm 1 #1234|NUX|A+HALL"]);
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
