import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DueHeap } from "../../../src/delivery/supervision/due_heap.ts";
import { SiteSupervision } from "../../../src/delivery/supervision/site_supervision.ts";
import { SupervisionWheel } from "../../../src/delivery/supervision/supervision_wheel.ts";
import { paths, rules } from "./world.ts";

Deno.test("the heap always knows which slot is due first", () => {
  const change = fc.tuple(
    fc.nat(40),
    fc.oneof({ weight: 3, arbitrary: fc.nat(1000) }, { weight: 1, arbitrary: fc.constant(Infinity) }),
  );
  fc.assert(fc.property(fc.array(change, { maxLength: 200, size: "max" }), (changes) => {
    const heap = new DueHeap(), plain = new Map<number, number>();
    for (const [slot, at] of changes) {
      heap.set(slot, at);
      if (at === Infinity) plain.delete(slot);
      else plain.set(slot, at);
      assertEquals(heap.size, plain.size);
      assertEquals(heap.at(slot), at);
      const { first } = heap;
      if (plain.size === 0) assertEquals(first, undefined);
      else assertEquals(plain.get(first!), Math.min(...plain.values()));
    }
    const order: number[] = [];
    for (let { first } = heap; first !== undefined; first = heap.first) {
      order.push(heap.at(first));
      heap.set(first, Infinity);
    }
    assertEquals(order, [...plain.values()].sort((a, b) => a - b));
  }));
});

Deno.test("a wheel says of each site what it says alone", () => {
  const SITES = 8;
  const action = fc.record({
    wait: fc.integer({ min: 0, max: 60_000 }),
    site: fc.nat(SITES - 1),
    path: fc.constantFrom("line", "radio"),
    kind: fc.constantFrom("proven", "proven", "proven", "configure", "replace"),
  });
  const of = [rules("DP4"), rules("SP6"), rules("DP4", { allPaths: "combined", aePathDelayMs: 45_000 })];
  fc.assert(fc.property(fc.array(action, { maxLength: 120, size: "max" }), (actions) => {
    const wheel = new SupervisionWheel();
    const alone = Array.from({ length: SITES }, () => new SiteSupervision(of[0]!, paths("line", "radio"), 0));
    const fromWheel: string[][] = alone.map(() => []), fromAlone: string[][] = alone.map(() => []);
    alone.forEach((_, at) => wheel.set(`site ${at}`, new SiteSupervision(of[0]!, paths("line", "radio"), 0)));
    let now = 0;
    for (const { wait, site, path, kind } of actions) {
      now += wait;
      for (const { site: name, effects } of wheel.tick(now)) {
        assert(effects.length > 0);
        fromWheel[Number(name.slice(5))]!.push(...effects.map((effect) => JSON.stringify(effect)));
      }
      assert((wheel.nextTick ?? Infinity) > now);
      alone.forEach((one, at) =>
        fromAlone[at]!.push(...one.tick(now).map((effect) => JSON.stringify(effect)))
      );
      const name = `site ${site}`;
      const note = (to: string[][], effects: readonly unknown[]) =>
        to[site]!.push(...effects.map((effect) => JSON.stringify(effect)));
      if (kind === "proven") {
        note(fromWheel, wheel.proven(name, path, now));
        note(fromAlone, alone[site]!.proven(path, now));
      } else if (kind === "configure") {
        const other = of[(site + now) % of.length]!;
        const names = now % 2 === 0 ? paths("line", "radio") : paths("radio");
        note(fromWheel, wheel.change(name, (supervision) => supervision.configure(other, names, now)));
        note(fromAlone, alone[site]!.configure(other, names, now));
      } else {
        assert(wheel.delete(name) && wheel.get(name) === undefined && !wheel.delete(name));
        wheel.set(name, new SiteSupervision(of[1]!, paths("line"), now));
        alone[site] = new SiteSupervision(of[1]!, paths("line"), now);
      }
      assertEquals(wheel.size, SITES);
    }
    assertEquals(fromWheel, fromAlone);
  }));
});

Deno.test("a tick may be taken in parts; nothing is lost between", () => {
  const wheel = new SupervisionWheel();
  for (let at = 0; at < 100; at++) {
    wheel.set(`site ${at}`, new SiteSupervision(rules("SP6"), paths("line"), at));
  }
  const seen = new Set<string>();
  while (wheel.nextTick !== undefined && wheel.nextTick <= 60_000) {
    let batch = 0;
    for (const { site } of wheel.tick(60_000)) {
      assert(!seen.has(site));
      seen.add(site);
      if (++batch === 7) break;
    }
  }
  assertEquals([seen.size, wheel.nextTick], [100, undefined]);
  assertEquals(wheel.proven("site 3", "line", 70_000).length, 2);
  assertEquals(wheel.nextTick, 88_000, "a site that is back is watched again");
});

Deno.test("what is not there is let pass", () => {
  const wheel = new SupervisionWheel();
  assertEquals([wheel.nextTick, wheel.size, wheel.get("mill")], [undefined, 0, undefined]);
  assertEquals(wheel.proven("mill", "line", 1), []);
  assertEquals(wheel.change("mill", (site) => site.tick(1)), []);
  assertEquals([...wheel.tick(1)], []);
});
