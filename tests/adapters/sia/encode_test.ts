import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { siaCodes } from "../../../src/event/tables/sia.ts";
import { decodeCp437 } from "../../../adapters/sia/cp437.ts";
import { encodeSia, type SiaWriting } from "../../../adapters/sia/encode.ts";
import { parseBlock } from "../../../adapters/sia/block.ts";
import { siaDecoder, SiaSession } from "../../../adapters/sia/mod.ts";
import { concat } from "./blocks.ts";

function draft(fields: Partial<EventDraft>): EventDraft {
  return {
    account: "1234",
    language: "sia",
    code: "BA",
    qualifier: "new",
    label: "",
    flags: [],
    raw: new Uint8Array(),
    ...fields,
  };
}

function texts(events: EventDraft[], writing: SiaWriting = {}, account = "1234"): string[] {
  return encodeSia(account, events, writing).blocks.map((bytes) => {
    const read = parseBlock(bytes);
    assert(read.ok);
    return read.block.code + decodeCp437(read.block.data);
  });
}

const at = new Date("2024-07-14T23:59:58Z");
const fire = draft({ code: "FA", area: "4", zone: "2", text: "Fire Zone 2", occurredAt: at });
const closing = draft({ code: "CL", area: "1", user: "003", device: "010" });

Deno.test("each level holds what panels put into it", () => {
  assertEquals(texts([fire, closing], { level: 1 }), ["#1234", "NFA2", "NCL003", "0"]);
  assertEquals(texts([fire, closing], { level: 2 }), ["#1234", "Nri4/FA2", "Nid003/ri1/pi010/CL", "0"]);
  assertEquals(texts([fire, closing], { level: 3 }), [
    "#1234",
    "Nti23:59:58/ri4/FA2",
    "AFire Zone 2",
    "Nid003/ri1/pi010/CL",
    "0",
  ]);
});

Deno.test("text goes where the panel puts it, and separators may be missing", () => {
  const end = { endOfData: false, time: "none" as const };
  assertEquals(texts([fire], { ...end, text: "inline" }).at(-1), "Nri4/FA2/AFire Zone 2");
  assertEquals(texts([fire], { ...end, text: "bar" }).at(-1), "Nri4/FA2|AFire Zone 2");
  assertEquals(texts([fire], { ...end, text: "caret" }).at(-1), "Nri4/FA2^Fire Zone 2^");
  assertEquals(texts([fire], { ...end, text: "none" }).at(-1), "Nri4/FA2");
  assertEquals(texts([fire], { ...end, text: "none", separators: false }).at(-1), "Nri4FA2");
  assertEquals(
    texts([fire], { ...end, text: "none", time: "date-time" }).at(-1),
    "Nda07-14-24/ti23:59:58/ri4/FA2",
  );
});

Deno.test("headers carry the wishes of the sender", () => {
  const [plain] = encodeSia("1", [], {}).blocks;
  assertEquals(plain?.[0], 0x41);
  const [texecom] = encodeSia("1", [], { reverseChannel: true }).blocks;
  assertEquals(texecom?.[0], 0xc1);
  const [silent] = encodeSia("1", [], { ackRequest: false }).blocks;
  assertEquals(silent?.[0], 0x01);
});

Deno.test("what cannot be written is told, field by field", () => {
  const lost = (event: EventDraft, writing: SiaWriting, account = "1234") =>
    encodeSia(account, [event], writing).dropped;
  assertEquals(lost(fire, { level: 1 }), [
    "FA: time 2024-07-14T23:59:58.000Z",
    "FA: area 4",
    'FA: text "Fire Zone 2"',
  ]);
  assertEquals(lost(fire, { level: 3 }), ["FA: date 2024-07-14"]);
  assertEquals(lost(draft({ zone: "front" }), {}), ['BA: number "front"']);
  assertEquals(lost(draft({ code: "CL", user: "3", zone: "7" }), { level: 1 }), ["CL: zone 7"]);
  assertEquals(lost(draft({ code: "CL", user: "x" }), { level: 2 }), ['CL: user "x"']);
  assertEquals(lost(draft({}), {}, "12 34|"), ['account: "12 34|" is written as 1234']);
  const long = "x".repeat(80);
  assertEquals(lost(draft({ text: long }), {}), [`BA: the end of text "${long}"`]);
  for (const text of ["block", "inline", "bar", "caret"] as const) {
    for (const bytes of encodeSia("1234", [draft({ text: long })], { text }).blocks) {
      assert(bytes.length <= 66);
    }
  }
});

