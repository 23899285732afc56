/**
 * Contact ID as an EVENT_MSG of the IP protocol carries it.
 *
 * @module
 */
import { type ContactId, type ContactIdResult, isMessageType, parseContactId, writeBody } from "./message.ts";

/** Characters of the part after the account, without checksum. */
const BODY = 11;

/**
 * Writes event data `aaaa18qeeeggccc`: ASCII, no blanks, no checksum digit.
 *
 * The account goes out exactly as spelled, whatever its length and letters, since the receiving centre has to find
 * the site by it. Source: ip-protocol.md §8.2, a profile of ours (the clause was not seen).
 *
 * @param contactId The message. The account may be empty; blanks in it and characters outside ASCII are refused.
 * @returns 11 octets plus the account.
 * @throws RangeError when a field cannot be written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeEventData } from "./event_data.ts";
 *
 * const data = writeEventData({
 *   account: "1234", messageType: "18", qualifier: 1, code: "130", group: "01", zone: "001",
 * });
 * assertEquals(new TextDecoder().decode(data), "123418113001001");
 * ```
 */
export function writeEventData(contactId: ContactId): Uint8Array<ArrayBuffer> {
  if (!/^[!-~]{0,16}$/.test(contactId.account)) {
    throw new RangeError(
      `account ${JSON.stringify(contactId.account)} is not 0 to 16 printable ASCII characters`,
    );
  }
  return new TextEncoder().encode(contactId.account + writeBody(contactId));
}

/**
 * Reads event data: fields from the right, account as spelled. A 16th digit is accepted as the checksum and verified.
 *
 * @param data The octets of the Event field.
 * @returns The message, or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseEventData } from "./event_data.ts";
 *
 * const read = parseEventData(new TextEncoder().encode("00AAAA18340701001"));
 * assert(read.ok);
 * assertEquals(read.contactId.account, "00AAAA");
 * ```
 */
export function parseEventData(data: Uint8Array): ContactIdResult {
  const text = String.fromCharCode(...data.subarray(0, 64)).toUpperCase();
  const bare = isMessageType(text.slice(-BODY, -BODY + 2));
  const account = text.slice(0, -BODY);
  const strange = data.length <= 16 + BODY && bare && /^[!-~]{0,16}$/.test(account) &&
    !/^[0-9A-F]+$/.test(account);
  if (!strange) {
    if (data.length <= 64) return readPlain(data, text);
    return {
      ok: false,
      rule: "wrong-length",
      message:
        `Got ${data.length} octets of Contact ID event data, expected 15 (account, 18, qualifier, code, ` +
        `group, zone). The sender has mixed up its protocols: check its version.`,
    };
  }
  // An account that is no Contact ID digits (or none): read the rest with a stand-in, keep the spelling.
  const read = parseContactId("0000" + text.slice(-BODY), { letters: "digits" });
  if (!read.ok) return read;
  const spelled = String.fromCharCode(...data.subarray(0, data.length - BODY));
  return { ok: true, contactId: { ...read.contactId, account: spelled } };
}

function readPlain(data: Uint8Array, text: string): ContactIdResult {
  const read = parseContactId(text, { letters: "digits", account: "as-spelled" });
  if (!read.ok || /[ \t]/.test(text)) return read;
  const account = String.fromCharCode(...data.subarray(0, read.contactId.account.length));
  return { ...read, contactId: { ...read.contactId, account } };
}
