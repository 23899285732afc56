import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeCp437 } from "../../../adapters/sia/cp437.ts";
import { parseEventPacket } from "../../../adapters/sia/event_packet.ts";

/** Events in short: code, address, modifiers in force, text. */
function short(packet: string | Uint8Array, hexAddress = false): string[] {
  return parseEventPacket(packet, { hexAddress }).events.map(({ code, address, modifiers, text }) =>
    [
      code + (address ?? "-"),
      ...Object.entries(modifiers).sort().map(([name, value]) => name + value),
      ...(text === undefined ? [] : [`"${text}"`]),
    ].join(" ")
  );
}

const readings: [packet: string, events: string[]][] = [
  ["ti11:45/id001/pi010/CL", ["CL- id001 pi010 ti11:45"]],
  ["ti12:16/va1440/RP", ["RP- ti12:16 va1440"]],
  // Without separators: Texecom, Sur-Gard, Bosch.
  ["ri1BA001", ["BA001 ri1"]],
  ["ri01id0012HA", ["HA- id0012 ri01"]],
  ["pi0005ET", ["ET- pi0005"]],
  ["BA1BA2BR3", ["BA1", "BA2", "BR3"]],
  ["NA01NL02", ["NA01", "NL02"]],
  ["BA01AT", ["BA01", "AT-"]],
  ["BA01AT02BA03", ["BA01", "AT02", "BA03"]],
  ["BABR", ["BA-", "BR-"]],
  // With blanks: printed.
  [" ri2 / BA 227", ["BA227 ri2"]],
  [" UX2", ["UX2"]],
  [" Ri01 BA 01", ["BA01 ri01"]],
  ["ri0 ET001", ["ET001 ri0"]],
  ["BA 01 AT 02", ["BA01", "AT02"]],
  ["BA 1 / AR BA 2", ["BA1", "AR-", "BA2"]],
  ["Ri00/YT", ["YT- ri00"]],
  // Separators in front, behind, twice.
  ["/ri4/FA2", ["FA2 ri4"]],
  ["ri4//FA2/", ["FA2 ri4"]],
  // Modifiers behind the event.
  ["FA2/ri6", ["FA2 ri6"]],
  ["ti10:15/FA2/ri6", ["FA2 ri6 ti10:15"]],
  ["ri1/FA2/ri6", ["FA2 ri1"]],
  ["ri1/FA2/ri6/BA3", ["FA2 ri1", "BA3 ri6"]],
  ["BA1/FA2/ri6", ["BA1", "FA2 ri6"]],
  ["BA001/Ri1", ["BA001 ri1"]],
  ["FA2^Kitchen^/ri6", ['FA2 ri6 "Kitchen"']],
  // Scope of modifiers: several events.
  ["da07-14-09/ti23:59:58/ri2/BA5/BA6/id12/OP12", [
    "BA5 da07-14-09 ri2 ti23:59:58",
    "BA6 da07-14-09 ri2 ti23:59:58",
    "OP12 da07-14-09 id12 ri2 ti23:59:58",
  ]],
  ["da07-14-09ti2359BA5", ["BA5 da07-14-09 ti2359"]],
  // No address is not address zero.
  ["CL", ["CL-"]],
  ["RP0000", ["RP0000"]],
  ["BV0", ["BV0"]],
  ["riBA1", ["BA1"]],
  // Text.
  ["ti10:15/ri4/FA2/AFire Zone 2", ['FA2 ri4 ti10:15 "Fire Zone 2"']],
  ["FA2/AFIRE HALL/LEFT", ['FA2 "FIRE HALL/LEFT"']],
  ["FA2AFire", ['FA2 "Fire"']],
  ["FA2^Hall^", ['FA2 "Hall"']],
  ["FA2^Hall", ['FA2 "Hall"']],
  ["FA2^AHall^", ['FA2 "Hall"']],
  ["FA2^Attic^", ['FA2 "Attic"']],
  ["FA2^AC lost^", ['FA2 "AC lost"']],
  ["^Hall^FA2", ['FA2 "Hall"']],
  ["^Hall^FA2/FA3", ['FA2 "Hall"', "FA3"]],
  ["BA01AF1", ["BA01", "AF1"]],
  ["BA01/AF1", ['BA01 "F1"']],
  ["BA12*'Bob's door/left'NM", ['BA12 "Bob\'s door/left"']],
  ["BA12*'Hall'NM/BA13*'Shed'NM", ['BA12 "Hall"', 'BA13 "Shed"']],
  ['BA12*"Hall"NM', ['BA12 "Hall"']],
  ["BA12*'Hall", ['BA12 "Hall"']],
  ["BO01,Tamper switch", ['BO01 "Tamper switch"']],
  ["BA1/AT2", ["BA1", "AT2"]],
  ["BA1/AR", ["BA1", "AR-"]],
  ["AT", ["AT-"]],
  ["AR01", ["AR01"]],
  // Unknown codes and modifiers.
  ["QZ7", ["QZ7"]],
  ["AF1", ["AF1"]],
  ["gi5/BA1", ["BA1 gi5"]],
  ["gi5ri2BA1", ["BA1 gi5 ri2"]],
  ["zzhello world/BA1", ["BA1 zzhello world"]],
  // Hexadecimal addresses are read where they cannot be anything else.
  ["BA1A", ["BA1A"]],
  ["BA1A/BA2", ["BA1A", "BA2"]],
  ["BAF1/ri2", ["BAF1 ri2"]],
  // Noise around an event does not cost the event.
  ["\x00\x01BA1\x7f", ["BA1"]],
  ["?!BA1", ["BA1"]],
  ["12:30 BA1", ["BA1"]],
];

