/**
 * What a probe found: one row for each thing that was tried.
 *
 * @module
 */

/**
 * `ok` as it should be; `note` allowed, or a matter of the edition; `weak` works, but should be better; `broken` alarms or
 * the path are in danger; `not-run` time was up or the other end had gone.
 */
export type Verdict = "ok" | "note" | "weak" | "broken" | "not-run";

/** One row of the report. */
export interface Row {
  /** Short name that stays the same between versions, `replay-other-port`. */
  readonly id: string;
  /** Heading it stands under. */
  readonly group: string;
  /** What was sent, in words. */
  readonly sent: string;
  /** What the other end did. */
  readonly did: string;
  /** What it should do. */
  readonly expected: string;
  /** How that is to be taken. */
  readonly verdict: Verdict;
  /** For weak and broken: what it means for the people who depend on it. For note: why it is only a note. */
  readonly meaning?: string;
}

/** Takes a row as soon as it is known. */
export type Report = (row: Row) => void;

/** A verdict with its meaning. */
export interface Judgement {
  /** How it is to be taken. */
  readonly verdict: Verdict;
  /** What it means. */
  readonly meaning?: string;
}

/** Something that is not right about an otherwise good answer. */
export interface Problem {
  /** What, as a clause: "its TX is 9 instead of 8". */
  readonly text: string;
  /** How bad that is: `broken` when a strict peer would not take the answer. */
  readonly verdict: "weak" | "broken";
}

const RANK: Record<Verdict, number> = { ok: 0, "not-run": 1, note: 2, weak: 3, broken: 4 };

/**
 * The worse of two judgements.
 *
 * @param a One.
 * @param b The other.
 * @returns The worse; `a` when they are as bad as each other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { worse } from "./row.ts";
 *
 * assertEquals(worse({ verdict: "note" }, { verdict: "broken", meaning: "m" }).verdict, "broken");
 * ```
 */
export function worse(a: Judgement, b: Judgement): Judgement {
  return RANK[b.verdict] > RANK[a.verdict] ? b : a;
}

/**
 * Adds what is wrong with an answer to what it did.
 *
 * @param did What the other end did.
 * @param judgement How that is to be taken.
 * @param problems What is not right about it.
 * @returns Both, with the problems in.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { withProblems } from "./row.ts";
 *
 * const { did, verdict } = withProblems("answered", { verdict: "ok" }, [{ text: "its TX is 9", verdict: "weak" }]);
 * assertEquals([did, verdict], ["answered; but its TX is 9", "weak"]);
 * ```
 */
export function withProblems(
  did: string,
  judgement: Judgement,
  problems: readonly Problem[],
): Judgement & { did: string } {
  if (problems.length === 0) return { ...judgement, did };
  const texts = [...new Set(problems.map(({ text }) => text))];
  const broken = problems.some(({ verdict }) => verdict === "broken");
  const problem: Judgement = broken
    ? { verdict: "broken", meaning: "A strict device throws this answer away and the path fails." }
    : {
      verdict: "weak",
      meaning: "The numbering is not as it should be; a strict device may throw answers away.",
    };
  return { ...worse(judgement, problem), did: `${did}; but ${texts.join(", ")}` };
}
