/**
 * Names of the codes in the code tables.
 *
 * @module
 */
import { contactIdCode } from "../tables/contact_id.ts";
import { scancomChannels, scancomCode, scancomSystemChannels } from "../tables/scancom.ts";
import { siaCode } from "../tables/sia.ts";
import { vdsMessageKind } from "../tables/vds2465.ts";
import type { TargetLanguage } from "./forms.ts";

/**
 * The name of a code, as the tables list it on the side of the source.
 *
 * @param language The language.
 * @param code The code: `BA`, `LT/2`, `130`, `22`, `17/3`.
 * @returns Its name; the code itself when it has none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { codeName } from "./code_name.ts";
 *
 * assertEquals(codeName("contact-id", "130"), "Burglary");
 * assertEquals(codeName("scancom", "17/3"), "Alarm: intruder");
 * assertEquals(codeName("sia", "LT/2"), "Phone Line Trouble, 2");
 * ```
 */
export function codeName(language: TargetLanguage, code: string): string {
  const [base = "", number] = code.split("/");
  switch (language) {
    case "sia":
      return (siaCode(base)?.name ?? base) + (number === undefined ? "" : `, ${number}`);
    case "contact-id":
      return contactIdCode(base)?.name ?? base;
    case "vds2465":
      if (code === "ST40") return "Test message (record 40)";
      return vdsMessageKind(parseInt(base, 16))?.english ?? base;
    case "scancom": {
      const name = scancomCode(base)?.name ?? base;
      if (number === undefined) return name;
      const channel = base.endsWith("6") ? scancomSystemChannels[number] : scancomChannels[number]?.name;
      return `${name}: ${channel ?? `channel ${number}`}`;
    }
  }
}
