import { assert, assertEquals } from "@std/assert";
import { messageId, parseMessage, writeMessage } from "../../src/ip/messages/mod.ts";
import { type EncryptionName, type MessageName, reconstructed2020 } from "../../src/ip/profile.ts";
import { open, peekHandle, prepareKeys, seal } from "../../src/ip/seal.ts";
import vectors from "../../src/ip/vectors/ip.json" with { type: "json" };

const unpadded = {
  ...reconstructed2020,
  values: { ...reconstructed2020.values, minRegion: vectors.minRegion },
};
const deviceId = Uint8Array.fromHex(vectors.deviceId);
const padding = (n: number) => new Uint8Array(n).fill(parseInt(vectors.padding, 16));

Deno.test("there are eight vectors", () => assertEquals(vectors.vectors.length, 8));

for (const vector of vectors.vectors) {
  const encryption = vector.encryption as EncryptionName;
  const key = Uint8Array.fromHex(vectors.keys[encryption]);
  const keys = prepareKeys({ encryption, key, hash: "sha-256" });
  const data = Uint8Array.fromHex(vector.data);
  const id = messageId(unpadded, vector.message as MessageName);

  Deno.test(`sealing gives ${vector.name} octet for octet`, () => {
    const { handle, tx, rx } = vector;
    const header = { handle, deviceId, tx, rx, flags: 0, version: 1, messageId: id };
    assertEquals(seal(unpadded, keys, header, data, padding).toHex(), vector.datagram);
  });

  Deno.test(`opening ${vector.name} gives header and data, whatever the minimum of padding`, () => {
    for (const profile of [unpadded, reconstructed2020]) {
      const datagram = Uint8Array.fromHex(vector.datagram);
      assertEquals(peekHandle(profile, datagram), vector.handle);
      const opened = open(profile, keys, datagram);
      assert(opened.ok);
      const { handle, tx, rx } = vector;
      const length = data.length;
      assertEquals(opened.header, { handle, deviceId, tx, rx, flags: 0, version: 1, messageId: id, length });
      assertEquals(opened.data.toHex(), vector.data);
    }
  });

  Deno.test(`the data of ${vector.name} reads as ${vector.message} and writes back`, () => {
    const parsed = parseMessage(unpadded, id, data);
    assert(parsed.ok);
    assertEquals(parsed.value.name, vector.message);
    assertEquals(writeMessage(unpadded, parsed.value).toHex(), vector.data);
  });
}

Deno.test("the first encrypted block of V2a is the example of FIPS 197, which shows the zero IV", () => {
  const v2a = vectors.vectors.find(({ name }) => name.startsWith("V2a "));
  assertEquals(v2a?.datagram.slice(8, 40), "69c4e0d86a7b0430d8cdb78070b4c55a");
});
