/**
 * SIA-HS (Alphatronics): SIA event text in scrambled UDP datagrams.
 *
 * @module
 */

/** A datagram, taken apart. */
export interface SiaHs {
  /** Account, four digits. */
  account: string;
  /** The device's name, such as `ACXL 1.7`. */
  device: string;
  /** What it says: `MESSAGE`, `REGISTRATION REQUEST`, `RECONNECT REQUEST`, …, as sent. */
  text: string;
  /** The SIA text behind `MESSAGE`, for `parseSiaText`; absent for the other kinds. */
  sia?: string;
}

/** What {@link parseSiaHs} gives. */
export type SiaHsResult =
  | { ok: true; message: SiaHs }
  | { ok: false; rule: "too-short" | "wrong-length" | "wrong-sum"; message: string };

/** Length, four unknown octets, scrambled head, sum. */
const SHORTEST = 8 + 26 + 2;
/** Where the scrambled part begins. */
const BODY = 8;
/** An octet that is zero before scrambling: it shows the key. */
const KEY_AT = 0x10;
/** In the scrambled part: 13 octets of name, the account as two octets of digits, the text behind more that is unknown. */
const ACCOUNT_AT = BODY + 13;
const TEXT_AT = BODY + 26;

/**
 * Reads a datagram.
 *
 * ```text
 * length of the rest (4)   unknown (4)   from here XOR one octet: name (13)  account (2)  unknown (11)  text   then: sum (2)
 * ```
 *
 * The scrambling is no encryption: the key stands in the datagram. Source: panel-formats.md §1.6 (A: an implementation and
 * its capture).
 *
 * @param datagram The datagram.
 * @returns What it says, or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSiaHs } from "./siahs.ts";
 *
 * const read = parseSiaHs(new Uint8Array(10));
 * assertEquals(!read.ok && read.rule, "too-short");
 * ```
 */
export function parseSiaHs(datagram: Uint8Array): SiaHsResult {
  const { length } = datagram;
  if (length < SHORTEST) {
    return refused("too-short", `Got ${length} octets, a SIA-HS datagram has ${SHORTEST} at least`);
  }
  const view = new DataView(datagram.buffer, datagram.byteOffset, length);
  const announced = view.getUint32(0);
  if (announced !== length - 4) {
    return refused(
      "wrong-length",
      `The datagram announces ${announced} octets, ${length - 4} follow. It was cut`,
    );
  }
  const sum = datagram.subarray(0, length - 2).reduce((total, octet) => (total + octet) & 0xffff, 0);
  if (sum !== view.getUint16(length - 2)) {
    return refused("wrong-sum", "The sum at the end does not fit. The datagram was changed on its way");
  }
  const key = datagram[KEY_AT] ?? 0;
  const clear = datagram.slice(0, length - 2);
  for (let at = BODY; at < clear.length; at++) clear[at] = (clear[at] ?? 0) ^ key;
  const text = printable(clear.subarray(TEXT_AT));
  return {
    ok: true,
    message: {
      account: clear.subarray(ACCOUNT_AT, ACCOUNT_AT + 2).toHex(),
      device: printable(clear.subarray(BODY, ACCOUNT_AT)),
      text,
      ...(text.startsWith("MESSAGE ") ? { sia: text.slice("MESSAGE ".length) } : {}),
    },
  };
}

function printable(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += octet >= 0x20 && octet <= 0x7e ? String.fromCharCode(octet) : " ";
  return text.trim();
}

function refused(rule: "too-short" | "wrong-length" | "wrong-sum", message: string): SiaHsResult {
  return { ok: false, rule, message };
}
