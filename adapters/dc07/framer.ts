/**
 * Cuts a stream into DC-07 frames.
 *
 * @module
 */
import type { Framed, Refusal } from "../contract.ts";
import { OctetFramer } from "../octet_framer.ts";
import { type Dc07Frame, parseDc07 } from "./message.ts";

const LF = 0x0a;
const CR = 0x0d;
/** LF, check, length, 255 octets and CR. */
const LONGEST = 1 + 4 + 2 + 255 + 1;

/**
 * Finds the frames in a stream: each goes from LF to CR (receiver-outputs.md §4.1, A+). A LF within a frame begins the
 * next one: the end of the first was lost. No octet of data can be LF or CR.
 *
 * Refusals: `noise` (octets before LF), `truncated` (no CR before the next LF, or on flush), `too-long`, and those of
 * `parseDc07`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc07Framer } from "./framer.ts";
 *
 * const framer = new Dc07Framer();
 * assertEquals(framer.feed(new TextEncoder().encode("??\n87C40B\t0000")).length, 1);
 * const [item] = framer.feed(new TextEncoder().encode("0100[]\r"));
 * assertEquals(item?.kind === "frame" && item.frame.sequence, "0000");
 * assertEquals(item?.offset, 2);
 * ```
 */
export class Dc07Framer extends OctetFramer<Dc07Frame> {
  /** Refuses half a frame as `truncated`; what was skipped is told. */
  override flush(): (Framed<Dc07Frame> | Refusal)[] {
    const out: (Framed<Dc07Frame> | Refusal)[] = [];
    this.#giveUp(out);
    return out;
  }

  /** Takes one octet. @param out What came of it goes here. */
  protected override octet(octet: number, out: (Framed<Dc07Frame> | Refusal)[]): void {
    const inFrame = this.held[0] === LF;
    if (octet === LF) this.#giveUp(out);
    if (this.held.length === 0) this.heldAt = this.position;
    this.held.push(octet);
    if (inFrame && octet === CR) return this.#end(out);
    if (this.held.length < LONGEST) return;
    if (inFrame) this.#tooLong(out);
    else this.#giveUp(out);
  }

  #end(out: (Framed<Dc07Frame> | Refusal)[]): void {
    const raw = Uint8Array.from(this.held);
    const offset = this.heldAt;
    this.held = [];
    const read = parseDc07(raw);
    if (read.ok) out.push({ kind: "frame", offset, frame: read.frame, raw });
    else out.push({ kind: "refused", offset, rule: read.rule, message: read.message, raw });
  }

  #tooLong(out: (Framed<Dc07Frame> | Refusal)[]): void {
    this.#refuse(
      "too-long",
      `No CR within ${LONGEST} octets behind LF. Skipped to the next LF; check that the sender speaks DC-07 ` +
        "(Bosch: SIA mode).",
      out,
    );
  }

  /** What is held will be no frame. */
  #giveUp(out: (Framed<Dc07Frame> | Refusal)[]): void {
    const count = this.held.length;
    if (count === 0) return;
    if (this.held[0] === LF) {
      this.#refuse(
        "truncated",
        `${count} octets of a frame came without the CR at its end. It was cut on the way; its sender repeats it.`,
        out,
      );
    } else {
      this.#refuse(
        "noise",
        `${count} octet(s) before LF were skipped. Single ones after switching on are normal; many mean a wrong ` +
          "baud rate or another format.",
        out,
      );
    }
  }

  #refuse(rule: string, message: string, out: (Framed<Dc07Frame> | Refusal)[]): void {
    out.push({ kind: "refused", offset: this.heldAt, rule, message, raw: Uint8Array.from(this.held) });
    this.held = [];
  }
}
