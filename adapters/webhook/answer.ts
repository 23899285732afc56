/**
 * What a receiver's answer to a webhook means.
 *
 * @module
 */

/** What came of a POST. */
export type WebhookAnswer =
  /** An answer of HTTP. */
  | {
    kind: "status";
    /** The status. */
    status: number;
    /** Header `retry-after`, as it came. */
    retryAfter?: string;
    /** Header `location` of a redirection. */
    location?: string;
    /** The beginning of the body, as text; may be empty. */
    text: string;
  }
  /** No answer of HTTP: nobody there, no time left, no trust in the certificate. */
  | {
    kind: "failed";
    /** `timeout`, `unreachable`, `tls`, `bad-answer`. */
    rule: string;
    /** For the technician. */
    message: string;
  };

/** What is to be done. */
export type WebhookVerdict =
  /** The receiver has the alarm. */
  | { kind: "delivered" }
  /** It will not have it, and a repeat would change nothing now. */
  | { kind: "refused"; rule: string; message: string }
  /**
   * Again later. `receiver` says whose fault it seems to be: the receiver as a whole is not able to answer, or
   * only this alarm may be what it stumbles over.
   */
  | { kind: "again"; rule: string; message: string; receiver: boolean; afterMs: number };

/** A gateway in front of the receiver, or the receiver itself, says that it cannot answer at present. */
const BUSY = new Set([408, 425, 429, 502, 503, 504]);

const ADVICE: Readonly<Record<number, string>> = {
  400: "It cannot read the body: compare it with the form it expects.",
  401: "Check that both sides have the same secret, and that both clocks are right.",
  403: "Check that both sides have the same secret, and that the receiver lets this address in.",
  404: "Check the path of the URL.",
  405: "The URL takes no POST: check its path.",
  410:
    "The receiver does not want webhooks at this URL any more: take it out of the configuration or renew it.",
  413: "The body is too large for the receiver: raise its limit.",
  415: "The receiver does not take application/json.",
};

/** Characters of an answer that are shown. */
const SHOWN = 200;

/**
 * Judges an answer: 2xx delivered; 408, 425, 429 and 5xx again; everything else refused, redirections too: they are never
 * followed, as they would carry alarms where nobody configured them to go.
 *
 * @param answer What came.
 * @param now The time, ms since the epoch, for a `retry-after` that is a date.
 * @returns The verdict. `afterMs` is 0 when the receiver did not say. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { judgeWebhook } from "./answer.ts";
 *
 * assertEquals(judgeWebhook({ kind: "status", status: 204, text: "" }, 0).kind, "delivered");
 * assertEquals(judgeWebhook({ kind: "status", status: 410, text: "" }, 0).kind, "refused");
 * const busy = judgeWebhook({ kind: "status", status: 429, retryAfter: "7", text: "" }, 0);
 * assertEquals(busy.kind === "again" && busy.afterMs, 7000);
 * ```
 */
export function judgeWebhook(answer: WebhookAnswer, now: number): WebhookVerdict {
  if (answer.kind === "failed") {
    return { kind: "again", rule: answer.rule, message: answer.message, receiver: true, afterMs: 0 };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  const said = printable(answer.text);
  const words = `The receiver answered ${status}` + (said === "" ? "." : `: ${said}`);
  const afterMs = retryAfter(answer.retryAfter, now);
  if (BUSY.has(status)) {
    const message = `${words} It cannot take alarms at present; they wait in the journal.`;
    return { kind: "again", rule: `status-${status}`, message, receiver: true, afterMs };
  }
  if (status >= 500) {
    const message = `${words} It failed on this alarm: look into its own log.`;
    return { kind: "again", rule: `status-${status}`, message, receiver: false, afterMs };
  }
  if (status >= 300 && status < 400) {
    const to = answer.location === undefined ? "" : ` to ${originOf(answer.location)}`;
    const message =
      `The receiver redirects with ${status}${to}. Redirections are not followed: configure the URL ` +
      "that the receiver is really at.";
    return { kind: "refused", rule: "redirected", message };
  }
  const message = `${words} ${ADVICE[status] ?? "Look into its documentation or its log for the reason."}`;
  return { kind: "refused", rule: `status-${status}`, message };
}

/** Seconds, or a date of HTTP. */
function retryAfter(value: string | undefined, now: number): number {
  if (value === undefined) return 0;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const at = /GMT$/.test(value.trim()) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}

/** Only the host: a path may hold a secret. */
function originOf(location: string): string {
  const url = URL.parse(location);
  return url === null ? "another path" : url.origin;
}

function printable(text: string): string {
  const line = text.replace(/[^\x20-\x7e\xa0-\uffff]+/g, " ").trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
