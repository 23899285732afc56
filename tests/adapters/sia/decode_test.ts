import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Decoded, StreamDecoder } from "../../../adapters/contract.ts";
import { siaDecoder, siaTextDecoder } from "../../../adapters/sia/decode.ts";
import { block, concat, latin1 } from "./blocks.ts";

function decodeAll(decoder: StreamDecoder, bytes: Uint8Array, size = bytes.length || 1): Decoded[] {
  const decoded: Decoded[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    decoded.push(...decoder.feed(bytes.subarray(at, at + size)));
  }
  return [...decoded, ...decoder.end()];
}

const stream = concat(
  block("#", "027978"),
  block("N", "ti11:45/id001/CL"),
  block("A", "-HALL Ö"),
  block("0"),
);

Deno.test("a stream of blocks is decoded, events carrying the account before them", () => {
  const decoded = decodeAll(siaDecoder(), stream);
  const header = { ackRequest: true, reverseChannel: false };
  assertEquals(decoded.map((each) => each.ok && each.message), [
    { code: "#", function: "account", ...header, account: "027978" },
    {
      code: "N",
      function: "new event",
      ...header,
      modifiers: [{ name: "ti", value: "11:45" }, { name: "id", value: "001" }],
      events: [{ code: "CL", modifiers: { ti: "11:45", id: "001" } }],
    },
    { code: "A", function: "ASCII text", ...header, text: "-HALL Ö", state: "-" },
    { code: "0", function: "end of data", ...header },
  ]);
  assertEquals(decoded.map(({ offset }) => offset), [0, 9, 28, 38]);
  assertEquals(
    decoded.flatMap((each) => each.ok ? each.events : []).map(({ account, user }) => [account, user]),
    [
      ["027978", "001"],
    ],
  );
});

Deno.test("an event before any account has none and is flagged; an empty event block has no event", () => {
  const [event] = decodeAll(siaDecoder(), block("N", "BA1"));
  assert(event?.ok);
  assertEquals(event.events[0]?.flags, ["no-account"]);
  const [empty] = decodeAll(siaDecoder(), block("N"));
  assert(empty?.ok);
  assertEquals(empty.events, []);
});

Deno.test("blocks of other functions show their data", () => {
  const [other] = decodeAll(siaDecoder(), block("@", "AL4B"));
  assert(other?.ok);
  assertEquals(other.message["function"], "configuration");
  assertEquals(other.message["data"], "AL4B");
  assertEquals(other.message["dataHex"], "414c3442");
});

Deno.test("refused bytes are decoded as refusals, with their rule", () => {
  const bad = block("N", "BA1");
  bad[3] = 0x7e;
  assertEquals(
    decodeAll(siaDecoder(), concat(bad, stream)).map((each) => each.ok ? each.message["code"] : each.rule),
    [
      "parity",
      "#",
      "N",
      "A",
      "0",
    ],
  );
});

Deno.test("both decoders give the same whatever the chunk borders, and never throw", () => {
  const noisy = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.constantFrom(stream, latin1("#000010|NFA2\r\n"), latin1("1255Nalive!\n"), latin1("junk\r")),
    ),
    { maxLength: 6 },
  ).map((parts) => concat(...parts));
  for (const make of [() => siaDecoder(), () => siaTextDecoder()]) {
    fc.assert(fc.property(noisy, fc.integer({ min: 1, max: 20 }), (bytes, size) => {
      assertEquals(decodeAll(make(), bytes, size), decodeAll(make(), bytes));
    }));
  }
});

Deno.test("lines are decoded one by one with their offsets, the last without its end", () => {
  const decoded = decodeAll(siaTextDecoder(), latin1("#000010|NFA2\r\n\r\nhello\n1255Nalive!"));
  assertEquals(decoded.map((each) => [each.offset, each.ok ? each.message["account"] : each.rule]), [
    [0, "000010"],
    [16, "no-event"],
    [22, "1255"],
  ]);
  assert(decoded[2]?.ok);
  assertEquals(decoded[2].message["keepalive"], true);
  assertEquals(decoded[2].events, []);
});

Deno.test("every truncation of a line is decoded or refused as one", () => {
  const line = latin1("#000010|Nri6/FA2/AHall");
  for (let length = 1; length <= line.length; length++) {
    assertEquals(decodeAll(siaTextDecoder(), line.subarray(0, length)).length, 1);
  }
});

Deno.test("a line without end is refused once, and the next one is read", () => {
  const decoded = decodeAll(
    siaTextDecoder(),
    concat(new Uint8Array(100_000).fill(0x41), latin1("\nNBA1\n")),
    1000,
  );
  assertEquals(decoded.map((each) => each.ok ? each.events[0]?.code : each.rule), ["too-long", "BA"]);
});
