/**
 * Which result codes may stand in which response.
 *
 * For a sender, and for tools that judge a peer. A receiver never refuses a response for its code: one that
 * is not listed is kept by name and counted.
 *
 * @module
 */
import type { ResponseName, Result, Ts50136Profile } from "./profile.ts";

/**
 * Whether a result code fits a response: it stands in the table of that response or among the general ones
 * (`responseResults`, `generalResults`). Only the table of PATH_SUPERVISION_RESP is known (confidence A); the
 * others are chosen.
 *
 * @param profile The profile.
 * @param response Name of the response.
 * @param result The code; one without a name in the profile fits nothing.
 * @returns True when it fits.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { reconstructed2020 as profile } from "./profile.ts";
 * import { resultFits } from "./result_tables.ts";
 *
 * assert(resultFits(profile, "PATH_SUPERVISION_RESP", "RESP_POLL_TOO_SLOW"));
 * assert(!resultFits(profile, "EVENT_RESP", "RESP_POLL_TOO_SLOW"));
 * assert(resultFits(profile, "EVENT_RESP", "RESP_REESTABLISH_CONNECTION"));
 * ```
 */
export function resultFits(profile: Ts50136Profile, response: ResponseName, result: Result): boolean {
  const listed: readonly Result[] = profile.responseResults[response].results;
  const general: readonly Result[] = profile.generalResults.results;
  return listed.includes(result) || general.includes(result);
}
