import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { cbc } from "@noble/ciphers/aes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import type { Header } from "../../src/ip/header.ts";
import { type EncryptionName, type HashName, reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { ripemd256 } from "../../src/ip/ripemd256.ts";
import { clearKeys, maxData, open, peekHandle, prepareKeys, seal } from "../../src/ip/seal.ts";
import { otherLayout } from "./other_layout.ts";

const METHODS: EncryptionName[] = ["none", "aes-128", "aes-256"];
const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1);
const WAYS = METHODS.flatMap((method) =>
  (["sha-256", "ripemd-256"] as const).map((hash) => ({ method, hash, way: `${method} and ${hash}` }))
);
const keysFor = (encryption: EncryptionName, key = KEY, hash: HashName = "sha-256") =>
  prepareKeys({ encryption, key, hash });
const random = (n: number) => Uint8Array.from({ length: n }, (_, i) => 31 * i + n);
const HEADER: Omit<Header, "length"> = {
  handle: 0x73603722,
  deviceId: Uint8Array.fromHex("00112233445566778899aabbccddeeff"),
  tx: 54,
  rx: 29,
  flags: 0,
  version: 1,
  messageId: 0x30,
};
const DATA = new TextEncoder().encode("a burglary in zone 3");

const u16 = fc.integer({ min: 0, max: 0xffff });
const u8 = fc.integer({ min: 0, max: 0xff });
const anyHeader = fc.record({
  handle: fc.integer({ min: 0, max: 0xffffffff }),
  deviceId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  tx: u16,
  rx: u16,
  flags: u16,
  version: u8,
  messageId: u8,
});

for (const { method, hash, way } of WAYS) {
  Deno.test(`any header and data sealed with ${way} open as they were`, () => {
    const keys = keysFor(method, KEY, hash);
    fc.assert(fc.property(anyHeader, fc.uint8Array({ maxLength: maxData(profile) }), (header, data) => {
      const datagram = seal(profile, keys, header, data, random);
      assertEquals(peekHandle(profile, datagram), header.handle);
      assertEquals((datagram.length - 4) % 16, 0);
      assert(datagram.length >= 132 && datagram.length <= profile.values.maxSend);
      assertEquals(open(profile, keys, datagram), {
        ok: true,
        header: { ...header, length: data.length },
        data,
      });
    }));
  });

  Deno.test(`one flipped bit anywhere in a datagram sealed with ${way} is unauthentic`, () => {
    const keys = keysFor(method, KEY, hash);
    const datagram = seal(profile, keys, HEADER, DATA, random);
    for (let bit = 0; bit < 8 * datagram.length; bit++) {
      const damaged = datagram.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
      assertEquals(open(profile, keys, damaged), { ok: false, rule: "unauthentic" }, `bit ${bit}`);
    }
    assert(open(profile, keys, datagram).ok);
  });

  Deno.test(`every truncation of a datagram sealed with ${way} is refused`, () => {
    const keys = keysFor(method, KEY, hash);
    const datagram = seal(profile, keys, HEADER, DATA, random);
    for (let length = 0; length < datagram.length; length++) {
      const opened = open(profile, keys, datagram.subarray(0, length));
      assert(!opened.ok);
      const blocks = (length - 4) % 16 === 0 || method === "none";
      assertEquals(
        opened.rule,
        length < 62 ? "datagram-too-short" : blocks ? "unauthentic" : "not-whole-blocks",
      );
    }
  });

  Deno.test(`random octets never open with ${way} and never throw`, () => {
    const keys = keysFor(method, KEY, hash);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1600 }), (octets) => {
      peekHandle(profile, octets);
      assertEquals(open(profile, keys, octets).ok, false);
      assertEquals(open(otherLayout, keys, octets).ok, false);
    }));
  });
}

Deno.test("the datagram is header, data and padding, the hash of these, encrypted by plain CBC after the handle", () => {
  const datagram = seal(profile, keysFor("aes-256"), HEADER, DATA, random);
  const region = cbc(KEY, new Uint8Array(16), { disablePadding: true }).decrypt(datagram.slice(4));
  const clear = new Uint8Array([...datagram.slice(0, 4), ...region]);
  const expected = seal(profile, clearKeys, HEADER, DATA, random);
  assertEquals(clear.toHex(), expected.toHex());
  assertEquals(clear.slice(-32).toHex(), sha256(clear.slice(0, -32)).toHex());
  assertEquals(clear.slice(30, 50).toHex(), DATA.toHex());
  assertEquals(clear.slice(50, -32).toHex(), random(132 - 32 - 50).toHex());
});

