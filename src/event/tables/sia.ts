/**
 * The SIA event codes: names, what their address means, and what restores what.
 *
 * @module
 */
import type { Qualifier } from "../alarm_event.ts";
import table from "./sia.json" with { type: "json" };

/** What is known of a SIA event code (panel-formats.md §1.8). */
export interface SiaCode {
  /** Two capital letters, e.g. `BA`. */
  readonly code: string;
  /** The code's name, e.g. `Burglary Alarm` (A). */
  readonly name: string;
  /** What the number behind the code is: `zone`, `user`, `door`, `area`, …; `-` when it has none (A). */
  readonly address: string;
  /** The same in the edition of 2000, where that differs (A). */
  readonly addressR2000?: string;
  /** Kind of report: a classification made here from name and pairs (C). */
  readonly qualifier: Qualifier;
  /** Codes that end this condition; empty when there is none. Derived (B or C, see the next field). */
  readonly restoredBy: readonly string[];
  /** `B`: the pair is attested in a manual or table; `C`: derived from the names only. */
  readonly restoredByConfidence?: string;
}

const codes: ReadonlyMap<string, SiaCode> = new Map(
  (table.codes as readonly SiaCode[]).map((entry) => [entry.code, entry]),
);

/**
 * Looks up a SIA event code.
 *
 * @param code Two capital letters.
 * @returns What is known of it; undefined for codes outside the list, which panels do send: keep those, never drop
 *   them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaCode } from "./sia.ts";
 *
 * assertEquals(siaCode("CL")?.name, "Closing Report");
 * assertEquals(siaCode("CL")?.address, "user");
 * assertEquals(siaCode("BO"), undefined);
 * ```
 */
export function siaCode(code: string): SiaCode | undefined {
  return codes.get(code);
}

/**
 * Says what kind of report a SIA event code is: `new` for alarms, troubles, bypasses and openings, `restore` for
 * restorals and closings, `status` for tests and plain messages.
 *
 * An unknown code is `new`: an alarm mistaken for a restoral would be worse than the reverse.
 *
 * @param code Two capital letters.
 * @returns The qualifier (C: classified here).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaQualifier } from "./sia.ts";
 *
 * assertEquals(siaQualifier("BA"), "new");
 * assertEquals(siaQualifier("BR"), "restore");
 * assertEquals(siaQualifier("RP"), "status");
 * assertEquals(siaQualifier("??"), "new");
 * ```
 */
export function siaQualifier(code: string): Qualifier {
  return codes.get(code)?.qualifier ?? "new";
}

/**
 * Every SIA event code in the table, in alphabetical order.
 *
 * @returns The entries; 306 of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaCodes } from "./sia.ts";
 *
 * assertEquals([...siaCodes()].length, 306);
 * ```
 */
export function siaCodes(): Iterable<SiaCode> {
  return codes.values();
}
