import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { OutputEffect } from "../../adapters/contract.ts";
import type { LineSender } from "../../src/delivery/line_sender.ts";
import { ascii } from "../support/ascii.ts";
import { beating, item, sender } from "./rig.ts";

/** What the AE, the network or time does next. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("bytes" as const), bytes: fc.uint8Array({ maxLength: 4 }) }),
  fc.record({
    kind: fc.constant("answers" as const),
    bytes: fc.array(fc.constantFrom(0x06, 0x15), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ kind: fc.constant("tick" as const) }),
  fc.record({ kind: fc.constant("reconnect" as const), ms: fc.integer({ min: 0, max: 5000 }) }),
);

/** Whether it is watched how often the AE answers. */
const probation = fc.constantFrom(0, 1000);

/**
 * A gateway with a queue, and an observer that checks every effect: one frame in flight, order kept, nothing delivered that
 * was not sent, each alarm settled once.
 */
class Gateway {
  readonly settled = new Map<string, string>();
  readonly deliveredOrder: string[] = [];
  now = 0;
  #queue: { id: string; repeated: boolean; data: string }[];
  #inFlight: string | undefined;
  #sentInFlight = 0;

  constructor(readonly session: LineSender, ids: string[]) {
    this.#queue = ids.map((id) => ({ id, repeated: false, data: id.startsWith("m") ? `${id}+second` : id }));
  }

  apply(effects: OutputEffect[]): void {
    for (const effect of effects) this.#check(effect);
    while (this.session.ready && this.#inFlight === undefined) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#inFlight = next.id;
      this.#sentInFlight = 0;
      const offered = this.session.offer(item(next.id, next.repeated, next.data), this.now);
      assert(offered.some(({ kind }) => kind === "send"), "offered while ready: sent at once");
      for (const effect of offered) this.#check(effect);
    }
  }

  #check(effect: OutputEffect): void {
    switch (effect.kind) {
      case "sent":
        assertEquals(effect.id, this.#inFlight, "only the alarm in flight is sent");
        this.#sentInFlight++;
        return;
      case "delivered":
      case "refused":
        assertEquals(effect.id, this.#inFlight, "only the alarm in flight is settled");
        assert(this.#sentInFlight > 0);
        assert(!this.settled.has(effect.id), "settled once");
        this.settled.set(effect.id, effect.kind);
        if (effect.kind === "delivered") this.deliveredOrder.push(effect.id);
        this.#inFlight = undefined;
        return;
      case "absent":
        if (effect.id !== undefined) {
          assertEquals(effect.id, this.#inFlight, "only the alarm in flight comes back");
          const data = effect.id.startsWith("m") ? `${effect.id}+second` : effect.id;
          this.#queue.unshift({ id: effect.id, repeated: true, data });
          this.#inFlight = undefined;
        }
        return;
      case "send":
        if (effect.bytes.length === 1 && effect.bytes[0] === 0x40) {
          assertEquals(this.#inFlight, undefined, "no heartbeat while an alarm is in flight");
        }
    }
  }
}

Deno.test("whatever the AE does, alarms keep their order, none is lost, and there is one frame in flight", () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      probation,
      fc.array(step, { maxLength: 60 }),
      (heartbeat, probationMs, steps) => {
        const options = { nakLimit: 3, probationMs };
        const session = heartbeat ? beating(options) : sender(options);
        const ids = ["a1", "m2", "a3", "a4", "m5"];
        const gateway = new Gateway(session, ids);
        gateway.apply(session.connected(0));
        for (const one of steps) {
          if (one.kind === "bytes") gateway.apply(session.feed(one.bytes, gateway.now));
          else if (one.kind === "answers") {
            gateway.apply(
              session.feed(Uint8Array.from(one.bytes), gateway.now),
            );
          } else if (one.kind === "wait") {
            gateway.now += one.ms;
            gateway.apply(session.tick(gateway.now));
          } else if (one.kind === "tick") {
            gateway.now = Math.max(gateway.now, session.nextTick ?? 0);
            gateway.apply(session.tick(gateway.now));
          } else {
            gateway.apply(session.disconnected(gateway.now));
            gateway.now += one.ms;
            gateway.apply(session.connected(gateway.now));
          }
        }
        // From here on the AE behaves: it answers each frame with one ACK.
        for (let guard = 0; gateway.settled.size < ids.length; guard++) {
          assert(guard < 200, "an AE that acknowledges gets everything");
          gateway.apply(session.feed(Uint8Array.of(0x06), gateway.now));
          gateway.now = Math.max(gateway.now, session.nextTick ?? 0);
          if (!session.ready) gateway.apply(session.tick(gateway.now));
        }
        assertEquals(
          gateway.deliveredOrder,
          gateway.deliveredOrder.toSorted((a, b) => ids.indexOf(a) - ids.indexOf(b)),
        );
        assertEquals([...gateway.settled.keys()], ids);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("an AE that answers every copy, however late, never acknowledges an alarm it did not get", () => {
  // Frames reach the AE with some loss; every frame that arrives is answered once, up to 11 s late.
  fc.assert(
    fc.property(
      fc.array(fc.record({ lost: fc.boolean(), delay: fc.constantFrom(0, 100, 3000, 5000, 11_000) }), {
        minLength: 20,
        maxLength: 40,
      }),
      (fates) => {
        const session = sender({ settleMs: 12_000, tries: 3 });
        const received = new Set<string>();
        const answers: number[] = [];
        const delivered: string[] = [];
        let now = 0, fate = 0;
        const queue = ["a", "b", "c", "d"];
        const apply = (effects: OutputEffect[]) => {
          for (const effect of effects) {
            if (effect.kind === "send") {
              const { lost, delay } = fates[fate++] ?? { lost: false, delay: 0 };
              if (lost) continue;
              received.add(new TextDecoder().decode(effect.bytes).replace("?", ""));
              answers.push(now + delay);
            } else if (effect.kind === "delivered") {
              assert(received.has(effect.id), `${effect.id} was acknowledged and never received`);
              delivered.push(effect.id);
            } else if (effect.kind === "absent" && effect.id !== undefined) queue.unshift(effect.id);
          }
        };
        apply(session.connected(0));
        for (let guard = 0; guard < 500 && delivered.length < 4; guard++) {
          const next = session.ready ? queue.shift() : undefined;
          if (next !== undefined) apply(session.offer(item(next), now));
          answers.sort((a, b) => a - b);
          const answer = answers[0] ?? Infinity, tick = session.nextTick ?? Infinity;
          now = Math.max(now, Math.min(answer, tick));
          if (answer <= tick) {
            answers.shift();
            apply(session.feed(Uint8Array.of(0x06), now));
          } else apply(session.tick(now));
        }
        assertEquals(delivered, ["a", "b", "c", "d"]);
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("any bytes at any time: no throw, and the sender's time never stands still", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      probation,
      (bytes, cuts, probationMs) => {
        const polls = [{ byte: 0x53, reply: ascii("OKAY"), quietMs: 100 }];
        const session = beating({ polls, probationMs });
        session.feed(bytes, 0);
        session.connected(0);
        let at = 0, now = 0;
        for (const cut of cuts) {
          session.feed(bytes.subarray(at, at + cut), now);
          at += cut;
          if (session.ready) session.offer(item("a"), now);
          const next = session.nextTick;
          assert(
            next !== undefined && next >= now,
            "with a connection and a heartbeat there is always a timer",
          );
          now = next;
          session.tick(now);
          assert(session.nextTick !== undefined && session.nextTick > now);
        }
      },
    ),
    { numRuns: 300 },
  );
});
