/**
 * What is at fault when DC-09 does not work.
 *
 * @module
 */

/** Where to look. */
export type Dc09Fault = "key" | "account" | "protocol" | "clock" | "wiring" | "load";

const FAULTS: Readonly<Record<string, Dc09Fault>> = {
  "no-key": "key",
  "wrong-key": "key",
  "bad-cipher": "key",
  "not-encrypted": "key",
  "unknown-account": "account",
  "other-account-in-data": "account",
  "no-account": "account",
  "other-protocol": "protocol",
  "unknown-token": "protocol",
  "bad-head": "protocol",
  "noise": "protocol",
  "stray-answer": "protocol",
  "clock": "clock",
  "clock-off": "clock",
  "bad-timestamp": "clock",
  "wrong-crc": "wiring",
  "truncated": "wiring",
  "too-long": "wiring",
  "too-many-waiting": "load",
};

/**
 * Tells where to look for the cause of a refusal, or of a flag on an event. Nobody is told which of key, account, protocol
 * or time is wrong: field-needs.md, sum (d).
 *
 * @param rule Name of a rule or a flag.
 * @returns The setting or part at fault; undefined for names that are no fault.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09Fault } from "./fault.ts";
 *
 * assertEquals([dc09Fault("wrong-key"), dc09Fault("wrong-crc"), dc09Fault("binary-crc")], ["key", "wiring", undefined]);
 * ```
 */
export function dc09Fault(rule: string): Dc09Fault | undefined {
  return Object.hasOwn(FAULTS, rule) ? FAULTS[rule] : undefined;
}
