import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { siaEvents, writeEventData } from "../../../adapters/sia/event_data.ts";
import { parseEventPacket } from "../../../adapters/sia/event_packet.ts";
import { displayText } from "../../../adapters/sia/cp437.ts";
import { parseSiaText } from "../../../adapters/sia/text.ts";
import { latin1 } from "./blocks.ts";

const account = fc.stringMatching(/^[0-9A-F]{1,16}$/);
const code = fc.constantFrom("N" as const, "O" as const);
const packet = fc.tuple(
  fc.constantFrom("", "ri1/", "ti11:45/id001/", "/"),
  fc.constantFrom("BA", "FA", "CL", "AT", "NL", "OP", "QZ"),
  fc.integer({ min: 0, max: 9999 }),
).map(([modifiers, event, address]) => `${modifiers}${event}${address}`);

Deno.test("event data has account, event and text, separated by bars", () => {
  assertEquals(writeEventData("1234", "N", "BA01", "text"), latin1("#1234|NBA01|Atext"));
  assertEquals(writeEventData("1234", "O", "BA01"), latin1("#1234|OBA01"));
  assertEquals(writeEventData("1234", "O", "BA01", ""), latin1("#1234|OBA01"));
  assertEquals(writeEventData("", "N", "BA01"), latin1("#|NBA01"));
});

Deno.test("octets go out as they are, text in code page 437", () => {
  const bytes = Uint8Array.fromHex("80ff00");
  assertEquals(writeEventData("1", "N", bytes, bytes).toHex(), "23317c4e80ff007c4180ff00");
  assertEquals(writeEventData("1", "N", "BA1", "Å").toHex(), "23317c4e4241317c418f");
});

Deno.test("what would break the layout is left out of the account", () => {
  assertEquals(writeEventData("12|\n34", "N", "BA1"), latin1("#1234|NBA1"));
});

Deno.test("what is written is read back", () => {
  fc.assert(
    fc.property(
      account,
      code,
      packet,
      fc.string({ unit: "grapheme-ascii", maxLength: 63 }),
      (name, letter, body, text) => {
        const result = parseSiaText(writeEventData(name, letter, body, text));
        assert(result.ok);
        assertEquals(result.message.account, name);
        assertEquals(result.message.code, letter);
        assertEquals(result.message.packet.events, parseEventPacket(body).events);
        assertEquals(result.message.packet.text ?? "", displayText(text));
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("the separator behind the account may be missing", () => {
  fc.assert(fc.property(account, code, packet, (name, letter, body) => {
    const result = parseSiaText(`#${name}${letter}${body}`);
    assert(result.ok);
    assertEquals(result.message.account, name);
    assertEquals(result.message.code, letter);
  }));
});

Deno.test("a text goes to every event of its block that has none of its own", () => {
  const events = siaEvents(latin1("#1234|NBA1^own^/BA2|Ashared"));
  assertEquals(events.map(({ zone, text }) => [zone, text]), [["1", "own"], ["2", "shared"]]);
});

Deno.test("event data always gives at least one event, whatever it holds", () => {
  assertEquals(siaEvents(latin1("#1234|Nalive!"))[0]?.flags, ["unreadable-event"]);
  assertEquals(siaEvents(latin1("#1234|Ahello"))[0]?.text, "hello");
  assertEquals(siaEvents(latin1("???"))[0]?.text, "???");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
    const events = siaEvents(data);
    assert(events.length > 0);
    assert(events.every(({ raw }) => raw === data));
  }));
});

Deno.test("every truncation of event data gives at least one event", () => {
  const data = latin1("#1234|Nri1/BA01|AHall");
  for (let length = 0; length <= data.length; length++) {
    assert(siaEvents(data.subarray(0, length)).length > 0);
  }
});
