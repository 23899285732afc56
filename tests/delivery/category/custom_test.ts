import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { categorySettings } from "../../../src/delivery/category/category_settings.ts";
import { customCategory, type CustomClasses } from "../../../src/delivery/category/custom_category.ts";

const parts: CustomClasses = {
  tablesOf: "DP2",
  transmission: "D0",
  maximum: "M2",
  reporting: "T4",
  availability: "A2",
  substitution: "S1",
  information: "I0",
};

function made(classes: CustomClasses) {
  const custom = customCategory(classes);
  assert(custom.ok, JSON.stringify(custom));
  return custom.category;
}

function problems(classes: CustomClasses): [string, string][] {
  const custom = customCategory(classes);
  assert(!custom.ok);
  return custom.problems.map(({ path, message }) => [path, message]);
}

Deno.test("a custom category is what its classes are, with the strictest times for what they do not say", () => {
  const { name, dual, transmission, reporting, aeAlarms, claims } = made(parts);
  assertEquals([name, dual, aeAlarms.path], ["custom", true, "Op"]);
  assertEquals(transmission, { meanMs: undefined, p95Ms: undefined, maxMs: 120_000 });
  assertEquals(reporting, {
    primaryMs: 180_000,
    alternativeMs: 180_000,
    alternativeFailedMs: 180_000,
    atsMs: 360_000,
  });
  assertEquals(claims, { availability: "A2", substitution: "S1", information: "I0" });
  const single = made({ ...parts, tablesOf: "SP1", reporting: "T1" });
  assertEquals([single.dual, single.asAlarms.ats, single.reporting.atsMs], [false, "Op", 2_764_800_000]);
});

Deno.test("times may be given where the classes do not say them", () => {
  const { reporting } = made({
    ...parts,
    alternativeFailed: "T3",
    alternativeMs: 90_000_000,
    atsMs: 3_600_000,
  });
  assertEquals(reporting, {
    primaryMs: 180_000,
    alternativeMs: 90_000_000,
    alternativeFailedMs: 1_800_000,
    atsMs: 3_600_000,
  });
});

Deno.test("times that cannot be held are refused, with what could be done", () => {
  assertEquals(problems({ ...parts, atsMs: 180_000, alternativeMs: 90_000_000 }), [[
    "atsMs",
    "180 s: the loss of all paths is known after 324 s at the latest, and the AE has to be told in time; make it longer, " +
    "or the times of the paths shorter",
  ]]);
  for (const alternativeMs of [0, 19_999, 180_000_001, NaN, -1]) {
    assertEquals(problems({ ...parts, alternativeMs })[0]?.[0], "alternativeMs", String(alternativeMs));
  }
  for (const atsMs of [0, NaN, Infinity, -1]) {
    assertEquals(problems({ ...parts, atsMs })[0]?.[0], "atsMs", String(atsMs));
  }
  // One path: a second one that idles would make the loss of all known too late.
  assertEquals(problems({ ...parts, tablesOf: "SP4", alternativeMs: 3_600_000 })[0]?.[0], "atsMs");
});

Deno.test("any combination of classes makes settings, with times in order", () => {
  const of = <T extends string>(...names: T[]) => fc.constantFrom(...names);
  const classes = fc.record({
    tablesOf: of("SP1", "SP4", "SP6", "DP1", "DP4"),
    transmission: of("D0", "D1", "D2", "D3", "D4"),
    maximum: of("M0", "M1", "M2", "M3", "M4"),
    reporting: of("T1", "T2", "T3", "T4", "T5", "T6"),
    availability: of("A0", "A1", "A2", "A3", "A4"),
    substitution: of("S0", "S1", "S2"),
    information: of("I0", "I1", "I2", "I3"),
  });
  fc.assert(fc.property(classes, fc.integer({ min: 2, max: 10 }), (chosen, misses) => {
    const { primary, alternativeFailed, ats } = categorySettings(made(chosen), misses);
    assert(primary.declareMs <= ats.declareMs);
    if (chosen.tablesOf.startsWith("DP")) {
      assert(primary.declareMs + alternativeFailed.declareMs <= ats.declareMs);
    }
  }));
});