Deno.test("with RIPEMD-256 the hash is that of header, data and padding, and nothing else differs", () => {
  const datagram = seal(profile, clearKeys.withHash("ripemd-256"), HEADER, DATA, random);
  const expected = seal(profile, clearKeys, HEADER, DATA, random);
  assertEquals(datagram.slice(0, -32).toHex(), expected.slice(0, -32).toHex());
  assertEquals(datagram.slice(-32).toHex(), ripemd256(datagram.slice(0, -32)).toHex());
});

Deno.test("a datagram under the other hash is unauthentic with the same key, and opens once the hash is chosen", () => {
  for (const method of METHODS) {
    const before = keysFor(method);
    const after = before.withHash("ripemd-256");
    const datagram = seal(profile, after, HEADER, DATA, random);
    assertEquals(open(profile, before, datagram), { ok: false, rule: "unauthentic" });
    assert(open(profile, after, datagram).ok);
    assert(open(profile, before, seal(profile, before, HEADER, DATA, random)).ok);
  }
});

Deno.test("a wrong key, a wrong method and no key fail with the one rule", () => {
  const other = KEY.slice();
  other[0] = 0xff;
  for (const method of ["aes-128", "aes-256"] as const) {
    const datagram = seal(profile, keysFor(method), HEADER, DATA, random);
    const wrong = [keysFor(method, other), keysFor(method === "aes-128" ? "aes-256" : "aes-128"), clearKeys];
    for (const keys of wrong) {
      assertEquals(open(profile, keys, datagram), { ok: false, rule: "unauthentic" });
    }
  }
  const clear = seal(profile, clearKeys, HEADER, DATA, random);
  assertEquals(open(profile, keysFor("aes-256"), clear), { ok: false, rule: "unauthentic" });
});

Deno.test("padding with any content opens, and differs from message to message", () => {
  const keys = keysFor("aes-128");
  const one = seal(profile, keys, HEADER, DATA, (n) => new Uint8Array(n).fill(1));
  const two = seal(profile, keys, HEADER, DATA, (n) => new Uint8Array(n).fill(2));
  assertNotEquals(one.toHex(), two.toHex());
  assertEquals(open(profile, keys, one), open(profile, keys, two));
});

Deno.test("random is asked once, for exactly the padding, and not at all when none is needed", () => {
  const asked: number[] = [];
  const count = (n: number) => (asked.push(n), new Uint8Array(n));
  seal(profile, clearKeys, HEADER, new Uint8Array(), count);
  assertEquals(asked, [132 - 30 - 32]);
  seal(profile, clearKeys, HEADER, new Uint8Array(132 - 30 - 32), count);
  assertEquals(asked.length, 1);
  assertThrows(
    () => seal(profile, clearKeys, HEADER, DATA, (n) => new Uint8Array(n - 1)),
    RangeError,
    "padding",
  );
});

Deno.test("polls and events up to the minimum are of one size, and one octet more is one block more", () => {
  const size = (data: number) => seal(profile, clearKeys, HEADER, new Uint8Array(data), random).length;
  assertEquals([0, 1, 70, 71, 86, 87].map(size), [132, 132, 132, 148, 148, 164]);
});

Deno.test("the longest data fits in what is sent and one octet more is refused", () => {
  const longest = new Uint8Array(maxData(profile));
  assertEquals(seal(profile, clearKeys, HEADER, longest, random).length, 1012);
  assertThrows(
    () => seal(profile, clearKeys, HEADER, new Uint8Array(longest.length + 1), random),
    RangeError,
    "951",
  );
});

Deno.test("a datagram longer than is looked at is refused, one of the longest size is read", () => {
  const wide = { ...profile, values: { ...profile.values, maxSend: 4096 } };
  const longest = seal(wide, clearKeys, HEADER, new Uint8Array(1460 - 62), random);
  assertEquals(longest.length, 1460);
  assert(open(profile, clearKeys, longest).ok);
  const longer = seal(wide, clearKeys, HEADER, new Uint8Array(1476 - 62), random);
  assertEquals(open(profile, clearKeys, longer), { ok: false, rule: "datagram-too-long" });
});

