/**
 * Keys and names that an output's file gives as text, or leaves to us.
 *
 * @module
 */
import { dc09Keys } from "../../adapters/dc09/key.ts";
import type { SecretKey } from "../keys/secret_key.ts";
import { keyEntry, type NumberedKey, type PanelKeys, vdsKeyOf } from "./panel_keys.ts";

/**
 * The client identifier of an output that names none: the same at every start, and another for each gateway and output.
 *
 * @param parts Name of the output, and the RCT's device ID.
 * @returns 1 to 64 characters without blanks.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownClientId } from "./output_keys.ts";
 *
 * assertEquals(ownClientId({ name: "night desk", deviceId: "0200005e6f708192a3b4c5d6e7f80910" }), "tocsin-e7f80910-night_desk");
 * ```
 */
export function ownClientId({ name, deviceId }: { name: string; deviceId: string }): string {
  return `tocsin-${deviceId.slice(-8)}-${name.replace(/[^!-~]+/g, "_")}`.slice(0, 64);
}

/**
 * The key of a DC-09 output. A sender has to take one reading: 32 hexadecimal digits are AES-128, as most receivers have
 * it; who means their characters (AES-256) writes them as 64 hexadecimal digits.
 *
 * @param text The key as it is typed into the AE: 16, 24 or 32 characters, or 32, 48 or 64 hexadecimal digits.
 * @returns One key, for all accounts; undefined when it is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SecretKey } from "../keys/secret_key.ts";
 * import { senderKey } from "./output_keys.ts";
 *
 * const text = (key: string) => new SecretKey(new TextEncoder().encode(key));
 * assertEquals(senderKey(text("00112233445566778899AABBCCDDEEFF"))?.keys.map(({ bits }) => bits), [128]);
 * assertEquals(senderKey(text("short")), undefined);
 * ```
 */
export function senderKey(text: SecretKey): PanelKeys | undefined {
  const read = dc09Keys(new TextDecoder().decode(text.octets()));
  return read.ok ? { account: "*", keys: read.keys.slice(0, 1) } : undefined;
}

/**
 * The key of a VdS 2465 output, `NUMBER:KEY`.
 *
 * @param text The text.
 * @returns The key; undefined when it is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SecretKey } from "../keys/secret_key.ts";
 * import { numberedKey } from "./output_keys.ts";
 *
 * const text = new SecretKey(new TextEncoder().encode("7:00112233445566778899aabbccddeeff"));
 * assertEquals(numberedKey(text)?.number, 7);
 * ```
 */
export function numberedKey(text: SecretKey): NumberedKey | undefined {
  const value = new TextDecoder().decode(text.octets());
  const entry = keyEntry.read({ kind: "scalar", line: 1, value });
  const key = entry.ok ? vdsKeyOf(entry.value) : "";
  return typeof key === "string" ? undefined : key;
}
