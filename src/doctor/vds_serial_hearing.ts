/**
 * Listens for VdS 2465 in FT1.2 frames.
 *
 * @module
 */
import { ft12Function, Vds2465SerialFramer } from "../../adapters/vds2465/mod.ts";
import type { ExaminationOptions } from "./examination_options.ts";
import { type Hearing, hearing } from "./hearing.ts";
import type { Score } from "./score.ts";
import { lookAtRecords } from "./vds_records.ts";

/**
 * Makes the hearing for VdS 2465 on serial lines. Source: vds2465.md §5.
 *
 * @param score Where to keep score.
 * @param options The local time.
 * @returns The hearing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Score } from "./score.ts";
 * import { vdsSerialHearing } from "./vds_serial_hearing.ts";
 *
 * const score = new Score("vds2465-serial");
 * vdsSerialHearing(score).feed(Uint8Array.fromHex("6802026840024216"), undefined);
 * assertEquals(score.frames, 1);
 * ```
 */
export function vdsSerialHearing(score: Score, options: ExaminationOptions = {}): Hearing {
  return hearing(score, new Vds2465SerialFramer(), {
    frame({ frame, raw }, now) {
      // 68 L L 68, checksum and 16: 40 bits.
      score.frame(raw.length, 28);
      const kind = ft12Function(frame);
      score.kind(`${kind} frame`);
      const waits = lookAtRecords(score, frame.data, now, options);
      if (score.kinds.size === 1 && kind === "ack") {
        score.find({
          rule: "only-answers",
          fault: "wiring",
          weight: "note",
          what: "confirmations come from the other side: it may be a centre, or the line echoes",
          todo: "If nothing but these comes: RX and TX are tapped the wrong way round",
        });
      }
      return waits;
    },
    refusal({ rule, raw }) {
      const framed = rule === "checksum" || rule === "end-mark" || (rule === "truncated" && raw.length > 4);
      score.refuse(framed ? 14 : 0, raw.length);
      const weight = score.frames > 0 ? "warn" : "stop";
      if (framed) {
        score.find({
          rule,
          fault: "wiring",
          weight,
          what: rule === "truncated"
            ? "frames break off in the middle"
            : "frames arrive damaged: checksum or end is wrong",
          todo: "Check ground, cable and plugs, and 8 data bits without parity (8N1) at both ends",
        });
      } else {
        score.find({
          rule: "noise",
          fault: "line settings",
          weight,
          what: "octets between the frames that belong to none",
          todo: "Telenot complex: 9600 8N1; hiplex GMS plus: 115200 8N1",
        });
      }
    },
  });
}
