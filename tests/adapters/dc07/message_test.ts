import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import vectors from "../../../adapters/dc07/vectors/dc07.json" with { type: "json" };
import { dc07Line, type Dc07Message, parseDc07 } from "../../../adapters/dc07/message.ts";
import { MAX_DATA, writeDc07 } from "../../../adapters/dc07/write_message.ts";
import { dc07Message } from "./arbitrary.ts";
import { ascii } from "../../support/ascii.ts";

/** A frame around a body, with its check and length. */
function framed(body: string): Uint8Array {
  let crc = 0;
  for (const octet of ascii(body)) {
    crc ^= octet;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");
  return ascii(`\n${hex(crc, 4)}${hex(body.length, 2)}${body}\r`);
}

for (const vector of vectors) {
  Deno.test(`vector ${vector.id} is read as its source says, and written to the same octets`, () => {
    assertEquals(parseDc07(ascii(vector.wire)), { ok: true, frame: { ...vector.expect, flags: [] } });
    const written = writeDc07(vector.expect);
    assert(written.ok, JSON.stringify(written));
    assertEquals(new TextDecoder().decode(written.bytes), vector.wire);
    assertEquals(written.line, dc07Line(ascii(vector.wire)));
  });

  Deno.test(`every truncation of vector ${vector.id}, and every octet changed, is refused`, () => {
    const whole = ascii(vector.wire);
    for (let length = 0; length < whole.length; length++) {
      assert(!parseDc07(whole.subarray(0, length)).ok, `${length} octets`);
    }
    for (let at = 7; at < whole.length; at++) {
      const bent = whole.slice();
      bent[at] = (bent[at] ?? 0) ^ 0x01;
      assert(!parseDc07(bent).ok, `octet ${at}`);
    }
  });
}

Deno.test("each way a frame can be bad has its rule", () => {
  const good = ascii("\n0A9D17\t00020101[#1234|NBA015]\r");
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(), "no-frame"],
    [good.subarray(1), "no-frame"],
    [good.subarray(0, -1), "no-frame"],
    [ascii("\n0A9D17\r"), "too-short"],
    [ascii('\nCE110032"SIA-DCS"9876R579BDFL789ABC#12345A[#12345A|NFA129]\r'), "wrong-crc"],
    [ascii("\nZZZZ17\t00020101[#1234|NBA015]\r"), "bad-head"],
    [ascii("\n0A9E17\t00020101[#1234|NBA015]\r"), "wrong-crc"],
    [framed("\t00020101#1234|NBA015"), "bad-layout"],
    [framed("\t00x20101[#1234|NBA015]"), "bad-layout"],
    [framed("\t00020101[#1234|NBA\x00015]"), "bad-layout"],
    [framed("\t000201[#1234|NBA015]"), "bad-layout"],
  ];
  for (const [bytes, rule] of cases) {
    const read = parseDc07(bytes);
    assertEquals(read.ok ? "ok" : read.rule, rule, dc07Line(bytes));
  }
});

Deno.test("a right check with a wrong length is taken and flagged; small hexadecimal letters are taken", () => {
  const decimal = parseDc07(ascii("\n0A9D23\t00020101[#1234|NBA015]\r"));
  assertEquals(decimal.ok && decimal.frame.flags, ["wrong-length"]);
  const small = parseDc07(ascii("\n74041ca00010101[#1234|18113001015]\r"));
  assertEquals(small.ok && small.frame.flags, []);
});

Deno.test("a refusal names what was found and what to do", () => {
  const read = parseDc07(ascii("\n0A9E17\t00020101[#1234|NBA015]\r"));
  assert(!read.ok);
  assertStringIncludes(read.message, "<LF>0A9E17<TAB>00020101[#1234|NBA015]<CR> is 0A9E, expected 0A9D");
});

Deno.test("write then parse gives the message back", () => {
  fc.assert(
    fc.property(dc07Message, (message) => {
      const written = writeDc07(message);
      assert(written.ok, JSON.stringify(message));
      assertEquals(written.bytes.lastIndexOf(0x0a), 0);
      assertEquals(written.bytes.indexOf(0x0d), written.bytes.length - 1);
      assertEquals(parseDc07(written.bytes), { ok: true, frame: { ...message, flags: [] } });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("data of 244 octets fills the two digits of length; one more is refused, not cut", () => {
  const message = { type: "\t", sequence: "0001", receiver: "01", line: "01" };
  const full = writeDc07({ ...message, data: "x".repeat(MAX_DATA) });
  assert(full.ok);
  assertEquals(full.line.slice(8, 10), "FF");
  const over = writeDc07({ ...message, data: "x".repeat(MAX_DATA + 1) });
  assertEquals(over.ok ? "ok" : over.rule, "line-too-long");
});

Deno.test("fields that would break the frame are refused", () => {
  const base: Dc07Message = { type: "\t", sequence: "0001", receiver: "01", line: "01", data: "#1234|NBA1" };
  const bad: Partial<Dc07Message>[] = [
    { data: "#12]34|NBA1" },
    { data: "#1234|N[BA1" },
    { data: "#1234|NBA1\r" },
    { data: "#1234|N\u0416" },
    { sequence: "12345" },
    { receiver: "1" },
    { line: "001" },
    { type: "" },
    { type: "ab" },
    { type: "\n" },
  ];
  for (const part of bad) {
    const written = writeDc07({ ...base, ...part });
    assertEquals(written.ok ? "ok" : written.rule, "not-writable", JSON.stringify(part));
  }
});

Deno.test("random bytes never throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    for (const one of [bytes, Uint8Array.of(0x0a, ...bytes, 0x0d)]) {
      const read = parseDc07(one);
      if (!read.ok) assert(read.message.length > 20);
    }
  }));
});
