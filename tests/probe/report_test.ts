import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { JsonReport, summary, TableReport, wrapped } from "../../src/probe/report.ts";
import type { Row } from "../../src/probe/row.ts";

const ROW: Row = {
  group: "Replay",
  id: "replay-session",
  sent: "old requests of this session",
  did: "answered POLL_RESP acknowledge (3 to 12)",
  expected: "silent",
  verdict: "broken",
  meaning: "Anyone who copied the site's traffic can send it again.",
};

Deno.test("the table: a heading for each group, cells in columns, the meaning below", () => {
  const lines: string[] = [];
  const table = new TableReport((line) => lines.push(line), 80);
  table.row(ROW);
  table.row({ ...ROW, id: "other", did: "silent", verdict: "ok" });
  assertEquals(lines, [
    "",
    "Replay",
    "        sent                      what the other end did  expected",
    "broken  old requests of this      answered POLL_RESP      silent",
    "        session                   acknowledge (3 to 12)",
    "        > Anyone who copied the site's traffic can send it again.",
    "ok      old requests of this      silent                  silent",
    "        session",
  ]);
  assertEquals(table.tally, { ok: 1, note: 0, weak: 0, broken: 1, "not-run": 0 });
});

Deno.test("JSON Lines: one object a row, with its type", () => {
  const lines: string[] = [];
  new JsonReport((line) => lines.push(line)).row(ROW);
  assertEquals(lines.map((line) => JSON.parse(line)), [{ type: "row", ...ROW }]);
});

Deno.test("the summary never says that all is well when something was not tried", () => {
  const all = { ok: 3, note: 0, weak: 0, broken: 0, "not-run": 1 };
  assert(!summary(all).startsWith("Nothing is broken"));
  assert(summary({ ...all, broken: 1 }).startsWith("Alarms are in danger"));
});

Deno.test("wrapped: no line is too long, no word is lost", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[!-~]{1,30}$/), { minLength: 1 }),
      fc.integer({ min: 4, max: 40 }),
      (words, width) => {
        const lines = wrapped(words.join(" "), width);
        assert(lines.every((line) => line.length <= width));
        assertEquals(lines.join("").replaceAll(" ", ""), words.join(""));
      },
    ),
  );
});
