import { assert, assertEquals } from "@std/assert";
import { category } from "../../../src/delivery/category/category.ts";
import { categorySettings } from "../../../src/delivery/category/category_settings.ts";
import { CATEGORY_TABLES, type CategoryName } from "../../../src/delivery/category/category_tables.ts";
import { AeSupervision } from "../../../src/delivery/supervision/ae_supervision.ts";

const settings = (name: CategoryName) => categorySettings(category(name));

function serving(...names: CategoryName[]): AeSupervision {
  const ae = new AeSupervision(0);
  for (const name of names) ae.serve(settings(name), 0);
  return ae;
}

Deno.test("the limit is the shortest reporting time of any site, the heartbeat at most a quarter of it", () => {
  const of = (...names: CategoryName[]) => {
    const { limitMs = NaN, heartbeatMs = NaN } = serving(...names);
    assert(heartbeatMs <= limitMs / 4);
    return [limitMs / 1000, heartbeatMs / 1000];
  };
  assertEquals(of("SP6"), [20, 4]);
  assertEquals(of("SP5"), [90, 20]);
  assertEquals(of("DP4"), [90, 20]);
  assertEquals(of("SP4"), [180, 40]);
  assertEquals(of("SP1"), [2_764_800, 604_800]);
  assertEquals(of("SP1", "DP1", "SP6", "DP4"), [20, 4]);
  assertEquals(of(...CATEGORY_TABLES.categories), [20, 4]);
});

Deno.test("an AE that does not answer in its language is declared failed within the limit, once, and is back with an answer", () => {
  const ae = serving("SP6", "SP4");
  assertEquals(ae.status, "unknown");
  assertEquals(ae.answered(1000), []);
  assertEquals([ae.status, ae.nextTick], ["answers", 19_000]);
  // TCP may acknowledge as it likes: nobody tells us, and it would not count.
  assertEquals(ae.tick(18_999), []);
  assertEquals(ae.tick(19_000), [{ kind: "ae-failed", at: 19_000, since: 19_000 }]);
  assertEquals([ae.tick(1e9), ae.status, ae.nextTick], [[], "failed", undefined]);
  assertEquals(ae.answered(1e9), [{ kind: "ae-restored", at: 1e9, since: 19_000 }]);
  assertEquals([ae.status, ae.nextTick], ["answers", 1e9 + 18_000]);
});

Deno.test("a tick that comes late has the time at which it was due; an answer before it does not hide the fault", () => {
  const ae = serving("SP5");
  assertEquals(ae.answered(500_000), [
    { kind: "ae-failed", at: 81_000, since: 81_000 },
    { kind: "ae-restored", at: 500_000, since: 81_000 },
  ]);
});

Deno.test("heartbeats follow the sites that come and go", () => {
  const ae = new AeSupervision(0);
  assertEquals([ae.limitMs, ae.heartbeatMs, ae.nextTick, ae.tick(1e9)], [
    undefined,
    undefined,
    undefined,
    [],
  ]);
  assertEquals(ae.serve(settings("SP4"), 1000), [{ kind: "heartbeat", at: 1000, periodMs: 40_000 }]);
  assertEquals(ae.nextTick, 163_000, "its time begins with the first site");
  assertEquals(ae.serve(settings("SP4"), 2000), []);
  assertEquals(ae.serve(settings("SP6"), 150_000), [{ kind: "heartbeat", at: 150_000, periodMs: 4000 }]);
  assertEquals(ae.nextTick, 150_000, "overdue by the new limit: now, and not in the past");
  assertEquals(ae.tick(150_000), [{ kind: "ae-failed", at: 150_000, since: 150_000 }]);
  assertEquals(ae.answered(151_000).length, 1);
  assertEquals(ae.release(settings("SP4"), 152_000), []);
  assertEquals(ae.release(settings("SP6"), 152_000), [{ kind: "heartbeat", at: 152_000, periodMs: 40_000 }]);
  assertEquals(ae.release(settings("SP4"), 153_000), [{
    kind: "heartbeat",
    at: 153_000,
    periodMs: undefined,
  }]);
  assertEquals([ae.nextTick, ae.limitMs], [undefined, undefined]);
});

Deno.test("a fault outlives the sites, and ends with an answer", () => {
  const ae = serving("SP6");
  ae.tick(18_000);
  ae.release(settings("SP6"), 20_000);
  assertEquals(ae.status, "failed");
  assertEquals(ae.answered(30_000), [{ kind: "ae-restored", at: 30_000, since: 18_000 }]);
  assertEquals(ae.answered(NaN), []);
  ae.serve(settings("SP6"), 40_000);
  assertEquals(ae.nextTick, 58_000);
});
