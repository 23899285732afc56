import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { writeBlock } from "../../../adapters/sia/block.ts";
import { decodeCp437, displayText } from "../../../adapters/sia/cp437.ts";
import { SiaSession } from "../../../adapters/sia/session.ts";
import { siaEvents } from "../../../adapters/sia/event_data.ts";
import { block, concat } from "./blocks.ts";
import { account, event, last, noAck, start, text } from "./panel.ts";

/** Without what separates in event data. */
const bare = (text: string) => text.replace(/[\^|\s\u007f]/g, "");

/** A panel whose alarm was accepted, and let go without a text. */
function withoutText() {
  const panel = start();
  panel.feed(concat(account, event), 0);
  panel.settle(1, "accepted", 0);
  assertEquals(panel.tick(4000), ["complete 1"]);
  return panel;
}

Deno.test("a text that comes later than it is waited for goes to the centre, as an old event of the same data", () => {
  const panel = withoutText();
  assertEquals(panel.feed(text, 5000), ["alarm 2 #1234|Ori1/BA1|A+HALL"]);
  assertEquals(panel.settle(2, "accepted", 5100), ["ACK"]);
  assertEquals(panel.feed(last, 5200), ["poll 1234 end of data (0)", "ACK"], "nothing is open");
  assertEquals(panel.end(), []);
});

Deno.test("a late text says so, and what is carried tells the centre the same event and its text", () => {
  const session = new SiaSession();
  session.feed(concat(account, event), 0);
  session.settle(1, "accepted", 0);
  session.tick(4000);
  const [late] = session.feed(text, 5000);
  assert(late?.kind === "alarm");
  const [draft] = late.alarm.events;
  assertEquals([late.alarm.complete, late.alarm.raw], [true, concat(account, event, text)]);
  assertEquals([draft?.code, draft?.text, draft?.flags], ["BA", "+HALL", ["late-text", "old-event"]]);
  const [carried] = siaEvents(late.alarm.data);
  assertEquals([carried?.code, carried?.text, carried?.flags], ["BA", "+HALL", ["old-event"]]);
});

Deno.test("a late text that could not be stored is refused, and comes again", () => {
  const panel = withoutText();
  panel.feed(text, 5000);
  assertEquals(panel.settle(2, "failed", 5100), ["NAK"]);
  assertEquals(panel.feed(text, 5200), ["alarm 3 #1234|Ori1/BA1|A+HALL"]);
});

Deno.test("a text whose acknowledgement the panel missed is acknowledged again, and told once", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  panel.feed(text);
  panel.settle(2);
  assertEquals(panel.feed(text, 2500), ["repeat 1", "ACK"]);
  const late = withoutText();
  late.feed(text, 5000);
  late.settle(2, "accepted", 5100);
  assertEquals(late.feed(text, 7600), ["repeat 2", "ACK"]);
});

Deno.test("a second text for an event is told too", () => {
  const panel = start();
  panel.feed(concat(account, event));
  panel.settle(1);
  panel.feed(text);
  panel.settle(2);
  assertEquals(panel.feed(block("A", "CELLAR")), ["alarm 3 #1234|Ori1/BA1|ACELLAR"]);
});

Deno.test("a text that asks for no answer is no repeat of the one before it", () => {
  const panel = start();
  const silent = block("A", "+HALL", noAck);
  panel.feed(concat(account, event));
  panel.settle(1);
  panel.feed(silent);
  panel.settle(2);
  assertEquals(panel.feed(silent), ["alarm 3 #1234|Ori1/BA1|A+HALL"]);
});

Deno.test("a text without its event, as after a restart in between, is told by itself", () => {
  const panel = start();
  panel.feed(account);
  assertEquals(panel.feed(text), ["alarm 1 #1234|NUX|A+HALL"]);
  assertEquals(panel.settle(1), ["ACK"]);
  // A new account is another site, or another event: a text behind it does not belong to the event before.
  const other = withoutText();
  other.feed(block("#", "5678"), 5000);
  assertEquals(other.feed(text, 5100), ["alarm 2 #5678|NUX|A+HALL"]);
  const session = new SiaSession({ defaultAccount: "0042" });
  const [alone] = session.feed(text, 0);
  assert(alone?.kind === "alarm");
  const [draft] = alone.alarm.events;
  assertEquals([draft?.account, draft?.text], ["0042", "+HALL"]);
  assertEquals(draft?.flags, ["late-text"]);
  const [carried] = siaEvents(alone.alarm.data);
  assertEquals([carried?.account, carried?.code, carried?.text], ["0042", "UX", "+HALL"]);
});

Deno.test("whatever a text says, no event is read in it, and what can be shown of it arrives", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 63 }), (data) => {
    fc.pre(data.some((octet) => octet > 0x20));
    const [late] = new SiaSession({ defaultAccount: "0042" }).feed(
      writeBlock({ ackRequest: true, reverseChannel: false, code: "A", data }),
      0,
    );
    assert(late?.kind === "alarm");
    const carried = siaEvents(late.alarm.data);
    assertEquals(carried.map(({ account, code }) => [account, code]), [["0042", "UX"]]);
    const shown = displayText(decodeCp437(data));
    assertEquals(late.alarm.events.map(({ code, text }) => [code, text ?? ""]), [["UX", shown]]);
    assertEquals(bare(carried[0]?.text ?? ""), bare(shown));
  }));
});

Deno.test("an empty text says nothing, and is acknowledged", () => {
  const panel = start();
  panel.feed(account);
  assertEquals(panel.feed(block("A", "   ")), ["poll 1234 ASCII text (A)", "ACK"]);
});

Deno.test("a panel that says wait is waited for", () => {
  const panel = start();
  panel.feed(concat(account, event), 0);
  panel.settle(1, "accepted", 0);
  assertEquals(panel.feed(block("1"), 3500), ["poll 1234 wait (1)", "ACK"]);
  assertEquals(panel.tick(7000), []);
  assertEquals(panel.feed(text, 7200), ["text 2 of 1 #1234|Nri1/BA1|A+HALL"]);
});

Deno.test("the connection ends while the alarm is being stored: a text that had come goes with it", () => {
  const panel = start();
  panel.feed(concat(account, event, text));
  assertEquals(panel.end(), ["text 2 of 1 #1234|Nri1/BA1|A+HALL"]);
  const silent = (code: string, data: string) => block(code, data, noAck);
  const next = start();
  next.feed(concat(account, event, silent("N", "FA1"), silent("A", "ROOF"), silent("N", "FA2")));
  assertEquals(next.end(), [
    "complete 1",
    "alarm 2 #1234|NFA1",
    "text 3 of 2 #1234|NFA1|AROOF",
    "alarm 4 #1234|NFA2",
    "complete 4",
  ]);
});
