import { assert, assertEquals } from "@std/assert";
import vectors from "../../../adapters/texecom/vectors/texecom.json" with { type: "json" };
import { TexecomSender, TexecomSession } from "../../../adapters/texecom/mod.ts";
import { alarm, everyAlarmIsSettled, SMOOTH, VirtualReceiver } from "../../simulator/virtual_receiver.ts";

const ITEMS = [
  alarm("contact-id", "100018113001001", "1000"),
  alarm("sia", "#1000|Nri1BA001", "1000"),
  alarm("sia", "#1000|Nri1BA002|AHall\r\nwindow", "1000"),
  alarm("contact-id", "100018340101003", "1000"),
];

Deno.test("each alarm is one line, acknowledged in its type", () => {
  for (const fragment of [1000, 1]) {
    const line = new VirtualReceiver(new TexecomSender(), () => new TexecomSession(), {
      ...SMOOTH,
      fragment,
    });
    for (const item of ITEMS) assertEquals(line.send(item), { kind: "delivered", id: item.id });
    assertEquals(line.stored, ITEMS.map(({ id }) => id));
  }
});

Deno.test("lines are to the octet those that the vectors have", () => {
  const made = [ITEMS[1]!, alarm("sia", "#1234|Nri1CL003")].map((item) => {
    const sender = new TexecomSender();
    sender.connected(0);
    const send = sender.offer(item, 0).at(-1);
    return send?.kind === "send" ? send.bytes.toHex() : "";
  });
  const wire = (id: string) =>
    vectors.find((vector) => vector.id === id)!.wire.replaceAll(" ", "").toLowerCase();
  assertEquals(made, [wire("S30"), wire("S32")]);
});

Deno.test("polls go out at the start and when the receiver's answer says, and alarms between them", () => {
  const sender = new TexecomSender({ poll: { account: "1000", flags: 8 } });
  const line = new VirtualReceiver(sender, () => new TexecomSession({ pollMinutes: 3 }));
  line.pass(100);
  assertEquals(line.send(ITEMS[0]!).kind, "delivered");
  line.pass(3 * 60_000);
  assertEquals(line.received.filter(({ kind }) => kind === "poll").length, 2);
  assertEquals(line.received.find(({ kind }) => kind === "poll"), {
    kind: "poll",
    account: "1000",
    detail: "armed",
  });
  line.pass(3 * 60_000);
  assertEquals(line.received.filter(({ kind }) => kind === "poll").length, 3);
});

Deno.test("an answer of another type does not count", () => {
  const sender = new TexecomSender();
  sender.connected(0);
  sender.offer(ITEMS[0]!, 0);
  assertEquals(sender.feed(Uint8Array.fromHex("33060d0a"), 10).map(({ kind }) => kind), ["stray"]);
  assertEquals(sender.feed(Uint8Array.fromHex("32060d0a"), 20).at(-1)?.kind, "delivered");
});

Deno.test("what Texecom cannot say is refused with a reason", () => {
  const sender = new TexecomSender();
  sender.connected(0);
  const [refused] = sender.offer(alarm("vds2465", "??"), 0);
  assert(refused?.kind === "refused" && refused.rule === "nothing-to-send");
});

Deno.test("every offered alarm is delivered or reported, once, whatever the line does", () => {
  const receiver = () => new TexecomSession();
  everyAlarmIsSettled(() => ({ sender: new TexecomSender(), receiver }), ITEMS);
});
