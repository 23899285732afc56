/**
 * Finds out whether octets were bent on the way: a parity bit taken for data, the eighth bit cut off, all bits inverted.
 *
 * @module
 */
import { siaFunction } from "../../adapters/sia/mod.ts";
import { CANDIDATES } from "./candidates.ts";
import { eighthBitParity } from "./eighth_bit.ts";
import type { Sample } from "./sample.ts";
import type { InputLanguage } from "./score.ts";

/** How the octets were bent, and what language they are in when they are straightened. */
export interface BentLine {
  /**
   * `parity-bit`: 7 data bits and parity, read as 8 data bits. `eighth-bit`: 8 data bits, read as 7. `inverted`: every bit.
   */
  how: "parity-bit" | "eighth-bit" | "inverted";
  /** The language. */
  language: InputLanguage;
  /** Settings of the input. */
  settings: Readonly<Record<string, string | number>>;
  /** Bits of evidence. */
  points: number;
  /** The parity seen in the eighth bit: even, odd, always set, or none of these. */
  parity?: "E" | "O" | "M";
}

/** Less evidence than this is chance. */
const ENOUGH = 18;

/**
 * Straightens what was heard in each way, and listens again.
 *
 * @param sample What was heard.
 * @returns The way that makes it a language; undefined when there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bentLine } from "./bent_line.ts";
 * import { Sample } from "./sample.ts";
 *
 * const sample = new Sample();
 * sample.add("1", Uint8Array.from(Uint8Array.fromHex("6802026840024216"), (octet) => octet ^ 0xff));
 * assertEquals([bentLine(sample)?.how, bentLine(sample)?.language], ["inverted", "vds2465-serial"]);
 * ```
 */
export function bentLine(sample: Sample): BentLine | undefined {
  const { streams } = sample;
  const found: BentLine[] = [];
  const high = sample.share((octet) => octet >= 0x80);
  const parity = eighthBitParity(sample);
  const siaBits = sevenBitSia(streams, parity !== undefined);
  if (siaBits >= ENOUGH) {
    const how = high === 0 || parity === undefined ? "eighth-bit" : "parity-bit";
    found.push({
      how,
      language: "sia",
      settings: {},
      points: siaBits,
      ...(parity === undefined ? {} : { parity }),
    });
  }
  if (high > 0) {
    for (const best of listen(streams, (octet) => octet & 0x7f)) {
      found.push({ how: "parity-bit", ...best, ...(parity === undefined ? {} : { parity }) });
    }
  }
  for (const best of listen(streams, (octet) => octet ^ 0xff)) found.push({ how: "inverted", ...best });
  return found.sort((a, b) => b.points - a.points)[0];
}

function* listen(streams: readonly Uint8Array[], straighten: (octet: number) => number) {
  for (const candidate of CANDIDATES) {
    const score = candidate.score();
    for (const stream of streams) {
      const ear = candidate.hearing(score, {});
      ear.feed(Uint8Array.from(stream, straighten), undefined);
      ear.cut(undefined);
    }
    const { language, points } = score;
    if (score.frames > 0 && points >= ENOUGH) yield { language, settings: score.settings, points };
  }
}

/** Evidence of SIA blocks whose column parity is right in seven bits; in eight it is wrong, or the eighth is a parity bit. */
function sevenBitSia(streams: readonly Uint8Array[], parityBit: boolean): number {
  let bits = 0, unread = 0, wrong = parityBit;
  for (const stream of streams) {
    for (let at = 0; at < stream.length;) {
      const length = (stream[at]! & 0x3f) + 3;
      const block = stream.subarray(at, at + length);
      const worth = block.length === length ? blockBits(block) : 0;
      if (worth > 0) {
        bits += worth;
        wrong ||= block.reduce((sum, octet) => sum ^ octet, 0) !== 0xff;
      } else unread++;
      at += worth > 0 ? length : 1;
    }
  }
  return wrong ? bits - unread / 4 : 0;
}

function blockBits(block: Uint8Array): number {
  if ((block.reduce((sum, octet) => sum ^ octet, 0) & 0x7f) !== 0x7f) return 0;
  const code = String.fromCharCode(block[1]! & 0x7f);
  const data = String.fromCharCode(...block.subarray(2, -1).map((octet) => octet & 0x7f));
  const kind = siaFunction(code)?.kind;
  if (kind === "account" && /^\d+$/.test(data)) return 6 + 3 * data.length;
  if (kind === "event" && /^[\x20-\x7e]{2,}$/.test(data)) return 4 + Math.min(16, data.length);
  if (kind === "text" && /^[\x20-\x7e]+$/.test(data)) return 3 + Math.min(12, data.length);
  return kind === "end" && data === "" ? 6 : 0;
}
