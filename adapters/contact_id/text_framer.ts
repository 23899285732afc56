/**
 * Cuts a stream of Contact ID text, in whatever form, into messages.
 *
 * @module
 */
import { LineFramer } from "../line_framer.ts";
import { hidePassword } from "./password.ts";
import { type ContactIdText, parseContactIdText } from "./text.ts";

/** A message as the framer found it. */
export interface ContactIdTextFrame {
  /** What it says. */
  text: ContactIdText;
  /** The line as it came, password and all: for the echo that CSV-IP wants, and for nothing else. */
  line: string;
}

/** Longest message; the longest form on record has some fifty characters. */
const MAX_LINE = 256;
/** The FSK7 radio form begins with it. */
const STX = 0x02;

/** What ends a message that begins with a bracket, whether or not a line end follows. */
const CLOSING: Readonly<Record<number, number>> = { 0x5b: 0x5d, 0x28: 0x29, 0x25: 0x24 };

/**
 * The framer of the textual forms: a message ends with CR, LF or 0x14, with its closing bracket (`]`, `)`, the `$` of `%…$`),
 * or where the line falls silent (`flush`).
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
export class ContactIdTextFramer extends LineFramer<ContactIdTextFrame> {
  /** Starts at the beginning of a line. */
  constructor() {
    super({
      name: "Contact ID",
      longest: MAX_LINE,
      tooLong: "too-long",
      control: STX,
      closing: CLOSING,
      dropsWhiteSpace: true,
      shown: hidePassword,
      read(line) {
        const text = parseContactIdText(line);
        return text.ok ? { ok: true, frame: { text, line } } : text;
      },
    });
  }
}
