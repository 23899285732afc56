import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { Framed, Refusal } from "../../../adapters/contract.ts";
import { parseBlock, type SiaBlock, writeBlock } from "../../../adapters/sia/block.ts";
import { SiaFramer } from "../../../adapters/sia/framer.ts";
import { block, concat, latin1 } from "./blocks.ts";

type Item = Framed<SiaBlock> | Refusal;

function frameAll(chunks: Uint8Array[]): Item[] {
  const framer = new SiaFramer();
  return [...chunks.flatMap((chunk) => framer.feed(chunk)), ...framer.flush()];
}

function short(items: Item[]): string[] {
  return items.map((item) => item.kind === "frame" ? item.frame.code : item.rule);
}

/** Cuts bytes at pseudo-random places. */
function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const heartbeat = concat(
  Uint8Array.fromHex("00"),
  latin1("00027978"),
  Uint8Array.fromHex("110c00fd09000102030405060708090a0b"),
);
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const burst = concat(block("#", "027978"), block("N", "ti11:45/CL"), block("A", " HALL"), block("0"));

Deno.test("a block, two in a chunk, and one in two chunks are framed with offset and bytes", () => {
  const framer = new SiaFramer();
  const [account, event] = [block("#", "1234"), block("N", "BA1")];
  assertEquals(short(framer.feed(concat(account, event, event.subarray(0, 2)))), ["#", "N"]);
  assertEquals(framer.buffered, 2);
  const [item] = framer.feed(event.subarray(2));
  assertEquals(item, {
    kind: "frame",
    offset: account.length + event.length,
    frame: { ackRequest: true, reverseChannel: false, code: "N", data: latin1("BA1") },
    raw: event,
  });
  assertEquals(framer.buffered, 0);
});

Deno.test("any mixture of blocks is framed completely, whatever the chunk borders", () => {
  const anyBlock = fc.record({
    ackRequest: fc.boolean(),
    reverseChannel: fc.boolean(),
    code: fc.constantFrom(..."#NOAE0189XC~"),
    data: fc.uint8Array({ maxLength: 63 }),
  });
  fc.assert(fc.property(fc.array(anyBlock, { maxLength: 12 }), sizes, (blocks, cuts) => {
    const items = frameAll(cut(concat(...blocks.map(writeBlock)), cuts));
    assertEquals(items.map((item) => item.kind === "frame" ? item.frame : item.rule), blocks);
  }));
});

Deno.test("random bytes never throw, and give the same whatever the chunk borders", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom(0, 0x05, 0x01, 0x81, 0x30, 0x38, 0x40, 0x87, 0x8f, 0xc7, 0x43, 0x4e), {
      maxLength: 300,
    })
      .map((octets) => Uint8Array.from(octets)),
    fc.array(fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constant(burst), fc.constant(heartbeat)), {
      maxLength: 6,
    })
      .map((parts) => concat(...parts)),
  );
  fc.assert(
    fc.property(bytes, sizes, (input, cuts) => {
      const whole = frameAll([input]);
      assertEquals(frameAll(cut(input, cuts)), whole);
      assertEquals(frameAll(cut(input, [1])), whole);
      for (const item of whole) {
        assertEquals(item.raw, input.slice(item.offset, item.offset + item.raw.length));
        if (item.kind === "frame") {
          const again = parseBlock(item.raw);
          assert(again.ok);
          assertEquals(again.block, item.frame);
        }
      }
    }),
    { numRuns: 400 },
  );
});

Deno.test("no octet goes unaccounted for: each is in a frame or in a refusal", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
    const input = concat(noise, burst, noise);
    const seen = new Set<number>();
    for (const { offset, raw } of frameAll([input])) raw.forEach((_, at) => seen.add(offset + at));
    assertEquals(seen.size, input.length);
  }));
});

Deno.test("every truncation of a block is refused as truncated on flush, and the next block is read", () => {
  const event = block("N", "ri1/BA12");
  for (let length = 1; length < event.length; length++) {
    const framer = new SiaFramer();
    assertEquals(framer.feed(event.subarray(0, length)), []);
    const items = framer.flush();
    assertEquals(short(items), ["truncated"], `${length}`);
    assertEquals(items[0]?.raw, event.slice(0, length));
    assertEquals(framer.buffered, 0);
    assertEquals(short(framer.feed(event)), ["N"]);
  }
});

Deno.test("a parity error is refused with its bytes, and what follows without a pause is still read", () => {
  const bad = block("N", "BA1");
  bad[3] = 0x43;
  const framer = new SiaFramer();
  const items = framer.feed(concat(bad, burst));
  assertEquals(short(items), ["parity", "#", "N", "A", "0"]);
  assertEquals(items[0]?.raw, bad);
  assertEquals(framer.inDoubt, false);
});

