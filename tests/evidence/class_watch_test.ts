import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type ClassEffect, ClassWatch } from "../../src/evidence/class_watch.ts";

const DAY = 86_400_000;
const SP5 = { meanMs: 10_000, p95Ms: 15_000, maxMs: 30_000 };
const kinds = (effects: ClassEffect[]) => effects.map(({ kind }) => kind);

Deno.test("one above the maximum: told once, and met again when it has left the window", () => {
  const watch = new ClassWatch({ limits: SP5 });
  let at = 0;
  for (let i = 0; i < 25; i++) assertEquals(watch.delivered(at += 1000, 200), []);
  assertEquals(watch.delivered(at, 30_001), [{
    kind: "class-lost",
    at,
    breaches: [{ figure: "max", value: 1, limit: 0 }],
  }]);
  assertEquals(watch.delivered(at, 90_000), []);
  assertEquals(watch.tick(at + 29 * DAY), []);
  // The window is empty of transmissions: nothing shows that the class is met.
  assertEquals(watch.tick(at + 40 * DAY), []);
  let told: ClassEffect[] = [];
  for (let i = 0; i < 20; i++) told = [...told, ...watch.delivered(at + 40 * DAY + i, 200)];
  assertEquals(told, [{ kind: "class-met", at: at + 40 * DAY + 19 }]);
  assertEquals(watch.lost, false);
});

Deno.test("the mean: lost above the limit, back only well below it", () => {
  const watch = new ClassWatch({ limits: { ...SP5, p95Ms: undefined }, enough: 4 });
  for (const ms of [12_000, 12_000, 12_000]) assertEquals(watch.delivered(0, ms), [], "too few");
  const [lost] = watch.delivered(1, 12_000);
  assertEquals(lost?.kind === "class-lost" && lost.breaches, [
    { figure: "mean", value: 12_000, limit: 10_000 },
  ]);
  // 60 s in 6: at the limit. In 7 with 63 s: 9 s, 10 % below.
  assertEquals(kinds(watch.delivered(2, 9000)), []);
  assertEquals(kinds(watch.delivered(3, 3000)), []);
  assertEquals(kinds(watch.delivered(4, 3000)), ["class-met"]);
});

Deno.test("the percentile: one in twenty may be late", () => {
  const watch = new ClassWatch({ limits: SP5 });
  for (let i = 0; i < 19; i++) assertEquals(watch.delivered(i, 100), []);
  assertEquals(watch.delivered(20, 16_000), [], "the 19th of 20 counts");
  assertEquals(kinds(watch.delivered(21, 16_000)), ["class-lost"]);
  for (let i = 0; i < 18; i++) assertEquals(watch.delivered(22 + i, 100), []);
  // Of 40, two may be late.
  assertEquals(kinds(watch.delivered(40, 100)), ["class-met"]);
});

Deno.test("availability: more time in fault than the window allows", () => {
  const watch = new ClassWatch({
    limits: { meanMs: undefined, p95Ms: undefined, maxMs: undefined, availability: 0.9 },
    windowMs: 100 * DAY,
  });
  assertEquals(watch.failed(0), []);
  assertEquals(watch.failed(DAY), [], "two at once are one");
  assertEquals(watch.restored(5 * DAY), []);
  assertEquals(watch.tick(10 * DAY), []);
  assertEquals(watch.tick(10 * DAY + 1).map((effect) => effect.kind === "class-lost" && effect.breaches[0]), [
    { figure: "availability", value: 1 - (10 * DAY + 1) / (100 * DAY), limit: 0.9 },
  ]);
  assertEquals(watch.restored(10 * DAY + 2), []);
  assertEquals(watch.tick(100 * DAY), []);
  assertEquals(kinds(watch.tick(104 * DAY)), ["class-met"], "the oldest days have left the window");
});

Deno.test("a clock that is set, forwards by years or back, breaks nothing", () => {
  const watch = new ClassWatch({ limits: { ...SP5, availability: 0.5 }, enough: 1 });
  watch.failed(Date.UTC(2026, 0));
  assertEquals(kinds(watch.delivered(Date.UTC(2200, 0), 100)), ["class-lost"]);
  assertEquals(watch.delivered(0, 100), []);
  assertEquals(watch.restored(5), []);
  assertThrows(() => new ClassWatch({ limits: SP5, windowMs: 0 }), RangeError);
  assertThrows(() => new ClassWatch({ limits: SP5, hysteresis: 1 }), RangeError);
});

Deno.test("lost and met take turns, and lost is told of what is above a limit", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 2 * DAY }),
    ms: fc.integer({ min: 0, max: 40_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const watch = new ClassWatch({ limits: SP5, enough: 3 });
      let at = 0, expected = "class-lost";
      const late: number[] = [];
      for (const { wait, ms } of steps) {
        at += wait;
        if (ms > 30_000) late.push(at);
        for (const { kind } of watch.delivered(at, ms)) {
          assertEquals(kind, expected);
          expected = kind === "class-lost" ? "class-met" : "class-lost";
        }
        if (late.some((then) => at - then < 30 * DAY)) assertEquals(watch.lost, true);
      }
    }),
  );
});
