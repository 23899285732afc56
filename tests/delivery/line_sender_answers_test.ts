import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ascii } from "../support/ascii.ts";
import { ACK, beating, brief, item, NAK, run, sender, textReader } from "./rig.ts";

Deno.test("an alarm is sent when offered and delivered on ACK, not before", () => {
  const session = sender();
  assertEquals(session.ready, false);
  assertEquals(brief(session.connected(0)), []);
  assertEquals(session.ready, true);
  assertEquals(brief(session.offer(item("a"), 10)), ["sent a#1", ">a"]);
  assertEquals(session.ready, false);
  assertEquals(session.nextTick, 4010);
  assertEquals(brief(session.feed(ACK, 20)), ["present", "delivered a"]);
  assertEquals(session.ready, true);
  assertEquals(brief(session.offer(item("b"), 30)), ["sent b#1", ">b"]);
  assertEquals(brief(session.feed(ACK, 40)), ["delivered b"]);
  assertEquals(session.counts.delivered, 2);
  assertEquals(session.counts.presences, 1);
});

Deno.test("one frame in flight: a second offer is refused as not-ready and the first is not disturbed", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.offer(item("b"), 1)), ["refused b not-ready"]);
  assertEquals(brief(session.feed(ACK, 2)), ["present", "delivered a"]);
});

Deno.test("an ACK that comes before anything was sent acknowledges nothing that is sent later", () => {
  const session = sender();
  session.connected(0);
  assertEquals(brief(session.feed(ACK, 1)), ["stray unexpected-answer 06"]);
  assertEquals(brief(session.offer(item("a"), 2)), ["sent a#1", ">a"]);
  assertEquals(brief(session.feed(new Uint8Array(), 3)), []);
  assertEquals(session.ready, false);
  assertEquals(session.counts.strayAnswers, 1);
  assertEquals(session.counts.delivered, 0);
});

Deno.test("a second ACK for the same frame is stray, in the same chunk and in the next", () => {
  for (const chunks of [[Uint8Array.of(6, 6)], [ACK, ACK]]) {
    const session = sender();
    session.connected(0);
    session.offer(item("a"), 0);
    const effects = chunks.flatMap((chunk) => brief(session.feed(chunk, 5)));
    assertEquals(effects, ["present", "delivered a", "stray unexpected-answer 06"]);
    assertEquals(session.ready, true);
  }
});

Deno.test("of an alarm with two lines, the second line is not acknowledged by what came before it was sent", () => {
  const session = sender();
  session.connected(0);
  assertEquals(brief(session.offer(item("a", false, "x+y"), 0)), ["sent a#1", ">x"]);
  assertEquals(brief(session.feed(Uint8Array.of(6, 6, 6), 1)), [
    "present",
    "stray unexpected-answer 06",
    "stray unexpected-answer 06",
    "sent a#1",
    ">y",
  ]);
  assertEquals(session.counts.delivered, 0);
  assertEquals(brief(session.feed(ACK, 2)), ["delivered a"]);
});

Deno.test("bytes that are no answer are dropped and counted, and the wait goes on", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(ascii("hum\r\n"), 3000)), ["stray not-an-answer 68756d0d0a"]);
  assertEquals(session.nextTick, 4000);
  assertEquals(brief(session.feed(Uint8Array.of(0x3f, 0x06, 0x21), 3500)), [
    "stray not-an-answer 3f",
    "present",
    "delivered a",
    "stray not-an-answer 21",
  ]);
  assertEquals(session.counts.strayOctets, 7);
});

Deno.test("NAK: the frame goes again at once, and the ACK after it counts", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(NAK, 5)), ["sent a#2", ">a"]);
  assertEquals(brief(session.feed(ACK, 9)), ["present", "delivered a"]);
  assertEquals(session.counts.repeats, 1);
});

Deno.test("NAK and ACK in one chunk for one frame: the ACK was not for the resend", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(Uint8Array.of(0x15, 0x06), 5)), [
    "stray unexpected-answer 06",
    "sent a#2",
    ">a",
  ]);
  assertEquals(brief(session.feed(ACK, 9)), ["present", "delivered a"]);
});

