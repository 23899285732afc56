import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { equal } from "../../src/ip/constant_time.ts";

Deno.test("equal says whether two octet strings are the same", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4, max: 2 }), fc.uint8Array({ maxLength: 4, max: 2 }), (a, b) => {
      assertEquals(equal(a, b), a.toHex() === b.toHex());
    }),
  );
  assert(equal(new Uint8Array(), new Uint8Array()));
});

Deno.test("equal sees a difference in any bit of a hash", () => {
  const hash = Uint8Array.from({ length: 32 }, (_, i) => i);
  for (let bit = 0; bit < 256; bit++) {
    const other = hash.slice();
    other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
    assert(!equal(hash, other));
  }
});
