/**
 * The head of a DC-09 message: what stands between the first `"` and the `[`, always in clear.
 *
 * @module
 */

/** The head of a message: `"*ADM-CID"0001R1L0#1234`. */
export interface Dc09Head {
  /** The ID token without quotes and `*`: `SIA-DCS`, `ADM-CID`, `SCN-S8`, `NULL`, `ACK`, `NAK`, `DUH`, `RSP`, or another. */
  id: string;
  /** The token had a `*`: what follows the `[` is encrypted. */
  encrypted: boolean;
  /** Sequence number as spelled, four digits: `0001`; `0000` for polls and by panels that do not count. */
  sequence: string;
  /** Receiver number behind `R`; may be empty. Absent when there is no `R`. */
  receiver?: string;
  /** Line number (account prefix) behind `L`; may be empty (seen: `L#1234`). Absent when there is no `L`. */
  line?: string;
  /** The account as spelled. Absent when there is no `#`. */
  account?: string;
}

/** What {@link readHeadOf} found. */
export type Dc09HeadResult =
  | {
    ok: true;
    /** The head. */
    head: Dc09Head;
    /** What stands behind the `[`, one character an octet. */
    rest: string;
    /** `odd-sequence`, `missing-bracket`. */
    quirks: string[];
  }
  | { ok: false; rule: "bad-head"; message: string };

const QUOTE = 0x22;
const HASH = 0x23;
const STAR = 0x2a;
const L = 0x4c;
const R = 0x52;
const ANSWERS = new Set(["ACK", "NAK", "DUH", "RSP"]);

/**
 * Whether a token is a receiver's answer, which is never answered itself.
 *
 * @param id The token.
 * @returns True for `ACK`, `NAK`, `DUH` and `RSP`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isAnswer } from "./head.ts";
 *
 * assert(isAnswer("ACK") && !isAnswer("NULL"));
 * ```
 */
export function isAnswer(id: string): boolean {
  return ANSWERS.has(id);
}

/**
 * Reads the head. `R` may be missing, `L` too, and either may be empty; a NAK has `A0` in the place of the account.
 * Source: receiver-outputs.md §7.1, §7.2 (A).
 *
 * @param content The frame's content, one character an octet.
 * @returns The head and what follows; or rule `bad-head`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readHeadOf } from "./head.ts";
 *
 * const read = readHeadOf('"SIA-DCS"9876R579BDFL789ABC#12345A[#12345A|NFA129]');
 * assert(read.ok);
 * assertEquals(read.head, {
 *   id: "SIA-DCS", encrypted: false, sequence: "9876", receiver: "579BDF", line: "789ABC", account: "12345A",
 * });
 * assertEquals(read.rest, "#12345A|NFA129]");
 * ```
 */
export function readHeadOf(content: string): Dc09HeadResult {
  const usual = usualHead(content);
  if (usual !== undefined) return usual;
  const outer = /^"(\*?)([^"[\]]{1,32})"([^[]*)(\[?)/.exec(content);
  if (outer === null) return badHead(content);
  const [all, star, id = "", prefix = "", bracket] = outer;
  const hash = prefix.indexOf("#");
  const numbers = hash >= 0 ? prefix.slice(0, hash) : prefix.replace(isAnswer(id) ? /A0?$/ : /$^/, "");
  const inner = /^(\d{1,8}) ?(?:R([^RL]{0,8}))?(?:L([^RL]{0,8}))?$/.exec(numbers);
  const account = hash < 0 ? undefined : prefix.slice(hash + 1);
  // deno-lint-ignore no-control-regex -- they belong to no account.
  if (inner === null || !/^[^\x00-\x1f]{0,64}$/.test(account ?? "")) return badHead(content);
  const [, sequence = "", receiver, line] = inner;
  const quirks: string[] = [];
  if (sequence.length !== 4) quirks.push("odd-sequence");
  if (bracket === "") quirks.push("missing-bracket");
  const head = headOf(id, star === "*", sequence, receiver, line, account);
  return { ok: true, head, rest: content.slice(all.length), quirks };
}

