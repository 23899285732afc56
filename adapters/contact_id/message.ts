/**
 * The Contact ID message: account, message type, qualifier, event code, group, zone or user, checksum.
 *
 * @module
 */
import { checksumDigit, digitSum } from "./checksum.ts";
import { type Letters, readDigits } from "./digits.ts";

/** Qualifier: 1 new event or opening, 3 restore or closing, 6 reported before and still present. */
export type ContactIdQualifier = 1 | 3 | 6;

/**
 * One Contact ID message.
 *
 * On the wire `AAAA MT Q XYZ GG CCC S`: account 4 (some panels more), message type 2, qualifier 1, code 3, group 2,
 * zone or user 3, checksum 1; without the blanks. Source: panel-formats.md §2.1, confidence A.
 */
export interface ContactId {
  /** Account, leading zeros kept. Empty when the form carries none. */
  account: string;
  /** Message type: `18`, or its equivalent `98`. */
  messageType: "18" | "98";
  /** Qualifier. */
  qualifier: ContactIdQualifier;
  /** Event code XYZ, three digits, e.g. `130`. */
  code: string;
  /** Group or partition GG; `00` is none in particular. */
  group: string;
  /** Zone or user CCC; `000` is none. The code tells which of the two. */
  zone: string;
}

/** How to read a message. */
export interface ContactIdReading {
  /** What letters stand for; `auto` when absent. */
  letters?: Letters;
  /** `folded` (default): `A` in the account is a zero. `as-spelled`: the account is kept as it came. */
  account?: "folded" | "as-spelled";
}

/** Why a message was refused. */
export interface ContactIdRefusal {
  ok: false;
  /** Kebab-case name of the rule. */
  rule:
    | "bad-digit"
    | "mixed-dtmf"
    | "wrong-length"
    | "other-message-type"
    | "unknown-qualifier"
    | "wrong-checksum";
  /** For the technician. */
  message: string;
}

/** What {@link parseContactId} makes of a text. */
export type ContactIdResult =
  | {
    ok: true;
    /** The message. */
    contactId: ContactId;
    /** The checksum digit, verified; absent when the text had none. */
    checksum?: string;
  }
  | ContactIdRefusal;

/** Digits of a message without account and checksum: MT Q XYZ GG CCC. */
const BODY = 11;
/** Longest account accepted; DC-09 allows 16. */
const MAX_ACCOUNT = 16;

const SIBLINGS: Readonly<Record<string, string>> = {
  "17": "Ademco 4+1",
  "27": "Ademco 4+2",
  "55": "Ademco high speed",
  "56": "Ademco super fast",
};

/**
 * Reads a message of 16 digits, or 15 when the checksum was dropped on the way. Accounts longer than four digits are
 * read by taking the other fields from the right. Whether a checksum is there never is in doubt: the 8 of the message
 * type stands in one place with it and in another without.
 *
 * @param text The digits; blanks are skipped, lower case is accepted.
 * @param reading How to read letters.
 * @returns The message, or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseContactId } from "./message.ts";
 *
 * const read = parseContactId("1234181131010158");
 * assert(read.ok);
 * assertEquals(read.contactId.code, "131");
 * assertEquals(read.contactId.zone, "015");
 *
 * const wrong = parseContactId("1234181131010159");
 * assert(!wrong.ok && wrong.rule === "wrong-checksum");
 * ```
 */
export function parseContactId(text: string, reading: ContactIdReading = {}): ContactIdResult {
  const read = readDigits(text, reading.letters);
  if (!read.ok) return read;
  const { digits } = read;
  if (isShortSibling(digits)) return otherType(digits);
  const shortest = BODY + 1;
  if (digits.length < shortest || digits.length > MAX_ACCOUNT + BODY + 1) {
    return {
      ok: false,
      rule: "wrong-length",
      message:
        `Got ${digits.length} digits, expected 16 (account 4, type 2, qualifier 1, code 3, group 2, zone 3, ` +
        `checksum 1), or 15 without checksum. The message was cut or two were mixed; let the panel send again.`,
    };
  }
  const withoutS = isMessageType(digits.slice(-BODY, -BODY + 2));
  const withS = isMessageType(digits.slice(-BODY - 1, -BODY + 1));
  if (!withoutS && !withS) return otherType(digits);
  const body = withS ? digits.slice(0, -1) : digits;
  if (body.length === BODY) {
    return {
      ok: false,
      rule: "wrong-length",
      message:
        `Got only type, qualifier, code, group and zone: the account is missing. Expected its digits first; ` +
        `let the panel send again.`,
    };
  }
  const fields = splitFields(body, reading.account ?? "folded");
  if (!fields.ok || !withS) return fields;
  const expected = checksumDigit(body);
  const got = digits.slice(-1);
  if (digitSum(digits) !== 0) {
    return {
      ok: false,
      rule: "wrong-checksum",
      message: `Checksum is ${got}, expected ${expected} for ${body}. The line disturbed the message; ` +
        `the panel has to send it again. If every message fails, check baud rate and parity.`,
    };
  }
  return { ...fields, checksum: got === "A" ? "0" : got };
}

