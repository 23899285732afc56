import { assertEquals } from "@std/assert";
import { SIA_MAX_WAITING } from "../../../adapters/sia/session.ts";
import { block, concat } from "./blocks.ts";
import { account, event, noAck, start, text } from "./panel.ts";

Deno.test("an alarm that was not accepted is answered negatively, and its repeat is a new alarm", () => {
  const panel = start();
  panel.feed(account);
  assertEquals(panel.feed(event), ["alarm 1 #1234|Nri1/BA1"]);
  assertEquals(panel.settle(1, "failed"), ["NAK"]);
  assertEquals(panel.feed(event), ["alarm 2 #1234|Nri1/BA1"]);
  assertEquals(panel.settle(2), ["ACK"]);
});

Deno.test("a text that was not accepted may come again", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  panel.feed(text, 3000);
  assertEquals(panel.settle(2, "failed", 5000), ["NAK"]);
  assertEquals(panel.feed(text, 5100), ["text 3 of 1 #1234|Nri1/BA1|A+HALL"]);
  assertEquals(panel.settle(3, "accepted", 5200), ["ACK"]);
});

Deno.test("the same block again before its answer is a repeat, answered once", () => {
  const panel = start();
  panel.feed(account);
  panel.feed(event);
  assertEquals(panel.feed(concat(event, event)), ["repeat 1", "repeat 1"]);
  assertEquals(panel.settle(1), ["ACK"]);
  panel.feed(text);
  assertEquals(panel.feed(text), ["repeat 2"]);
  assertEquals(panel.settle(2), ["ACK"]);
});

Deno.test("the same block again after its answer is a second alarm", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  assertEquals(panel.feed(event), ["complete 1", "alarm 2 #1234|Nri1/BA1"]);
});

Deno.test("equal blocks that ask for no answer are separate alarms, and are not answered", () => {
  const panel = start();
  const silent = block("N", "BA1", noAck);
  assertEquals(panel.feed(concat(block("#", "1234", noAck), silent, silent)), ["alarm 1 #1234|NBA1"]);
  assertEquals(panel.settle(1), ["complete 1", "alarm 2 #1234|NBA1"]);
  assertEquals(panel.settle(2, "failed"), []);
});

Deno.test("alwaysAck answers blocks that do not ask, and takes their repeats for repeats", () => {
  const panel = start({ alwaysAck: true });
  const silent = block("N", "BA1", noAck);
  assertEquals(panel.feed(block("#", "1234", noAck)), ["ACK"]);
  assertEquals(panel.feed(concat(silent, silent)), ["alarm 1 #1234|NBA1", "repeat 1"]);
  assertEquals(panel.settle(1), ["ACK"]);
});

Deno.test("a panel that begins anew while its alarm is being stored is never one answer ahead", () => {
  const panel = start();
  panel.feed(account);
  panel.feed(event);
  // It gave up waiting: the account block again, twice. Its one answer comes with the alarm's.
  assertEquals(panel.feed(account), ["repeat 1"]);
  assertEquals(panel.feed(account), ["repeat 1"]);
  assertEquals(panel.settle(1), ["ACK"]);
  // It took that for the account block and sends the alarm again, which is stored already.
  assertEquals(panel.feed(event), ["repeat 1", "ACK"]);
  assertEquals(panel.feed(text), ["text 2 of 1 #1234|Nri1/BA1|A+HALL"]);
  assertEquals(panel.settle(2), ["ACK"]);
  assertEquals(panel.feed(event), ["alarm 3 #1234|Nri1/BA1"]);
});

Deno.test("after beginning anew a different alarm is an alarm", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.feed(account);
  panel.settle(1);
  assertEquals(panel.feed(block("N", "BA2")), ["complete 1", "alarm 2 #1234|NBA2"]);
  panel.settle(2);
  assertEquals(panel.feed(event), ["complete 2", "alarm 3 #1234|Nri1/BA1"]);
});

Deno.test("after beginning anew an alarm that was not accepted is a new one", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.feed(account);
  assertEquals(panel.settle(1, "failed"), ["NAK"]);
  assertEquals(panel.feed(account), ["ACK"]);
  assertEquals(panel.feed(event), ["alarm 2 #1234|Nri1/BA1"]);
});

Deno.test("after beginning anew and a negative answer the alarm alone is a new one too", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.feed(account);
  panel.settle(1, "failed");
  assertEquals(panel.feed(event), ["alarm 2 #1234|Nri1/BA1"]);
});

Deno.test("a sender that repeats the account for each alarm without waiting gets an answer to each block", () => {
  const panel = start();
  assertEquals(panel.feed(concat(account, event, account, block("N", "BA2"))), [
    "ACK",
    "alarm 1 #1234|Nri1/BA1",
    "repeat 1",
  ]);
  assertEquals(panel.settle(1), ["ACK", "complete 1", "ACK", "alarm 2 #1234|NBA2"]);
});

Deno.test("blocks wait in a bounded number; those beyond are refused without an answer", () => {
  const panel = start();
  panel.feed(concat(account, event));
  const flood = Array.from({ length: SIA_MAX_WAITING + 5 }, (_, i) => block("N", `BA${i + 10}`));
  assertEquals(panel.feed(concat(...flood)), Array.from({ length: 5 }, () => "too-many-blocks"));
  let alarms = 1;
  for (let ref = 1; ref <= alarms; ref++) {
    if (panel.settle(ref).some((effect) => effect.startsWith("alarm"))) alarms++;
  }
  assertEquals(alarms, SIA_MAX_WAITING + 1);
});
