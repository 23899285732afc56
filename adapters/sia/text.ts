/**
 * SIA as text: printed by receivers and manuals, sent by IP communicators, and carried in EVENT_MSG.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { siaCode } from "../../src/event/tables/sia.ts";
import { decodeCp437, displayText, encodeCp437 } from "./cp437.ts";
import { siaEventDrafts } from "./event_draft.ts";
import { parseEventPacket, type SiaPacket, type SiaPacketOptions } from "./event_packet.ts";

/** The longest text that is read, in characters; a DC-03 data group has at most 500 octets (panel-formats.md §1.6, A). */
export const SIA_MAX_TEXT = 4096;

/** A SIA text, taken apart. */
export interface SiaText {
  /** The account as spelled; absent when the text has none. */
  account?: string;
  /** Function code: as written, or `N` when the text leaves it out. */
  code: string;
  /** The packet behind the function code. */
  packet: SiaPacket;
  /** True for `Nalive!`: a sign of life without events (SIA-HS; A: capture). */
  keepalive: boolean;
}

/** What {@link parseSiaText} found. */
export type SiaTextResult =
  /** A SIA text, and its events: none for a keepalive or a text that is an ASCII block only. */
  | { ok: true; message: SiaText; events: EventDraft[] }
  /** No SIA text: rule `empty`, `too-long` or `no-event`. */
  | { ok: false; rule: string; message: string };

/**
 * Reads one SIA text: `#000010|Nri6/FA2`, `N ri2 / BA 227`, `[#1234|Lri1BA01]`, `>123456 BA001`, `NFA01`,
 * `ti13:30/id249/RX`, `1255NBO01,Tamper switch`, `1255Nalive!`, `#1234|NBA01|Atext`, `#1234NBA01`.
 *
 * Accounts are kept as spelled. A text without one is read only if all of it makes sense, as any text has two capitals
 * somewhere. A leading letter is the function code only if events can be read behind it: `NFA01` is
 * `N` and `FA01`, `NL501` is the event `NL`. Sources: panel-formats.md §1.7, §4, §7 (A); ip-protocol.md §8.1 (A for the
 * order of the parts, C for the separator).
 *
 * @param line The text; octets are read as code page 437. Line ends and blanks around it are ignored.
 * @param options How to read addresses.
 * @returns The message and its events, whose `raw` is the text's octets; or what was wrong. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSiaText } from "./text.ts";
 *
 * const result = parseSiaText("#000010|NFA2/ri6");
 * assertEquals(result.ok && result.message.account, "000010");
 * assertEquals(result.ok && result.events[0]?.area, "6");
 * ```
 */
export function parseSiaText(line: Uint8Array | string, options: SiaPacketOptions = {}): SiaTextResult {
  if (line.length > SIA_MAX_TEXT) {
    return refused(
      "too-long",
      `${line.length} characters were given, at most ${SIA_MAX_TEXT} are read as one SIA text`,
    );
  }
  const raw = typeof line === "string" ? encodeCp437(line) : line;
  let source = typeof line === "string" ? line : decodeCp437(line);
  // deno-lint-ignore no-control-regex
  source = source.replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, "");
  if (source.startsWith("[")) source = source.slice(1).replace(/\]$/, "");
  if (source === "") {
    return refused("empty", "the line is empty, a SIA text such as #1234|NBA01 was expected");
  }

  const { account, rest } = splitAccount(source);
  const hasAccount = account !== undefined;
  // AlphaVision XL puts a number between account and event, `#0001|0|NRP` (A: a log).
  const text = hasAccount ? rest.replace(/^\d{1,4}\|(?=[NOEL][A-Za-z])/, "") : rest;
  const body = readBody(text, hasAccount, options);
  if (body === undefined) {
    const shown = JSON.stringify(source.slice(0, 40));
    return refused(
      "no-event",
      `No SIA event can be read in ${shown}. Expected is an event code of two capital letters, such as BA, optionally ` +
        "behind an account and the letter N: #1234|Nri1/BA01. Check which format the sender is set to",
    );
  }
  const message: SiaText = { ...body, ...(hasAccount && account !== "" ? { account } : {}) };
  const silent = body.keepalive || body.code === "A";
  const events = silent ? [] : siaEventDrafts(body.packet, { account: account ?? "", code: body.code, raw });
  return { ok: true, message, events };
}

