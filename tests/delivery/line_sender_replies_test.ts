import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { OutputEffect } from "../../adapters/contract.ts";
import type { Answer, AnswerReader } from "../../src/delivery/answer_reader.ts";
import { ascii } from "../support/ascii.ts";
import { ACK, beating, brief, item, NAK, run, sender } from "./rig.ts";

const POLL = { byte: 0x53, reply: ascii("OKAY"), quietMs: 10_000, settleMs: 2000 };

Deno.test("a question whose answer may be acknowledged waits until nothing is in flight", () => {
  const session = sender({ polls: [POLL] });
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(ascii("S"), 100)), []);
  assertEquals(brief(session.feed(ACK, 200)), ["present", "delivered a", ">OKAY"]);
  assertEquals(session.ready, false);
  // The acknowledgement of the answer is nobody else's, and ends the wait.
  assertEquals(brief(session.feed(ACK, 300)), []);
  assertEquals(session.ready, true);
  assertEquals(session.counts.acks, 1);
  assertEquals(session.counts.strayAnswers, 0);
});

Deno.test("an AE that leaves the answer to its question unacknowledged holds the next alarm up no longer than settleMs", () => {
  const session = sender({ polls: [POLL] });
  session.connected(0);
  assertEquals(brief(session.feed(ascii("S"), 100)), [">OKAY"]);
  assertEquals(session.nextTick, 2100);
  assertEquals(run(session, 2100), []);
  assertEquals(session.ready, true);
  assertEquals(brief(session.offer(item("a"), 2100)), ["sent a#1", ">a"]);
  assertEquals(brief(session.feed(ACK, 2200)), ["present", "delivered a"]);
  // Asked again too soon: nothing.
  assertEquals(brief(session.feed(ascii("S"), 9000)), []);
  assertEquals(session.counts.polls, 1);
});

Deno.test("the answer to a question does not change what is owed for alarms sent before", () => {
  const session = sender({ polls: [POLL], tries: 1 });
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(run(session, 8000), [[4000, "absent no-answer a"]]);
  session.feed(ascii("S"), 8000);
  session.tick(10_000);
  assertEquals(session.ready, true);
  session.offer(item("a", true), 10_000);
  // Two copies of `a`, two answers: neither is left over for `b`.
  session.feed(Uint8Array.of(0x06), 10_100);
  assertEquals(session.ready, false);
  session.feed(Uint8Array.of(0x06), 10_200);
  assertEquals(session.ready, true);
  session.offer(item("b"), 10_300);
  assertEquals(session.counts.delivered, 1);
});

Deno.test("a question is forgotten with its connection", () => {
  const session = sender({ polls: [POLL] });
  session.connected(0);
  session.offer(item("a"), 0);
  session.feed(ascii("S"), 100);
  session.disconnected(200);
  assertEquals(brief(session.connected(300)), []);
  assertEquals(session.ready, true);
});

Deno.test("octets that are no answer ask for the frame again, with a pause that grows, and count as tries", () => {
  const session = sender({ strayRepeats: true, tries: 4 });
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(ascii("??"), 10)), ["stray not-an-answer 3f3f", "sent a#2", ">a"]);
  assertEquals(brief(session.feed(ascii("?"), 20)), ["stray not-an-answer 3f"]);
  // More of them do not put the resend off.
  assertEquals(brief(session.feed(ascii("?"), 100)), ["stray not-an-answer 3f"]);
  assertEquals(run(session, 120), [[120, "sent a#3"], [120, ">a"]]);
  session.feed(ascii("?"), 130);
  assertEquals(run(session, 330), [[330, "sent a#4"], [330, ">a"]]);
  session.feed(ascii("?"), 340);
  assertEquals(run(session, 640), [[640, "absent invalid-answers a"]]);
});

Deno.test("octets that are no answer do not end the wait where they mean nothing", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(ascii("?"), 10)), ["stray not-an-answer 3f"]);
  assertEquals(session.nextTick, 4000);
});

