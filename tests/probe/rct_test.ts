import { assert, assertEquals } from "@std/assert";
import { probeRct, type RctGroup } from "../../src/probe/rct/run.ts";
import type { Row, Verdict } from "../../src/probe/row.ts";
import { fakeLink, FakeRct, type RctFault } from "./fake_rct.ts";

/** Patience with peers of this very process. */
const TIMING = { responseMs: 200, transmissions: 4, lingerMs: 20 };

/** Probes a fake; returns the end and the rows. */
async function probed(faults: RctFault[], groups: RctGroup[], flood = 100) {
  await using rct = new FakeRct(...faults);
  const rows: Row[] = [];
  const end = await probeRct({
    link: fakeLink(TIMING),
    target: rct.address,
    report: (row) => rows.push(row),
    deadline: performance.now() + 120_000,
    sendAlarm: undefined,
    flood,
    groups,
  });
  return { end, rows };
}

const shown = (rows: Row[]) => rows.map(({ id, did, verdict }) => `${verdict} ${id}: ${did}`).join("\n");

Deno.test("a sound RCT passes: nothing broken or weak, every group is run", async () => {
  const groups: RctGroup[] = ["conversation", "frames", "events", "replay", "sequence", "keys", "floods"];
  const { end, rows } = await probed([], groups);
  assertEquals(end, "done", shown(rows));
  assertEquals(rows.filter(({ verdict }) => verdict === "broken" || verdict === "weak"), [], shown(rows));
  assert(rows.length > 80);
  assertEquals(new Set(rows.map(({ id }) => id)).size, rows.length, "an id stands for one row");
});

Deno.test("an RCT that polls by itself is seen to do so, and to poll nobody else", async () => {
  const { rows } = await probed(["polls"], ["replay"]);
  const verdicts = rows.filter(({ id }) => id.startsWith("pull")).map(({ id, verdict }) => [id, verdict]);
  assertEquals(verdicts, [["pull", "ok"], ["pull-after-replay", "ok"]], shown(rows));
  assertEquals(rows.filter(({ verdict }) => verdict === "broken" || verdict === "weak"), [], shown(rows));
});

/** Each fault, the group that looks for it, the row that must catch it, and how. */
const CAUGHT: [RctFault, RctGroup, string, Verdict][] = [
  ["answers-replays", "replay", "replay-session", "broken"],
  ["moves-on-replay", "replay", "replay-session-other-port", "broken"],
  ["polls-the-stranger", "replay", "pull-after-replay", "broken"],
  ["drops-repeats", "replay", "repeat-last", "broken"],
  ["works-twice", "replay", "repeat-last", "weak"],
  ["setup-ends-session", "replay", "replay-handle-request", "broken"],
  ["keeps-old-port", "replay", "address-follows", "broken"],
  ["accepts-clear", "keys", "clear-session-handle", "broken"],
  ["ignores-device-id", "keys", "wrong-device-id", "broken"],
  ["ignores-handle", "keys", "wrong-handle", "broken"],
  ["master-opens-session", "keys", "master-key-session-handle", "broken"],
  ["works-on-master-handle", "keys", "master-handle-work", "broken"],
  ["answers-responses", "keys", "response-unasked", "broken"],
  ["works-before-key", "keys", "work-before-key", "weak"],
  ["drops-unknown-messages", "keys", "unknown-message-46", "weak"],
  ["ignores-hash", "keys", "hash-none", "broken"],
  ["ignores-hash", "frames", "flip-rx", "broken"],
  ["dies-on-truncation", "frames", "truncated", "broken"],
  ["nak-on-bad-hash", "frames", "flip-tx", "note"],
  ["skips-sequence", "sequence", "tx-minus", "broken"],
  ["accepts-jumps", "sequence", "tx-plus-100", "weak"],
  ["dies-at-wrap", "sequence", "wrap", "broken"],
  ["chooses-none", "conversation", "encryption-none", "broken"],
  ["acknowledges-all-events", "conversation", "event-unknown-protocol", "weak"],
  ["refuses-unknown-fields", "events", "event-unknown-field", "weak"],
  ["new-key-too-soon", "conversation", "setup-key", "broken"],
  ["wrong-tx", "conversation", "setup-encryption", "weak"],
];

for (const [fault, group, id, verdict] of CAUGHT) {
  Deno.test(`an RCT that ${fault.replaceAll("-", " ")} is caught by ${id}`, async () => {
    const { rows } = await probed([fault], [group]);
    const row = rows.find((row) => row.id === id);
    assertEquals(row?.verdict, verdict, shown(rows));
    assert((row?.meaning?.length ?? 0) > 20, "somebody must understand it");
  });
}

Deno.test("an RCT that dies says so in the row of its death, and the rest is not run", async () => {
  const { end, rows } = await probed(["dies-on-truncation"], ["frames", "keys"]);
  assertEquals(end, "stopped");
  assertEquals(rows.at(-2)?.id, "truncated");
  assertEquals(rows.at(-1)?.verdict, "not-run");
});

Deno.test("nobody there: not reachable, and no row", async () => {
  const rct = new FakeRct();
  const { address } = rct;
  await rct[Symbol.asyncDispose]();
  const rows: Row[] = [];
  const end = await probeRct({
    link: fakeLink({ responseMs: 20, transmissions: 2, lingerMs: 5 }),
    target: address,
    report: (row) => rows.push(row),
    deadline: performance.now() + 10_000,
    sendAlarm: undefined,
    flood: 0,
  });
  assertEquals([end, rows.length], ["not-reachable", 0]);
});

Deno.test("time is up: the probe stops by itself and says what was not tried", async () => {
  await using rct = new FakeRct();
  const rows: Row[] = [];
  const end = await probeRct({
    link: fakeLink(TIMING),
    target: rct.address,
    report: (row) => rows.push(row),
    deadline: performance.now() - 1,
    sendAlarm: undefined,
    flood: 0,
  });
  assertEquals(end, "stopped");
  assertEquals(rows.at(-1)?.did, "time is up");
});
