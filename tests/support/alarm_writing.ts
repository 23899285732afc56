import { assert } from "@std/assert";
import type { OutputItem, Written } from "../../adapters/contract.ts";
import { readSiteTable, siteRules } from "../../src/event/translation/mod.ts";

/**
 * Short ways to see what a language writes for an alarm.
 *
 * @param write The language's writer.
 * @param options What is set unless a test says otherwise.
 * @param end How the end of every line is shown, to be left out; empty to keep it.
 */
export function alarmWriting<O>(
  write: (item: OutputItem, options: O) => Written,
  options: () => O,
  end = "",
) {
  /** Its lines and notes as they are. */
  function result(item: OutputItem, more: Partial<O> = {}): Extract<Written, { ok: true }> {
    const made = write(item, { ...options(), ...more });
    assert(made.ok, JSON.stringify(made));
    return made;
  }
  /** Its lines as they are shown, and its notes. */
  function written(item: OutputItem, more: Partial<O> = {}): { lines: string[]; notes: string[] } {
    const { lines, notes } = result(item, more);
    return { lines: lines.map(({ line }) => line.replace(end, "")), notes };
  }
  /** The rule by which it is refused. */
  function rule(item: OutputItem): string {
    const made = write(item, options());
    assert(!made.ok, JSON.stringify(made));
    assert(made.message.length > 20);
    return made.rule;
  }
  /** Its lines, and what they lose: names of the losses, and how many events have the general code. */
  function lines(
    item: OutputItem,
    more: Partial<O> = {},
  ): { lines: string[]; lost: string[]; unknown: number } {
    const { lost = [], unknown = 0 } = result(item, more);
    return { lines: written(item, more).lines, lost: lost.map(({ what }) => what), unknown };
  }
  return { result, written, lines, rule };
}

/** The rules of a site's table, as it would stand in a file. */
export function rulesOf(table: unknown): NonNullable<OutputItem["rules"]> {
  const read = readSiteTable(table);
  assert(read.ok, JSON.stringify(read));
  return (from, to) => siteRules(read.table, from, to, "1234");
}
