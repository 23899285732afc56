/** An AE that answers every frame twice, with a pause between: the second answer is never taken for the next frame's. */
import { assertEquals, assertLess, assertMatch } from "@std/assert";
import fc from "fast-check";
import { ascii } from "../support/ascii.ts";
import { AnsweringAe, type Fate } from "./answering_ae.ts";
import { ACK, beating, brief, item, NAK, run, sender } from "./rig.ts";

const P = { probationMs: 1000 };
const ONCE: Fate = { answers: 1, lateMs: 20, gapMs: 0 };
const TWICE: Fate = { answers: 2, lateMs: 20, gapMs: 5 };

/** Strays that were told. */
function strays(log: readonly string[]): string[] {
  return log.filter((entry) => entry.includes("stray")).map((entry) => entry.split(" ")[2] ?? "");
}

for (const gapMs of [1, 5, 50, 500]) {
  for (const heartbeat of [true, false]) {
    const name = `${gapMs} ms between the two answers, ${heartbeat ? "with" : "without"} heartbeat`;

    Deno.test(`${name}: a line that never arrives is not delivered by the answer to the line before`, () => {
      const heard: string[] = [];
      const ae = new AnsweringAe(heartbeat ? beating(P) : sender(P), (frame) => {
        heard.push(frame);
        // The first sending of each alarm but the first is lost.
        const lost = /^[bc]/.test(frame) && heard.filter((one) => one === frame).length === 1;
        return { lost, answers: 2, lateMs: 20, gapMs };
      });
      ae.add("a", "b+b2", "c");
      ae.connect();
      ae.pass(120_000);
      assertEquals(ae.delivered, ["a", "b+b2", "c"]);
      assertEquals(strays(ae.log), ["answers-twice"]);
    });
  }
}

Deno.test("the first line of a connection is watched for a second: no offer, no heartbeat, and a time to come back", () => {
  const session = sender(P);
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(ACK, 20)), ["present", "delivered a"]);
  assertEquals([session.ready, session.nextTick], [false, 1020]);
  assertEquals(brief(session.offer(item("b"), 500)), ["refused b not-ready"]);
  assertEquals(run(session, 1020), []);
  assertEquals(session.ready, true);
  // One answer: from now on the next line goes at once.
  session.offer(item("b"), 1020);
  assertEquals(brief(session.feed(ACK, 1030)), ["delivered b"]);
  assertEquals(session.ready, true);
});

Deno.test("the first heartbeat is watched, and the first alarm line once more: an AE may answer only alarms twice", () => {
  const ae = new AnsweringAe(beating(P), (frame) => frame === "@" ? ONCE : TWICE);
  ae.connect();
  ae.pass(5000);
  assertEquals(ae.session.ready, true);
  ae.add("a", "b", "c");
  ae.pass(100);
  assertEquals(ae.delivered, ["a", "b", "c"]);
  // And the other way round: alarms are answered once, and after three of them nothing is waited for any more.
  const other = new AnsweringAe(beating(P), (frame) => frame === "@" ? TWICE : ONCE);
  other.connect();
  other.pass(20);
  assertEquals(other.session.ready, false);
  other.pass(5);
  assertEquals(other.session.ready, true);
  other.add("a", "b", "c", "d", "e", "f");
  other.pass(3 * 4520);
  assertEquals(other.delivered, ["a", "b", "c"]);
  other.pass(100);
  assertEquals(other.delivered, ["a", "b", "c", "d", "e", "f"]);
  other.pass(60_000);
  assertEquals(strays(other.log), ["answers-twice"]);
});

Deno.test("it is told once for each connection, in words for a technician, and a connection knows nothing of the one before", () => {
  const session = sender(P);
  const texts: string[] = [];
  for (const start of [0, 100_000]) {
    session.connected(start);
    session.offer(item("a"), start);
    session.feed(ACK, start + 10);
    assertEquals([session.ready, session.nextTick], [false, start + 1010]);
    for (const effect of session.feed(ACK, start + 15)) {
      if (effect.kind === "stray") texts.push(effect.message);
    }
    assertEquals(session.ready, true);
    session.offer(item("b"), start + 20);
    session.feed(ACK, start + 30);
    assertEquals([session.ready, session.nextTick], [false, start + 4530]);
    assertEquals(session.feed(ACK, start + 35), []);
    assertEquals(session.ready, true);
    session.disconnected(start + 50);
  }
  assertEquals(texts.length, 2);
  assertMatch(texts[0] ?? "", /^The AE answered one frame twice: a second ACK came\. .*every frame.*Check /);
  assertEquals(session.counts.strayAnswers, 4);
});

