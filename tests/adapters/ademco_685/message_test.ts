import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { type Ademco685Message, parseAdemco685 } from "../../../adapters/ademco_685/message.ts";
import { receiverStatus } from "../../../adapters/ademco_685/receiver_status.ts";
import { type Ademco685Writing, writeAdemco685 } from "../../../adapters/ademco_685/write_message.ts";
import vectors from "../../../adapters/ademco_685/vectors/ademco_685.json" with { type: "json" };
import { ascii } from "../../support/ascii.ts";
import { ademco685Message } from "./arbitrary.ts";

for (const vector of vectors) {
  Deno.test(`vector ${vector.id} (${vector.kind}) is read as recorded and written to the same bytes`, () => {
    const read = parseAdemco685(ascii(vector.wire));
    assert(read.ok);
    assertEquals({ ...read.message } as Record<string, unknown>, { ...vector.expect });
    const written = writeAdemco685(read.message);
    assert(written.ok);
    assertEquals(written.bytes, ascii(vector.wire));
    if (!("meaning" in vector) || read.message.kind !== "receiver-status") return;
    const { name, channels, status } = read.message;
    assertEquals(receiverStatus(name, channels, status), vector.meaning);
  });

  Deno.test(`vector ${vector.id}: no truncation is read as a line of this kind`, () => {
    const length = vector.wire.trimEnd().length;
    for (let cut = 0; cut < length; cut++) {
      const read = parseAdemco685(ascii(vector.wire.slice(0, cut)));
      if (read.ok) assertNotEquals(read.message.kind as string, vector.expect.kind, `${cut} octets`);
      else assert(read.message.length > 20);
    }
  });
}

/** `13 1234 3` between the octets around it. */
function text(message: Ademco685Message, writing?: Ademco685Writing): string {
  const written = writeAdemco685(message, writing);
  assert(written.ok, JSON.stringify(written));
  assertEquals(
    written.line.replace("<LF>", "\n").replace("<CR>", "\r").replace("<ESC>", "\x1b"),
    [
      ...written.bytes,
    ].map((octet) => String.fromCharCode(octet)).join(""),
  );
  return written.line;
}

Deno.test("layouts of receiver-outputs.md §2.1, character by character", () => {
  const header = { receiver: "1", line: "3" };
  const pulse = { kind: "pulse" as const, ...header, account: "0123", event: "3" };
  assertEquals(text({ ...pulse, detail: "", spaced: false }), "<LF>13 0123 3<CR>");
  assertEquals(text({ ...pulse, detail: "4", spaced: false }), "<LF>13 0123 34<CR>");
  assertEquals(text({ ...pulse, detail: "4", spaced: true }), "<LF>13 0123 3 4<CR>");
  const caps = { kind: "caps" as const, ...header, account: "3456" };
  assertEquals(text({ ...caps, event: "0", detail: "7", spaced: false }), "<LF>13 3456 007A");
  assertEquals(text({ ...caps, event: "F", detail: "F", spaced: true }), "<LF>13 3456 2 5 5 A");
  const contactId = {
    kind: "contact-id" as const,
    ...header,
    account: "1234",
    messageType: "18" as const,
    qualifier: "R" as const,
    code: "401",
    group: "02",
    zone: "007",
  };
  assertEquals(text({ ...contactId, address: "user" }), "<LF>13 1234 18 R401 02 U007 <CR>");
  assertEquals(
    text({ ...contactId, address: "zone" }, { trailingBlank: false }),
    "<LF>13 1234 18 R401 02 C007<CR>",
  );
  assertEquals(text(contactId), "<LF>13 1234 18 R401 02 007 <CR>");
  const highSpeed = {
    kind: "high-speed" as const,
    ...header,
    account: "8531",
    channels: "15555555",
    status: "6",
  };
  assertEquals(text(highSpeed, { terminator: "esc" }), "<LF>13 8531 1555 5555 6<ESC>");
});

Deno.test("what other receivers write is read too", () => {
  const cases: [string, Partial<Ademco685Message>][] = [
    ["\n12 OKAY @ \r", { kind: "heartbeat", receiver: "1", line: "2" }],
    ["\n11 1234 18 E130 01 C015\r", { kind: "contact-id", address: "zone" }],
    ["\n11 1234 18 P130 01 U015 \x1b", { kind: "contact-id", qualifier: "P", address: "user" }],
    ["\n11 123456 18 E130 01 C015 \r", { kind: "contact-id", account: "123456" }],
    ["\nGA 1234 18 E130 01 C015 \r", { kind: "contact-id", receiver: "G", line: "A" }],
    ["\n11 1234 5555 5555 S\r", { kind: "high-speed", status: "S" }],
    ["\n12 3456 2 4 4 A\r", { kind: "caps", event: "F", detail: "4", spaced: true }],
    ["13 1234 3", { kind: "pulse", event: "3", detail: "" }],
  ];
  for (const [line, expected] of cases) {
    const read = parseAdemco685(ascii(line));
    assert(read.ok, line);
    assertEquals({ ...read.message, ...expected }, read.message, line);
  }
});

