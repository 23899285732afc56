/**
 * Cuts a stream of Fast Format lines into messages.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../contract.ts";
import type { ScancomLayout } from "./message.ts";
import { parseScancomText, type ScancomText } from "./text.ts";

type Found = Framed<ScancomText> | Refusal;

const CR = 0x0d;
const LF = 0x0a;
/** The Sur-Gard form ends with it. */
const DC4 = 0x14;
/** Longest line: 6-32-1 with blanks in the Bosch frame is 74 characters. */
const MAX_LINE = 128;
/** Noise and skipped octets are reported in pieces of at most this many. */
const MAX_SKIPPED = 256;

/**
 * The framer of the line forms: a message ends with CR, LF or 0x14, or where the line falls silent ({@link flush}).
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
export class ScancomFramer implements Framer<ScancomText> {
  readonly #layout: ScancomLayout;
  /** Offset in the stream of the next octet. */
  #position = 0;
  /** What is held: a line so far, or octets to be refused. */
  #held: number[] = [];
  #heldAt = 0;
  #state: "start" | "line" | "noise" | "too-long" = "start";

  /** Starts at the beginning of a line. @param layout Lengths of the plain form, where they are known. */
  constructor(layout: ScancomLayout = {}) {
    this.#layout = layout;
  }

  /** Octets of an unfinished line, or skipped and not reported yet. */
  get buffered(): number {
    return this.#held.length;
  }

  /**
   * Takes the next octets.
   *
   * @param bytes Any part of the stream.
   * @returns Messages and refusals in stream order.
   */
  feed(bytes: Uint8Array): Found[] {
    const out: Found[] = [];
    for (const octet of bytes) {
      this.#octet(octet, out);
      this.#position++;
    }
    return out;
  }

  /**
   * Says that nothing came for a while or the stream ended.
   *
   * @returns The message that lacked only its line end; or the refusal of what is left.
   */
  flush(): Found[] {
    const out: Found[] = [];
    this.#end(out);
    return out;
  }

  #octet(octet: number, out: Found[]): void {
    if (octet === CR || octet === LF || octet === DC4) {
      if (octet === DC4 && this.#state === "line") this.#held.push(octet);
      this.#end(out);
      return;
    }
    const printable = octet >= 0x20 && octet <= 0x7e;
    switch (this.#state) {
      case "start":
        // Blanks before a message mean nothing; they are no noise either.
        if (octet === 0x20 || octet === 0x09 || octet === 0) return;
        this.#heldAt = this.#position;
        this.#held.push(octet);
        this.#state = printable ? "line" : "noise";
        return;
      case "line":
        this.#held.push(octet);
        if (!printable && octet !== 0x09) this.#state = "noise";
        else if (this.#held.length > MAX_LINE) this.#state = "too-long";
        return;
      case "noise":
      case "too-long": {
        this.#held.push(octet);
        if (this.#held.length < MAX_SKIPPED) return;
        const state = this.#state;
        this.#end(out);
        this.#state = state;
        this.#heldAt = this.#position + 1;
      }
    }
  }

  #end(out: Found[]): void {
    const raw = Uint8Array.from(this.#held);
    const state = this.#state;
    this.#held = [];
    this.#state = "start";
    if (raw.length === 0) return;
    const offset = this.#heldAt;
    if (state !== "line") {
      out.push({ kind: "refused", offset, ...skipped(state, raw.length), raw });
      return;
    }
    const read = parseScancomText(String.fromCharCode(...raw), this.#layout);
    if (read.ok) out.push({ kind: "frame", offset, frame: read, raw });
    else out.push({ kind: "refused", offset, rule: read.rule, message: read.message, raw });
  }
}

function skipped(state: string, count: number): { rule: string; message: string } {
  return state === "too-long"
    ? {
      rule: "line-too-long",
      message:
        `No line end within ${MAX_LINE} octets, expected one Fast Format message a line. Check that the panel ` +
        "sends Fast Format on this port.",
    }
    : {
      rule: "noise",
      message:
        `${count} octets hold characters that no Fast Format message has. If this repeats, check baud rate, ` +
        "parity and the format set in the panel.",
    };
}
