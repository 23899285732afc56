import { assertEquals } from "@std/assert";
import { TimeStatistics } from "../../src/evidence/time_statistics.ts";
import {
  judgeAvailability,
  judgeReporting,
  judgeTransmissions,
  type VerdictWord,
} from "../../src/evidence/verdict.ts";

const SP4 = { meanMs: 20_000, p95Ms: 30_000, maxMs: 60_000 };
const NONE = { meanMs: undefined, p95Ms: undefined, maxMs: undefined };

/** Verdicts of mean, percentile, maximum. */
function judge(times: readonly number[], { untimed = 0, waiting = 0, limits = SP4, enough = 20 } = {}) {
  const statistics = new TimeStatistics();
  for (const ms of times) statistics.add(ms);
  return judgeTransmissions(statistics.figures(), statistics.over(limits.p95Ms), limits, {
    enough,
    untimed,
    waiting,
  }).map(({ verdict }) => verdict);
}

const times = (count: number, ms: number) => new Array<number>(count).fill(ms);

Deno.test("transmissions: at a limit it is met, a millisecond above it is not", () => {
  const cases: [times: number[], verdicts: VerdictWord[]][] = [
    [times(20, 20_000), ["met", "met", "met"]],
    [[...times(19, 20_000), 20_000.001], ["not met", "met", "met"]],
    // 20: the 19th counts. 2 above the limit are one too many.
    [[...times(19, 100), 30_001], ["met", "met", "met"]],
    [[...times(18, 100), 30_001, 30_001], ["met", "not met", "met"]],
    [[...times(19, 100), 60_000], ["met", "met", "met"]],
    [[...times(19, 100), 60_001], ["met", "met", "not met"]],
  ];
  for (const [list, verdicts] of cases) assertEquals(judge(list), verdicts);
});

Deno.test("transmissions: never met with too few, but a late one is late", () => {
  assertEquals(judge([]), times(3, 0).map(() => "not enough data"));
  assertEquals(judge(times(19, 1)), times(3, 0).map(() => "not enough data"));
  assertEquals(judge(times(19, 59_000)), times(3, 0).map(() => "not enough data"));
  assertEquals(judge([60_001]), ["not enough data", "not enough data", "not met"]);
});

Deno.test("transmissions: what is not among the times may not be taken for good", () => {
  assertEquals(judge(times(100, 1), { untimed: 1 }), ["not enough data", "met", "not enough data"]);
  // 5 of 100 may be above the limit, and it does not matter which.
  assertEquals(judge(times(95, 1), { waiting: 5 })[1], "met");
  assertEquals(judge(times(94, 1), { waiting: 6 })[1], "not enough data");
  assertEquals(judge([...times(94, 1), 30_001], { untimed: 5 })[1], "not enough data");
});

Deno.test("transmissions: no limit, no verdict", () => {
  const figures = { count: 100, meanMs: 1, p95Ms: 1, minMs: 1, maxMs: 1 };
  const verdicts = judgeTransmissions(figures, 0, NONE, { enough: 20, untimed: 0, waiting: 0 });
  assertEquals(verdicts.map(({ verdict }) => verdict), times(3, 0).map(() => "no limit"));
});

Deno.test("availability: met needs the whole period and a whole record", () => {
  const of = (faultMs: number, whole = true, doubt = "", limit: number | undefined = 0.985) =>
    judgeAvailability(
      { countedMs: whole ? 1000 : 500, faultMs, share: 1 - faultMs / (whole ? 1000 : 500), whole },
      limit,
      1000,
      doubt,
    ).verdict;
  assertEquals([of(15), of(16), of(0), of(1000)], ["met", "not met", "met", "not met"]);
  assertEquals([of(15, false), of(16, false)], ["not enough data", "not met"]);
  assertEquals([of(0, true, "why"), of(16, true, "why")], ["not enough data", "not met"]);
  assertEquals(judgeAvailability({ countedMs: 0, faultMs: 0, share: undefined, whole: false }, 0.5, 1, ""), {
    figure: "availability",
    value: undefined,
    limit: 0.5,
    verdict: "not enough data",
    why: "not the whole period counts",
  });
  const unlimited = judgeAvailability({ countedMs: 1, faultMs: 0, share: 1, whole: true }, undefined, 1, "");
  assertEquals(unlimited.verdict, "no limit");
});

Deno.test("reporting time: silence and delivery together", () => {
  const delivery = (maxMs: number | undefined) => ({
    count: maxMs === undefined ? 0 : 1,
    meanMs: maxMs,
    p95Ms: maxMs,
    minMs: maxMs,
    maxMs,
  });
  const of = (silenceMs: number, maxMs?: number, { silenceKnown = true, waiting = 0 } = {}) =>
    judgeReporting({ silenceMs, silenceKnown, delivery: delivery(maxMs), waiting }, 90_000).verdict;
  assertEquals([of(80_000, 10_000), of(80_000, 10_001)], ["met", "not met"]);
  assertEquals([of(80_000), of(90_001)], ["not enough data", "not met"], "nothing was told");
  assertEquals(of(80_000, 10_000, { waiting: 1 }), "not enough data");
  const unknown = { silenceKnown: false };
  assertEquals([of(80_000, 100, unknown), of(95_000, 100, unknown)], ["met", "not enough data"]);
  assertEquals(of(95_000, 90_001, unknown), "not met", "the delivery alone is too long");
  const times = { silenceMs: 1, silenceKnown: true, delivery: delivery(1), waiting: 0 };
  assertEquals(judgeReporting(times, undefined).verdict, "no limit");
});
