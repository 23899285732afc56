import { type Figures, ratesInTurns, rounded } from "./figures.ts";
import { LANGUAGES } from "./languages.ts";

/** Frames behind one another, fed as one piece. */
const TIMES = 200;
/** Every octet, as a piece of a stream. */
const OCTETS = Array.from({ length: 256 }, (_, octet) => Uint8Array.of(octet));

/** How many frames of each language a core reads per second, from the bytes to the fields; whole, and one byte at a time. */
export function parseRates(ms: number): Figures {
  const figures: Figures = {};
  for (const { name, frame, reader } of LANGUAGES) {
    const stream = repeated(frame, TIMES);
    const whole = () => reader()(stream);
    // Cut before, and the same piece for the same octet: else cutting, and fetching the pieces from memory, is measured.
    const pieces = Array.from(stream, (octet) => OCTETS[octet] as Uint8Array);
    const byByte = () => {
      const read = reader();
      let n = 0;
      for (const piece of pieces) n += read(piece);
      return n;
    };
    for (const work of [whole, byByte]) {
      if (work() !== TIMES) throw new Error(`${name}: ${work()} of ${TIMES} frames were read`);
    }
    const [perSecond = NaN, bytePerSecond = NaN] = ratesInTurns(ms, [whole, byByte]);
    figures[`parse_${name}_per_s`] = rounded(perSecond);
    figures[`parse_${name}_byte_by_byte_per_s`] = rounded(bytePerSecond);
    figures[`parse_${name}_byte_ratio`] = rounded(bytePerSecond / perSecond);
  }
  return figures;
}

function repeated(frame: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(frame.length * times);
  for (let i = 0; i < times; i++) all.set(frame, i * frame.length);
  return all;
}
