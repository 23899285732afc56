import { assertEquals } from "@std/assert";
import { Slab } from "../../adapters/slab.ts";

Deno.test("copies of any length stay what they were, whatever becomes of the source and of one another", () => {
  const slab = new Slab();
  const source = Uint8Array.from({ length: 3000 }, (_, at) => at % 251);
  const pieces: [Uint8Array, Uint8Array][] = [];
  for (const length of [0, 1, 80, 500, 511, 512, 513, 600, 1024, 2000, 80, 1]) {
    for (const from of [0, 7, 1000]) {
      pieces.push([slab.copy(source, from, from + length), source.slice(from, from + length)]);
    }
  }
  source.fill(0xff);
  for (const [at, [piece, expected]] of pieces.entries()) {
    assertEquals(piece, expected, `piece ${at}`);
    piece.fill(at);
    expected.fill(at);
  }
  for (const [piece, expected] of pieces) assertEquals(piece, expected);
});
