/**
 * Quirks: what one family of panels does in its own way, as data, with transcripts as proof.
 *
 * @module
 */
import type { EventDraft, Qualifier } from "../src/event/alarm_event.ts";

export { readQuirk } from "./quirk_file.ts";

/** Something that was sent, and what it means: a quirk is only as good as its transcripts. */
export interface QuirkTranscript {
  /** What it shows. */
  readonly title: string;
  /** Where the bytes are from: `capture` is a real device; `constructed` is no evidence. */
  readonly kind: "capture" | "peer output" | "tool output" | "manual" | "implementation" | "constructed";
  /** `A` read at the source, `B` second-hand, `C` deduced. */
  readonly confidence: "A" | "B" | "C";
  /** Where it can be looked up. */
  readonly source: string;
  /** `hex`: octets of a conversation, for the session; `text`: one printed message. */
  readonly encoding: "hex" | "text";
  /** What the panel sends. */
  readonly wire: string;
  /** Octets of each answer when every alarm is accepted, as hex; not looked at when absent. */
  readonly answers?: readonly string[];
  /** The events: for each the fields that matter here. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** What the number behind some codes means to this panel. */
export interface QuirkPoints {
  /** The codes it holds for. */
  readonly codes: readonly string[];
  /** First number. */
  readonly from: number;
  /** Last number. */
  readonly to: number;
  /** The device is the number less this: door 27 is 227 less 200. No device when absent. */
  readonly deviceMinus?: number;
  /** The kind of device, for the label: `door`. */
  readonly device?: string;
  /** What happened, for the label. */
  readonly meaning: string;
  /** A remark for programs, kebab-case. */
  readonly flag: string;
  /** The kind of report, where it is another than the code says. */
  readonly qualifier?: Qualifier;
}

/** A user number that is no user. */
export interface QuirkUser {
  /** The number. */
  readonly user: string;
  /** Who it stands for. */
  readonly meaning: string;
  /** A remark for programs, kebab-case. */
  readonly flag: string;
}

/** One family of panels. */
export interface Quirk {
  /** Name in configs: kebab-case. */
  readonly name: string;
  /** The adapter it is for. */
  readonly language: string;
  /** The panels, for people. */
  readonly panels: readonly string[];
  /** What they do, and what to set, in a few sentences. */
  readonly about: string;
  /** Where it is known from. */
  readonly source: string;
  /** Confidence of the whole: `A`, `B`, `C`. */
  readonly confidence: "A" | "B" | "C";
  /**
   * How a conversation with them begins: octets as hex, `?` for any digit. Empty where the beginning does not tell: such a
   * quirk has to be named.
   */
  readonly signs: readonly string[];
  /** Options of the session. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Numbers with a meaning of their own. */
  readonly points: readonly QuirkPoints[];
  /** Users that are no users. */
  readonly users: readonly QuirkUser[];
  /** At least one. */
  readonly transcripts: readonly QuirkTranscript[];
}

/** Octets of the longest sign: more are not waited for. */
export const LONGEST_SIGN = 16;

/**
 * Finds the quirk of a conversation. A name that is given decides alone; else the quirk with the longest sign that the
 * first octets show.
 *
 * @param quirks The quirks of the language.
 * @param firstBytes The first octets from the panel: 16 are enough.
 * @param name The name from the config, or `none` for no quirk at all.
 * @returns The quirk; undefined when there is none, so far, or by wish.
 * @throws {RangeError} When no quirk has that name; check configs for it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matchQuirk, type Quirk } from "./quirk.ts";
 *
 * const quirk: Quirk = {
 *   name: "six-digits", language: "sia", panels: ["any"], about: "", source: "", confidence: "C",
 *   signs: ["46 23 3?"], options: {}, points: [], users: [], transcripts: [],
 * };
 * assertEquals(matchQuirk([quirk], Uint8Array.fromHex("462332"))?.name, "six-digits");
 * assertEquals(matchQuirk([quirk], Uint8Array.fromHex("442332")), undefined);
 * assertEquals(matchQuirk([quirk], new Uint8Array(), "six-digits")?.name, "six-digits");
 * ```
 */
export function matchQuirk(
  quirks: readonly Quirk[],
  firstBytes: Uint8Array,
  name?: string,
): Quirk | undefined {
  if (name === "none") return undefined;
  if (name !== undefined) {
    const named = quirks.find((quirk) => quirk.name === name);
    if (named !== undefined) return named;
    const known = quirks.map((quirk) => quirk.name).join(", ");
    throw new RangeError(`no quirk is called ${JSON.stringify(name)}; there are ${known}, and none`);
  }
  const start = firstBytes.subarray(0, LONGEST_SIGN).toHex();
  let best: { quirk: Quirk; length: number } | undefined;
  for (const quirk of quirks) {
    for (const sign of quirk.signs) {
      const wanted = signDigits(sign);
      const shows = wanted.length <= start.length && agree(wanted, start);
      if (shows && wanted.length > (best?.length ?? 0)) best = { quirk, length: wanted.length };
    }
  }
  return best?.quirk;
}

/**
 * Whether more octets could show a longer sign than these do.
 *
 * @param quirks The quirks of the language.
 * @param firstBytes The first octets from the panel, as many as have come.
 * @returns True while {@link matchQuirk} may change its mind; false at the latest with 16 octets.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { moreMayShow, type Quirk } from "./quirk.ts";
 *
 * const quirk: Quirk = {
 *   name: "six-digits", language: "sia", panels: ["any"], about: "", source: "", confidence: "C",
 *   signs: ["46 23 3?"], options: {}, points: [], users: [], transcripts: [],
 * };
 * assert(moreMayShow([quirk], Uint8Array.fromHex("4623")));
 * assert(!moreMayShow([quirk], Uint8Array.fromHex("462332")));
 * assert(!moreMayShow([quirk], Uint8Array.fromHex("44")));
 * ```
 */
export function moreMayShow(quirks: readonly Quirk[], firstBytes: Uint8Array): boolean {
  const start = firstBytes.subarray(0, LONGEST_SIGN).toHex();
  return quirks.some(({ signs }) =>
    signs.map(signDigits).some((wanted) => wanted.length > start.length && agree(wanted, start))
  );
}

function signDigits(sign: string): string {
  return sign.replaceAll(" ", "").toLowerCase();
}

/** Whether a sign and octets, as hex digits, agree as far as both go. */
function agree(sign: string, start: string): boolean {
  const both = Math.min(sign.length, start.length);
  for (let at = 0; at < both; at++) {
    if (sign[at] !== "?" && sign[at] !== start[at]) return false;
  }
  return true;
}

/**
 * Puts what a quirk knows into events: the device and a clearer label; remarks in `flags`. Code, zone and everything else
 * stay as they are.
 *
 * @param quirk The quirk; nothing is done without one.
 * @param events The events of a message.
 * @returns As many events.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { applyQuirk, type Quirk } from "./quirk.ts";
 *
 * const quirk: Quirk = {
 *   name: "doors", language: "sia", panels: [], about: "", source: "", confidence: "C", signs: [], options: {},
 *   users: [], transcripts: [],
 *   points: [{ codes: ["BA"], from: 201, to: 232, deviceMinus: 200, device: "door", meaning: "tamper", flag: "door" }],
 * };
 * const [event] = applyQuirk(quirk, [{
 *   account: "1", language: "sia", code: "BA", qualifier: "new", label: "Burglary Alarm", zone: "227", flags: [],
 *   raw: new Uint8Array(),
 * }]);
 * assertEquals([event?.device, event?.label], ["27", "Burglary Alarm: door 27, tamper"]);
 * ```
 */
export function applyQuirk(quirk: Quirk | undefined, events: readonly EventDraft[]): EventDraft[] {
  return quirk === undefined ? [...events] : events.map((event) => withUser(quirk, withPoint(quirk, event)));
}

function withPoint(quirk: Quirk, event: EventDraft): EventDraft {
  const number = /^\d{1,6}$/.test(event.zone ?? "") ? Number(event.zone) : NaN;
  const rule = quirk.points.find(({ codes, from, to }) =>
    codes.includes(event.code) && number >= from && number <= to
  );
  if (rule === undefined) return event;
  const device = rule.deviceMinus === undefined ? undefined : String(number - rule.deviceMinus);
  const place = device === undefined ? "" : `${rule.device ?? "device"} ${device}, `;
  return {
    ...event,
    label: `${event.label}: ${place}${rule.meaning}`,
    ...(device === undefined ? {} : { device }),
    ...(rule.qualifier === undefined ? {} : { qualifier: rule.qualifier }),
    flags: withFlag(event.flags, rule.flag),
  };
}

function withUser(quirk: Quirk, event: EventDraft): EventDraft {
  const rule = quirk.users.find(({ user }) => user === event.user);
  return rule === undefined ? event : {
    ...event,
    label: `${event.label}: ${rule.meaning}`,
    flags: withFlag(event.flags, rule.flag),
  };
}

function withFlag(flags: readonly string[], flag: string): string[] {
  return [...new Set([...flags, flag])].sort();
}
