import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { columnParity, parseBlock, type SiaBlock, writeBlock } from "../../../adapters/sia/block.ts";

const anyBlock: fc.Arbitrary<SiaBlock> = fc.record({
  ackRequest: fc.boolean(),
  reverseChannel: fc.boolean(),
  code: fc.integer({ min: 0, max: 255 }).map((octet) => String.fromCharCode(octet)),
  data: fc.uint8Array({ maxLength: 63 }),
});

Deno.test("what is written is read back", () => {
  fc.assert(fc.property(anyBlock, (block) => {
    const bytes = writeBlock(block);
    assertEquals(parseBlock(bytes), { ok: true, block, length: bytes.length });
    assertEquals(bytes.reduce((xor, octet) => xor ^ octet, 0), 0xff);
  }));
});

Deno.test("what is read is written back, octet for octet", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (bytes) => {
    const length = ((bytes[0] ?? 0) & 0x3f) + 3;
    if (bytes.length < length) return;
    bytes[length - 1] = columnParity(bytes.subarray(0, length - 1));
    const result = parseBlock(bytes);
    assert(result.ok);
    assertEquals(writeBlock(result.block), bytes.slice(0, length));
  }));
});

Deno.test("every truncation of a block says how many octets are needed in all", () => {
  fc.assert(fc.property(anyBlock, (block) => {
    const bytes = writeBlock(block);
    for (let length = 0; length < bytes.length; length++) {
      assertEquals(parseBlock(bytes.subarray(0, length)), {
        ok: false,
        need: length === 0 ? 3 : bytes.length,
      });
    }
  }));
});

Deno.test("a change of any one octet behind the header is refused for its parity", () => {
  fc.assert(fc.property(anyBlock, fc.nat(), fc.integer({ min: 1, max: 255 }), (block, where, change) => {
    const bytes = writeBlock(block);
    const at = 1 + where % (bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ change;
    const result = parseBlock(bytes);
    assert(!result.ok);
    assertEquals(result.rule, "parity");
  }));
});

Deno.test("random bytes never throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const result = parseBlock(bytes);
    if (result.ok) assert(result.length >= 3 && result.length <= 66);
    else assert(result.need !== undefined || result.rule === "parity");
  }));
});

Deno.test("the length is taken from six bits, whatever the flags", () => {
  for (const header of [0x03, 0x43, 0x83, 0xc3]) {
    const bytes = new Uint8Array([header, 0x4e, 0x42, 0x41, 0x31, 0]);
    bytes[5] = columnParity(bytes.subarray(0, 5));
    const result = parseBlock(bytes);
    assert(result.ok);
    assertEquals(result.length, 6);
    assertEquals(result.block.ackRequest, (header & 0x40) !== 0);
    assertEquals(result.block.reverseChannel, (header & 0x80) !== 0);
  }
});

Deno.test("the control blocks have the parities of the reference", () => {
  const expected = ["40308f", "403887", "403986", "0038c7", "0039c6", "0037c8", "0036c9", "0031ce", "0032cd"];
  for (const hex of expected) {
    const bytes = Uint8Array.fromHex(hex);
    const result = parseBlock(bytes);
    assert(result.ok, hex);
    assertEquals(writeBlock(result.block).toHex(), hex);
  }
});

Deno.test("a parity message names both octets, for comparing with a capture", () => {
  const result = parseBlock(Uint8Array.fromHex("462330323731373899"));
  assert(!result.ok);
  assertStringIncludes(result.message ?? "", "0x99");
  assertStringIncludes(result.message ?? "", "0x91");
});

Deno.test("the data of a read block is a copy", () => {
  const bytes = writeBlock({
    ackRequest: false,
    reverseChannel: false,
    code: "N",
    data: new Uint8Array([0x42]),
  });
  const result = parseBlock(bytes);
  bytes.fill(0);
  assert(result.ok);
  assertEquals(result.block.data, new Uint8Array([0x42]));
});

Deno.test("a block that does not fit is not written", () => {
  const block = { ackRequest: true, reverseChannel: false, code: "N", data: new Uint8Array(64) };
  assertThrows(() => writeBlock(block), RangeError, "64");
  for (const code of ["", "NN", "€"]) {
    assertThrows(() => writeBlock({ ...block, code, data: new Uint8Array() }), RangeError, "function code");
  }
});
