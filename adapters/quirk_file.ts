/**
 * Reads quirk files.
 *
 * @module
 */
import type { Quirk, QuirkPoints, QuirkTranscript } from "./quirk.ts";

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
 * import { readQuirk } from "./quirk_file.ts";
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
