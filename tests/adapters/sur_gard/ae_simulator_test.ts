import { assert, assertEquals } from "@std/assert";
import { type AeEffect, SurGardAe } from "../../../adapters/sur_gard/ae_simulator.ts";
import { ascii } from "../../support/ascii.ts";

const CID = ascii("5011 187037E13001004\x14");
const MARKED = ascii("5011 987037E13001004\x14");

function brief(effects: AeEffect[]): string[] {
  return effects.map((effect) =>
    effect.kind === "send"
      ? effect.bytes.toHex()
      : effect.kind === "message"
      ? effect.record.repeat
      : effect.rule
  );
}

Deno.test("each line is answered once, in fragments too", () => {
  const ae = new SurGardAe();
  assertEquals(brief(ae.feed(CID.subarray(0, 10), 0)), []);
  assertEquals(brief(ae.feed(CID.subarray(10), 0)), ["none", "06"]);
});

Deno.test("repeats are told apart: same bytes are unmarked, 98 and O are marked", () => {
  const ae = new SurGardAe();
  const stream = [CID, CID, MARKED, ascii("S011[#1234|OBA01]\x14"), ascii("S011[#1234|NBA01]\x14")];
  for (const line of stream) ae.feed(line, 0);
  assertEquals(ae.alarms.map(({ repeat, seenBefore }) => [repeat, seenBefore]), [
    ["none", false],
    ["unmarked", true],
    ["marked", true],
    ["marked", false],
    ["unmarked", true],
  ]);
});

Deno.test("heartbeats are recorded, are no alarms, and never repeats", () => {
  const ae = new SurGardAe({ heartbeats: { kind: "silent" } });
  const beat = ascii("1011           @    \x14");
  assertEquals(brief([...ae.feed(beat, 1), ...ae.feed(beat, 2)]), ["none", "none"]);
  assertEquals(ae.alarms, []);
  assertEquals(ae.records.map(({ at }) => at), [1, 2]);
});

Deno.test("NAK a number of times, then ACK; setting the behaviour starts the count anew", () => {
  const ae = new SurGardAe({ behaviour: { kind: "nak", times: 2 } });
  const answers = () => brief(ae.feed(CID, 0)).at(-1);
  assertEquals([answers(), answers(), answers()], ["15", "15", "06"]);
  ae.behaviour = { kind: "nak", times: 1 };
  assertEquals([answers(), answers()], ["15", "06"]);
});

Deno.test("a late answer comes at its time, and not on a connection that has ended", () => {
  const ae = new SurGardAe({ behaviour: { kind: "late", ms: 500 } });
  ae.feed(CID, 1000);
  assertEquals(ae.nextTick, 1500);
  assertEquals(brief(ae.tick(1499)), []);
  assertEquals(brief(ae.tick(1500)), ["06"]);
  ae.feed(CID, 2000);
  ae.disconnected();
  assertEquals(ae.nextTick, undefined);
  assertEquals(brief(ae.tick(9999)), []);
});

Deno.test("a garbled line is answered with NAK and not recorded; noise is not answered", () => {
  const ae = new SurGardAe({ lineDigits: 1 });
  assertEquals(brief(ae.feed(ascii("5011 187037X13001004\x14"), 0)), ["bad-layout", "15"]);
  assertEquals(brief(ae.feed(ascii("501001 187037E13001004\x14"), 0)), ["wrong-line-width", "15"]);
  assertEquals(brief(ae.feed(ascii("\n\n"), 0)), []);
  assertEquals(brief(ae.feed(CID, 0)), ["noise", "none", "06"]);
  assertEquals(ae.records.length, 1);
  assert(ae.alarms[0]?.message.kind === "contact-id");
});
