/**
 * What a panel's behaviour says, beside its single frames.
 *
 * @module
 */
import type { Finding } from "./finding.ts";
import { LANGUAGE_LINES } from "./language_lines.ts";
import { LANGUAGE_NAMES } from "./language_names.ts";
import type { Score } from "./score.ts";
import type { Circumstances, Source } from "./verdict.ts";

/** Languages in which a panel tells its alarm only when its first message was answered. */
const WAITS_FOR_ANSWER: ReadonlySet<string> = new Set(["sia", "vds2465-serial", "vds2465-tcp"]);
/** Repeats from here on are no accident. */
const MANY_REPEATS = 3;

/**
 * Makes findings of repeats, accounts that were never set, levels, a language that the input is not set to, and one that no
 * input takes over this kind of line.
 *
 * @param score The language's score.
 * @param circumstances Whether the panel was answered, and what the input is set to.
 * @returns Findings.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { behaviour } from "./behaviour.ts";
 * import { Score } from "./score.ts";
 *
 * const score = new Score("sia");
 * score.account("0000");
 * const source = { kind: "tcp", hostname: "0.0.0.0", port: 10002 } as const;
 * assertEquals(behaviour(score, { source }).map(({ rule }) => rule), ["account-zero"]);
 * ```
 */
export function behaviour(score: Score, circumstances: Circumstances): Finding[] {
  const { answering, ackStyle, expected, source } = circumstances;
  const out: Finding[] = wrongLine(score, source);
  if (expected !== undefined && expected !== score.language) {
    out.push({
      rule: "other-language",
      fault: "protocol",
      weight: "warn",
      what: `the panel speaks ${LANGUAGE_NAMES[score.language]}, and the input is set to ${
        LANGUAGE_NAMES[expected]
      }`,
      todo: `Set language = "${score.language}" in the input, as below`,
    });
  }
  const understoodLater = ackStyle !== undefined && ackStyle !== "40";
  if (understoodLater) {
    out.push({
      rule: "ack-style",
      fault: "protocol",
      weight: "warn",
      what:
        `the panel did not understand the usual acknowledgement (40 38 87) and repeated itself; ack_style "${ackStyle}" it took`,
      todo: `Set ack_style = "${ackStyle}" in the input, as below`,
    });
  } else if (ackStyle === undefined && score.repeatsAfterAnswer >= MANY_REPEATS) {
    out.push({
      rule: "ack-not-understood",
      fault: "protocol",
      weight: "stop",
      what:
        `the panel repeats the same message although it was acknowledged (${score.repeatsAfterAnswer} times)`,
      todo: score.language === "sia"
        ? "No form of the acknowledgement was taken. Check that the way back works: TX wire, or a firewall that lets only one " +
          "direction through"
        : "Check that the way back works: TX wire, a firewall, or a panel that waits for another receiver's answer",
    });
  }
  if (answering !== true && score.repeats >= MANY_REPEATS) {
    out.push({
      rule: "repeats-unanswered",
      fault: "nothing",
      weight: "note",
      what:
        "the panel repeats the same message: nobody answers it here. As it should be while this program only listens",
      todo: "Run again with --answer to hear what comes behind it",
    });
  } else if (answering !== true && source.kind !== "capture" && onlyItsFirstWords(score)) {
    out.push({
      rule: "first-words-only",
      fault: "nothing",
      weight: "note",
      what:
        "only the panel's first words were heard, and no alarm: it waits for an answer, and nobody answers here",
      todo: "That is enough to know the language. To hear the alarm too, run again with --answer",
    });
  }
  const zeros = [...score.accounts.keys()].filter((name) => /^0+$/.test(name));
  if (zeros.length > 0 && zeros.length === score.accounts.size) {
    out.push({
      rule: "account-zero",
      fault: "account",
      weight: "warn",
      what: `the account is ${zeros[0]}: as delivered, not set yet`,
      todo: "Set the account that the receiving centre gave for this site in the panel",
    });
  }
  if (score.language === "sia") out.push(...siaBehaviour(score));
  return out;
}

function onlyItsFirstWords(score: Score): boolean {
  return WAITS_FOR_ANSWER.has(score.language) && score.frames > 0 && score.events === 0 &&
    score.findings.every(({ weight }) => weight !== "stop");
}

/** A panel may well speak a language where no input of ours listens for it. */
function wrongLine({ language }: Score, source: Source): Finding[] {
  const lines = LANGUAGE_LINES[language];
  const here = source.kind === "connect" ? "tcp" : source.kind === "capture" ? source.transport : source.kind;
  if (here === undefined || lines.includes(here)) return [];
  const name = LANGUAGE_NAMES[language];
  return [{
    rule: "wrong-line",
    fault: "protocol",
    weight: "stop",
    what: here === "serial"
      ? `${name} on a serial line: the gateway takes it over a network only`
      : `${name} over UDP: the gateway takes it over ${
        lines.includes("serial") ? "TCP or a serial line" : "TCP"
      }`,
    todo: here === "serial"
      ? "Let the panel report it over its network port; or set its serial port to SIA, Contact ID, Scancom or VdS 2465"
      : "Set the panel's reporting to TCP, with the same address and port",
  }];
}

function siaBehaviour(score: Score): Finding[] {
  const out: Finding[] = [];
  const only = (...names: string[]) => [...score.kinds.keys()].every((name) => names.includes(name));
  if (
    only(
      "acknowledge block",
      "reject block",
      "acknowledge (alternative) block",
      "reject (alternative) block",
    )
  ) {
    if (score.kinds.size > 0) {
      out.push({
        rule: "only-answers",
        fault: "wiring",
        weight: "stop",
        what: "only acknowledgements are heard: this is the receiver's half of the talk",
        todo: "Swap RX and TX of the tap, or look for an echo of the line",
      });
    }
  }
  if (score.kinds.has("level III")) return out;
  if (score.kinds.has("level I") && !score.kinds.has("level II")) {
    out.push({
      rule: "level-1",
      fault: "nothing",
      weight: "note",
      what: "SIA level I: events come without area, user and text",
      todo: "Set the panel to SIA level II or III if the centre needs them",
    });
  }
  return out;
}
