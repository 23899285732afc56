/**
 * The shared secret of commissioning on paper: four lines of digits, each with a checksum.
 *
 * @module
 */
import { SecretKey } from "../keys/secret_key.ts";
import { crc16 } from "./crc16.ts";
import { looksLike } from "./lookalikes.ts";

/** Octets of the secret; of them in a line; digits of a line with its checksum. */
const SECRET_OCTETS = 32;
const LINE_OCTETS = 8;
const LINE_DIGITS = 20;
const LINES = 4;

/** What stands between digits: spaces of any kind, and dashes also as word processors write them. */
const SEPARATORS = /[\s\p{Pd}\u2212\u200b\ufeff]+/gu;
/** A line number that cannot be a digit of the line. */
const NUMBERED = /^\s*(?:line\s*)?[1-4]\s*[.:)]/i;
/** A line number that could be one: it counts as number when the digits are one too many. */
const BARE_NUMBER = /^\s*[1-4][\s\p{Pd}\u2212]/u;

/** Number of a line as people count: 1 to 4. */
export type LineNumber = 1 | 2 | 3 | 4;

/** What can be wrong with a line. */
export type LineRule =
  | "missing-line"
  | "too-many-lines"
  | "too-short"
  | "too-long"
  | "not-hex"
  | "checksum"
  | "wrong-place"
  | "repeated-line";

/** What is wrong, where. */
export interface LineError {
  /** Line, 1 to 4; 5 when there are too many. */
  line: number;
  /** What is wrong, for programs. */
  rule: LineRule;
  /** What is wrong and what to do, for people. Never has what was typed in it, save the name of a mistaken letter. */
  message: string;
}

/** The secret, or all that is wrong. */
export type ReadSecret = { ok: true; secret: SecretKey } | { ok: false; errors: LineError[] };

/** The 8 octets of a line, or all that is wrong with it. */
export type ReadSecretLine = { ok: true; part: SecretKey } | { ok: false; errors: LineError[] };

/**
 * Writes a secret as the four lines of Annex C (ip-protocol.md §7, PROFILE): of each line 8 octets in groups of four
 * digits, and a CRC-16 over the line number (one octet, 0 to 3) and the octets.
 *
 * @param secret 32 octets.
 * @returns Four lines without a line end after the last.
 * @throws {RangeError} When the secret has another length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { printSecret } from "./printed_secret.ts";
 *
 * const text = printSecret(Uint8Array.from({ length: 32 }, (_, i) => i));
 * assertEquals(text.split("\n")[0], "0001-0203-0405-0607-3EC1");
 * ```
 */
export function printSecret(secret: Uint8Array): string {
  if (secret.length !== SECRET_OCTETS) {
    throw new RangeError(`a secret has ${SECRET_OCTETS} octets, this one ${secret.length}`);
  }
  return Array.from({ length: LINES }, (_, i) => {
    const part = secret.subarray(i * LINE_OCTETS, (i + 1) * LINE_OCTETS);
    const digits = part.toHex() + checksum(i, part).toString(16).padStart(4, "0");
    return digits.toUpperCase().replaceAll(/.{4}(?=.)/g, "$&-");
  }).join("\n");
}

/**
 * Reads the four lines, as typed or pasted: any case; spaces, dashes or nothing between the groups; blank lines and line
 * numbers (`2:`, `2)`, `Line 2.`, `2 `) do not matter; all 80 digits in one line will do.
 *
 * @param text What was typed.
 * @returns The secret, or every mistake in it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { printSecret, readSecret } from "./printed_secret.ts";
 *
 * const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
 * const read = readSecret(printSecret(secret).toLowerCase().replaceAll("-", " "));
 * assert(read.ok);
 * assertEquals(read.secret.octets(), secret);
 *
 * const [one, two, three, four] = printSecret(secret).split("\n");
 * const swapped = readSecret([one, three, two, four].join("\n"));
 * assert(!swapped.ok);
 * assertEquals(swapped.errors.map(({ line, rule }) => `${line} ${rule}`), ["2 wrong-place", "3 wrong-place"]);
 * ```
 */
export function readSecret(text: string): ReadSecret {
  const typed = linesOf(text);
  const digits = typed.slice(0, LINES).map(digitsOf);
  const errors: LineError[] = [];
  for (let i = 0; i < LINES; i++) errors.push(...check(i, digits[i] ?? "", digits));
  if (typed.length > LINES) {
    errors.push(problem(LINES, "too-many-lines", `there are ${typed.length} lines; a secret has ${LINES}`));
  }
  if (errors.length > 0) return { ok: false, errors };
  const octets = new Uint8Array(SECRET_OCTETS);
  digits.forEach((line, i) => octets.set(partOf(line), i * LINE_OCTETS));
  const secret = new SecretKey(octets);
  octets.fill(0);
  return { ok: true, secret };
}

