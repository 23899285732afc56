import { assert, assertEquals } from "@std/assert";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { prepareKeys, seal } from "../../src/ip/seal.ts";
import { Association } from "../../src/session/association.ts";
import { KeyRing } from "../../src/session/key_ring.ts";
import { identityFor } from "./scripted.ts";

const octets = (fill: number) => new Uint8Array(32).fill(fill);
const keys = (fill: number, hash: "sha-256" | "ripemd-256" = "sha-256") =>
  prepareKeys({ encryption: "aes-256", key: octets(fill), hash });
const { sptDeviceId, rctDeviceId } = identityFor();
const header = { handle: 7, deviceId: rctDeviceId, tx: 20, rx: 1, flags: 0, version: 1, messageId: 0x11 };

/** Whether a ring opens what was sealed with these keys. */
function opens(ring: KeyRing, under: ReturnType<typeof keys>): boolean {
  const datagram = seal(profile, under, header, new Uint8Array(), (n) => new Uint8Array(n));
  return ring.open(profile, datagram).opened.ok;
}

Deno.test("a hash that is chosen while a key is under way holds for that key as well", () => {
  const ring = new KeyRing(keys(1), "aes-256");
  ring.propose(octets(2));
  ring.choose("ripemd-256");
  assertEquals([opens(ring, keys(2, "ripemd-256")), opens(ring, keys(2))], [true, false]);
  assertEquals([opens(ring, keys(1, "ripemd-256")), opens(ring, keys(1))], [true, true]);
  assert(ring.confirm());
  assertEquals(ring.current.hash, "ripemd-256");
});

Deno.test("at every moment a ring opens with its key, the one that comes and the one that goes, and no other", () => {
  const ring = new KeyRing(keys(1), "aes-256");
  const state = () => [1, 2, 3].map((fill) => opens(ring, keys(fill)));
  assertEquals(state(), [true, false, false]);
  ring.propose(octets(2));
  assertEquals(state(), [true, true, false]);
  ring.confirm();
  assertEquals(state(), [true, true, false], "the old one until the first message under the new one");
  assertEquals(ring.accept(ring.current), false);
  assertEquals(state(), [false, true, false]);
  assert(ring.take(octets(3)));
  assert(!ring.take(octets(3)), "the same key again");
  assertEquals(state(), [false, true, true]);
  ring.accept(ring.current);
  assertEquals(state(), [false, false, true]);
});

Deno.test("hashes that were offered open until the offer has its answer", () => {
  const ring = new KeyRing(keys(1), "aes-256");
  ring.offer(["sha-256", "ripemd-256"]);
  assert(opens(ring, keys(1, "ripemd-256")));
  ring.endOffer();
  assert(!opens(ring, keys(1, "ripemd-256")));
});

Deno.test("a request under the chosen hash that overtakes HASH_SELECT_RESP: our request is repeated under that hash", () => {
  const first = keys(1), chosen = first.withHash("ripemd-256");
  const random = (n: number) => new Uint8Array(n);
  const ends = { ownDeviceId: sptDeviceId, peerDeviceId: rctDeviceId };
  const it = new Association({
    profile,
    random,
    handle: 7,
    keys: first,
    encryption: "aes-256",
    ...ends,
    expected: 20,
    tx: 1,
    mayGiveUp: 4,
  });
  it.request({ name: "HASH_SELECT_REQ", offers: ["ripemd-256"] });
  it.offerHashes(["ripemd-256"]);
  assertEquals(it.receive(seal(profile, chosen, header, new Uint8Array(), random)).kind, "request");
  const ring = new KeyRing(chosen, "aes-256");
  assert(ring.open(profile, it.requestBytes!).opened.ok);
});
