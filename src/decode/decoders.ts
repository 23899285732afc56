/**
 * Decoders by language, and the one call that scripts need.
 *
 * @module
 */
import { ademco685Decoder } from "../../adapters/ademco_685/mod.ts";
import { bosch6500Decoder } from "../../adapters/bosch_6500/mod.ts";
import { contactIdDecoder } from "../../adapters/contact_id/mod.ts";
import type { Decoded, StreamDecoder } from "../../adapters/contract.ts";
import { dc07Decoder } from "../../adapters/dc07/mod.ts";
import { dc09Decoder } from "../../adapters/dc09/mod.ts";
import { scancomDecoder } from "../../adapters/scancom/mod.ts";
import { siaDecoder, siaTextDecoder } from "../../adapters/sia/mod.ts";
import { surGardDecoder } from "../../adapters/sur_gard/mod.ts";
import { texecomDecoder } from "../../adapters/texecom/mod.ts";
import { vds2465Decoder, vds2465SerialDecoder, vds2465TcpDecoder } from "../../adapters/vds2465/mod.ts";
import type { DecoderKeys } from "./decoder_keys.ts";
import { findLanguage } from "./find_language.ts";

/** Starts a decoder; those of languages without encryption want no keys. */
export type DecoderFactory = (keys?: DecoderKeys) => StreamDecoder;

/** Decoders of byte streams, by the names that `tocsin decode --as` takes. */
export const decoders: Readonly<Record<string, DecoderFactory>> = {
  // For `auto`: Contact ID also reads the lines of others, so it comes behind them.
  "dc09": (keys) => dc09Decoder(keys === undefined ? {} : { key: keys.dc09 }),
  "sia": () => siaDecoder(),
  "texecom": () => texecomDecoder(),
  "sur-gard": () => surGardDecoder(),
  "dc07": () => dc07Decoder(),
  "ademco-685": () => ademco685Decoder(),
  "bosch-6500": () => bosch6500Decoder(),
  "contact-id": () => contactIdDecoder(),
  "scancom": () => scancomDecoder(),
  "vds2465-serial": () => vds2465SerialDecoder(),
  "vds2465-tcp": (keys) => vds2465TcpDecoder(keys === undefined ? {} : { keys: keys.vds2465 }),
  "vds2465": () => vds2465Decoder(),
  "sia-text": () => siaTextDecoder(),
};

/** Those that `auto` tries: many octets look like bare VdS 2465 records, so these come behind all others. */
const recognisable = Object.fromEntries(Object.entries(decoders).filter(([name]) => name !== "vds2465"));

/**
 * Decodes a whole capture.
 *
 * @param language One of the names in {@link decoders}, or `auto`.
 * @param bytes The capture.
 * @param keys Keys for languages that are encrypted.
 * @returns One entry per message or refusal, in order.
 * @throws {RangeError} When there is no such language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decode } from "./decoders.ts";
 *
 * const [first] = decode("sia-text", new TextEncoder().encode("#000010|Nri6/FA2"));
 * assertEquals(first?.ok && first.events[0]?.code, "FA");
 * ```
 */
export function decode(language: string, bytes: Uint8Array, keys?: DecoderKeys): Decoded[] {
  const found = language === "auto" ? findLanguage(bytes, recognisable, keys) : { language };
  if ("summary" in found) {
    const message =
      `none of the languages reads these bytes (${found.summary}); name one to see where it stops`;
    return [{ ok: false, language: "auto", offset: 0, rule: "unknown-language", message }];
  }
  const name = found.language;
  const make = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (make === undefined) {
    throw new RangeError(`no language "${name}"; there are ${Object.keys(decoders).join(", ")}`);
  }
  const decoder = make(keys);
  return [...decoder.feed(bytes), ...decoder.end()];
}
