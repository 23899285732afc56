import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { CarriedProtocol, OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import {
  dc09Answer,
  Dc09Framer,
  dc09Nak,
  Dc09Sender,
  type Dc09SenderOptions,
  parseDc09,
  writeDc09,
  writeFrame,
} from "../../../adapters/dc09/mod.ts";
import { ascii, frame, keysOf, text, zeros } from "./arbitrary.ts";

const NOON = Date.UTC(2026, 0, 2, 12);
const KEY = keysOf("0123456789ABCDEF")[0]!;
const OTHER = keysOf("FEDCBA9876543210")[0]!;
const SEALING = { key: KEY, random: zeros };

function item(id: string, data: string, protocol: CarriedProtocol = "sia", account = "1234"): OutputItem {
  return { id, account, protocol, data: ascii(data), events: [], repeated: false };
}

const BURGLARY = item("a", "#1234|Nri1/BA5");

/** Effects in short; frames as their content. */
function said(effects: OutputEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return text(effect.bytes).slice(9, -1);
    if (effect.kind === "sent") return `sent ${effect.id} ${effect.attempt}`;
    const id = "id" in effect ? ` ${effect.id}` : "";
    return `${effect.kind}${id}${"rule" in effect ? ` ${effect.rule}` : ""}`;
  });
}

function up(options: Dc09SenderOptions = {}): Dc09Sender {
  const sender = new Dc09Sender(options);
  assertEquals(sender.ready, false);
  assertEquals(sender.connected(0), []);
  assertEquals(sender.ready, true);
  return sender;
}

Deno.test("an alarm is delivered on the ACK with its number and account, and on nothing else", () => {
  const sender = up();
  assertEquals(said(sender.offer(BURGLARY, 0)), ["sent a 1", '"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]']);
  assertEquals([sender.ready, said(sender.offer(item("b", "#1234|NBA6"), 0))], [false, [
    "refused b not-ready",
  ]]);
  for (
    const [answer, rule] of [
      ['"ACK"0002L0#1234[]', "other-message"],
      ['"ACK"0000L0#1234[]', "other-message"],
      ['"ACK"0001L0#1235[]', "other-message"],
      ['"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]', "no-answer"],
      ['"HELLO', "bad-head"],
    ] as const
  ) {
    assertEquals(said(sender.feed(frame(answer), 1)), [`stray ${rule}`]);
  }
  assertEquals(said(sender.feed(ascii('\n0000000F"ACK"0001L0#1234[]\r'), 1)), ["stray wrong-crc"]);
  assertEquals(said(sender.feed(frame('"ACK"0001L0#001234[]'), 2)), ["present", "delivered a"]);
  assertEquals(said(sender.feed(frame('"ACK"0001L0#1234[]'), 3)), ["stray unexpected-answer"]);
  assertEquals([sender.ready, sender.nextTick], [true, undefined]);
});

Deno.test("an answer in any pieces is read, and one without CR after a moment", () => {
  const sender = up();
  sender.offer(BURGLARY, 0);
  const answer = frame('"ACK"0001L0#1234[]');
  for (const octet of answer.subarray(0, -1)) assertEquals(sender.feed(Uint8Array.of(octet), 1), []);
  assertEquals(sender.nextTick, 201);
  assertEquals(said(sender.tick(201)), ["present", "delivered a"]);
});

