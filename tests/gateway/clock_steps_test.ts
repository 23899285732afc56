/** The clock of the machine is set back or forward while alarms wait. */
import { assertEquals } from "@std/assert";
import { Faults } from "../../src/gateway/faults.ts";
import { Lane } from "../../src/gateway/lane.ts";
import { RawEnds } from "../../src/gateway/raw_ends.ts";
import type { RawLine } from "../../src/gateway/raw_line.ts";
import { Wake } from "../../src/gateway/wake.ts";
import { steadyClock } from "../../src/gateway/clock.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { readRawFrame } from "../../src/raw/frame.ts";
import { until } from "../support/until.ts";
import { DISK_FULL, Rig, settled, shakyJournal, store } from "./outbox_rig.ts";

const HOUR = 3_600_000;
const NOON = 36 * HOUR;

/** Turns the clock that everything reads. */
class Skew implements Disposable {
  readonly #now = Date.now;
  by(ms: number): void {
    Date.now = () => this.#now() + ms;
  }
  [Symbol.dispose](): void {
    Date.now = this.#now;
  }
}

/** Counts the seconds until something is there; 120 when it is not in time. */
async function secondsUntil(
  there: (now: number) => boolean,
  from: number,
): Promise<number> {
  for (let s = 0; s < 120; s++) {
    if (there(from + s * 1000)) return s;
    await settled();
  }
  return 120;
}

Deno.test("the journal fails once, then the clock is set back an hour: the queue goes on within seconds", async () => {
  const journal = shakyJournal();
  const { outbox } = new Rig(journal, true);
  journal.readFailure = DISK_FULL;
  await store(journal, "A0");
  assertEquals(outbox.take(NOON), undefined);
  await settled();
  journal.readFailure = undefined;
  assertEquals(outbox.nextTime, NOON + 1000);
  const took = await secondsUntil((now) => outbox.take(now)?.alarm.id === "A0", NOON - HOUR);
  assertEquals(took <= 3, true, `${took} s`);
});

Deno.test("a refused alarm waits, and the clock is set back an hour: it is tried again after half a minute all the same", async () => {
  const journal = new MemoryJournal({ now: () => 0 });
  const faults = new Faults(() => {}, () => {});
  const lane = new Lane({ name: "rct", journal, faults, now: () => NOON });
  const link = { name: "east", present: true, reachable: true, triedAt: undefined, pump() {} };
  lane.links.push(link);
  await store(journal, "A0", { offered: true });
  await lane.outbox.start();
  assertEquals(lane.take(link, NOON)?.alarm.id, "A0");
  lane.refused("A0", link, "not wanted", NOON);
  const took = await secondsUntil((now) => lane.peek(link, now) !== undefined, NOON - HOUR);
  assertEquals(took, 30);
});

Deno.test("the clock is set forward an hour: what was to be called in minutes is, when it is set anew, called in time", async () => {
  using skew = new Skew();
  let calls = 0;
  const wake = new Wake(() => void calls++);
  wake.set(Date.now() + 300_000);
  skew.by(HOUR);
  wake.set(Date.now() + 20);
  await until(() => calls === 1, "the call", 20_000).finally(() => wake.clear());
});

Deno.test("a raw line whose box learns the time in the middle of a connection carries the next octets at once", async () => {
  using skew = new Skew();
  const line = {
    config: { maxDelayMs: 60_000, gapMs: 20 },
    framer: () => undefined,
    count() {},
    flows() {},
    log() {},
    reset() {},
  } as unknown as RawLine;
  const ends = new RawEnds(() => {});
  const connection = ends.add(line, 0x10001, "door");
  connection.local = { send() {}, hangUp() {} };
  const opening = ends.next();
  ends.answered(opening!.connection, "taken");
  const clock = Math.floor(steadyClock()) >>> 0;
  const opened = { kind: "opened", connection: 0x10001, number: 0, clock, until: 0, more: false } as const;
  ends.take({ ...opened, octets: new Uint8Array() });
  await settled();
  // What it waits for until now comes in seconds: the wait that is begun with the octets is what counts.
  const waits: number[] = [];
  const begin = globalThis.setTimeout;
  globalThis.setTimeout = ((call: () => void, ms = 0) => {
    waits.push(ms);
    return begin(call, ms);
  }) as typeof setTimeout;
  skew.by(24 * HOUR);
  connection.data(Uint8Array.of(1, 2, 3));
  globalThis.setTimeout = begin;
  let next: ReturnType<RawEnds["next"]>;
  await until(() => (next = ends.next()) !== undefined, "the octets").finally(() => ends.close("end"));
  const read = readRawFrame(next!.data);
  assertEquals(read.kind === "raw" && read.frame.octets, Uint8Array.of(1, 2, 3));
  assertEquals(waits.length === 1 && waits[0]! <= line.config.gapMs, true, `waits of ${waits.join()} ms`);
});
