/**
 * What a probe found, as a table for a person and as JSON Lines for a program.
 *
 * @module
 */
import type { Row, Verdict } from "./row.ts";

/** How many rows got each verdict. */
export type Tally = Record<Verdict, number>;

/** Narrowest table: less cannot be read. */
const NARROWEST = 72;
const WIDEST = 132;
/** Width of the verdict's column. */
const MARK = 8;

/** Writes rows as they come, as a table that is as wide as the screen. */
export class TableReport {
  /** Verdicts so far. */
  readonly tally: Tally = emptyTally();

  readonly #print: (line: string) => void;
  readonly #widths: readonly [number, number, number];
  readonly #whole: number;
  #group = "";

  /**
   * Begins a table.
   *
   * @param print Takes a line.
   * @param columns Width of the screen, in characters.
   */
  constructor(print: (line: string) => void, columns: number) {
    this.#print = print;
    this.#whole = Math.min(WIDEST, Math.max(NARROWEST, columns));
    const room = this.#whole - MARK - 4;
    const third = Math.floor(room / 3);
    this.#widths = [room - 2 * third, third, third];
  }

  /** Writes a row. */
  row(row: Row): void {
    this.tally[row.verdict]++;
    if (row.group !== this.#group) {
      this.#group = row.group;
      const title = row.group.slice(0, 1).toUpperCase() + row.group.slice(1);
      this.#print("");
      this.#print(title);
      this.#line("", ["sent", "what the other end did", "expected"]);
    }
    this.#line(row.verdict, [row.sent, row.did, row.expected]);
    if (row.meaning !== undefined && row.verdict !== "ok") {
      for (const line of wrapped(row.meaning, this.#whole - MARK - 2)) {
        this.#print(`${" ".repeat(MARK)}> ${line}`);
      }
    }
  }

  /** One row of cells, each as many lines as it needs. */
  #line(mark: string, cells: readonly string[]): void {
    const columns = cells.map((cell, i) => wrapped(cell, this.#widths[i] ?? 20));
    const height = Math.max(...columns.map((lines) => lines.length));
    for (let n = 0; n < height; n++) {
      const first = (n === 0 ? mark : "").padEnd(MARK);
      const parts = columns.map((lines, i) => (lines[n] ?? "").padEnd(this.#widths[i] ?? 20));
      this.#print((first + parts.join("  ")).trimEnd());
    }
  }
}

/** Writes rows as they come, one JSON object a line. */
export class JsonReport {
  /** Verdicts so far. */
  readonly tally: Tally = emptyTally();
  readonly #print: (line: string) => void;

  /** Begins; `print` takes a line. */
  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Writes a row. */
  row(row: Row): void {
    this.tally[row.verdict]++;
    this.#print(JSON.stringify({ type: "row", ...row }));
  }
}

/** A report of either kind. */
export type ProbeReport = TableReport | JsonReport;

/**
 * The last line: what it all comes to.
 *
 * @param tally The verdicts.
 * @returns One line, worst first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { summary } from "./report.ts";
 *
 * assertEquals(
 *   summary({ ok: 80, note: 6, weak: 1, broken: 0, "not-run": 0 }),
 *   "Nothing is broken. 87 cases: 0 broken, 1 weak, 6 notes, 80 ok.",
 * );
 * ```
 */
export function summary(tally: Tally): string {
  const { ok, note, weak, broken, "not-run": left } = tally;
  const cases = ok + note + weak + broken;
  const verdict = broken > 0
    ? "Alarms are in danger: see the rows marked broken."
    : left > 0
    ? "Nothing was found broken, but not everything was tried."
    : "Nothing is broken.";
  return `${verdict} ${cases} cases: ${broken} broken, ${weak} weak, ${note} notes, ${ok} ok.`;
}

function emptyTally(): Tally {
  return { ok: 0, note: 0, weak: 0, broken: 0, "not-run": 0 };
}

/**
 * A text in lines.
 *
 * @param text The text.
 * @param width Longest line, in characters. A longer word is cut.
 * @returns At least one line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { wrapped } from "./report.ts";
 *
 * assertEquals(wrapped("silent, and the address stays", 12), ["silent, and", "the address", "stays"]);
 * ```
 */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(" ")) {
    while (word.length > width) {
      if (line !== "") lines.push(line);
      lines.push(word.slice(0, width));
      word = word.slice(width);
      line = "";
    }
    const joined = line === "" ? word : `${line} ${word}`;
    if (joined.length <= width) line = joined;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines;
}
