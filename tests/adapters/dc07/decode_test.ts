import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Decoded } from "../../../adapters/contract.ts";
import vectors from "../../../adapters/dc07/vectors/dc07.json" with { type: "json" };
import { dc07Decoder } from "../../../adapters/dc07/decode.ts";
import { writeDc07 } from "../../../adapters/dc07/write_message.ts";
import { ascii } from "../../support/ascii.ts";

function decode(type: string, data: string, line = "01"): Decoded {
  const written = writeDc07({ type, sequence: "0007", receiver: "01", line, data });
  assert(written.ok);
  const decoder = dc07Decoder();
  const [first] = [...decoder.feed(written.bytes), ...decoder.end()];
  assert(first !== undefined);
  return first;
}

function events(type: string, data: string, line = "01") {
  const decoded = decode(type, data, line);
  assert(decoded.ok, JSON.stringify(decoded));
  return decoded.events.map((event) =>
    [event.account, event.code, event.qualifier, event.area, event.zone ?? event.user].join(" ")
  );
}

Deno.test("all vectors in one stream, in any chunks", () => {
  const stream = ascii(vectors.map(({ wire }) => wire).join(""));
  const decoder = dc07Decoder();
  const all = [...stream].flatMap((octet) => decoder.feed(Uint8Array.of(octet)));
  assertEquals(
    all.map((one) => one.ok && one.message["sequence"]),
    vectors.map(({ expect }) => expect.sequence),
  );
  assertEquals(all.map((one) => one.language), vectors.map(() => "dc07"));
  assertEquals(all.map((one) => one.ok && one.events.map(({ code }) => code).join()), [
    "BA",
    "OP",
    "",
    "",
    "130",
    "BA",
    "",
  ]);
  assertEquals(decoder.end(), []);
});

Deno.test("Contact ID, SIA of several events and Fast Format become neutral events", () => {
  assertEquals(events("a", "#1234|18113001015"), ["1234 130 new 01 015"]);
  assertEquals(events("a", "#00ABCD|98313001015"), ["00ABCD 130 restore 01 015"]);
  assertEquals(events("\t", "#1234|Nri1/BA01/ri2/FA02"), ["1234 BA new 1 01", "1234 FA new 2 02"]);
  assertEquals(events("f", "#1234|1555 5555 7").length, 1);
  assertEquals(events("f", "#  1234|1555 5555 7")[0]?.split(" ")[0], "1234");
  assertEquals(events("g", "#123456|1555 5555 5555 5555 7").length, 1);
});

Deno.test("what is no event of a site gives the message only", () => {
  assertEquals(events("\t", "#0000|NRU0000", "00"), []);
  assertEquals(events("a", "#1234|1811300"), []);
  assertEquals(events("f", "#1234|1555 5555 5555 5555 7"), []);
  assertEquals(events("m", "#7654| A01"), []);
  assertEquals(events("e", "&0123456789"), []);
  assertEquals(events("\t", ""), []);
});

Deno.test("an acknowledgement and a link test are the same octets, and are called so", () => {
  const decoded = decode("\t", "");
  assertEquals(decoded.ok && [decoded.message["kind"], decoded.message["type"]], ["ack-or-link-test", "TAB"]);
});

Deno.test("a frame cut at the end of the input is reported with its offset", () => {
  const decoder = dc07Decoder();
  const [first] = decoder.feed(ascii("\n0A9D17\t00020101[#1234|NBA015]\r\n0A9D"));
  const [second] = decoder.end();
  assert(first?.ok && second !== undefined && !second.ok);
  assertEquals([second.rule, second.offset], ["truncated", 31]);
});

Deno.test("random bytes, and random payloads in good frames, never throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    const decoder = dc07Decoder();
    for (const one of [...decoder.feed(bytes), ...decoder.end()]) assertEquals(one.language, "dc07");
  }));
  const payload = fc.stringMatching(/^#[0-9A-F ]{0,8}\|[ -Z^-~]{0,60}$/);
  fc.assert(fc.property(fc.constantFrom("\t", "a", "f", "g", "m"), payload, (type, data) => {
    assert(decode(type, data).ok);
  }));
});
