import { assertEquals } from "@std/assert";
import { Dc07Ae, type Dc07AeEffect } from "../../../adapters/dc07/ae_simulator.ts";
import { dc07Line } from "../../../adapters/dc07/message.ts";
import { ascii } from "../../support/ascii.ts";

/** What stands before the type in a frame: LF, check and length. */
const HEAD = "<LF>CCCCLL".length;
const SIA = ascii("\n0A9D17\t00020101[#1234|NBA015]\r");
const ACK = "<TAB>00020101[]";
const NAK = "<TAB>00000100[]";

function brief(effects: Dc07AeEffect[]): string[] {
  return effects.map((effect) =>
    effect.kind === "send"
      ? dc07Line(effect.bytes).slice(HEAD, -"<CR>".length)
      : effect.kind === "message"
      ? effect.record.repeat ? "repeat" : "first"
      : effect.rule
  );
}

Deno.test("the negative answer is the manual's, octet for octet (DC10)", () => {
  const ae = new Dc07Ae({ behaviour: { kind: "nak", times: 1 } });
  const [, answer] = ae.feed(SIA, 0);
  assertEquals(answer?.kind === "send" && dc07Line(answer.bytes), "<LF>87C40B<TAB>00000100[]<CR>");
});

Deno.test("each frame is answered once with its number, in fragments too; the same octets again are a repeat", () => {
  const ae = new Dc07Ae();
  assertEquals(brief(ae.feed(SIA.subarray(0, 10), 0)), []);
  assertEquals(brief(ae.feed(SIA.subarray(10), 0)), ["first", ACK]);
  assertEquals(brief(ae.feed(SIA, 0)), ["repeat", ACK]);
});

Deno.test("NAK a number of times, then ACK; setting the behaviour starts the count anew", () => {
  const ae = new Dc07Ae({ behaviour: { kind: "nak", times: 2 } });
  const answer = () => brief(ae.feed(SIA, 0)).at(-1);
  assertEquals([answer(), answer(), answer()], [NAK, NAK, ACK]);
  ae.behaviour = { kind: "nak", times: 1 };
  assertEquals([answer(), answer()], [NAK, ACK]);
});

Deno.test("a late answer comes at its time, and not on a connection that has ended", () => {
  const ae = new Dc07Ae({ behaviour: { kind: "late", ms: 500 } });
  ae.feed(SIA, 1000);
  assertEquals(ae.nextTick, 1500);
  assertEquals(brief(ae.tick(1499)), []);
  assertEquals(brief(ae.tick(1500)), [ACK]);
  ae.feed(SIA, 2000);
  ae.disconnected();
  assertEquals([ae.nextTick, brief(ae.tick(9999))], [undefined, []]);
});

Deno.test("a garbled frame is answered with NAK and not recorded; noise is not answered", () => {
  const ae = new Dc07Ae();
  assertEquals(brief(ae.feed(ascii("\n0A9E17\t00020101[#1234|NBA015]\r"), 0)), ["wrong-crc", NAK]);
  assertEquals(brief(ae.feed(ascii("?"), 0)), []);
  assertEquals(brief(ae.feed(SIA, 0)), ["noise", "first", ACK]);
  assertEquals([ae.records.length, ae.alarms.length], [1, 1]);
});