Deno.test("20 NAKs refuse the alarm, the resends slow down to one a second, and the next alarm may come", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  const sentAt = [0];
  let now = 0;
  for (let nak = 1; nak < 20; nak++) {
    let effects = brief(session.feed(NAK, now));
    if (nak > 1) {
      assertEquals(effects, []);
      assert(session.nextTick !== undefined);
      now = session.nextTick;
      effects = brief(session.tick(now));
    }
    assertEquals(effects, [`sent a#${nak + 1}`, ">a"]);
    sentAt.push(now);
  }
  const pauses = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
  assertEquals(pauses.slice(0, 4), [0, 100, 200, 300]);
  assertEquals(Math.max(...pauses), 1000);
  const [effect, ...more] = session.feed(NAK, now);
  assert(effect?.kind === "refused");
  assertEquals(more, []);
  assertEquals(effect.rule, "nak-limit");
  assertEquals(effect.id, "a");
  assertStringIncludes(effect.message, "20 times");
  assertEquals(session.counts.frames, 20);
  assertEquals(session.ready, true);
  assertEquals(brief(session.offer(item("b"), now)), ["sent b#1", ">b"]);
  assertEquals(brief(session.feed(ACK, now)), ["present", "delivered b"]);
});

Deno.test("a refused line does not keep back the other lines of the alarm", () => {
  const session = sender({ nakLimit: 2 });
  session.connected(0);
  session.offer(item("a", false, "x+y"), 0);
  assertEquals(brief(session.feed(NAK, 1)), ["sent a#2", ">x"]);
  assertEquals(brief(session.feed(NAK, 2)), ["sent a#1", ">y"]);
  const effects = session.feed(ACK, 3);
  assertEquals(brief(effects), ["present", "refused a nak-limit"]);
  const refused = effects[1];
  assert(refused?.kind === "refused");
  assertStringIncludes(refused.message, "line 1 of 2");
  assertEquals(session.counts.delivered, 0);
});

Deno.test("a flood of NAKs in one chunk makes one resend", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  const effects = brief(session.feed(new Uint8Array(1000).fill(0x15), 1));
  assertEquals(effects.filter((effect) => effect === ">a").length, 1);
  assertEquals(session.counts.naks, 1);
  assertEquals(session.counts.strayAnswers, 999);
});

Deno.test("a late ACK to an earlier copy counts; the one still owed is waited for and dropped", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.tick(4000)), ["sent a#2", ">a"]);
  assertEquals(brief(session.feed(ACK, 4100)), ["present", "delivered a"]);
  assertEquals(session.ready, false);
  assertEquals(session.nextTick, 8600);
  assertEquals(brief(session.feed(ACK, 4200)), ["stray late-answer 06"]);
  assertEquals(session.ready, true);
  session.offer(item("b"), 4300);
  assertEquals(brief(session.feed(new Uint8Array(), 4400)), []);
  assertEquals(session.counts.delivered, 1);
});

Deno.test("an answer that stays owed holds the next alarm up for settleMs and no longer", () => {
  const session = sender({ settleMs: 700 });
  session.connected(0);
  session.offer(item("a"), 0);
  session.tick(4000);
  session.feed(ACK, 4100);
  assertEquals(brief(session.tick(4799)), []);
  assertEquals(session.ready, false);
  assertEquals(brief(session.tick(4800)), []);
  assertEquals(session.ready, true);
});

Deno.test("between the lines of one alarm, too, answers still owed are waited for", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a", false, "x+y"), 0);
  session.tick(4000);
  assertEquals(brief(session.feed(ACK, 4100)), ["present"]);
  assertEquals(brief(session.feed(ACK, 4150)), ["stray late-answer 06", "sent a#1", ">y"]);
  assertEquals(brief(session.feed(ACK, 4200)), ["delivered a"]);
});

Deno.test("a late ACK during the pause after a NAK delivers and cancels the resend", () => {
  const session = sender({ nakPauseMs: 500 });
  session.connected(0);
  session.offer(item("a"), 0);
  session.tick(4000); // two copies out
  session.feed(NAK, 4010); // resend at once: three out, two owed
  assertEquals(brief(session.feed(NAK, 4020)), []); // pause of 500 ms, one owed
  assertEquals(brief(session.feed(ACK, 4030)), ["present", "delivered a"]);
  assertEquals(run(session, 20_000), []);
  assertEquals(session.ready, true);
});

Deno.test("words count as answers only where the option says so", () => {
  const plain = sender(), words = sender({ reader: textReader });
  for (const session of [plain, words]) {
    session.connected(0);
    session.offer(item("a"), 0);
  }
  assertEquals(brief(plain.feed(ascii("ACK\r\n"), 1)), ["stray not-an-answer 41434b0d0a"]);
  assertEquals(brief(words.feed(ascii("NAK\r\n"), 1)), ["sent a#2", ">a"]);
  assertEquals(brief(words.feed(ascii("AC"), 2)), []);
  assertEquals(brief(words.feed(ascii("K\r\n"), 3)), ["present", "delivered a"]);
});

