import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeFrame, FrameReader, type LinkFrame, MAX_CONTENT } from "../../src/serial/link_frames.ts";
import type { LineDown, LineOpen } from "../../src/serial/line_state.ts";

const open: LineOpen = { kind: "open", at: 5, opening: 2, device: "/dev/ttyUSB0", character: "9600 8N1" };
const down: LineDown = { kind: "down", at: 6, rule: "unplugged", message: "gone", unsent: 3 };
const errors = { framing: 1, parity: 2, breaks: 3, overrun: 4, bufferOverrun: 5 };
const ALL: LinkFrame[] = [
  { kind: "hello", version: 1, line: "galaxy" },
  { kind: "write", opening: 7, bytes: Uint8Array.of(1, 2, 3) },
  { kind: "write", opening: 7, bytes: new Uint8Array(0) },
  { kind: "taken", seq: 2 ** 40 },
  { kind: "welcome", version: 1, state: open, lost: 0 },
  { kind: "welcome", version: 1, state: down, lost: 9 },
  { kind: "refused", rule: "taken", message: "m" },
  { kind: "data", seq: 9, at: 1_700_000_000_000, bytes: new Uint8Array(4096).fill(7) },
  { kind: "state", seq: 10, state: open },
  { kind: "state", seq: 11, state: down },
  { kind: "state", seq: 12, state: { kind: "trouble", at: 1, brokenEchoes: 1, stuck: false } },
  { kind: "state", seq: 12, state: { kind: "trouble", at: 1, brokenEchoes: 1, stuck: true, errors } },
  { kind: "passed", octets: 4096 },
  { kind: "alive" },
];

function join(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("every frame is read as it was written, whatever the pieces", () => {
  const stream = join(ALL.map(encodeFrame));
  for (const size of [1, 2, 3, 7, 1000, stream.length]) {
    const reader = new FrameReader();
    const got: LinkFrame[] = [];
    for (let at = 0; at < stream.length; at += size) got.push(...reader.feed(stream.subarray(at, at + size)));
    assertEquals(got, ALL);
    assert(!reader.broken);
  }
});

Deno.test("a frame is no view of the reader's memory", () => {
  const reader = new FrameReader();
  const [first] = reader.feed(encodeFrame(ALL[1]!));
  [...reader.feed(encodeFrame({ kind: "write", opening: 1, bytes: Uint8Array.of(9, 9, 9) }))];
  assertEquals(first, ALL[1]);
});

Deno.test("every truncation waits; nothing is made of it", () => {
  for (const frame of ALL) {
    const bytes = encodeFrame(frame);
    for (let length = 0; length < bytes.length; length++) {
      const reader = new FrameReader();
      assertEquals([...reader.feed(bytes.subarray(0, length))], []);
      assert(!reader.broken);
      assertEquals([...reader.feed(bytes.subarray(length))], [frame]);
    }
  }
});

for (
  const [what, hex] of [
    ["an unknown type", "7f0000"],
    ["a frame that is too long", `13${(MAX_CONTENT + 1).toString(16).padStart(4, "0")}`],
    ["write without its number", "020002ffff"],
    ["taken of a wrong length", "03000101"],
    ["passed of a wrong length", "150000"],
    ["data without its time", "13000101"],
    ["hello that is no JSON", "01000178"],
    ["hello that is null", "0100046e756c6c"],
    ["state that is none", "14000a00000000000000017b7d"],
    ["http", new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n").toHex()],
  ] as const
) {
  Deno.test(`${what} ends the reading, and throws nothing`, () => {
    const reader = new FrameReader();
    assertEquals([...reader.feed(Uint8Array.fromHex(hex))], []);
    assert(reader.broken);
    assertEquals([...reader.feed(encodeFrame(ALL[0]!))], []);
  });
}

Deno.test("anything may come: nothing is thrown", () => {
  const types = fc.constantFrom(1, 2, 3, 0x11, 0x12, 0x13, 0x14, 0x15);
  const frame = fc.tuple(
    types,
    fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.json().map((text) => new TextEncoder().encode(text))),
  )
    .map(([type, content]) => Uint8Array.from([type, content.length >> 8, content.length & 255, ...content]));
  fc.assert(fc.property(fc.array(frame), (frames) => {
    const reader = new FrameReader();
    for (const bytes of frames) [...reader.feed(bytes)];
  }));
});
