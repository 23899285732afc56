/**
 * Complains of names that point at nothing.
 *
 * @module
 */
import type { Checker, Section } from "./checker.ts";
import { didYouMean } from "./did_you_mean.ts";
import type { Field } from "./field.ts";
import { mayBeSecret } from "./show_value.ts";

/** A table that is called by a name: an `[[output]]`, a `[[route]]`. */
export type Named = Section<{ readonly name: Field<string> }>;

/**
 * Says that there is no such name, with the one that was meant.
 *
 * @param wanted The name that was found.
 * @param known The names there are; those that may be secrets are not shown.
 * @param what What bears such a name, in words that fit after "expected the name of".
 * @returns The message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noSuchName } from "./named.ts";
 *
 * assertEquals(
 *   noSuchName("automatoin", ["automation"], "an [[output]]"),
 *   'expected the name of an [[output]], found "automatoin": did you mean automation?',
 * );
 * ```
 */
export function noSuchName(
  wanted: string,
  known: Iterable<string | undefined>,
  what: string,
): string {
  const names = [...known].filter((name) => name !== undefined && !mayBeSecret(name)) as string[];
  const near = didYouMean(wanted, names);
  const there = `there ${names.length > 1 ? "are" : "is"} ${names.join(", ") || "none"}`;
  const advice = near === undefined ? there : `did you mean ${near}?`;
  const shown = mayBeSecret(wanted) ? "another" : JSON.stringify(wanted);
  return `expected the name of ${what}, found ${shown}: ${advice}`;
}

/**
 * Complains of a table that has the name of one of another kind.
 *
 * @param checker The file under check.
 * @param sections The tables.
 * @param others Those of the other kind, by name.
 * @param kind What the others are: `output`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { name } from "./field_kinds.ts";
 * import { checkNamesApart } from "./named.ts";
 *
 * const checker = new Checker('[[output]]\nname = "a"\n[[route]]\nname = "a"\n', "rct.toml");
 * const outputs = new Map(checker.list("output", { name }).map((output) => [output.values.name, output]));
 * checkNamesApart(checker, checker.list("route", { name }), outputs, "output");
 * assertEquals(checker.errors.map(({ line, rule }) => [line, rule]), [[4, "not-unique"]]);
 * ```
 */
export function checkNamesApart(
  checker: Checker,
  sections: readonly Named[],
  others: ReadonlyMap<string | undefined, Named>,
  kind: string,
): void {
  for (const section of sections) {
    const other = section.values.name === undefined ? undefined : others.get(section.values.name);
    if (other === undefined) continue;
    const message = `expected one of its own, found the name of the ${kind} on line ${other.line("name")}`;
    checker.error(section.line("name"), section.name("name"), "not-unique", message);
  }
}
