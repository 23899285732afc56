/** An alarm of several messages of which the receiver refuses some. */
import { assert, assertEquals } from "@std/assert";
import type { OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import { Dc09Sender } from "../../../adapters/dc09/mod.ts";
import { ascii, frame, text } from "./arbitrary.ts";

/** Two events of VdS 2465: a message for each. */
const TWO: OutputItem = {
  id: "a",
  account: "1234",
  protocol: "vds2465",
  data: Uint8Array.fromHex("05021103000122" + "05021104000110"),
  events: [],
  repeated: false,
};

/** Gives the receiver's answers in turn. @returns The alarm's end, and how many messages went out. */
function end(alarm: OutputItem, ...answers: ("ACK" | "DUH")[]) {
  const sender = new Dc09Sender();
  sender.connected(0);
  let effects: OutputEffect[] = sender.offer(alarm, 0);
  let messages = 0;
  for (const answer of answers) {
    const [send] = effects.filter(({ kind }) => kind === "send");
    assert(send?.kind === "send", "a message for every answer");
    messages++;
    const [, number = ""] = /"(\d{4})/.exec(text(send.bytes)) ?? [];
    effects = sender.feed(frame(`"${answer}"${number}L0#1234[]`), 1);
  }
  const [last] = effects.filter(({ kind }) => kind === "delivered" || kind === "refused");
  return { messages, kind: last?.kind, partly: last?.kind === "refused" && last.partly === true };
}

Deno.test("of two messages the receiver refuses one: what is offered again is a repeat; it refuses both: it is none", () => {
  assertEquals(end(TWO, "ACK", "ACK"), { messages: 2, kind: "delivered", partly: false });
  assertEquals(end(TWO, "ACK", "DUH"), { messages: 2, kind: "refused", partly: true });
  assertEquals(end(TWO, "DUH", "ACK"), { messages: 2, kind: "refused", partly: true });
  assertEquals(end(TWO, "DUH", "DUH"), { messages: 2, kind: "refused", partly: false });
  const one: OutputItem = { ...TWO, protocol: "sia", data: ascii("#1234|Nri1/BA5") };
  assertEquals(end(one, "DUH"), { messages: 1, kind: "refused", partly: false });
});
