/**
 * The address of a webhook.
 *
 * @module
 */

/** A usable address, or what is wrong with it. The message holds no path: that is a secret with many receivers. */
export type WebhookUrlResult = { ok: true; url: URL } | {
  ok: false;
  /** `bad-url`. */
  rule: string;
  /** For the one who wrote the configuration. */
  message: string;
};

/**
 * Checks an address: `https:`, or `http:` on this machine only, as alarms say which houses are empty.
 *
 * @param text The address.
 * @param allowHttp Whether `http:` is taken for other machines too: in a network of one's own. @default {false}
 * @returns The address; or rule `bad-url`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readWebhookUrl } from "./url.ts";
 *
 * assert(readWebhookUrl("https://arc.example/alarms").ok);
 * assert(readWebhookUrl("http://127.0.0.1:8080/alarms").ok);
 * assertEquals(readWebhookUrl("http://arc.example/alarms").ok, false);
 * ```
 */
export function readWebhookUrl(text: string, allowHttp = false): WebhookUrlResult {
  const url = URL.parse(text);
  if (url === null) return refuse("This is no URL; expected for example https://arc.example/alarms.");
  const { protocol, hostname } = url;
  if (protocol !== "https:" && protocol !== "http:") {
    return refuse(`A webhook URL starts with https://, this one with ${protocol}//.`);
  }
  if (url.username !== "" || url.password !== "") {
    return refuse("Name and password do not belong into a webhook URL: webhooks are signed instead.");
  }
  const here = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
  if (protocol === "http:" && !here && !allowHttp) {
    return refuse(
      `http://${url.host} would carry alarms in clear. Use https://, or allow http for this output.`,
    );
  }
  return { ok: true, url };
}

function refuse(message: string): WebhookUrlResult {
  return { ok: false, rule: "bad-url", message };
}
