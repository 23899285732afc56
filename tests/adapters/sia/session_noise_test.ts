import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { PanelEffect } from "../../../adapters/contract.ts";
import { SiaSession } from "../../../adapters/sia/session.ts";
import { block, concat, latin1 } from "./blocks.ts";
import { account, event, last, noAck, start, text } from "./panel.ts";

Deno.test("an unknown function with a good parity is acknowledged and noted", () => {
  assertEquals(start().feed(block("~", "x")), ["poll - unknown function (~): x", "ACK"]);
  assertEquals(start().feed(block("\x01", "", noAck)), ["poll - unknown function (0x01)"]);
});

Deno.test("answers are not answered, or an echo would go on for ever", () => {
  for (const hex of ["403887", "403986", "0038c7", "0039c6", "4008b7", "4009b6"]) {
    const effects = start().feed(Uint8Array.fromHex(hex));
    assertEquals(effects.filter((effect) => !effect.startsWith("poll")), [], hex);
  }
});

Deno.test("a parity error is answered negatively once, and the panel's next block is read at once", () => {
  const panel = start();
  const bad = block("#", "1234");
  bad[3] = 0x39;
  assertEquals(panel.feed(bad, 0), ["parity", "NAK"]);
  assertEquals(panel.session.nextTick, 250);
  assertEquals(panel.feed(account, 60), ["ACK"]);
  assertEquals(panel.session.nextTick, undefined);
});

Deno.test("noise behind a parity error gets no second answer, and ends with 250 ms of silence", () => {
  const panel = start();
  const bad = block("#", "1234");
  bad[3] = 0x39;
  panel.feed(bad, 0);
  assertEquals(panel.feed(latin1("garbage"), 100), []);
  assertEquals(panel.session.nextTick, 350);
  assertEquals(panel.tick(349), []);
  assertEquals(panel.tick(350), ["noise"]);
  assertEquals(panel.feed(block("~"), 400), ["poll - unknown function (~)", "ACK"]);
});

Deno.test("a panel that repeats every 50 ms without a pause is heard again after an error", () => {
  const panel = start();
  panel.feed(Uint8Array.fromHex("7f"), 0);
  const seen: string[] = [];
  for (let now = 50; now < 1000; now += 50) seen.push(...panel.feed(account, now));
  assert(seen.includes("ACK"));
});

Deno.test("noise before a good block in the same chunk gets no negative answer: the block gets its own", () => {
  const bad = block("#", "1234");
  bad[3] = 0x39;
  assertEquals(start().feed(concat(bad, account)), ["parity", "ACK"]);
});

Deno.test("no negative answer while an alarm waits for its own", () => {
  const panel = start();
  panel.feed(concat(account, event));
  const bad = event.slice();
  bad[4] = 0x7e;
  assertEquals(panel.feed(bad, 10), ["parity"]);
  assertEquals(panel.settle(1, "accepted", 20), ["ACK"]);
});

Deno.test("a block that breaks off is refused after 1 s, and answered negatively", () => {
  const panel = start();
  panel.feed(account, 0);
  assertEquals(panel.feed(event.subarray(0, 5), 100), []);
  assertEquals(panel.session.nextTick, 1100);
  assertEquals(panel.tick(1099), []);
  assertEquals(panel.tick(1100), ["truncated", "NAK"]);
  assertEquals(panel.feed(event, 1200), ["alarm 1 #1234|Nri1/BA1"]);
});

Deno.test("a connection that ends inside a block says so and sends nothing", () => {
  const panel = start();
  panel.feed(event.subarray(0, 5));
  assertEquals(panel.end(), ["truncated"]);
});

Deno.test("an encrypted session is refused and closed, and open alarms are completed first", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  assertEquals(panel.feed(Uint8Array.fromHex("0501815968")), ["encrypted-session", "complete 1", "close"]);
  assertEquals(panel.feed(account), []);
});

Deno.test("the Galaxy IP check is a poll of its account", () => {
  const check = concat(
    Uint8Array.fromHex("00"),
    latin1("00027978"),
    Uint8Array.fromHex("110c00fd0900"),
    new Uint8Array(11),
  );
  assertEquals(start().feed(check), ["poll 00027978 Galaxy IP check"]);
});

Deno.test("no order of bytes, times and outcomes throws, answers a ref twice, or hands one out twice", () => {
  const step = fc.oneof(
    fc.constantFrom(account, event, text, last, block("N", "FA1"), block("8"), event.subarray(0, 4)).map((
      bytes,
    ) => ({
      bytes,
    })),
    fc.record({ bytes: fc.uint8Array({ maxLength: 10 }) }),
    fc.record({ wait: fc.integer({ min: 0, max: 6000 }) }),
    fc.record({ outcome: fc.constantFrom("accepted" as const, "failed" as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const session = new SiaSession();
      let now = 0;
      let unsettled: number | undefined;
      const refs = new Set<number>();
      const completed = new Set<number>();
      function see(effects: PanelEffect[]): void {
        for (const effect of effects) {
          if (effect.kind === "alarm" || effect.kind === "text") {
            assertEquals(unsettled, undefined);
            assert(!refs.has(effect.ref));
            refs.add(effect.ref);
            unsettled = effect.ref;
          }
          if (effect.kind === "complete") {
            assert(refs.has(effect.ref) && !completed.has(effect.ref));
            completed.add(effect.ref);
          }
        }
      }
      for (const each of steps) {
        if ("bytes" in each) see(session.feed(each.bytes, now));
        else if ("wait" in each) see(session.tick(now += each.wait));
        else if (unsettled !== undefined) {
          const ref = unsettled;
          unsettled = undefined;
          see(session.settle(ref, each.outcome, now));
        }
        assert(session.nextTick === undefined || session.nextTick >= now - 6000);
      }
      unsettled = undefined;
      see(session.end(now));
    }),
    { numRuns: 500 },
  );
});
