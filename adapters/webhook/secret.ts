/**
 * The secret that sender and receiver of webhooks share.
 *
 * @module
 */
import { SecretKey } from "../../src/keys/secret_key.ts";

/** A read secret, or what is wrong with it. The message never holds the secret. */
export type WebhookSecretResult = { ok: true; key: SecretKey } | {
  ok: false;
  /** `bad-secret`. */
  rule: string;
  /** For the one who wrote the configuration. */
  message: string;
};

const PREFIX = "whsec_";
/** Octets of a secret (Standard Webhooks, "Signature scheme"). */
const SHORTEST = 24;
const LONGEST = 64;

/**
 * Reads a secret as "Standard Webhooks" writes it: `whsec_` and 24 to 64 octets in base64.
 *
 * @param text The secret.
 * @returns The key; or rule `bad-secret`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readWebhookSecret } from "./secret.ts";
 *
 * const read = readWebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
 * assert(read.ok);
 * assertEquals(read.key.octets().length, 24);
 * assertEquals(String(read.key), "[key]");
 * ```
 */
export function readWebhookSecret(text: string): WebhookSecretResult {
  if (!text.startsWith(PREFIX)) {
    return refuse(`A webhook secret starts with \`${PREFIX}\`; this one does not.`);
  }
  let octets: Uint8Array;
  try {
    octets = Uint8Array.fromBase64(text.slice(PREFIX.length), { lastChunkHandling: "strict" });
  } catch {
    return refuse(`Behind \`${PREFIX}\` base64 is expected (letters, digits, + / and = at the end).`);
  }
  if (octets.length < SHORTEST || octets.length > LONGEST) {
    return refuse(`The webhook secret has ${octets.length} octets, expected ${SHORTEST} to ${LONGEST}.`);
  }
  return { ok: true, key: new SecretKey(octets) };
}

function refuse(what: string): WebhookSecretResult {
  return {
    ok: false,
    rule: "bad-secret",
    message: `${what} Make one with: echo whsec_$(openssl rand -base64 32)`,
  };
}