Deno.test("NAKs in a row: silence between them starts the count anew", () => {
  for (const naksInARow of [true, false]) {
    const session = sender({ naksInARow, nakLimit: 3, tries: 9 });
    session.connected(0);
    session.offer(item("a"), 0);
    session.feed(NAK, 0);
    session.feed(NAK, 0);
    run(session, 4100);
    const [effect] = session.feed(NAK, 4200);
    assertEquals(effect?.kind === "refused", !naksInARow);
  }
});

/** Takes `!` for a remark with an answer, `;` for one without. */
class Remarks implements AnswerReader {
  feed(bytes: Uint8Array): Answer[] {
    return [...bytes].map((octet): Answer => {
      const raw = Uint8Array.of(octet);
      if (octet === 0x06) return { kind: "ack" };
      const remark = { kind: "remark" as const, rule: "command", message: "", raw };
      return octet === 0x21 ? { ...remark, reply: ascii("NO") } : remark;
    });
  }
  flush = () => [];
}

Deno.test("a remark is reported, does not ask for a repeat, and is answered when nothing is in flight", () => {
  const session = sender({ reader: () => new Remarks(), strayRepeats: true });
  assertEquals(brief(session.feed(ascii("!"), 0)), ["stray command 21"]);
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.feed(ascii(";!"), 10)), ["stray command 3b", "stray command 21"]);
  assertEquals(session.nextTick, 4000);
  assertEquals(brief(session.feed(ACK, 20)), ["present", "delivered a", ">NO"]);
  assertEquals(session.counts.remarks, 3);
  assertEquals(session.nextTick, 4020);
});

Deno.test("whatever the AE asks and answers: every answer it owes is its own, and no alarm is delivered that it did not get", () => {
  // The AE answers every frame that reaches it, and perhaps the answers to its questions too.
  const step = fc.record({
    ask: fc.boolean(),
    lost: fc.boolean(),
    acknowledges: fc.boolean(),
    ms: fc.integer({ min: 0, max: 1900 }),
  });
  fc.assert(
    fc.property(fc.boolean(), fc.array(step, { maxLength: 40 }), (heartbeat, steps) => {
      const options = { polls: [{ ...POLL, quietMs: 0 }], tries: 3 };
      const session = heartbeat ? beating(options) : sender(options);
      const received = new Set<string>();
      const delivered: string[] = [];
      const queue = ["a", "b", "c", "d"];
      let now = 0, lost = false, acknowledges = true;
      let answers = 0;
      const apply = (effects: OutputEffect[]) => {
        for (const effect of effects) {
          if (effect.kind === "send") {
            const text = new TextDecoder().decode(effect.bytes).replace("?", "");
            if (lost) continue;
            received.add(text);
            if (text !== "OKAY" || acknowledges) answers++;
          } else if (effect.kind === "delivered") {
            assertEquals(received.has(effect.id), true, `${effect.id} was delivered and never received`);
            delivered.push(effect.id);
          } else if (effect.kind === "absent" && effect.id !== undefined) queue.unshift(effect.id);
        }
      };
      const settle = () => {
        for (let guard = 0; guard < 20 && (answers > 0 || (session.ready && queue.length > 0)); guard++) {
          const next = session.ready ? queue.shift() : undefined;
          if (next !== undefined) apply(session.offer(item(next), now));
          for (; answers > 0; answers--) apply(session.feed(ACK, now));
        }
      };
      apply(session.connected(0));
      for (
        const one of [...steps, ...Array(60).fill({ ask: false, lost: false, acknowledges: true, ms: 2000 })]
      ) {
        ({ lost, acknowledges } = one);
        if (one.ask) apply(session.feed(ascii("S"), now));
        settle();
        now += one.ms;
        apply(session.tick(now));
      }
      assertEquals(delivered, ["a", "b", "c", "d"]);
    }),
    { numRuns: 300 },
  );
});
