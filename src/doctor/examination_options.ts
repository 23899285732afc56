/**
 * What an examination may know beforehand.
 *
 * @module
 */
import type { Dc09Key } from "../../adapters/dc09/mod.ts";
import type { VdsKeyOptions } from "../../adapters/vds2465/mod.ts";

/** Keys to try. They are never part of what comes out. */
export interface DoctorKeys {
  /** For SIA DC-09: the account, `*` for every account, and the keys that the text can stand for. */
  readonly dc09: readonly { account: string; keys: readonly Dc09Key[] }[];
  /** For VdS 2465 over TCP, by key number. */
  readonly vds: VdsKeyOptions;
}

/** What an examination may know beforehand. */
export interface ExaminationOptions {
  /** Keys to try; none when absent. */
  keys?: DoctorKeys;
  /** How far local time is ahead of UTC, ms: panels send local time in SIA and VdS 2465. @default {0} */
  utcOffsetMs?: number;
}

/** No keys. */
export const NO_KEYS: DoctorKeys = { dc09: [], vds: {} };
