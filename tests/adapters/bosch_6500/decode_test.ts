import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import vectors from "../../../adapters/bosch_6500/vectors/bosch_6500.json" with { type: "json" };
import { bosch6500Decoder } from "../../../adapters/bosch_6500/decode.ts";
import type { Decoded } from "../../../adapters/contract.ts";
import { ascii } from "../../support/ascii.ts";

function decode(text: string): Decoded[] {
  const decoder = bosch6500Decoder();
  return [...decoder.feed(ascii(text)), ...decoder.end()];
}

function events(line: string) {
  const [decoded] = decode(`${line}\x14`);
  assert(decoded?.ok, JSON.stringify(decoded));
  return decoded.events;
}

Deno.test("all vectors in one stream, octet by octet", () => {
  const stream = ascii(vectors.map(({ wire }) => wire).join(""));
  const decoder = bosch6500Decoder();
  const all = [...stream].flatMap((octet) => decoder.feed(Uint8Array.of(octet)));
  assertEquals(all.map((one) => one.ok && one.message["kind"]), vectors.map(({ expect }) => expect.kind));
  assertEquals(all.map((one) => one.language), vectors.map(() => "bosch-6500"));
  assertEquals(decoder.end(), []);
});

Deno.test("Contact ID becomes a neutral event, digits and letters alike", () => {
  for (const q of ["1", "E"]) {
    const [event] = events(`a011 703718${q}13001004`);
    assertEquals(
      [event?.language, event?.account, event?.code, event?.qualifier, event?.area, event?.zone],
      ["contact-id", "7037", "130", "new", "01", "004"],
    );
  }
  assertEquals(events("a011 703718R13001004")[0]?.qualifier, "restore");
  assertEquals(events("a011 703718613001004")[0]?.qualifier, "status");
});

Deno.test("SIA and Fast Format become events", () => {
  assertEquals(events("S011[#1234|Ori1/BA01/FA02]").map(({ code, zone }) => [code, zone]), [
    ["BA", "01"],
    ["FA", "02"],
  ]);
  assertEquals(events("f011  8531 1535 5555 7").map(({ device, qualifier }) => [device, qualifier]), [
    ["1", "new"],
    ["3", "restore"],
  ]);
  assertEquals(events("g011123456 5555 5555 5555 5551 7").map(({ device }) => device), ["16"]);
});

Deno.test("pulse, text, link tests and the receiver's own messages are no events; known codes are put into words", () => {
  const lines: [string, string | undefined][] = [
    ["1011      1234 A  98", "alarm"],
    ["1010           X  51", "command confirmed"],
    ["3011 REJECT COMMAND", undefined],
    ["1010           @    ", undefined],
    ["V011 anything", undefined],
  ];
  for (const [line, meaning] of lines) {
    const [decoded] = decode(`${line}\x14`);
    assert(decoded?.ok, line);
    assertEquals([decoded.events, decoded.message["meaning"]], [[], meaning], line);
  }
});

Deno.test("a line cut at the end of the input is reported with its offset", () => {
  const [first, second] = decode("a011 703718113001004\x14a011 70");
  assert(first?.ok && second !== undefined && !second.ok);
  assertEquals([second.rule, second.offset], ["truncated", 21]);
});

Deno.test("random octets never throw", () => {
  const octet = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x14, 0x20, 0x31, 0x61));
  fc.assert(fc.property(fc.array(octet), (bytes) => {
    const decoder = bosch6500Decoder();
    for (const one of [...decoder.feed(Uint8Array.from(bytes)), ...decoder.end()]) {
      assertEquals(one.language, "bosch-6500");
    }
  }));
});
