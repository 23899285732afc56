/** Late answers to an alarm that was given up, while another one is in flight: in a route the first went elsewhere. */
import { assert, assertEquals } from "@std/assert";
import { ACK, brief, item, NAK, run, sender } from "./rig.ts";

/** An AE that left X unanswered, four times, and is ready again; then Y is in flight. */
function givenUp() {
  const session = sender({ waitMs: 1000, tries: 4 });
  session.connected(0);
  session.offer(item("x"), 0);
  const told = run(session, 60_000).map(([, effect]) => effect);
  assertEquals(told.filter((it) => it.startsWith("absent")), ["absent no-answer x"]);
  assert(session.ready);
  assertEquals(brief(session.offer(item("y"), 100_000)), ["sent y#1", ">y"]);
  return session;
}

Deno.test("four late ACKs for the alarm that was given up do not deliver the one in flight; its own does", () => {
  const session = givenUp();
  for (let late = 0; late < 4; late++) {
    assertEquals(brief(session.feed(ACK, 100_050 + late)), ["stray late-answer 06"]);
  }
  assertEquals(brief(session.feed(ACK, 100_100)), ["present", "delivered y"]);
});

Deno.test("they come in one chunk with the NAK for the one in flight: it is sent again, not delivered", () => {
  const session = givenUp();
  const told = brief(session.feed(Uint8Array.of(6, 6, 6, 6, 0x15), 100_050));
  assertEquals(told.filter((it) => !it.startsWith("stray")), ["sent y#2", ">y"]);
  assertEquals(brief(session.feed(ACK, 100_100)).at(-1), "delivered y");
});

Deno.test("late NAKs for it do not refuse the one in flight", () => {
  const session = sender({ waitMs: 1000, tries: 4, nakLimit: 1 });
  session.connected(0);
  session.offer(item("x"), 0);
  run(session, 60_000);
  session.offer(item("y"), 100_000);
  for (let late = 0; late < 4; late++) {
    assertEquals(brief(session.feed(NAK, 100_050 + late)), ["stray late-answer 15"]);
  }
  assertEquals(brief(session.feed(ACK, 100_100)).at(-1), "delivered y");
});

Deno.test("the AE has forgotten the alarm that was given up: its answer to the other counts when that comes again", () => {
  const session = givenUp();
  assertEquals(brief(session.feed(ACK, 100_050)), ["stray late-answer 06"]);
  assertEquals(run(session, 101_500).map(([, effect]) => effect), ["sent y#2", ">y"]);
  assertEquals(brief(session.feed(ACK, 101_600)), ["present", "delivered y"]);
});

Deno.test("the alarm that was given up is offered again: a late answer to it is one to it", () => {
  const session = sender({ waitMs: 1000, tries: 4 });
  session.connected(0);
  session.offer(item("x"), 0);
  run(session, 60_000);
  session.offer(item("x", true), 100_000);
  assertEquals(brief(session.feed(ACK, 100_050)), ["present", "delivered x"]);
});