/**
 * Reads one line, so that a prompt can tell a mistake before the next is typed.
 *
 * @param line Which line, counted from 1.
 * @param text What was typed.
 * @returns Its octets, or every mistake in it. Never throws for what was typed.
 * @throws {RangeError} When there is no such line.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { readSecretLine } from "./printed_secret.ts";
 *
 * assert(readSecretLine(1, "0001 0203 0405 0607 3ec1").ok);
 * const mistyped = readSecretLine(1, "0001 0203 0405 0706 3ec1");
 * assert(!mistyped.ok && mistyped.errors[0]?.rule === "checksum");
 * ```
 */
export function readSecretLine(line: LineNumber, text: string): ReadSecretLine {
  if (!Number.isInteger(line) || line < 1 || line > LINES) throw new RangeError(`no line ${line}`);
  const digits = digitsOf(text);
  const errors = check(line - 1, digits, []);
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, part: new SecretKey(partOf(digits)) };
}

/** The lines with something on them; 80 digits in one line are cut in four. */
function linesOf(text: string): string[] {
  const lines = text.split(/[\r\n]+/).filter((line) => line.replaceAll(SEPARATORS, "") !== "");
  const joined = lines.length === 1 ? lines[0]?.replaceAll(SEPARATORS, "") : undefined;
  if (joined?.length !== LINES * LINE_DIGITS) return lines;
  return Array.from({ length: LINES }, (_, i) => joined.slice(i * LINE_DIGITS, (i + 1) * LINE_DIGITS));
}

/** A line without separators and line number; upper case. */
function digitsOf(line: string): string {
  const rest = line.replace(NUMBERED, "").replaceAll(SEPARATORS, "").toUpperCase();
  return rest.length === LINE_DIGITS + 1 && BARE_NUMBER.test(line) ? rest.slice(1) : rest;
}

/** Everything wrong with a line; `all` are the lines around it, itself included. */
function check(index: number, digits: string, all: readonly string[]): LineError[] {
  if (digits === "") {
    return [problem(index, "missing-line", "nothing is typed here; a secret has four lines")];
  }
  const errors: LineError[] = [];
  const characters = [...digits];
  const size = characters.length;
  if (size !== LINE_DIGITS) {
    const rule = size < LINE_DIGITS ? "too-short" : "too-long";
    errors.push(
      problem(
        index,
        rule,
        `${size} digits; a line has ${LINE_DIGITS}, five groups of four: compare the groups`,
      ),
    );
  }
  const wrong = characters.findIndex((character) => !/[0-9A-F]/.test(character));
  if (wrong >= 0) {
    errors.push(problem(index, "not-hex", notHex(characters, wrong)));
  }
  if (errors.length > 0 || fits(index, digits)) return errors;
  const twin = all.findIndex((other, i) => i !== index && other === digits && (i < index || fits(i, other)));
  if (twin >= 0) {
    return [
      problem(
        index,
        "repeated-line",
        `the same as line ${twin + 1}: type the line printed as line ${index + 1}`,
      ),
    ];
  }
  const place = [0, 1, 2, 3].find((i) => fits(i, digits));
  if (place !== undefined) {
    return [
      problem(
        index,
        "wrong-place",
        `this is the line printed as line ${place + 1}: type the lines in the printed order`,
      ),
    ];
  }
  return [
    problem(index, "checksum", "a digit is wrong or two are swapped: compare with the print, group by group"),
  ];
}

/** Names the group of the first wrong character, and which letters were mistaken for digits. */
function notHex(characters: readonly string[], first: number): string {
  const group = Math.min(Math.floor(first / 4), 4) + 1;
  const hints = looksLike(characters);
  const meant = hints.length === 0 ? "compare with the print" : hints.join(", ");
  return `group ${group} has a character that is neither 0 to 9 nor A to F: ${meant}`;
}

function fits(index: number, digits: string): boolean {
  return checksum(index, partOf(digits)) === parseInt(digits.slice(2 * LINE_OCTETS), 16);
}

function partOf(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits.slice(0, 2 * LINE_OCTETS));
}

function checksum(index: number, part: Uint8Array): number {
  return crc16(new Uint8Array([index, ...part]));
}

function problem(index: number, rule: LineRule, message: string): LineError {
  return { line: index + 1, rule, message: `line ${index + 1}: ${message}` };
}
