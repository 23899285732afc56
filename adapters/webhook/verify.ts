/**
 * Verifies a webhook: for those who receive Tocsin's alarms in a program of their own.
 *
 * @module
 */
import { equal } from "../../src/ip/constant_time.ts";
import type { SecretKey } from "../../src/keys/secret_key.ts";
import { webhookMac } from "./signature.ts";

/** What arrived, and what it is held against. */
export interface WebhookToVerify {
  /** The request's headers. */
  headers: { get(name: string): string | null };
  /** The octets of the body as they came, before JSON is read. */
  body: Uint8Array;
  /** The secrets that are valid, at least one. */
  keys: readonly SecretKey[];
  /** The time, ms since the epoch. */
  now: number;
  /** How far the sender's clock may be off, and how old a repeat of a stranger may be, in ms. @default {300000} */
  toleranceMs?: number;
}

/** A webhook is genuine, or why not. */
export type WebhookVerified = {
  ok: true;
  /** The alarm's identity: one that was stored before is answered with 2xx, and dropped. */
  id: string;
  /** When it was sent, ms since the epoch. */
  sentAt: number;
} | {
  ok: false;
  /** `missing-header`, `bad-timestamp`, `too-old`, `too-new`, `wrong-signature`. */
  rule: string;
  /** For the one who looks for the fault. */
  message: string;
};

/** Signatures looked at; more are no use to an honest sender. */
const MOST_SIGNATURES = 16;

/**
 * Verifies a webhook in a time that does not tell where a signature differs. Answer a refused one with 401.
 *
 * @param given What arrived.
 * @returns Whether it is genuine. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { SecretKey } from "../../src/keys/secret_key.ts";
 * import { signWebhook } from "./signature.ts";
 * import { verifyWebhook } from "./verify.ts";
 *
 * const keys = [new SecretKey(new Uint8Array(32).fill(7))];
 * const body = new TextEncoder().encode("{}");
 * const headers = new Headers(signWebhook({ id: "01JD", timestamp: 1_800_000_000, body }, keys));
 * const verified = verifyWebhook({ headers, body, keys, now: 1_800_000_010_000 });
 * assert(verified.ok);
 * assertEquals(verified.id, "01JD");
 * const late = verifyWebhook({ headers, body, keys, now: 1_800_000_400_000 });
 * assertEquals(!late.ok && late.rule, "too-old");
 * ```
 */
export function verifyWebhook(given: WebhookToVerify): WebhookVerified {
  const { headers, body, keys, now, toleranceMs = 300_000 } = given;
  const id = headers.get("webhook-id") ?? "";
  const time = headers.get("webhook-timestamp") ?? "";
  const signatures = headers.get("webhook-signature") ?? "";
  for (
    const [name, value] of Object.entries({
      "webhook-id": id,
      "webhook-timestamp": time,
      "webhook-signature": signatures,
    })
  ) {
    if (value === "") {
      return refuse("missing-header", `Header ${name} is missing; check what stands between.`);
    }
  }
  if (!/^\d{1,12}$/.test(time)) {
    return refuse("bad-timestamp", "Header webhook-timestamp is not a number of seconds since 1970.");
  }
  const timestamp = Number(time);
  const age = now - timestamp * 1000;
  const off = `${Math.round(Math.abs(age) / 1000)} s off; up to ${
    Math.round(toleranceMs / 1000)
  } s are allowed`;
  if (age > toleranceMs) {
    return refuse(
      "too-old",
      `The webhook is ${off}. It was held back on the way, or one of the clocks is wrong.`,
    );
  }
  if (age < -toleranceMs) {
    return refuse("too-new", `The webhook is of the future, ${off}. One of the clocks is wrong.`);
  }
  let genuine = false;
  for (const one of signatures.split(" ", MOST_SIGNATURES)) {
    const mac = octetsOf(one);
    if (mac === undefined) continue;
    for (const key of keys) {
      if (equal(webhookMac({ id, timestamp, body }, key), mac)) genuine = true;
    }
  }
  if (genuine) return { ok: true, id, sentAt: timestamp * 1000 };
  return refuse(
    "wrong-signature",
    "No signature fits. Check that both sides have the same secret, and that the body is verified as it came, before " +
      "anything reads or changes it.",
  );
}

function octetsOf(signature: string): Uint8Array | undefined {
  if (!/^v1,[A-Za-z0-9+/]{43}=$/.test(signature)) return undefined;
  try {
    return Uint8Array.fromBase64(signature.slice(3));
  } catch {
    return undefined;
  }
}

function refuse(rule: string, message: string): WebhookVerified {
  return { ok: false, rule, message };
}
