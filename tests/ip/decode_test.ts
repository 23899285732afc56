import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { decodeDatagram } from "../../src/ip/decode.ts";
import { type Message, messageId, writeMessage } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { clearKeys, type PreparedKeys, prepareKeys, seal } from "../../src/ip/seal.ts";

const aes128 = prepareKeys({ encryption: "aes-128", key: new Uint8Array(16).fill(1), hash: "sha-256" });
const aes256 = prepareKeys({ encryption: "aes-256", key: new Uint8Array(32).fill(2), hash: "sha-256" });
const deviceId = new Uint8Array(16).fill(0xab);

function datagram(message: Message, keys: PreparedKeys, id = messageId(profile, message.name)): Uint8Array {
  const header = { handle: 7, deviceId, tx: 3, rx: 4, flags: 0, version: 1, messageId: id };
  return seal(profile, keys, header, writeMessage(profile, message), (n) => new Uint8Array(n));
}
const EVENT: Message = {
  name: "EVENT_MSG",
  fields: [
    { field: "event", protocol: "contact-id", data: new TextEncoder().encode("123418113001001") },
    { field: "time-event", time: 0x83aa7e8000000000n },
  ],
};

Deno.test("an event is shown with header and payload, octets as hex", () => {
  const decoded = decodeDatagram(profile, datagram(EVENT, clearKeys));
  assertEquals(decoded, {
    ok: true,
    language: "ip",
    offset: 0,
    message: {
      name: "EVENT_MSG",
      handle: 7,
      deviceId: "ab".repeat(16),
      tx: 3,
      rx: 4,
      flags: 0,
      version: 1,
      messageId: 0x30,
      length: 30,
      fields: [
        { field: "event", protocol: "contact-id", data: new TextEncoder().encode("123418113001001").toHex() },
        { field: "time-event", time: "83aa7e8000000000" },
      ],
      hash: "ok",
      hashMethod: "sha-256",
      encryption: "none",
    },
    events: [],
  });
  JSON.stringify(decoded);
});

Deno.test("the right one of several keys opens the datagram", () => {
  for (const [keys, name] of [[aes128, "aes-128"], [aes256, "aes-256"]] as const) {
    const decoded = decodeDatagram(profile, datagram(EVENT, keys), [aes128, aes256]);
    assert(decoded.ok);
    assertEquals([decoded.message.name, decoded.message.encryption], ["EVENT_MSG", name]);
  }
});

Deno.test("a datagram under RIPEMD-256 is decoded with the same keys, and the hash is named", () => {
  for (const keys of [clearKeys, aes128, aes256]) {
    for (const given of [[aes128, aes256], [aes128.withHash("ripemd-256"), aes256.withHash("ripemd-256")]]) {
      for (const hash of ["sha-256", "ripemd-256"] as const) {
        const decoded = decodeDatagram(profile, datagram(EVENT, keys.withHash(hash)), given);
        assert(decoded.ok);
        assertEquals([decoded.message.hashMethod, decoded.message.encryption], [hash, keys.encryption]);
      }
    }
  }
});

Deno.test("without the key, or with another, the datagram is unauthentic and the message says what to do", () => {
  const sealed = datagram(EVENT, aes256);
  const none = decodeDatagram(profile, sealed);
  assert(!none.ok);
  assertEquals([none.rule, none.offset, none.language], ["unauthentic", 0, "ip"]);
  assertStringIncludes(none.message, "give its key");
  const wrong = decodeDatagram(profile, sealed, [aes128]);
  assert(!wrong.ok);
  assertEquals(wrong.rule, "unauthentic");
  assertStringIncludes(wrong.message, "each of the 1 keys");
});

Deno.test("a key in a message is never shown", () => {
  const key = new Uint8Array(32).fill(0xc7);
  const result = "RESP_ACKNOWLEDGE" as const;
  for (
    const message of [
      { name: "ENCRYPT_KEY_REQ", master: true, fromRct: true, key },
      { name: "ENCRYPT_KEY_RESP", result, master: true, fromRct: false, key },
    ] satisfies Message[]
  ) {
    const decoded = decodeDatagram(profile, datagram(message, aes256), [aes256]);
    assert(decoded.ok);
    assertEquals(decoded.message.key, "(32 octets)");
    assertEquals(/c7c7|199/.test(JSON.stringify(decoded)), false);
  }
});

Deno.test("the choice of hash and encryption stands beside what opened the datagram", () => {
  const result = "RESP_ACKNOWLEDGE" as const;
  const hash = decodeDatagram(
    profile,
    datagram({ name: "HASH_SELECT_RESP", result, hash: "ripemd-256" }, clearKeys),
  );
  assert(hash.ok);
  assertEquals([hash.message.hash, hash.message.chosenHash], ["ok", "ripemd-256"]);
  const select: Message = { name: "ENCRYPT_SELECT_RESP", result, master: false, encryption: "aes-256" };
  const method = decodeDatagram(profile, datagram(select, aes128), [aes128]);
  assert(method.ok);
  assertEquals([method.message.encryption, method.message.chosenEncryption], ["aes-128", "aes-256"]);
});

Deno.test("an unknown message and one that cannot be read are refused by their rule", () => {
  const unknown = decodeDatagram(profile, datagram({ name: "POLL_MSG" }, clearKeys, 0x46));
  assertEquals(unknown.ok ? "" : unknown.rule, "unknown-message");
  const short = decodeDatagram(profile, datagram({ name: "POLL_MSG" }, clearKeys, 0x45));
  assert(!short.ok);
  assertEquals(short.rule, "message-data-too-short");
  assertStringIncludes(short.message, "(TX 3)");
});

Deno.test("every truncation and random octets are refused by name and never throw", () => {
  const whole = datagram(EVENT, aes256);
  for (let length = 0; length < whole.length; length++) {
    const decoded = decodeDatagram(profile, whole.subarray(0, length), [aes128, aes256]);
    assertEquals(decoded.ok ? "" : decoded.rule, length < 62 ? "datagram-too-short" : "unauthentic");
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (octets) => {
    const decoded = decodeDatagram(profile, octets, [aes128]);
    assert(!decoded.ok && decoded.rule.length > 0 && decoded.message.length > 20);
  }));
});

Deno.test("an authentic datagram whose length is too long is refused with a hint at the layout", () => {
  const foreign = datagram({ name: "POLL_MSG" }, clearKeys);
  foreign[29] = 71;
  foreign.set(sha256(foreign.subarray(0, -32)), foreign.length - 32);
  const decoded = decodeDatagram(profile, foreign, [aes128]);
  assert(!decoded.ok);
  assertEquals(decoded.rule, "bad-message-length");
  assertStringIncludes(decoded.message, "another layout");
});
