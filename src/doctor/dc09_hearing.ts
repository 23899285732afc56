/**
 * Listens for SIA DC-09 frames.
 *
 * @module
 */
import type { Framed, Refusal } from "../../adapters/contract.ts";
import {
  accountKey,
  compareClock,
  dc09Fault,
  type Dc09Frame,
  Dc09Framer,
  type Dc09Head,
  dc09Meaning,
  type Dc09Message,
  isAnswer,
  parseDc09,
  readTimestamp,
  splitAccount,
} from "../../adapters/dc09/mod.ts";
import { clockFinding } from "./clock_finding.ts";
import { DC09_ADVICE } from "./dc09_advice.ts";
import { type DoctorKeys, type ExaminationOptions, NO_KEYS } from "./examination_options.ts";
import type { Fault } from "./finding.ts";
import { type Hearing, hearing } from "./hearing.ts";
import type { Score } from "./score.ts";

/**
 * Makes the hearing for DC-09: accounts, keys, the panel's clock, and what of its frames is not by the standard. Source:
 * receiver-outputs.md §7.
 *
 * @param score Where to keep score.
 * @param options Keys to try.
 * @returns The hearing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09Hearing } from "./dc09_hearing.ts";
 * import { Score } from "./score.ts";
 *
 * const score = new Score("dc09");
 * const now = Date.UTC(2021, 11, 22, 12, 40, 58);
 * const frame = '\nEAC0003A"SIA-DCS"1663L0#0000[#0000|Nri1/NL501]_12:40:58,12-22-2021\r';
 * dc09Hearing(score).feed(new TextEncoder().encode(frame), now);
 * assertEquals([score.frames, score.events], [1, 1]);
 * ```
 */
export function dc09Hearing(score: Score, options: ExaminationOptions = {}): Hearing {
  const keys = options.keys ?? NO_KEYS;
  return hearing(score, new Dc09Framer(), {
    frame: (item, now) => lookAtFrame(score, item, now, keys),
    refusal: (item) => lookAtRefusal(score, item),
  });
}

function lookAtFrame(
  score: Score,
  { frame, raw }: Framed<Dc09Frame>,
  now: number | undefined,
  keys: DoctorKeys,
): boolean {
  // Head 20 bits, CRC 16: the half of it is enough to be sure.
  score.frame(raw.length, 26);
  for (const quirk of frame.quirks) note(score, quirk);
  const read = parseDc09(frame.content, (head) => keysOf(keys, head));
  if (!read.ok) {
    if (read.head?.account !== undefined) score.account(read.head.account);
    const given = keys.dc09.length > 0;
    find(score, read.rule === "no-key" && given ? "wrong-key" : read.rule, "stop", read.message);
    score.kind(read.head === undefined ? "frame with an unreadable head" : `${tokenOf(read.head)} frame`);
    return true;
  }
  const { message } = read;
  score.kind(`${tokenOf(message)} frame`);
  for (const quirk of message.quirks) note(score, quirk);
  if (isAnswer(message.id)) {
    find(score, "stray-answer", "warn", "");
    return false;
  }
  lookAtAccounts(score, message, keys);
  const stamp = message.timestamp === undefined ? undefined : readTimestamp(message.timestamp);
  if (message.timestamp !== undefined && stamp === undefined) find(score, "bad-timestamp", "warn", "");
  if (stamp !== undefined && now !== undefined && !compareClock(stamp, now).inWindow) {
    score.find(clockFinding(stamp - now, true));
  }
  const account = message.account ?? splitAccount(message.data).account ?? "";
  const meaning = dc09Meaning(message, { account, raw, flags: [] });
  if (meaning.kind !== "alarm") return false;
  score.events += meaning.alarm.events.length;
  for (const event of meaning.alarm.events) for (const flag of event.flags) note(score, flag);
  return true;
}

function lookAtAccounts(score: Score, message: Dc09Message, keys: DoctorKeys): void {
  const inner = splitAccount(message.data).account;
  const account = message.account ?? inner;
  if (account === undefined || account === "") return find(score, "no-account", "warn", "");
  score.account(account);
  if (
    inner !== undefined && message.account !== undefined && accountKey(inner) !== accountKey(message.account)
  ) {
    find(score, "other-account-in-data", "warn", "");
  }
  if (!message.encrypted && keys.dc09.length > 0) find(score, "not-encrypted", "warn", "");
}

function keysOf(keys: DoctorKeys, head: Dc09Head) {
  const account = accountKey(head.account ?? "");
  return keys.dc09.filter((each) => each.account === "*" || accountKey(each.account) === account)
    .flatMap((each) => [...each.keys]);
}

function tokenOf({ id, encrypted }: Dc09Head): string {
  return `${encrypted ? "encrypted " : ""}${id}`;
}

function lookAtRefusal(score: Score, { rule, message, raw }: Refusal): void {
  // The head of a frame with a wrong CRC is still a head; noise is nothing.
  const near = rule === "wrong-crc" || (rule === "truncated" && raw.length > 16) ? 14 : 0;
  score.refuse(near, raw.length);
  const text = String.fromCharCode(...raw.subarray(0, 12)).trim();
  if (rule === "wrong-crc" && /^0101/.test(text)) return find(score, "osborne-hoffman", "stop", "");
  find(score, rule, score.frames > 0 ? "warn" : "stop", message);
}

/** Quirks and flags that say something to a technician, and are no fault. */
const NOTED = new Set([
  "decimal-length",
  "wrong-length",
  "binary-crc",
  "short-crc",
  "alarm-in-null",
  "unknown-token",
]);

function note(score: Score, name: string): void {
  if (NOTED.has(name)) find(score, name, "note", "");
}

function find(score: Score, rule: string, weight: "stop" | "warn" | "note", message: string): void {
  const advice = Object.hasOwn(DC09_ADVICE, rule) ? DC09_ADVICE[rule] : undefined;
  const named = dc09Fault(rule);
  const fault: Fault = named === undefined || named === "load" ? advice?.fault ?? "nothing" : named;
  score.find({ rule, fault, weight, what: advice?.what ?? message, todo: advice?.todo ?? "" });
}
