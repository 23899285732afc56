import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import vectors from "../../../adapters/ademco_685/vectors/ademco_685.json" with { type: "json" };
import { ademco685Decoder } from "../../../adapters/ademco_685/decode.ts";
import type { Decoded } from "../../../adapters/contract.ts";
import { ascii } from "../../support/ascii.ts";

function decode(text: string): Decoded[] {
  const decoder = ademco685Decoder();
  return [...decoder.feed(ascii(text)), ...decoder.end()];
}

function events(line: string) {
  const [decoded] = decode(`\n${line}\r`);
  assert(decoded?.ok, JSON.stringify(decoded));
  return decoded.events;
}

Deno.test("all vectors in one stream, octet by octet", () => {
  const stream = ascii(vectors.map(({ wire }) => wire).join(""));
  const decoder = ademco685Decoder();
  const all = [...stream].flatMap((octet) => decoder.feed(Uint8Array.of(octet)));
  assertEquals(all.map((one) => one.ok && one.message["kind"]), vectors.map(({ expect }) => expect.kind));
  assertEquals(all.map((one) => one.language), vectors.map(() => "ademco-685"));
  assertEquals(decoder.end(), []);
});

Deno.test("Contact ID becomes a neutral event; the letter says whether its number is a user", () => {
  const [event] = events("11 7037 18 E130 01 C004 ");
  assertEquals(
    [event?.language, event?.account, event?.code, event?.qualifier, event?.area, event?.zone],
    ["contact-id", "7037", "130", "new", "01", "004"],
  );
  assertEquals(events("11 7037 18 R401 01 U004 ")[0]?.user, "004");
  assertEquals(events("11 7037 18 R401 01 C004 ")[0]?.zone, "004");
  assertEquals(events("11 7037 18 P401 01 004")[0]?.user, "004");
});

Deno.test("high speed becomes one event for each channel with news", () => {
  assertEquals(events("13 8531 1535 5555 7").map(({ device, qualifier }) => [device, qualifier]), [
    ["1", "new"],
    ["3", "restore"],
  ]);
});

Deno.test("pulse, CAPS, heartbeats and the receiver's own messages are no events; the last are put into words", () => {
  for (const line of ["11 1234 3", "11 1234 3 4", "12 3456 244A", "00 OKAY @", "10 RCVB 5555 5155 7"]) {
    assertEquals(events(line), [], line);
  }
  const [decoded] = decode("\n20 LINE 5355 6555 7\r");
  assert(decoded?.ok);
  assertEquals(decoded.message["meaning"], "line 2 restored, line 5 still faulty");
});

Deno.test("a line cut at the end of the input is reported with its offset", () => {
  const [first, second] = decode("\n11 1234 3\r\n11 12");
  assert(first?.ok && second !== undefined && !second.ok);
  assertEquals([second.rule, second.offset], ["truncated", 11]);
});

Deno.test("random octets never throw", () => {
  const octet = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x0a, 0x0d, 0x20, 0x31));
  fc.assert(fc.property(fc.array(octet), (bytes) => {
    const decoder = ademco685Decoder();
    for (const one of [...decoder.feed(Uint8Array.from(bytes)), ...decoder.end()]) {
      assertEquals(one.language, "ademco-685");
    }
  }));
});