Deno.test("an authentic datagram whose length reaches into the hash is refused as such", () => {
  const datagram = seal(profile, clearKeys, HEADER, DATA, random);
  for (
    const [length, rule] of [[70, "ok"], [71, "bad-message-length"], [0xffff, "bad-message-length"]] as const
  ) {
    datagram[28] = length >> 8;
    datagram[29] = length & 0xff;
    datagram.set(sha256(datagram.subarray(0, -32)), datagram.length - 32);
    const opened = open(profile, clearKeys, datagram);
    assertEquals(opened.ok ? "ok" : opened.rule, rule);
  }
});

Deno.test("opening leaves the datagram as it was and does not alias it", () => {
  for (const method of METHODS) {
    const datagram = seal(profile, keysFor(method), HEADER, DATA, random);
    const before = datagram.toHex();
    const opened = open(profile, keysFor(method), datagram);
    assertEquals(datagram.toHex(), before);
    datagram.fill(0);
    assert(opened.ok);
    assertEquals(opened.data.toHex(), DATA.toHex());
    assertEquals(opened.header.deviceId.toHex(), HEADER.deviceId.toHex());
  }
});

Deno.test("a datagram at an odd place in a larger buffer opens like any other", () => {
  const keys = keysFor("aes-256");
  const datagram = seal(profile, keys, HEADER, DATA, random);
  const buffer = new Uint8Array(200);
  for (const at of [1, 2, 3, 5]) {
    buffer.set(datagram, at);
    assert(open(profile, keys, buffer.subarray(at, at + datagram.length)).ok);
  }
});

Deno.test("keys: the first 16 of 32 octets for aes-128, too short is an error, and nothing shows when printed", () => {
  const datagram = seal(profile, keysFor("aes-128"), HEADER, DATA, random);
  assert(open(profile, keysFor("aes-128", KEY.slice(0, 16)), datagram).ok);
  assertThrows(() => keysFor("aes-128", KEY.slice(0, 15)), RangeError, "16 octets");
  assertThrows(() => keysFor("aes-256", KEY.slice(0, 31)), RangeError, "32 octets");
  const secret = new Uint8Array(32).fill(0xa7);
  const shown = Deno.inspect(keysFor("aes-256", secret), { depth: 9, showHidden: true }) +
    JSON.stringify(keysFor("aes-256", secret));
  assertEquals(/a7|167|2812782503/.test(shown), false, shown); // 0xa7a7a7a7 = 2812782503
});

Deno.test("preparing keys neither keeps nor changes the caller's octets", () => {
  const key = KEY.slice();
  const keys = keysFor("aes-256", key);
  assertEquals(key.toHex(), KEY.toHex());
  key.fill(0);
  assert(open(profile, keysFor("aes-256"), seal(profile, keys, HEADER, DATA, random)).ok);
});

for (const method of METHODS) {
  Deno.test(`another layout of the header seals and opens with ${method}, end to end`, () => {
    const keys = keysFor(method);
    const header = fc.record({
      handle: u16,
      deviceId: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      tx: fc.integer({ min: 0, max: 0xffffff }),
      rx: fc.integer({ min: 0, max: 0xffffff }),
      flags: u8,
      messageId: u8,
    });
    fc.assert(fc.property(header, fc.uint8Array({ maxLength: maxData(otherLayout) }), (header, data) => {
      const datagram = seal(otherLayout, keys, { ...header, version: 1 }, data, random);
      assertEquals((datagram.length - 3) % 32, 0);
      assert(datagram.length >= 131 && datagram.length <= 1024);
      assertEquals(peekHandle(otherLayout, datagram), header.handle);
      const opened = open(otherLayout, keys, datagram);
      assertEquals(opened, { ok: true, header: { ...header, version: 1, length: data.length }, data });
    }));
  });
}

Deno.test("another layout puts the octets where it says", () => {
  const header = {
    ...HEADER,
    handle: 0x1122,
    deviceId: new Uint8Array(8).fill(0xdd),
    tx: 0x010203,
    rx: 0x040506,
  };
  const datagram = seal(otherLayout, clearKeys, { ...header, flags: 0x77 }, DATA, random);
  // message ID, handle, gap, RX, TX, device ID, flags, gap, length = 24 + 20
  assertEquals(
    datagram.slice(0, 24).toHex(),
    "30" + "2211" + "00" + "060504" + "030201" + "dd".repeat(8) + "7700" + "2c000000",
  );
});

Deno.test("the two layouts do not open each other's datagrams when sealed", () => {
  const keys = keysFor("aes-128");
  assertEquals(open(otherLayout, keys, seal(profile, keys, HEADER, DATA, random)).ok, false);
});