Deno.test("silence: the same octets again after 20 s, three times in all; then absent, and the connection is closed", () => {
  const sender = up({ timestamps: true });
  const [, first] = said(sender.offer(BURGLARY, NOON));
  assertEquals(first, '"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]_12:00:00,01-02-2026');
  assertEquals(sender.tick(NOON + 19_999), []);
  assertEquals(said(sender.tick(NOON + 20_000)), ["sent a 2", first]);
  assertEquals(said(sender.tick(NOON + 40_000)), ["sent a 3", first]);
  assertEquals(sender.nextTick, NOON + 60_000);
  assertEquals(said(sender.tick(NOON + 60_000)), ["absent a no-answer", "close"]);
  assertEquals([sender.ready, sender.nextTick], [false, undefined]);
  assertEquals(sender.disconnected(NOON + 60_000), []);
  // Again, with the number that it had; by now with another time.
  sender.connected(NOON + 61_000);
  assertEquals(
    said(sender.offer({ ...BURGLARY, repeated: true }, NOON + 61_000))[1],
    first?.replace("12:00:00", "12:01:01"),
  );
  assertEquals(said(sender.disconnected(NOON + 62_000)), ["absent a disconnected"]);
  sender.connected(NOON + 63_000);
  assertEquals(
    said(sender.offer({ ...BURGLARY, repeated: true }, NOON + 63_000))[1],
    first?.replace("12:00:00", "12:01:01"),
  );
  sender.feed(frame('"ACK"0001L0#1234[]'), NOON + 63_001);
  assertStringIncludes(
    said(sender.offer(item("b", "#1234|NBA6"), NOON + 63_002))[1] ?? "",
    '"SIA-DCS"0002L0',
  );
});

Deno.test("in datagrams nothing is closed, and the next alarm can be offered at once", () => {
  const sender = up({ datagram: true, tries: 1 });
  sender.offer(BURGLARY, 0);
  assertEquals(said(sender.tick(20_000)), ["absent a no-answer"]);
  assertEquals(
    said(sender.offer({ ...BURGLARY, repeated: true }, 20_000))[1],
    '"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]',
  );
  // Half a frame is a whole datagram, and joins no other one.
  assertEquals(said(sender.feed(frame('"ACK"0001L0#1234[]').subarray(0, 12), 20_001)), ["stray truncated"]);
  assertEquals(said(sender.feed(frame('"ACK"0001L0#1234[]').subarray(0, -1), 20_002)), [
    "present",
    "delivered a",
  ]);
});

Deno.test("NAK: the receiver's time is taken over and the message sent again once, then refused", () => {
  const sender = up({ timestamps: true });
  const [, first] = said(sender.offer(BURGLARY, 0));
  assertMatch(first ?? "", /_00:00:00,01-01-1970$/);
  assertEquals(said(sender.feed(dc09Nak({ now: NOON }), 10)), [
    "present",
    "sent a 2",
    first?.replace(/_.*/, "_12:00:00,01-02-2026"),
  ]);
  const [refused] = sender.feed(dc09Nak({ now: NOON }), 20);
  assert(refused?.kind === "refused" && refused.rule === "nak-limit" && refused.id === "a");
  assertEquals(sender.ready, true);
  assertStringIncludes(
    said(sender.offer(item("b", "#1234|NBA6"), 5010))[1] ?? "",
    "0002L0#1234[#1234|NBA6]_12:00:04,",
  );
  // One without a time that can be read only makes it go again.
  assertEquals(said(sender.feed(frame('"NAK"0000R0L0A0[]_noon'), 5020))[0], "sent b 2");
});

Deno.test("DUH refuses; RSP acknowledges, and its data is shown to nobody", () => {
  const sender = up();
  sender.offer(BURGLARY, 0);
  assertEquals(said(sender.feed(frame('"DUH"0001L0#1234[]'), 1)), ["present", "refused a duh"]);
  sender.offer(item("b", "#1234|NBA6"), 2);
  assertEquals(said(sender.feed(frame('"DUH"0001L0#1234[]'), 3)), ["stray other-message"]);
  const effects = sender.feed(frame('"RSP"0002L0#1234[#1234|][KSECRETSECRET123]'), 4);
  assertEquals(said(effects), ["stray response-data", "delivered b"]);
  const [note] = effects;
  assert(note?.kind === "stray" && !text(note.raw).includes("SECRET") && !note.message.includes("SECRET"));
});

