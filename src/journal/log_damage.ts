/**
 * Looks for damage inside the write-ahead log.
 *
 * SQLite reads the log up to the first frame whose checksum is wrong, and takes what lies behind for the rest of a commit that
 * a power cut interrupted. Were that frame damaged later, the commits behind it would be forgotten without a word. Every
 * commit is on disk before the next one begins, so an interrupted one is the last: two commits behind a wrong frame mean that
 * the first of them was whole once.
 *
 * Layout, all big-endian (sqlite.org, "WAL-mode File Format"):
 *
 * | octets | header |
 * |---|---|
 * | 4 | magic `377f0682` (checksums of little-endian words) or `377f0683` (big-endian) |
 * | 4 | version 3007000 |
 * | 4 | page size |
 * | 4 | number of checkpoints |
 * | 4 + 4 | salts |
 * | 4 + 4 | checksum of the 24 octets before |
 *
 * A frame: page number (4), size of the database in pages after a commit or 0 (4), the salts (4 + 4), checksum of the first 8
 * octets and the page, continued from the one before (4 + 4), the page.
 *
 * @module
 */

const HEADER = 32;
const FRAME = 24;

type Sums = [number, number];

/**
 * Looks for commits that SQLite would not see.
 *
 * @param log The log file's content.
 * @returns What is wrong, in words; undefined when the log holds, up to a commit that was interrupted at its end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logDamage } from "./log_damage.ts";
 *
 * assertEquals(logDamage(new Uint8Array()), undefined);
 * ```
 */
export function logDamage(log: Uint8Array): string | undefined {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  if (log.length < HEADER) return undefined;
  const magic = view.getUint32(0);
  const pageSize = view.getUint32(8);
  const plausible = (magic === 0x377f0682 || magic === 0x377f0683) && pageSize >= 512 && pageSize <= 65536;
  const little = magic === 0x377f0682;
  let sums: Sums = plausible ? add(view, 0, 24, [0, 0], little) : [0, 0];
  if (!plausible || sums[0] !== view.getUint32(24) || sums[1] !== view.getUint32(28)) {
    // A header is on disk before the first frame: a log that is nothing but zeros was never written.
    if (log.length === HEADER || log.every((octet) => octet === 0)) return undefined;
    return "its header cannot be read, and there is something behind it";
  }
  const size = FRAME + pageSize;
  const mine = (at: number) =>
    view.getUint32(at + 8) === view.getUint32(16) && view.getUint32(at + 12) === view.getUint32(20);
  let at = HEADER;
  for (; at + size <= log.length && mine(at); at += size) {
    const next = add(view, at + FRAME, pageSize, add(view, at, 8, sums, little), little);
    if (next[0] !== view.getUint32(at + 16) || next[1] !== view.getUint32(at + 20)) break;
    sums = next;
  }
  const wrong = at;
  let commits = 0;
  for (; at + size <= log.length; at += size) if (mine(at) && view.getUint32(at + 4) !== 0) commits++;
  if (commits < 2) return undefined;
  return `octet ${wrong} and behind it is not what was written, and ${commits} commits follow`;
}

/** Continues a checksum over words of 4 octets; `length` is a multiple of 8. */
function add(view: DataView, start: number, length: number, [a, b]: Sums, little: boolean): Sums {
  for (let at = start; at < start + length; at += 8) {
    a = (a + view.getUint32(at, little) + b) >>> 0;
    b = (b + view.getUint32(at + 4, little) + a) >>> 0;
  }
  return [a, b];
}
