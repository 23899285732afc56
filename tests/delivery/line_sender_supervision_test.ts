import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ascii } from "../support/ascii.ts";
import { AnsweringAe } from "./answering_ae.ts";
import { ACK, beating, brief, item, NAK, run, sender } from "./rig.ts";

Deno.test("a new connection is probed with a heartbeat; alarms flow after its ACK", () => {
  const session = beating();
  assertEquals(brief(session.connected(0)), [">@"]);
  assertEquals(session.ready, false);
  assertEquals(brief(session.feed(ACK, 30)), ["present"]);
  assertEquals(session.ready, true);
  assertEquals(session.nextTick, 30_030);
});

Deno.test("silence: 4 tries 4 s apart, then absent with the alarm, then only heartbeats until one is acknowledged", () => {
  const session = beating();
  session.connected(0);
  session.feed(ACK, 0);
  session.offer(item("a"), 0);
  assertEquals(run(session, 16_000), [
    [4000, "sent a#2"],
    [4000, ">a"],
    [8000, "sent a#3"],
    [8000, ">a"],
    [12_000, "sent a#4"],
    [12_000, ">a"],
    [16_000, "absent no-answer a"],
    [16_000, ">@"],
  ]);
  assertEquals(session.ready, false);
  // Every 4 s at first, then every 30 s, and not a word more.
  assertEquals(run(session, 130_000), [
    [20_000, ">@"],
    [24_000, ">@"],
    [28_000, ">@"],
    [32_000, ">@"],
    [62_000, ">@"],
    [92_000, ">@"],
    [122_000, ">@"],
  ]);
  assertEquals(session.ready, false);
  assertEquals(brief(session.feed(ACK, 130_000)), ["present"]);
  // Four alarm frames and eight heartbeats are owed an answer: late ones must not meet the next alarm.
  assertEquals(session.ready, false);
  assertEquals(run(session, 134_500), []);
  assertEquals(session.ready, true);
  assertEquals(brief(session.offer(item("a", true), 134_500)), ["sent a#1", ">a?"]);
  assertEquals(brief(session.feed(ACK, 134_510)), ["delivered a"]);
  assertEquals(session.counts.absences, 1);
  assertEquals(session.counts.presences, 2);
});

Deno.test("repeats on one connection are the same bytes", () => {
  const session = sender();
  session.connected(0);
  const sends: Uint8Array[] = [];
  const keep = (effects: ReturnType<typeof session.tick>) => {
    for (const effect of effects) if (effect.kind === "send") sends.push(effect.bytes);
  };
  keep(session.offer(item("a"), 0));
  keep(session.tick(4000));
  keep(session.feed(NAK, 4001));
  assertEquals(sends.length, 3);
  for (const bytes of sends) assertEquals(bytes, ascii("a"));
});

Deno.test("an idle line gets a heartbeat after 30 s, counted from the last frame or answer", () => {
  const session = beating();
  session.connected(0);
  session.feed(ACK, 100);
  assertEquals(session.nextTick, 30_100);
  session.offer(item("a"), 20_000);
  session.feed(ACK, 20_500);
  assertEquals(session.nextTick, 50_500);
  assertEquals(brief(session.tick(50_499)), []);
  assertEquals(brief(session.tick(50_500)), [">@"]);
  assertEquals(session.ready, false);
  assertEquals(brief(session.feed(ACK, 50_600)), []);
  assertEquals(session.ready, true);
  assertEquals(session.nextTick, 80_600);
});

Deno.test("noise on the line does not put the heartbeat off", () => {
  const session = beating();
  session.connected(0);
  session.feed(ACK, 0);
  for (let now = 1000; now < 30_000; now += 1000) session.feed(ascii("~"), now);
  assertEquals(session.nextTick, 30_000);
});

Deno.test("a heartbeat never goes out while an alarm is in flight", () => {
  const session = beating({ heartbeatMs: 1000 });
  session.connected(0);
  session.feed(ACK, 0);
  session.offer(item("a"), 999);
  assertEquals(run(session, 4998), []);
  assertEquals(brief(session.feed(ACK, 4998)), ["delivered a"]);
  assertEquals(session.nextTick, 5998);
});

Deno.test("an idle AE that stops answering heartbeats is absent after 4 tries, told once", () => {
  const session = beating();
  session.connected(0);
  session.feed(ACK, 0);
  const log = run(session, 200_000);
  assertEquals(log.slice(0, 5), [
    [30_000, ">@"],
    [34_000, ">@"],
    [38_000, ">@"],
    [42_000, ">@"],
    [46_000, "absent no-answer"],
  ]);
  assertEquals(log.filter(([, effect]) => effect.startsWith("absent")).length, 1);
  assertEquals(session.ready, false);
});

Deno.test("an AE that is mute from the first moment of a connection is reported once, as absent", () => {
  const session = beating();
  session.connected(0);
  const log = run(session, 100_000);
  assertEquals(log.filter(([, effect]) => effect.startsWith("absent")), [[16_000, "absent no-answer"]]);
  assertEquals(session.counts.presences, 0);
});

