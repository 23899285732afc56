/** Arbitrary DC-09 messages, and helpers, for the tests of this folder. */
import { assert } from "@std/assert";
import fc from "fast-check";
import {
  type Dc09Key,
  dc09Keys,
  type Dc09Message,
  writeDc09,
  writeFrame,
  writeTimestamp,
} from "../../../adapters/dc09/mod.ts";

/** Octets of ASCII text. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Octets as text, a character each. */
export function text(bytes: Uint8Array | undefined): string {
  return String.fromCharCode(...(bytes ?? []));
}

/** The keys of a setting. */
export function keysOf(setting: string): Dc09Key[] {
  const read = dc09Keys(setting);
  assert(read.ok);
  return read.keys;
}

/** Pads of `0`. */
export function zeros(octets: number): Uint8Array {
  return new Uint8Array(octets).fill(0x30);
}

/** A frame around content given as text. */
export function frame(content: string): Uint8Array<ArrayBuffer> {
  return writeFrame(ascii(content));
}

const account = fc.stringMatching(/^[0-9A-F]{3,16}$/);
const letters = fc.stringMatching(/^[ -Z^_a-zäöüÄß-]{0,20}$/);

/** Any message as this adapter writes it; letters outside ASCII in UTF-8 or Windows-1252. */
export const dc09Message: fc.Arbitrary<Dc09Message> = fc.record({
  id: fc.constantFrom("SIA-DCS", "ADM-CID", "SCN-S8", "NULL", "ACK", "DUH", "RSP", "XYZ-9"),
  encrypted: fc.boolean(),
  sequence: fc.integer({ min: 0, max: 9999 }).map((it) => String(it).padStart(4, "0")),
  receiver: fc.option(fc.stringMatching(/^[0-9A-F]{0,6}$/), { nil: undefined }),
  line: fc.option(fc.stringMatching(/^[0-9A-F]{0,6}$/), { nil: undefined }),
  account,
  words: letters,
  form: fc.constantFrom("sia", "cid", "none", "any"),
  extended: fc.array(fc.record({ id: fc.constantFrom(..."AHIKLMNPRSVXYZqä"), text: letters }), {
    maxLength: 4,
  }),
  at: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
  encoding: fc.constantFrom("utf-8" as const, "windows-1252" as const),
}).map(({ words, form, at, receiver, line, encoding, ...rest }) => {
  const data = form === "sia"
    ? `#${rest.account}|Nri1/BA01|A${words}`
    : form === "cid"
    ? `#${rest.account}|1130 01 015`
    : form === "any"
    ? words
    : "";
  const all = data + rest.extended.map((it) => it.id + it.text).join("");
  // deno-lint-ignore no-control-regex -- ASCII.
  const plain = /^[\x00-\x7f]*$/.test(all);
  const stamp = at ?? (rest.encrypted ? 0 : undefined);
  return {
    ...rest,
    ...(receiver === undefined ? {} : { receiver }),
    ...(line === undefined ? {} : { line }),
    data,
    ...(stamp === undefined ? {} : { timestamp: writeTimestamp(stamp) }),
    encoding: plain ? "ascii" : encoding,
    quirks: [],
  };
});

/** Any frame of such a message, encrypted ones under `key`. */
export function frameOf(message: Dc09Message, key: Dc09Key): Uint8Array<ArrayBuffer> {
  return writeFrame(writeDc09(message, { key, random: zeros }));
}
