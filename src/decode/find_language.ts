/**
 * Names the language of a capture, or says what it is instead.
 *
 * @module
 */
import { readFields, readRecords, vdsRecordType } from "../../adapters/vds2465/mod.ts";
import { Examination, MOST_OF_STREAM } from "../doctor/examination.ts";
import type { DecoderKeys } from "./decoder_keys.ts";
import type { DecoderFactory } from "./decoders.ts";
import { detectLanguage } from "./detect_language.ts";

/** A language that reads at least this share of what it finds is taken without a second opinion. */
const CONVINCING = 0.5;

/**
 * Finds the language that reads a capture; if none does, the one it is meant to be in, so that its decoder says what is
 * wrong: a checksum, a key that is missing, encryption. VdS 2465 records alone come last, as they have no checksum: all
 * of them have to be known.
 *
 * @param bytes The capture.
 * @param decoders Decoders by language, stricter ones first.
 * @param keys Keys for languages that are encrypted.
 * @returns The language; or in words what was found.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { decoders } from "./decoders.ts";
 * import { findLanguage } from "./find_language.ts";
 *
 * // The start of an encrypted Galaxy session: no decoder reads it, and it is SIA.
 * assertEquals(findLanguage(Uint8Array.fromHex("0501815968"), decoders), { language: "sia" });
 * const other = findLanguage(new TextEncoder().encode("no alarm at all"), decoders);
 * assert("summary" in other && other.summary.includes("readable text"));
 * ```
 */
export function findLanguage(
  bytes: Uint8Array,
  decoders: Readonly<Record<string, DecoderFactory>>,
  keys?: DecoderKeys,
): { language: string } | { summary: string } {
  const found = detectLanguage(bytes, decoders, keys);
  if (found !== undefined && found.share >= CONVINCING) return { language: found.language };
  const examination = new Examination({
    ...(keys === undefined ? {} : { keys: { dc09: [{ account: "*", keys: keys.dc09 }], vds: keys.vds2465 } }),
  });
  examination.feed("capture", bytes.subarray(0, MOST_OF_STREAM));
  const { language, summary } = examination.verdict({ source: { kind: "capture", name: "" } });
  if (language !== undefined) return { language };
  if (isRecords(bytes)) return { language: "vds2465" };
  return found === undefined ? { summary } : { language: found.language };
}

/** Whether the octets are VdS 2465 records of known types and lengths, to the last one. */
function isRecords(bytes: Uint8Array): boolean {
  const { records, refused } = readRecords(bytes);
  return records.length > 0 && refused === undefined &&
    records.every((record) => {
      const type = vdsRecordType(record.type);
      return type !== undefined && type.opaque !== true && readFields(record).kind !== "other";
    });
}