Deno.test("encrypted: everything has a time; only an encrypted ACK is believed, or one in clear where that is set", () => {
  const head = { id: "SIA-DCS", encrypted: true, sequence: "0001", line: "0", account: "1234" };
  for (const clearAnswers of [false, true]) {
    const sender = up({ sealing: SEALING, clearAnswers });
    const [sent, send] = sender.offer(BURGLARY, NOON);
    assert(sent?.kind === "sent" && send?.kind === "send");
    assertEquals(sent.line, '"*SIA-DCS"0001L0#1234[#1234|Nri1/BA5]_12:00:00,01-02-2026');
    assertEquals(text(send.bytes).includes("BA5"), false);
    assertEquals(
      said(sender.feed(dc09Answer("ACK", head, { now: NOON, sealing: { key: OTHER, random: zeros } }), 1)),
      [
        "stray wrong-key",
      ],
    );
    const clear = said(sender.feed(dc09Answer("ACK", head, { now: NOON }), NOON));
    assertEquals(clear, clearAnswers ? ["present", "delivered a"] : ["stray clear-answer"]);
    if (clearAnswers) continue;
    const sealed = dc09Answer("ACK", head, { now: NOON, sealing: SEALING });
    assertEquals(said(sender.feed(sealed, NOON)), ["present", "delivered a"]);
    sender.offer(item("b", "#1234|NBA6"), NOON);
    // Who lacks the key can only answer in clear.
    assertEquals(said(sender.feed(frame('"DUH"0002L0#1234[]'), NOON)), ["refused b duh"]);
  }
});

Deno.test("supervision: NULL 0000 in idle time; an alarm does not wait for its answer", () => {
  const sender = up({ account: "1234", supervisionMs: 60_000 });
  assertEquals(sender.nextTick, 60_000);
  assertEquals(sender.tick(59_999), []);
  assertEquals(said(sender.tick(60_000)), ['"NULL"0000L0#1234[]']);
  assertEquals(said(sender.feed(frame('"ACK"0000L0#1234[]'), 60_010)), ["present"]);
  assertEquals(sender.nextTick, 120_010);
  sender.tick(120_010);
  assertEquals(sender.ready, true);
  assertEquals(said(sender.offer(BURGLARY, 120_020))[0], "sent a 1");
  assertEquals(said(sender.feed(frame('"ACK"0000L0#1234[]'), 120_030)), ["stray other-message"]);
  assertEquals(said(sender.feed(frame('"ACK"0001L0#1234[]'), 120_040)), ["delivered a"]);
  assertEquals(sender.nextTick, 180_040);
  // A receiver that does not know NULL is there all the same.
  sender.tick(180_040);
  assertEquals(said(sender.feed(dc09Nak({ now: 0 }), 180_050)), ['"NULL"0000L0#1234[]']);
  assertEquals(said(sender.feed(dc09Nak({ now: 0 }), 180_060)), ["stray supervision-refused"]);
  // And one that is not there is told once, in datagrams; the connection is given up otherwise.
  for (const datagram of [true, false]) {
    const alone = up({ account: "1234", supervisionMs: 60_000, datagram, tries: 2 });
    const all: string[] = [];
    for (let now = 0; now < 400_000; now += 1000) all.push(...said(alone.tick(now)));
    const told = all.filter((it) => !it.includes("NULL"));
    assertEquals(told, datagram ? ["absent no-answer"] : ["absent no-answer", "close"]);
    assertEquals(all.filter((it) => it.includes("NULL")).length, datagram ? 9 : 2);
  }
});

Deno.test("the connection ends: an alarm in flight comes back; a permanent one is told as lost, one on demand is not", () => {
  const sender = up();
  assertEquals(sender.disconnected(1), []);
  sender.connected(2);
  sender.offer(BURGLARY, 3);
  sender.feed(frame('"ACK"0001L0#1234[]'), 4);
  assertEquals(said(sender.disconnected(5)), ["absent disconnected"]);
  const demand = up({ closeAfterAck: true });
  demand.offer(BURGLARY, 3);
  assertEquals(said(demand.feed(frame('"ACK"0001L0#1234[]'), 4)), ["present", "delivered a", "close"]);
  assertEquals([demand.ready, demand.disconnected(5)], [false, []]);
});

