/**
 * Frames that cannot be read, in words.
 *
 * @module
 */
import { DC09_MAX_CONTENT, hex4 } from "./frame.ts";
import { crcsOf, type Dc09HeadReading } from "./frame_head.ts";
import { otherProtocol } from "./other_protocol.ts";

/**
 * Says why a frame was given up.
 *
 * @param raw The frame's octets, from its LF on.
 * @param content The part the CRC is over, as far as it came.
 * @param expected Octets of the content by the length field.
 * @param readings How the octets in front of the content can be read.
 * @returns Rule `too-long`, `truncated`, `wrong-crc` or `other-protocol`, and what to tell the technician.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readHead } from "./frame_head.ts";
 * import { refusedFrame } from "./refused_frame.ts";
 *
 * const raw = new TextEncoder().encode('\n1EF30013"NULL"0000L0#1234[]');
 * assertEquals(refusedFrame(raw, raw.subarray(9), 19, readHead(raw.subarray(0, 9))).rule, "wrong-crc");
 * ```
 */
export function refusedFrame(
  raw: Uint8Array,
  content: Uint8Array,
  expected: number,
  readings: readonly Dc09HeadReading[],
): { rule: string; message: string } {
  const { received, computed } = crcsOf(content, readings);
  const values =
    `CRC ${hex4(received)} received, ${hex4(computed)} computed over ${content.length} octets, ` +
    `${expected} expected by the length field`;
  if (content.length > DC09_MAX_CONTENT) {
    const message =
      `No end within ${DC09_MAX_CONTENT} octets of a DC-09 frame (${values}). Check what is connected`;
    return { rule: "too-long", message };
  }
  const other = otherProtocol(raw);
  if (other !== undefined) {
    const message = `The device speaks ${other.name}, not SIA DC-09. ${other.advice}`;
    return { rule: "other-protocol", message };
  }
  if (content.length < expected) {
    const message =
      `The frame is shorter than it says (${values}). Octets were lost on the way; the panel will send it again`;
    return { rule: "truncated", message };
  }
  const message =
    `The frame came damaged, or is no SIA DC-09: ${values}. The panel will send it again; if every frame fails, ` +
    "check the network and the panel's protocol setting";
  return { rule: "wrong-crc", message };
}
