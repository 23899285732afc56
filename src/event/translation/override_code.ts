/**
 * Codes of one's own.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import { siaCode } from "../tables/sia.ts";
import { codeRow } from "./code_tables.ts";
import type { TargetLanguage } from "./forms.ts";
import { ends, restoreOf } from "./restores.ts";
import type { SourceCode } from "./source_code.ts";

/** A code of one's own for a code, as a target names it: for news, and for the restore where the source has one code for both. */
export interface CodeOverride {
  /** The target's code for news, or for the code as it stands. */
  to: string;
  /** The target's code for the restore; that which the target lists for `to` when absent. */
  restore?: string;
}

/** Codes of one's own, by the code as the tables list it (`130`, `BA`, `22`, `17/3`). */
export type CodeOverrides = Readonly<Record<string, CodeOverride>>;

/**
 * Looks up the code of one's own for an event. An alarm takes along what ends it: in SIA, where restores have codes of their
 * own, those that ended its usual translation.
 *
 * @param event The event.
 * @param to The target language; may be the event's own.
 * @param source How the event's code is looked up.
 * @param overrides Codes of one's own.
 * @returns The target's code; undefined when there is none for this event.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { overrideCode } from "./override_code.ts";
 * import { sourceCode } from "./source_code.ts";
 *
 * const code = (name: string) => {
 *   const event = {
 *     account: "1", language: "sia", code: name, qualifier: "new" as const, label: "", flags: [], raw: new Uint8Array(),
 *   };
 *   return overrideCode(event, "sia", sourceCode(event), { BA: { to: "PA" } });
 * };
 * assertEquals(["BA", "BR", "FA"].map(code), ["PA", "PR", undefined]);
 * ```
 */
export function overrideCode(
  event: EventDraft,
  to: TargetLanguage,
  { keys, side }: Pick<SourceCode, "keys" | "side">,
  overrides: CodeOverrides,
): string | undefined {
  for (const key of keys) {
    if (!Object.hasOwn(overrides, key)) continue;
    const { to: news, restore } = overrides[key]!;
    return side === "to" ? news : restore ?? restoreOf(to, news) ?? news;
  }
  if (event.language !== "sia") return undefined;
  const usual = usualCode(event.code, to);
  if (usual === undefined) return undefined;
  // Rules for one number first: `BA/7` before `BA`.
  const alarms = Object.keys(overrides).sort((a, b) => b.length - a.length);
  for (const key of alarms) {
    const [alarm = "", number] = key.split("/");
    if (number !== undefined && !keys.includes(`${event.code}/${number}`)) continue;
    const before = usualCode(alarm, to);
    if (before === undefined || siaCode(alarm)?.restoredBy.includes(event.code) !== true) continue;
    if (!ends(to, before, usual)) continue;
    const { to: news, restore } = overrides[key]!;
    return restore ?? sameKind(event.code, to, news) ?? restoreOf(to, news);
  }
  return undefined;
}

function usualCode(code: string, to: TargetLanguage): string | undefined {
  return to === "sia" ? code : codeRow("sia", to, code)?.to;
}

/** From SIA to SIA the kind of restore is kept: `BR` becomes `PR`, `BH` becomes `PH`. */
function sameKind(restore: string, to: TargetLanguage, news: string): string | undefined {
  if (to !== "sia") return undefined;
  const [base = "", number] = news.split("/");
  const code = base.charAt(0) + restore.charAt(1);
  if (siaCode(base)?.restoredBy.includes(code) !== true) return undefined;
  return code + (number === undefined ? "" : `/${number}`);
}
