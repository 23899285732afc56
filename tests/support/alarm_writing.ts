import { assert } from "@std/assert";
import type { OutputItem, Written } from "../../adapters/contract.ts";

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
  return { result, written, rule };
}
