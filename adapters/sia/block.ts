/**
 * The block of the SIA format (DC-03): the unit that is sent, checked and acknowledged.
 *
 * ```text
 * offset  0        1          2 … 2+n-1      2+n
 *         header   function   data (n=0…63)  column parity
 * ```
 *
 * @module
 */

/** The most data octets a block can hold: the header has six bits for the count (panel-formats.md §1.1, A). */
export const SIA_MAX_DATA = 63;

/** A block without its length and parity, which follow from the rest. */
export interface SiaBlock {
  /** Header bit 6 (0x40): the sender wants an acknowledgement of this block. */
  ackRequest: boolean;
  /** Header bit 7 (0x80): the other side may answer with data instead of tones. */
  reverseChannel: boolean;
  /** Function code: one character of code 0x00 to 0xFF, such as `N`, `#`, `A`, `0`. */
  code: string;
  /** 0 to 63 octets. */
  data: Uint8Array;
}

/** What {@link parseBlock} found. */
export type SiaBlockResult =
  /** A good block in the first `length` octets (3 to 66). */
  | { ok: true; block: SiaBlock; length: number }
  /**
   * No block: with `need`, too few octets so far, and that many are needed in all; with `rule` and `message`, octets
   * that are no block.
   */
  | { ok: false; need?: number; rule?: string; message?: string };

/**
 * The column parity of a block: 0xFF exclusive-or every octet before it, so that the exclusive-or over the complete
 * block is 0xFF (panel-formats.md §1.1, A: several implementations, recomputed on captures).
 *
 * @param bytes The block without its parity octet.
 * @returns The parity octet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnParity } from "./block.ts";
 *
 * assertEquals(columnParity(new Uint8Array([0x40, 0x38])), 0x87);
 * ```
 */
export function columnParity(bytes: Uint8Array): number {
  let parity = 0xff;
  for (const octet of bytes) parity ^= octet;
  return parity;
}

/**
 * Reads one block from the start of `bytes`; what follows it is left alone.
 *
 * Header bits 0-5 count the data octets only, so the block is 3 to 66 octets long. The parity is the only check the
 * format has. Source: panel-formats.md §1.1 (A).
 *
 * @param bytes The octets to read from; may be too few, or more than one block.
 * @returns The block; or how many octets are needed; or rule `parity` with a message. Never throws. `data` is a copy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseBlock } from "./block.ts";
 *
 * const result = parseBlock(Uint8Array.fromHex("46233032333439399f"));
 * assertEquals(result.ok && result.block.code, "#");
 * assertEquals(result.ok && new TextDecoder().decode(result.block.data), "023499");
 * assertEquals(parseBlock(new Uint8Array([0x46])), { ok: false, need: 9 });
 * ```
 */
export function parseBlock(bytes: Uint8Array): SiaBlockResult {
  const header = bytes[0];
  if (header === undefined) return { ok: false, need: 3 };
  const length = (header & 0x3f) + 3;
  if (bytes.length < length) return { ok: false, need: length };
  const expected = columnParity(bytes.subarray(0, length - 1));
  const received = bytes[length - 1] ?? 0;
  if (received !== expected) {
    return {
      ok: false,
      rule: "parity",
      message: `A block of ${length} octets (by its first octet, 0x${hex(header)}) ends with parity 0x${
        hex(received)
      }, 0x${hex(expected)} was expected. Check the line: 8 data bits, no parity, and the panel's baud rate.`,
    };
  }
  return {
    ok: true,
    block: {
      ackRequest: (header & 0x40) !== 0,
      reverseChannel: (header & 0x80) !== 0,
      code: String.fromCharCode(bytes[1] ?? 0),
      data: bytes.slice(2, length - 1),
    },
    length,
  };
}

/**
 * Writes a block with its header and parity; the inverse of {@link parseBlock}.
 *
 * @param block The block.
 * @returns 3 to 66 octets.
 * @throws {RangeError} If the data is longer than 63 octets, or the function code is not one character up to 0xFF.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeBlock } from "./block.ts";
 *
 * const ack = writeBlock({ ackRequest: true, reverseChannel: false, code: "8", data: new Uint8Array() });
 * assertEquals(ack.toHex(), "403887");
 * ```
 */
export function writeBlock(block: SiaBlock): Uint8Array {
  const { ackRequest, reverseChannel, code, data } = block;
  if (data.length > SIA_MAX_DATA) {
    throw new RangeError(
      `Cannot write a SIA block of ${data.length} data octets: at most ${SIA_MAX_DATA} fit`,
    );
  }
  const codeOctet = code.length === 1 ? code.charCodeAt(0) : NaN;
  if (!(codeOctet <= 0xff)) {
    throw new RangeError(
      `Cannot write a SIA block with function code ${JSON.stringify(code)}: one octet is expected`,
    );
  }
  const bytes = new Uint8Array(data.length + 3);
  bytes[0] = (ackRequest ? 0x40 : 0) | (reverseChannel ? 0x80 : 0) | data.length;
  bytes[1] = codeOctet;
  bytes.set(data, 2);
  bytes[data.length + 2] = columnParity(bytes.subarray(0, data.length + 2));
  return bytes;
}

function hex(octet: number): string {
  return octet.toString(16).toUpperCase().padStart(2, "0");
}
