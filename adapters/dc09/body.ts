/**
 * The body of a DC-09 message: what stands behind the `[`, in clear or decrypted.
 *
 * @module
 */
import type { Dc09Extended } from "./extended_data.ts";
import { type Dc09Encoding, encodingOf, readText, writeText } from "./octets.ts";
import { isTimestamp } from "./timestamp.ts";

/** The body of a message: `#1234|Nri1/BA01][RHall]_12:00:00,01-02-2026`. */
export interface Dc09Body {
  /** What stands in the first bracket, as text; empty for polls and answers. */
  data: string;
  /** Extended data in the order sent. */
  extended: Dc09Extended[];
  /** Time behind the `_`, as spelled: `HH:MM:SS,MM-DD-YYYY`, UTC. */
  timestamp?: string;
  /** How letters outside ASCII are written. */
  encoding: Dc09Encoding;
}

/**
 * Reads the body. Never refuses: a missing bracket or an odd time is a quirk. Source: receiver-outputs.md §7.1, §7.4 (A).
 *
 * @param rest What follows the `[`, one character an octet.
 * @returns The body; quirks are `missing-bracket`, `bad-timestamp` and `trailing-text`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readBody } from "./body.ts";
 *
 * assertEquals(readBody("#1234|1602 00 000][RHall]_17:23:51,09-18-2023"), {
 *   data: "#1234|1602 00 000",
 *   extended: [{ id: "R", text: "Hall" }],
 *   timestamp: "17:23:51,09-18-2023",
 *   encoding: "ascii",
 *   quirks: [],
 * });
 * ```
 */
export function readBody(rest: string): Dc09Body & { quirks: string[] } {
  const quirks: string[] = [];
  const encoding = encodingOf(rest);
  let close = rest.lastIndexOf("]");
  let tail = rest.slice(close + 1);
  if (close < 0) {
    quirks.push("missing-bracket");
    close = /_\d\d:\d\d:\d\d,[\d-]{10}$/.exec(rest)?.index ?? rest.length;
    tail = rest.slice(close);
  }
  let timestamp: string | undefined;
  if (tail.startsWith("_")) {
    timestamp = tail.slice(1).trimEnd();
    if (!isTimestamp(timestamp)) quirks.push("bad-timestamp");
  } else if (tail.trim() !== "") quirks.push("trailing-text");
  const inner = rest.slice(0, close);
  const extended: Dc09Extended[] = [];
  let end = inner.indexOf("][");
  const data = readText(end < 0 ? inner : inner.slice(0, end), encoding);
  while (end >= 0) {
    const start = end + 2;
    end = inner.indexOf("][", start);
    extended.push(readBracket(readText(end < 0 ? inner.slice(start) : inner.slice(start, end), encoding)));
  }
  return timestamp === undefined
    ? { data, extended, encoding, quirks }
    : { data, extended, timestamp: readText(timestamp, encoding), encoding, quirks };
}

/**
 * Writes the body behind the `[`; the inverse of {@link readBody}.
 *
 * @param body The body; `encoding` says how letters outside ASCII are written.
 * @returns One character an octet.
 * @throws {RangeError} If a field holds what would end it early, or a letter that the encoding does not have.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeBody } from "./body.ts";
 *
 * const body = { data: "#1234|NRP", extended: [], timestamp: "12:00:00,01-02-2026", encoding: "ascii" as const };
 * assertEquals(writeBody(body), "#1234|NRP]_12:00:00,01-02-2026");
 * ```
 */
export function writeBody(body: Dc09Body): string {
  const { data, extended, timestamp, encoding } = body;
  const brackets = [data, ...extended.map(({ id, text }) => id + text)].map((it) => writeText(it, encoding));
  const text = `${brackets.join("][")}]${timestamp === undefined ? "" : `_${timestamp}`}`;
  const back = readBody(text);
  const same = back.data === data && back.timestamp === timestamp &&
    back.extended.length === extended.length &&
    back.extended.every((it, at) => it.id === extended[at]?.id && it.text === extended[at]?.text);
  if (!same || /[\r\n]/.test(text) || back.quirks.length > 0) {
    throw new RangeError(
      "Cannot write this as the body of a DC-09 message: a field holds brackets, line ends or letters that its " +
        "encoding does not have, or the time is none",
    );
  }
  return text;
}

function readBracket(text: string): Dc09Extended {
  const [id = ""] = text;
  return { id, text: text.slice(id.length) };
}
