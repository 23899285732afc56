/**
 * Translation of an event's code.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import type { Loss, TargetLanguage } from "./forms.ts";
import type { CodeOverrides } from "./override_code.ts";
import { pairLoss } from "./pair_loss.ts";
import { sourceCode } from "./source_code.ts";
import { type TargetCode, targetCode } from "./target_code.ts";

export type { CodeOverride, CodeOverrides } from "./override_code.ts";

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
 * @param to The target language. The event's own: its code stays, unless there is one of one's own for it.
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
 * assertEquals(translateCode({ ...event, flags: [] }, "contact-id", { 131: { to: "1130" } }).code, "3130");
 * ```
 */
export function translateCode(
  event: EventDraft,
  to: TargetLanguage,
  overrides: CodeOverrides = {},
): TranslatedCode {
  const source = sourceCode(event);
  const found = targetCode(event, to, overrides, source);
  const { code, from, row } = found;
  const known = from === "own" || from === "same" || (from === "row" && row?.generic !== true);
  const lost = lossesOf(event, found);
  // In one language all pairs are the panel's own, as long as nobody changes a code. In SIA a changed alarm may take along
  // what ended another one.
  const paired = from === "same" && (event.language !== "sia" || Object.keys(overrides).length === 0);
  const pair = paired ? undefined : pairLoss(event, to, overrides, code);
  if (pair !== undefined) lost.push(pair);
  return { code, before: source.before, known, lost };
}

function lossesOf(event: EventDraft, { code, from, row }: TargetCode): Loss[] {
  if (from === "own" || from === "same") return [];
  if (from === "general") {
    return [codeLoss(event, code, row === undefined ? "is in no table" : "has no restore there")];
  }
  const note = row?.note === undefined ? "" : ` (${row.note})`;
  const said = `${event.code} ${event.label}`;
  return (row?.lost ?? []).flatMap((what): Loss[] => {
    switch (what) {
      case "code":
        return [codeLoss(event, code, "has nothing near it there")];
      case "sub-kind":
        return [{ what, detail: `${said} is sent as ${code}, which says less${note}` }];
      case "restore-kind":
        return [{
          what,
          detail: `${said} is sent as ${code}, which does not say which restore it was${note}`,
        }];
      default:
        // `restore`: said by the pair itself.
        return [];
    }
  });
}

function codeLoss(event: EventDraft, code: string, why: string): Loss {
  return { what: "code", detail: `${said(event)} ${why}: sent as ${code}, the general one` };
}

function said({ language, code, label }: EventDraft): string {
  return `${language} ${code === "" ? "without a code" : code}${label === code ? "" : ` (${label})`}`;
}
