import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { parseSurGard, type SurGardMessage } from "../../../adapters/sur_gard/message.ts";
import { receiverStatus } from "../../../adapters/sur_gard/receiver_status.ts";
import { writeSurGard } from "../../../adapters/sur_gard/write_message.ts";
import vectors from "../../../adapters/sur_gard/vectors/sur_gard.json" with { type: "json" };
import { ascii } from "../../support/ascii.ts";
import { surGardMessage } from "./arbitrary.ts";

for (const vector of vectors) {
  Deno.test(`vector ${vector.id} (${vector.kind}) is read as recorded and written to the same bytes`, () => {
    const read = parseSurGard(ascii(vector.wire));
    assert(read.ok);
    assertEquals({ ...read.message } as Record<string, unknown>, { ...vector.expect });
    const written = writeSurGard(read.message);
    assert(written.ok);
    assertEquals(written.bytes, ascii(vector.wire));
  });

  Deno.test(`vector ${vector.id}: no truncation is read as a line of this kind`, () => {
    const lineDigits = "line" in vector.expect ? vector.expect.line?.length : undefined;
    for (let length = 0; length < vector.wire.length - 1; length++) {
      const cut = ascii(vector.wire.slice(0, length));
      for (const reading of [{}, lineDigits === undefined ? {} : { lineDigits }]) {
        const read = parseSurGard(cut, reading);
        assert(!read.ok, `${length} octets of ${vector.id} pass as ${JSON.stringify(read)}`);
        assertMatch(read.rule, /^[a-z-]+$/);
        assert(read.message.length > 20);
      }
    }
  });
}

Deno.test("the two line widths differ by two octets in every fixed layout, as AEs check it", () => {
  const messages: SurGardMessage[] = [
    { kind: "heartbeat", receiver: "01", line: "" },
    { kind: "receiver-status", receiver: "01", line: "", event: "A", detail: "05" },
    { kind: "pulse", receiver: "01", line: "", account: "7002", event: "A", group: "1", zone: "3" },
    { kind: "sia-event", receiver: "01", line: "", account: "1234", code: "BA", address: "7" },
    { kind: "modem2", receiver: "01", line: "", account: "1234", code: "A", address: "7" },
    {
      kind: "contact-id",
      receiver: "01",
      line: "",
      account: "1234",
      messageType: "18",
      qualifier: "E",
      code: "130",
      group: "01",
      zone: "004",
    },
  ];
  for (const message of messages) {
    for (const [line, octets] of [["1", 20], ["001", 22]] as const) {
      const written = writeSurGard({ ...message, line } as SurGardMessage);
      assert(written.ok, message.kind);
      assertEquals(written.bytes.length, octets + 1, message.kind);
    }
  }
});

Deno.test("layouts of receiver-outputs.md §1.2, character by character", () => {
  const cases: [SurGardMessage, string][] = [
    [
      { kind: "sia-event", receiver: "01", line: "2", account: "345", code: "FA", address: "12" },
      "3012       345FA  12",
    ],
    [
      { kind: "pulse", receiver: "01", line: "A", account: "123456", event: "O", group: "F", zone: "12" },
      "101A    123456 OF 12",
    ],
    [
      { kind: "receiver-status", receiver: "01", line: "0", event: "R", detail: "06" },
      "1010      0000 R  06",
    ],
    [
      { kind: "modem2", receiver: "01", line: "1", account: "123", code: "A", address: "45" },
      "6011       123 A  45",
    ],
    [
      { kind: "fast-format", receiver: "01", line: "1", account: "8531", channels: "15155555", status: "7" },
      "80118531 1515 5555 7",
    ],
    [
      {
        kind: "fast-format",
        receiver: "01",
        line: "001",
        account: "123456",
        channels: "1555555555555555",
        status: "9",
      },
      "801001123456 1555 5555 5555 5555 9",
    ],
    [
      { kind: "sia-block", id: "S", receiver: "01", line: "1", account: "1234", block: "NBA01" },
      "S011[#1234|NBA01]",
    ],
  ];
  for (const [message, line] of cases) {
    const written = writeSurGard(message);
    assert(written.ok, line);
    assertEquals(written.line, `${line}<DC4>`);
    const read = parseSurGard(
      written.bytes,
      message.kind === "other" ? {} : { lineDigits: message.line.length },
    );
    assert(read.ok);
    assertEquals(read.message, message);
  }
});

