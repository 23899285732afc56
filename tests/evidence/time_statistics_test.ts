import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { TimeStatistics } from "../../src/evidence/time_statistics.ts";

/** The same figures from the list of all times. */
function naive(times: readonly number[]) {
  const sorted = times.map((ms) => Math.ceil(Math.max(0, ms))).sort((a, b) => a - b);
  const sum = sorted.reduce((sum, ms) => sum + ms, 0);
  return {
    count: sorted.length,
    meanMs: sorted.length === 0 ? undefined : sum / sorted.length,
    p95Ms: sorted[Math.ceil(0.95 * sorted.length - 1e-9) - 1],
    minMs: sorted[0],
    maxMs: sorted.at(-1),
  };
}

function counted(times: readonly number[]): TimeStatistics {
  const statistics = new TimeStatistics();
  for (const ms of times) statistics.add(ms);
  return statistics;
}

Deno.test("counting as times come equals sorting them all, up to ten minutes", () => {
  const time = fc.oneof(
    fc.double({ min: 0, max: 600_000, noNaN: true }),
    fc.integer({ min: 0, max: 50 }),
    fc.constantFrom(0, 0.2, 29_999.5, 30_000, 30_000.001, 600_000),
  );
  fc.assert(
    fc.property(fc.array(time, { maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (times, p) => {
      const statistics = counted(times);
      assertEquals(statistics.figures(), naive(times));
      assertEquals(statistics.over(30_000), times.filter((ms) => ms > 30_000).length);
      const sorted = times.map(Math.ceil).sort((a, b) => a - b);
      assertEquals(statistics.percentile(p), sorted[Math.max(1, Math.ceil(p * times.length / 100)) - 1]);
      assertEquals(statistics.bins().reduce((sum, { count }) => sum + count, 0), times.length);
      for (const { fromMs, toMs } of statistics.bins()) assertEquals(fromMs < toMs, true);
    }),
  );
});

Deno.test("longer times: mean, minimum and maximum exact, percentiles never shorter and a minute longer at most", () => {
  const time = fc.double({ min: 0, max: 40 * 86_400_000, noNaN: true });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 100 }), (times) => {
      const { p95Ms: shown, ...figures } = counted(times).figures();
      const { p95Ms: exact, ...expected } = naive(times);
      assertEquals(figures, expected);
      assertEquals(shown! >= exact! && shown! < exact! + 60_000 && shown! <= expected.maxMs!, true);
    }),
  );
});

Deno.test("a million times leave no more than the values that there are", () => {
  const statistics = new TimeStatistics();
  for (let i = 0; i < 1_000_000; i++) statistics.add(i % 1000);
  assertEquals(statistics.figures(), {
    count: 1_000_000,
    meanMs: 499.5,
    p95Ms: 949,
    minMs: 0,
    maxMs: 999,
  });
});

Deno.test("what is no time counts as none", () => {
  assertEquals(counted([-5, NaN, 7]).figures(), { count: 3, meanMs: 7 / 3, p95Ms: 7, minMs: 0, maxMs: 7 });
  assertEquals(counted([Infinity]).figures().count, 1);
  assertEquals(counted([]).figures(), {
    count: 0,
    meanMs: undefined,
    p95Ms: undefined,
    minMs: undefined,
    maxMs: undefined,
  });
});
