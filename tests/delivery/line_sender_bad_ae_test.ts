import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { Bosch6500AnswerReader } from "../../adapters/bosch_6500/answer_reader.ts";
import { Dc07AnswerReader } from "../../adapters/dc07/answer_reader.ts";
import type { OutputEffect } from "../../adapters/contract.ts";
import { type AnswerReader, ByteAnswerReader } from "../../src/delivery/answer_reader.ts";
import { ascii } from "../support/ascii.ts";
import { ACK, beating, brief, item, NAK, run, sender, textReader } from "./rig.ts";

const MEGABYTE = 1 << 20;
const POLL = { byte: 0x53, reply: ascii("OKAY"), quietMs: 10_000, settleMs: 2000 };

function megabyte(of: string): Uint8Array {
  const bytes = new Uint8Array(MEGABYTE), octets = ascii(of);
  for (let at = 0; at < bytes.length; at++) bytes[at] = octets[at % octets.length] ?? 0;
  return bytes;
}

Deno.test("a megabyte of rubbish comes back as stray, octet for octet, and next to nothing is held", () => {
  const anything = ["\x00", "!", "!T12", "ACNAKC", "\n", "\nFFFF0B\t00010101["];
  // The reader of words takes `NAK` for an answer, and lets line feeds pass.
  const readers: {
    make: (stray: (raw: Uint8Array) => void) => AnswerReader;
    rubbish: string[];
    held: number;
  }[] = [
    { make: () => new ByteAnswerReader(), rubbish: anything, held: 0 },
    { make: () => textReader(), rubbish: ["\x00", "!T12", "ACNAAK", "NAC"], held: 4 },
    { make: () => new Bosch6500AnswerReader(), rubbish: anything, held: 17 },
    {
      make: (stray) => new Dc07AnswerReader({ expected: () => "0001", stray: ({ raw }) => stray(raw) }),
      rubbish: anything,
      held: 263,
    },
  ];
  for (const { make, rubbish, held } of readers) {
    for (const one of rubbish) {
      let octets = 0;
      const reader = make((raw) => octets += raw.length);
      const bytes = megabyte(one);
      for (let at = 0; at < bytes.length; at += 10_007) {
        for (const answer of reader.feed(bytes.subarray(at, at + 10_007))) {
          assert(
            answer.kind === "stray",
            `${reader.constructor.name} reads ${JSON.stringify(one)} as ${answer.kind}`,
          );
          octets += answer.raw.length;
        }
      }
      assertLessOrEqual(
        bytes.length - octets,
        held,
        `${reader.constructor.name} holds ${JSON.stringify(one)}`,
      );
      assertLessOrEqual(octets, bytes.length);
    }
  }
});

Deno.test("rubbish without end neither delivers, nor repeats more often than silence would, nor hides the answer behind it", () => {
  for (const strayRepeats of [false, true]) {
    const session = sender({ strayRepeats, tries: 4 });
    session.connected(0);
    session.offer(item("a"), 0);
    const chunk = new Uint8Array(10_000).fill(0x3f);
    let sends = 0;
    for (let now = 10; now < 350; now += 10) {
      for (const effect of session.feed(chunk, now)) if (effect.kind === "send") sends++;
      for (const effect of session.tick(now)) if (effect.kind === "send") sends++;
    }
    assertEquals(sends, strayRepeats ? 3 : 0);
    assertEquals(session.counts.delivered, 0);
    const end = session.feed(Uint8Array.of(...chunk, 0x06), 350);
    assertEquals(brief(end).slice(1), ["present", "delivered a"]);
  }
});

Deno.test("NAK in every chunk, for ever: as many sendings as the limit for each alarm, and every alarm has its turn", () => {
  const session = sender({ nakLimit: 20 });
  session.connected(0);
  const refused: string[] = [];
  let sends = 0, next = 0;
  const take = (effects: OutputEffect[]) => {
    for (const effect of effects) {
      if (effect.kind === "send") sends++;
      if (effect.kind === "refused") refused.push(effect.id);
    }
  };
  for (let now = 0; refused.length < 3; now += 50) {
    if (session.ready) take(session.offer(item(`a${next++}`), now));
    take(session.feed(new Uint8Array(100).fill(0x15), now));
    take(session.tick(now));
  }
  assertEquals(refused, ["a0", "a1", "a2"]);
  assertEquals([sends, session.counts.delivered], [60, 0]);
});

