import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import vectors from "../../../adapters/sur_gard/vectors/sur_gard.json" with { type: "json" };
import { surGardDecoder } from "../../../adapters/sur_gard/decode.ts";
import type { Decoded } from "../../../adapters/contract.ts";
import { ascii } from "../../support/ascii.ts";

function decode(text: string): Decoded[] {
  const decoder = surGardDecoder();
  return [...decoder.feed(ascii(text)), ...decoder.end()];
}

function events(line: string) {
  const [decoded] = decode(line + "\x14");
  assert(decoded?.ok, JSON.stringify(decoded));
  return decoded.events;
}

Deno.test("all vectors in one stream, in any chunks", () => {
  const stream = ascii(vectors.map(({ wire }) => wire).join(""));
  const decoder = surGardDecoder();
  const all = [...stream].flatMap((octet) => decoder.feed(Uint8Array.of(octet)));
  assertEquals(all.map((one) => one.ok && one.message["kind"]), vectors.map(({ expect }) => expect.kind));
  assertEquals(all.map((one) => one.language), vectors.map(() => "sur-gard"));
  assertEquals(decoder.end(), []);
});

Deno.test("Contact ID: the captured alarm becomes a neutral event", () => {
  const [event] = events("5011 187037E13001004");
  assertEquals(
    [event?.language, event?.account, event?.code, event?.qualifier, event?.area, event?.zone],
    ["contact-id", "7037", "130", "new", "01", "004"],
  );
  assertEquals(events("5011 187037R13001004")[0]?.qualifier, "restore");
  assertEquals(events("5011 187037P13001004")[0]?.qualifier, "status");
});

Deno.test("SIA blocks: all events, with area, and old ones flagged", () => {
  const list = events("S011[#1234|Ori1/BA01/ri2/FA02]");
  assertEquals(list.map(({ account, code, area, zone }) => [account, code, area, zone]), [
    ["1234", "BA", "1", "01"],
    ["1234", "FA", "2", "02"],
  ]);
  assertEquals(list[0]?.flags, ["old-event"]);
});

Deno.test("SIA blocks without function letter are read as new events", () => {
  assertEquals(events("S011[#1234|BA01]").map(({ code, zone }) => [code, zone]), [["BA", "01"]]);
});

Deno.test("single SIA events: the number is a zone or a user, as the code has it", () => {
  assertEquals(events("3011      1234BA0007")[0]?.zone, "0007");
  assertEquals(events("3011      1234OP0007")[0]?.user, "0007");
  assertEquals(events("3011      1234RP    ")[0]?.zone, undefined);
});

Deno.test("the receiver's own status is no event of a site, and is put into words", () => {
  const [decoded] = decode("1010      0000 A  05\x14");
  assert(decoded?.ok);
  assertEquals(decoded.events, []);
  assertEquals(decoded.message["meaning"], "COM1 (automation) absent");
  assertEquals(events("S01000[#0000|NRU0000]"), []);
  assertEquals(events("001000[#0000|NRU0000]"), []);
  assertEquals(events("S010[#1234|NBA01]").length, 1);
});

Deno.test("a line cut at the end of the input is reported with its offset", () => {
  const [first, second] = decode("5011 187037E13001004\x145011 18");
  assert(first?.ok && second !== undefined && !second.ok);
  assertEquals([second.rule, second.offset], ["truncated", 21]);
});

Deno.test("random bytes never throw", () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(0x14))), (bytes) => {
    const decoder = surGardDecoder();
    for (const one of [...decoder.feed(Uint8Array.from(bytes)), ...decoder.end()]) {
      assertEquals(one.language, "sur-gard");
    }
  }));
});

Deno.test("both line widths are read without a setting, each account whole", () => {
  const accounts = (stream: string) =>
    decode(stream).map((one) => one.ok ? `${one.message["line"]} ${one.message["account"]}` : one.rule);
  assertEquals(accounts("5012 187037E13001004\x14S012[#027978|NBA1]\x14801212345 1515 5555 7\x14"), [
    "2 7037",
    "2 027978",
    "2 12345",
  ]);
  assertEquals(accounts("501112 187037E13001004\x14S01112[#027978|NBA1]\x14801112345 1515 5555 7\x14"), [
    "112 7037",
    "112 027978",
    "112 345",
  ]);
});

Deno.test("fast format becomes one event for each channel with news", () => {
  assertEquals(
    events("80118531 1535 5555 7").map(({ account, device, qualifier }) => [account, device, qualifier]),
    [
      ["8531", "1", "new"],
      ["8531", "3", "restore"],
    ],
  );
});
