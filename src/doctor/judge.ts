/**
 * Weighs what the hearings have found.
 *
 * @module
 */
import { behaviour } from "./behaviour.ts";
import { bentLine } from "./bent_line.ts";
import { eighthBitParity } from "./eighth_bit.ts";
import { type CountedFinding, inOrder, once } from "./finding.ts";
import { lineFindings } from "./line_findings.ts";
import { LANGUAGE_NAMES } from "./language_names.ts";
import { bentVerdict, strangeVerdict, unheard, unknown, type VerdictBase } from "./no_language.ts";
import type { Sample } from "./sample.ts";
import type { Score } from "./score.ts";
import { stranger } from "./strangers.ts";
import type { Certainty, Circumstances, Verdict } from "./verdict.ts";

/** Bits of evidence for each certainty. */
const SURE = 24;
const PROBABLE = 10;
/** A second language so near to the first takes its certainty away, bits. */
const NEAR = 6;

/**
 * Says how sure a number of bits makes.
 *
 * @param points Bits for, less bits against.
 * @returns In words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { certaintyOf } from "./judge.ts";
 *
 * assertEquals([30, 12, 3, -1].map(certaintyOf), ["sure", "probable", "a guess", "none"]);
 * ```
 */
export function certaintyOf(points: number): Certainty {
  return points >= SURE ? "sure" : points >= PROBABLE ? "probable" : points > 0 ? "a guess" : "none";
}

/**
 * Finds the language that explains most.
 *
 * @param scores The languages' scores, stricter ones first.
 * @returns The best, if it has read a frame, or nearly did; and its certainty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { leader } from "./judge.ts";
 * import { Score } from "./score.ts";
 *
 * const sia = new Score("sia");
 * sia.frame(10, 12);
 * assertEquals(leader([new Score("dc09"), sia])?.certainty, "probable");
 * assertEquals(leader([new Score("dc09")]), undefined);
 * ```
 */
export function leader(
  scores: readonly Score[],
): { score: Score; certainty: Certainty; second?: Score } | undefined {
  const read = scores.filter(({ points }) => points > 0);
  const best = top(read, ({ points }) => points);
  if (best !== undefined) {
    const certainty = certaintyOf(best.points);
    const rivals = read.filter(({ language }) => language !== best.language);
    const second = top(rivals.filter(({ points }) => points > best.points - NEAR), ({ points }) => points);
    return second === undefined
      ? { score: best, certainty }
      : { score: best, certainty: certainty === "sure" ? "probable" : "a guess", second };
  }
  // Nothing was read; but something was meant to be a frame, and was damaged.
  const near = top(
    scores.filter(({ nearBits, heard }) => nearBits >= PROBABLE && nearBits * 8 > heard),
    ({ nearBits }) => nearBits,
  );
  return near === undefined
    ? undefined
    : { score: near, certainty: near.nearBits >= 14 ? "probable" : "a guess" };
}

/**
 * The verdict over everything that was heard.
 *
 * @param scores The languages' scores, stricter ones first.
 * @param sample The octets.
 * @param circumstances What is known beside them.
 * @returns The verdict.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { judge } from "./judge.ts";
 * import { Sample } from "./sample.ts";
 *
 * const verdict = judge([], new Sample(), { source: { kind: "tcp", hostname: "0.0.0.0", port: 10002 } });
 * assertEquals([verdict.certainty, verdict.readable, verdict.fault], ["none", false, "wiring"]);
 * ```
 */
export function judge(scores: readonly Score[], sample: Sample, circumstances: Circumstances): Verdict {
  const { source } = circumstances;
  const serial = source.kind === "serial";
  const base = {
    source,
    octets: sample.octets,
    tried: [...circumstances.tried ?? []],
    acknowledged: [...circumstances.acknowledged ?? []],
    acknowledgedCount: circumstances.acknowledgedCount ?? 0,
  };
  if (sample.octets === 0) return unheard(base, circumstances);
  const found = leader(scores);
  const alien = stranger(sample, serial);
  // All octets with the same parity are no accident: a block that seems right in them is.
  const parity = sample.octets >= 24 && eighthBitParity(sample) !== undefined;
  const weak = parity || found === undefined || found.certainty === "a guess" || found.score.frames === 0;
  const bent = weak ? bentLine(sample) : undefined;
  if (bent !== undefined) return bentVerdict(base, bent, serial, circumstances);
  if (alien !== undefined && (found === undefined || (weak && alien.sure))) {
    return strangeVerdict(base, alien, circumstances);
  }
  if (found === undefined) return strangeVerdict(base, unknown(serial), circumstances);
  return languageVerdict(base, found, circumstances);
}

