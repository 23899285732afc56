/**
 * Cuts a stream of Contact ID text, in whatever form, into messages.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../contract.ts";
import { hidePassword } from "./password.ts";
import { type ContactIdText, parseContactIdText } from "./text.ts";

/** A message as the framer found it. */
export interface ContactIdTextFrame {
  /** What it says. */
  text: ContactIdText;
  /** The line as it came, password and all: for the echo that CSV-IP wants, and for nothing else. */
  line: string;
}

type Found = Framed<ContactIdTextFrame> | Refusal;

/** Longest message; the longest form on record has some fifty characters. */
const MAX_LINE = 256;
/** Octets that are skipped are reported in pieces of at most this many. */
const MAX_SKIPPED = 256;

const CR = 0x0d;
const LF = 0x0a;
const DC4 = 0x14;
/** The FSK7 radio form begins with it. */
const STX = 0x02;

/** What ends a message that begins with a bracket, whether or not a line end follows. */
const CLOSING: Readonly<Record<number, number>> = { 0x5b: 0x5d, 0x28: 0x29, 0x25: 0x24 };

/**
 * The framer of the textual forms: a message ends with CR, LF or 0x14, with its closing bracket (`]`, `)`, the `$` of `%…$`),
 * or where the line falls silent ({@link flush}).
 *
 * Refusals: `noise` for control characters and octets above 0x7E, `too-long`, and the rules of `parseContactIdText`. The
 * password of a CSV-IP line is blotted out in `raw`, of messages and of refusals.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ContactIdTextFramer } from "./text_framer.ts";
 *
 * const found = new ContactIdTextFramer().feed(new TextEncoder().encode("[CID2 181401010012843]5011 181234E12101001\x14"));
 * assertEquals(found.map((item) => item.kind === "frame" && item.frame.text.form), ["climax", "sur-gard"]);
 * ```
 */
export class ContactIdTextFramer implements Framer<ContactIdTextFrame> {
  #position = 0;
  #held: number[] = [];
  #heldAt = 0;
  #state: "start" | "line" | "noise" | "too-long" = "start";

  /** Octets of an unfinished message, or skipped and not reported yet. */
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
    if (octet === CR || octet === LF || octet === DC4) return this.#end(out);
    const printable = octet >= 0x20 && octet <= 0x7e;
    switch (this.#state) {
      case "start":
        // Blanks before a message mean nothing.
        if (octet === 0x20 || octet === 0x09 || octet === 0) return;
        this.#heldAt = this.#position;
        this.#held.push(octet);
        this.#state = printable || octet === STX ? "line" : "noise";
        return;
      case "line":
        this.#held.push(octet);
        if (!printable && octet !== 0x09 && this.#held[0] !== STX) this.#state = "noise";
        else if (this.#held.length > MAX_LINE) this.#state = "too-long";
        else if (octet === CLOSING[this.#held[0] ?? 0]) this.#end(out);
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
    const text = String.fromCharCode(...this.#held);
    const raw = Uint8Array.from(hidePassword(text), (character) => character.charCodeAt(0));
    const state = this.#state;
    const offset = this.#heldAt;
    this.#held = [];
    this.#state = "start";
    if (text.trim() === "") return;
    if (state !== "line") {
      out.push({ kind: "refused", offset, ...skipped(state, raw.length), raw });
      return;
    }
    const read = parseContactIdText(text);
    if (read.ok) out.push({ kind: "frame", offset, frame: { text: read, line: text }, raw });
    else out.push({ kind: "refused", offset, rule: read.rule, message: read.message, raw });
  }
}

function skipped(state: string, count: number): { rule: string; message: string } {
  return state === "too-long"
    ? {
      rule: "too-long",
      message:
        `No line end within ${MAX_LINE} octets, expected one Contact ID message a line. Check that the panel ` +
        "sends Contact ID on this port.",
    }
    : {
      rule: "noise",
      message:
        `${count} octets hold characters that no Contact ID message has. If this repeats, check baud rate, ` +
        "parity and the format set in the panel.",
    };
}