Deno.test("without a heartbeat, an absent AE is asked with the alarm itself", () => {
  const session = sender({ tries: 2, triesWhileAbsent: 1 });
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(run(session, 8000).at(-1), [8000, "absent no-answer a"]);
  assertEquals(session.ready, false);
  assertEquals(run(session, 12_000), []);
  assertEquals(session.ready, true);
  session.offer(item("a", true), 12_000);
  assertEquals(run(session, 16_000), [[16_000, "absent no-answer a"]]);
  run(session, 20_000);
  session.offer(item("a", true), 20_000);
  assertEquals(brief(session.feed(ACK, 20_001)), ["present", "delivered a"]);
  assertEquals(session.counts.absences, 1);
});

Deno.test("without a heartbeat, an ACK that comes too late shows the AE is back, but delivers nothing", () => {
  const session = sender({ tries: 1 });
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(run(session, 4000), [[4000, "absent no-answer a"]]);
  assertEquals(brief(session.feed(ACK, 4500)), ["present"]);
  assertEquals(session.ready, true);
  assertEquals(session.counts.delivered, 0);
});

Deno.test("without a heartbeat, an ACK that comes when the rest is over delivers nothing either", () => {
  const session = sender({ tries: 1 });
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(run(session, 8000), [[4000, "absent no-answer a"]]);
  assertEquals(session.ready, true);
  assertEquals(brief(session.feed(ACK, 8500)), ["present"]);
  assertEquals(session.ready, true);
  assertEquals(session.counts.delivered, 0);
});

Deno.test("a lost connection gives the alarm in flight back", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  const [effect] = session.disconnected(10);
  assert(effect?.kind === "absent");
  assertEquals([effect.rule, effect.id], ["disconnected", "a"]);
  assertStringIncludes(effect.message, "may or may not");
  assertEquals(session.nextTick, undefined);
  assertEquals(session.ready, false);
  assertEquals(brief(session.feed(ACK, 11)), ["stray unexpected-answer 06"]);
  assertEquals(brief(session.disconnected(12)), []);
  session.connected(20);
  assertEquals(brief(session.offer(item("a", true), 21)), ["sent a#1", ">a?"]);
  assertEquals(brief(session.feed(ACK, 22)), ["present", "delivered a"]);
});

Deno.test("a lost idle connection is absent without an alarm; one that was never present says nothing", () => {
  const session = beating();
  session.connected(0);
  assertEquals(brief(session.disconnected(1)), []);
  session.connected(2);
  session.feed(ACK, 3);
  assertEquals(brief(session.disconnected(4)), ["absent disconnected"]);
});

Deno.test("an ACK from the connection before does not count on the new one", () => {
  const session = beating();
  session.connected(0);
  session.feed(ACK, 0);
  session.offer(item("a"), 1);
  assertEquals(brief(session.connected(2)), ["absent disconnected a", ">@"]);
  assertEquals(brief(session.feed(ACK, 3)), ["present"]);
  assertEquals(session.counts.delivered, 0);
});

Deno.test("heartbeatMs 0 switches heartbeats off", () => {
  const session = beating({ heartbeatMs: 0 });
  assertEquals(brief(session.connected(0)), []);
  assertEquals(session.ready, true);
  assertEquals(session.nextTick, undefined);
});

Deno.test("a clock set back does not lengthen a wait; set forward it costs a repeat, not an alarm", () => {
  const session = sender();
  session.connected(1_000_000);
  session.offer(item("a"), 1_000_000);
  assertEquals(brief(session.tick(500_000)), []);
  assertEquals(session.nextTick, 504_000);
  assertEquals(brief(session.tick(9_000_000)), ["sent a#2", ">a"]);
  assertEquals(brief(session.feed(ACK, 9_000_001)), ["present", "delivered a"]);
});

Deno.test("a tick before its time does nothing", () => {
  const session = sender();
  session.connected(0);
  session.offer(item("a"), 0);
  assertEquals(brief(session.tick(3999)), []);
  assertEquals(session.counts.timeouts, 0);
});

Deno.test("a heartbeat that is always due leaves room for an alarm: AEs slower than the wait, with every heartbeat sent twice", () => {
  for (
    const [heartbeatMs, waitMs, lateMs] of [[1000, 250, 350], [1000, 4000, 900], [500, 4000, 10]] as const
  ) {
    const session = sender({
      heartbeat: ascii("@"),
      heartbeatMs,
      waitMs,
      settleMs: waitMs + 500,
      probationMs: 1000,
    });
    const ae = new AnsweringAe(session, () => ({ answers: 1, lateMs, gapMs: 0 }));
    ae.connect();
    ae.add("a", "b", "c");
    ae.pass(60_000);
    assertEquals(
      ae.delivered,
      ["a", "b", "c"],
      `heartbeat ${heartbeatMs}, wait ${waitMs}, answer after ${lateMs}`,
    );
  }
});
