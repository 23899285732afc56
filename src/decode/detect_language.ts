/**
 * Finds out which language a capture is in.
 *
 * @module
 */
import type { StreamDecoder } from "../../adapters/contract.ts";

/** More than this much of a capture is not looked at. */
const SAMPLE = 64 * 1024;

/**
 * Lets every decoder read the bytes and takes the one that understood most of them.
 *
 * A decoder is better the fewer frames it refuses for each one it reads; between equals, the one with more events.
 *
 * @param bytes The capture, or its beginning.
 * @param decoders Decoders by language; between equals the earlier one wins.
 * @returns The language, or undefined when none reads a single frame.
 */
export function detectLanguage(
  bytes: Uint8Array,
  decoders: Readonly<Record<string, () => StreamDecoder>>,
): string | undefined {
  const sample = bytes.subarray(0, SAMPLE);
  let best: { language: string; share: number; events: number } | undefined;
  for (const [language, make] of Object.entries(decoders)) {
    const decoder = make();
    let good = 0, bad = 0, events = 0;
    for (const decoded of [...decoder.feed(sample), ...decoder.end()]) {
      if (decoded.ok) {
        good++;
        events += decoded.events.length;
      } else bad++;
    }
    if (good === 0) continue;
    const share = good / (good + bad);
    if (best === undefined || share > best.share || (share === best.share && events > best.events)) {
      best = { language, share, events };
    }
  }
  return best?.language;
}
