/**
 * Textual forms in brackets: LifeSOS, Climax, Bosch SIA mode, the ADM-CID payload of DC-09.
 *
 * @module
 */
import { digitSum } from "./checksum.ts";
import { crc16Arc } from "./crc16_arc.ts";
import { parseContactId } from "./message.ts";
import { type ContactIdTextResult, type FormReader, fromFields } from "./text_result.ts";

/** The bracketed forms in the order they are tried. Source: panel-formats.md §2.5 rows 4, 5, 10 and 13. */
export const bracketedForms: readonly FormReader[] = [lifesos, boschSia, admCid, climax];

/** `(` 16 digits `)`. Confidence A. */
function lifesos(text: string): ContactIdTextResult | undefined {
  const found = /^\(([0-9A-F*# ]+)\)$/i.exec(text);
  if (found === null) return undefined;
  const read = parseContactId(found[1] ?? "");
  return read.ok ? { ...read, form: "lifesos", fields: {}, flags: [] } : read;
}

/**
 * CRC 4, length 2, `a`, sequence 4, receiver 2, line 2, `[#aaaa|18QXYZGGCCC]`. Confidence A for the frame; the CRC is
 * CRC-16/ARC over `a` to `]`, and the length counts the same octets (receiver-outputs.md §4.1).
 */
function boschSia(text: string): ContactIdTextResult | undefined {
  const found = /^([0-9A-F]{4})([0-9A-F]{2})(a([^[\]]*)\[#([^|\]]*)\|([0-9A-Z ]+)\])$/i.exec(text);
  if (found === null) return undefined;
  const [, crc = "", length = "", counted = "", prefix = "", account = "", rest = ""] = found;
  const body = rest.replaceAll(" ", "");
  if (body.length !== 11) return undefined;
  if (parseInt(length, 16) !== counted.length) {
    return {
      ok: false,
      rule: "wrong-length",
      message:
        `The frame says ${parseInt(length, 16)} octets, ${counted.length} came between the length and the ` +
        `end. The line lost or doubled characters; let the receiver send again.`,
    };
  }
  const expected = crc16Arc(counted).toString(16).toUpperCase().padStart(4, "0");
  if (expected !== crc.toUpperCase()) {
    return {
      ok: false,
      rule: "wrong-crc",
      message:
        `CRC is ${crc}, expected ${expected}. The line disturbed the frame; let the receiver send again.`,
    };
  }
  const numbers = /^(\d{4})([0-9A-F]{2})([0-9A-F]{2})$/i.exec(prefix);
  const fields: Record<string, string> = numbers === null
    ? { prefix }
    : { sequence: numbers[1] ?? "", receiver: numbers[2] ?? "", line: numbers[3] ?? "" };
  return fromFields("bosch-sia", account, body, { fields });
}

/**
 * `#acct|QXYZ GG CCC`, with or without brackets. The account is kept as spelled: here `A` is a letter of the account,
 * and up to 16 characters are in use. Confidence A (captures).
 */
function admCid(text: string): ContactIdTextResult | undefined {
  const found = /^\[?#([^|[\]]*)\|\s*([0-9A-Z][0-9A-F]{3})\s*([0-9A-F]{2})\s*([0-9A-F]{3})\s*\]?$/i.exec(
    text,
  );
  if (found === null) return undefined;
  const [, account = "", event = "", group = "", zone = ""] = found;
  return fromFields("adm-cid", account, `18${event}${group}${zone}`);
}

/**
 * `[SUBSCRIBER 18QXYZGGCCC…tail]`. Tail of four hex digits: two running sums modulo 256 over the text between `[` and
 * the tail, the second sum first; confidence A (capture). Tail of one digit: a checksum digit whose rule is not on
 * record; it is tried as the Contact ID checksum over all digits and, when that does not fit, kept with a remark.
 */
function climax(text: string): ContactIdTextResult | undefined {
  const found = /^\[([^[\]|]*?)\s(18|98)([0-9A-Z][0-9A-F]{8})([^[\]]*)\]$/i.exec(text);
  if (found === null) return undefined;
  const [, subscriber = "", type = "", event = "", end = ""] = found;
  const body = type + event;
  if (end === "") return fromFields("climax", subscriber, body);
  const tail = /[0-9A-F]{4}$/i.exec(end)?.[0];
  if (tail !== undefined) {
    const expected = runningSums(text.slice(1, -1 - tail.length));
    if (expected !== tail.toUpperCase()) {
      return {
        ok: false,
        rule: "wrong-tail",
        message:
          `The message ends with ${tail}, expected ${expected} as the sums over the text before it. It was ` +
          `changed on its way; the panel has to send it again.`,
      };
    }
    const extra = end.slice(0, -tail.length);
    return fromFields("climax", subscriber, body, { fields: { tail, ...(extra === "" ? {} : { extra }) } });
  }
  const fits = end.length === 1 && digitSum(`${subscriber}${body}${end}`.toUpperCase()) === 0;
  const read = fromFields("climax", subscriber, body, {
    fields: { tail: end },
    flags: fits ? [] : ["checksum-unverified"],
  });
  return read.ok && fits ? { ...read, checksum: end.toUpperCase() } : read;
}

function runningSums(text: string): string {
  let first = 0;
  let second = 0;
  for (let index = 0; index < text.length; index++) {
    first = (first + text.charCodeAt(index)) & 0xff;
    second = (second + first) & 0xff;
  }
  return ((second << 8) | first).toString(16).toUpperCase().padStart(4, "0");
}
