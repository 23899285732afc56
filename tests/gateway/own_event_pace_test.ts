import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { OwnEventPace } from "../../src/gateway/own_event_pace.ts";

const TIMES = { holdMs: 0, apartMs: 60_000, longMs: 60_000 };

const steps = fc.array(
  fc.record({
    what: fc.constantFrom("came", "went", "due", "stored"),
    ms: fc.integer({ min: 0, max: 40_000 }),
  }),
  { maxLength: 200 },
);

Deno.test("whatever comes, goes and is stored late: fault and restore in turn, no fault late, a restore a minute at most", () => {
  fc.assert(fc.property(steps, fc.constantFrom(0, 5000), (moves, holdMs) => {
    const pace = new OwnEventPace({ ...TIMES, holdMs });
    let now = 0, cameAt = 0, standing = false, told = false, restoredAt = -Infinity, underWay = false;
    for (const { what, ms } of moves) {
      now += ms;
      if (what === "came") {
        if (!standing) cameAt = now;
        standing = true;
        pace.came(now, ["a"]);
      } else if (what === "went") {
        standing = false;
        pace.went(now);
      } else if (what === "due") {
        const telling = pace.due(now);
        if (!underWay && standing && !told) {
          assertEquals(
            telling !== undefined && !telling.over,
            now >= cameAt + holdMs,
            "a fault is told in time",
          );
        }
        if (telling === undefined) continue;
        assertEquals([telling.over, telling.lanes], [told, ["a"]], "fault, restore, fault, …");
        assert(telling.times >= 1 && telling.lastedMs >= 0);
        underWay = true;
      } else if (underWay) {
        pace.stored(now);
        underWay = false;
        if (told) {
          restoredAt = now;
        } else assert(now >= restoredAt);
        told = !told;
      }
    }
    // In the end the truth is told, a minute later at most.
    for (let i = 0; i < 3; i++) {
      now += 60_000;
      if (pace.due(now) === undefined) continue;
      pace.stored(now);
      told = !told;
    }
    assertEquals([pace.told.size > 0, pace.nextAt], [standing, undefined]);
    assertEquals(told, standing);
  }));
});

Deno.test("restores are a minute apart", () => {
  fc.assert(fc.property(steps, (moves) => {
    const pace = new OwnEventPace(TIMES);
    let now = 0, last = -Infinity;
    for (const { what, ms } of moves) {
      now += ms;
      if (what === "came") pace.came(now, ["a"]);
      if (what === "went") pace.went(now);
      const telling = pace.due(now);
      if (telling === undefined) continue;
      pace.stored(now);
      if (!telling.over) continue;
      assert(now - last >= 60_000, `${now - last} ms between two restores`);
      last = now;
    }
  }));
});

Deno.test("what is being stored stays the same until it is, whatever happens meanwhile", () => {
  const pace = new OwnEventPace(TIMES);
  pace.came(0, ["a", "b"]);
  const telling = pace.due(0);
  assertEquals(telling, { over: false, lanes: ["a", "b"], times: 1, lastedMs: 0 });
  pace.went(10);
  pace.came(20, ["a", "b"]);
  pace.went(70_000);
  assertEquals(pace.due(70_000), telling);
  pace.stored(70_000);
  assertEquals(pace.due(70_000), { over: true, lanes: ["a", "b"], times: 2, lastedMs: 70_000 });
});

Deno.test("the one that was away hears of a long absence only", () => {
  const pace = new OwnEventPace({ ...TIMES, holdMs: 5000 });
  pace.came(0, [], ["self"]);
  pace.went(59_999);
  assertEquals([pace.due(59_999), pace.nextAt], [undefined, undefined]);
  pace.came(100_000, [], ["self"]);
  pace.went(160_000);
  assertEquals(pace.due(160_000), { over: true, lanes: ["self"], times: 2, lastedMs: 60_000 });
});
