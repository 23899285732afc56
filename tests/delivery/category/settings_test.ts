import { assertEquals, assertThrows } from "@std/assert";
import { category } from "../../../src/delivery/category/category.ts";
import { CATEGORY_CLASSES } from "../../../src/delivery/category/category_classes.ts";
import { categorySettings } from "../../../src/delivery/category/category_settings.ts";
import { CATEGORY_TABLES } from "../../../src/delivery/category/category_tables.ts";
import { reportingLimit } from "../../../src/delivery/category/reporting_limit.ts";

const S = 1000, MIN = 60 * S, H = 60 * MIN, D = 24 * H;

Deno.test("the fault is declared so early, and polls come so often, that the reporting time is held", () => {
  // T, declared at, and the longest poll period that 3 misses allow: en50136.md §5.1.
  const printed: [number, number, number][] = [
    [20 * S, 18 * S, 4.5 * S],
    [90 * S, 81 * S, 20 * S],
    [3 * MIN, 162 * S, 40 * S],
    [30 * MIN, 29 * MIN, 7 * MIN],
    [25 * H, 25 * H - MIN, 6 * H],
    [5 * H, 5 * H - MIN, 74 * MIN],
    [50 * H, 50 * H - MIN, 12 * H],
    [32 * D, 32 * D - MIN, 8 * D],
  ];
  for (const [reportMs, declareMs, longestPollMs] of printed) {
    const limit = reportingLimit(reportMs, 3);
    assertEquals(limit.declareMs, declareMs);
    assertEquals(limit.pollMs <= longestPollMs, true, `poll ${limit.pollMs}`);
    assertEquals(limit.pollMs >= longestPollMs * 0.85, true, `no more polls than needed: ${limit.pollMs}`);
  }
});

Deno.test("the last poll allowed comes a round trip before the fault, whatever the misses", () => {
  for (
    const reportMs of [20 * S, 40 * S, 90 * S, 100 * S, 3 * MIN, 30 * MIN, 5 * H, 25 * H, 50 * H, 32 * D]
  ) {
    for (let misses = 2; misses <= 10; misses++) {
      const { declareMs, pollMs } = reportingLimit(reportMs, misses);
      assertEquals(pollMs % S, 0, "whole seconds: the protocol has no others");
      assertEquals(
        pollMs >= S && (misses + 1) * pollMs <= declareMs - S,
        true,
        `${reportMs} ${misses} ${pollMs}`,
      );
    }
  }
  for (const misses of [1, 11, 2.5, NaN]) {
    assertThrows(() => reportingLimit(90 * S, misses), RangeError, "2 to 10");
  }
  for (const reportMs of [0, 19_999, NaN, Infinity]) {
    assertThrows(() => reportingLimit(reportMs, 3), RangeError, "20 s at least");
  }
});

Deno.test("the settings of every category", () => {
  const all = CATEGORY_TABLES.categories.map((name) => {
    const { dual, transmission, primary, alternative, alternativeFailed, ats } = categorySettings(
      category(name),
    );
    const seconds = [primary, alternative, alternativeFailed, ats].map(({ declareMs }) => declareMs / S);
    return [name, dual, (transmission.maxMs ?? 0) / S, ...seconds];
  });
  assertEquals(all, [
    ["SP1", false, 480, 2_764_740, 2_764_740, 2_764_740, 2_764_740],
    ["SP2", false, 120, 89_940, 89_940, 89_940, 89_940],
    ["SP3", false, 60, 1740, 1740, 1740, 1740],
    ["SP4", false, 60, 162, 162, 162, 162],
    ["SP5", false, 30, 81, 81, 81, 81],
    ["SP6", false, 30, 18, 18, 18, 18],
    ["DP1", true, 120, 89_940, 179_940, 89_940, 179_940],
    ["DP2", true, 60, 1740, 89_940, 1740, 3540],
    ["DP3", true, 60, 162, 89_940, 162, 324],
    ["DP4", true, 30, 81, 17_940, 81, 162],
  ]);
});

Deno.test("a category's classes are those with its figures, as they were seen with it", () => {
  const classes = CATEGORY_TABLES.categories.map((name) => {
    const { transmission, maximum, reporting } = category(name).classes;
    return `${name} ${transmission} ${maximum} ${reporting}`;
  });
  assertEquals(classes, [
    "SP1 D1 M1 T1",
    "SP2 D2 M2 T2",
    "SP3 D3 M3 T3",
    "SP4 D3 M3 T4",
    "SP5 D4 M4 T5",
    "SP6 D4 M4 T6",
    "DP1 D2 M2 T2",
    "DP2 D3 M3 T3",
    "DP3 D3 M3 T4",
    "DP4 D4 M4 T5",
  ]);
});

Deno.test("the classes of annex D", () => {
  const rows = (table: Readonly<Record<string, object>>) =>
    Object.entries(table).map((
      [name, row],
    ) => [name, ...Object.values(row).filter((v) => typeof v === "number")]);
  const { d, m, t, a, s, i } = CATEGORY_CLASSES;
  assertEquals(rows(d), [["D0"], ["D1", 120, 240], ["D2", 60, 90], ["D3", 20, 30], ["D4", 10, 15]]);
  assertEquals(rows(m), [["M0"], ["M1", 480], ["M2", 120], ["M3", 60], ["M4", 30]]);
  assertEquals(rows(t), [
    ["T1", 32 * 86_400],
    ["T2", 25 * 3600],
    ["T3", 1800],
    ["T4", 180],
    ["T5", 90],
    ["T6", 20],
  ]);
  assertEquals(rows(a), [["A0"], ["A1", 97, 75], ["A2", 99.3, 91], ["A3", 99.5, 95], ["A4", 99.8, 98.5]]);
  assertEquals([Object.keys(s), Object.keys(i)], [["S0", "S1", "S2"], ["I0", "I1", "I2", "I3"]]);
  const derived = Object.entries({ ...d, ...m, ...t }).filter(([, row]) => row.confidence === "D");
  assertEquals(derived.length, 14, "the zeros are from memory");
  assertEquals(Object.values({ ...a, ...s, ...i }).every(({ confidence }) => confidence === "C"), true);
});

Deno.test("availability and security do not follow from a category; they are claimed or not", () => {
  for (const name of CATEGORY_TABLES.categories) assertEquals(categorySettings(category(name)).claims, {});
  const claims = { availability: "A4", substitution: "S2", information: "I3" } as const;
  assertEquals(categorySettings(category("SP6", claims)).claims, claims);
});
