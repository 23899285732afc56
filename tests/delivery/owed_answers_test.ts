import { assertEquals } from "@std/assert";
import { type DroppedAnswer, type FrameKind, OwedAnswers } from "../../src/delivery/owed_answers.ts";

const FIGURES = { probationMs: 1000, settleMs: 4500 };

/** Sends so many frames of a kind and gives the answers, `a` for ACK and `n` for NAK; the first is awaited, the others are not. */
function play(answers: OwedAnswers, kind: FrameKind, sends: number, given: string): DroppedAnswer[] {
  for (let at = 0; at < sends; at++) answers.sent(kind);
  const dropped: DroppedAnswer[] = [];
  for (const [at, one] of [...given].entries()) {
    const answer = one === "a" ? "ack" : "nak";
    if (at === 0) answers.taken(answer, 0);
    else dropped.push(answers.dropped(answer, 0));
  }
  return dropped;
}

Deno.test("what the answers to the first line of a connection prove", () => {
  // Frames sent, answers, and how many answers the next frame of that kind is owed; 0 when nothing is proven.
  const cases: [number, string, number][] = [
    [1, "a", 1],
    [1, "n", 1],
    [1, "aa", 2],
    [1, "nn", 2],
    [2, "a", 1],
    [2, "na", 1],
    [2, "aaa", 2],
    [2, "aaaa", 2],
    [3, "nnaa", 2],
    [3, "aaa", 1],
    // Each of two copies answered once, or one of them twice.
    [2, "aa", 0],
    [3, "nn", 0],
    [4, "aaaa", 0],
  ];
  for (const [sends, given, proven] of cases) {
    const answers = new OwedAnswers(FIGURES);
    play(answers, "alarm", sends, given);
    answers.settled();
    answers.sent("alarm");
    assertEquals(answers.owed, Math.max(1, proven), `${sends} ${given}`);
    answers.taken("ack", 0);
    assertEquals(answers.waitMs, [1000, 0, 4500][proven], `${sends} ${given}`);
  }
});

Deno.test("of a line that was sent more than once, the answers to every copy are waited for", () => {
  const answers = new OwedAnswers(FIGURES);
  assertEquals(play(answers, "alarm", 2, "aaaa"), ["late", "taught", "second"]);
  assertEquals([answers.owed, answers.quiet, answers.waitMs], [0, true, 0]);
  const other = new OwedAnswers(FIGURES);
  play(other, "alarm", 2, "aa");
  assertEquals([other.owed, other.quiet, other.waitMs], [0, false, 4500]);
});

Deno.test("one kind that is answered twice makes the other count as such, unless that is known to be answered once", () => {
  const answers = new OwedAnswers(FIGURES);
  play(answers, "heartbeat", 1, "aa");
  answers.settled();
  answers.sent("alarm");
  assertEquals(answers.owed, 2);
  const mixed = new OwedAnswers(FIGURES);
  play(mixed, "heartbeat", 1, "a");
  mixed.settled();
  assertEquals(play(mixed, "alarm", 1, "aa"), ["taught"]);
  mixed.settled();
  mixed.sent("heartbeat");
  assertEquals(mixed.owed, 1);
});

Deno.test("three lines in a row answered alone unlearn; one that is answered twice between them starts the count anew", () => {
  const answers = new OwedAnswers(FIGURES);
  const owed = ["aa", "a", "a", "aa", "a", "a", "a", "a"].map((given) => {
    play(answers, "alarm", 1, given);
    answers.settled();
    answers.sent("alarm");
    const { owed } = answers;
    answers.settled();
    return owed;
  });
  assertEquals(owed, [2, 2, 2, 2, 2, 2, 1, 1]);
});

Deno.test("lines that nobody answers prove nothing, however many", () => {
  const answers = new OwedAnswers(FIGURES);
  play(answers, "alarm", 1, "aa");
  for (let at = 0; at < 5; at++) {
    answers.settled();
    answers.sent("alarm");
  }
  assertEquals(answers.owed, 2);
});

Deno.test("a connection forgets, and without probation nothing is learned", () => {
  const answers = new OwedAnswers(FIGURES);
  play(answers, "alarm", 1, "aa");
  answers.forget();
  assertEquals(answers.dropped("ack", 0), "unexpected");
  assertEquals(play(answers, "alarm", 1, "aa"), ["taught"]);
  const off = new OwedAnswers({ probationMs: 0, settleMs: 4500 });
  assertEquals(play(off, "alarm", 1, "aaa"), ["unexpected", "unexpected"]);
  assertEquals([off.quiet, off.waitMs], [true, 0]);
});