/**
 * True for the two message types that mean Contact ID.
 *
 * @param digits Two digits.
 * @returns Whether they are `18` or `98`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isMessageType } from "./message.ts";
 *
 * assert(isMessageType("18") && isMessageType("98") && !isMessageType("55"));
 * ```
 */
export function isMessageType(digits: string): digits is "18" | "98" {
  return digits === "18" || digits === "98";
}

/**
 * Writes a message.
 *
 * @param contactId The message.
 * @param options `checksum` (default true) appends S; `accountZero` `"A"` writes zeros of the account as `A`, as
 *   Texecom does.
 * @returns The digits without blanks.
 * @throws RangeError when a field cannot be written as Contact ID digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeContactId } from "./message.ts";
 *
 * const contactId = {
 *   account: "1234", messageType: "18", qualifier: 1, code: "131", group: "01", zone: "015",
 * } as const;
 * assertEquals(writeContactId(contactId), "1234181131010158");
 * assertEquals(writeContactId(contactId, { checksum: false }), "123418113101015");
 * ```
 */
export function writeContactId(
  contactId: ContactId,
  options: { checksum?: boolean; accountZero?: "0" | "A" } = {},
): string {
  const account = options.accountZero === "A"
    ? contactId.account.replaceAll("0", "A")
    : contactId.account.replaceAll("A", "0");
  if (!/^[0-9A-F]{1,16}$/.test(account)) {
    throw new RangeError(
      `account ${JSON.stringify(contactId.account)} is not 1 to 16 digits out of 0-9 and A-F`,
    );
  }
  const digits = account + writeBody(contactId);
  return options.checksum === false ? digits : digits + (checksumDigit(digits) ?? "");
}

/**
 * Writes the part after the account: `18QXYZGGCCC`, 11 characters.
 *
 * @param contactId The message.
 * @returns The digits.
 * @throws RangeError when a field has the wrong length or other characters than 0-9 and B-F.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeBody } from "./message.ts";
 *
 * const body = writeBody({ account: "x", messageType: "18", qualifier: 3, code: "401", group: "01", zone: "070" });
 * assertEquals(body, "18340101070");
 * ```
 */
export function writeBody(contactId: ContactId): string {
  const { messageType, qualifier, code, group, zone } = contactId;
  const body = `${messageType}${qualifier}${code}${group}${zone}`;
  const fits = code.length === 3 && group.length === 2 && zone.length === 3;
  if (!fits || !/^[19]8[136][0-9B-F]{8}$/.test(body)) {
    throw new RangeError(
      `code ${code}, group ${group}, zone ${zone} are not 3, 2 and 3 digits out of 0-9 and B-F`,
    );
  }
  return body;
}

function splitFields(body: string, account: "folded" | "as-spelled"): ContactIdResult {
  const spelled = body.slice(0, -BODY);
  const rest = body.slice(-BODY).replaceAll("A", "0");
  const messageType = rest.slice(0, 2) === "98" ? "98" : "18";
  const qualifier = qualifierOf(rest.charAt(2));
  if (qualifier === undefined) {
    return {
      ok: false,
      rule: "unknown-qualifier",
      message:
        `Qualifier is ${rest.charAt(2)} in ${body}, expected 1 (new, opening), 3 (restore, closing) or ` +
        `6 (still present). Check that the panel is set to Contact ID.`,
    };
  }
  return {
    ok: true,
    contactId: {
      account: account === "folded" ? spelled.replaceAll("A", "0") : spelled,
      messageType,
      qualifier,
      code: rest.slice(3, 6),
      group: rest.slice(6, 8),
      zone: rest.slice(8, 11),
    },
  };
}

function qualifierOf(digit: string): ContactIdQualifier | undefined {
  return digit === "1" ? 1 : digit === "3" ? 3 : digit === "6" ? 6 : undefined;
}

/** A message of the formats 4+1 and 4+2, which have eight and nine digits, the checksum of Contact ID among them. */
function isShortSibling(digits: string): boolean {
  const type = digits.length === 8 ? "17" : digits.length === 9 ? "27" : undefined;
  return type !== undefined && digits.slice(4, 6) === type && digitSum(digits) === 0;
}

function otherType(digits: string): ContactIdRefusal {
  const found = digits.slice(4, 6);
  const sibling = SIBLINGS[found];
  return {
    ok: false,
    rule: "other-message-type",
    message: `Message type is ${found} in ${digits}, expected 18 or 98. ` +
      (sibling === undefined
        ? "Set the panel to Contact ID, or digits were lost on the line."
        : `${found} is the ${sibling} format: set the panel to Contact ID.`),
  };
}
