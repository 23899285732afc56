/**
 * What played automation software got, in words and as JSON.
 *
 * @module
 */
import { printable } from "../cli/printable.ts";
import { decodedToJson } from "../decode/decoded_json.ts";
import type { EventDraft } from "../event/alarm_event.ts";
import type { AeNews } from "./ae_connection.ts";
import type { AeRecord } from "./ae_peer.ts";

/**
 * Writes what happened as one line for a technician.
 *
 * @param news What happened.
 * @param at When, ms since the epoch; of a message its own time counts.
 * @returns The line: time of day, account, event, whether it is a repeat, what was answered.
 *
 * @example
 * ```ts
 * import { assertMatch } from "@std/assert";
 * import { aeLine } from "./ae_line.ts";
 *
 * const event = {
 *   account: "1234", language: "sia", code: "BA", qualifier: "new" as const, label: "Burglary Alarm", zone: "5",
 *   flags: [], raw: new Uint8Array(),
 * };
 * const record = {
 *   kind: "alarm" as const, account: "1234", events: [event], text: "", raw: new Uint8Array(), at: 0,
 *   repeat: "marked" as const, answer: "ACK", taken: true,
 * };
 * assertMatch(
 *   aeLine({ kind: "message", peer: "", record }, 0),
 *   /^\d\d:\d\d:\d\d 1234 {4} BA Burglary Alarm, zone 5 · repeat, marked · ACK$/,
 * );
 * ```
 */
export function aeLine(news: AeNews, at: number): string {
  const row = (when: number, who: string, text: string) =>
    printable(`${new Date(when).toTimeString().slice(0, 8)} ${who.padEnd(8)} ${text}`);
  switch (news.kind) {
    case "connected":
      return row(at, "-", `connected: ${news.peer}`);
    case "disconnected":
      return row(at, "-", `disconnected: ${news.reason}`);
    case "no-connection":
      return row(at, "-", `not connected: ${news.message}`);
    case "unreadable":
      return row(at, "-", `unreadable, ${news.refusal.rule}: ${news.refusal.message}`);
    case "message":
      return row(news.record.at, news.record.account || "-", wordsOf(news.record));
    case "quiet":
      return "";
  }
}

/**
 * What happened, ready for `JSON.stringify`.
 *
 * @param news A message, or octets that could not be read.
 * @param language The AE's language.
 * @param at When, ms since the epoch; of a message its own time counts.
 * @returns A plain object: octets as hex, times as RFC 3339.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { aeJson } from "./ae_line.ts";
 *
 * const refusal = { kind: "refused" as const, offset: 0, rule: "noise", message: "1 octet", raw: Uint8Array.of(255) };
 * const json = aeJson({ kind: "unreadable", peer: "127.0.0.1:1", refusal }, "dc07", 0);
 * assertEquals([json["kind"], json["rule"], json["raw"]], ["unreadable", "noise", "ff"]);
 * ```
 */
export function aeJson(
  news: AeNews & { kind: "message" | "unreadable" },
  language: string,
  at: number,
): Record<string, unknown> {
  const { peer } = news;
  if (news.kind === "unreadable") {
    const { rule, message, raw } = news.refusal;
    const time = new Date(at).toISOString();
    return { time, language, peer, kind: "unreadable", rule, message, raw: raw.toHex() };
  }
  const { record } = news;
  const { kind, account, text, repeat, answer, taken } = record;
  const decoded = { ok: true as const, language, offset: 0, message: {}, events: record.events };
  return {
    time: new Date(record.at).toISOString(),
    language,
    peer,
    kind,
    account,
    text,
    raw: record.raw.toHex(),
    events: decodedToJson(decoded, record.at)["events"],
    repeat,
    answer,
    taken,
  };
}

function wordsOf({ kind, events, text, repeat, answer }: AeRecord): string {
  const what = kind === "heartbeat"
    ? `sign of life: ${text}`
    : events.length === 0
    ? text
    : events.map(eventWords).join(" + ");
  return [what, ...(repeat === "none" ? [] : [`repeat, ${repeat}`]), answer].join(" · ");
}

function eventWords({ code, qualifier, label, area, zone, user, device, text }: EventDraft): string {
  const places = Object.entries({ area, zone, user, device })
    .flatMap(([name, value]) => value === undefined ? [] : [`${name} ${value}`]);
  const name = label === code || label === "" ? "" : ` ${label}`;
  const state = qualifier === "new" ? "" : `, ${qualifier}`;
  const said = text === undefined ? "" : `, "${text}"`;
  return `${code}${name}${state}${places.map((place) => `, ${place}`).join("")}${said}`;
}
