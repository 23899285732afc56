/**
 * VdS 2465 records [Satz]: what every carrier of the language transports.
 *
 * @module
 */
import type { Refusal } from "../contract.ts";

/** One record, of any type. */
export interface VdsRecord {
  /** Record type [Satztyp], 0 to 255: 0x02 state change, 0x56 ident number, … */
  type: number;
  /** The octets behind the type, 0 to 255 of them. */
  data: Uint8Array;
}

/** The records of a telegram, and what was left when the last one turned out to be cut off. */
export interface VdsRecords {
  /** The complete records, in order. */
  records: VdsRecord[];
  /** The octets behind them, if they announce more than there is: rule `truncated-record`. */
  refused?: Refusal;
}

/**
 * Reads records that stand back to back: `SL` (octets behind the type), `ST` (type), data. Records of unknown type are
 * kept like all others. A record that runs past the end is refused and nothing is guessed from it. The records are views
 * of `bytes`, not copies. Source: vds2465.md §2 (A).
 *
 * @param bytes The records.
 * @param offset Where they begin in the stream, for the refusal.
 * @returns The records and, if there is one, the refusal of the rest. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readRecords } from "./record.ts";
 *
 * const { records, refused } = readRecords(Uint8Array.fromHex("05020001000122" + "035621"));
 * assertEquals(records, [{ type: 0x02, data: Uint8Array.fromHex("0001000122") }]);
 * assertEquals([refused?.offset, refused?.rule], [7, "truncated-record"]);
 * ```
 */
export function readRecords(bytes: Uint8Array, offset = 0): VdsRecords {
  const records: VdsRecord[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + 2 + (bytes[at] ?? 0);
    const type = bytes[at + 1];
    if (type === undefined || end > bytes.length) {
      return { records, refused: truncated(bytes.slice(at), offset + at) };
    }
    records.push({ type, data: bytes.subarray(at + 2, end) });
    at = end;
  }
  return { records };
}

/**
 * Writes records back to back; the inverse of {@link readRecords}.
 *
 * @param records The records, in the order in which they are to stand.
 * @returns The octets.
 * @throws {RangeError} When a type is not 0 to 255 or data is longer than 255 octets: a mistake of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeRecords } from "./record.ts";
 *
 * assertEquals(writeRecords([{ type: 0x40, data: new Uint8Array() }]).toHex(), "0040");
 * ```
 */
export function writeRecords(records: readonly VdsRecord[]): Uint8Array {
  let whole = 0;
  for (const { data } of records) whole += 2 + data.length;
  const bytes = new Uint8Array(whole);
  let at = 0;
  for (const { type, data } of records) {
    if (data.length > 255) throw new RangeError(`A record holds 255 octets at most, not ${data.length}`);
    if (!Number.isInteger(type) || type < 0 || type > 255) {
      throw new RangeError(`A record type is 0 to 255, not ${type}`);
    }
    bytes[at++] = data.length;
    bytes[at++] = type;
    for (let i = 0; i < data.length; i++) bytes[at++] = data[i] as number;
  }
  return bytes;
}

function truncated(raw: Uint8Array, offset: number): Refusal {
  const announced = raw[0] ?? 0;
  const type = raw[1] === undefined ? "" : ` of type ${raw[1].toString(16).padStart(2, "0").toUpperCase()}H`;
  return {
    kind: "refused",
    offset,
    rule: "truncated-record",
    message:
      `A record${type} announces ${announced} octets, but ${
        Math.max(0, raw.length - 2)
      } are there. The records ` +
      "before it were read; if this repeats, the device counts its records wrongly: tell its vendor",
    raw,
  };
}
