/**
 * Encrypted bodies of DC-09.
 *
 * ```text
 * [ hexadecimal of AES-CBC( pad  |  data ] extended _timestamp )
 *                            1…16 octets of anything but | [ ]
 * ```
 *
 * @module
 */
import { accountKey } from "./account.ts";
import type { Dc09Head } from "./head.ts";
import type { Dc09Key } from "./key.ts";
import { fromOctets, toOctets } from "./octets.ts";

/** A source of random octets: gives as many as asked for. */
export type Dc09Random = (octets: number) => Uint8Array;

/** What {@link openBody} found. */
export type Dc09OpenResult =
  | {
    ok: true;
    /** The body in clear, as it would stand behind the `[`; one character an octet. */
    body: string;
    /** The key that opened it: the answer is encrypted with the same. */
    key: Dc09Key;
    /** `lower-case-cipher`, `text-after-cipher`, `trailing-octets`, `no-timestamp`, `no-pad-bar`. */
    quirks: string[];
  }
  | { ok: false; rule: "bad-cipher" | "no-key" | "wrong-key"; message: string };

const BLOCK = 16;
/** An iobroker.sia answer has one block too many behind the timestamp; a sender that pads as others do has up to one. */
const MOST_TRAILING = 2 * BLOCK;
/** What data without an account begins with: a SIA block, or Contact ID digits. */
const DATA = /^(?:[NOEL](?:[a-z]{2}|[A-Z]{2})|\s*\d{4} ?\d\d ?\d{3}|\d{9,})/;
/** The time at the end, with the sign in front of it. */
const STAMP = /^_\d\d:\d\d:\d\d,\d\d-\d\d-\d{4}$/;
const STAMP_LENGTH = 20;
/** No data at all: polls and answers. */
const EMPTY = /^\](?:\[|_|$)/;
const DATA_ANYWHERE = /(?:[NOEL](?:[a-z]{2}\d|[A-Z]{2}\d)|\d{4} \d\d \d{3})/g;

/**
 * Opens an encrypted body.
 *
 * There is no check in the cipher text: that the key is right shows only in what comes out. The timestamp at the end,
 * mandatory in encrypted messages, is the sign; without one, the data has to be readable. A body that no key opens is
 * told from a damaged one, since the CRC over the cipher text was right.
 *
 * The pad may hold `|` and `]`, as some senders do it wrong: the data is looked for by its account first. Source:
 * receiver-outputs.md §7.3 (A); telling a wrong key is ours.
 *
 * @param rest What follows the `[`.
 * @param head The message's head.
 * @param keys Keys to try.
 * @returns The body in clear; or rule `no-key`, `wrong-key` or `bad-cipher`. Messages never hold a key or what came out.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { openBody } from "./encryption.ts";
 * import { dc09Keys } from "./key.ts";
 *
 * const head = { id: "SIA-DCS", encrypted: true, sequence: "7654", line: "0", account: "1111" };
 * const rest = "C07DA1EB73C617857476EE5D79436CEE5E0084485E79EC56B0D5D1F3F6E648B278050BBCCBC8FE5DCA7E3C80DBDD4945";
 * const keys = dc09Keys("AAAAAAAAAAAAAAAA"), others = dc09Keys("BBBBBBBBBBBBBBBB");
 * assert(keys.ok && others.ok);
 * const opened = openBody(rest, head, keys.keys);
 * assertEquals(opened.ok && opened.body, "Nri1/WA000]_16:04:02,07-09-2020");
 * const wrong = openBody(rest, head, others.keys);
 * assertEquals(!wrong.ok && wrong.rule, "wrong-key");
 * ```
 */
export function openBody(rest: string, head: Dc09Head, keys: readonly Dc09Key[]): Dc09OpenResult {
  const found = /^([0-9A-Fa-f]*)([^]*)$/.exec(rest);
  const [, digits = "", behind = ""] = found ?? [];
  const quirks: string[] = [];
  if (digits === "" || digits.length % (2 * BLOCK) !== 0 || !/^\]?(?:_[\d:,-]*)?\s*$/.test(behind)) {
    return {
      ok: false,
      rule: "bad-cipher",
      message: `The CRC is right, but the encrypted part has ${digits.length} hexadecimal digits` +
        `${
          behind === "" ? "" : ` and other characters behind them`
        }, a multiple of 32 is expected. Check the panel's ` +
        "encryption setting: AES is expected",
    };
  }
  if (/[a-f]/.test(digits)) quirks.push("lower-case-cipher");
  if (behind !== "") quirks.push("text-after-cipher");
  const account = head.account ?? "";
  if (keys.length === 0) {
    return {
      ok: false,
      rule: "no-key",
      message:
        `The message of account ${
          JSON.stringify(account)
        } is encrypted, and no key is set here for it. Set the ` +
        "panel's key for this account, or switch the panel's encryption off",
    };
  }
  const cipher = Uint8Array.fromHex(digits);
  for (const key of keys) {
    const read = readPlain(fromOctets(key.decrypt(cipher)), head);
    if (read !== undefined) return { ok: true, body: read.body, key, quirks: [...quirks, ...read.quirks] };
  }
  return {
    ok: false,
    rule: "wrong-key",
    message:
      `The key is not the panel's: the message of account ${
        JSON.stringify(account)
      } came undamaged (its CRC is ` +
      `right), but does not open with the key set here${
        keys.length > 1 ? ` (${keys.length} ways tried)` : ""
      }. Set the ` +
      "same key on both sides; some panels take it as 16, 24 or 32 characters, others as 32, 48 or 64 hexadecimal digits",
  };
}

