import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Decoded, StreamDecoder } from "../../../adapters/contract.ts";
import { vds2465Decoder, vds2465SerialDecoder, vds2465TcpDecoder } from "../../../adapters/vds2465/decode.ts";
import { concat, cut, hex, sizes } from "./records.ts";
import { TcpPeer } from "./tcp_peer.ts";

const SECRET = "00112233445566778899aabbccddeeff";
const IDENT = "0356214365";

function all(decoder: StreamDecoder, ...chunks: Uint8Array[]): Decoded[] {
  return [...chunks.flatMap((chunk) => decoder.feed(chunk)), ...decoder.end()];
}

function short(decoded: Decoded[]): unknown[] {
  return decoded.map((each) =>
    each.ok ? [each.offset, each.events.map(({ code }) => code)] : [each.offset, each.rule]
  );
}

Deno.test("records: an event and what stands behind it is a message", () => {
  const bytes = hex(
    `010100 05021103000122 ${IDENT} 010100 0040 ${IDENT} 05021104000123 05021105000123 ${IDENT} 05`,
  );
  assertEquals(short(all(vds2465Decoder(), bytes)), [
    [0, ["22"]],
    [15, ["ST40"]],
    [25, ["23", "23"]],
    [44, "truncated-record"],
  ]);
  const [first] = all(vds2465Decoder(), bytes);
  assert(first?.ok);
  assertEquals(first.message, {
    records: [
      { type: "01", name: "priority", priority: 0 },
      {
        type: "02",
        name: "state change, acknowledgement wanted",
        device: 1,
        area: 1,
        address: 3,
        supplement: 0,
        extension: 1,
        messageKind: "22",
        meaning: "Burglary",
      },
      { type: "56", name: "ident number", ident: "123456" },
    ],
  });
});

Deno.test("records of unknown types only are refused, and nothing is nothing", () => {
  assertEquals(short(all(vds2465Decoder(), hex("03bf000b00 0200ffff"))), [[0, "unknown-record"]]);
  assertEquals(all(vds2465Decoder()), []);
});

Deno.test("a serial line: frames, refusals, records that are cut off", () => {
  const bytes = concat(
    hex("6802026840024216 ff"),
    hex("68090968730205020001000122a016"),
    hex("680404687302 0556 d016"),
  );
  assertEquals(short(all(vds2465SerialDecoder(), bytes)), [
    [0, []],
    [8, "noise"],
    [9, ["22"]],
    [24, []],
    [30, "truncated-record"],
  ]);
});

Deno.test("TCP: plain, encrypted with and without the key", () => {
  const plain =
    "0000002c000000a16e701000000104011f05021103000122075019140a150a1e050554466c7572310356214365016190";
  const encrypted = "000700103959120d0c89aa67cc349e2573bb68f7";
  const bytes = hex(plain + encrypted);
  assertEquals(short(all(vds2465TcpDecoder({ keys: { 7: SECRET } }), bytes)), [[0, ["22"]], [48, []]]);
  assertEquals(short(all(vds2465TcpDecoder(), bytes)), [[0, ["22"]], [48, "unknown-key"]]);
  const [, sync] = all(vds2465TcpDecoder({ keys: { 7: hex(SECRET) } }), bytes);
  assert(sync?.ok);
  assertEquals(sync.message, {
    telegram: "synchronisation response",
    key: 7,
    tc: 0x1f0,
    rc: 0x10000000,
    ik: 2,
    pk: 1,
    payload: "01",
  });
  assertThrows(() => vds2465TcpDecoder({ keys: { 7: "short" } }), RangeError);
});

Deno.test("any octets, cut anywhere, never throw and decode the same", () => {
  const makers = [vds2465Decoder, vds2465SerialDecoder, () => vds2465TcpDecoder({ keys: { 7: SECRET } })];
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom(
      hex(`05021103000122 ${IDENT}`),
      hex("68090968730205020001000122a016"),
      hex("0000000d10000000ec5d000000a1030100"),
    ),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), sizes, fc.constantFrom(...makers), (parts, cuts, make) => {
      const bytes = concat(...parts);
      const whole = all(make(), bytes);
      assertEquals(short(all(make(), ...cut(bytes, cuts))), short(whole));
      assertEquals(typeof JSON.stringify(whole.map((each) => each.ok ? each.message : each)), "string");
    }),
  );
});

Deno.test("a telegram of a vendor's own protocol names the vendor, and its octets are kept", () => {
  const peer = new TcpPeer(1);
  const [decoded] = vds2465TcpDecoder().feed(peer.write(4, "0102", { pk: 0x82 }));
  assert(decoded?.ok);
  assertEquals([decoded.message["protocol"], decoded.message["payload"], decoded.events], [
    "Telenot",
    "0102",
    [],
  ]);
});
