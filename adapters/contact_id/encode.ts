/**
 * Writes events as Contact ID, in every textual form.
 *
 * @module
 */
import type { EventDraft, Qualifier } from "../../src/event/alarm_event.ts";
import { contactIdCode } from "../../src/event/tables/contact_id.ts";
import { crc16Arc } from "./crc16_arc.ts";
import { type ContactId, type ContactIdQualifier, writeBody, writeContactId } from "./message.ts";
import type { ContactIdForm } from "./text_result.ts";

/** What {@link contactIdOf} gives. */
export type ContactIdEncoded =
  | {
    ok: true;
    /** The message. */
    contactId: ContactId;
    /** What is not in it, in words. */
    dropped: string[];
  }
  | { ok: false; rule: "not-contact-id"; message: string };

const QUALIFIERS: Readonly<Record<Qualifier, ContactIdQualifier>> = { new: 1, restore: 3, status: 6 };

/**
 * Makes the message of an event; the inverse of `contactIdEventDraft`.
 *
 * The number is the user where the code table says so, else the zone. Areas above 99 and numbers above 999 do not fit and
 * are written as 99 and 999, text and time not at all: `dropped` says so (panel-formats.md §5.1, §5.2).
 *
 * @param event The event; its code has to be one of Contact ID, three digits.
 * @param messageType `98` for a message that may be a repeat. @default {"18"}
 * @returns The message and what was lost; or rule `not-contact-id`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { contactIdOf } from "./encode.ts";
 *
 * const made = contactIdOf({
 *   account: "1234", language: "contact-id", code: "401", qualifier: "restore", label: "", area: "2", user: "7",
 *   flags: [], raw: new Uint8Array(),
 * });
 * assert(made.ok);
 * assertEquals([made.contactId.group, made.contactId.zone, made.dropped], ["02", "007", []]);
 * ```
 */
export function contactIdOf(event: EventDraft, messageType: "18" | "98" = "18"): ContactIdEncoded {
  if (!/^[0-9B-F]{3}$/.test(event.code)) {
    return {
      ok: false,
      rule: "not-contact-id",
      message:
        `${
          JSON.stringify(event.code)
        } is no Contact ID event code, expected three digits. Translate the event, or ` +
        "send it in its own language.",
    };
  }
  const dropped: string[] = [];
  const byUser = contactIdCode(event.code)?.address === "user";
  const [number, what, other, otherName] = byUser && event.user !== undefined || event.zone === undefined
    ? [event.user, "user", event.zone, "zone"]
    : [event.zone, "zone", event.user, "user"];
  if (other !== undefined) dropped.push(`${otherName} ${other}`);
  if (event.device !== undefined) dropped.push(`device ${event.device}`);
  if (event.text !== undefined) dropped.push(`text ${JSON.stringify(event.text)}`);
  if (event.occurredAt !== undefined) dropped.push("time");
  return {
    ok: true,
    contactId: {
      account: event.account,
      messageType,
      qualifier: QUALIFIERS[event.qualifier],
      code: event.code,
      group: fitted(event.area, 2, "area", dropped),
      zone: fitted(number, 3, what ?? "", dropped),
    },
    dropped,
  };
}

/** A number of exactly so many digits; what does not fit is the highest number that does. */
function fitted(value: string | undefined, width: number, what: string, dropped: string[]): string {
  if (value === undefined) return "0".repeat(width);
  const digits = value.toUpperCase().replace(/^0+(?=[0-9B-F])/, "");
  if (/^[0-9B-F]+$/.test(digits) && digits.length <= width) return digits.padStart(width, "0");
  dropped.push(`${what} ${JSON.stringify(value)}`);
  return /^\d+$/.test(digits) ? "9".repeat(width) : "0".repeat(width);
}

/** How a message is put on a line. */
export interface ContactIdWriting {
  /** The form. @default {"plain"} */
  form?: ContactIdForm;
  /** Appends the checksum digit, in the forms that may have one. @default {true} */
  checksum?: boolean;
  /** Writes zeros of the account as `A`, in the plain form; Texecom's always does. @default {"0"} */
  accountZero?: "0" | "A";
  /** Receiver number, two characters. @default {"01"} */
  receiver?: string;
  /** Line number, one or three characters. @default {"1"} */
  line?: string;
  /** User and password of the CSV-IP form. @default {{ user: "", password: "" }} */
  login?: { user: string; password: string };
}

const LETTERS: Readonly<Record<ContactIdQualifier, string>> = { 1: "E", 3: "R", 6: "P" };
/** Digits as telephone keys (panel-formats.md §2.2, A). */
const KEYS: Readonly<Record<string, string>> = { B: "*", C: "#", D: "A", E: "B", F: "C" };

/**
 * Puts a message on a line in any form of panel-formats.md §2.5; the inverse of `parseContactIdText`.
 *
 * @param contactId The message.
 * @param writing Form and what belongs to it.
 * @returns The octets with the line end of the form. Not all forms carry all: Envisalink has no account, CSL the last four
 *   digits of it, and only plain, Asterisk, Texecom, LifeSOS, CSL, CSV-IP, Climax, Sur-Gard, Radionics, Bosch and 685 the
 *   message type.
 * @throws {RangeError} When a part cannot be written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeContactId } from "./encode.ts";
 *
 * const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
 * const contactId = {
 *   account: "1234", messageType: "18", qualifier: 1, code: "131", group: "01", zone: "015",
 * } as const;
 * assertEquals(text(encodeContactId(contactId)), "1234181131010158\r\n");
 * assertEquals(text(encodeContactId(contactId, { form: "display" })), "1234 E131 01 015\r\n");
 * ```
 */
