import { assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { Collector } from "../../src/raw/collector.ts";
import { RAW_OCTETS } from "../../src/raw/frame.ts";
import { RAW_LANGUAGES, rawFramer } from "../../src/raw/framers.ts";
import { apart, FarClock } from "../../src/raw/far_clock.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("whatever is fed comes out, in order, for every language and any chunks and pauses", () => {
  const steps = fc.array(
    fc.tuple(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 0, max: 1500 })),
    { maxLength: 30 },
  );
  for (const language of [undefined, ...RAW_LANGUAGES]) {
    fc.assert(
      fc.property(steps, (steps) => {
        const collector = new Collector({ gapMs: 20, framer: rawFramer(language, "panel") });
        const out: number[] = [];
        let now = 0;
        for (const [chunk, pause] of steps) {
          for (const { octets } of collector.feed(chunk, now)) {
            assertLess(octets.length, RAW_OCTETS + 1);
            out.push(...octets);
          }
          now += pause;
          for (const { octets } of collector.tick(now)) out.push(...octets);
          // Nothing waits longer than the gap.
          assertEquals(collector.held > 0 && pause >= 20, false);
        }
        for (const { octets } of collector.flush()) out.push(...octets);
        assertEquals(Uint8Array.from(out), Uint8Array.from(steps.flatMap(([chunk]) => [...chunk])));
        assertEquals(collector.held, 0);
      }),
      { seed: 1, numRuns: 30 },
    );
  }
});

Deno.test("a frame leaves with its last octet, the beginning of the next one stays", () => {
  // An acknowledgement of SIA.
  const one = Uint8Array.of(0xc0, 0x38, 0x07);
  const collector = new Collector({ gapMs: 20, framer: rawFramer("sia", "panel") });
  const out = [...one].flatMap((octet, at) => collector.feed(Uint8Array.of(octet), at * 15));
  assertEquals(out, [{ octets: one, more: false }]);
  assertEquals(collector.feed(Uint8Array.of(...one, one[0]!), 200), [{ octets: one, more: false }]);
  assertEquals(collector.held, 1);
  assertEquals(collector.tick(219), []);
  assertEquals(collector.tick(220), [{ octets: one.slice(0, 1), more: false }]);
});

Deno.test("without a framer, silence ends what belongs together, and nothing else does", () => {
  const collector = new Collector({ gapMs: 20 });
  assertEquals(collector.feed(bytes("12"), 0), []);
  assertEquals(collector.feed(bytes("34"), 19), []);
  assertEquals([collector.nextTick, collector.tick(38)], [39, []]);
  assertEquals(collector.tick(39), [{ octets: bytes("1234"), more: false }]);
  assertEquals(collector.nextTick, undefined);
});

Deno.test("more than a message holds goes in parts that say so", () => {
  const collector = new Collector({ gapMs: 20 });
  const long = new Uint8Array(2 * RAW_OCTETS + 5);
  const first = collector.feed(long, 0);
  assertEquals(first.map(({ octets, more }) => [octets.length, more]), [
    [RAW_OCTETS, true],
    [RAW_OCTETS, true],
  ]);
  assertEquals(collector.tick(20).map(({ octets, more }) => [octets.length, more]), [[5, false]]);
  // Exactly one message: nobody knows yet whether more belongs to it.
  assertEquals(collector.feed(new Uint8Array(RAW_OCTETS), 30), []);
  assertEquals(collector.tick(50).map(({ octets, more }) => [octets.length, more]), [[RAW_OCTETS, false]]);
});

Deno.test("the far clock is never ahead, whatever the delays, and follows clocks that come round or run apart", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 9000 })), {
        minLength: 1,
        maxLength: 50,
      }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.double({ min: -0.0001, max: 0.0001, noNaN: true }),
      (messages, offset, drift) => {
        const there = (now: number) => Math.floor(offset + now * (1 + drift)) >>> 0;
        const far = new FarClock();
        let now = 1_700_000_000_000;
        for (const [pause, way] of messages) {
          now += pause + way;
          far.heard(there(now - way), now);
          assertLess(apart(far.at(now), there(now)), 1);
        }
      },
    ),
    { seed: 1 },
  );
});

Deno.test("the far clock is as exact as the quickest message, and does not stay behind for a slow one", () => {
  const far = new FarClock();
  far.heard(1000, 6000);
  assertEquals(far.at(6000), 1000);
  far.heard(6000, 6010);
  assertEquals(far.at(6010), 6000);
  far.heard(6020, 9000);
  assertEquals(far.at(9000), 8989);
});
