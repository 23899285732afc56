import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { EchoFilter } from "../../src/serial/echo_filter.ts";

const ACK = Uint8Array.of(0x40, 0x38, 0x87);

/** What a filter passes of pieces, one a millisecond. */
function heard(filter: EchoFilter, pieces: number[][], from = 0): number[] {
  return pieces.flatMap((piece, i) => [...filter.heard(Uint8Array.from(piece), from + i)]);
}

Deno.test("an echo is left out, whatever its pieces; what follows is not", () => {
  for (const pieces of [[[0x40, 0x38, 0x87, 1]], [[0x40], [0x38], [0x87], [1]], [[0x40, 0x38], [0x87, 1]]]) {
    const filter = new EchoFilter();
    filter.sent(ACK, 1000);
    assertEquals(heard(filter, pieces), [1]);
    assertEquals(filter.broken, 0);
    assertEquals(filter.deadline, undefined);
  }
});

Deno.test("a panel that says the same later is heard", () => {
  const filter = new EchoFilter();
  filter.sent(ACK, 1000);
  assertEquals(heard(filter, [[...ACK, ...ACK]]), [...ACK]);
});

Deno.test("no echo comes: all that the panel says is passed, also what begins like one", () => {
  const filter = new EchoFilter();
  filter.sent(ACK, 1000);
  assertEquals(heard(filter, [[0x40], [0x38], [0x46, 1, 2]]), [0x40, 0x38, 0x46, 1, 2]);
  assertEquals(filter.broken, 1);
  assertEquals(heard(filter, [[...ACK]]), [...ACK], "nothing is expected any more");
});

Deno.test("an echo that stays away is given up, and what looked like its beginning is passed", () => {
  const filter = new EchoFilter();
  filter.sent(ACK, 100);
  assertEquals(heard(filter, [[0x40]]), []);
  assertEquals(filter.deadline, 100);
  assertEquals([...filter.expire(99)], []);
  assertEquals([...filter.expire(100)], [0x40]);
  assertEquals([filter.broken, filter.deadline], [1, undefined]);
  filter.sent(ACK, 200);
  assertEquals(heard(filter, [[0x38]], 300), [0x38], "later than an echo can be");
});

Deno.test("what a panel says is what is passed, whenever echoes are whole; no octet is made up", () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 6 });
  const turn = fc.record({ panel: fc.boolean(), bytes: chunk });
  fc.assert(fc.property(fc.array(turn), fc.integer({ min: 1, max: 7 }), (turns, size) => {
    const filter = new EchoFilter();
    const wire: number[] = [], panel: number[] = [], passed: number[] = [];
    // Half-duplex: one speaks, then the other.
    for (const { panel: speaks, bytes } of turns) {
      if (speaks) panel.push(...bytes);
      else filter.sent(bytes, Infinity);
      wire.length = 0;
      wire.push(...bytes);
      for (let at = 0; at < wire.length; at += size) {
        passed.push(...filter.heard(Uint8Array.from(wire.slice(at, at + size)), 0));
      }
    }
    assertEquals(passed, panel);
  }));
});
