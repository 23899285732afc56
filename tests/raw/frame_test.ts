import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { edition, editionNames } from "../../src/ip/editions.ts";
import { RAW_OCTETS, type RawFrame, type RawKind, readRawFrame, writeRawFrame } from "../../src/raw/frame.ts";
import { ENVELOPE_OCTETS, readEnvelope } from "../../src/remote/envelope.ts";
import { misfit } from "../../src/session/misfit.ts";

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const frames: fc.Arbitrary<RawFrame> = fc.record({
  kind: fc.constantFrom<RawKind>("open", "opened", "data", "close", "reset"),
  connection: fc.integer({ min: 1, max: 0xffffffff }),
  number: uint32,
  clock: uint32,
  until: uint32,
  more: fc.boolean(),
  octets: fc.uint8Array({ maxLength: RAW_OCTETS }),
}).map((frame) => ({ ...frame, more: frame.more && frame.kind === "data" }));

Deno.test("what is written is read again", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      assertEquals(readRawFrame(writeRawFrame(frame)), { kind: "raw", frame });
    }),
    { seed: 1 },
  );
});

Deno.test("the longest message fits one datagram of every edition", () => {
  const frame: RawFrame = {
    kind: "data",
    connection: 1,
    number: 0,
    clock: 0,
    until: 0,
    more: true,
    octets: new Uint8Array(RAW_OCTETS),
  };
  const data = writeRawFrame(frame);
  assertEquals(data.length, ENVELOPE_OCTETS);
  for (const name of editionNames) {
    assertEquals(misfit(edition(name), { name: "TRANSPARENT_MSG", data }), undefined, name);
  }
  assertThrows(() => writeRawFrame({ ...frame, octets: new Uint8Array(RAW_OCTETS + 1) }), RangeError);
});

Deno.test("any octets are read without a throw, and every truncation of a head is told", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
      readRawFrame(bytes);
      readRawFrame(Uint8Array.of(0x9e, 0x12, ...bytes));
    }),
    { seed: 1 },
  );
  const whole = Uint8Array.fromHex("9e120001000200000007000003e8000009c40006");
  for (let length = 1; length < 19; length++) {
    assertEquals(readRawFrame(whole.subarray(0, length)).kind, "unreadable", `${length} octets`);
  }
  assertEquals(readRawFrame(whole).kind, "raw");
  assertEquals(readRawFrame(new Uint8Array()).kind, "foreign");
});

Deno.test("wrong heads are told in words", () => {
  const of = (change: (bytes: Uint8Array) => void) => {
    const bytes = Uint8Array.fromHex("9e120001000200000007000003e8000009c40006");
    change(bytes);
    const read = readRawFrame(bytes);
    assert(read.kind === "unreadable");
    return read.message;
  };
  assertEquals(of((bytes) => bytes[1] = 0x22), "version 2, 1 is known here");
  assertEquals(of((bytes) => bytes[1] = 0x15), "a kind of message that is not known here, 5");
  assertEquals(of((bytes) => bytes.fill(0, 2, 6)), "connection 0");
  assertEquals(of((bytes) => bytes[18] = 2), "flags 2");
  const long = new Uint8Array(901);
  long.set([0x9e, 0x12]);
  assertEquals(readRawFrame(long), { kind: "unreadable", message: "901 octets, 900 are allowed" });
});

Deno.test("a raw message is no envelope of remote control, and the other way round", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      assertEquals(readEnvelope(writeRawFrame(frame)), { kind: "foreign" });
    }),
    { seed: 1 },
  );
  assertEquals(readRawFrame(new TextEncoder().encode('{"tocsin":"command"}')), { kind: "foreign" });
});
