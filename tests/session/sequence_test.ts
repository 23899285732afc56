import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { PeerSequence } from "../../src/session/sequence.ts";

Deno.test("an honest peer is always understood, whatever is lost and whatever overtakes; nothing is taken twice", () => {
  // What happens next: we ask (lost or not, answer lost or not), or the peer asks.
  const step = fc.oneof(
    fc.record({ kind: fc.constant("ask" as const), lost: fc.boolean(), answerLost: fc.boolean() }),
    fc.record({ kind: fc.constant("peer" as const), tries: fc.nat(3) }),
  );
  fc.assert(
    fc.property(fc.nat(0xffff), fc.array(step, { maxLength: 40 }), (start, steps) => {
      const it = new PeerSequence(start);
      const taken = new Set<number>();
      let next = start;
      /** The peer's request that has not come through yet. */
      let outstanding: number | undefined;
      let left = 0;
      for (const { kind, ...how } of steps) {
        if (kind === "ask" && "lost" in how) {
          it.asked();
          if (how.lost) continue;
          const tx = next;
          next = (next + 1) & 0xffff;
          if (!how.answerLost) it.response(tx);
        } else if ("tries" in how) {
          if (outstanding === undefined) {
            outstanding = next;
            next = (next + 1) & 0xffff;
            left = how.tries;
          }
          // Lost so often; then it comes through, after whatever was said meanwhile.
          if (left-- > 0) continue;
          assert(it.fits(outstanding), "a request that never came must be taken");
          it.request(outstanding);
          taken.add(outstanding);
          outstanding = undefined;
        }
        for (const tx of taken) assert(!it.fits(tx), "a number is taken twice");
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("as many numbers are skipped as there are answers we never saw, and not one more", () => {
  for (const lost of [0, 1, 2, 5, 30]) {
    const it = new PeerSequence(0xfff0);
    for (let i = 0; i < lost; i++) it.asked();
    for (let skipped = 0; skipped < 64; skipped++) {
      assertEquals(it.fits((0xfff0 + skipped) & 0xffff), skipped <= lost, `${skipped} of ${lost}`);
    }
    it.request((0xfff0 + lost) & 0xffff);
    assertEquals(it.fits((0xfff0 + lost + 1) & 0xffff), true);
    assertEquals(it.fits((0xfff0 + lost + 2) & 0xffff), false, "what was skipped is not skipped again");
  }
});

Deno.test("with an answer everything before it is settled", () => {
  const it = new PeerSequence(100);
  for (let i = 0; i < 5; i++) it.asked();
  it.response(102);
  assertEquals([it.expected, it.fits(103), it.fits(104)], [103, true, false]);
  // A request that was sent before and never came still can; the newest taken closes the door behind it.
  assert(it.fits(100) && it.fits(101));
  it.request(101);
  assertEquals([it.fits(100), it.fits(101), it.fits(102), it.fits(103)], [false, false, true, true]);
});

Deno.test("a request stays open behind at most 1024 numbers, round the circle and for ever", () => {
  const it = new PeerSequence(0);
  for (let tx = 0; tx < 200_000; tx++) {
    it.asked();
    it.response(tx & 0xffff);
    if (tx % 997 !== 0) continue;
    const { expected } = it;
    assertEquals(it.fits(expected!), true);
    assertEquals(it.fits((expected! + 1) & 0xffff), false);
    if (tx > 2000) {
      assertEquals([it.fits((expected! - 1024) & 0xffff), it.fits((expected! - 1025) & 0xffff)], [
        true,
        false,
      ]);
    }
  }
});

Deno.test("a peer that gives requests up may skip so many, and old numbers stay old", () => {
  const it = new PeerSequence(10, 4);
  assertEquals([9, 10, 14, 15].map((tx) => it.fits(tx)), [false, true, true, false]);
  it.request(14);
  assertEquals([10, 13, 14, 15, 19, 20].map((tx) => it.fits(tx)), [false, false, false, true, true, false]);
});

Deno.test("the first number on a fresh handle is taken, whatever it is", () => {
  const it = new PeerSequence(undefined);
  assertEquals([it.expected, it.fits(7), it.fits(0xffff)], [undefined, true, true]);
  assertEquals(it.request(7), 1);
  assertEquals([it.expected, it.fits(7), it.fits(8), it.fits(9)], [8, false, true, false]);
});
