/**
 * Contact ID events as the one digit of a 4+2 pulse format.
 *
 * @module
 */
import type { ContactId } from "../contact_id/message.ts";

/** What a digit of a pulse format says. */
export interface EventDigit {
  /** One decimal digit. */
  digit: string;
  /** In words. */
  meaning: string;
}

/** The recommended set, by digit (receiver-outputs.md §1.2, A for Sur-Gard's receivers; C that an AE behind a 685 reads it so). */
const MEANINGS = {
  "0": "automatic test",
  "1": "fire",
  "2": "panic",
  "3": "burglary",
  "4": "arm",
  "5": "disarm",
  "6": "service",
  "7": "medical",
  "8": "message",
  "9": "restore",
} as const;

/** From and to which Contact ID code a digit stands for news; the first that fits counts. The sorting is ours (C). */
const NEWS: readonly (readonly [from: string, to: string, digit: keyof typeof MEANINGS])[] = [
  ["100", "109", "7"],
  ["110", "119", "1"],
  ["120", "129", "2"],
  ["130", "149", "3"],
  ["200", "399", "6"],
  ["601", "603", "0"],
  ["608", "608", "0"],
];

/** Openings and closings: qualifier 1 opens, 3 closes (panel-formats.md §2, A). */
const OPEN_CLOSE = /^4(0[0-35789]|4[12]|5[0126])$/;

/**
 * The digit of an event, of the set that receivers recommend. Digits of pulse formats are each site's own: an AE that reads them
 * otherwise needs the table of the AE changed, or Contact ID.
 *
 * @param event Qualifier and code.
 * @returns The digit and its meaning; `8`, message, for what the set has no word for, `9` for every restore.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { eventDigit } from "./event_digit.ts";
 *
 * assertEquals(eventDigit({ qualifier: 1, code: "131" }), { digit: "3", meaning: "burglary" });
 * assertEquals(eventDigit({ qualifier: 3, code: "131" }).digit, "9");
 * assertEquals([eventDigit({ qualifier: 1, code: "401" }).digit, eventDigit({ qualifier: 3, code: "401" }).digit], ["5", "4"]);
 * assertEquals(eventDigit({ qualifier: 1, code: "654" }).digit, "8");
 * ```
 */
export function eventDigit({ qualifier, code }: Pick<ContactId, "qualifier" | "code">): EventDigit {
  const digit = digitOf(qualifier, code);
  return { digit, meaning: MEANINGS[digit] };
}

function digitOf(qualifier: 1 | 3 | 6, code: string): keyof typeof MEANINGS {
  if (OPEN_CLOSE.test(code)) return qualifier === 3 ? "4" : "5";
  if (qualifier === 3) return "9";
  return NEWS.find(([from, to]) => from <= code && code <= to)?.[2] ?? "8";
}
