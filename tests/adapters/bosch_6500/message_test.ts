import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { type Bosch6500Message, parseBosch6500 } from "../../../adapters/bosch_6500/message.ts";
import { eventMeaning, receiverEvent } from "../../../adapters/bosch_6500/event_codes.ts";
import { type Bosch6500Writing, writeBosch6500 } from "../../../adapters/bosch_6500/write_message.ts";
import vectors from "../../../adapters/bosch_6500/vectors/bosch_6500.json" with { type: "json" };
import { ascii } from "../../support/ascii.ts";
import { bosch6500Message } from "./arbitrary.ts";

for (const vector of vectors) {
  Deno.test(`vector ${vector.id} (${vector.kind}) is read as recorded and written to the same bytes`, () => {
    const read = parseBosch6500(ascii(vector.wire));
    assert(read.ok);
    assertEquals({ ...read.message } as Record<string, unknown>, { ...vector.expect });
    const written = writeBosch6500(
      read.message,
      vector.header === undefined ? {} : { header: vector.header },
    );
    assert(written.ok);
    assertEquals(written.bytes, ascii(vector.wire));
  });

  Deno.test(`vector ${vector.id}: no truncation is read as a line of this kind`, () => {
    for (let cut = 0; cut < vector.wire.length - 1; cut++) {
      const read = parseBosch6500(ascii(vector.wire.slice(0, cut)));
      if (read.ok) assertNotEquals(read.message.kind as string, vector.expect.kind, `${cut} octets`);
      else assert(read.message.length > 20);
    }
  });
}

function text(message: Bosch6500Message, writing?: Bosch6500Writing): string {
  const written = writeBosch6500(message, writing);
  assert(written.ok, JSON.stringify(written));
  return written.line;
}

Deno.test("layouts of receiver-outputs.md §3.1, character by character", () => {
  const header = { receiver: "01", line: "1" };
  const pulse = { kind: "pulse" as const, ...header, account: "1234", event: " A", zone: "15" };
  assertEquals(text({ ...pulse, id: "1" }), "1011      1234 A  15<DC4>");
  assertEquals(text({ ...pulse, id: "1", account: "1234567890", event: "G " }), "10111234567890G   15<DC4>");
  assertEquals(text({ ...pulse, id: "b", event: " E", zone: "3" }), "b011      1234 E   3<DC4>");
  assertEquals(text({ ...pulse, id: "c", event: " E", zone: "34" }), "c011      1234 E  34<DC4>");
  assertEquals(
    text({ kind: "receiver-event", ...header, line: "0", account: "", detail: "51" }),
    "1010           X  51<DC4>",
  );
  assertEquals(text({ kind: "text", ...header, text: " REJECT COMMAND" }), "3011 REJECT COMMAND<DC4>");
  const fast = {
    kind: "fast-format" as const,
    ...header,
    account: "8531",
    channels: "15155555",
    status: "7",
  };
  assertEquals(text(fast), "f011  8531 1515 5555 7<DC4>");
  assertEquals(
    text({ ...fast, channels: "1515555555555555" }),
    "g011  8531 1515 5555 5555 5555 7<DC4>",
  );
  assertEquals(
    text({ kind: "sia-block", ...header, account: "1234567890123456", block: "NBA0015" }, { trailer: 0x0d }),
    "S011[#1234567890123456|NBA0015]<CR>",
  );
  assertEquals(text(fast, { header: 0x0a, trailer: 0x03 }), "<LF>f011  8531 1515 5555 7<03>");
});

Deno.test("both flavours of Contact ID are read and written", () => {
  for (const qualifier of ["1", "3", "6", "E", "R", "P"] as const) {
    const read = parseBosch6500(ascii(`a011 123418${qualifier}13001015\x14`));
    assert(read.ok && read.message.kind === "contact-id");
    assertEquals(read.message.qualifier, qualifier);
    assertEquals(text(read.message), `a011 123418${qualifier}13001015<DC4>`);
  }
});

Deno.test("an account of more than four characters keeps all of them, 18 in it included", () => {
  for (const account of ["00AAAA", "181818", "98181", "13E3186"]) {
    const read = parseBosch6500(ascii(`a011 ${account}18113001004`));
    assert(read.ok && read.message.kind === "contact-id");
    assertEquals([read.message.account, read.message.zone], [account, "004"]);
  }
});