Deno.test("a second answer in the same chunk teaches as well", () => {
  const session = sender(P);
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(Uint8Array.of(6, 6), 5)), [
    "present",
    "delivered a",
    "stray answers-twice 06",
  ]);
  assertEquals(session.ready, true);
  session.offer(item("b"), 10);
  assertEquals(brief(session.feed(ACK, 20)), ["delivered b"]);
  assertEquals(session.ready, false);
});

Deno.test("an answer too many on an idle line, up to settleMs behind the last, teaches; a later one does not", () => {
  for (const [after, rule] of [[4400, "answers-twice"], [4600, "unexpected-answer"]] as const) {
    const session = sender(P);
    session.connected(0);
    session.offer(item("a"), 0);
    session.feed(ACK, 0);
    run(session, 1000);
    assertEquals(session.ready, true);
    assertEquals(brief(session.feed(ACK, after)), [`stray ${rule} 06`]);
    session.offer(item("b"), 5000);
    session.feed(ACK, 5010);
    assertEquals(session.ready, rule === "unexpected-answer");
  }
});

Deno.test("a single double answer costs three waits, then the AE counts as one that answers once", () => {
  const session = sender({ ...P, settleMs: 2000 });
  const ae = new AnsweringAe(session, () => ONCE);
  ae.connect();
  ae.add("a");
  ae.pass(500);
  ae.say(0x06);
  ae.add("b", "c", "d", "e", "f");
  ae.pass(3 * 2020 - 1);
  assertEquals(ae.delivered, ["a", "b", "c", "d"]);
  assertEquals(session.ready, false);
  ae.pass(100);
  assertEquals(ae.delivered, ["a", "b", "c", "d", "e", "f"]);
});

Deno.test("a second answer that is left out now and then does not unlearn: three in a row do", () => {
  let frames = 0;
  const ae = new AnsweringAe(sender({ ...P, settleMs: 100 }), () => ++frames % 3 === 0 ? TWICE : ONCE);
  ae.fate = () => ++frames === 1 || frames % 3 === 0 ? TWICE : ONCE;
  ae.connect();
  ae.add(...Array.from({ length: 30 }, (_, at) => `a${at}`));
  ae.pass(60_000);
  assertEquals(ae.delivered.length, 30);
  assertEquals(strays(ae.log), ["answers-twice"]);
});

Deno.test("a line sent twice and answered twice proves nothing: the next is watched as well", () => {
  const session = sender({ ...P, waitMs: 500, settleMs: 600 });
  session.connected(0);
  session.offer(item("a"), 0);
  run(session, 500);
  session.feed(ACK, 510);
  // The answers to both copies, or two to the only copy that arrived: the wait goes on.
  assertEquals(brief(session.feed(ACK, 515)), ["stray late-answer 06"]);
  assertEquals([session.ready, session.nextTick], [false, 1510]);
  run(session, 1510);
  session.offer(item("b"), 1510);
  session.feed(ACK, 1520);
  assertEquals(session.ready, false);
  assertEquals(brief(session.feed(ACK, 1525)), ["stray answers-twice 06"]);
});

Deno.test("a NAK and an ACK prove that each line is answered once", () => {
  const session = sender({ ...P, settleMs: 700 });
  session.connected(0);
  session.offer(item("a"), 0);
  session.feed(NAK, 5);
  session.feed(ACK, 10);
  run(session, 1010);
  session.offer(item("b"), 1010);
  session.feed(ACK, 1020);
  assertEquals(session.ready, true);
});

Deno.test("two NAKs to each sending count as one: the resend waits for the second, and the limit is reached no sooner", () => {
  const ae = new AnsweringAe(sender({ ...P, nakLimit: 3 }), () => TWICE);
  ae.connect();
  ae.add("a");
  ae.pass(1000);
  let sends = 0;
  ae.fate = () => ({ ...TWICE, nak: ++sends <= 2 });
  ae.add("b");
  ae.pass(1000);
  assertEquals([ae.delivered, ae.refused, sends], [["a", "b"], [], 3]);
  // A second NAK that never comes holds the resend up, not for ever.
  ae.fate = () => ({ ...ONCE, nak: ++sends === 4 });
  ae.add("c");
  ae.pass(4530);
  assertEquals([ae.delivered, sends], [["a", "b"], 5]);
  ae.pass(20);
  assertEquals(ae.delivered, ["a", "b", "c"]);
});

