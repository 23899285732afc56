/**
 * The kinds of DC-07 outputs, as data.
 *
 * @module
 */

/** What differs between them. Times are in ms. */
export interface Dc07Profile {
  /** Name in configs. */
  readonly name: string;
  /** How long to wait for an answer. */
  readonly waitMs: number;
  /** How often a frame is sent when nothing comes back, before the AE counts as absent. */
  readonly tries: number;
  /** Negative answers to one frame until it is skipped. */
  readonly nakLimit: number;
  /** Idle time before a link test; 0 where there is none. */
  readonly heartbeatMs: number;
  /** Whether one frame may hold several events. */
  readonly multiEvent: boolean;
}

/** Names of the profiles. */
export type Dc07ProfileName = keyof typeof dc07Profiles;

/**
 * The profiles: `dc07` as the standard has it, `bosch-sia` as the D6500, D6600 and D6100 do it in SIA mode: one event a frame,
 * no link test.
 *
 * Source: receiver-outputs.md §4.1 (4 s, several events, null messages, and that Bosch has none of these: A) and §9
 * (3 negative answers, A). The four tries and the 30 s of the link test are ours (C): no figure was found.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc07Profiles } from "./profiles.ts";
 *
 * assertEquals(dc07Profiles["bosch-sia"].heartbeatMs, 0);
 * assertEquals(dc07Profiles["dc07"].nakLimit, 3);
 * ```
 */
export const dc07Profiles = {
  "dc07": {
    name: "dc07",
    waitMs: 4000,
    tries: 4,
    nakLimit: 3,
    heartbeatMs: 30_000,
    multiEvent: true,
  },
  "bosch-sia": {
    name: "bosch-sia",
    waitMs: 4000,
    tries: 4,
    nakLimit: 3,
    heartbeatMs: 0,
    multiEvent: false,
  },
} as const satisfies Record<string, Dc07Profile>;