/**
 * Encrypts a body; the inverse of {@link openBody}.
 *
 * The pad fills up to a multiple of 16 octets, with a whole block when there would be none, and `|` always follows it.
 * Source: receiver-outputs.md §7.3 (A).
 *
 * @param body The body as it would stand behind the `[`, one character an octet.
 * @param key The key.
 * @param random Random octets for the pad.
 * @returns Upper-case hexadecimal digits, to stand behind the `[`; no `]` follows.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { sealBody } from "./encryption.ts";
 * import { dc09Keys } from "./key.ts";
 *
 * const read = dc09Keys("AAAAAAAAAAAAAAAA");
 * assert(read.ok && read.keys[0] !== undefined);
 * const zeros = (octets: number) => new Uint8Array(octets).fill(0x30);
 * assertEquals(
 *   sealBody("Nri1/WA000]_16:04:02,07-09-2020", read.keys[0], zeros),
 *   "C07DA1EB73C617857476EE5D79436CEE5E0084485E79EC56B0D5D1F3F6E648B278050BBCCBC8FE5DCA7E3C80DBDD4945",
 * );
 * ```
 */
export function sealBody(body: string, key: Dc09Key, random: Dc09Random): string {
  const text = toOctets(`|${body}`);
  const padded = BLOCK - text.length % BLOCK;
  const plain = new Uint8Array(padded + text.length);
  plain.set(random(padded).subarray(0, padded).map(padOctet));
  plain.set(text, padded);
  return key.encrypt(plain).toHex().toUpperCase();
}

/** `|`, `[` and `]` may not stand in a pad. */
function padOctet(octet: number): number {
  return octet === 0x7c || octet === 0x5b || octet === 0x5d ? octet ^ 0x20 : octet;
}

interface Plain {
  body: string;
  quirks: string[];
}

/** What came out of the cipher, if it makes sense. */
function readPlain(plain: string, head: Dc09Head): Plain | undefined {
  let stamp = plain.lastIndexOf("_");
  while (stamp >= 0 && !STAMP.test(plain.slice(stamp, stamp + STAMP_LENGTH))) {
    stamp = stamp === 0 ? -1 : plain.lastIndexOf("_", stamp - 1);
  }
  const end = stamp + STAMP_LENGTH;
  if (stamp >= 0 && plain.length - end <= MOST_TRAILING) {
    const cut = cutPad(plain.slice(0, end), stamp, head);
    if (end < plain.length) cut.quirks.push("trailing-octets");
    return cut;
  }
  const close = plain.lastIndexOf("]");
  if (close < 0 || close !== plain.length - 1) return undefined;
  const cut = cutPad(plain.slice(0, close + 1), close, head);
  const sure = /^#[0-9A-Za-z]{1,16}\|/.test(cut.body) || DATA.test(cut.body);
  // deno-lint-ignore no-control-regex -- a wrong key gives control characters.
  if (!sure || cut.quirks.length > 0 || /[\x00-\x1f\x7f]/.test(cut.body)) return undefined;
  return { body: cut.body, quirks: ["no-timestamp"] };
}

/** Takes the pad off. `end` is where the data has ended for sure. */
function cutPad(text: string, end: number, head: Dc09Head): Plain {
  const first = text.indexOf("#");
  const { account = "" } = head;
  if (
    first >= 0 && first < end && /^[0-9A-Za-z]{1,16}$/.test(account) &&
    text.startsWith(`${account}|`, first + 1)
  ) {
    return { body: text.slice(first), quirks: [] };
  }
  const accounts = [...text.matchAll(/#([0-9A-Za-z]{1,16})\|/g)].filter((it) => it.index < end);
  const own = accounts.find((it) => accountKey(it[1] ?? "") === accountKey(head.account ?? "")) ??
    accounts.find((it) => it.index <= BLOCK + 1 && text.charAt(it.index - 1) === "|");
  if (own !== undefined) return { body: text.slice(own.index), quirks: [] };
  const bars: number[] = [];
  for (let at = text.indexOf("|"); at >= 0 && at <= BLOCK && at < end; at = text.indexOf("|", at + 1)) {
    bars.push(at);
  }
  const behind = (sign: RegExp) => bars.find((at) => sign.test(text.slice(at + 1)));
  const bar = behind(DATA) ?? behind(EMPTY) ?? bars[0];
  if (bar !== undefined) return { body: text.slice(bar + 1), quirks: [] };
  // No bar: allowed for polls before 2013 (A: a capture), and met with data, too.
  const data = [...text.matchAll(DATA_ANYWHERE)].find((it) => it.index <= BLOCK && it.index < end);
  const from = head.id !== "NULL" && data !== undefined
    ? data.index
    : Math.max(0, text.lastIndexOf("]", end));
  return { body: text.slice(from), quirks: ["no-pad-bar"] };
}
