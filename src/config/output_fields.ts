/**
 * The fields that only outputs need: secrets of the automation software, topics, addresses of web servers.
 *
 * @module
 */
import { topicFault } from "../../adapters/mqtt/topic.ts";
import { readWebhookSecret } from "../../adapters/webhook/secret.ts";
import { SecretKey } from "../keys/secret_key.ts";
import { type Field, scalar, text } from "./field.ts";

/**
 * Text that nobody else may see. Nothing of it is ever shown.
 *
 * @param expected What it is, in words that fit after "expected".
 * @param longest Most characters; at least one is needed.
 * @returns The field; the octets of the text in UTF-8.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { secretText } from "./output_fields.ts";
 *
 * const read = secretText("a password", 64).read({ kind: "scalar", line: 1, value: "swordfish" });
 * assert(read.ok);
 * assertEquals(`${read.value}`, "[key]");
 * ```
 */
export function secretText(expected: string, longest: number): Field<SecretKey> {
  const plain = text(expected, longest);
  return {
    expected,
    secret: true,
    read(node) {
      const read = plain.read(node);
      return read.ok ? { ok: true, value: new SecretKey(new TextEncoder().encode(read.value)) } : read;
    },
  };
}

/**
 * A webhook's shared secret, `whsec_` and base64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { webhookSecret } from "./output_fields.ts";
 *
 * const read = webhookSecret.read({ kind: "scalar", line: 1, value: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" });
 * assertEquals(read.ok && read.value.octets().length, 24);
 * ```
 */
export const webhookSecret: Field<SecretKey> = {
  expected: 'secrets such as "whsec_…"',
  secret: true,
  read(node) {
    const value = scalar(node);
    if (typeof value !== "string") return { ok: false };
    const read = readWebhookSecret(value);
    return read.ok ? { ok: true, value: read.key } : { ok: false, message: read.message };
  },
};

/**
 * A web address. Not shown: with many receivers its path is a secret.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { webAddress } from "./output_fields.ts";
 *
 * assert(webAddress.read({ kind: "scalar", line: 1, value: "https://arc.example/alarms" }).ok);
 * assert(!webAddress.read({ kind: "scalar", line: 1, value: "arc.example" }).ok);
 * ```
 */
export const webAddress: Field<string> = {
  ...text('an address such as "https://arc.example/alarms"', 2048, /^https?:\/\/[^/\s]/i),
  secret: true,
};

/** A topic of MQTT, with `{account}`, `{protocol}` and `{id}` in it. */
export const topic: Field<string> = {
  expected: 'a topic such as "tocsin/alarm/{account}"',
  read(node) {
    const read = text("", 512).read(node);
    const fault = read.ok ? topicFault(read.value) : undefined;
    return fault === undefined ? read : { ok: false, message: `expected a topic. ${fault}` };
  },
};

/**
 * Like {@link topic}, with `"off"` for none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { topicOrOff } from "./output_fields.ts";
 *
 * assertEquals(topicOrOff.read({ kind: "scalar", line: 1, value: "off" }), { ok: true, value: "" });
 * ```
 */
export const topicOrOff: Field<string> = {
  expected: 'a topic such as "tocsin/available/rct", or "off"',
  read(node) {
    const value = scalar(node);
    return value === "off" || value === false ? { ok: true, value: "" } : topic.read(node);
  },
};
