import { assertEquals } from "@std/assert";
import { CATEGORY_TABLES } from "../../../src/delivery/category/category_tables.ts";

/** The tables of EN 50136-1, as printed. Written out, so that a slip in the data shows. */
const PRINTED = `
                          SP1    SP2   SP3     SP4    SP5   SP6   DP1   DP2     DP3    DP4
sptPrimaryInterface       M      M     M       M      M     M     M     M       M      M
sptAlternativeInterface   Op     Op    Op      Op     Op    Op    M     M       M      M
alternativeRct            Op     Op    Op      Op     Op    Op    M     M       M      M
rctPrimaryInterface       M      M     M       M      M     M     M     M       M      M
rctAlternativeInterface   Op     Op    Op      Op     Op    Op    M     M       M      M
-
mean                      120s   60s   20s     20s    10s   10s   60s   20s     20s    10s
p95                       240s   90s   30s     30s    15s   15s   90s   30s     30s    15s
max                       480s   120s  60s     60s    30s   30s   120s  60s     60s    30s
-
primary                   32d    25h   30min   3min   90s   20s   25h   30min   3min   90s
alternative               Op     Op    Op      Op     Op    Op    50h   25h     25h    5h
alternativeFailed         Op     Op    Op      Op     Op    Op    25h   30min   3min   90s
ats                       32d    25h   30min   3min   90s   20s   50h   60min   6min   3min
-
ats                       M      M     M       M      M     M     M     M       M      M
path                      Na     Na    Na      Na     Na    Na    Op    Op      Op     Op
-
ats                       Op     M     M       M      M     M     M     M       M      M
path                      Na     Na    Na      Na     Na    Na    Op    Op      Op     Op
`;

const UNITS: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 };

function cell(text: string): string | number {
  const [, digits, unit] = /^(\d+)(s|min|h|d)$/.exec(text) ?? [];
  return digits === undefined ? text : Number(digits) * UNITS[unit!]!;
}

Deno.test("each of the 160 cells of tables 1 to 5 is as printed", () => {
  const [head, ...lines] = PRINTED.trim().split("\n").map((line) => line.trim().split(/\s+/));
  assertEquals<string[]>([...CATEGORY_TABLES.categories], head!);
  const { configuration, transmission, reporting, aeAlarms, asAlarms } = CATEGORY_TABLES;
  const tables = [configuration, transmission, reporting, aeAlarms, asAlarms];
  let table = 0, cells = 0;
  const rows: string[][] = [[], [], [], [], []];
  for (const [row, ...texts] of lines) {
    if (row === "-") {
      table++;
      continue;
    }
    rows[table]!.push(row!);
    const data: Record<string, readonly (string | number)[]> = tables[table]!.rows;
    assertEquals(data[row!], texts.map(cell), `table ${table + 1}, ${row}`);
    cells += texts.length;
  }
  assertEquals(cells, 160);
  assertEquals(tables.map((data) => Object.keys(data.rows)), rows, "no row more, none less");
  assertEquals(
    tables.map(({ table, confidence }) => [table, confidence]),
    [1, 2, 3, 4, 5].map((n) => [n, "A"]),
  );
});
