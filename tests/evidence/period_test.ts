import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { availability } from "../../src/evidence/availability.ts";
import { common, type Interval, lengthOf, union } from "../../src/evidence/interval.ts";
import { partAt, period } from "../../src/evidence/period.ts";

const HOUR = 3_600_000;
const hours = ({ from, to }: Interval) => (to - from) / HOUR;

Deno.test("a period's days and months follow one another without a gap, in every zone", () => {
  // Havana and Beirut set their clocks at midnight; Apia left out 2011-12-30; Kathmandu is 5:45 ahead; Lord Howe goes by 30 min.
  const zones = ["UTC", "Europe/Berlin", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu"];
  for (const zone of [...zones, "Australia/Lord_Howe", "America/New_York"]) {
    for (const year of ["2011", "2024", "2026"]) {
      const found = period(year, zone)!;
      for (const parts of [found.days, found.months]) {
        assertEquals([parts[0]?.from, parts.at(-1)?.to], [found.from, found.to], `${zone} ${year}`);
        for (const [i, part] of parts.entries()) {
          assert(part.to >= part.from, `${zone} ${part.label}`);
          if (i > 0) assertEquals(part.from, parts[i - 1]?.to, `${zone} ${part.label}`);
        }
      }
      assertEquals([found.days.length, found.months.length], [year === "2024" ? 366 : 365, 12]);
    }
  }
});

Deno.test("days on which clocks are set, leap days, a day that never was", () => {
  const day = (zone: string, label: string) =>
    hours(period(label.slice(0, 7), zone)!.days.find((day) => day.label === label)!);
  assertEquals(day("Europe/Berlin", "2026-03-29"), 23);
  assertEquals(day("Europe/Berlin", "2026-10-25"), 25);
  assertEquals(day("America/Havana", "2026-03-08"), 23, "00:00 to 01:00 does not exist");
  assertEquals(day("America/Havana", "2026-11-01"), 25, "00:00 to 01:00 is there twice");
  assertEquals(day("Australia/Lord_Howe", "2026-04-05"), 24.5);
  assertEquals(day("Pacific/Apia", "2011-12-30"), 0);
  assertEquals(day("UTC", "2028-02-29"), 24);
  assertEquals(hours(period("2028", "UTC")!), 366 * 24);
  assertEquals(hours(period("2026", "Europe/Berlin")!), 365 * 24);
});

Deno.test("what is no month, year or zone", () => {
  for (const text of ["2026-00", "2026-13", "26-01", "1999", "2026-1", "2026-01-01", "", "3026"]) {
    assertEquals(period(text, "UTC"), undefined, text);
  }
  assertThrows(() => period("2026", "Mars/Base"), RangeError);
});

const span = fc.tuple(fc.integer({ min: -20, max: 120 }), fc.integer({ min: 0, max: 60 }))
  .map(([from, length]): Interval => ({ from, to: from + length }));

Deno.test("union and availability equal counting every instant", () => {
  fc.assert(
    fc.property(fc.array(span), span, span, (spans, within, known) => {
      const bad = (at: number) => spans.some(({ from, to }) => at >= from && at < to);
      const count = (counts: (at: number) => boolean) =>
        Array.from({ length: 220 }, (_, i) => i - 30).filter(counts).length;
      const inside = (at: number) => at >= within.from && at < within.to;
      const joined = union(spans, within);
      assertEquals(lengthOf(joined), count((at) => inside(at) && bad(at)));
      for (const [i, { from, to }] of joined.entries()) {
        assert(from < to && (i === 0 || joined[i - 1]!.to < from));
      }
      const counted = (at: number) => inside(at) && at >= known.from && at < known.to;
      const { countedMs, faultMs } = availability(spans, within, known);
      assertEquals([countedMs, faultMs], [count(counted), count((at) => counted(at) && bad(at))]);
    }),
  );
});

Deno.test("what two lists have in common equals counting every instant", () => {
  const everything = { from: -100, to: 300 };
  const of = (spans: Interval[], at: number) => spans.some(({ from, to }) => at >= from && at < to);
  fc.assert(
    fc.property(fc.array(span), fc.array(span), (a, b) => {
      const both = common(union(a, everything), union(b, everything));
      const instants = Array.from({ length: 220 }, (_, i) => i - 30);
      assertEquals(lengthOf(both), instants.filter((at) => of(a, at) && of(b, at)).length);
    }),
  );
});

Deno.test("an instant is in the part that holds it", () => {
  const { days, from, to } = period("2026-03", "Europe/Berlin")!;
  fc.assert(
    fc.property(fc.integer({ min: from - HOUR, max: to + HOUR }), (at) => {
      assertEquals(partAt(days, at), days.findIndex((day) => at >= day.from && at < day.to));
    }),
  );
});
