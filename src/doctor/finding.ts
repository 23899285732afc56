/**
 * What the doctor finds, and what to do about it.
 *
 * @module
 */

/** Where the fault is. `nothing`: there is none, or none that can be named. */
export type Fault =
  | "wiring"
  | "line settings"
  | "protocol"
  | "account"
  | "key"
  | "clock"
  | "nothing";

/** How much a finding matters: `stop` nothing can be read like this; `warn` it works, and not well; `note` good to know. */
export type FindingWeight = "stop" | "warn" | "note";

/** Something that was noticed. */
export interface Finding {
  /** Name, kebab-case. */
  rule: string;
  /** Where the fault is. */
  fault: Fault;
  /** How much it matters. */
  weight: FindingWeight;
  /** What was heard, in words for a technician. */
  what: string;
  /** What to do first; empty when nothing is to be done. */
  todo: string;
}

/** A finding, and how often it was made. */
export interface CountedFinding extends Finding {
  /** How often. */
  count: number;
}

const ORDER: readonly FindingWeight[] = ["stop", "warn", "note"];

/**
 * Puts findings into the order in which they are to be worked off: what stops everything first, then the more frequent.
 *
 * @param findings The findings.
 * @returns A new array.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { inOrder } from "./finding.ts";
 *
 * const clock = { rule: "clock", fault: "clock", weight: "warn", what: "", todo: "", count: 9 } as const;
 * const key = { rule: "no-key", fault: "key", weight: "stop", what: "", todo: "", count: 1 } as const;
 * assertEquals(inOrder([clock, key]).map(({ rule }) => rule), ["no-key", "clock"]);
 * ```
 */
export function inOrder(findings: Iterable<CountedFinding>): CountedFinding[] {
  return [...findings].sort((a, b) => ORDER.indexOf(a.weight) - ORDER.indexOf(b.weight) || b.count - a.count);
}

/**
 * Findings that were made once each.
 *
 * @param findings The findings.
 * @returns The same, counted.
 */
export function once(findings: readonly Finding[]): CountedFinding[] {
  return findings.map((finding) => ({ ...finding, count: 1 }));
}
