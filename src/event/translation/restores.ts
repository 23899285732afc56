/**
 * Which code of a language ends which.
 *
 * @module
 */
import { siaCode, siaQualifier } from "../tables/sia.ts";
import type { TargetLanguage } from "./forms.ts";

/** Scancom digits: news, and what ends it. */
const ENDS: Readonly<Record<string, string>> = { 1: "3", 2: "4" };

/**
 * The code that ends another, both as a code table names targets.
 *
 * SIA: the first that is listed for the code; panel-formats.md §1.8 (B or C by code). Contact ID: qualifier 3. VdS 2465: bit
 * 7; Scancom: digit 3 or 4 on the same channel; a low battery ends with a message that no longer tells it.
 *
 * @param language The language.
 * @param code The target's code, such as `BA`, `1130`, `22`, `17/3`.
 * @returns The code of the restore; undefined where the language has none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { restoreOf } from "./restores.ts";
 *
 * assertEquals(restoreOf("sia", "BA"), "BH");
 * assertEquals(restoreOf("contact-id", "1130"), "3130");
 * assertEquals(restoreOf("vds2465", "22"), "A2");
 * assertEquals(restoreOf("scancom", "17/3"), "37/3");
 * assertEquals(restoreOf("sia", "RP"), undefined);
 * ```
 */
export function restoreOf(language: TargetLanguage, code: string): string | undefined {
  const [base = "", number] = code.split("/");
  const behind = number === undefined ? "" : `/${number}`;
  switch (language) {
    case "sia": {
      const [first] = siaCode(base)?.restoredBy ?? [];
      return first === undefined ? undefined : first + behind;
    }
    case "contact-id":
      return base.startsWith("1") ? `3${base.slice(1)}` : undefined;
    case "vds2465":
      return (parseInt(base, 16) ^ 0x80).toString(16).toUpperCase().padStart(2, "0");
    case "scancom": {
      if (base === "58") return "57";
      const end = ENDS[base.charAt(0)];
      return end === undefined ? undefined : end + base.slice(1) + behind;
    }
  }
}

/**
 * Says whether a code ends another, both as a code table names targets.
 *
 * In SIA `xH`, `xJ` and `xR` end every alarm and trouble of their letter (panel-formats.md §1.8), and a closing and an opening
 * end each other in every language, by whatever code.
 *
 * @param language The language.
 * @param alarm The alarm's code.
 * @param restore The code that may end it.
 * @returns True when it does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ends } from "./restores.ts";
 *
 * assertEquals(ends("sia", "BA", "BR"), true);
 * assertEquals(ends("sia", "BA", "FR"), false);
 * assertEquals(ends("contact-id", "3441", "1401"), true);
 * ```
 */
export function ends(language: TargetLanguage, alarm: string, restore: string): boolean {
  if (restore === restoreOf(language, alarm)) return true;
  const a = alarm.split("/")[0]!, b = restore.split("/")[0]!;
  switch (language) {
    case "sia":
      return siaCode(a)?.restoredBy.includes(b) === true ||
        (a !== b && a.charAt(0) === b.charAt(0) && /^.[HJR]$/.test(b) && siaQualifier(a) !== "restore") ||
        (openings.test(a) && closings.test(b)) || (closings.test(a) && openings.test(b));
    case "contact-id":
      return endings.has(`${a} ${b}`) ||
        (a.charAt(0) !== b.charAt(0) && openClose.test(a) && openClose.test(b));
    case "vds2465":
      return /^[6E][12]$/.test(a) && /^[6E][12]$/.test(b) && a.charAt(0) !== b.charAt(0);
    case "scancom":
      return (a === "27" && b === "47") || (a === "47" && b === "27");
  }
}

const openings = /^O[AGHJKLPQRSZ]$/;
const closings = /^(C[AFGJKLPQSWZ]|N[FLM])$/;
/** Qualifier and code of openings and closings. */
const openClose = /^[13]4(0[0-35789]|4[12]|5[0126])$/;
/** Begun and ended, each by a code of its own. */
const endings: ReadonlySet<string> = new Set(["1627 1628", "1429 1430", "1411 1412", "1411 1413"]);
