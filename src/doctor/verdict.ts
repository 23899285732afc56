/**
 * What the doctor says in the end.
 *
 * @module
 */
import type { LineErrors } from "../serial/line_errors.ts";
import type { CountedFinding, Fault } from "./finding.ts";
import type { InputLanguage } from "./score.ts";

/** How sure it is, in words. */
export type Certainty = "sure" | "probable" | "a guess" | "none";

/** Where was listened. */
export type Source =
  | { kind: "tcp" | "udp"; hostname: string; port: number }
  | { kind: "connect"; hostname: string; port: number }
  | { kind: "serial"; device: string; baud?: number; frame?: string }
  | {
    kind: "capture";
    name: string;
    /** How and to which port it was sent, where the capture tells. */
    transport?: "tcp" | "udp";
    port?: number;
  };

/** What is known beside the octets. */
export interface Circumstances {
  /** Where was listened. */
  source: Source;
  /** What the kernel counted of a serial line's trouble; undefined when its driver does not count. */
  lineErrors?: LineErrors;
  /** Connections that came up. */
  connections?: number;
  /** What the panel says is acknowledged here. */
  answering?: boolean;
  /** Alarms that were acknowledged here, in words; the first ones. */
  acknowledged?: readonly string[];
  /** How many these were in all. */
  acknowledgedCount?: number;
  /** The form of SIA acknowledgements that the panel understood. */
  ackStyle?: string;
  /** What the input is set to, as the user says. */
  expected?: InputLanguage;
  /** Line settings that were tried, in order. */
  tried?: readonly string[];
}

/** What was heard, how sure that is, what is wrong, and what to do. */
export interface Verdict {
  /** Where was listened. */
  source: Source;
  /** Octets heard. */
  octets: number;
  /** The language; undefined when none was recognised. */
  language?: InputLanguage;
  /** Settings of the input that the language needs, as `[[input]]` spells them. */
  settings: Record<string, string | number>;
  /** How sure the language is. */
  certainty: Certainty;
  /** A gateway can read it as it comes. */
  readable: boolean;
  /** Where the fault is: the one to look at first. */
  fault: Fault;
  /** The whole in one sentence. */
  summary: string;
  /** Why the language is taken to be the one. */
  evidence: string[];
  /** What was noticed, in the order in which it is to be worked off. */
  findings: CountedFinding[];
  /** Accounts seen, the most frequent first. */
  accounts: string[];
  /** Another language that fits nearly as well. */
  otherwise?: InputLanguage;
  /** Line settings that were tried, in order; empty where there was nothing to try. */
  tried: string[];
  /** Alarms that were acknowledged here and went nowhere. */
  acknowledged: string[];
  /** How many these were in all. */
  acknowledgedCount: number;
}