Deno.test("each way a line can be bad has its rule", () => {
  const cases: [string, string, number?][] = [
    ["\x14", "empty"],
    ["", "empty"],
    ["5011 187\x00037E13001004", "control-octet"],
    ["5\x14", "bad-header"],
    ["5 11 187037E13001004", "bad-header"],
    ["5011 187037E1300100", "wrong-length"],
    ["5011 187037X13001004", "bad-layout"],
    ["5011 127037E13001004", "bad-layout"],
    ["501001 187037E13001004", "wrong-line-width", 1],
    ["501001 187037E1300100", "wrong-length"],
    ["1011           @   ", "wrong-length"],
    ["1011           @    ", "wrong-length", 3],
    ["1011x          @    ", "bad-layout"],
    ["3011    12 456BA0001", "bad-layout"],
    ["6011    xx1234 A0001", "bad-layout"],
    ["S011 [#1234|NBA01]", "bad-header"],
    ["S011[#1234|NBA01", "bad-layout"],
    ["S011[1234|NBA01]", "bad-layout"],
    ["S001001[#1234|NBA01]", "wrong-line-width", 1],
    ["80118531 1515 5555", "bad-layout"],
    ["801#8531 1515 5555 7", "bad-header"],
  ];
  for (const [line, rule, lineDigits] of cases) {
    const read = parseSurGard(ascii(line), lineDigits === undefined ? {} : { lineDigits });
    assert(!read.ok, line);
    assertEquals(read.rule, rule, line);
  }
});

Deno.test("an id that is not known here is kept as it came", () => {
  const read = parseSurGard(ascii("P011 anything at all\x14"));
  assertEquals(read, { ok: true, message: { kind: "other", id: "P", rest: "011 anything at all" } });
});

Deno.test("an account of more than four characters keeps all of them, hexadecimal letters included", () => {
  for (const account of ["00AAAA", "12E4", "EEEE", "13E3186", "RR18"]) {
    const read = parseSurGard(ascii(`5011 18${account}E13001004`));
    assert(read.ok && read.message.kind === "contact-id");
    assertEquals(read.message.account, account);
    assertEquals(read.message.zone, "004");
  }
});

Deno.test("write then parse gives the message back", () => {
  fc.assert(
    fc.property(surGardMessage, (message) => {
      const written = writeSurGard(message);
      assert(written.ok, JSON.stringify(message));
      assertEquals(written.bytes.indexOf(0x14), written.bytes.length - 1);
      const width = message.kind === "other" ? {} : { lineDigits: message.line.length };
      assertEquals(parseSurGard(written.bytes, width), { ok: true, message });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("fields that would break the line are refused, never cut", () => {
  const base = { receiver: "01", line: "1" };
  const bad: SurGardMessage[] = [
    { kind: "sia-block", id: "S", ...base, account: "12|4", block: "NBA01" },
    { kind: "sia-block", id: "S", ...base, account: "1234", block: "NBA\x1401" },
    { kind: "sia-block", id: "S", ...base, account: "1234", block: "N\u0416" },
    { kind: "sia-event", ...base, account: "1234567", code: "BA", address: "1" },
    { kind: "sia-event", ...base, account: "1234", code: "BA", address: "12345" },
    { kind: "pulse", ...base, account: "", event: "@", group: "", zone: "" },
    { kind: "heartbeat", receiver: "1", line: "1" },
    { kind: "fast-format", ...base, account: "1234", channels: "1515555", status: "7" },
  ];
  for (const message of bad) {
    const written = writeSurGard(message);
    assert(!written.ok, JSON.stringify(message));
    assertEquals(written.rule, "not-writable");
  }
});

Deno.test("random bytes never throw", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.option(fc.integer({ min: 0, max: 9 })),
      (bytes, width) => {
        const read = parseSurGard(bytes, width === null ? {} : { lineDigits: width });
        if (!read.ok) assertMatch(read.rule, /^[a-z-]+$/);
      },
    ),
  );
});

Deno.test("the receiver's own status is put into words, cards and lines included", () => {
  assertEquals(receiverStatus("A", "05"), "COM1 (automation) absent");
  assertEquals(receiverStatus("R", "06"), "COM1 (automation) restored");
  assertEquals(receiverStatus("A", "D0"), "CPM reset");
  assertEquals(receiverStatus("A", "CU"), "internal bus error, card U");
  assertEquals(receiverStatus("A", "F1"), "line card 1 absent");
  assertEquals(receiverStatus("R", "EA"), "line card A restored");
  assertEquals(receiverStatus("P", "03"), "two-way audio on line 3");
  assertEquals(receiverStatus("A", "FZ"), undefined);
  assertEquals(receiverStatus("A", "99"), undefined);
});
