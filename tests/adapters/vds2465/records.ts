/** Records and chunks for tests. */
import fc from "fast-check";
import type { VdsRecord } from "../../../adapters/vds2465/record.ts";

/** Octets of a hexadecimal string; blanks are for reading. */
export function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Cuts bytes into pieces of these sizes, over and over. */
export function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  return chunks;
}

export const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

const KNOWN = [
  0x00,
  0x01,
  0x02,
  0x03,
  0x04,
  0x0c,
  0x10,
  0x11,
  0x20,
  0x24,
  0x26,
  0x30,
  0x40,
  0x41,
  0x50,
  0x51,
  0x54,
  0x55,
  0x56,
  0x59,
  0x61,
  0x73,
  0xb3,
  0xff,
];

/** Any record, with the known types and short data more often. */
export const anyRecord: fc.Arbitrary<VdsRecord> = fc.record({
  type: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...KNOWN) }, fc.integer({ min: 0, max: 255 })),
  data: fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: 9 }) },
    fc.uint8Array({ maxLength: 255 }),
  ),
});
