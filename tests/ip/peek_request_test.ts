import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { edition } from "../../src/ip/editions.ts";
import type { Header } from "../../src/ip/header.ts";
import { planOf } from "../../src/ip/plan.ts";
import type { EncryptionName } from "../../src/ip/profile.ts";
import { clearKeys, open, peekRequest, prepareKeys, seal } from "../../src/ip/seal.ts";
import { otherLayout } from "./other_layout.ts";

const profile = edition("2017");
const METHODS: EncryptionName[] = ["none", "aes-128", "aes-256"];
const keysFor = (encryption: EncryptionName, fill = 1) =>
  prepareKeys({ encryption, key: new Uint8Array(32).fill(fill), hash: "sha-256" });
const deviceId = Uint8Array.fromHex("00112233445566778899aabbccddeeff");
const header = (messageId: number): Omit<Header, "length"> => (
  { handle: 7, deviceId, tx: 54, rx: 29, flags: 0, version: 1, messageId }
);
const zeros = (n: number) => new Uint8Array(n);

/** A datagram whose last octet, in the hash, came over wrong. */
function damaged(method: EncryptionName, messageId: number): Uint8Array {
  const datagram = seal(profile, keysFor(method), header(messageId), zeros(3), zeros);
  datagram[datagram.length - 1]! ^= 0x01;
  assertEquals(open(profile, keysFor(method), datagram), { ok: false, rule: "unauthentic" });
  return datagram;
}

for (const method of METHODS) {
  Deno.test(`with a bad hash under ${method}, requests of the profile are named and nothing else is`, () => {
    const requests = new Set(profile.messages.map(({ id }) => id).filter((id) => id < 0x80));
    assertEquals(requests.size, 13);
    for (let id = 0; id < 256; id++) {
      const claimed = peekRequest(profile, keysFor(method), damaged(method, id));
      assertEquals(claimed, requests.has(id) ? id : undefined);
    }
  });

  Deno.test(`a datagram that is cut, too long or of broken blocks claims nothing under ${method}`, () => {
    const datagram = damaged(method, 0x11);
    for (let length = 0; length < datagram.length; length++) {
      const claimed = peekRequest(profile, keysFor(method), datagram.subarray(0, length));
      const whole = length >= 62 && (method === "none" || (length - 4) % 16 === 0);
      assertEquals(claimed, whole ? 0x11 : undefined, `${length} octets`);
    }
    const long = new Uint8Array(1476);
    long.set(datagram);
    assertEquals(peekRequest(profile, keysFor(method), long), undefined);
  });
}

Deno.test("the datagram is left as it was", () => {
  const datagram = damaged("aes-256", 0x30);
  const before = datagram.toHex();
  peekRequest(profile, keysFor("aes-256"), datagram);
  assertEquals(datagram.toHex(), before);
});

Deno.test("with the peer's device ID only what decrypts to it claims anything", () => {
  const datagram = damaged("aes-128", 0x30);
  assertEquals(peekRequest(profile, keysFor("aes-128"), datagram, deviceId), 0x30);
  assertEquals(peekRequest(profile, keysFor("aes-128"), datagram, new Uint8Array(16)), undefined);
  assertEquals(peekRequest(profile, keysFor("aes-128"), datagram, new Uint8Array(3)), undefined);
  let unnamed = 0;
  for (let fill = 2; fill < 200; fill++) {
    const wrong = keysFor("aes-128", fill);
    assertEquals(peekRequest(profile, wrong, datagram, deviceId), undefined);
    if (peekRequest(profile, wrong, datagram) !== undefined) unnamed++;
  }
  assert(unnamed > 0, "without the device ID some wrong key must hit a request, or this shows nothing");
});

Deno.test("the response bit is the profile's", () => {
  const plan = planOf(otherLayout);
  const sealed = (id: number) => {
    const other = { ...header(id), handle: 7, deviceId: new Uint8Array(8) };
    const datagram = seal(otherLayout, clearKeys, other, zeros(0), zeros);
    datagram[datagram.length - 1]! ^= 0x01;
    return peekRequest(otherLayout, clearKeys, datagram);
  };
  assertEquals(sealed(plan.messageIds.get("CONN_HANDLE_REQ")!), 0x80);
  assertEquals(sealed(plan.messageIds.get("POLL_RESP")!), undefined);
});

Deno.test("random octets never throw and claim at most a request", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1600 }), fc.constantFrom(...METHODS), (octets, method) => {
    const id = peekRequest(profile, keysFor(method), octets);
    assert(id === undefined || (id & 0x80) === 0);
  }));
});
