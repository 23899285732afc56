/**
 * Why a commissioning failed, in words for the technician at the site.
 *
 * @module
 */
import type { Result } from "../ip/profile.ts";
import type { CommissioningStep, CommissioningWay } from "./commissioning_way.ts";

/** What a step without an answer means. */
export interface Unanswered {
  /** The step. */
  step: CommissioningStep;
  /** The way taken. */
  kind: CommissioningWay["kind"];
  /** Transmissions without an answer. */
  transmissions: number;
  /** Whether an authentic message came whose sender is not who the RCT said to be. */
  otherRct: boolean;
}

/**
 * Says why nobody may have answered, and what to do.
 *
 * @param unanswered What was asked in vain.
 * @returns One line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { whyNoAnswer } from "./commissioning_reasons.ts";
 *
 * assertEquals(
 *   whyNoAnswer({ step: "VERSION_REQ", kind: "secret", transmissions: 4, otherRct: false }),
 *   "no answer after 4 transmissions: is the window open at the receiving centre, are address and port right?",
 * );
 * ```
 */
export function whyNoAnswer({ step, kind, transmissions, otherRct }: Unanswered): string {
  const none = `no answer after ${transmissions} transmissions`;
  switch (step) {
    case "VERSION_REQ":
      return kind === "secret"
        ? `${none}: is the window open at the receiving centre, are address and port right?`
        : `${none}: is the window for this device open at the receiving centre?`;
    case "ENCRYPT_SELECT_REQ":
      if (kind === "dtls") break;
      return otherRct
        ? `${none} from the receiving centre that was named before the encryption began: somebody on the line ` +
          "interferes; try again, over another line if it happens again"
        : `${none}: the secret is probably not the one of this device; compare it with the print, or ask the ` +
          "receiving centre for a new one";
    case "HASH_SELECT_REQ":
      if (kind === "dtls") break;
      return `${none} to the last step: the receiving centre may have used the secret up; ask it for a new one and ` +
        "try again";
    case "DTLS_COMPLETE_REQ":
      return `${none} to the last step: the receiving centre may have used the window up; ask it to open a new one ` +
        "and try again";
  }
  return `${none}: the line is bad or the window was closed meanwhile; try again`;
}

/** What a refusal means and what to do. */
const REFUSALS: Partial<Record<Result, string>> = {
  RESP_CMD_NOT_SUPPORTED: "it does not know this step; is it set to the same edition?",
  RESP_PROCESS_ERROR: "it could not store the keys; try again, or ask the receiving centre",
  RESP_PROTOCOL_VERSION_NOT_SUPPORTED: "it speaks another version of the protocol",
  RESP_ENCRYPTION_NOT_SUPPORTED: "it allows none of the ciphers that were offered",
  RESP_HASH_NOT_SUPPORTED: "it allows none of the hashes that were offered",
  RESP_DEVICE_NOT_ALLOWED:
    "it does not expect this device; compare the device ID with the receiving centre's list",
};

/**
 * Says what a refusal means.
 *
 * @param result The result code.
 * @returns One line, with the code by name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { whyRefused } from "./commissioning_reasons.ts";
 *
 * assertEquals(
 *   whyRefused("RESP_HASH_NOT_SUPPORTED"),
 *   "the receiving centre refuses with RESP_HASH_NOT_SUPPORTED: it allows none of the hashes that were offered",
 * );
 * assertEquals(whyRefused("RESP_0x7b"), "the receiving centre refuses with RESP_0x7b");
 * ```
 */
export function whyRefused(result: Result): string {
  const text = REFUSALS[result];
  return `the receiving centre refuses with ${result}${text === undefined ? "" : `: ${text}`}`;
}
