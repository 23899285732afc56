/**
 * The signature of a webhook, by the "Standard Webhooks" convention.
 *
 * @module
 */
import type { SecretKey } from "../../src/keys/secret_key.ts";
import { hmacSha256 } from "./hmac_sha256.ts";

/** What is signed. */
export interface WebhookContent {
  /** Header `webhook-id`: the alarm's identity. */
  id: string;
  /** Header `webhook-timestamp`: time of this attempt, whole seconds since 1970. */
  timestamp: number;
  /** The octets of the body as they are sent. */
  body: Uint8Array;
}

/**
 * The HMAC-SHA-256 of `id.timestamp.body`.
 *
 * @param content What is signed.
 * @param key The shared secret.
 * @returns 32 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readWebhookSecret } from "./secret.ts";
 * import { webhookMac } from "./signature.ts";
 *
 * // The example of the convention's own text.
 * const read = readWebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
 * const body = new TextEncoder().encode('{"test": 2432232314}');
 * const content = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1614265330, body };
 * assertEquals(read.ok && webhookMac(content, read.key).toBase64(), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
 * ```
 */
export function webhookMac({ id, timestamp, body }: WebhookContent, key: SecretKey): Uint8Array {
  return hmacSha256(key.octets(), new TextEncoder().encode(`${id}.${timestamp}.`), body);
}

/**
 * The headers of a webhook. With several keys it is signed with each: so a receiver can change its key at any time while
 * old and new one are both in the configuration.
 *
 * @param content What is signed.
 * @param keys The shared secrets, at least one.
 * @returns `webhook-id`, `webhook-timestamp`, `webhook-signature` (`v1,` and base64, with blanks between several).
 *
 * @example
 * ```ts
 * import { assertMatch } from "@std/assert";
 * import { SecretKey } from "../../src/keys/secret_key.ts";
 * import { signWebhook } from "./signature.ts";
 *
 * const headers = signWebhook({ id: "a", timestamp: 0, body: new Uint8Array() }, [new SecretKey(new Uint8Array(32))]);
 * assertMatch(headers["webhook-signature"], /^v1,[A-Za-z0-9+/]{43}=$/);
 * ```
 */
export function signWebhook(
  content: WebhookContent,
  keys: readonly SecretKey[],
): Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string> {
  return {
    "webhook-id": content.id,
    "webhook-timestamp": String(content.timestamp),
    "webhook-signature": keys.map((key) => `v1,${webhookMac(content, key).toBase64()}`).join(" "),
  };
}
