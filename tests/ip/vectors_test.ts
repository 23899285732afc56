import { assert, assertEquals } from "@std/assert";
import { edition, editionNames } from "../../src/ip/editions.ts";
import { messageId, parseMessage, writeMessage } from "../../src/ip/messages/mod.ts";
import type { EncryptionName, HashName, MessageName, Ts50136Profile } from "../../src/ip/profile.ts";
import { open, peekHandle, prepareKeys, seal } from "../../src/ip/seal.ts";
import ripemd from "../../src/ip/vectors/ip-ripemd.json" with { type: "json" };
import sha from "../../src/ip/vectors/ip.json" with { type: "json" };

const FILES = [{ ...sha, hash: "sha-256" }, ripemd];

Deno.test("there are eight vectors with SHA-256 and five with RIPEMD-256", () => {
  assertEquals(FILES.map(({ vectors }) => vectors.length), [8, 5]);
});

for (const file of FILES) {
  for (const vector of file.vectors) {
    for (const name of editionNames) vectorHolds(edition(name), file, vector);
  }
}

type File = Omit<typeof sha, "vectors"> & { hash: string };
type Vector = (typeof sha)["vectors"][number];

function vectorHolds(profile: Ts50136Profile, file: File, vector: Vector): void {
  const unpadded = { ...profile, values: { ...profile.values, minRegion: file.minRegion } };
  const deviceId = Uint8Array.fromHex(file.deviceId);
  const padding = (n: number) => new Uint8Array(n).fill(parseInt(file.padding, 16));
  const encryption = vector.encryption as EncryptionName;
  const key = Uint8Array.fromHex(file.keys[encryption]);
  const keys = prepareKeys({ encryption, key, hash: file.hash as HashName });
  const data = Uint8Array.fromHex(vector.data);
  const id = messageId(profile, vector.message as MessageName);
  const what = `${file.hash} ${vector.name}, ${profile.name}`;
  const { handle, tx, rx } = vector;
  const header = { handle, deviceId, tx, rx, flags: 0, version: 1, messageId: id };

  Deno.test(`sealing gives ${what}, octet for octet`, () => {
    assertEquals(seal(unpadded, keys, header, data, padding).toHex(), vector.datagram);
  });

  Deno.test(`opening ${what} gives header and data, whatever the minimum of padding`, () => {
    for (const used of [unpadded, profile]) {
      const datagram = Uint8Array.fromHex(vector.datagram);
      assertEquals(peekHandle(used, datagram), vector.handle);
      const opened = open(used, keys, datagram);
      assert(opened.ok);
      assertEquals(opened.header, { ...header, length: data.length });
      assertEquals(opened.data.toHex(), vector.data);
    }
  });

  Deno.test(`the data of ${what} reads as ${vector.message} and writes back`, () => {
    const parsed = parseMessage(profile, id, data);
    assert(parsed.ok);
    assertEquals(parsed.value.name, vector.message);
    assertEquals(writeMessage(profile, parsed.value).toHex(), vector.data);
  });
}

Deno.test("the first encrypted block of V2a is the example of FIPS 197, which shows the zero IV", () => {
  const v2a = sha.vectors.find(({ name }) => name.startsWith("V2a "));
  assertEquals(v2a?.datagram.slice(8, 40), "69c4e0d86a7b0430d8cdb78070b4c55a");
});

Deno.test("the same message under the two hashes differs in the hash alone", () => {
  const [first, second] = [sha.vectors, ripemd.vectors].map((vectors) =>
    vectors.find(({ name }) => / POLL_MSG, clear/.test(name))!.datagram
  );
  assertEquals(first!.slice(0, -64), second!.slice(0, -64));
  assert(first!.slice(-64) !== second!.slice(-64));
});