function languageVerdict(
  base: VerdictBase,
  { score, certainty, second }: { score: Score; certainty: Certainty; second?: Score },
  circumstances: Circumstances,
): Verdict {
  const findings = inOrder([
    ...score.findings.map((each) => weighed(each, score)),
    ...once(lineFindings(circumstances.lineErrors, score.heard)),
    ...once(behaviour(score, circumstances)),
  ]);
  const stopped = score.frames === 0 || findings.some(({ weight }) => weight === "stop");
  const readable = !stopped && (certainty === "sure" || certainty === "probable");
  const accounts = [...score.accounts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const first = findings.find(({ weight }) => weight !== "note");
  const verdict: Verdict = {
    ...base,
    language: score.language,
    settings: settingsOf(score, circumstances),
    certainty,
    readable,
    fault: first?.fault ?? "nothing",
    summary: "",
    evidence: evidenceOf(score, accounts),
    findings,
    accounts,
    ...(second === undefined ? {} : { otherwise: second.language }),
  };
  return { ...verdict, summary: summaryOf(verdict) };
}

/** What stopped a frame stops nothing when others came through. */
function weighed(finding: CountedFinding, score: Score): CountedFinding {
  const damage = finding.fault === "wiring" || finding.fault === "protocol" ||
    finding.fault === "line settings" ||
    finding.fault === "account";
  return damage && finding.weight === "stop" && score.frames > 0 ? { ...finding, weight: "warn" } : finding;
}

function settingsOf(score: Score, { ackStyle }: Circumstances): Record<string, string | number> {
  const settings: Record<string, string | number> = { ...score.settings };
  if (settings["form"] === "digits") delete settings["form"];
  if (score.quirk !== undefined) settings["quirk"] = score.quirk;
  if (ackStyle !== undefined && ackStyle !== "40") settings["ack_style"] = ackStyle;
  return settings;
}

function evidenceOf(score: Score, accounts: readonly string[]): string[] {
  const out: string[] = [];
  if (score.frames > 0) {
    const kinds = [...score.kinds].filter(([name]) => !name.startsWith("level ")).slice(0, 4);
    const parts = kinds.map(([name, count]) => `${count} × ${name}`).join(", ");
    out.push(`${score.frames} read${parts === "" ? "" : `: ${parts}`}`);
  }
  if (score.refused > 0) out.push(`${score.refused} refused`);
  if (!score.sealed) out.push(`${score.heard - score.unexplained} of ${score.heard} octets explained`);
  if (accounts.length > 0) out.push(`account ${accounts.slice(0, 5).join(", ")}`);
  const level = ["level III", "level II", "level I"].find((name) => score.kinds.has(name));
  if (level !== undefined) out.push(`SIA ${level}`);
  if (score.quirk !== undefined) {
    out.push(`begins as quirk profile ${score.quirk}, which the gateway finds by itself`);
  }
  return out;
}

function summaryOf({ language, certainty, findings, accounts, readable }: Verdict): string {
  const name = language === undefined ? "unknown" : LANGUAGE_NAMES[language];
  const account = accounts[0] === undefined ? "" : `, account ${accounts[0]}`;
  const first = findings.find(({ weight }) => weight !== "note");
  const wrong = first === undefined
    ? (readable ? ", nothing wrong" : ", too little heard to say more")
    : `, ${first.what}`;
  return `${name} (${certainty})${account}${wrong}`;
}

/** The first with the highest value. */
function top(scores: readonly Score[], value: (score: Score) => number): Score | undefined {
  let best: Score | undefined;
  for (const score of scores) if (best === undefined || value(score) > value(best)) best = score;
  return best;
}
