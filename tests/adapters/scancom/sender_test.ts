import { assert, assertEquals } from "@std/assert";
import { ScancomSender, ScancomSession } from "../../../adapters/scancom/mod.ts";
import { alarm, everyAlarmIsSettled, SMOOTH, VirtualReceiver } from "../../simulator/virtual_receiver.ts";

const ITEMS = ["15555555", "61555555", "36155555", "53655515"].map((channels) =>
  alarm("scancom", `1234${channels}7`)
);

Deno.test("each alarm is one line, acknowledged by 06, in every form", () => {
  for (const form of ["plain", "sur-gard", "ademco-685", "bosch-sia"] as const) {
    for (const fragment of [1000, 1]) {
      const receiver = () => new ScancomSession();
      const line = new VirtualReceiver(new ScancomSender({ form }), receiver, { ...SMOOTH, fragment });
      for (const item of ITEMS) assertEquals(line.send(item), { kind: "delivered", id: item.id }, form);
      assertEquals(line.stored, ITEMS.map(({ id }) => id), form);
    }
  }
});

Deno.test("without a line end the receiver waits for silence", () => {
  const line = new VirtualReceiver(new ScancomSender({ lineEnd: "" }), () => new ScancomSession());
  for (const item of ITEMS) assertEquals(line.send(item).kind, "delivered");
});

Deno.test("an alarm of another language is refused with a reason", () => {
  const sender = new ScancomSender();
  sender.connected(0);
  const outcomes = [alarm("sia", "#1234|NBA1"), alarm("scancom", "12"), alarm("scancom", "#1|155555557", "")]
    .map((item) => sender.offer(item, 0).map((effect) => effect.kind === "refused" && effect.rule));
  assertEquals(outcomes, [["not-scancom"], ["not-scancom"], ["not-writable"]]);
  assert(sender.ready);
});

Deno.test("every offered alarm is delivered or reported, once, whatever the line does", () => {
  const receiver = () => new ScancomSession();
  everyAlarmIsSettled(() => ({ sender: new ScancomSender(), receiver }), ITEMS, false);
});
