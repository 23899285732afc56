import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Vds2465TcpFramer } from "../../../adapters/vds2465/tcp_framer.ts";
import { VdsKeys } from "../../../adapters/vds2465/tcp_keys.ts";
import {
  readTelegram,
  vdsChecksum,
  type VdsTelegram,
  writeTelegram,
} from "../../../adapters/vds2465/tcp_telegram.ts";
import { concat, cut, hex, sizes } from "./records.ts";

const SECRET = "00112233445566778899aabbccddeeff";
const keys = new VdsKeys({ 7: SECRET, 65534: hex(SECRET) });
const word = fc.integer({ min: 0, max: 0xffffffff });
const anyTelegram: fc.Arbitrary<VdsTelegram> = fc.record({
  key: fc.constantFrom(0, 7, 65534),
  tc: word,
  rc: word,
  ik: fc.integer({ min: 0, max: 255 }),
  pk: fc.integer({ min: 0, max: 255 }),
  payload: fc.uint8Array({ maxLength: 255 }),
});

function frames(chunks: Uint8Array[]) {
  const framer = new Vds2465TcpFramer();
  return [...chunks.flatMap((chunk) => framer.feed(chunk)), ...framer.flush()];
}

Deno.test("any telegrams, plain and encrypted, are written and read back, whatever the chunk borders", () => {
  fc.assert(fc.property(fc.array(anyTelegram, { maxLength: 6 }), sizes, (telegrams, cuts) => {
    const bytes = concat(...telegrams.map((each) => writeTelegram(each, keys)));
    const read = frames(cut(bytes, cuts)).map((item) => {
      assert(item.kind === "frame");
      assertEquals(item.raw, bytes.slice(item.offset, item.offset + item.raw.length));
      const result = readTelegram(item.frame.key, item.frame.body, keys);
      assert(result.ok);
      return result.telegram;
    });
    assertEquals(read, telegrams);
    assertEquals(frames(cut(bytes, [1])).length, telegrams.length);
  }));
});

Deno.test("filler of any length is read, in plain too", () => {
  const short = hex("000000a20000100000020301 00");
  for (let filler = 0; filler < 200; filler++) {
    const body = concat(short, new Uint8Array(filler));
    body.set([vdsChecksum(body) >> 8, vdsChecksum(body) & 0xff], 4);
    const read = readTelegram(0, body, keys);
    assert(read.ok);
    assertEquals(read.telegram.ik, 3);
  }
});

Deno.test("every changed bit of a telegram breaks its checksum or its length", () => {
  const good = writeTelegram({ key: 0, tc: 1, rc: 2, ik: 4, pk: 1, payload: hex("05021103000122") }, keys)
    .slice(4);
  for (let bit = 0; bit < 8 * good.length; bit++) {
    const broken = good.slice();
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ 1 << (bit & 7);
    assertEquals(readTelegram(0, broken, keys).ok, false, `${bit}`);
  }
});

Deno.test("a wrong key is a wrong checksum, an unknown one is said so, and no message holds a key", () => {
  const bytes = writeTelegram({ key: 7, tc: 1, rc: 2, ik: 3, pk: 1, payload: hex("") }, keys);
  const wrong = readTelegram(7, bytes.slice(4), new VdsKeys({ 7: "ff".repeat(16) }));
  const unknown = readTelegram(8, bytes.slice(4), keys);
  const denied = readTelegram(0xffff, bytes.slice(4), keys);
  assertEquals([wrong, unknown, denied].map((read) => !read.ok && read.rule), [
    "checksum",
    "unknown-key",
    "unknown-key",
  ]);
  const said = JSON.stringify([wrong, unknown, denied]) + Deno.inspect(keys, { showHidden: true, depth: 9 });
  assert(!said.includes("0011223344") && !said.includes("17, 34, 51"));
});

Deno.test("announced payload beyond the end is refused", () => {
  const body = hex("00000001 0000 00000002 04 01 09 0040");
  const sum = vdsChecksum(body);
  body.set([sum >> 8, sum & 0xff], 4);
  const read = readTelegram(0, body, keys);
  assertEquals(!read.ok && read.rule, "payload-length");
});

Deno.test("random octets never throw, in framer and reader", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(0, 7, 8, 0xffff), (bytes, key) => {
      readTelegram(key, bytes, keys);
      readTelegram(key, bytes.slice(0, bytes.length & ~15), keys);
      const whole = frames([bytes]);
      assertEquals(frames(cut(bytes, [1])).map(({ kind }) => kind), whole.map(({ kind }) => kind));
    }),
    { numRuns: 500 },
  );
});

Deno.test("a length that cannot be right loses the stream, once; the end of a telegram cut off is refused", () => {
  for (const header of ["0000000c", "00001001", "00070011", "0007000f"]) {
    const framer = new Vds2465TcpFramer();
    const items = framer.feed(concat(hex(header), new Uint8Array(5000)));
    assertEquals(items.map((item) => item.kind === "refused" && item.rule), ["length", "noise"], header);
    assertEquals([framer.lost, framer.feed(new Uint8Array(9)), framer.buffered], [true, [], 0]);
    assertEquals(framer.flush(), []);
    assertEquals(framer.feed(hex("0000000d10000000ec5d000000a1030100")).map(({ offset }) => offset), [5013]);
  }
  const framer = new Vds2465TcpFramer();
  framer.feed(hex("0000000d1000"));
  assertEquals(framer.flush().map((item) => item.kind === "refused" && item.rule), ["truncated"]);
});

Deno.test("keys are checked without being shown", () => {
  const secret = "00112233445566778899aabbccddee";
  for (
    const bad of [{ 0: SECRET }, { 65535: SECRET }, { 7: secret }, { 7: secret + "zz" }, {
      7: new Uint8Array(15),
    }]
  ) {
    const error = assertThrows(() => new VdsKeys(bad), RangeError);
    assert(!error.message.includes("00112233"), error.message);
  }
  assertThrows(
    () => writeTelegram({ key: 9, tc: 0, rc: 0, ik: 3, pk: 1, payload: hex("") }, keys),
    RangeError,
    "number 9",
  );
  assertThrows(
    () => writeTelegram({ key: 0, tc: 0, rc: 0, ik: 4, pk: 1, payload: new Uint8Array(256) }, keys),
    RangeError,
    "255",
  );
});
