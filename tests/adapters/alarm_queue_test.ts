import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { AlarmQueue } from "../../adapters/alarm_queue.ts";
import type { PanelAlarm, PanelEffect } from "../../adapters/contract.ts";

function alarm(octet: number): PanelAlarm {
  const raw = Uint8Array.of(octet);
  return { events: [], protocol: "sia", data: raw, raw, complete: true };
}

/** A message of as many alarms; each is made only when its turn has come. */
function message(octet: number, alarms = 1, made: number[] = []) {
  return {
    raw: Uint8Array.of(octet),
    offset: octet,
    alarms: Array.from({ length: alarms }, (_, at) => () => {
      made.push(octet * 10 + at);
      return alarm(octet);
    }),
    tag: `m${octet}`,
  };
}

function short(effects: PanelEffect[]): string[] {
  return effects.map((effect) =>
    effect.kind === "alarm" || effect.kind === "repeat"
      ? `${effect.kind} ${effect.ref}`
      : effect.kind === "refused"
      ? effect.rule
      : effect.kind
  );
}

Deno.test("messages are handed over one at a time, and made only then", () => {
  const queue = new AlarmQueue<string>("messages", 9);
  const made: number[] = [];
  assertEquals(queue.busy, false);
  assertEquals(short(queue.take(message(1, 1, made))), ["alarm 1"]);
  assertEquals(queue.take(message(2, 2, made)), []);
  assertEquals([made, queue.busy], [[10], true]);
  assertEquals(queue.settle(2, "accepted"), undefined);
  assertEquals(queue.settle(1, "accepted"), { tag: "m1", accepted: true });
  assertEquals(made, [10]);
  assertEquals(short(queue.next()), ["alarm 2", "alarm 3"]);
  assertEquals(made, [10, 20, 21]);
  assertEquals(queue.settle(3, "accepted"), undefined);
  assertEquals(queue.settle(3, "accepted"), undefined);
  assertEquals(queue.settle(2, "accepted"), { tag: "m2", accepted: true });
  assertEquals([queue.next(), queue.busy], [[], false]);
});

Deno.test("the open message and the waiting ones again are repeats; once settled they are new", () => {
  const queue = new AlarmQueue<string>("messages", 9);
  queue.take(message(1));
  queue.take(message(2));
  assertEquals(short([...queue.take(message(1)), ...queue.take(message(2))]), ["repeat 1", "repeat 2"]);
  queue.settle(1, "accepted");
  queue.next();
  assertEquals(queue.take(message(1)), []);
  assertEquals(queue.settle(2, "accepted")?.tag, "m2");
  assertEquals(short(queue.next()), ["alarm 3"]);
});

Deno.test("of a message that failed in part only the failed alarms come again, and only right behind it", () => {
  const queue = new AlarmQueue<string>("lines", 9);
  queue.take(message(1, 3));
  queue.settle(1, "accepted");
  queue.settle(2, "failed");
  assertEquals(queue.settle(3, "accepted"), { tag: "m1", accepted: false });
  assertEquals(short(queue.take(message(1, 3))), ["alarm 4"]);
  assertEquals(queue.settle(4, "failed"), { tag: "m1", accepted: false });
  assertEquals(short(queue.take(message(1, 3))), ["alarm 5"]);
  assertEquals(queue.settle(5, "accepted"), { tag: "m1", accepted: true });
  assertEquals(short(queue.take(message(1, 3))), ["alarm 6", "alarm 7", "alarm 8"]);
  for (const ref of [6, 7, 8]) queue.settle(ref, "failed");
  queue.take(message(2));
  queue.settle(9, "accepted");
  assertEquals(short(queue.take(message(1, 3))), ["alarm 10", "alarm 11", "alarm 12"]);
});

Deno.test("a message without alarms is not queued, and ends the memory of a failed one", () => {
  const queue = new AlarmQueue<string>("lines", 9);
  queue.take(message(1, 2));
  queue.settle(1, "accepted");
  queue.settle(2, "failed");
  assertEquals(queue.take(message(2, 0)), []);
  assertEquals(queue.busy, false);
  assertEquals(short(queue.take(message(1, 2))), ["alarm 3", "alarm 4"]);
});

Deno.test("beyond the limit messages are refused with their place, and the sender may try again", () => {
  const queue = new AlarmQueue<string>("messages", 2);
  queue.take(message(1));
  queue.take(message(2));
  queue.take(message(3));
  const [refusal] = queue.take(message(4));
  assert(refusal?.kind === "refused");
  assertEquals([refusal.rule, refusal.offset, refusal.raw], ["too-many-waiting", 4, Uint8Array.of(4)]);
  assert(refusal.message.startsWith("2 messages wait"));
  queue.settle(1, "accepted");
  assertEquals(queue.take(message(4)), []);
});

Deno.test("at the end what waits is handed over, and nothing is taken or settled after it", () => {
  const queue = new AlarmQueue<string>("messages", 9);
  queue.take(message(1));
  queue.take(message(2));
  queue.take(message(3, 2));
  assertEquals(short(queue.end()), ["alarm 2", "alarm 3", "alarm 4"]);
  assertEquals([queue.end(), queue.take(message(5)), queue.next()], [[], [], []]);
  assertEquals(queue.settle(1, "accepted"), undefined);
});

Deno.test("in any order each alarm is handed over once, in the order of the stream, and settled once", () => {
  const step = fc.oneof(
    fc.record({ send: fc.integer({ min: 0, max: 9 }), alarms: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ good: fc.boolean() }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new AlarmQueue<number>("messages", 3);
    const open: number[] = [];
    let last = 0, waiting = 0;
    const take = (effects: PanelEffect[]) => {
      for (const effect of effects) {
        if (effect.kind !== "alarm") continue;
        assert(effect.ref > last);
        last = effect.ref;
        open.push(effect.ref);
      }
    };
    for (const each of steps) {
      if ("send" in each) {
        const effects = queue.take({ ...message(each.send, each.alarms), tag: each.send });
        const repeated = effects.some(({ kind }) => kind === "repeat" || kind === "refused");
        if (!repeated && each.alarms > 0) waiting++;
        take(effects);
      } else {
        const ref = open.shift();
        if (ref === undefined) continue;
        const settled = queue.settle(ref, each.good ? "accepted" : "failed");
        assertEquals(settled !== undefined, open.length === 0);
        if (settled === undefined) continue;
        waiting--;
        take(queue.next());
      }
      assertEquals(queue.busy, waiting > 0);
      assertEquals(open.length > 0, waiting > 0);
      assert(waiting <= 4);
    }
  }));
});