Deno.test("the acknowledgement of an answered question may come twice, too", () => {
  const poll = { byte: 0x53, reply: ascii("OKAY"), quietMs: 3000, settleMs: 2000 };
  const session = sender({ ...P, polls: [poll] });
  session.connected(0);
  assertEquals(brief(session.feed(ascii("S"), 0)), [">OKAY"]);
  assertEquals(brief(session.feed(ACK, 1900)), []);
  assertEquals([session.ready, session.nextTick], [false, 2900]);
  assertEquals(brief(session.feed(ACK, 2400)), ["stray unexpected-answer 06"]);
  run(session, 2900);
  assertEquals(session.ready, true);
  // It says nothing of alarms, not even shortly behind one.
  session.offer(item("a"), 2900);
  session.feed(ACK, 2910);
  assertEquals(session.nextTick, 3910);
  run(session, 3910);
  assertEquals(brief(session.feed(ascii("S"), 3920)), [">OKAY"]);
  session.feed(ACK, 3930);
  assertEquals(brief(session.feed(ACK, 3940)), ["stray unexpected-answer 06"]);
});

Deno.test("a clock set back shortens and lengthens nothing", () => {
  const session = sender(P);
  session.connected(1_000_000);
  session.offer(item("a"), 1_000_000);
  session.feed(ACK, 1_000_010);
  session.tick(500_010);
  assertEquals([session.ready, session.nextTick], [false, 501_010]);
  run(session, 501_010);
  assertEquals(brief(session.feed(ACK, 504_600)), ["stray unexpected-answer 06"]);
});

Deno.test("without probation nothing is learned and nothing waits", () => {
  const session = sender();
  const ae = new AnsweringAe(session, () => ONCE);
  ae.connect();
  ae.add("a");
  ae.pass(30);
  ae.say(0x06, 0x06);
  ae.add("b", "c");
  ae.pass(40);
  assertEquals(ae.delivered, ["a", "b", "c"]);
  assertEquals(strays(ae.log), ["unexpected-answer", "unexpected-answer"]);
});

/** What the AE, the line or time does next. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 6000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("ask" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), answers: fc.constantFrom(1, 2) }) },
);
/** What happens to each frame, in parts of a thousand of what may be. */
const fate = fc.record({
  lost: fc.boolean(),
  nak: fc.boolean(),
  late: fc.integer({ min: 0, max: 999 }),
  gap: fc.integer({ min: 0, max: 999 }),
});

Deno.test("whatever is lost, refused or late: an AE that always answers once, or always twice, has taken what is delivered", () => {
  fc.assert(
    fc.property(
      fc.record({
        heartbeat: fc.boolean(),
        answers: fc.constantFrom(1, 2),
        waitMs: fc.constantFrom(300, 2000, 4000),
        probationMs: fc.constantFrom(100, 300, 1000),
        nakLimit: fc.constantFrom(2, 3, 20),
      }),
      fc.array(fate, { minLength: 1, maxLength: 60 }),
      fc.array(step, { maxLength: 40 }),
      ({ heartbeat, answers: first, waitMs, probationMs, nakLimit }, fates, steps) => {
        const polls = [{ byte: 0x53, reply: ascii("OKAY"), quietMs: 0, settleMs: waitMs }];
        const options = { waitMs, probationMs, nakLimit, polls, tries: 3, heartbeatMs: 7000 };
        let answers = first, frames = 0, well = false;
        const ae = new AnsweringAe(heartbeat ? beating(options) : sender(options), (frame): Fate => {
          if (well) return { answers, lateMs: 5, gapMs: 10 };
          const { lost, nak, late, gap } = fates[frames++ % fates.length] ?? fates[0] ?? raise();
          // Both answers come within the time that an answer may take.
          const lateMs = Math.floor(late * waitMs / 1000);
          const gapMs = Math.floor(gap * Math.min(probationMs, waitMs - lateMs) / 1000);
          // Nobody refuses the answer to his question.
          return { lost, nak: nak && frame !== "OKAY", answers, lateMs, gapMs };
        });
        const ids = ["a", "b+b2", "c", "d", "e+e2+e3", "f"];
        ae.connect();
        ae.add(...ids);
        for (const one of steps) {
          if (one.kind === "wait") ae.pass(one.ms);
          else if (one.kind === "ask") ae.say(0x53);
          else {
            ae.disconnect();
            answers = one.answers;
            ae.connect();
          }
        }
        well = true;
        ae.pass(600_000);
        assertEquals(ae.delivered.toSorted(), ids.toSorted(), ae.log.join("\n"));
        assertLess(strays(ae.log).filter((rule) => rule === "answers-twice").length, steps.length + 2);
      },
    ),
    { numRuns: 1000 },
  );
});

function raise(): never {
  throw new Error("no fate");
}
