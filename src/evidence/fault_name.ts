/**
 * What the name of a fault says: whose it is, and what was wrong.
 *
 * @module
 */

/** Whose fault it is. */
export interface FaultPlace {
  /**
   * `site`: not heard on any path. `path`: one of several. `ae`: an automation software cannot be reached. `queue`: too much
   * waits for one. `journal`: the receiver cannot store.
   */
  kind: "site" | "path" | "ae" | "queue" | "journal";
  /** The site or output; empty for the journal. */
  name: string;
  /** Number of the path; 0 else. */
  path: number;
  /** What was wrong, in words. */
  cause: string;
}

const NAMED: readonly (readonly [prefix: string, kind: FaultPlace["kind"], cause: string])[] = [
  ["path-failed:", "site", "not heard on any path"],
  ["ae-absent:", "ae", "does not answer"],
  ["ae-line:", "ae", "its line does not work"],
  ["serial-line:", "ae", "its line does not work"],
  ["queue-long:", "queue", "too many alarms wait"],
];

/**
 * Reads the name of a fault, as the receiver's own messages carry it in the journal.
 *
 * @param rule The name.
 * @returns What it says; undefined for faults that are not told and so leave no record.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { faultPlace } from "./fault_name.ts";
 *
 * assertEquals(faultPlace("path-failed:shop-12"), { kind: "site", name: "shop-12", path: 0, cause: "not heard on any path" });
 * assertEquals(faultPlace("one-path-failed:2:shop-12")?.path, 2);
 * assertEquals(faultPlace("ae-refuses:east"), undefined);
 * ```
 */
export function faultPlace(rule: string): FaultPlace | undefined {
  if (rule === "journal") return { kind: "journal", name: "", path: 0, cause: "the journal cannot store" };
  const [, path, site] = /^one-path-failed:(\d{1,3}):(.*)$/s.exec(rule) ?? [];
  if (path !== undefined && site !== undefined) {
    return { kind: "path", name: site, path: Number(path), cause: `path ${Number(path)} is not heard` };
  }
  for (const [prefix, kind, cause] of NAMED) {
    if (rule.startsWith(prefix)) return { kind, name: rule.slice(prefix.length), path: 0, cause };
  }
  return undefined;
}
