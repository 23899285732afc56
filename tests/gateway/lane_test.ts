import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { Faults } from "../../src/gateway/faults.ts";
import { Lane, type LaneLink } from "../../src/gateway/lane.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { settled, store } from "./outbox_rig.ts";

/** An output on a virtual clock: what it is given, it holds until it is told what came of it. */
class PlayedLink implements LaneLink {
  present = false;
  up = true;
  triedAt: number | undefined;
  flight: string | undefined;
  readonly got: string[] = [];

  constructor(readonly name: string, readonly rig: Rig) {}

  get reachable(): boolean {
    return this.up && this.flight === undefined;
  }

  pump(): void {
    while (this.reachable) {
      const waiting = this.rig.lane.peek(this, this.rig.now);
      if (waiting === undefined) return;
      assertEquals(this.rig.lane.take(this, this.rig.now), waiting, "it takes what it was shown");
      assertEquals(
        waiting.repeated,
        this.rig.mayHave.has(waiting.alarm.id),
        "marked, if it may have arrived",
      );
      this.flight = waiting.alarm.id;
      this.got.push(`${waiting.alarm.id}${waiting.repeated ? " again" : ""}`);
    }
  }

  takes(): void {
    const id = this.#answered();
    this.present = true;
    this.triedAt = undefined;
    this.rig.lane.done(id);
    this.rig.delivered.push(id);
    this.rig.lane.pump();
  }

  refuses(): void {
    const id = this.#answered();
    this.present = true;
    this.rig.lane.refused(id, this, "not wanted", this.rig.now);
    this.rig.lane.pump();
  }

  /** It says nothing; with `up` false its connection is gone too. */
  falls(up = true): void {
    const id = this.flight;
    this.flight = undefined;
    this.present = false;
    this.up = up;
    if (id !== undefined) {
      this.rig.mayHave.add(id);
      this.triedAt = this.rig.now;
      this.rig.lane.unanswered(id, true, this.rig.now);
    }
    this.rig.lane.pump();
  }

  #answered(): string {
    const id = this.flight;
    assert(id !== undefined, `${this.name} has nothing to answer`);
    this.flight = undefined;
    return id;
  }
}

class Rig {
  now = 1_000_000;
  readonly journal = new MemoryJournal({ now: () => this.now });
  readonly faults = new Faults(() => {}, () => {});
  readonly lane = new Lane({
    name: "route",
    journal: this.journal,
    faults: this.faults,
    now: () => this.now,
  });
  readonly links: PlayedLink[];
  readonly delivered: string[] = [];
  /** Alarms that were left unanswered. */
  readonly mayHave = new Set<string>();

  constructor(...names: string[]) {
    this.links = names.map((name) => new PlayedLink(name, this));
    this.lane.links.push(...this.links);
  }

  async add(...ids: string[]): Promise<void> {
    for (const id of ids) {
      this.lane.outbox.add(
        await store(this.journal, id, { offered: this.lane.outbox.offersNext, lane: "route" }),
      );
    }
    await settled();
  }

  rules(): string[] {
    return this.faults.all.map(({ rule, message }) => `${rule}: ${message}`);
  }
}

async function rigOf(...names: string[]): Promise<Rig & { links: [PlayedLink, PlayedLink] }> {
  const rig = new Rig(...names);
  await rig.lane.outbox.start();
  return rig as Rig & { links: [PlayedLink, PlayedLink] };
}

Deno.test("at the start, when no AE is known to be there, the first that is ready gets the alarm", async () => {
  const rig = await rigOf("east", "west");
  const [east, west] = rig.links;
  east.up = false;
  await rig.add("A0");
  assertEquals([east.got, west.got], [[], ["A0"]]);
});

Deno.test("the first whose AE is present gets the next alarm, in order, also when it is busy just now", async () => {
  const rig = await rigOf("east", "west");
  const [east, west] = rig.links;
  east.present = west.present = true;
  await rig.add("A0", "A1", "A2");
  assertEquals([east.got, west.got], [["A0"], []]);
  for (let i = 0; i < 3; i++) east.takes();
  assertEquals([east.got, west.got, rig.delivered], [["A0", "A1", "A2"], [], ["A0", "A1", "A2"]]);
});

Deno.test("the first goes away with an alarm: the next gets that one first, as a repeat, then the others", async () => {
  const rig = await rigOf("east", "west");
  const [east, west] = rig.links;
  east.present = west.present = true;
  await rig.add("A0", "A1");
  east.falls(false);
  assertEquals(west.got, ["A0 again"]);
  west.takes();
  west.takes();
  assertEquals(west.got, ["A0 again", "A1"]);
});