Deno.test("numbers go from 9999 to 0001, and what cannot be sent is refused with a reason", () => {
  const sender = up({ firstSequence: 9999, receiver: "1", line: "A0" });
  const numbers = ["a", "b"].map((id) => {
    const [, content = ""] = said(sender.offer(item(id, "123418113001001", "contact-id"), 0));
    const [, number = ""] = /^"ADM-CID"(\d{4})R1LA0#1234\[#1234\|1130 01 001\]$/.exec(content) ?? [];
    sender.feed(frame(`"ACK"${number}R1LA0#1234[]`), 1);
    return number;
  });
  assertEquals(numbers, ["9999", "0001"]);
  for (
    const [bad, rule] of [
      [item("x", "123418", "contact-id"), "unreadable-event"],
      [item("x", "", "sia"), "unreadable-event"],
      [item("x", "what", "scancom"), "unreadable-event"],
      [item("x", "#1|NBA1", "sia", "Zürich"), "bad-account"],
      [item("x", "NBA1", "sia", ""), "bad-account"],
      [item("x", `#1234|NBA1|A${"x".repeat(4100)}`), "cannot-write"],
    ] as const
  ) {
    const [refused, ...more] = sender.offer(bad, 0);
    assert(refused?.kind === "refused", rule);
    assertEquals([refused.rule, refused.message.length > 40, more, sender.ready], [rule, true, [], true]);
  }
});

Deno.test("settings that cannot be used are named", () => {
  for (
    const [options, what] of [
      [{ receiver: "1234567" }, "receiver"],
      [{ line: "L0" }, "line"],
      [{ account: "12-34" }, "account"],
      [{ supervisionMs: 1000 }, "account"],
      [{ tries: 0 }, "tries"],
      [{ firstSequence: 0 }, "firstSequence"],
      [{ waitMs: 0.5 }, "waitMs"],
    ] as [Dc09SenderOptions, string][]
  ) {
    assertThrows(() => new Dc09Sender(options), RangeError, what);
  }
});

Deno.test("a clock that is set back does not lengthen the waits", () => {
  const sender = up();
  sender.offer(BURGLARY, 1_000_000);
  assertEquals(sender.tick(10_000), []);
  assertEquals(sender.nextTick, 30_000);
  assertEquals(said(sender.tick(30_000))[0], "sent a 2");
});

Deno.test("any octets from the line never throw nor deliver", () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.stringMatching(/^"\*?(ACK|DUH|RSP|NULL)"000[2-9][ -~]{0,20}$/).map(frame),
  );
  fc.assert(fc.property(fc.array(chunk, { maxLength: 20 }), fc.boolean(), (chunks, sealed) => {
    const sender = up(sealed ? { sealing: SEALING } : { datagram: true });
    sender.offer(BURGLARY, 0);
    for (const [at, bytes] of chunks.entries()) {
      assert(!sender.feed(bytes, at).some(({ kind }) => kind === "delivered"));
    }
  }));
});

Deno.test("a receiver that acknowledges in clear what was encrypted is not believed, and the alarm comes back", () => {
  const sender = up({ sealing: SEALING, tries: 1 });
  const [, send] = sender.offer(BURGLARY, NOON);
  assert(send?.kind === "send");
  const [found] = new Dc09Framer().feed(send.bytes);
  assert(found?.kind === "frame");
  const read = parseDc09(found.frame.content, () => [KEY]);
  assert(read.ok);
  const answer = writeFrame(writeDc09({ ...read.message, id: "ACK", encrypted: false, data: "" }));
  const [stray] = sender.feed(answer, NOON);
  assert(stray?.kind === "stray");
  assertStringIncludes(stray.message, "in clear");
  assertEquals(said(sender.tick(NOON + 20_000)), ["absent a no-answer", "close"]);
});