Deno.test("each way a line can be bad has its rule", () => {
  const cases: [string, string][] = [
    ["", "empty"],
    ["\x14", "empty"],
    [" \x14", "empty"],
    ["\n\n1010           @    \x14", "control-octet"],
    ["a011 1234\x00181\x14", "control-octet"],
    ["a0\x14", "bad-header"],
    ["a 11 123418113001015\x14", "bad-header"],
    ["1010           @   \x14", "wrong-length"],
    ["101000           @    \x14", "wrong-length"],
    ["1010                \x14", "bad-layout"],
    ["1011    12 4 A  98\x14", "wrong-length"],
    ["1011      12 4 A  98\x14", "bad-layout"],
    ["1011           A  98\x14", "bad-layout"],
    ["a011 123418213001015\x14", "bad-layout"],
    ["a011 12341811300101\x14", "bad-layout"],
    ["a011 18123411300101\x14", "bad-layout"],
    ["f011  8531 1515 5555 5555 5555 7\x14", "bad-layout"],
    ["g011  8531 1515 5555 7\x14", "bad-layout"],
    ["f0118531 1515 5555 7\x14", "bad-layout"],
    ["f011\x14", "bad-layout"],
    ["S011[1234|NBA01]\x14", "bad-layout"],
    ["S011[#1234|NBA01\x14", "bad-layout"],
  ];
  for (const [line, rule] of cases) {
    const read = parseBosch6500(ascii(line));
    assert(!read.ok, JSON.stringify(line));
    assertEquals(read.rule, rule, JSON.stringify(line));
  }
});

Deno.test("a type that is not known here is kept as it came", () => {
  assertEquals(parseBosch6500(ascii("V011 anything at all\x14")), {
    ok: true,
    message: { kind: "other", receiver: "01", line: "1", id: "V", body: " anything at all" },
  });
});

Deno.test("write then parse gives the message back, whatever header and trailer", () => {
  const writing = fc.record({
    header: fc.constantFrom(0x20, 0x0a, 0x02),
    trailer: fc.constantFrom(0x14, 0x0d, 0x03),
  });
  fc.assert(
    fc.property(bosch6500Message, fc.oneof(writing, fc.constant({})), (message, writing) => {
      const written = writeBosch6500(message, writing);
      assert(written.ok, JSON.stringify(message));
      assertEquals(parseBosch6500(written.bytes, writing), { ok: true, message });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("fields that would break the line are refused, never cut", () => {
  const base = { receiver: "01", line: "1" };
  const bad: Bosch6500Message[] = [
    { kind: "link-test", receiver: "1", line: "0" },
    { kind: "link-test", receiver: "01", line: "001" },
    { kind: "pulse", ...base, id: "1", account: "12345678901", event: " A", zone: "1" },
    { kind: "pulse", ...base, id: "1", account: "", event: " @", zone: "" },
    { kind: "pulse", ...base, id: "1", account: "1234", event: " X", zone: "2" },
    { kind: "pulse", ...base, id: "1", account: "1234", event: "A", zone: "12345" },
    { kind: "fast-format", ...base, account: "1234", channels: "151555551", status: "7" },
    { kind: "sia-block", ...base, account: "12|4", block: "NBA01" },
    { kind: "sia-block", ...base, account: "1234", block: "NBA\x1401" },
    { kind: "sia-block", ...base, account: "1234", block: "N\u0416" },
    { kind: "text", ...base, text: "\r\n" },
  ];
  for (const message of bad) {
    const written = writeBosch6500(message);
    assert(!written.ok, JSON.stringify(message));
    assertEquals(written.rule, "not-writable");
  }
});

Deno.test("random octets and random lines never throw", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.stringMatching(/^[1abcfgS3]01[01][ 0-9A-F@]{0,40}$/).map(ascii),
  );
  fc.assert(fc.property(bytes, (bytes) => {
    const read = parseBosch6500(bytes);
    if (!read.ok) assertMatch(read.rule, /^[a-z-]+$/);
  }));
});

Deno.test("event codes that are known are put into words", () => {
  assertEquals([" A", " R", " O", " F", "G ", "H ", " @"].map(eventMeaning), [
    "alarm",
    "restore",
    "open",
    "fire alarm",
    "fire trouble",
    "fire restore",
    "link test",
  ]);
  assertEquals(["A ", "AA", " Z"].map(eventMeaning), [undefined, undefined, undefined]);
  assertEquals(["2", "51", "52", "53"].map(receiverEvent), [
    "command confirmed",
    "command confirmed",
    "command confirmed",
    undefined,
  ]);
});
