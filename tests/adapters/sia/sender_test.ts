import { assert, assertEquals } from "@std/assert";
import type { OutputEffect } from "../../../adapters/contract.ts";
import { siaAnswer } from "../../../adapters/sia/session_answer.ts";
import { SiaSender, SiaSession } from "../../../adapters/sia/mod.ts";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { alarm, everyAlarmIsSettled, SMOOTH, VirtualReceiver } from "../../simulator/virtual_receiver.ts";
import { block } from "./blocks.ts";

const ITEMS = ["BA001", "FA002|AKitchen", "OP003", "BA004"].map((end) => alarm("sia", `#1234|Nri1/${end}`));

function sent(effects: OutputEffect[]): Uint8Array | undefined {
  const [bytes] = effects.flatMap((effect) => effect.kind === "send" ? [effect.bytes] : []);
  return bytes;
}

Deno.test("each alarm goes as account, event, text and end of data, and its octets arrive as they are", () => {
  for (const fragment of [1000, 1]) {
    const line = new VirtualReceiver(new SiaSender(), () => new SiaSession(), { ...SMOOTH, fragment });
    for (const item of ITEMS) assertEquals(line.send(item), { kind: "delivered", id: item.id });
    line.pass(10_000);
    assertEquals(line.stored, [
      "#1234|Nri1/BA001",
      "#1234|Nri1/FA002",
      "#1234|Nri1/FA002|AKitchen",
      "#1234|Nri1/OP003",
      "#1234|Nri1/BA004",
    ]);
    assertEquals(line.received.filter(({ kind }) => kind === "refused" || kind === "repeat"), []);
  }
});

Deno.test("each answer's form is understood, and a reject makes the same block go again", () => {
  for (const style of ["40", "00", "40-08", "00-08"] as const) {
    const sender = new SiaSender();
    sender.connected(0);
    const first = sent(sender.offer(ITEMS[0]!, 0));
    assertEquals(first, block("#", "1234"));
    assertEquals(sent(sender.feed(siaAnswer(style, "nak"), 10)), first);
    assertEquals(sent(sender.feed(siaAnswer(style, "ack"), 20)), block("N", "ri1/BA001"));
  }
});

Deno.test("a block is sent four times, 2.5 s apart, then the panel hangs up", () => {
  const sender = new SiaSender();
  sender.connected(0);
  const [, first] = sender.offer(ITEMS[0]!, 0);
  for (const at of [2500, 5000, 7500]) {
    assertEquals(sender.nextTick, at);
    assertEquals(sender.tick(at).at(-1), first);
  }
  assertEquals(
    sender.tick(10_000).map((effect) => [effect.kind, "rule" in effect ? effect.rule : ""]),
    [["absent", "no-answer"], ["close", ""]],
  );
});

Deno.test("an account that is rejected four times ends the alarm: its event is not sent under another account", () => {
  const sender = new SiaSender();
  sender.connected(0);
  const effects = sender.offer(ITEMS[0]!, 0);
  for (let now = 0; !effects.some(({ kind }) => kind === "refused"); now += 500) {
    assert(now < 10_000);
    effects.push(...sender.tick(now), ...sender.feed(siaAnswer("40", "nak"), now));
  }
  const blocks = effects.flatMap((effect) => effect.kind === "send" ? [effect.bytes.toHex()] : []);
  assertEquals(new Set(blocks), new Set([block("#", "1234").toHex()]));
  assertEquals(blocks.length, 4);
});

Deno.test("an alarm is delivered with its event and text; the end of data may stay without an answer", () => {
  const sender = new SiaSender();
  sender.connected(0);
  sender.offer(ITEMS[0]!, 0);
  sender.feed(siaAnswer("40", "ack"), 10);
  const effects = sender.feed(siaAnswer("40", "ack"), 20);
  assertEquals(effects.map(({ kind }) => kind), ["delivered", "sent", "send"]);
  assertEquals(sender.ready, false);
  assertEquals(sender.disconnected(30).map((effect) => "id" in effect), [false], "it was told before");
});

Deno.test("acknowledge-and-disconnect is an acknowledgement, and the panel hangs up", () => {
  const sender = new SiaSender();
  sender.connected(0);
  sender.offer(ITEMS[0]!, 0);
  assertEquals(sender.feed(block("7"), 10).at(-1)?.kind, "close");
});

Deno.test("levels write what panels of that level write", () => {
  const event: EventDraft = {
    account: "1234",
    language: "sia",
    code: "BA",
    qualifier: "new",
    label: "Burglary Alarm",
    area: "2",
    zone: "5",
    text: "HALL",
    flags: [],
    raw: new Uint8Array(),
  };
  const lines = ([1, 2, 3] as const).map((level) => {
    const line = new VirtualReceiver(new SiaSender({ level }), () => new SiaSession());
    line.send({ ...alarm("sia", "#1234|Nri2/BA5"), events: [event] });
    line.pass(10_000);
    return line.stored.at(-1);
  });
  assertEquals(lines, ["#1234|NBA5", "#1234|Nri2/BA5", "#1234|Nri2/BA5|AHALL"]);
});

Deno.test("an encrypted session is asked for first, and the receiver says that it cannot", () => {
  const line = new VirtualReceiver(new SiaSender({ encrypted: true }), () => new SiaSession());
  line.pass(100);
  assertEquals(line.received.map((effect) => effect.kind === "refused" ? effect.rule : effect.kind), [
    "encrypted-session",
    "close",
  ]);
});

Deno.test("an alarm without anything to send is refused with a reason", () => {
  const sender = new SiaSender();
  sender.connected(0);
  const [refused] = sender.offer(alarm("contact-id", "123418113101015"), 0);
  assert(refused?.kind === "refused");
  assertEquals(refused.rule, "nothing-to-send");
  assert(sender.ready);
});

Deno.test("every offered alarm is delivered or reported, once, whatever the line does", () => {
  everyAlarmIsSettled(() => ({ sender: new SiaSender(), receiver: () => new SiaSession() }), ITEMS);
});
