import { assert, assertEquals } from "@std/assert";
import { ContactIdSender, ContactIdSession } from "../../../adapters/contact_id/mod.ts";
import { alarm, everyAlarmIsSettled, SMOOTH, VirtualReceiver } from "../../simulator/virtual_receiver.ts";

const ITEMS = ["113101001", "340102002", "160200000", "111000003"].map((rest) =>
  alarm("contact-id", `123418${rest}`)
);

Deno.test("each alarm is one line, acknowledged by 06", () => {
  for (const fragment of [1000, 1]) {
    const line = new VirtualReceiver(new ContactIdSender(), () => new ContactIdSession(), {
      ...SMOOTH,
      fragment,
    });
    for (const item of ITEMS) assertEquals(line.send(item), { kind: "delivered", id: item.id });
    assertEquals(line.stored, ITEMS.map(({ id }) => id));
  }
});

Deno.test("every form that is answered by itself is delivered", () => {
  for (const form of ["plain", "climax", "csv-ip", "sur-gard", "radionics", "ademco-685"] as const) {
    const login = { user: "me", password: "secret" };
    const line = new VirtualReceiver(
      new ContactIdSender({ form, login }),
      () => new ContactIdSession({ input: "text" }),
    );
    for (const item of ITEMS) assertEquals(line.send(item).kind, "delivered", form);
    assertEquals(line.stored, ITEMS.map(({ id }) => id), form);
    assert(!JSON.stringify(line.effects).includes("secret"), form);
  }
});

Deno.test("a line end is what the option says, and without one the digits are enough", () => {
  for (const lineEnd of ["\r\n", "\r", "\n", ""] as const) {
    const sender = new ContactIdSender({ lineEnd });
    sender.connected(0);
    const send = sender.offer(ITEMS[0]!, 0).at(-1);
    assert(send?.kind === "send");
    assertEquals(new TextDecoder().decode(send.bytes), `1234181131010013${lineEnd}`);
    const line = new VirtualReceiver(new ContactIdSender({ lineEnd }), () => new ContactIdSession());
    for (const item of ITEMS) assertEquals(line.send(item).kind, "delivered");
  }
});

Deno.test("a message is sent four times, 1.25 s apart", () => {
  const sender = new ContactIdSender();
  sender.connected(0);
  sender.offer(ITEMS[0]!, 0);
  for (const at of [1250, 2500, 3750]) {
    assertEquals(sender.nextTick, at);
    assertEquals(sender.tick(at).map(({ kind }) => kind), ["sent", "send"]);
  }
  assertEquals(sender.tick(5000).map(({ kind }) => kind), ["absent", "close"]);
});

Deno.test("what cannot be written is refused with a reason, and the sender goes on", () => {
  const sender = new ContactIdSender();
  sender.connected(0);
  const account = alarm("contact-id", "12X418113101001");
  const outcomes = [account, { ...alarm("sia", "#1|NBA1"), events: [siaEvent()] }, alarm("sia", "#1|NBA1")]
    .map((item) => sender.offer(item, 0).map((effect) => effect.kind === "refused" && effect.rule));
  assertEquals(outcomes, [["not-writable"], ["not-contact-id"], ["nothing-to-send"]]);
  assert(sender.ready);
});

Deno.test("every offered alarm is delivered or reported, once, whatever the line does", () => {
  const receiver = () => new ContactIdSession();
  everyAlarmIsSettled(() => ({ sender: new ContactIdSender(), receiver }), ITEMS);
});

function siaEvent() {
  return {
    account: "1",
    language: "sia",
    code: "BA",
    qualifier: "new" as const,
    label: "Burglary Alarm",
    flags: [],
    raw: new Uint8Array(),
  };
}
