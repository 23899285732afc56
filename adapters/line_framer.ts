/**
 * Cuts a stream of text lines into messages: what the languages share that are sent a line at a time.
 *
 * @module
 */
import type { Framed, Refusal } from "./contract.ts";
import { OctetFramer } from "./octet_framer.ts";

/** What a language says about its lines. */
export interface LineLanguage<F> {
  /** Its name, for messages to people. */
  readonly name: string;
  /** Octets of its longest line. */
  readonly longest: number;
  /** The rule a longer line is refused by: it is also a counter's name. */
  readonly tooLong: string;
  /** An octet below 0x20 that may begin a line; any octet may follow in such a line. None when absent. */
  readonly control?: number;
  /** By the first octet of a line, the octet that ends it, whether or not a line end follows. None when absent. */
  readonly closing?: Readonly<Record<number, number>>;
  /** Whether 0x14, where it ends a line, belongs to it. @default {false} */
  readonly keepsDc4?: boolean;
  /** Whether octets are dropped without a word that are nothing but white space, VT, FF and 0xA0 included. @default {false} */
  readonly dropsWhiteSpace?: boolean;
  /** The line as it may be shown, as many characters; as it came when absent. */
  shown?(line: string): string;
  /** Reads a line, one character an octet. */
  read(line: string): { ok: true; frame: F } | { ok: false; rule: string; message: string };
}

const CR = 0x0d;
const LF = 0x0a;
/** The Sur-Gard forms end with it. */
const DC4 = 0x14;
/** Octets that are skipped are reported in pieces of at most this many, or of one line. */
const MAX_SKIPPED = 256;

/**
 * The framer of lines: a message ends with CR, LF or 0x14, with its closing octet where the language has one, or where the
 * line falls silent ({@link flush}).
 *
 * Blanks and NUL before a message mean nothing. Control characters but the tabulator and octets above 0x7E make a line
 * noise; what is noise or too long is given up to the next line end. Every octet costs the same.
 *
 * Refusals: `noise`, the language's own name for a line that is too long, and the rules of its `read`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LineFramer } from "./line_framer.ts";
 *
 * const framer = new LineFramer({
 *   name: "Echo",
 *   longest: 8,
 *   tooLong: "too-long",
 *   read: (line) => ({ ok: true, frame: line }),
 * });
 * const found = framer.feed(new TextEncoder().encode("one\r\n  two\rfar too long\r\x01\rth"));
 * assertEquals(found.map((it) => it.kind === "frame" ? it.frame : it.rule), ["one", "two", "too-long", "noise"]);
 * assertEquals(framer.flush()[0]?.offset, 26);
 * ```
 */
export class LineFramer<F> extends OctetFramer<F> {
  readonly #language: LineLanguage<F>;
  #state: "start" | "line" | "noise" | "too-long" = "start";

  /** Starts at the beginning of a line. @param language How its lines look. */
  constructor(language: LineLanguage<F>) {
    super();
    this.#language = language;
  }

  /** True while octets are given up: where the next message begins is not known before a line end or a {@link flush}. */
  get inDoubt(): boolean {
    return this.#state === "noise" || this.#state === "too-long";
  }

  /**
   * Says that nothing came for a while or the stream ended.
   *
   * @returns The message that lacked only its line end; or the refusal of what is left.
   */
  override flush(): (Framed<F> | Refusal)[] {
    const out: (Framed<F> | Refusal)[] = [];
    this.#end(out);
    return out;
  }

  /** Takes one octet. @param out What came of it goes here. */
  protected override octet(octet: number, out: (Framed<F> | Refusal)[]): void {
    const { longest, control, closing, keepsDc4 } = this.#language;
    if (octet === CR || octet === LF || octet === DC4) {
      if (octet === DC4 && keepsDc4 === true && this.#state === "line") this.held.push(octet);
      return this.#end(out);
    }
    const printable = octet >= 0x20 && octet <= 0x7e;
    switch (this.#state) {
      case "start":
        if (octet === 0x20 || octet === 0x09 || octet === 0) return;
        this.heldAt = this.position;
        this.held.push(octet);
        this.#state = printable || octet === control ? "line" : "noise";
        return;
      case "line": {
        this.held.push(octet);
        const first = this.held[0] ?? 0;
        if (!printable && octet !== 0x09 && first !== control) this.#state = "noise";
        else if (this.held.length > longest) this.#state = "too-long";
        else if (octet === closing?.[first]) this.#end(out);
        return;
      }
      case "noise":
      case "too-long": {
        this.held.push(octet);
        if (this.held.length < MAX_SKIPPED) return;
        const state = this.#state;
        this.#end(out);
        this.#state = state;
        this.heldAt = this.position + 1;
      }
    }
  }

  #end(out: (Framed<F> | Refusal)[]): void {
    const line = String.fromCharCode(...this.held);
    const state = this.#state;
    const offset = this.heldAt;
    this.held = [];
    this.#state = "start";
    if (line === "" || (this.#language.dropsWhiteSpace === true && line.trim() === "")) return;
    const shown = this.#language.shown?.(line) ?? line;
    const raw = Uint8Array.from(shown, (character) => character.charCodeAt(0));
    const read = state === "line" ? this.#language.read(line) : this.#skipped(state, raw.length);
    if (read.ok) out.push({ kind: "frame", offset, frame: read.frame, raw });
    else out.push({ kind: "refused", offset, rule: read.rule, message: read.message, raw });
  }

  #skipped(state: string, count: number): { ok: false; rule: string; message: string } {
    const { name, longest, tooLong } = this.#language;
    return state === "too-long"
      ? {
        ok: false,
        rule: tooLong,
        message:
          `No line end within ${longest} octets, expected one ${name} message a line. Check that the panel ` +
          `sends ${name} on this port.`,
      }
      : {
        ok: false,
        rule: "noise",
        message:
          `${count} octets hold characters that no ${name} message has. If this repeats, check baud rate, ` +
          "parity and the format set in the panel.",
      };
  }
}
