/**
 * The code that an event gets in a target language.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import { type CodeRow, codeRow, codeTable } from "./code_tables.ts";
import type { TargetLanguage } from "./forms.ts";
import { type CodeOverrides, overrideCode } from "./override_code.ts";
import { type SourceCode, sourceCode } from "./source_code.ts";

/** A target's code, and where it is from. */
export interface TargetCode {
  /** The code, as the code tables name targets: `BA`, `LT/2`; `1130`; `22`; `17/3`. */
  code: string;
  /**
   * `own`: the site's table; `same`: the event's own code, in its own language; `row`: the code table; `general`: the general
   * code, for one that is in no table, or has no restore there.
   */
  from: "own" | "same" | "row" | "general";
  /** The row of the code table, where there is one. */
  row?: CodeRow;
}

/**
 * Finds the code of an event in a target language: the site's own first, then the event's own if that is its language, then
 * that of the code table, then the general one.
 *
 * @param event The event.
 * @param to The target language.
 * @param overrides Codes of one's own.
 * @param source How the event's code is looked up; with another side it says what the news or the restore becomes.
 * @returns The code, never none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { targetCode } from "./target_code.ts";
 *
 * const event = {
 *   account: "1", language: "contact-id", code: "131", qualifier: "restore" as const, label: "", flags: [],
 *   raw: new Uint8Array(),
 * };
 * assertEquals(targetCode(event, "sia").code, "BH");
 * assertEquals(targetCode(event, "contact-id"), { code: "3131", from: "same" });
 * assertEquals(targetCode(event, "contact-id", { 131: { to: "1130" } }), { code: "3130", from: "own" });
 * assertEquals(targetCode({ ...event, code: "168" }, "sia"), { code: "UR", from: "general" });
 * ```
 */
export function targetCode(
  event: EventDraft,
  to: TargetLanguage,
  overrides: CodeOverrides = {},
  source: SourceCode = sourceCode(event),
): TargetCode {
  const own = overrideCode(event, to, source, overrides);
  if (own !== undefined) return { code: own, from: "own" };
  const same = event.language === to ? sameCode(event, to) : undefined;
  if (same !== undefined) return { code: same, from: "same" };
  const { keys, tableKeys = keys, side, before } = source;
  const row = tableKeys.map((key) => codeRow(event.language, to, key)).find((found) => found !== undefined);
  const code = side === "to" ? row?.to : row?.restore;
  if (row !== undefined && code !== undefined) return { code, from: "row", row };
  return {
    code: generalCode(event, to, side, before),
    from: "general",
    ...(row === undefined ? {} : { row }),
  };
}

/** The code as the target's own tables name it; undefined for what is no code of the language. */
function sameCode({ code, qualifier, device }: EventDraft, to: TargetLanguage): string | undefined {
  switch (to) {
    case "sia":
      return /^[A-Z]{2}$/.test(code) ? code : undefined;
    case "contact-id":
      return /^[0-9B-F]{3}$/.test(code) ? (qualifier === "restore" ? "3" : "1") + code : undefined;
    case "vds2465":
      if (code === "ST40") return "02";
      return /^[0-9A-F]{2}$/.test(code) ? code : undefined;
    case "scancom":
      if (!/^[0-9B-F]\d$/.test(code)) return undefined;
      return device === undefined ? code : `${code.replace(/^6/, "1")}/${device}`;
  }
}

function generalCode(
  event: EventDraft,
  to: TargetLanguage,
  side: "to" | "restore",
  before: boolean,
): string {
  const language = codeTable(event.language, to) === undefined
    ? to === "contact-id" ? "sia" : "contact-id"
    : event.language;
  const known = language === event.language;
  const row = codeTable(language, to)!.unknown.find(({ prefix }) =>
    known ? event.code.startsWith(prefix) : prefix === ""
  )!;
  if (side === "restore") return row.restore;
  return event.qualifier === "status" && !before ? row.status : row.to;
}
