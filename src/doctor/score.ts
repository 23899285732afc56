/**
 * How well one language explains what was heard.
 *
 * @module
 */
import type { CountedFinding, Finding } from "./finding.ts";

/** The input languages, as configurations name them. */
export type InputLanguage =
  | "dc09"
  | "sia"
  | "texecom"
  | "vds2465-serial"
  | "vds2465-tcp"
  | "contact-id"
  | "scancom";

/** What each octet that a language cannot explain costs, in bits. */
const COST = 0.25;
/** From so many bits on, a damaged frame speaks for the language, and its octets not against it. */
const CLEARLY_MEANT = 10;
/** Accounts, findings and kinds that are kept by name; more are counted only. */
const MOST_NAMES = 32;

/**
 * Keeps score for one language over all streams of an examination.
 *
 * Evidence is counted in bits: what is read by chance once in 1000 times is worth 10. Every octet that stays unread takes a
 * quarter of a bit away, so that chance does not add up in long noise. How many bits a frame is worth is ours, and on the
 * careful side.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Score } from "./score.ts";
 *
 * const score = new Score("sia");
 * score.hear(new Uint8Array(20));
 * score.frame(12, 30);
 * assertEquals([score.frames, score.points], [1, 28]);
 * ```
 */
export class Score {
  /** The language. */
  readonly language: InputLanguage;
  /** Settings of the input that this way of reading needs, as `[[input]]` spells them. */
  readonly settings: Record<string, string | number>;
  /** Frames read. */
  frames = 0;
  /** Frames refused. */
  refused = 0;
  /** Events in the frames. */
  events = 0;
  /** Bits of evidence. */
  bits = 0;
  /** Bits of evidence from frames that were not quite right: a good head and a wrong checksum. */
  nearBits = 0;
  /** Octets heard. */
  heard = 0;
  /** Octets that are in frames. */
  explained = 0;
  /** Octets held back because a frame is not complete. */
  pending = 0;
  /** The same frame again and again, after it had been acknowledged by this program. */
  repeatsAfterAnswer = 0;
  /** The same frame again and again, without an answer. */
  repeats = 0;
  /** Name of the quirk that the beginning shows. */
  quirk: string | undefined;
  /** What comes is encrypted: octets that are not understood say nothing. */
  sealed = false;
  /** Accounts, and how often each was seen. */
  readonly accounts = new Map<string, number>();
  /** Kinds of frames, and how often each was seen. */
  readonly kinds = new Map<string, number>();
  readonly #findings = new Map<string, CountedFinding>();
  readonly #lines: boolean;
  #blanks = 0;
  #damaged = 0;

  /**
   * Starts at nothing.
   *
   * @param language The language.
   * @param settings Settings that this way of reading needs.
   * @param lines The language is written in lines: line ends between frames need no explanation.
   */
  constructor(language: InputLanguage, settings: Record<string, string | number> = {}, lines = false) {
    this.language = language;
    this.settings = { ...settings };
    this.#lines = lines;
  }

  /** Octets came. */
  hear(bytes: Uint8Array): void {
    this.heard += bytes.length;
    if (!this.#lines) return;
    for (const octet of bytes) if (octet === 0x0d || octet === 0x0a || octet === 0x14) this.#blanks++;
  }

  /** A frame of so many octets was read that chance would make once in 2 to the power of `bits` times. */
  frame(octets: number, bits: number): void {
    this.frames++;
    this.explained += octets;
    this.bits += bits;
  }

  /** A frame was refused, with so many bits of evidence that so many octets were meant to be one. */
  refuse(nearBits = 0, octets = 0): void {
    this.refused++;
    this.nearBits += nearBits;
    if (nearBits >= CLEARLY_MEANT) this.#damaged += octets;
  }

  /** An account was seen. */
  account(name: string): void {
    count(this.accounts, name);
  }

  /** A kind of frame was seen. */
  kind(name: string): void {
    count(this.kinds, name);
  }

  /** Something was noticed; the same again only counts. */
  find(finding: Finding): void {
    const known = this.#findings.get(finding.rule);
    if (known !== undefined) known.count++;
    else if (this.#findings.size < MOST_NAMES) this.#findings.set(finding.rule, { ...finding, count: 1 });
  }

  /** What was noticed. */
  get findings(): CountedFinding[] {
    return [...this.#findings.values()];
  }

  /** Octets that are in no frame and not on the way to one. */
  get unexplained(): number {
    if (this.sealed) return 0;
    return Math.max(0, this.heard - this.explained - this.pending - this.#blanks);
  }

  /** Bits for, less bits against. */
  get points(): number {
    return this.bits - COST * Math.max(0, this.unexplained - this.#damaged);
  }
}

function count(names: Map<string, number>, name: string): void {
  const known = names.get(name);
  if (known !== undefined) names.set(name, known + 1);
  else if (names.size < MOST_NAMES) names.set(name, 1);
}
