/**
 * Keys for decoding, as they are given on the command line.
 *
 * @module
 */
import { type Dc09Key, dc09Keys } from "../../adapters/dc09/mod.ts";

/** What keys there are for each language that is encrypted. */
export interface DecoderKeys {
  /** For the IP protocol: 16 octets (AES-128) or 32 (AES-256). */
  ip: Uint8Array[];
  /** For DC-09. */
  dc09: Dc09Key[];
  /** For VdS 2465 over TCP, by key number. */
  vds2465: Record<number, string>;
}

/**
 * Reads keys.
 *
 * @param language The language that is decoded; `auto` takes keys of every kind.
 * @param texts IP: 32 or 64 hex digits. DC-09: the key as it is typed into the panel. VdS 2465: `NUMBER:` and 32 hex digits.
 * @returns The keys; or what is wrong with one, without the key.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readDecoderKeys } from "./decoder_keys.ts";
 *
 * const keys = readDecoderKeys("vds2465-tcp", ["7:00112233445566778899aabbccddeeff"]);
 * assertEquals(typeof keys === "object" && Object.keys(keys.vds2465), ["7"]);
 * assertEquals(readDecoderKeys("ip", ["12"]), "expected 32 or 64 hex digits, found 2 characters");
 * assertEquals(readDecoderKeys("sia", ["12"]), "the language sia has no keys: leave it out");
 * ```
 */
export function readDecoderKeys(language: string, texts: readonly string[]): DecoderKeys | string {
  const keys: DecoderKeys = { ip: [], dc09: [], vds2465: {} };
  const readers: Readonly<Record<string, (text: string) => string | undefined>> = {
    "ip": (text) => {
      if (!/^([0-9a-f]{32}|[0-9a-f]{64})$/i.test(text)) {
        return `expected 32 or 64 hex digits, found ${text.length} characters`;
      }
      keys.ip.push(Uint8Array.fromHex(text));
      return undefined;
    },
    "dc09": (text) => {
      const read = dc09Keys(text);
      if (!read.ok) return read.message;
      keys.dc09.push(...read.keys);
      return undefined;
    },
    "vds2465-tcp": (text) => {
      const [, number, digits] = /^(\d{1,5}):([0-9a-f]{32})$/i.exec(text) ?? [];
      if (digits === undefined || Number(number) < 1 || Number(number) > 65534) {
        return 'expected the key number, a colon and 32 hex digits, such as "1:00112233…"';
      }
      keys.vds2465[Number(number)] = digits;
      return undefined;
    },
  };
  const own = readers[language];
  if (own === undefined && language !== "auto" && texts.length > 0) {
    return `the language ${language} has no keys: leave it out`;
  }
  for (const text of texts) {
    const problems = own === undefined ? Object.values(readers).map((read) => read(text)) : [own(text)];
    const [problem] = problems;
    if (problem !== undefined && problems.every((each) => each !== undefined)) return problem;
  }
  return keys;
}
