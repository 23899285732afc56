/**
 * Cuts what libssl wants to send into datagrams.
 *
 * @module
 */

/** Octets before the content of a record: type 1, version 2, epoch 2, sequence number 6, length 2 (RFC 6347, 4.1). */
const RECORD_HEADER = 13;

/**
 * Packs records into datagrams. A memory BIO gives all records of a flight in one piece, and a record must not be split.
 *
 * @param records Whole records, one behind the other, as libssl writes them.
 * @param mtu Octets of a datagram at most. A single record that is longer gets a datagram of its own.
 * @returns The datagrams: views, in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { packRecords } from "./records.ts";
 *
 * const record = Uint8Array.fromHex("16fefd0000000000000000" + "0003" + "010203");
 * const flight = new Uint8Array([...record, ...record, ...record]);
 * assertEquals(packRecords(flight, 40).map((datagram) => datagram.length), [32, 16]);
 * ```
 */
export function packRecords(records: Uint8Array, mtu: number): Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  while (end < records.length) {
    const next = end + RECORD_HEADER + ((records[end + 11] ?? 0) << 8 | (records[end + 12] ?? 0));
    if (next - start > mtu && end > start) {
      datagrams.push(records.subarray(start, end));
      start = end;
    }
    end = next;
  }
  if (start < records.length) datagrams.push(records.subarray(start));
  return datagrams;
}
