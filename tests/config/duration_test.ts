import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../src/config/duration.ts";

Deno.test("durations are read with every unit and with fractions", () => {
  const cases: [unknown, number | undefined][] = [
    ["500ms", 500],
    ["4s", 4000],
    ["4 s", 4000],
    ["1.5s", 1500],
    ["2m", 120_000],
    ["24h", 86_400_000],
    ["32d", 2_764_800_000],
    [0.25, 250],
    [30, 30_000],
    ["30", undefined],
    ["", undefined],
    ["s", undefined],
    ["-1s", undefined],
    ["1e3s", undefined],
    ["1s ", undefined],
    ["1S", undefined],
    ["999999999999d", undefined],
    [-1, undefined],
    [NaN, undefined],
    [Infinity, undefined],
    [1e300, undefined],
    [true, undefined],
    [undefined, undefined],
  ];
  for (const [value, ms] of cases) assertEquals(parseDuration(value), ms, String(value));
});

Deno.test("what is written is read back", () => {
  fc.assert(fc.property(fc.nat(), (ms) => assertEquals(parseDuration(formatDuration(ms)), ms)));
});

Deno.test("anything is read without throwing", () => {
  fc.assert(fc.property(fc.anything(), (value) => {
    const ms = parseDuration(value);
    assertEquals(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0), true);
  }));
});