Deno.test("each way a line can be bad has its rule", () => {
  const cases: [string, string][] = [
    ["", "empty"],
    ["\n\r", "empty"],
    ["\n   \r", "empty"],
    ["\n11 1234\x00 3\r", "control-octet"],
    ["\n11 1234 \x81\r", "control-octet"],
    ["\n1 1234 3\r", "bad-header"],
    ["\n111234 3\r", "bad-header"],
    ["\n11  1234 3\r", "bad-header"],
    ["\n5011 187037E13001004\r", "bad-header"],
    ["\n11 1234\r", "bad-layout"],
    ["\n11 1234 34 5\r", "bad-layout"],
    ["\n11 1234 256A\r", "bad-layout"],
    ["\n11 1234 24 4A\r", "bad-layout"],
    ["\n11 1234 18 X130 01 C015 \r", "bad-layout"],
    ["\n11 1234 17 E130 01 C015 \r", "bad-layout"],
    ["\n11 1234 18 E130 01 D015 \r", "bad-layout"],
    ["\n11 1234 1515 5555\r", "bad-layout"],
    ["\n11 1234 1515 5555 5555 5555 7\r", "bad-layout"],
    ["\n00 OKAY\r", "bad-layout"],
  ];
  for (const [line, rule] of cases) {
    const read = parseAdemco685(ascii(line));
    assert(!read.ok, JSON.stringify(line));
    assertEquals(read.rule, rule, JSON.stringify(line));
  }
});

Deno.test("write then parse gives the message back, whatever the variant", () => {
  const writing = fc.record({
    terminator: fc.constantFrom("cr" as const, "esc" as const),
    trailingBlank: fc.boolean(),
  });
  fc.assert(
    fc.property(ademco685Message, writing, (message, writing) => {
      const written = writeAdemco685(message, writing);
      assert(written.ok, JSON.stringify(message));
      assertEquals(parseAdemco685(written.bytes), { ok: true, message });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("fields that would break the line are refused, never cut", () => {
  const base = { receiver: "1", line: "1" };
  const bad: Ademco685Message[] = [
    { kind: "heartbeat", receiver: "12", line: "1" },
    { kind: "high-speed", ...base, account: "12 4", channels: "15155555", status: "7" },
    { kind: "high-speed", ...base, account: "LINE", channels: "15155555", status: "7" },
    { kind: "high-speed", ...base, account: "1234", channels: "1515555555555555", status: "7" },
    { kind: "high-speed", ...base, account: "1234", channels: "151A5555", status: "7" },
    { kind: "pulse", ...base, account: "1234", event: "", detail: "", spaced: false },
    { kind: "pulse", ...base, account: "1234", event: "3", detail: "\r", spaced: false },
    { kind: "caps", ...base, account: "1234", event: "G", detail: "1", spaced: false },
    { kind: "pulse", ...base, account: "12\u04164", event: "3", detail: "", spaced: false },
  ];
  for (const message of bad) {
    const written = writeAdemco685(message);
    assert(!written.ok, JSON.stringify(message));
    assertEquals(written.rule, "not-writable");
  }
});

Deno.test("random octets and random lines never throw", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.stringMatching(/^[0-9A-Z]{2} [0-9A-F ]{1,30}$/).map(ascii),
    fc.constant(new Uint8Array(20_000).fill(0x20)),
  );
  fc.assert(fc.property(bytes, (bytes) => {
    const read = parseAdemco685(bytes);
    if (!read.ok) assertMatch(read.rule, /^[a-z-]+$/);
  }));
});

Deno.test("the receiver's own messages are put into words; what is not known goes by its number", () => {
  assertEquals(receiverStatus("LINE", "55555555", "7"), []);
  assertEquals(receiverStatus("LINE", "45555555", "7"), ["line 1 digit 4"]);
  assertEquals(receiverStatus("RCVA", "15355555", "7"), ["RCVA channel 1: new", "RCVA channel 3: restored"]);
  assertEquals(receiverStatus("RCVB", "55556555", "7"), ["battery test passed: reported before"]);
  assertEquals(receiverStatus("RCVB", "25555555", "9"), ["RCVB channel 1: digit 2", "system test"]);
});
