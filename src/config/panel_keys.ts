/**
 * Lists of an `[[input]]` whose entries have two parts: keys of panels, names of channels.
 *
 * @module
 */
import { type Dc09Key, dc09Keys } from "../../adapters/dc09/key.ts";
import { type Field, scalar } from "./field.ts";
import { SecretKey } from "../keys/secret_key.ts";

/** A key as it stands in the file; what it may be depends on the language. */
export interface KeyEntry {
  /** DC-09: the account, `*` for all others. VdS 2465: the key's number. */
  name: string;
  /** The octets of its text. */
  text: SecretKey;
}

/** Keys of a panel that sends DC-09. */
export interface PanelKeys {
  /** The account; `*` for every account that has no key of its own. */
  account: string;
  /** What the text of the key can stand for. */
  keys: readonly Dc09Key[];
}

/** A key of VdS 2465 over TCP. */
export interface NumberedKey {
  /** 1 to 65534. */
  number: number;
  /** 16 octets. */
  key: SecretKey;
}

/**
 * `"NAME:KEY"`. Nothing of it is ever shown.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { keyEntry } from "./panel_keys.ts";
 *
 * const read = keyEntry.read({ kind: "scalar", line: 1, value: "*:0123456789ABCDEF" });
 * assert(read.ok);
 * assertEquals(Deno.inspect(read.value).includes("0123"), false);
 * assert(!keyEntry.read({ kind: "scalar", line: 1, value: "0123456789ABCDEF" }).ok);
 * ```
 */
export const keyEntry: Field<KeyEntry> = {
  expected: 'keys such as "1234:KEY", with the account (dc09) or key number (vds2465-tcp) before the colon',
  secret: true,
  read(node) {
    const [name, text] = halves(scalar(node));
    if (name === undefined) return { ok: false, hint: "a colon separates the two parts" };
    return { ok: true, value: { name, text: new SecretKey(new TextEncoder().encode(text)) } };
  },
};

/**
 * The keys that an entry stands for in DC-09: 16, 24 or 32 characters, or 32, 48 or 64 hex digits, as typed into the panel.
 *
 * @param entry The entry.
 * @returns The keys; or what is wrong, without the key.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09KeysOf } from "./panel_keys.ts";
 * import { SecretKey } from "../keys/secret_key.ts";
 *
 * const text = new SecretKey(new TextEncoder().encode("0123456789ABCDEF"));
 * const keys = dc09KeysOf({ name: "*", text });
 * assertEquals(typeof keys === "string" ? keys : keys.keys.length, 1);
 * ```
 */
export function dc09KeysOf({ name, text }: KeyEntry): PanelKeys | string {
  if (name !== "*" && !/^[0-9A-Za-z]{1,16}$/.test(name)) {
    return "expected the account in front of the colon, 1-16 letters and digits, or * for all others";
  }
  const read = dc09Keys(new TextDecoder().decode(text.octets()));
  return read.ok ? { account: name, keys: read.keys } : `${name}: ${read.message}`;
}

/**
 * The key that an entry stands for in VdS 2465 over TCP: a number from 1 to 65534 and 32 hex digits.
 *
 * @param entry The entry.
 * @returns The key; or what is wrong, without the key.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SecretKey } from "../keys/secret_key.ts";
 * import { vdsKeyOf } from "./panel_keys.ts";
 *
 * const text = new SecretKey(new TextEncoder().encode("00112233445566778899aabbccddeeff"));
 * const key = vdsKeyOf({ name: "7", text });
 * assertEquals(typeof key === "string" ? key : key.number, 7);
 * ```
 */
export function vdsKeyOf({ name, text }: KeyEntry): NumberedKey | string {
  const number = /^\d{1,5}$/.test(name) ? Number(name) : 0;
  if (number < 1 || number > 65534) return "expected a key number from 1 to 65534 in front of the colon";
  const digits = new TextDecoder().decode(text.octets()).replace(/[\s-]/g, "");
  return /^[0-9A-Fa-f]{32}$/.test(digits)
    ? { number, key: new SecretKey(Uint8Array.fromHex(digits)) }
    : `${number}: expected 32 hex digits behind the colon, found ${digits.length} characters`;
}

/**
 * `"IDENT:NUMBER"`: a VdS 2465 device that is expected, and the number of its key, 0 for none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { identEntry } from "./panel_keys.ts";
 *
 * const read = identEntry.read({ kind: "scalar", line: 1, value: "123456:7" });
 * assertEquals(read, { ok: true, value: ["123456", 7] });
 * ```
 */
export const identEntry: Field<[ident: string, key: number]> = {
  expected: 'ident numbers such as "123456:1", with the number of the key behind the colon, 0 for none',
  read(node) {
    const [ident, number] = halves(scalar(node));
    const fits = ident !== undefined && /^\d{1,16}$/.test(ident) && /^\d{1,5}$/.test(number) &&
      Number(number) <= 65534;
    return fits ? { ok: true, value: [ident, Number(number)] } : { ok: false };
  },
};

/**
 * `"NAME:TEXT"`: something that is called so.
 *
 * @param expected What it is, in words that fit after "expected".
 * @param name What may stand in front of the colon.
 * @param text What may stand behind it.
 * @returns The field.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pairEntry } from "./panel_keys.ts";
 *
 * const channel = pairEntry('channels such as "1:Fire"', /^\d{1,2}$/);
 * assertEquals(channel.read({ kind: "scalar", line: 1, value: "1: Fire" }), { ok: true, value: ["1", "Fire"] });
 * ```
 */
export function pairEntry(
  expected: string,
  name: RegExp,
  text: RegExp = /^\P{Cc}{1,64}$/u,
): Field<[name: string, text: string]> {
  return {
    expected,
    read(node) {
      const [left, right] = halves(scalar(node));
      return left !== undefined && name.test(left) && text.test(right)
        ? { ok: true, value: [left, right] }
        : { ok: false };
    },
  };
}

function halves(value: unknown): [string, string] | [undefined, ""] {
  const [, left, right] = typeof value === "string" ? /^\s*([^:]*?)\s*:\s*(.*?)\s*$/s.exec(value) ?? [] : [];
  return left === undefined || right === undefined ? [undefined, ""] : [left, right];
}
