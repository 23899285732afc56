import { assert, assertEquals } from "@std/assert";
import { probeSpt, type SptGroup } from "../../src/probe/spt/run.ts";
import type { Row, Verdict } from "../../src/probe/row.ts";
import { fakeLink } from "./fake_rct.ts";
import { FakeSpt, type SptFault } from "./fake_spt.ts";

const TIMING = { responseMs: 400, transmissions: 4, lingerMs: 20 };

/** Probes a fake; returns the end and the rows. */
async function probed(faults: SptFault[], groups: SptGroup[], patienceMs = 15_000) {
  let spt: FakeSpt | undefined;
  const rows: Row[] = [];
  try {
    const end = await probeSpt({
      link: fakeLink(TIMING),
      listen: { hostname: "127.0.0.1", port: 0 },
      listening: (port) => spt = new FakeSpt(port, ...faults),
      waitMs: 20_000,
      patienceMs,
      report: (row) => rows.push(row),
      deadline: performance.now() + 120_000,
      groups,
    });
    return { end, rows };
  } finally {
    await spt?.[Symbol.asyncDispose]();
  }
}

const shown = (rows: Row[]) => rows.map(({ id, did, verdict }) => `${verdict} ${id}: ${did}`).join("\n");

Deno.test("a sound SPT passes: nothing broken or weak, every group is run", async () => {
  const { end, rows } = await probed([], ["conversation", "reverse", "answers", "unasked", "downgrade"]);
  assertEquals(end, "done", shown(rows));
  assertEquals(rows.filter(({ verdict }) => verdict === "broken" || verdict === "weak"), [], shown(rows));
  assert(rows.length > 40);
  assertEquals(new Set(rows.map(({ id }) => id)).size, rows.length, "an id stands for one row");
});

/** Each fault, the group that looks for it, the row that must catch it, and how. */
const CAUGHT: [SptFault, SptGroup[], string, Verdict][] = [
  ["accepts-clear", ["answers"], "answer-clear", "broken"],
  ["ignores-rx", ["answers"], "answer-rx", "broken"],
  ["ignores-device-id", ["answers"], "answer-device-id", "broken"],
  ["reconnects-on-junk", ["answers"], "answer-truncated", "broken"],
  ["dies-on-junk", ["answers"], "answer-truncated", "broken"],
  ["answers-clear-requests", ["unasked"], "unasked-clear", "broken"],
  ["answers-replayed-requests", ["reverse", "unasked"], "unasked-replayed", "broken"],
  ["never-repeats", ["conversation"], "request-repeated", "weak"],
  ["keeps-own-key", ["reverse"], "reverse-key-in-force", "broken"],
  ["accepts-any-cipher", ["downgrade"], "chosen-clear", "broken"],
  ["accepts-any-hash", ["downgrade"], "chosen-hash", "broken"],
  ["ignores-reestablish", ["downgrade"], "sent-away", "weak"],
];

for (const [fault, groups, id, verdict] of CAUGHT) {
  Deno.test(`an SPT that ${fault.replaceAll("-", " ")} is caught by ${id}`, async () => {
    const { rows } = await probed([fault], groups, fault === "dies-on-junk" ? 3000 : 15_000);
    const row = rows.find((row) => row.id === id);
    assertEquals(row?.verdict, verdict, shown(rows));
    assert((row?.meaning?.length ?? 0) > 20, "somebody must understand it");
  });
}

Deno.test("nobody comes: not reachable, and no row", async () => {
  const rows: Row[] = [];
  const end = await probeSpt({
    link: fakeLink(TIMING),
    listen: { hostname: "127.0.0.1", port: 0 },
    waitMs: 50,
    patienceMs: 50,
    report: (row) => rows.push(row),
    deadline: performance.now() + 10_000,
  });
  assertEquals([end, rows.length], ["not-reachable", 0]);
});
