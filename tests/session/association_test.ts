import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { messageId, writeMessage } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { open, prepareKeys, seal } from "../../src/ip/seal.ts";
import { Association, type Received } from "../../src/session/association.ts";
import { identityFor } from "./scripted.ts";

const identity = identityFor();
const HANDLE = 0x73603722;
const first = prepareKeys(identity.master);
const second = { encryption: "aes-256", key: new Uint8Array(32).fill(9), hash: "sha-256" } as const;
const random = (n: number) => new Uint8Array(n);

function association(expected = 50): Association {
  return new Association({
    profile,
    random,
    handle: HANDLE,
    keys: first,
    encryption: "aes-256",
    ownDeviceId: identity.rctDeviceId,
    peerDeviceId: identity.sptDeviceId,
    expected,
    tx: 25,
  });
}

function datagram(
  tx: number,
  name: "POLL_MSG" | "VERSION_REQ" = "POLL_MSG",
  keys = first,
  rct = false,
): Uint8Array {
  const data = name === "POLL_MSG"
    ? writeMessage(profile, { name })
    : writeMessage(profile, { name, version: 1 });
  const deviceId = rct ? identity.rctDeviceId : identity.sptDeviceId;
  const header = {
    handle: HANDLE,
    deviceId,
    tx,
    rx: 25,
    flags: 0,
    version: 1,
    messageId: messageId(profile, name),
  };
  return seal(profile, keys, header, data, random);
}

const said = (received: Received) => received.kind === "drop" ? received.rule : received.kind;
const poll = { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" } as const;

Deno.test("the expected TX number is a request, and only once", () => {
  const it = association();
  assertEquals(said(it.receive(datagram(50))), "request");
  assertEquals(it.expected, 51);
  assertEquals([it.lastRequest, it.owes(50), it.owes(51)], [50, true, false]);
  it.respond(poll);
  assert(!it.owes(50));
  assertEquals(said(it.receive(datagram(50))), "repeat");
  assertEquals(said(it.receive(datagram(51))), "request");
});

Deno.test("a repeat is answered byte for byte; while the answer is not there it is dropped", () => {
  const it = association();
  it.receive(datagram(50));
  assertEquals(said(it.receive(datagram(50))), "repeat-while-pending");
  const response = it.respond(poll).slice();
  for (let i = 0; i < 3; i++) {
    const again = it.receive(datagram(50));
    assert(again.kind === "repeat");
    assertEquals(again.response, response);
  }
});

Deno.test("the same TX number with another message is no repeat", () => {
  const it = association();
  it.receive(datagram(50));
  it.respond(poll);
  assertEquals(said(it.receive(datagram(50, "VERSION_REQ"))), "sequence");
});

Deno.test("any other TX number is dropped and changes nothing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xffff }), (expected, tx) => {
      fc.pre(tx !== expected);
      const it = association(expected);
      assertEquals(said(it.receive(datagram(tx))), "sequence");
      assertEquals(it.expected, expected);
      assertEquals(it.progressed, false);
      assertEquals(said(it.receive(datagram(expected))), "request");
    }),
  );
});

Deno.test("TX numbers go on after 0xFFFF with 0, and the last one before is repeated there too", () => {
  const it = association(0xfffe);
  for (const tx of [0xfffe, 0xffff, 0, 1]) {
    assertEquals(said(it.receive(datagram(tx))), "request", `TX ${tx}`);
    it.respond(poll);
    assertEquals(said(it.receive(datagram(tx))), "repeat", `TX ${tx} again`);
    assertEquals(said(it.receive(datagram(tx - 1 & 0xffff))), "sequence");
  }
});

Deno.test("our own TX number goes over 0xFFFF as well, RX says what we expect", () => {
  const it = new Association({
    profile,
    random,
    handle: HANDLE,
    keys: first,
    encryption: "aes-256",
    ownDeviceId: identity.rctDeviceId,
    peerDeviceId: identity.sptDeviceId,
    expected: 7,
    tx: 0xffff,
  });
  const headers = [7, 8].map((tx) => {
    it.receive(datagram(tx));
    const opened = open(profile, first, it.respond(poll));
    assert(opened.ok);
    return [opened.header.tx, opened.header.rx];
  });
  assertEquals(headers, [[0xffff, 8], [0, 9]]);
});

Deno.test("the old key stays good until the first message under the new one, then it is gone", () => {
  const it = association();
  it.receive(datagram(50));
  it.proposeKey(second.key);
  const response = it.respond(poll).slice();
  assert(open(profile, first, response).ok, "the response still goes under the old key");
  const again = it.receive(datagram(50));
  assert(again.kind === "repeat");
  assertEquals(again.response, response);
  assertEquals(it.established, false);
  assertEquals(said(it.receive(datagram(51, "POLL_MSG", prepareKeys(second)))), "request");
  assertEquals(it.established, true);
  it.respond(poll);
  assertEquals(said(it.receive(datagram(52))), "unauthentic");
  assertEquals(said(it.receive(datagram(52, "POLL_MSG", prepareKeys(second)))), "request");
});

Deno.test("a datagram under the new key that is out of sequence proves nothing", () => {
  const it = association();
  it.receive(datagram(50));
  it.respond(poll);
  it.proposeKey(second.key);
  assertEquals(said(it.receive(datagram(49, "POLL_MSG", prepareKeys(second)))), "sequence");
  assertEquals(it.established, false);
  assertEquals(said(it.receive(datagram(51))), "request", "the old key must still be good");
});

Deno.test("our own datagrams sent back are not taken for the SPT's", () => {
  assertEquals(said(association().receive(datagram(50, "POLL_MSG", first, true))), "wrong-device-id");
});

Deno.test("sequence numbers wear out: it says how far, and takes nothing more before they come round", () => {
  const it = association(0);
  for (let i = 0; i < 65_000; i++) {
    assertEquals(it.messages, i);
    assertEquals(said(it.receive(datagram(i))), "request");
    it.respond(poll);
  }
  assertEquals(said(it.receive(datagram(65_000))), "key-worn-out");
  // A new key makes the numbers good again.
  it.proposeKey(second.key);
  assertEquals(said(it.receive(datagram(65_000, "POLL_MSG", prepareKeys(second)))), "request");
  assertEquals(it.messages, 1);
});

Deno.test("whatever octets come, nothing is thrown and nothing changes", () => {
  const it = association();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1600 }), (octets) => {
    assertEquals(it.receive(octets).kind, "drop");
    assertEquals(it.expected, 50);
  }));
  const real = datagram(50);
  for (let length = 0; length < real.length; length++) {
    assertEquals(it.receive(real.subarray(0, length)).kind, "drop", `cut to ${length}`);
  }
  fc.assert(fc.property(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
    const damaged = real.slice();
    damaged[at]! ^= mask;
    assertEquals(said(it.receive(damaged)), "unauthentic");
  }));
  assertEquals(said(it.receive(real)), "request");
});
