/**
 * Translation of an event's code.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import { siaCode } from "../tables/sia.ts";
import { type CodeRow, codeRow, codeTable } from "./code_tables.ts";
import type { Loss, TargetLanguage } from "./forms.ts";
import { ends, restoreOf } from "./restores.ts";
import { sourceCode } from "./source_code.ts";

/** A code of one's own for a code, as a target names it: for news, and for the restore where the source has one code for both. */
export interface CodeOverride {
  /** The target's code for news, or for the code as it stands. */
  to: string;
  /** The target's code for the restore; that which the target lists for `to` when absent. */
  restore?: string;
}

/** Codes of one's own, by the code as the tables list it (`130`, `BA`, `22`, `17/3`). */
export type CodeOverrides = Readonly<Record<string, CodeOverride>>;

/** The code of an event in a target language. */
export interface TranslatedCode {
  /** The target's code: `BA`, `LT/2`; `1130`; `22`; `17/3`. */
  code: string;
  /** True when the event was reported before and is still so. */
  before: boolean;
  /** False when the target's generic code stands for it. */
  known: boolean;
  /** What was lost. */
  lost: Loss[];
}

/**
 * Translates the code of an event.
 *
 * @param event The event.
 * @param to The target language, not the event's own.
 * @param overrides Codes that go before those of the table.
 * @returns The code, never none: what has no translation gets the target's generic code.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { translateCode } from "./translate_code.ts";
 *
 * const event = {
 *   account: "1234", language: "contact-id", code: "131", qualifier: "restore", label: "Perimeter burglary", flags: [],
 *   raw: new Uint8Array(),
 * } as const;
 * const { code, lost } = translateCode({ ...event, flags: [] }, "sia");
 * assertEquals([code, lost.map(({ what }) => what)], ["BH", ["sub-kind"]]);
 * assertEquals(translateCode({ ...event, flags: [] }, "sia", { 131: { to: "PA" } }).code, "PH");
 * ```
 */
export function translateCode(
  event: EventDraft,
  to: TargetLanguage,
  overrides: CodeOverrides = {},
): TranslatedCode {
  const { keys, tableKeys = keys, side, before } = sourceCode(event);
  const own = overridden(event, to, keys, side, overrides);
  if (own !== undefined) return { code: own, before, known: true, lost: [] };
  const row = tableKeys.map((key) => codeRow(event.language, to, key)).find((found) => found !== undefined);
  const code = side === "to" ? row?.to : row?.restore;
  if (row !== undefined && code !== undefined) {
    return { code, before, known: row.generic !== true, lost: lossesOf(event, row, code, side) };
  }
  const generic = genericCode(event, to, side, before);
  const why = row === undefined ? "is in no table" : "has no restore there";
  return { code: generic, before, known: false, lost: [codeLoss(event, generic, why)] };
}

function overridden(
  event: EventDraft,
  to: TargetLanguage,
  keys: readonly string[],
  side: "to" | "restore",
  overrides: CodeOverrides,
): string | undefined {
  for (const key of keys) {
    if (!Object.hasOwn(overrides, key)) continue;
    const { to: news, restore } = overrides[key]!;
    return side === "to" ? news : restore ?? restoreOf(to, news) ?? news;
  }
  if (event.language !== "sia") return undefined;
  // An alarm with a code of its own takes along what ends it.
  const usual = codeRow("sia", to, event.code)?.to;
  for (const [alarm, { to: news, restore }] of Object.entries(overrides)) {
    const before = codeRow("sia", to, alarm)?.to;
    if (before === undefined || usual === undefined) continue;
    if (siaCode(alarm)?.restoredBy.includes(event.code) !== true || !ends(to, before, usual)) continue;
    return restore ?? restoreOf(to, news);
  }
  return undefined;
}

function lossesOf(event: EventDraft, row: CodeRow, code: string, side: "to" | "restore"): Loss[] {
  const note = row.note === undefined ? "" : ` (${row.note})`;
  const said = `${event.code} ${event.label}`;
  return (row.lost ?? []).flatMap((what): Loss[] => {
    if (what === "code") return [codeLoss(event, code, "has nothing near it there")];
    if (what === "sub-kind") {
      return [{ what, detail: `${said} is sent as ${code}, which says less${note}` }];
    }
    if (what === "restore-kind") {
      return [{
        what,
        detail: `${said} is sent as ${code}, which does not say which restore it was${note}`,
      }];
    }
    // With one code for both it is the restore that suffers; else the alarm, which nothing will end.
    if (row.restore === undefined) {
      return [{ what, detail: `${code} stays open: what ends ${said} is sent as another code${note}` }];
    }
    if (side === "to") return [];
    const detail = row.to === row.restore
      ? `the restore of ${said} is sent as ${code}, as the event was: there is no code for its end${note}`
      : `the restore of ${said} is sent as ${code}, which does not end ${row.to}${note}`;
    return [{ what, detail }];
  });
}

function codeLoss(event: EventDraft, code: string, why: string): Loss {
  return { what: "code", detail: `${said(event)} ${why}: sent as ${code}, the general one` };
}

function said({ language, code, label }: EventDraft): string {
  return `${language} ${code === "" ? "without a code" : code}${label === code ? "" : ` (${label})`}`;
}

function genericCode(
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
