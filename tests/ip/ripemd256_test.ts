/**
 * The values were worked out with two other implementations of RIPEMD-256, Crypto++ 8.7 and LibTomCrypt 1.18,
 * which agreed on each of them. The first three are the same in the reference of the IP protocol.
 */
import { assertEquals } from "@std/assert";
import { ripemd256 } from "../../src/ip/ripemd256.ts";

const KNOWN: [text: string, hash: string][] = [
  ["", "02ba4c4e5f8ecd1877fc52d64d30e37a2d9774fb1e5d026380ae0168e3c5522d"],
  ["a", "f9333e45d857f5d90a91bab70a1eba0cfb1be4b0783c9acfcd883a9134692925"],
  ["abc", "afbd6e228b9d8cbbcef5ca2d03e6dba10ac0bc7dcbe4680e1e42d2e975459b65"],
  ["message digest", "87e971759a1ce47a514d5c914c392c9018c7c46bc14465554afcdf54a5070c0e"],
  ["abcdefghijklmnopqrstuvwxyz", "649d3034751ea216776bf9a18acc81bc7896118a5197968782dd1fd97d8d5133"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "3843045583aac6c8c8d9128573e7a9809afb2a0f34ccc36ea9e72f16f6368e3f",
  ],
  [
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "5740a408ac16b720b84424ae931cbb1fe363d1d0bf4017f1a89f7ea6de77a0b8",
  ],
  [
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "06fdcc7a409548aaf91368c06a6275b553e3f099bf0ea4edfd6778df89a890dd",
  ],
];

for (const [text, hash] of KNOWN) {
  Deno.test(`RIPEMD-256 of "${text}"`, () => {
    assertEquals(ripemd256(new TextEncoder().encode(text)).toHex(), hash);
  });
}

Deno.test("RIPEMD-256 of one million a", () => {
  const hash = ripemd256(new Uint8Array(1_000_000).fill(0x61));
  assertEquals(hash.toHex(), "ac953744e10e31514c150d4d8d7b677342e33399788296e43ae4850ce4f97978");
});

Deno.test("RIPEMD-256 of every length up to 256 octets, whatever way the padding falls", () => {
  const all = new Uint8Array(257 * 32);
  for (let length = 0; length <= 256; length++) {
    all.set(ripemd256(new Uint8Array(length).fill(0xa5)), 32 * length);
  }
  assertEquals(ripemd256(all).toHex(), "d77378d1f2b8693c945538ba8d221b544f67a5b1cc621b422de01b0d987d8fa0");
});

Deno.test("octets at any place in a larger buffer hash alike and are left as they were", () => {
  const buffer = new Uint8Array(80);
  for (const at of [0, 1, 2, 3, 7]) {
    buffer.fill(0xff);
    buffer.set(new TextEncoder().encode("message digest"), at);
    const before = buffer.toHex();
    assertEquals(ripemd256(buffer.subarray(at, at + 14)).toHex(), KNOWN[3]![1]);
    assertEquals(buffer.toHex(), before);
  }
});
