/**
 * From SIA packets to neutral events.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { siaCode, siaQualifier } from "../../src/event/tables/sia.ts";
import type { SiaPacket, SiaPacketEvent } from "./event_packet.ts";

/** What a packet's events need from the blocks around it. */
export interface SiaEventContext {
  /** The account as spelled; empty if none is known, which is then flagged `no-account`. */
  account: string;
  /** Function code of the event block: `O` is flagged `old-event`, `E` `environmental`, `L` `listen-in`. */
  code: string;
  /** The bytes the events were decoded from. */
  raw: Uint8Array;
  /** Remarks for every event. */
  flags?: readonly string[];
  /** Text of an ASCII block, for the events that have none of their own. */
  text?: string;
}

/**
 * Makes neutral events of a packet.
 *
 * `area` comes from `ri`, `device` from `pi`, `user` from `id` or, where the code's address is a user, from the address;
 * `zone` from the address otherwise. Nothing is invented: no address, no zone. `occurredAt` is there only when the panel
 * gives date and time (`da` and `ti`); panels send no time zone, so it is read as UTC. Source: panel-formats.md §1.4,
 * §1.8 (A); UTC is a choice made here (C).
 *
 * @param packet The packet.
 * @param context Account, function code and bytes.
 * @returns One draft for each event. A packet in which no event can be read still gives one draft, with an empty code and
 *   the flag `unreadable-event`, so that it reaches somebody.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaEventDrafts } from "./event_draft.ts";
 * import { parseEventPacket } from "./event_packet.ts";
 *
 * const raw = new TextEncoder().encode("ri2/BA227");
 * const [draft] = siaEventDrafts(parseEventPacket(raw), { account: "1234", code: "N", raw });
 * assertEquals(draft?.label, "Burglary Alarm");
 * assertEquals([draft?.area, draft?.zone], ["2", "227"]);
 * ```
 */
export function siaEventDrafts(packet: SiaPacket, context: SiaEventContext): EventDraft[] {
  if (packet.events.length > 0) {
    return packet.events.map((event) => draftOf(event, packet, context));
  }
  return [{
    account: context.account,
    language: "sia",
    code: "",
    qualifier: "new",
    label: "Unreadable SIA event",
    ...textOf(context.text ?? packet.text ?? packet.unread.join(" ")),
    flags: flagsOf(context, "unreadable-event"),
    raw: context.raw,
  }];
}

function draftOf(event: SiaPacketEvent, packet: SiaPacket, context: SiaEventContext): EventDraft {
  const { code, address, modifiers } = event;
  const known = siaCode(code);
  const user = modifiers["id"] ?? (known?.address === "user" ? address : undefined);
  // `id12/OP12` says the same twice; an address that says something else is kept.
  const isUser = known?.address === "user" && sameNumber(address, user);
  const zone = isUser ? undefined : address;
  const occurredAt = occurredAtOf(modifiers["da"], modifiers["ti"]);
  return {
    account: context.account,
    language: "sia",
    code,
    qualifier: siaQualifier(code),
    label: known?.name ?? code,
    ...(modifiers["ri"] === undefined ? {} : { area: modifiers["ri"] }),
    ...(zone === undefined ? {} : { zone }),
    ...(user === undefined ? {} : { user }),
    ...(modifiers["pi"] === undefined ? {} : { device: modifiers["pi"] }),
    ...textOf(event.text ?? context.text ?? packet.text ?? ""),
    ...(occurredAt === undefined ? {} : { occurredAt }),
    flags: flagsOf(context, known === undefined ? "unknown-code" : undefined),
    raw: context.raw,
  };
}

const CODE_FLAGS: Readonly<Record<string, string>> = { O: "old-event", E: "environmental", L: "listen-in" };

function flagsOf(context: SiaEventContext, own: string | undefined): string[] {
  const all = [CODE_FLAGS[context.code], own, context.account === "" ? "no-account" : undefined];
  const flags = [...all, ...context.flags ?? []].filter((flag) => flag !== undefined);
  return [...new Set(flags)].sort();
}

function textOf(text: string): { text?: string } {
  return text === "" ? {} : { text };
}

function sameNumber(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.replace(/^0+(?=.)/, "") === b.replace(/^0+(?=.)/, "");
}

/** `da` is MM-DD-YY (MM 00 is a weekday, no date); `ti` is HH:MM, HH:MM:SS or HHMM. Years 70-99 are 19xx. */
function occurredAtOf(da: string | undefined, ti: string | undefined): Date | undefined {
  const date = /^(\d{1,2})-(\d{1,2})-(\d{2})$/.exec(da ?? "");
  const time = /^(\d{1,2}):?(\d{2})(?::(\d{2}))?$/.exec(ti ?? "");
  if (date === null || time === null) return undefined;
  const [month, day, shortYear] = [Number(date[1]), Number(date[2]), Number(date[3])];
  const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
  const at = new Date(
    Date.UTC(shortYear < 70 ? 2000 + shortYear : 1900 + shortYear, month - 1, day, hour, minute, second),
  );
  const exists = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 &&
    second < 60;
  return exists ? at : undefined;
}
