import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeContent } from "../../src/keys/device_codec.ts";
import { openRow, type RowPlace, sealRow } from "../../src/keys/sealed_row.ts";
import { StoreKey } from "../../src/keys/store_key.ts";

const octets = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const places: fc.Arbitrary<RowPlace> = fc.record({
  kind: fc.constantFrom("check", "device"),
  id: octets(16),
  version: fc.nat(255),
});

Deno.test("sealRow() is AES-256-GCM as another implementation reads it", () =>
  fc.assert(
    fc.asyncProperty(octets(32), places, octets(12), fc.uint8Array(), async (key, place, nonce, content) => {
      const sealed = sealRow(new StoreKey(key), place, content, nonce);
      const aesKey = await crypto.subtle.importKey("raw", key.slice(), "AES-GCM", false, ["decrypt"]);
      const additionalData = new Uint8Array([
        ...new TextEncoder().encode("tocsin key store"),
        place.kind === "check" ? 0 : 1,
        place.version,
        ...place.id,
      ]);
      const opened = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData, tagLength: 128 },
        aesKey,
        sealed.slice(12),
      );
      assertEquals([sealed.slice(0, 12), new Uint8Array(opened)], [nonce, content]);
    }),
  ));

Deno.test("openRow() opens only with the same key, in the same place", () => {
  fc.assert(
    fc.property(octets(32), octets(32), places, places, fc.uint8Array(), (one, two, here, there, content) => {
      const [key, other] = [new StoreKey(one), new StoreKey(two)];
      const sealed = sealRow(key, here, content, new Uint8Array(12));
      assertEquals(openRow(key, here, sealed), content);
      if (one.toHex() !== two.toHex()) assertEquals(openRow(other, here, sealed), undefined);
      const same = here.kind === there.kind && here.version === there.version &&
        here.id.toHex() === there.id.toHex();
      if (!same) assertEquals(openRow(key, there, sealed), undefined);
      for (
        const place of [{ ...here, version: here.version ^ 1 }, {
          ...here,
          id: here.id.map((o) => o ^ 1),
        }]
      ) {
        assertEquals(openRow(key, place, sealed), undefined);
      }
    }),
  );
});

Deno.test("sealRow() refuses a nonce of another length", () => {
  const place: RowPlace = { kind: "device", id: new Uint8Array(16), version: 1 };
  const key = new StoreKey(new Uint8Array(32));
  for (const size of [0, 11, 13]) {
    assertThrows(() => sealRow(key, place, new Uint8Array(1), new Uint8Array(size)), RangeError);
  }
});

Deno.test("openRow() and decodeContent() never throw, whatever they read", () => {
  const place: RowPlace = { kind: "device", id: new Uint8Array(16), version: 1 };
  const key = new StoreKey(new Uint8Array(32));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.json(), (raw, json) => {
    assertEquals(openRow(key, place, raw), undefined);
    decodeContent(raw);
    decodeContent(new TextEncoder().encode(json));
    decodeContent(new TextEncoder().encode(`{"masters":[${json}],"pending":${json}}`));
  }));
});