Deno.test("half a word from before a send does not become an answer with what comes after", () => {
  const session = sender({ reader: textReader });
  session.connected(0);
  assertEquals(brief(session.feed(ascii("AC"), 1)), []);
  assertEquals(brief(session.offer(item("a"), 2)), ["stray not-an-answer 4143", "sent a#1", ">a"]);
  assertEquals(brief(session.feed(ascii("K"), 3)), ["stray not-an-answer 4b"]);
  assertEquals(session.counts.delivered, 0);
});

Deno.test("what cannot be written is refused with the writer's rule and nothing is sent", () => {
  const session = sender({ write: () => ({ ok: false, rule: "no-form", message: "no" }) });
  session.connected(0);
  assertEquals(brief(session.offer(item("a"), 0)), ["refused a no-form"]);
  assertEquals(session.ready, true);
  const empty = sender({ write: () => ({ ok: true, lines: [], notes: [] }) });
  empty.connected(0);
  assertEquals(brief(empty.offer(item("a"), 0)), ["refused a nothing-to-send"]);
});

Deno.test("a writer's note goes with the sent effect and into the refusal", () => {
  const session = sender({
    nakLimit: 1,
    write: ({ data }) => ({ ok: true, lines: [{ bytes: data, line: "x" }], notes: ["account is long"] }),
  });
  session.connected(0);
  const [sent] = session.offer(item("a"), 0);
  assert(sent?.kind === "sent" && "notes" in sent);
  assertEquals(sent.notes, ["account is long"]);
  const [refused] = session.feed(NAK, 1);
  assert(refused?.kind === "refused");
  assertStringIncludes(refused.message, "account is long");
});

Deno.test("an AE that asks is answered, in flight or not, and not more often than the protocol says", () => {
  const session = sender({ polls: [{ byte: 0x53, reply: ascii("OKAY"), quietMs: 10_000 }] });
  assertEquals(brief(session.feed(ascii("S"), 0)), ["stray not-an-answer 53"]);
  session.connected(0);
  assertEquals(brief(session.feed(ascii("S"), 1)), [">OKAY"]);
  session.offer(item("a"), 2);
  assertEquals(brief(session.feed(ascii("SSx"), 9000)), ["stray not-an-answer 78"]);
  assertEquals(brief(session.feed(ascii("S"), 10_001)), [">OKAY"]);
  assertEquals(session.counts.polls, 2);
});

Deno.test("a heartbeat that is only ever NAKed shows an AE that lives: alarms are not held back", () => {
  const session = beating();
  assertEquals(brief(session.connected(0)), [">@"]);
  assertEquals(brief(session.feed(NAK, 1)), [">@"]);
  session.feed(NAK, 2);
  assertEquals(run(session, 102), [[102, ">@"]]);
  assertEquals(brief(session.feed(NAK, 103)), ["stray heartbeat-refused 15", "present"]);
  assertEquals(session.ready, true);
});

Deno.test("an answer that never came is forgotten after settleMs: later ones are unexpected, the next alarm does not wait", () => {
  const session = sender({ settleMs: 700 });
  session.connected(0);
  session.offer(item("a"), 0);
  session.tick(4000);
  session.feed(ACK, 4100);
  session.tick(4800);
  assertEquals(brief(session.feed(ACK, 4900)), ["stray unexpected-answer 06"]);
  session.offer(item("b"), 5000);
  assertEquals(brief(session.feed(ACK, 5010)), ["delivered b"]);
  assertEquals(session.ready, true);
});

Deno.test("every text tells what was wrong and what to do", () => {
  const session = sender({ tries: 1, nakLimit: 1 });
  session.connected(0);
  session.offer(item("a"), 0);
  const effects = [
    ...session.offer(item("b"), 0),
    ...session.feed(ascii("?\x15\x15"), 1),
    ...session.offer(item("c"), 2),
    ...session.tick(5000),
    ...session.disconnected(5001),
  ];
  const texts = effects.flatMap((effect) => "message" in effect ? [effect.message] : []);
  assertEquals(texts.length, 5);
  for (const text of texts) assertMatch(text, /^The .{20,}\.$/);
});