Deno.test("an AE without heartbeat that was silent is tried with one alarm a minute; the others go on meanwhile", async () => {
  const rig = await rigOf("east", "west");
  const [east, west] = rig.links;
  east.present = west.present = true;
  await rig.add("A0");
  east.falls();
  west.takes();
  rig.now += 59_000;
  await rig.add("A1");
  assertEquals(west.got.at(-1), "A1");
  west.takes();
  rig.now += 1000;
  await rig.add("A2", "A3");
  assertEquals(
    [east.got.at(-1), west.got.at(-1)],
    ["A2", "A3"],
    "one goes to find out, the next does not wait",
  );
  west.takes();
  east.takes();
  await rig.add("A4");
  assertEquals(east.got.at(-1), "A4", "it is back, and the first again");
});

Deno.test("a clock that was set back does not keep an AE from being tried", async () => {
  const rig = await rigOf("east", "west");
  const [east, west] = rig.links;
  west.present = true;
  await rig.add("A0");
  east.falls();
  west.takes();
  rig.now -= 3_600_000;
  await rig.add("A1");
  assertEquals(east.got, ["A0", "A1"]);
});

Deno.test("what the first refuses the next gets at once; what all refuse waits half a minute, with a fault", async () => {
  const rig = await rigOf("east", "west");
  const [east, west] = rig.links;
  east.present = west.present = true;
  await rig.add("A0", "A1");
  east.refuses();
  assertEquals([east.got, west.got], [["A0", "A1"], ["A0"]]);
  west.refuses();
  assertEquals(rig.rules(), [
    "ae-refuses:route: route route: account 1234: not wanted; kept and tried again",
  ]);
  east.takes();
  await rig.add("A2");
  east.takes();
  assertEquals(rig.delivered, ["A1", "A2"], "the ones behind it go on");
  assertEquals(rig.lane.nextTime, rig.now + 30_000);
  rig.now += 30_000;
  rig.lane.pump();
  assertEquals(east.got.at(-1), "A0", "from the beginning, as none has it");
  east.takes();
  assertEquals(rig.rules(), []);
});

Deno.test("the one that is to get a refused alarm goes away: the alarm waits, and is not forgotten", async () => {
  const rig = await rigOf("east", "west");
  const [east, west] = rig.links;
  east.present = west.present = true;
  await rig.add("A0", "A1");
  east.refuses();
  west.refuses();
  rig.now += 30_000;
  rig.lane.pump();
  // west is busy with something of another lane.
  west.flight = "other";
  east.takes();
  assertEquals(east.got.at(-1), "A0");
  east.refuses();
  assertEquals(east.flight, undefined);
  west.flight = undefined;
  west.falls(false);
  assertEquals(rig.lane.nextTime, rig.now + 30_000);
  assertEquals(rig.rules().length, 1);
});

Deno.test("an AE that refuses all does not fill the memory: beyond some dozens alarms wait in the journal", async () => {
  const rig = await rigOf("east", "west");
  const [east, west] = rig.links;
  east.present = west.present = true;
  await rig.add(...Array.from({ length: 200 }, (_, i) => `A${String(i).padStart(3, "0")}`));
  while (east.flight !== undefined) east.refuses();
  assertLessOrEqual(east.got.length, 70);
  while (rig.delivered.length < 200) {
    if (east.flight !== undefined) east.refuses();
    else west.takes();
    await settled();
  }
  assertEquals(rig.delivered, [...rig.delivered].sort(), "in order");
});

Deno.test("whatever AEs do, no alarm is lost, none is with two at once, and one that may have arrived says so", async () => {
  const step = fc.record({
    link: fc.nat(2),
    what: fc.constantFrom("takes", "refuses", "falls", "drops", "comes", "waits", "adds"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const rig = await rigOf("east", "west", "north");
      let added = 0;
      const add = () => rig.add(`A${String(added++).padStart(3, "0")}`);
      for (const { link: at, what } of steps) {
        const link = (rig.links as PlayedLink[])[at]!;
        if (what === "adds") await add();
        else if (what === "waits") {
          rig.now += 31_000;
          rig.lane.pump();
        } else if (what === "comes") {
          link.up = true;
          rig.lane.pump();
        } else if (what === "drops") link.falls(false);
        else if (link.flight !== undefined) link[what]();
        const flights = (rig.links as PlayedLink[]).flatMap(({ flight }) => flight ?? []);
        assertEquals(new Set(flights).size, flights.length, "with two at once");
        await settled();
      }
      // The world gets well: everything arrives.
      for (const link of rig.links as PlayedLink[]) link.up = true;
      for (let i = 0; rig.delivered.length < added && i < 1000; i++) {
        rig.lane.pump();
        const busy = (rig.links as PlayedLink[]).find(({ flight }) => flight !== undefined);
        if (busy === undefined) rig.now += 31_000;
        else busy.takes();
        await settled();
      }
      assertEquals(
        [...rig.delivered].sort(),
        Array.from({ length: added }, (_, i) => `A${String(i).padStart(3, "0")}`),
      );
      assertEquals(rig.rules(), []);
    }),
    { numRuns: 60 },
  );
});
