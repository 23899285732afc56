/**
 * One path of a site, as its supervision keeps it.
 *
 * @module
 */
import type { Sink } from "./supervision_effect.ts";

/** One of the paths of a site. */
export interface SitePath {
  /** Unique among the site's paths. */
  readonly name: string;
  /** The receiver at its other end, where there is more than one. */
  readonly rct?: string;
}

/** `unknown` until the path was proven for the first time since the start, or should have been. */
export type PathStatus = "unknown" | "proven" | "failed";

/** Bits of who was told of a fault: the provider of the service always, the AE and the alarm system by the rules. */
export const TOLD_ATSP = 1;
/** See {@link TOLD_ATSP}. */
export const TOLD_AE = 2;
/** See {@link TOLD_ATSP}. */
export const TOLD_AS = 4;

const BITS: readonly (readonly [Sink, number])[] = [["atsp", TOLD_ATSP], ["ae", TOLD_AE], ["as", TOLD_AS]];

// Shared by all events, so that an event costs no list of its own.
const SINKS = Array.from(
  { length: 8 },
  (_, told): readonly Sink[] => Object.freeze(BITS.filter(([, bit]) => told & bit).map(([sink]) => sink)),
);

/**
 * The names that bits stand for.
 *
 * @param told {@link TOLD_ATSP}, {@link TOLD_AE}, {@link TOLD_AS}, added.
 * @returns The names; the same list each time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sinksOf, TOLD_AS, TOLD_ATSP } from "./path_state.ts";
 *
 * assertEquals(sinksOf(TOLD_AS | TOLD_ATSP), ["atsp", "as"]);
 * ```
 */
export function sinksOf(told: number): readonly Sink[] {
  return SINKS[told & 7]!;
}

/**
 * The bits that names stand for.
 *
 * @param sinks The names, in any order.
 * @returns The bits, added.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TOLD_AE, TOLD_AS, toldOf } from "./path_state.ts";
 *
 * assertEquals(toldOf(["as", "ae"]), TOLD_AE | TOLD_AS);
 * ```
 */
export function toldOf(sinks: readonly Sink[]): number {
  return BITS.reduce((told, [sink, bit]) => sinks.includes(sink) ? told | bit : told, 0);
}

/**
 * What is known of a path. Times in ms of the steady clock.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PathState } from "./path_state.ts";
 *
 * const { status, anchor, failedAt } = new PathState({ name: "line" }, 5000);
 * assertEquals([status, anchor, failedAt], ["unknown", 5000, Infinity]);
 * ```
 */
export class PathState {
  /** Which path. */
  path: SitePath;
  /** How it stands. */
  status: PathStatus = "unknown";
  /** The last proof; before the first one, since when it is waited for. */
  anchor: number;
  /** Whether there was ever a proof. */
  heard = false;
  /** Nothing is due before this: the start, a change of the configuration, the end of the loss of all paths. */
  notBefore: number;
  /** When the fault was declared; Infinity: there is none. */
  failedAt: number = Infinity;
  /** Its place when the fault was declared, from 1. */
  number = 0;
  /** Who was told of the fault, as bits. */
  told = 0;
  /** Proofs in a row since the fault. */
  proofs = 0;
  /** The SPT says that the interface is down. */
  interfaceDown = false;

  /** Nothing was heard yet. */
  constructor(path: SitePath, now: number) {
    this.path = path;
    this.anchor = this.notBefore = now;
  }
}