for (const [packet, events] of readings) {
  Deno.test(`the packet ${JSON.stringify(packet)} reads ${events.join(", ")}`, () =>
    assertEquals(short(packet), events));
}

Deno.test("modifiers keep their order and their spelling", () => {
  assertEquals(parseEventPacket("Ri 01/ti11:45/CL/gi9").modifiers, [
    { name: "ri", value: "01", raw: "Ri 01" },
    { name: "ti", value: "11:45", raw: "ti11:45" },
    { name: "gi", value: "9", raw: "gi9" },
  ]);
});

Deno.test("units have a number and a type", () => {
  assertEquals(
    parseEventPacket("ri1/BA12*150cm/BA13*-5C/BA14*7").events.map(({ units, unitType }) => [units, unitType]),
    [
      ["150", "cm"],
      ["-5", "C"],
      ["7", undefined],
    ],
  );
});

Deno.test("an A part behind a bar belongs to the packet, not to one event", () => {
  const packet = parseEventPacket("BA1/BA2|AT1 left");
  assertEquals(packet.events.length, 2);
  assertEquals(packet.text, "T1 left");
  assertEquals(packet.events.map(({ text }) => text), [undefined, undefined]);
});

Deno.test("hexadecimal addresses are read when asked for", () => {
  assertEquals(short("BA00FA/BR1", true), ["BA00FA", "BR1"]);
  assertEquals(short("BAFF", true), ["BAFF"]);
});

Deno.test("octets are read as code page 437", () => {
  assertEquals(
    parseEventPacket(Uint8Array.fromHex("4641325e534f5652554d20998f5e")).events[0]?.text,
    "SOVRUM ÖÅ",
  );
});

Deno.test("what is no token is kept", () => {
  assertEquals(parseEventPacket("??BA1 #%x").unread, ["??", "#%x"]);
  assertEquals(parseEventPacket("hello").events, []);
});

Deno.test("random text never throws and never loses an event that stands between separators", () => {
  const anything = fc.string({ unit: "binary-ascii", maxLength: 40 }).map((text) =>
    // Text marks swallow what follows them, as they should.
    text.replace(/[A^*,'"|]/g, "")
  );
  fc.assert(
    fc.property(anything, fc.integer({ min: 0, max: 9999 }), (before, zone) => {
      const { events } = parseEventPacket(`${before}/BA${zone}/`);
      assertEquals(events.at(-1)?.code, "BA");
      assertEquals(events.at(-1)?.address, String(zone));
    }),
    { numRuns: 500 },
  );
});

Deno.test("random octets never throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 63 }), fc.boolean(), (bytes, hexAddress) => {
    const packet = parseEventPacket(bytes, { hexAddress });
    assert(packet.events.every(({ code }) => /^[A-Z]{2}$/.test(code)));
  }));
});

Deno.test("every truncation of a packet is read without throwing and invents no event", () => {
  const whole = "da07-14-09/ti23:59:58/ri2/BA5*15cm/BA6*'Hall'NM/id12/OP12^Bob^/AHall";
  const codes = ["BA", "BA", "OP"];
  for (let length = 0; length <= whole.length; length++) {
    const { events } = parseEventPacket(encodeCp437(whole.slice(0, length)));
    assertEquals(events.map(({ code }) => code), codes.slice(0, events.length), whole.slice(0, length));
  }
});

Deno.test("events written with separators are read back", () => {
  const letter = fc.constantFrom(..."BCDEFGHIJKLMNOPQRSTUVWXYZ");
  const event = fc.record({
    code: fc.tuple(letter, letter).map((pair) => pair.join("")),
    address: fc.option(fc.integer({ min: 0, max: 9999 }).map(String), { nil: "" }),
    area: fc.option(fc.integer({ min: 0, max: 999 }).map(String), { nil: "" }),
  });
  fc.assert(fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), (events) => {
    let area: string | undefined;
    const expected = events.map((each) => {
      area = each.area === "" ? area : each.area;
      return [each.code, each.address === "" ? undefined : each.address, area];
    });
    const text = events.map(({ code, address, area }) => (area === "" ? "" : `ri${area}/`) + code + address)
      .join("/");
    const read = parseEventPacket(text).events.map((
      { code, address, modifiers },
    ) => [code, address, modifiers["ri"]]);
    assertEquals(read, expected);
  }));
});
