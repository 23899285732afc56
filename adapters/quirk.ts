/**
 * Quirks: what one family of panels does in its own way, as data, with transcripts as proof.
 *
 * @module
 */
import type { EventDraft, Qualifier } from "../src/event/alarm_event.ts";

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

/** Octets of a sign: more are not waited for. */
const LONGEST_SIGN = 16;

/**
 * Reads a quirk file.
 *
 * @param json What `JSON.parse` made of it.
 * @returns The quirk.
 * @throws {TypeError} When something is missing or of the wrong kind; the message names the field.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { readQuirk } from "./quirk.ts";
 *
 * assertThrows(() => readQuirk({ name: "x" }), TypeError, "language");
 * ```
 */
export function readQuirk(json: unknown): Quirk {
  const file = record(json, "the file");
  const name = text(file, "name");
  const language = text(file, "language");
  const transcripts = list(file, "transcripts").map((each, at) => transcript(each, `transcripts[${at}]`));
  if (transcripts.length === 0) {
    throw new TypeError(`quirk ${name}: transcripts is empty, a proof is expected`);
  }
  return {
    name,
    language,
    panels: strings(file, "panels"),
    about: text(file, "about"),
    source: text(file, "source"),
    confidence: oneOf(file, "confidence", ["A", "B", "C"]),
    signs: strings(file, "signs").map(checkedSign),
    options: file["options"] === undefined ? {} : record(file["options"], "options"),
    points: file["points"] === undefined
      ? []
      : list(file, "points").map((each, at) => points(each, `points[${at}]`)),
    users: file["users"] === undefined ? [] : list(file, "users").map((each, at) => {
      const user = record(each, `users[${at}]`);
      return { user: text(user, "user"), meaning: text(user, "meaning"), flag: text(user, "flag") };
    }),
    transcripts,
  };
}

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
      const wanted = sign.replaceAll(" ", "").toLowerCase();
      const shows = wanted.length <= start.length &&
        [...wanted].every((digit, at) => digit === "?" || digit === start[at]);
      if (shows && wanted.length > (best?.length ?? 0)) best = { quirk, length: wanted.length };
    }
  }
  return best?.quirk;
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

function transcript(json: unknown, where: string): QuirkTranscript {
  const file = record(json, where);
  const kinds = ["capture", "peer output", "tool output", "manual", "implementation", "constructed"] as const;
  return {
    title: text(file, "title", where),
    kind: oneOf(file, "kind", kinds, where),
    confidence: oneOf(file, "confidence", ["A", "B", "C"], where),
    source: text(file, "source", where),
    encoding: oneOf(file, "encoding", ["hex", "text"], where),
    wire: text(file, "wire", where),
    ...(file["answers"] === undefined ? {} : { answers: strings(file, "answers", where) }),
    events: list(file, "events", where).map((each, at) => record(each, `${where}.events[${at}]`)),
  };
}

function points(json: unknown, where: string): QuirkPoints {
  const file = record(json, where);
  return {
    codes: strings(file, "codes", where),
    from: number(file, "from", where),
    to: number(file, "to", where),
    ...(file["deviceMinus"] === undefined ? {} : { deviceMinus: number(file, "deviceMinus", where) }),
    ...(file["device"] === undefined ? {} : { device: text(file, "device", where) }),
    meaning: text(file, "meaning", where),
    flag: text(file, "flag", where),
    ...(file["qualifier"] === undefined
      ? {}
      : { qualifier: oneOf(file, "qualifier", ["new", "restore", "status"], where) }),
  };
}

function checkedSign(sign: string): string {
  const digits = sign.replaceAll(" ", "");
  if (/^([0-9A-Fa-f?]{2}){1,16}$/.test(digits)) return sign;
  throw new TypeError(`signs: ${JSON.stringify(sign)} is not 1 to 16 octets of hex digits and ?`);
}

type Fields = Readonly<Record<string, unknown>>;

function record(json: unknown, where: string): Fields {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new TypeError(`quirk: ${where} is not an object`);
  }
  return { ...json };
}

function text(file: Fields, key: string, where = "the file"): string {
  const value = file[key];
  if (typeof value !== "string" || value === "") {
    throw new TypeError(`quirk: ${key} in ${where} is missing, or no text`);
  }
  return value;
}

function number(file: Fields, key: string, where: string): number {
  const value = file[key];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new TypeError(`quirk: ${key} in ${where} is missing, or no whole number`);
  }
  return value;
}

function list(file: Fields, key: string, where = "the file"): unknown[] {
  const value = file[key];
  if (!Array.isArray(value)) throw new TypeError(`quirk: ${key} in ${where} is missing, or no list`);
  return value;
}

function strings(file: Fields, key: string, where = "the file"): string[] {
  return list(file, key, where).map((value) => {
    if (typeof value === "string") return value;
    throw new TypeError(`quirk: ${key} in ${where} holds something that is no text`);
  });
}

function oneOf<T extends string>(file: Fields, key: string, values: readonly T[], where = "the file"): T {
  const value = values.find((each) => each === file[key]);
  if (value === undefined) throw new TypeError(`quirk: ${key} in ${where} is none of ${values.join(", ")}`);
  return value;
}
