import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { maxData, open, prepareKeys, seal } from "../../src/ip/seal.ts";
import { craft } from "../../src/probe/craft.ts";

const HEADER = {
  handle: 7,
  deviceId: new Uint8Array(16).fill(3),
  tx: 1,
  rx: 2,
  flags: 0,
  version: 1,
  messageId: 0x11,
};
const fives = (n: number) => new Uint8Array(n).fill(0xa5);

Deno.test("without faults it writes what seal writes, for every cipher and hash", () => {
  const encryption = fc.constantFrom("none" as const, "aes-128" as const, "aes-256" as const);
  const hash = fc.constantFrom("sha-256" as const, "ripemd-256" as const);
  fc.assert(
    fc.property(
      encryption,
      hash,
      fc.uint8Array({ maxLength: maxData(profile) }),
      (encryption, hash, data) => {
        const keys = prepareKeys({ encryption, hash, key: new Uint8Array(32).fill(9) });
        assertEquals(
          craft(profile, keys, HEADER, data, fives, {}).toHex(),
          seal(profile, keys, HEADER, data, fives).toHex(),
        );
      },
    ),
  );
});

Deno.test("each fault breaks the rule that it is meant to break", () => {
  const keys = prepareKeys({ encryption: "aes-256", hash: "sha-256", key: new Uint8Array(32).fill(9) });
  const opened = (faults: Parameters<typeof craft>[5]) => {
    const result = open(profile, keys, craft(profile, keys, HEADER, new Uint8Array(), fives, faults));
    return result.ok ? "ok" : result.rule;
  };
  assertEquals(opened({ length: 0xffff }), "bad-message-length");
  assertEquals(opened({ minRegion: 1500 }), "datagram-too-long");
  assertEquals(opened({ minRegion: 0 }), "ok");
  assertEquals(opened({ hash: () => new Uint8Array(32) }), "unauthentic");
  let places = { data: 0, padding: 0, hash: 0 };
  const spoil = (octets: Uint8Array, at: typeof places) => {
    places = at;
    octets[at.padding]! ^= 1;
  };
  assertEquals(opened({ spoil }), "unauthentic");
  assert(places.data === 30 && places.padding === 30 && places.hash === 4 + 128 - 32);
});
