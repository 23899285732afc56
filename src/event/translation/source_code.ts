/**
 * How the code of an event is looked up in the code tables.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import { scancomChannels } from "../tables/scancom.ts";
import { vdsQualifier } from "../tables/vds2465.ts";

/** The code of an event as the tables list it. */
export interface SourceCode {
  /** Codes to look for, the most particular first. */
  keys: string[];
  /** The same for the usual tables, where that differs: a Scancom channel is looked up by what is connected to it. */
  tableKeys?: string[];
  /** Which column of the row: a restore, where one code says both, or the code itself. */
  side: "to" | "restore";
  /** True when the event was reported before and is still so. */
  before: boolean;
}

/** Bit 7 of a VdS 2465 message kind: gone, off, reset. */
const RESET = 0x80;

/** Scancom digits of restores and closings, and of what was reported before, as the digit of the news. */
const NEWS: Readonly<Record<string, string>> = { 3: "1", 4: "2", 6: "1" };

/**
 * Finds out under which codes an event is listed.
 *
 * @param event The event.
 * @returns The codes, whether it is a restore, and whether it was reported before.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sourceCode } from "./source_code.ts";
 *
 * const event = { account: "1", label: "", flags: [], raw: new Uint8Array() };
 * assertEquals(sourceCode({ ...event, language: "vds2465", code: "A2", qualifier: "restore" }), {
 *   keys: ["22"], side: "restore", before: false,
 * });
 * assertEquals(sourceCode({ ...event, language: "scancom", code: "37", qualifier: "restore", device: "3" }), {
 *   keys: ["17/3", "17"], side: "restore", before: false,
 * });
 * ```
 */
export function sourceCode(event: EventDraft): SourceCode {
  const { language, code, qualifier } = event;
  switch (language) {
    case "sia":
      return { keys: withNumber(code, event.zone), side: "to", before: event.flags.includes("old-event") };
    case "contact-id":
      return {
        keys: [code],
        side: qualifier === "restore" ? "restore" : "to",
        before: qualifier === "status",
      };
    case "vds2465":
      return ofVds(event);
    case "scancom":
      return ofScancom(event);
    default:
      return { keys: [code], side: qualifier === "restore" ? "restore" : "to", before: false };
  }
}

function ofVds({ code, qualifier }: EventDraft): SourceCode {
  if (!/^[0-9A-F]{2}$/.test(code)) return { keys: [code], side: "to", before: false };
  const octet = parseInt(code, 16);
  return {
    keys: [(octet & ~RESET).toString(16).toUpperCase().padStart(2, "0")],
    side: (octet & RESET) === 0 ? "to" : "restore",
    before: qualifier === "status" && vdsQualifier(octet) !== "status",
  };
}

/** Channels are programmable: what an installer has named them goes before what UK panels have on them. */
function ofScancom(event: EventDraft): SourceCode {
  const { code, device } = event;
  const source = ofDigits(event);
  const other = code.endsWith("7") && device !== undefined ? namedOtherwise(event.label, device) : undefined;
  const [, plain] = source.keys;
  if (other === undefined || plain === undefined) return source;
  return { ...source, tableKeys: other === "" ? [plain] : [`${plain}/${other}`, plain] };
}

/**
 * The usual number of what the channel is named for, `""` for a name without one and for a channel that goes by its number
 * where others are named; undefined when it is named as usual. The name stands in the label, behind the colon.
 */
function namedOtherwise(label: string, device: string): string | undefined {
  const [, name] = /^[^:]*: (.+)$/s.exec(label) ?? [];
  if (name === undefined) return undefined;
  const same = ([, channel]: [string, { name: string }]) => channel.name === name.toLowerCase();
  const found = Object.entries(scancomChannels).find(same)?.[0] ?? "";
  return found === device ? undefined : found;
}

function ofDigits({ code, qualifier, device }: EventDraft): SourceCode {
  const digit = code.charAt(0), status = code.charAt(1);
  // `5` with a channel: news that was missed, of a channel that is normal again.
  if (digit === "5") {
    return device === undefined
      ? { keys: [code], side: qualifier === "restore" ? "restore" : "to", before: false }
      : { keys: withNumber(`1${status}`, device), side: "restore", before: false };
  }
  const news = NEWS[digit] ?? digit;
  return {
    keys: withNumber(news + (code === "44" ? "2" : status), device),
    side: qualifier === "restore" ? "restore" : "to",
    before: digit === "6" && qualifier === "status",
  };
}

function withNumber(code: string, number: string | undefined): string[] {
  return number === undefined ? [code] : [`${code}/${number.replace(/^0+(?=.)/, "")}`, code];
}
