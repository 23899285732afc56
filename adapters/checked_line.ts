/**
 * Lines that are read back before they are given out.
 *
 * @module
 */
import type { WrittenLine } from "./contract.ts";
import type { LineRefusal } from "./line_refusal.ts";

/** A written line, or why the message has no line. */
export type LineWritten = ({ ok: true } & WrittenLine) | LineRefusal;

/** A line, and how its language reads it. */
export interface LineDraft<M extends { kind: string }> {
  /** What the line is to say. */
  message: M;
  /** The line without what stands around it, one character an octet. */
  text: string;
  /** What stands before each line; empty for nothing. */
  before: string;
  /** What ends it. */
  end: string;
  /** The whole line, printable. */
  line: string;
  /** Whether an octet may stand in the text. */
  takes: (octet: number) => boolean;
  /** Reads a line of this language. */
  read: (bytes: Uint8Array) => { ok: true; message: M } | { ok: false };
  /** What no field of this language may hold, for the refusal: "blanks, brackets or control characters". */
  foreign: string;
}

/**
 * Makes the octets of a line and reads them back: a field that does not fit its place, or would end the line early, is refused
 * and never cut.
 *
 * @typeParam M A message of the language.
 * @param draft The line, and how it is read.
 * @returns The line; or rule `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { checkedLine } from "./checked_line.ts";
 * import { latin1 } from "./latin1.ts";
 *
 * const write = (code: string) =>
 *   checkedLine({
 *     message: { kind: "code", code }, text: code, before: "", end: "\r", line: `${code}<CR>`,
 *     takes: (octet) => octet < 0x7f,
 *     read: (bytes) => ({ ok: true, message: { kind: "code", code: latin1(bytes.subarray(0, 2)) } }),
 *     foreign: "more than two characters",
 *   });
 * const written = write("BA");
 * assert(written.ok);
 * assertEquals(written.bytes, new TextEncoder().encode("BA\r"));
 * const refused = write("BAD");
 * assertEquals(!refused.ok && refused.rule, "not-writable");
 * ```
 */
export function checkedLine<M extends { kind: string }>(draft: LineDraft<M>): LineWritten {
  const { message, text, before, end, line, takes, read } = draft;
  const whole = before + text + end;
  const bytes = new Uint8Array(whole.length);
  for (let at = 0; at < whole.length; at++) bytes[at] = whole.charCodeAt(at);
  for (let at = 0; at < text.length; at++) {
    if (!takes(text.charCodeAt(at))) return notWritable(draft);
  }
  const back = read(bytes);
  return back.ok && same(back.message, message) ? { ok: true, bytes, line } : notWritable(draft);
}

function same(a: object, b: object): boolean {
  const left = Object.entries(a), right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([name, value]) => right.get(name) === value);
}

function notWritable({ message, text, foreign }: LineDraft<{ kind: string }>): LineRefusal {
  const printable = text.replace(/[^ -~]/g, "?");
  return {
    ok: false,
    rule: "not-writable",
    message:
      `A ${message.kind} line cannot hold this: \`${printable}\`. A field is too long for its place, or holds ` +
      `${foreign}. Check the account and the alarm's data.`,
  };
}
