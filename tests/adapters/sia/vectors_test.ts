/** Every vector of `adapters/sia/vectors/`: what the source says a message means, Tocsin reads in it. */
import { assert, assertEquals } from "@std/assert";
import siaBlocks from "../../../adapters/sia/vectors/sia_dc03_block.json" with { type: "json" };
import siaTexts from "../../../adapters/sia/vectors/sia_text.json" with { type: "json" };
import siahsTexts from "../../../adapters/sia/vectors/siahs_text.json" with { type: "json" };
import { decodeCp437 } from "../../../adapters/sia/cp437.ts";
import { parseEventPacket } from "../../../adapters/sia/event_packet.ts";
import { SiaFramer } from "../../../adapters/sia/framer.ts";
import { siaFunction } from "../../../adapters/sia/function_code.ts";
import { parseSiaText } from "../../../adapters/sia/text.ts";
import { writeBlock } from "../../../adapters/sia/block.ts";

interface Vector {
  id: string;
  wire: string;
  kind: string;
  confidence: string;
  source: string;
  expect: Record<string, unknown>;
}

/** What no parser says: remarks, and a number that follows from a profile. */
const REMARKS = ["note", "meaning", "door", "new"];

Deno.test("all vectors are here", () => {
  assertEquals([siaBlocks.length, siaTexts.length, siahsTexts.length], [16, 16, 4]);
});

for (const vector of siaBlocks as Vector[]) {
  Deno.test(`block ${vector.id} (${vector.kind}, ${vector.confidence}): ${vector.wire}`, () => {
    const bytes = Uint8Array.fromHex(vector.wire.replaceAll(" ", ""));
    const framer = new SiaFramer();
    const items = [...framer.feed(bytes), ...framer.flush()];
    const [item] = items;
    const { expect } = vector;
    if (typeof expect["error"] === "string") {
      assert(item?.kind === "refused");
      assertEquals(item.rule, expect["error"].startsWith("parity") ? "parity" : "encrypted-session");
      return;
    }
    assertEquals(items.length, 1);
    assert(item?.kind === "frame");
    const { frame } = item;
    assertEquals(writeBlock(frame), bytes);
    assertEquals(blockReading(frame, expect), without(expect, REMARKS));
    if (expect["meaning"] !== undefined) {
      const name = siaFunction(frame.code)?.name ?? "";
      assert(String(expect["meaning"]).startsWith(name), `${expect["meaning"]}: ${name}`);
    }
  });
}

/** The block in the terms of the vector: only the fields that the vector speaks of. */
function blockReading(
  frame: { code: string; ackRequest: boolean; data: Uint8Array },
  expect: Record<string, unknown>,
): Record<string, unknown> {
  const text = decodeCp437(frame.data);
  const packet = parseEventPacket(frame.data);
  // S20 describes the modifiers in words.
  const inWords = typeof expect["modifiers"] === "string";
  const events = packet.events.map(({ modifiers: _, ...event }) => event);
  const all: Record<string, unknown> = {
    fc: frame.code,
    ackRequest: frame.ackRequest,
    account: text,
    text,
    textCp437: text,
    state: text.charAt(0),
    events,
    modifiers: inWords ? expect["modifiers"] : packet.events[0]?.modifiers,
  };
  if (inWords) {
    const shared = { da: "07-14-09", ti: "23:59:58", ri: "2" };
    assertEquals(packet.events.map(({ modifiers }) => modifiers), [shared, shared, { ...shared, id: "12" }]);
  }
  return Object.fromEntries(Object.keys(without(expect, REMARKS)).map((key) => [key, all[key]]));
}

for (const vector of [...siaTexts, ...siahsTexts] as Vector[]) {
  Deno.test(`text ${vector.id} (${vector.kind}, ${vector.confidence}): ${vector.wire}`, () => {
    const result = parseSiaText(vector.wire);
    assert(result.ok);
    const { message, events } = result;
    const [event] = message.packet.events;
    const [draft] = events;
    const { expect } = vector;
    const all: Record<string, unknown> = {
      account: message.account,
      fc: message.code,
      keepalive: message.keepalive,
      area: draft?.area,
      user: draft?.user,
      pi: draft?.device,
      text: draft?.text,
      code: draft?.code,
      address: event?.address,
      time: event?.modifiers["ti"],
      events: message.packet.events.map(({ code, address }) => [code, address]),
    };
    const wanted = without(expect, REMARKS);
    assertEquals(Object.fromEntries(Object.keys(wanted).map((key) => [key, all[key]])), wanted);
    assertEquals(events.length, expect["keepalive"] === true ? 0 : 1);
    if (expect["account"] === undefined) assertEquals(message.account, undefined);
    if (expect["new"] === true) assertEquals(message.code, "N");
  });
}

function without(record: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}
