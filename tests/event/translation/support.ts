import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { contactIdCode } from "../../../src/event/tables/contact_id.ts";
import { scancomCode } from "../../../src/event/tables/scancom.ts";
import { siaCode, siaQualifier } from "../../../src/event/tables/sia.ts";
import { vdsMessageKind, vdsQualifier } from "../../../src/event/tables/vds2465.ts";

/** An event as the decoder of its language drafts it, without numbers. */
export function event(language: string, code: string, more: Partial<EventDraft> = {}): EventDraft {
  const octet = parseInt(code, 16);
  const [qualifier, label] = language === "sia"
    ? [siaQualifier(code), siaCode(code)?.name]
    : language === "vds2465" && /^[0-9A-F]{2}$/.test(code)
    ? [vdsQualifier(octet), vdsMessageKind(octet)?.english]
    : language === "scancom"
    ? [scancomCode(code)?.qualifier ?? "new", scancomCode(code)?.name]
    : ["new" as const, language === "contact-id" ? contactIdCode(code)?.name : undefined];
  return {
    account: "1234",
    language,
    code,
    qualifier,
    label: label ?? code,
    flags: [],
    raw: new Uint8Array(),
    ...more,
  };
}
