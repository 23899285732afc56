/**
 * Whether a translated alarm is ended by its translated restore.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import { siaCode } from "../tables/sia.ts";
import type { Loss, TargetLanguage } from "./forms.ts";
import type { CodeOverrides } from "./override_code.ts";
import { ends } from "./restores.ts";
import { sourceCode } from "./source_code.ts";
import { targetCode } from "./target_code.ts";

/**
 * Looks whether the pair of an alarm and its restore is still one in the target.
 *
 * Where the source has one code for both it is the restore that suffers, so it has the loss. In SIA a restore has a code of
 * its own, and may end several alarms: there the alarm has the loss, as it stays open at the AE.
 *
 * @param event The event.
 * @param to The target language.
 * @param overrides Codes of one's own.
 * @param code What became of the event's code.
 * @returns The loss `restore`; undefined when restore and alarm pair, or the event is neither.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { pairLoss } from "./pair_loss.ts";
 *
 * const event = { account: "1", qualifier: "new" as const, label: "", flags: [], raw: new Uint8Array() };
 * const bypass = pairLoss({ ...event, language: "sia", code: "BT" }, "contact-id", {}, "1380");
 * assertStringIncludes(bypass?.detail ?? "", "BR");
 * const test = { ...event, language: "contact-id", code: "602", qualifier: "restore" as const };
 * assertEquals(pairLoss(test, "sia", {}, "RP")?.what, "restore");
 * assertEquals(pairLoss({ ...test, code: "130" }, "sia", {}, "BH"), undefined);
 * ```
 */
export function pairLoss(
  event: EventDraft,
  to: TargetLanguage,
  overrides: CodeOverrides,
  code: string,
): Loss | undefined {
  return event.language === "sia"
    ? siaLoss(event, to, overrides, code)
    : restoreLoss(event, to, overrides, code);
}

function siaLoss(event: EventDraft, to: TargetLanguage, overrides: CodeOverrides, code: string) {
  const restores = (siaCode(event.code)?.restoredBy ?? [])
    .map((restore) => ({ restore, as: targetCode({ ...event, code: restore }, to, overrides).code }));
  const open = restores.filter(({ as }) => !ends(to, code, as));
  if (open.length === 0) return undefined;
  const by = open.map(({ restore, as }) => `${restore} (sent as ${as})`).join(", ");
  const some = open.length < restores.length ? "if" : "as";
  return lossOf(`${code} stays open ${some} what ends ${named(event)} is ${by}`);
}

function restoreLoss(event: EventDraft, to: TargetLanguage, overrides: CodeOverrides, code: string) {
  const source = sourceCode(event);
  if (source.side === "to") return undefined;
  const news = targetCode(event, to, overrides, { ...source, side: "to" }).code;
  if (ends(to, news, code)) return undefined;
  const as = news === code ? "as the event was: there is no code for its end" : `which does not end ${news}`;
  return lossOf(`the restore of ${named(event)} is sent as ${code}, ${as}`);
}

function lossOf(detail: string): Loss {
  return { what: "restore", detail };
}

function named({ code, label }: EventDraft): string {
  return label === code || label === "" ? code : `${code} ${label}`;
}