Deno.test("NAK after the ACK that delivered, and ACK after the NAK that refused, count for nothing", () => {
  const session = sender({ nakLimit: 1 });
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(Uint8Array.of(6, 0x15), 1)), [
    "present",
    "delivered a",
    "stray unexpected-answer 15",
  ]);
  session.offer(item("b"), 2);
  assertEquals(brief(session.feed(Uint8Array.of(0x15, 6), 3)), [
    "refused b nak-limit",
    "stray unexpected-answer 06",
  ]);
  session.offer(item("c"), 4);
  assertEquals(brief(session.feed(ACK, 5)), ["delivered c"]);
});

Deno.test("words: twice, late, in pieces and with octets between, they count as single octets do", () => {
  const session = sender({ reader: textReader });
  session.connected(0);
  session.offer(item("a", false, "x+y"), 0);
  assertEquals(brief(session.feed(ascii("??ACK\r\nACK\r\n"), 1)), [
    "stray not-an-answer 3f3f",
    "present",
    "stray unexpected-answer 06",
    "sent a#1",
    ">y",
  ]);
  assertEquals(brief(session.feed(ascii("AC\x06"), 2)), ["stray not-an-answer 4143", "delivered a"]);
});

Deno.test("S and an answer in one chunk, in either order: the answer counts and the question is answered behind it", () => {
  for (const chunk of [ascii("S\x06"), ascii("\x06S"), ascii("SSS\x06SSS")]) {
    const session = sender({ polls: [POLL] });
    session.connected(0);
    session.offer(item("a"), 0);
    assertEquals(brief(session.feed(chunk, 1)), ["present", "delivered a", ">OKAY"]);
    assertEquals([session.counts.polls, session.ready], [1, false]);
    // Whatever the AE answers to that, once or twice, is nobody's.
    assertEquals(brief(session.feed(Uint8Array.of(6, 6), 2)), ["stray unexpected-answer 06"]);
    assertEquals(session.ready, true);
  }
});

Deno.test("S between a NAK and its repeat, and NAK to the answer of S, repeat and refuse nothing else", () => {
  const session = sender({ polls: [POLL], nakLimit: 3 });
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(Uint8Array.of(0x15, 0x53), 1)), ["sent a#2", ">a"]);
  assertEquals(brief(session.feed(ACK, 2)), ["present", "delivered a", ">OKAY"]);
  assertEquals(brief(session.feed(NAK, 3)), []);
  assertEquals([session.ready, session.counts.naks], [true, 1]);
  session.offer(item("b"), 4);
  assertEquals(brief(session.feed(ACK, 5)), ["delivered b"]);
});

Deno.test("S of an AE that answers nothing else is answered within 5 s, whatever is in flight", () => {
  const alone = sender({ polls: [POLL], waitMs: 2000, tries: 2, triesWhileAbsent: 1 });
  alone.connected(0);
  alone.offer(item("a"), 0);
  assertEquals(brief(alone.feed(ascii("S"), 10)), []);
  assertEquals(run(alone, 5010), [[2000, "sent a#2"], [2000, ">a"], [4000, "absent no-answer a"], [
    4000,
    ">OKAY",
  ]]);

  const beats = beating({ polls: [POLL], waitMs: 2000, tries: 2, heartbeatMs: 45_000 });
  beats.connected(0);
  run(beats, 60_000);
  assertEquals(brief(beats.feed(ascii("S"), 60_000)), []);
  const [first] = run(beats, 65_000);
  assertEquals(first?.[1], ">@");
});

Deno.test("a thousand questions a second cost one answer in ten seconds", () => {
  const session = sender({ polls: [POLL] });
  session.connected(0);
  let sends = 0;
  for (let now = 0; now < 30_000; now += 10) {
    for (const effect of [...session.feed(ascii("SSSSSSSSSS"), now), ...session.tick(now)]) {
      if (effect.kind === "send") sends++;
    }
  }
  assertEquals(sends, 3);
});
