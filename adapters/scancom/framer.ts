/**
 * Cuts a stream of Fast Format lines into messages.
 *
 * @module
 */
import { LineFramer } from "../line_framer.ts";
import type { ScancomLayout } from "./message.ts";
import { parseScancomText, type ScancomText } from "./text.ts";

/** Longest line: 6-32-1 with blanks in the Bosch frame is 74 characters. */
const MAX_LINE = 128;

/**
 * The framer of the line forms: a message ends with CR, LF or 0x14, or where the line falls silent (`flush`).
 *
 * Only a line end makes a message complete: the digits do not say how many will follow, and a panel that sends one too
 * many must not have its channels moved by one. Control characters and octets above 0x7E before a message are noise; a
 * line that holds any is given up as a whole.
 *
 * Refusals: `noise`, `line-too-long`, and the rules of `parseScancomText`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ScancomFramer } from "./framer.ts";
 *
 * const found = new ScancomFramer().feed(new TextEncoder().encode("1234 1555 5555 7\r\n1234155555557\r"));
 * assertEquals(found.map((item) => item.kind === "frame" && item.frame.scancom.channels), ["15555555", "15555555"]);
 * ```
 */
export class ScancomFramer extends LineFramer<ScancomText> {
  /** Starts at the beginning of a line. @param layout Lengths of the plain form, where they are known. */
  constructor(layout: ScancomLayout = {}) {
    super({
      name: "Fast Format",
      longest: MAX_LINE,
      tooLong: "line-too-long",
      // The end of the Sur-Gard form tells it from the plain one.
      keepsDc4: true,
      read(line) {
        const read = parseScancomText(line, layout);
        return read.ok ? { ok: true, frame: read } : read;
      },
    });
  }
}