export function encodeContactId(
  contactId: ContactId,
  writing: ContactIdWriting = {},
): Uint8Array<ArrayBuffer> {
  const { form = "plain", receiver = "01", line = "1", login = { user: "", password: "" } } = writing;
  if (!/^[0-9A-Z]{2}$/.test(receiver) || !/^([0-9A-Z]|[0-9A-Z]{3})$/.test(line)) {
    throw new RangeError("receiver and line are not 2 and 1 (or 3) letters or digits");
  }
  const text = WRITERS[form](contactId, { ...writing, receiver, line, login });
  return Uint8Array.from(text, (character) => {
    const octet = character.charCodeAt(0);
    if (octet <= 0x7e) return octet;
    throw new RangeError(`account ${JSON.stringify(contactId.account)} is not ASCII`);
  });
}

type Given = ContactIdWriting & Required<Pick<ContactIdWriting, "receiver" | "line" | "login">>;
type Writer = (contactId: ContactId, given: Given) => string;

const digits: Writer = (contactId, { checksum, accountZero }) =>
  writeContactId(contactId, {
    ...(checksum === undefined ? {} : { checksum }),
    ...(accountZero === undefined ? {} : { accountZero }),
  });

/** `QXYZ` with the qualifier as a letter. */
function lettered(contactId: ContactId): string {
  writeBody(contactId);
  return LETTERS[contactId.qualifier] + contactId.code;
}

/** An account that is written as it is spelled: without what would end the field. */
function spelled({ account }: ContactId, not: RegExp, form: string): string {
  if (!not.test(account) && account !== "") return account;
  throw new RangeError(`account ${JSON.stringify(account)} cannot be written in the ${form} form`);
}

/** An account of 3 to 16 digits: the receivers' forms have no mark where it ends. */
function numbered(contactId: ContactId, form: string): string {
  return spelled(contactId, /[^0-9A-F]|^.{0,2}$|.{17}/, form);
}

const WRITERS: Readonly<Record<ContactIdForm, Writer>> = {
  "plain": (contactId, given) => `${digits(contactId, given)}\r\n`,
  "asterisk": (contactId, given) =>
    `${digits(contactId, given).replaceAll(/[B-F]/g, (digit) => KEYS[digit] ?? digit)}\n`,
  "texecom": (contactId, given) => `2${digits(contactId, { ...given, accountZero: "A" })}\r\n`,
  "lifesos": (contactId, given) => `(${digits(contactId, given)})`,
  "climax": (contactId) => {
    const counted = `${spelled(contactId, /[[\]|\s]/, "climax")} ${writeBody(contactId)}`;
    return `[${counted}${runningSums(counted)}]`;
  },
  "csv-ip": (contactId, { login }) => {
    const fields = [login.user, login.password, spelled(contactId, /[,\s]/, "csv-ip"), writeBody(contactId)];
    if (/[,\r\n]/.test(login.user + login.password)) {
      throw new RangeError("user or password hold a comma or line end");
    }
    return `${fields.join(",")}\r\n`;
  },
  "envisalink": (contactId) => `%03,${writeBody(contactId).slice(2)}0$\r\n`,
  "sur-gard": (contactId, { receiver, line }) => {
    const { messageType, group, zone } = contactId;
    return `5${receiver}${line} ${messageType}${numbered(contactId, "sur-gard")}${
      lettered(contactId)
    }${group}${zone}\x14`;
  },
  "radionics": (contactId, { receiver, line }) =>
    `a${receiver}${line.charAt(0)} ${numbered(contactId, "radionics")}${writeBody(contactId)}\x14`,
  "bosch-sia": (contactId, { receiver, line }) => {
    const payload = `[#${spelled(contactId, /[[\]|\s]/, "bosch-sia")}|${writeBody(contactId)}]`;
    const counted = `a0000${receiver}${line.charAt(0).padStart(2, "0")}${payload}`;
    const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, "0");
    return `\n${hex(crc16Arc(counted), 4)}${hex(counted.length, 2)}${counted}\r`;
  },
  "ademco-685": (contactId, { receiver, line }) => {
    const { messageType, group, zone, code } = contactId;
    const kind = contactIdCode(code)?.address === "user" ? "U" : "C";
    return `\n${receiver.charAt(1)}${line.charAt(0)} ${numbered(contactId, "685")} ${messageType} ${
      lettered(contactId)
    } ` +
      `${group} ${kind}${zone} \r`;
  },
  "fsk7": (contactId) => {
    const account = spelled(contactId, /^(?![0-9A-F]{5}$)/, "fsk7");
    return `\x02C${account}${writeBody(contactId).slice(2)}\r`;
  },
  "adm-cid": (contactId) => {
    const { qualifier, code, group, zone } = contactId;
    writeBody(contactId);
    return `[#${spelled(contactId, /[[\]|]/, "adm-cid")}|${qualifier}${code} ${group} ${zone}]`;
  },
  "csl": (contactId) => {
    const { account, messageType } = contactId;
    const low = spelled({ ...contactId, account: account.slice(-4).padStart(4, "0") }, /[^0-9B-F]/, "csl");
    return `${messageType}${low}${writeBody(contactId).slice(2)}\r\n`;
  },
  "display": (contactId) =>
    `${numbered(contactId, "display")} ${lettered(contactId)} ${contactId.group} ${contactId.zone}\r\n`,
};

/** Two running sums modulo 256, the second first (panel-formats.md §2.5 row 5, A). */
function runningSums(text: string): string {
  let first = 0, second = 0;
  for (let index = 0; index < text.length; index++) {
    first = (first + text.charCodeAt(index)) & 0xff;
    second = (second + first) & 0xff;
  }
  return ((second << 8) | first).toString(16).toUpperCase().padStart(4, "0");
}
