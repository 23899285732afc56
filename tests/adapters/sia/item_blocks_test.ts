import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { siaItemBlocks, type SiaLineLimits } from "../../../adapters/sia/item_blocks.ts";
import type { OutputItem } from "../../../adapters/contract.ts";
import { alarm } from "../../support/alarm.ts";
import { rulesOf } from "../../support/alarm_writing.ts";

const LIMITS: SiaLineLimits = { room: 66, account: 6, text: true, multiEvent: true };

function made(item: OutputItem, limits: Partial<SiaLineLimits> = {}) {
  const blocks = siaItemBlocks(item, { ...LIMITS, ...limits });
  assert(blocks.ok, JSON.stringify(blocks));
  const { notes, lost } = blocks.said;
  return { blocks: blocks.blocks.map(({ block }) => block), notes, lost: lost.map(({ detail }) => detail) };
}

Deno.test("a packet that is split keeps the text of each event that has room for it", () => {
  const long = "x".repeat(60);
  const item = alarm("sia", `#1234|Nri1/BA01*'Hall'NM/ri2/FA02*'${long}'NM/PA03|AAll`);
  assertEquals(made(item, { multiEvent: false }), {
    blocks: ["Nri1/BA01*'Hall'NM", "Nri2/FA02", "Nri2/PA03*'All'NM"],
    notes: ["the text was left out: with it the line would be too long."],
    lost: [`the text "${long}", for which the line has no room`],
  });
  // Where a line may hold several events and all fit without text, they stay together.
  assertEquals(made(item).blocks, ["Nri1/BA01/ri2/FA02/PA03"]);
  assertEquals([made(item).lost.length, made(item, { text: false }).lost.length], [3, 3]);
});

Deno.test("what cannot be read goes along where the packet goes as it came, and is lost where it is written anew", () => {
  const item = alarm("sia", "#1234|NBA1/?;=/FA2|AHall");
  assertEquals(made(item).blocks, ["NBA1/FA2*'Hall'NM"]);
  assertStringIncludes(made(item).lost.join(), "what could not be read: ?;=");
  const bare = alarm("sia", "#1234|NBA1/?;=/FA2");
  assertEquals(made(bare), { blocks: ["NBA1/?;=/FA2"], notes: [], lost: [] });
});

Deno.test("a user that is said twice is changed twice", () => {
  const rules = rulesOf({ users: { 7: "107" }, zones: { 3: "103" } });
  assertEquals(made(alarm("sia", "#1234|Nid07/OP07/BA03", { rules })).blocks, ["Nid107/OP107/BA103"]);
  assertEquals(made(alarm("sia", "#1234|Nid8/OP8/BA3", { rules })).blocks, ["Nid8/OP8/BA103"]);
});

Deno.test("hexadecimal numbers and text of another language do not run into one another", () => {
  const event = {
    account: "1234",
    language: "contact-id",
    code: "130",
    qualifier: "new" as const,
    label: "Burglary",
    zone: "BCD",
    text: "it's [the] Küche|2\r",
    flags: [],
    raw: new Uint8Array(),
  };
  const item = alarm("contact-id", "123418113000BCD", { events: [event] });
  const { blocks, notes } = made(item);
  assertEquals(blocks, ["NBABCD*'it`s (the) Kuche?2?'NM"]);
  assertStringIncludes(notes.join("\n"), "replaced");
});

Deno.test("a packet that cannot be read goes as it came, table or none; what is no packet is refused", () => {
  const rules = rulesOf({ zones: { 3: "103" } });
  assertEquals(made(alarm("sia", "#1234|N???", { rules })).blocks, ["N???"]);
  const refused = siaItemBlocks(alarm("sia", "nonsense", { rules }), LIMITS);
  assertEquals(!refused.ok && refused.rule, "bad-event-data");
});
