/** A receiver that answers badly: rubbish before an answer, answers twice, answers late, over TCP and in datagrams. */
import { assert, assertEquals } from "@std/assert";
import type { OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import { dc09Nak, Dc09Sender, type Dc09SenderOptions } from "../../../adapters/dc09/mod.ts";
import { ascii, frame, text } from "./arbitrary.ts";

const NOON = Date.UTC(2026, 0, 2, 12);
const ACK = (number: number) => frame(`"ACK"000${number}L0#1234[]`);

function item(id: string, data = "#1234|Nri1/BA5"): OutputItem {
  return { id, account: "1234", protocol: "sia", data: ascii(data), events: [], repeated: false };
}

function said(effects: OutputEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return text(effect.bytes).slice(9, -1);
    const id = "id" in effect && effect.id !== undefined ? ` ${effect.id}` : "";
    return `${effect.kind}${id}${"rule" in effect ? ` ${effect.rule}` : ""}`;
  });
}

function together(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function up(options: Dc09SenderOptions = {}): Dc09Sender {
  const sender = new Dc09Sender(options);
  sender.connected(0);
  return sender;
}

const WAYS: [string, Dc09SenderOptions][] = [["over TCP", {}], ["in datagrams", { datagram: true }]];

for (const [name, options] of WAYS) {
  Deno.test(`rubbish before an answer is told as stray, and the answer counts, ${name}`, () => {
    for (
      const rubbish of [
        ascii("hello\r\n"),
        ascii("\n"),
        ascii("\nFFFF0012"),
        Uint8Array.of(0x06, 0x15, 0x00, 0xff),
        ascii('\n0000001F"ACK"0001L0#1234[]\r'),
        ACK(7),
      ]
    ) {
      for (const apart of [false, true]) {
        const sender = up(options);
        sender.offer(item("a"), 0);
        const effects = apart
          ? [...sender.feed(rubbish, 1), ...sender.feed(ACK(1), 2)]
          : sender.feed(together(rubbish, ACK(1)), 1);
        const ends = said(effects).filter((it) => !it.startsWith("stray"));
        assertEquals(ends, ["present", "delivered a"], JSON.stringify(text(rubbish)));
        assertEquals(sender.ready, true);
      }
    }
  });

  Deno.test(`an ACK that comes twice delivers one alarm, and not the next, ${name}`, () => {
    for (const apart of [false, true]) {
      const sender = up(options);
      sender.offer(item("a"), 0);
      const first = apart ? sender.feed(ACK(1), 1) : sender.feed(together(ACK(1), ACK(1)), 1);
      assertEquals(said(first).filter((it) => it.startsWith("delivered")), ["delivered a"]);
      sender.offer(item("b", "#1234|Nri1/BA6"), 2);
      if (apart) assertEquals(said(sender.feed(ACK(1), 3)), ["stray other-message"]);
      assertEquals(sender.ready, false);
      assertEquals(said(sender.feed(ACK(2), 4)), ["delivered b"]);
    }
  });

  Deno.test(`a NAK that comes twice at once makes the message go again once, ${name}`, () => {
    const sender = up({ ...options, timestamps: true });
    sender.offer(item("a"), 0);
    const nak = dc09Nak({ now: NOON });
    const effects = sender.feed(together(nak, nak), 10);
    assertEquals(said(effects).map((it) => it.split(" ").slice(0, 2).join(" ").slice(0, 22)), [
      "present",
      "sent a",
      '"SIA-DCS"0001L0#1234[#',
      "stray repeated-answer",
    ]);
    assertEquals(said(sender.feed(ACK(1), 20)), ["delivered a"]);
    // An ACK behind a NAK says that the first copy has arrived.
    sender.offer(item("b", "#1234|Nri1/BA6"), 30);
    assertEquals(said(sender.feed(together(nak, ACK(2)), 40)).at(-1), "delivered b");
  });

  Deno.test(`the late answer to a message that was given up delivers nothing but that message, ${name}`, () => {
    const sender = up({ ...options, tries: 1, waitMs: 1000 });
    sender.offer(item("a"), 0);
    assertEquals(said(sender.tick(1000))[0], "absent a no-answer");
    if (options.datagram !== true) sender.connected(1001);
    // Another alarm goes first: the late ACK is for none that is in flight.
    sender.offer(item("b", "#1234|Nri1/BA6"), 1002);
    assertEquals(said(sender.feed(ACK(1), 1003)), ["stray other-message"]);
    assertEquals(said(sender.feed(ACK(2), 1004)), ["present", "delivered b"]);
    // The same alarm again, under its number: a late ACK of the first copy says that it is there.
    sender.offer({ ...item("a"), repeated: true }, 1005);
    assertEquals(said(sender.feed(ACK(1), 1006)), ["delivered a"]);
  });

  Deno.test(`an answer octet by octet, and one behind a megabyte of rubbish, ${name}`, () => {
    const sender = up(options);
    sender.offer(item("a"), 0);
    const noise = new Uint8Array(1 << 20).fill(0x41);
    for (let at = 0; at < noise.length; at += 1 << 14) {
      for (const effect of sender.feed(noise.subarray(at, at + (1 << 14)), 1)) {
        assert(effect.kind === "stray");
      }
    }
    assertEquals(said(sender.feed(together(ascii("\r"), ACK(1)), 2)).at(-1), "delivered a");
    if (options.datagram === true) return;
    sender.offer(item("b", "#1234|Nri1/BA6"), 3);
    const all = [...ACK(2)].flatMap((octet) => said(sender.feed(Uint8Array.of(octet), 4)));
    assertEquals(all, ["delivered b"]);
  });
}
