/**
 * Textual forms that receivers write for automation software: Sur-Gard, Radionics/Bosch 6500, Ademco 685.
 *
 * @module
 */
import { type ContactIdTextResult, type FormReader, fromFields } from "./text_result.ts";

/** The receivers' forms in the order they are tried. Source: panel-formats.md §2.5 rows 8, 9 and 11. */
export const receiverForms: readonly FormReader[] = [surGard, radionics, ademco685];

/** `5RRL 18AAAAQXYZGGCCC`; System III writes three characters of line. Confidence A. */
function surGard(text: string): ContactIdTextResult | undefined {
  const found = /^5([0-9A-F]{2})([0-9A-Z]|[0-9A-F]{3}) (18|98)([0-9A-F]{3,16}?)([0-9A-Z][0-9A-F]{8})$/i.exec(
    text,
  );
  if (found === null) return undefined;
  const [, receiver = "", line = "", type = "", account = "", event = ""] = found;
  return fromFields("sur-gard", account, type + event, { fields: { receiver, line } });
}

/** `aRRL AAAA18QXYZGGCCC`; some set a header octet before it. Confidence A. */
function radionics(text: string): ContactIdTextResult | undefined {
  const found = /^ ?a([0-9A-F]{2})([0-9A-Z]) +([0-9A-F]{3,16}?)((?:18|98)[0-9A-Z][0-9A-F]{8})$/i.exec(text);
  if (found === null) return undefined;
  const [, receiver = "", line = "", account = "", body = ""] = found;
  return fromFields("radionics", account, body, { fields: { receiver, line } });
}

/** `RL AAAA 18 QXYZ GG UCCC`, `U` before a user, `C` before a zone. Confidence A. */
function ademco685(text: string): ContactIdTextResult | undefined {
  const found =
    /^(?:([0-9A-Z])([0-9A-Z]) )?([0-9A-F]{3,16}) (18|98) ([0-9A-Z][0-9A-F]{3}) ([0-9A-F]{2}) ([CU])([0-9A-F]{3}) ?$/i
      .exec(text);
  if (found === null) return undefined;
  const [, receiver, line, account = "", type = "", event = "", group = "", kind = "", zone = ""] = found;
  return fromFields("ademco-685", account, type + event + group + zone, {
    fields: receiver === undefined || line === undefined ? {} : { receiver, line },
    address: kind.toUpperCase() === "U" ? "user" : "zone",
  });
}
