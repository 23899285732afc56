/**
 * What a simulated panel is to do, one step a line.
 *
 * @module
 */
import { parseDuration } from "../config/duration.ts";

/** An alarm in the words of the command line: `BA:3@1 Front door`. */
export interface AlarmWords {
  /** The code in the panel's language: `BA`, `130`, a channel, a message kind. */
  code: string;
  /** Zone, user or address. */
  number?: string;
  /** Area or group. */
  area?: string;
  /** Text, where the language has any. */
  text?: string;
}

/** One step. */
export type PanelStep =
  /** An alarm. */
  | { kind: "alarm"; words: AlarmWords }
  /** The end of one. */
  | { kind: "restore"; words: AlarmWords }
  /** Any alarm that the language has. */
  | { kind: "random" }
  /** Nothing for so long. */
  | { kind: "wait"; ms: number }
  /** The panel cuts its connection. */
  | { kind: "drop" };

/** What {@link parsePanelScript} makes of a text. */
export type PanelScript = { ok: true; steps: PanelStep[] } | { ok: false; message: string };

/** Steps of one script, at most. */
export const MAX_STEPS = 100_000;

/**
 * Reads an alarm: code, `:` and number, `@` and area, and behind a blank the text. Number, area and text may be missing.
 *
 * @param text The words.
 * @returns The alarm; undefined when it has another shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseAlarmWords } from "./script.ts";
 *
 * assertEquals(parseAlarmWords("BA:3@1 Front door"), { code: "BA", number: "3", area: "1", text: "Front door" });
 * assertEquals(parseAlarmWords("602"), { code: "602" });
 * assertEquals(parseAlarmWords("BA 3 @"), { code: "BA", text: "3 @" });
 * assertEquals(parseAlarmWords("BA:"), undefined);
 * ```
 */
export function parseAlarmWords(text: string): AlarmWords | undefined {
  const found = /^([0-9A-Za-z]{1,8})(?::([0-9A-Fa-f]{1,8}))?(?:@(\d{1,8}))?(?:\s+(\S.{0,199}))?$/.exec(
    text.trim(),
  );
  if (found === null) return undefined;
  const [, code = "", number, area, words] = found;
  return {
    code,
    ...(number === undefined ? {} : { number }),
    ...(area === undefined ? {} : { area }),
    ...(words === undefined ? {} : { text: words }),
  };
}

/**
 * Reads a script. Empty lines and lines that begin with `#` are passed over; the others are `alarm …`, `restore …`,
 * `random` or `random 20`, `wait 2s`, `drop`.
 *
 * @param text The script.
 * @returns The steps; or which line is wrong, and what was expected.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parsePanelScript } from "./script.ts";
 *
 * const script = parsePanelScript("# morning\nalarm BA:3@1\nwait 2s\nrestore BA:3@1\ndrop\n");
 * assertEquals(script.ok && script.steps.map(({ kind }) => kind), ["alarm", "wait", "restore", "drop"]);
 * const wrong = parsePanelScript("alarm BA\nwiat 2s");
 * assert(!wrong.ok && wrong.message.startsWith("line 2"));
 * ```
 */
export function parsePanelScript(text: string): PanelScript {
  const steps: PanelStep[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const read = parseStep(trimmed);
    if (typeof read === "string") return { ok: false, message: `line ${index + 1}: ${read}` };
    steps.push(...read);
    if (steps.length > MAX_STEPS) {
      return {
        ok: false,
        message: `line ${index + 1}: more than ${MAX_STEPS} steps; run the panel more than once`,
      };
    }
  }
  return { ok: true, steps };
}

function parseStep(line: string): PanelStep[] | string {
  const [verb = ""] = line.split(/\s+/, 1);
  const rest = line.slice(verb.length).trim();
  switch (verb) {
    case "alarm":
    case "restore": {
      const words = parseAlarmWords(rest);
      if (words === undefined) {
        return `${verb}: expected CODE[:NUMBER][@AREA] [TEXT], such as BA:3@1; found "${rest}"`;
      }
      return [{ kind: verb, words }];
    }
    case "random": {
      const count = rest === "" ? 1 : /^\d{1,6}$/.test(rest) ? Number(rest) : NaN;
      if (!(count >= 1 && count <= MAX_STEPS)) {
        return `random: expected how many, 1 to ${MAX_STEPS}; found "${rest}"`;
      }
      return Array.from({ length: count }, () => ({ kind: "random" }));
    }
    case "wait": {
      const ms = parseDuration(rest);
      if (ms === undefined) return `wait: expected a duration such as 500ms or 2s; found "${rest}"`;
      return [{ kind: "wait", ms }];
    }
    case "drop":
      return rest === "" ? [{ kind: "drop" }] : `drop: expected nothing behind it; found "${rest}"`;
    default:
      return `"${verb}": expected alarm, restore, random, wait or drop`;
  }
}
