/**
 * A translated event in one line, for people.
 *
 * @module
 */
import type { ContactIdForm, Forms, ScancomForm, SiaForm, TargetLanguage, VdsForm } from "./forms.ts";

/**
 * Writes a form as people write the language; no line of any receiver.
 *
 * @param to The language.
 * @param form The form.
 * @returns The line. Text is quoted as JSON, so it holds no control characters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { showForm } from "./show_form.ts";
 *
 * assertEquals(showForm("sia", { block: "N", code: "BA", area: "2", address: "15", text: "Hall" }), 'Nri2/BA15 "Hall"');
 * assertEquals(showForm("scancom", { channels: "55155555", status: "7" }), "5515 5555 7");
 * const contactId = { messageType: "18", qualifier: "1", code: "130", group: "02", zone: "015" } as const;
 * assertEquals(showForm("contact-id", contactId), "1130 02 015");
 * const vds = { messageKind: 0x22, device: 1, area: 2, address: 15, supplement: 0 };
 * assertEquals(showForm("vds2465", vds), "22 device 1 area 2 address 15");
 * ```
 */
export function showForm<T extends TargetLanguage>(to: T, form: Forms[T]): string {
  return writers[to](form);
}

const writers: { [T in TargetLanguage]: (form: Forms[T]) => string } = {
  "sia": ({ block, time, id, area, code, address = "", text }: SiaForm) => {
    const modifiers = Object.entries({ ti: time, id, ri: area })
      .filter(([, value]) => value !== undefined).map(([name, value]) => `${name}${value}/`);
    return block + modifiers.join("") + code + address + quoted(text);
  },
  "contact-id": ({ qualifier, code, group, zone }: ContactIdForm) => `${qualifier}${code} ${group} ${zone}`,
  "scancom": ({ channels, status }: ScancomForm) => `${channels.replace(/.{4}/g, "$& ")}${status}`,
  "vds2465": ({ messageKind, device, area, address, supplement, text }: VdsForm) => {
    const kind = messageKind.toString(16).toUpperCase().padStart(2, "0");
    const place = `${address}${supplement === 0 ? "" : `.${supplement}`}`;
    return `${kind} device ${device} area ${area} address ${place}${quoted(text)}`;
  },
};

function quoted(text: string | undefined): string {
  return text === undefined ? "" : ` ${JSON.stringify(text)}`;
}
