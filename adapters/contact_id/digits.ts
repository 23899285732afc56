/**
 * Contact ID digits as different devices spell them.
 *
 * @module
 */

/**
 * What the letters of a text stand for.
 *
 * - `digits`: Contact ID digits, `B`-`F` as they are and `A` for zero.
 * - `dtmf`: keys of the telephone, as a tone decoder hands them over: `*` is B, `#` is C, `A` `B` `C` are D E F.
 * - `auto`: `dtmf` when a `*` or `#` occurs, since only raw tones have these; `digits` otherwise. A text whose only
 *   letters are `A`-`C` could be either: it is taken as `digits`, so a raw tone decoder needs `dtmf` set.
 *
 * Source: panel-formats.md §2.2, confidence A for the keys, C for the rule how to tell them apart.
 */
export type Letters = "auto" | "digits" | "dtmf";

/** What {@link readDigits} makes of a text. */
export type DigitsResult =
  | {
    ok: true;
    /** Digits `0`-`9` and `B`-`F`; `A` only where it was kept on wish. */
    digits: string;
  }
  | { ok: false; rule: "bad-digit" | "mixed-dtmf"; message: string };

const KEYS: Readonly<Record<string, string>> = { "*": "B", "#": "C", A: "D", B: "E", C: "F" };

/**
 * Reads the digits of a message: blanks removed, upper case, telephone keys translated. `A` is kept, since whether it
 * means zero depends on the field.
 *
 * @param text Digits as received.
 * @param letters What the letters stand for; `auto` when absent.
 * @returns The digits, or what was wrong.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readDigits } from "./digits.ts";
 *
 * assertEquals(readDigits("12 3b"), { ok: true, digits: "123B" });
 * assertEquals(readDigits("1*#A"), { ok: true, digits: "1BCD" });
 * assertEquals(readDigits("12G4").ok, false);
 * ```
 */
export function readDigits(text: string, letters: Letters = "auto"): DigitsResult {
  const compact = text.replaceAll(/[ \t]/g, "").toUpperCase();
  const raw = letters === "dtmf" || (letters === "auto" && /[*#]/.test(compact));
  if (!raw) {
    const bad = /[^0-9A-F]/.exec(compact);
    return bad === null ? { ok: true, digits: compact } : badDigit(bad, "0-9 and A-F");
  }
  const bad = /[^0-9A-C*#]/.exec(compact);
  if (bad !== null) {
    if (!/[D-F]/.test(bad[0])) return badDigit(bad, "0-9, A-C, * and #");
    return {
      ok: false,
      rule: "mixed-dtmf",
      message:
        `Found the letter ${bad[0]} at digit ${bad.index + 1} of a text read as raw telephone tones, where ` +
        `letters end at C. A text has either tones (0-9 * # A-C) or digits (0-9 B-F): check how the receiver of ` +
        `the tones is set.`,
    };
  }
  return { ok: true, digits: compact.replaceAll(/[*#ABC]/g, (key) => KEYS[key] ?? key) };
}

function badDigit(bad: RegExpExecArray, expected: string): DigitsResult {
  return {
    ok: false,
    rule: "bad-digit",
    message: `Found ${JSON.stringify(bad[0])} at digit ${bad.index + 1}, expected ${expected}. ` +
      `Check baud rate, parity and the format set in the panel.`,
  };
}
