/**
 * Textual forms without brackets: plain digits, Texecom, CSL, CSV-IP, Envisalink, FSK7 radio, human display.
 *
 * @module
 */
import { isMessageType, parseContactId } from "./message.ts";
import { type ContactIdTextResult, type FormReader, fromFields } from "./text_result.ts";

/** These forms in the order they are tried. Source: panel-formats.md §2.5 rows 1, 2, 3, 6, 7, 12, 14 and 15. */
export const plainForms: readonly FormReader[] = [fsk7, csvIp, envisalink, display, csl, digits];

/** `02 'C'`, account 5, Q, code, partition, zone, then octets nobody has described, `0D`. Confidence B. */
function fsk7(text: string): ContactIdTextResult | undefined {
  // deno-lint-ignore no-control-regex -- 02 is the form's first octet.
  const found = /^\x02C([0-9A-F]{5})([0-9A-Z][0-9A-F]{8})(.*)$/is.exec(text);
  if (found === null) return undefined;
  const [, account = "", event = "", extra = ""] = found;
  return fromFields("fsk7", account, `18${event}`, { fields: extra === "" ? {} : { extra } });
}

/** `user,pass,client,18QXYZGGCCC`. The password is not kept. Confidence A. */
function csvIp(text: string): ContactIdTextResult | undefined {
  const found = /^([^,]*),[^,]*,([^,]*),((?:18|98)[0-9A-Z][0-9A-F]{8})$/i.exec(text);
  if (found === null) return undefined;
  const [, user = "", client = "", body = ""] = found;
  return fromFields("csv-ip", client, body, { fields: { user } });
}

/** `%03,QXYZPPZZZ0$`, or the ten digits alone. No account: the connection stands for the site. Confidence A. */
function envisalink(text: string): ContactIdTextResult | undefined {
  const found = /^(%03,)?([0-9A-Z][0-9A-F]{8})0(\$)?$/i.exec(text);
  if (found === null || (found[1] === undefined) !== (found[3] === undefined)) return undefined;
  return fromFields("envisalink", "", `18${found[2] ?? ""}`);
}

/**
 * `AAAA EXYZ GG CCC` or `AAAA QXYZ GG CCC`. Blanks may be missing only where Q is a letter: without them and with a
 * digit, 13 digits could as well be Fast Format. Confidence A.
 */
function display(text: string): ContactIdTextResult | undefined {
  const spaced = /^([0-9A-F]{3,16}) +([136ERP][0-9A-F]{3}) +([0-9A-F]{2}) +([0-9A-F]{3})$/i.exec(text);
  const found = spaced ??
    /^([0-9A-F]{4})([ERP][0-9A-F]{3})([0-9A-F]{2})([0-9A-F]{3})$/i.exec(text.replaceAll(" ", ""));
  if (found === null) return undefined;
  const [, account = "", event = "", group = "", zone = ""] = found;
  return fromFields("display", account.toUpperCase().replaceAll("A", "0"), `18${event}${group}${zone}`);
}

/** `18AAAAQXYZGGCCC`: 15 characters with the type first. Confidence A. */
function csl(text: string): ContactIdTextResult | undefined {
  const compact = text.replaceAll(" ", "").toUpperCase();
  if (!/^(18|98)[0-9A-F]{4}[136][0-9A-F]{8}$/.test(compact)) return undefined;
  // Account 18xx or 98xx followed by 18: the text also reads as the plain form without checksum, which is commoner.
  if (isMessageType(compact.slice(4, 6))) return undefined;
  return fromFields("csl", compact.slice(2, 6).replaceAll("A", "0"), compact.slice(0, 2) + compact.slice(6));
}

/** 16 or 15 digits (longer with a longer account); Texecom puts a `2` before them. */
function digits(text: string): ContactIdTextResult | undefined {
  const compact = text.replaceAll(/[ \t]/g, "");
  if (!/^[0-9A-F*#]+$/i.test(compact)) return undefined;
  const read = parseContactId(compact);
  // Seventeen characters with a 2 first: Texecom, or an account of five digits. The checksum tells.
  if (!(read.ok && read.checksum !== undefined) && compact.length === 17 && compact.startsWith("2")) {
    const wrapped = parseContactId(compact.slice(1));
    if (wrapped.ok) return { ...wrapped, form: "texecom", fields: {}, flags: [] };
  }
  if (!read.ok) return read;
  // Without a checksum, blanks in strange places are a sign of another form cut short.
  if (
    read.checksum === undefined && text !== compact &&
    !/^\S+ +[19]8 +\S ?\S{3} +\S{2} +\S{3}$/.test(text.trim())
  ) {
    return undefined;
  }
  const ambiguous = /^(18|98)..(18|98)/.test(compact) && compact.length === 15;
  return { ...read, form: "plain", fields: {}, flags: ambiguous ? ["ambiguous-form"] : [] };
}
