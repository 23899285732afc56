/** The broker's side: it reads what a publisher writes. */
import { assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import {
  LONGEST_PACKET,
  type PublisherPacket,
  PublisherReader,
} from "../../../adapters/mqtt/broker_reader.ts";
import { PINGREQ, writeConnect, writePublish } from "../../../adapters/mqtt/packet_writer.ts";
import { ascii } from "../../support/ascii.ts";

const PUBLISH = writePublish({ topic: "a/b", payload: ascii("x".repeat(200)), retain: true }, 258);
const CONNECT = writeConnect({
  clientId: "rct-1",
  keepAlive: 30,
  username: "u",
  password: ascii("pw"),
  will: { topic: "t", payload: ascii("off"), retain: true },
});
const STREAM = Uint8Array.from([...CONNECT, ...PUBLISH, ...PINGREQ, 0xe0, 1, 4]);

Deno.test("what our publisher writes is read, and its user name and password are not kept", () => {
  assertEquals(new PublisherReader().feed(STREAM), [
    {
      kind: "connect",
      version: 5,
      clientId: "rct-1",
      keepAlive: 30,
      will: { topic: "t", payload: ascii("off") },
    },
    { kind: "publish", topic: "a/b", payload: ascii("x".repeat(200)), qos: 1, retain: true, packetId: 258 },
    { kind: "pingreq" },
    { kind: "disconnect", reason: 4 },
  ]);
});

Deno.test("packets in any chunks, one octet at a time too", () => {
  const whole = new PublisherReader().feed(STREAM);
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (cuts) => {
    const reader = new PublisherReader();
    const got: PublisherPacket[] = [];
    let at = 0;
    for (const cut of [...cuts, STREAM.length]) {
      got.push(...reader.feed(STREAM.subarray(at, at + cut)));
      at = Math.min(STREAM.length, at + cut);
    }
    assertEquals([got, reader.buffered], [whole, 0]);
  }));
});

Deno.test("every truncation of a packet's body is malformed, and nothing behind it is read", () => {
  // CONNECT and PUBLISH with the length cut short, from the first field to the last but the payload.
  const body = CONNECT.subarray(2);
  const optional = 4 + ascii("u").length + ascii("pw").length;
  for (let length = 0; length < body.length - optional; length++) {
    const packets = new PublisherReader().feed(
      Uint8Array.from([0x10, length, ...body.subarray(0, length), ...PINGREQ]),
    );
    assertEquals(packets.map(({ kind }) => kind), ["malformed"], String(length));
  }
});

Deno.test("a length of five octets, one that is too long, and what no publisher sends are malformed", () => {
  for (const hex of ["30ffffffffff01", "30ffff7f", "20020000", "00", "4745", "160301"]) {
    const packets = new PublisherReader().feed(Uint8Array.fromHex(`${hex}c000`));
    assertEquals(packets.map(({ kind }) => kind), ["malformed"], hex);
  }
});

Deno.test("random octets never throw, and what is held is bounded", () => {
  const start = fc.constantFrom(0x10, 0x30, 0x32, 0x82, 0xa2, 0xc0, 0xe0, 0x00);
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (first, bytes) => {
      const reader = new PublisherReader();
      reader.feed(Uint8Array.of(first, ...bytes));
      assertLessOrEqual(reader.buffered, LONGEST_PACKET);
    }),
    { numRuns: 2000 },
  );
});
