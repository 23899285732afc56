/**
 * Finds the speed and the frame of a serial line.
 *
 * @module
 */
import type { LineErrors } from "../serial/line_errors.ts";
import type { Parity } from "../serial/line_settings.ts";
import type { Certainty } from "./verdict.ts";

/** Speed and frame. */
export interface LineTry {
  /** Bits per second. */
  baud: number;
  /** Data bits. */
  dataBits: 7 | 8;
  /** Parity. */
  parity: Parity;
}

/** What came of one try. */
export interface LineTrial extends LineTry {
  /** Octets heard. */
  octets: number;
  /** What the kernel counted; undefined when the driver does not count. */
  errors: LineErrors | undefined;
  /** How sure a language was. */
  certainty: Certainty;
  /** Its bits of evidence. */
  points: number;
  /** The parity that was seen in the eighth bit of every octet: even, odd, always set. */
  eighthBit?: "E" | "O" | "M";
  /** The device does not take these settings. */
  refused?: boolean;
}

/** Speeds, the usual ones of panels first: panel-formats.md §1.6, vds2465.md §5; the order is ours. */
const SPEEDS: readonly number[] = [9600, 115200, 19200, 38400, 57600, 4800, 2400, 1200, 300, 600, 110, 31250];
/** Frames, likewise. */
const FRAMES: readonly (readonly [7 | 8, Parity])[] = [[8, "N"], [7, "E"], [8, "E"], [7, "O"], [8, "O"], [
  7,
  "N",
]];
/** Octets after which a setting may be given up. */
export const ENOUGH_OCTETS = 24;
/** Framing errors in more than this share: another speed. */
const WRONG_SPEED = 0.1;

/**
 * Says what to try next.
 *
 * A language that is at least probable ends the search. Many framing errors rule out the speed with all its frames; octets
 * that all carry a parity in the eighth bit name the frame. Otherwise all speeds go by with 8N1, then the other frames.
 *
 * @param trials What was tried, in order.
 * @param fixed Speed or frame that is known.
 * @returns The next try; undefined when a language was found or everything was tried.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nextTry } from "./line_search.ts";
 *
 * assertEquals(nextTry([]), { baud: 9600, dataBits: 8, parity: "N" });
 * const seen = { octets: 40, errors: undefined, certainty: "none", points: 0, eighthBit: "E" } as const;
 * assertEquals(nextTry([{ baud: 9600, dataBits: 8, parity: "N", ...seen }]), { baud: 9600, dataBits: 7, parity: "E" });
 * ```
 */
export function nextTry(trials: readonly LineTrial[], fixed: Partial<LineTry> = {}): LineTry | undefined {
  if (trials.some(isFound)) return undefined;
  const tried = new Set(trials.map(keyOf));
  const fits = (each: LineTry) =>
    !tried.has(keyOf(each)) && (fixed.baud ?? each.baud) === each.baud &&
    (fixed.dataBits ?? each.dataBits) === each.dataBits && (fixed.parity ?? each.parity) === each.parity;
  const last = trials.at(-1);
  if (last?.eighthBit !== undefined && last.dataBits === 8 && last.parity === "N") {
    const hint: LineTry = { baud: last.baud, dataBits: 7, parity: last.eighthBit };
    if (fits(hint)) return hint;
  }
  // A wrong parity and nothing else: the speed is right, and the frame is next.
  if (last !== undefined && isParity(last)) {
    const frame = framesOf(last.baud, fixed).find(fits);
    if (frame !== undefined) return frame;
  }
  const wrong = new Set(trials.filter(isWrongSpeed).map(({ baud }) => baud));
  const speeds = fixed.baud === undefined ? SPEEDS : [fixed.baud];
  const frames = fixed.dataBits === undefined ? FRAMES : [[fixed.dataBits, fixed.parity ?? "N"] as const];
  for (const [dataBits, parity] of frames) {
    for (const baud of speeds) {
      const each = { baud, dataBits, parity };
      if (!wrong.has(baud) && fits(each)) return each;
    }
  }
  return undefined;
}

/**
 * Says which try was the best: the surest language, then the fewest errors.
 *
 * @param trials What was tried.
 * @returns The best one; undefined when nothing was heard in any.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bestTrial } from "./line_search.ts";
 *
 * const base = { dataBits: 8, parity: "N", errors: undefined, octets: 30 } as const;
 * const best = bestTrial([
 *   { ...base, baud: 9600, certainty: "none", points: 0 },
 *   { ...base, baud: 1200, certainty: "sure", points: 40 },
 * ]);
 * assertEquals(best?.baud, 1200);
 * ```
 */
export function bestTrial(trials: readonly LineTrial[]): LineTrial | undefined {
  return trials.filter(({ octets }) => octets > 0).sort((a, b) => {
    const points = Math.max(0, b.points) - Math.max(0, a.points);
    return points !== 0 ? points : errorShare(a) - errorShare(b);
  })[0];
}

/**
 * Says whether a try has shown enough to go on to the next.
 *
 * @param trial What came of it so far.
 * @returns True when its octets are enough and make no sense, or carry errors only.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isHopeless } from "./line_search.ts";
 *
 * const base = { baud: 9600, dataBits: 8, parity: "N", errors: undefined, points: 0 } as const;
 * assert(isHopeless({ ...base, octets: 40, certainty: "none" }));
 * assert(!isHopeless({ ...base, octets: 3, certainty: "none" }));
 * assert(!isHopeless({ ...base, octets: 40, certainty: "probable" }));
 * ```
 */
export function isHopeless(trial: LineTrial): boolean {
  if (isFound(trial)) return false;
  return trial.octets >= ENOUGH_OCTETS || (trial.octets >= 6 && errorShare(trial) > 0.5);
}

function isFound({ certainty }: LineTrial): boolean {
  return certainty === "sure" || certainty === "probable";
}

function isWrongSpeed({ errors, octets }: LineTrial): boolean {
  return errors !== undefined && octets > 0 && errors.framing > octets * WRONG_SPEED;
}

function isParity({ errors, octets, parity }: LineTrial): boolean {
  return errors !== undefined && parity !== "N" && errors.parity > octets * WRONG_SPEED &&
    errors.framing <= octets * WRONG_SPEED;
}

function errorShare({ errors, octets }: LineTrial): number {
  return errors === undefined || octets === 0 ? 0 : (errors.framing + errors.parity + errors.breaks) / octets;
}

function framesOf(baud: number, fixed: Partial<LineTry>): LineTry[] {
  return FRAMES.map(([dataBits, parity]) => ({ baud, dataBits, parity, ...fixed }));
}

function keyOf({ baud, dataBits, parity }: LineTry): string {
  return `${baud} ${dataBits}${parity}`;
}