Deno.test("an event of another language is undefined, with its name as text", () => {
  const event = draft({ code: "130", label: "Burglary", language: "contact-id", zone: "005", text: "HALL" });
  assertEquals(texts([event]), ["#1234", "NUX005", "A130 Burglary HALL", "0"]);
  assertEquals(encodeSia("1234", [event]).dropped, ['UX: code "130"']);
});

Deno.test("old events keep their block, and text that reads as a code is kept apart from it", () => {
  assertEquals(texts([draft({ flags: ["old-event"] })])[1], "OBA");
  assertEquals(texts([draft({ text: "T" })], { text: "inline" })[1], "NBA/A T");
  assertEquals(texts([draft({ text: "a^b" })], { text: "caret" })[1], "NBA^a'b^");
});

Deno.test("what is written is read as itself: code, number, area, user, device, text and time", () => {
  const codes = [...siaCodes()].map(({ code }) => code);
  const number = fc.stringMatching(/^[0-9]{1,4}$/);
  const text = fc.stringMatching(/^[A-Za-zÅÄÖ0-9][A-Za-z0-9 ,.'-]{0,15}[a-zÅÄÖ]$/).map((each) =>
    each.replaceAll(/ +/g, " ")
  );
  const event = fc.record({
    code: fc.constantFrom(...codes),
    zone: fc.option(number, { nil: undefined }),
    area: fc.option(number, { nil: undefined }),
    user: fc.option(number, { nil: undefined }),
    device: fc.option(number, { nil: undefined }),
    text: fc.option(text, { nil: undefined }),
    occurredAt: fc.option(
      fc.integer({ min: 946684800, max: 2524607999 }).map((seconds) => new Date(seconds * 1000)),
      { nil: undefined },
    ),
  });
  const style = fc.record({
    text: fc.constantFrom("block" as const, "inline" as const, "bar" as const, "caret" as const),
    separators: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 4 }), style, (all, writing) => {
      const given = all.map((fields) =>
        draft(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))
      );
      const { blocks, dropped } = encodeSia("0042", given, { ...writing, time: "date-time" });
      assertEquals(dropped, []);
      const decoder = siaDecoder();
      const read = blocks.flatMap((bytes) => decoder.feed(bytes));
      assert(read.every(({ ok }) => ok));
      const events = read.flatMap((each) => each.ok ? each.events : []);
      const session = new SiaSession();
      const settled = [];
      for (const bytes of blocks) {
        for (const effect of session.feed(bytes, 0)) {
          if (effect.kind !== "alarm" && effect.kind !== "text") continue;
          if (effect.kind === "alarm") settled.push(effect.alarm.events[0]);
          else settled[settled.length - 1] = effect.alarm.events[0];
          session.settle(effect.ref, "accepted", 0);
        }
      }
      for (const [i, wanted] of given.entries()) {
        const got = settled[i];
        assert(got !== undefined && events[i] !== undefined);
        assertEquals([got.account, got.code, got.area, got.device, got.text, got.occurredAt], [
          "0042",
          wanted.code,
          wanted.area,
          wanted.device,
          wanted.text,
          wanted.occurredAt,
        ]);
        // The number of a user event is its user, and a user that stands in both places is told once.
        const said = new Set([wanted.zone, wanted.user].map((each) => each?.replace(/^0+(?=.)/, "")));
        const heard = new Set([got.zone, got.user].map((each) => each?.replace(/^0+(?=.)/, "")));
        said.delete(undefined);
        heard.delete(undefined);
        assertEquals([...heard].sort(), [...said].sort());
      }
      assertEquals(concat(...blocks).length > 0, true);
    }),
    { numRuns: 400 },
  );
});
