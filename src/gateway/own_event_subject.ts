/**
 * Which faults of an RCT are told to automation software, and whose they are.
 *
 * @module
 */
import type { OwnEvent } from "../event/own_events.ts";

/** Whose fault it is. */
export interface OwnEventSubject {
  /** What it is. */
  fault: OwnEvent["fault"];
  /** The site, for faults of a site's paths. */
  site?: string;
  /** The output, for faults that concern one. */
  output?: string;
  /** Number of a path; 0 else. */
  path: number;
}

/** The fault of a site that cannot be heard on any path. */
export const PATH_FAILED = "path-failed:";
/** The fault of one of several paths: number, colon, site. */
export const ONE_PATH_FAILED = "one-path-failed:";
/** The fault of a queue that grows too long. */
export const QUEUE_LONG = "queue-long:";

const OF_OUTPUTS: readonly (readonly [rule: string, fault: OwnEvent["fault"]])[] = [
  ["ae-absent:", "ae-absent"],
  ["ae-line:", "line"],
  ["serial-line:", "line"],
  [QUEUE_LONG, "capacity"],
];

/**
 * Reads the name of a fault.
 *
 * @param rule The name, as {@link Faults} knows it.
 * @returns Whose it is; undefined for faults that are not told: those that concern one alarm (`ae-refuses:`), and what only the
 *   page and the log tell.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownEventSubject } from "./own_event_subject.ts";
 *
 * assertEquals(ownEventSubject("path-failed:shop-12"), { fault: "ats", site: "shop-12", path: 0 });
 * assertEquals(ownEventSubject("one-path-failed:2:shop-12"), { fault: "path", site: "shop-12", path: 2 });
 * assertEquals(ownEventSubject("ae-absent:east"), { fault: "ae-absent", output: "east", path: 0 });
 * assertEquals(ownEventSubject("ae-refuses:east"), undefined);
 * ```
 */
export function ownEventSubject(rule: string): OwnEventSubject | undefined {
  if (rule === "journal") return { fault: "capacity", path: 0 };
  if (rule.startsWith(PATH_FAILED)) return { fault: "ats", site: rule.slice(PATH_FAILED.length), path: 0 };
  const [, path, site] = /^one-path-failed:(\d+):(.*)$/s.exec(rule) ?? [];
  if (path !== undefined && site !== undefined) return { fault: "path", site, path: Number(path) };
  for (const [prefix, fault] of OF_OUTPUTS) {
    if (rule.startsWith(prefix)) return { fault, output: rule.slice(prefix.length), path: 0 };
  }
  return undefined;
}

/**
 * Whether a fault says that an automation software cannot be reached: it cannot be told of it itself.
 *
 * @param subject The fault.
 * @returns True for an absent AE and for its line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isAway } from "./own_event_subject.ts";
 *
 * assertEquals([isAway({ fault: "line", output: "east", path: 0 }), isAway({ fault: "ats", site: "shop", path: 0 })], [true, false]);
 * ```
 */
export function isAway({ fault }: OwnEventSubject): boolean {
  return fault === "ae-absent" || fault === "line";
}