Deno.test("octets before a block do not swallow it for good", () => {
  for (const noise of ["0d0a", "7f", "00", "ff", "2b2b2b", "0501", "4e4e4e4e", "003030303030"]) {
    const items = frameAll([Uint8Array.fromHex(noise), burst]);
    assertEquals(short(items).filter((each) => each.length === 1), ["#", "N", "A", "0"], noise);
  }
});

Deno.test("a broken header that announces too much costs nothing but the pause", () => {
  const bad = block("N", "BA1");
  bad[0] = 0x7f;
  const framer = new SiaFramer();
  assertEquals(framer.feed(concat(bad, block("N", "BA1"))), []);
  const items = framer.flush();
  assertEquals(short(items), ["truncated", "N"]);
});

Deno.test("in doubt a lucky parity alone is not believed", () => {
  const framer = new SiaFramer();
  const bad = block("N", "BA1");
  bad[5] = (bad[5] ?? 0) ^ 0x01;
  framer.feed(bad);
  assert(framer.inDoubt);
  // Right parity, but an unknown function, or data that no block of this function has.
  framer.feed(block("~", "x"));
  framer.feed(block("#", "1 2"));
  framer.feed(block("8", "x"));
  framer.feed(block("N", "\x01\x02"));
  assert(framer.inDoubt);
  assertEquals(short(framer.flush()), ["noise"]);
  assertEquals(short(framer.feed(block("~", "x"))), ["~"]);
});

Deno.test("long noise is reported in bounded pieces that together are the noise", () => {
  const framer = new SiaFramer();
  const noise = new Uint8Array(5000).fill(0x3f);
  const items = [...framer.feed(noise), ...framer.flush()];
  assert(items.every(({ raw }) => raw.length <= 256));
  assertEquals(items.reduce((sum, { raw }) => sum + raw.length, 0), 5000);
  assertEquals(framer.buffered, 0);
});

Deno.test("an encrypted Galaxy session is named, whatever the chunk borders, and says what to do", () => {
  const start = Uint8Array.fromHex("0501815968");
  for (const chunks of [[start], cut(start, [1]), cut(start, [2])]) {
    const items = frameAll(chunks);
    assertEquals(short(items).at(0), "encrypted-session");
    assert(items[0]?.kind === "refused");
    assertStringIncludes(items[0].message, "Disable encryption");
    assertStringIncludes(items[0].message, "Ethernet menu");
  }
  assertEquals(short(frameAll([Uint8Array.fromHex("050181")])), ["encrypted-session"]);
  assertEquals(short(frameAll([Uint8Array.fromHex("0501")])), ["truncated"]);
});

Deno.test("the Galaxy IP check is recognised, between blocks too, and is no error for what follows", () => {
  assertEquals(heartbeat.length, 26);
  const items = frameAll([concat(block("#", "1234"), heartbeat, block("N", "BA1"))]);
  assertEquals(short(items), ["#", "ip-check", "N"]);
  assertEquals(items[1]?.raw, heartbeat);
  assertEquals(items[1]?.offset, block("#", "1234").length);
});

Deno.test("every truncation of the Galaxy IP check is refused, and the next block is read", () => {
  for (let length = 1; length < heartbeat.length; length++) {
    const framer = new SiaFramer();
    assertEquals(framer.feed(heartbeat.subarray(0, length)), []);
    assertEquals(short(framer.flush()), ["truncated"]);
    assertEquals(short(framer.feed(block("0"))), ["0"]);
  }
});

Deno.test("a control block of header 00 is not mistaken for an IP check", () => {
  for (const code of "0123456789") {
    assertEquals(short(frameAll([block(code, "", { ackRequest: false }), block("0")])), [code, "0"]);
  }
});

Deno.test("a long stream one octet at a time holds back at most one block, and ends in reasonable time", () => {
  // With a cost that grows with the stream, this many octets would take hours; the limit is for a very busy machine.
  const noise = Uint8Array.from({ length: 500_000 }, (_, i) => (i * 7919) & 0xff);
  const good = concat(...Array.from({ length: 5000 }, () => burst));
  for (const bytes of [noise, good]) {
    const framer = new SiaFramer();
    const start = performance.now();
    let most = 0;
    for (const chunk of cut(bytes, [1])) {
      framer.feed(chunk);
      most = Math.max(most, framer.buffered);
    }
    assert(most <= 66, `${most}`);
    assert(performance.now() - start < 30_000);
  }
});
