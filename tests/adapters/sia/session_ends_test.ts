import { assert, assertEquals } from "@std/assert";
import { block, concat } from "./blocks.ts";
import { account, event, last, noAck, start, text } from "./panel.ts";

Deno.test("an alarm ends at the next account, the next event, the end of data, and the end of the connection", () => {
  for (const [next, expected] of [[account, "ACK"], [block("N", "BA2"), "alarm 2 #1234|NBA2"]] as const) {
    const panel = start();
    panel.feed(concat(account, event));
    panel.settle(1);
    assertEquals(panel.feed(next), ["complete 1", expected]);
  }
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  assertEquals(panel.feed(last), ["complete 1", "poll 1234 end of data (0)", "ACK"]);
  panel.feed(event);
  panel.settle(2);
  assertEquals(panel.end(), ["complete 2"]);
});

Deno.test("an alarm ends after 4 s without a text, counted from its answer, and not before", () => {
  const panel = start();
  panel.feed(concat(account, event), 1000);
  assertEquals(panel.session.nextTick, undefined);
  panel.settle(1, "accepted", 2500);
  assertEquals(panel.session.nextTick, 6500);
  assertEquals(panel.tick(6499), []);
  assertEquals(panel.tick(6500), ["complete 1"]);
  assertEquals(panel.session.nextTick, undefined);
  assertEquals(panel.feed(text, 6600), ["alarm 2 #1234|Ori1/BA1|A+HALL"]);
});

Deno.test("a line that is never idle does not hold an alarm back for more than 12 s", () => {
  const panel = start();
  panel.feed(concat(account, event), 0);
  panel.settle(1, "accepted", 0);
  const seen: string[] = [];
  for (let now = 1000; now <= 13_000; now += 1000) seen.push(...panel.feed(block("1"), now));
  assert(seen.includes("complete 1"));
});

Deno.test("the connection ends while an alarm is being stored: nothing more comes for it", () => {
  const panel = start();
  panel.feed(concat(account, event));
  assertEquals(panel.end(), ["complete 1"]);
  assertEquals(panel.settle(1), []);
  assertEquals(panel.feed(event), []);
  assertEquals(panel.session.nextTick, undefined);
});

Deno.test("when the connection ends, waiting alarms that no panel would repeat are handed over", () => {
  const panel = start();
  const silent = (code: string, data: string) => block(code, data, noAck);
  panel.feed(
    concat(account, event, silent("#", "5678"), silent("N", "FA1"), block("N", "BA7"), silent("N", "FA2")),
  );
  assertEquals(panel.end(), [
    "complete 1",
    "alarm 2 #5678|NFA1",
    "complete 2",
    "alarm 3 #5678|NFA2",
    "complete 3",
  ]);
});

Deno.test("an abort ends the wait for a text", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  assertEquals(panel.feed(block("2")), ["complete 1", "poll 1234 abort (2)", "ACK"]);
});

Deno.test("a panel that goes over to an encrypted session: waiting alarms that no panel would repeat are handed over", () => {
  const panel = start();
  panel.feed(concat(account, event, block("N", "FA1", noAck)));
  assertEquals(panel.feed(Uint8Array.of(0x05, 0x01, 0x81)), [
    "encrypted-session",
    "complete 1",
    "alarm 2 #1234|NFA1",
    "complete 2",
    "close",
  ]);
});