/**
 * Reads the head as nearly every device writes it: `"SIA-DCS"0001R1L0#1234[`, with letters and digits only. The other ways
 * are left to {@link readHeadOf}.
 */
function usualHead(content: string): Dc09HeadResult | undefined {
  const encrypted = content.charCodeAt(1) === STAR;
  const from = encrypted ? 2 : 1;
  const quote = content.indexOf('"', from);
  const bracket = content.indexOf("[", quote);
  if (content.charCodeAt(0) !== QUOTE || quote <= from || quote > from + 32 || bracket < 0) return undefined;
  const id = content.slice(from, quote);
  if (id.includes("[") || id.includes("]")) return undefined;
  const sequenceEnd = quote + 5;
  for (let at = quote + 1; at < sequenceEnd; at++) if (!isDigit(content.charCodeAt(at))) return undefined;
  let at = sequenceEnd;
  let receiver: string | undefined, line: string | undefined;
  if (content.charCodeAt(at) === R) {
    const end = hexEnd(content, at + 1);
    receiver = content.slice(at + 1, end);
    at = end;
  }
  if (content.charCodeAt(at) === L) {
    const end = hexEnd(content, at + 1);
    line = content.slice(at + 1, end);
    at = end;
  }
  if (content.charCodeAt(at) !== HASH || bracket - at > 64) return undefined;
  for (let i = at + 1; i < bracket; i++) if (content.charCodeAt(i) < 0x20) return undefined;
  if ((receiver?.length ?? 0) > 8 || (line?.length ?? 0) > 8) return undefined;
  const sequence = content.slice(quote + 1, sequenceEnd);
  const head = headOf(id, encrypted, sequence, receiver, line, content.slice(at + 1, bracket));
  return { ok: true, head, rest: content.slice(bracket + 1), quirks: [] };
}

/** Index behind the upper-case hexadecimal digits that begin here. */
function hexEnd(content: string, from: number): number {
  let at = from;
  for (let code = content.charCodeAt(at); isDigit(code) || code >= 0x41 && code <= 0x46;) {
    code = content.charCodeAt(++at);
  }
  return at;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function headOf(
  id: string,
  encrypted: boolean,
  sequence: string,
  receiver: string | undefined,
  line: string | undefined,
  account: string | undefined,
): Dc09Head {
  const head: Dc09Head = { id, encrypted, sequence };
  if (receiver !== undefined) head.receiver = receiver;
  if (line !== undefined) head.line = line;
  if (account !== undefined) head.account = account;
  return head;
}

/**
 * Writes the head up to the `[`, without it; the inverse of {@link readHeadOf}.
 *
 * @param head The head.
 * @returns The characters from the `"` on.
 * @throws {RangeError} If a field cannot be written so that it is read back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeHead } from "./head.ts";
 *
 * const head = { id: "ADM-CID", encrypted: true, sequence: "0001", line: "0", account: "1234" };
 * assertEquals(writeHead(head), '"*ADM-CID"0001L0#1234');
 * ```
 */
export function writeHead(head: Dc09Head): string {
  const { id, encrypted, sequence, receiver, line, account } = head;
  const text = `"${encrypted ? "*" : ""}${id}"${sequence}${receiver === undefined ? "" : `R${receiver}`}${
    line === undefined ? "" : `L${line}`
  }${account !== undefined ? `#${account}` : id === "NAK" ? "A0" : ""}`;
  const back = readHeadOf(`${text}[`);
  const same = back.ok && back.head.id === id && back.head.sequence === sequence && back.head.line === line &&
    back.head.receiver === receiver && back.head.account === account && back.head.encrypted === encrypted;
  if (!same || !/^[ -~]*$/.test(text)) {
    throw new RangeError(`Cannot write ${JSON.stringify(text.slice(0, 80))} as the head of a DC-09 message`);
  }
  return text;
}

function badHead(content: string): Dc09HeadResult {
  const shown = JSON.stringify(content.slice(0, 48));
  return {
    ok: false,
    rule: "bad-head",
    message:
      `The CRC is right, but the message begins with ${shown}. Expected is a token, a sequence number and an ` +
      'account, such as "SIA-DCS"0001L0#1234[. Check which protocol the panel is set to',
  };
}