type Body = Omit<SiaText, "account">;

const FUNCTIONS = "NOEL";

function readBody(rest: string, hasAccount: boolean, options: SiaPacketOptions): Body | undefined {
  const first = rest.charAt(0);
  const named = first !== "" && FUNCTIONS.includes(first);
  const behind = rest.slice(1);
  if (named && behind.trim() === "alive!") {
    return { code: first, packet: parseEventPacket(""), keepalive: true };
  }
  const withCode = named ? parseEventPacket(behind, options) : undefined;
  if (withCode !== undefined && withCode.events.length > 0 && (hasAccount || isMeant(withCode))) {
    return { code: first, packet: withCode, keepalive: false };
  }
  const isText = hasAccount && first === "A" && !/^A[A-Z]\s*\d*\s*(?:[/|*^,]|$)/.test(rest);
  const isKnownEvent = siaCode(rest.slice(0, 2)) !== undefined;
  if (hasAccount && first === "A" && (isText || !isKnownEvent)) {
    return {
      code: "A",
      packet: { modifiers: [], events: [], unread: [], text: displayText(behind) },
      keepalive: false,
    };
  }
  const whole = parseEventPacket(rest, options);
  if (hasAccount ? whole.events.length > 0 : isMeant(whole)) {
    return { code: "N", packet: whole, keepalive: false };
  }
  // An account and a function letter are enough to be a SIA message, even if its event cannot be read: it is kept.
  if (withCode !== undefined && hasAccount && behind.trim() !== "") {
    return { code: first, packet: withCode, keepalive: false };
  }
  return undefined;
}

/** Whether capitals are meant as events: no account says so, and any text and the lines of other languages have some. */
function isMeant({ events, unread }: SiaPacket): boolean {
  return events.length > 0 && unread.length === 0 &&
    events.every(({ address, code }) => address !== undefined || siaCode(code) !== undefined);
}

/** Separates the account, in any of its spellings, from what follows. */
function splitAccount(source: string): { account?: string; rest: string } {
  if (source.startsWith("#")) {
    const bar = source.indexOf("|");
    const head = bar < 0 ? source.slice(1) : source.slice(1, bar);
    if (bar >= 0 && !joinedToEvent(head, source.slice(bar + 1))) {
      return { account: head.trim(), rest: source.slice(bar + 1).trimStart() };
    }
    const joined = /^#\s*([0-9A-F]{1,16})\s*([NOL][^]*)$/.exec(source) ??
      /^#\s*([0-9A-Za-z]+)[\s,]+([^]*)$/.exec(source);
    if (joined !== null) return { account: joined[1] ?? "", rest: joined[2] ?? "" };
    return { rest: source.slice(1) };
  }
  const printed = /^>\s*([0-9A-Za-z]+)\s+([^]*)$/.exec(source) ??
    // A bare number in front: as SIA-HS sends it.
    /^(\d[0-9A-F]{2,15})\s*\|?\s*([NOL][^]*)$/.exec(source);
  if (printed !== null) return { account: printed[1] ?? "", rest: printed[2] ?? "" };
  return { rest: source };
}

/** Whether `head` is `1234NBA01`: an account, a function letter and an event without separator, then an A part. */
function joinedToEvent(head: string, behind: string): boolean {
  const joined = /^[0-9A-F]{1,16}[NOL](.*)$/s.exec(head);
  if (joined === null || parseEventPacket(joined[1] ?? "").events.length === 0) return false;
  return behind === "" || behind.startsWith("A") || !/^[NOELA]/.test(behind);
}

function refused(rule: string, message: string): SiaTextResult {
  return { ok: false, rule, message };
}
