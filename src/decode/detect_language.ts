/**
 * Finds out which language a capture is in.
 *
 * @module
 */
import type { StreamDecoder } from "../../adapters/contract.ts";
import type { DecoderKeys } from "./decoder_keys.ts";

/** More than this much of a capture is not looked at. */
const SAMPLE = 64 * 1024;

/**
 * Lets every decoder read the bytes and takes the one that understood most of them.
 *
 * A decoder is better the fewer frames it refuses for each one it reads. Put the stricter languages first: between equals the
 * earlier one wins, and a language with check sums reads nothing by chance.
 *
 * @param bytes The capture, or its beginning.
 * @param decoders Decoders by language, stricter ones first.
 * @param keys Keys for languages that are encrypted.
 * @returns The language, and its share of good frames among all; undefined when none reads a single frame.
 */
export function detectLanguage(
  bytes: Uint8Array,
  decoders: Readonly<Record<string, (keys?: DecoderKeys) => StreamDecoder>>,
  keys?: DecoderKeys,
): { language: string; share: number } | undefined {
  const sample = bytes.subarray(0, SAMPLE);
  let best: { language: string; share: number } | undefined;
  for (const [language, make] of Object.entries(decoders)) {
    const decoder = make(keys);
    let good = 0, bad = 0;
    for (const decoded of [...decoder.feed(sample), ...decoder.end()]) {
      if (decoded.ok) good++;
      else bad++;
    }
    if (good === 0) continue;
    const share = good / (good + bad);
    if (best === undefined || share > best.share) best = { language, share };
  }
  return best;
}
