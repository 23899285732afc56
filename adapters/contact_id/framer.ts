/**
 * Cuts a stream of plain Contact ID digits into messages.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../contract.ts";
import { digitSum } from "./checksum.ts";
import { type Letters, readDigits } from "./digits.ts";
import { type ContactId, isMessageType, parseContactId } from "./message.ts";

/** A message as the framer found it. */
export interface ContactIdFrame {
  /** The message. */
  contactId: ContactId;
  /** The checksum digit, verified; absent when the line had none. */
  checksum?: string;
}

/** Settings of {@link ContactIdFramer}. */
export interface ContactIdFramerOptions {
  /** Digits of the account, 4 when absent; a few panels can be set to send up to 16. */
  accountDigits?: number;
  /** What letters stand for; `auto` when absent. */
  letters?: Letters;
}

/** Digits of a message besides the account: type 2, qualifier 1, code 3, group 2, zone 3, checksum 1. */
const REST = 12;
/** Noise is reported at the latest after this many octets. */
const MAX_NOISE = 256;
/** Digits kept while looking for a message: the longest account and the rest. */
const MAX_RUN = 16 + REST;
/** Digits of the longest message of a related format that is shorter than Contact ID: 4+2. */
const LONGEST_SHORT = 9;
/** Octets of one run including blanks: what comes as a message in pieces wider spread is noise. */
const MAX_RAW = 4 * MAX_RUN;

/**
 * The framer of the plain form: 16 digits, or 15 without checksum, each followed by CR and/or LF or by nothing.
 *
 * A message with its checksum is complete with its last digit, whether or not a line end follows, so that messages
 * glued together come out one by one. Without a checksum only a line end (or {@link flush}) tells that it is whole;
 * and once the stream has shown checksums a message without one is refused, because it is far more likely one that lost
 * a digit. Noise before a message is skipped digit by digit; a message with a wrong checksum is given up as a whole and
 * never searched for another one. Blanks within a message are skipped. A longer account than set is read if the
 * checksum over everything since the line's start is right.
 *
 * Refusals: `noise`, `truncated`, `wrong-checksum`, `missing-checksum`, and the rules of `parseContactId`.
 * Source: panel-formats.md §2.5 row 1 (layout A, line ends B); resynchronising is ours.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ContactIdFramer } from "./framer.ts";
 *
 * const framer = new ContactIdFramer();
 * const found = framer.feed(new TextEncoder().encode("~~12341811310101581234183131010156"));
 * assertEquals(found.map((it) => it.kind), ["refused", "frame", "frame"]);
 * assertEquals(framer.buffered, 0);
 * ```
 */
export class ContactIdFramer implements Framer<ContactIdFrame> {
  readonly #length: number;
  readonly #letters: Letters;
  /** Offset in the stream of the next octet. */
  #position = 0;
  /** Octets given up and not yet reported, and where they begin. */
  #noise: number[] = [];
  #noiseAt = 0;
  /** The current run: digits and blanks as they came, where each digit stands among them, where they begin. */
  #raw: number[] = [];
  #digits = "";
  #index: number[] = [];
  #runAt = 0;
  /** True while the run goes back to the start of a line or the end of a message. */
  #whole = true;
  #checksums = false;

  /** @param options Settings; `accountDigits` outside 1 to 16 is brought into that range. */
  constructor(options: ContactIdFramerOptions = {}) {
    const account = Math.trunc(options.accountDigits ?? 4);
    this.#length = REST + Math.min(16, Math.max(1, Number.isNaN(account) ? 4 : account));
    this.#letters = options.letters ?? "auto";
  }

  /** Octets of an unfinished message and of noise not yet reported. */
  get buffered(): number {
    return this.#raw.length + this.#noise.length;
  }

  /** True while digits are looked through behind others that were given up: a message may begin at any of them. */
  get inDoubt(): boolean {
    return !this.#whole;
  }

  /**
   * Takes the next octets.
   *
   * @param bytes Any part of the stream.
   * @returns Messages and refusals in stream order.
   */
  feed(bytes: Uint8Array): (Framed<ContactIdFrame> | Refusal)[] {
    const out: (Framed<ContactIdFrame> | Refusal)[] = [];
    for (const octet of bytes) {
      if (octet === 0x0d || octet === 0x0a) this.#endLine(out);
      else if (octet === 0x20 || octet === 0x09) this.#blank(octet, out);
      else if (isDigit(octet)) this.#digit(octet, out);
      else {
        this.#giveUpRun(out);
        this.#giveUp(octet, this.#position, out);
      }
      this.#position++;
    }
    return out;
  }

  /**
   * Says that nothing came for a while or the stream ended: takes what is buffered as a line.
   *
   * @returns The message that ended there, or the refusal of what is left.
   */
  flush(): (Framed<ContactIdFrame> | Refusal)[] {
    const out: (Framed<ContactIdFrame> | Refusal)[] = [];
    this.#endLine(out);
    return out;
  }

  #digit(octet: number, out: (Framed<ContactIdFrame> | Refusal)[]): void {
    if (this.#raw.length === 0) this.#runAt = this.#position;
    this.#index.push(this.#raw.length);
    this.#raw.push(octet);
    this.#digits += String.fromCharCode(octet).toUpperCase();
    const count = this.#digits.length;
    if (count >= this.#length) this.#look(out);
    if (this.#digits.length > MAX_RUN || this.#raw.length > MAX_RAW) this.#dropDigits(1, out);
  }

  /** Looks whether the digit just taken completes a message. */
  #look(out: (Framed<ContactIdFrame> | Refusal)[]): void {
    const read = readDigits(this.#digits, this.#letters);
    if (!read.ok) return;
    const { digits } = read;
    if (
      !isMessageType(digits.slice(-REST, -REST + 2)) || !/[136]/.test(digits.charAt(digits.length - REST + 2))
    ) {
      return;
    }
    if (this.#whole && digitSum(digits) === 0) this.#frame(out);
    else if (digits.length > this.#length && digitSum(digits.slice(-this.#length)) === 0) {
      this.#dropDigits(digits.length - this.#length, out);
      this.#frame(out);
    } else if (this.#whole && digits.length === this.#length) {
      // A message from the very start and the checksum does not fit: no other message is looked for inside it.
      this.#refuseRun(out);
    }
  }

  #blank(octet: number, out: (Framed<ContactIdFrame> | Refusal)[]): void {
    if (this.#raw.length === 0) {
      if (this.#noise.length > 0) this.#giveUp(octet, this.#position, out);
      return;
    }
    this.#raw.push(octet);
    if (this.#raw.length > MAX_RAW) this.#dropDigits(1, out);
  }

  #endLine(out: (Framed<ContactIdFrame> | Refusal)[]): void {
    const count = this.#digits.length;
    if (count === 0) {
      this.#endNoise(out);
    } else if (count === this.#length - 1 && this.#whole && this.#isBare()) {
      if (this.#checksums) {
        this.#refuse(out, "missing-checksum", this.#bareMessage());
      } else this.#frame(out);
    } else if (count >= this.#length && this.#whole) {
      this.#refuseRun(out);
    } else if (this.#whole && this.#isSibling()) {
      this.#refuseRun(out);
    } else if (this.#whole) {
      this.#refuse(
        out,
        "truncated",
        `The line ended after ${count} digits, expected ${this.#length}. The message was cut; ` +
          `the panel has to send it again.`,
      );
    } else {
      this.#giveUpRun(out);
      this.#endNoise(out);
    }
    this.#whole = true;
  }

  /** True when the run reads as a message without checksum. */
  #isBare(): boolean {
    const read = parseContactId(this.#digits, { letters: this.#letters });
    return read.ok && read.checksum === undefined;
  }

  /** True when the run is a message of a related format, whose messages are shorter. */
  #isSibling(): boolean {
    const read = parseContactId(this.#digits, { letters: this.#letters });
    return this.#digits.length <= LONGEST_SHORT && !read.ok && read.rule === "other-message-type";
  }

  #bareMessage(): string {
    return `Got ${this.#digits.length} digits without checksum on a line that sent checksums before, expected ` +
      `${this.#length}. A digit was lost; the panel has to send the message again.`;
  }

  /** The run is a message. */
  #frame(out: (Framed<ContactIdFrame> | Refusal)[]): void {
    const read = parseContactId(this.#digits, { letters: this.#letters });
    if (!read.ok) return this.#refuseRun(out);
    this.#endNoise(out);
    if (read.checksum !== undefined) this.#checksums = true;
    const { contactId, checksum } = read;
    out.push({
      kind: "frame",
      offset: this.#runAt,
      frame: checksum === undefined ? { contactId } : { contactId, checksum },
      raw: this.#runBytes(),
    });
    this.#clearRun();
    this.#whole = true;
  }

  /** The run is none: says why. */
  #refuseRun(out: (Framed<ContactIdFrame> | Refusal)[]): void {
    const read = parseContactId(this.#digits, { letters: this.#letters });
    if (read.ok) {
      this.#refuse(
        out,
        "wrong-length",
        `Got ${this.#digits.length} digits on a line, expected ${this.#length}. If the account really is that long, ` +
          `set the number of account digits of this input.`,
      );
    } else this.#refuse(out, read.rule, read.message);
  }

  #refuse(out: (Framed<ContactIdFrame> | Refusal)[], rule: string, message: string): void {
    this.#endNoise(out);
    out.push({ kind: "refused", offset: this.#runAt, rule, message, raw: this.#runBytes() });
    this.#clearRun();
    this.#whole = true;
  }

  /** The first `count` digits and the blanks behind them turn out to be noise. */
  #dropDigits(count: number, out: (Framed<ContactIdFrame> | Refusal)[]): void {
    const keep = this.#index[count] ?? this.#raw.length;
    for (let at = 0; at < keep; at++) this.#giveUp(this.#raw[at] ?? 0, this.#runAt + at, out);
    this.#raw = this.#raw.slice(keep);
    this.#digits = this.#digits.slice(count);
    this.#index = this.#index.slice(count).map((at) => at - keep);
    this.#runAt += keep;
    this.#whole = false;
  }

  #giveUpRun(out: (Framed<ContactIdFrame> | Refusal)[]): void {
    for (let at = 0; at < this.#raw.length; at++) this.#giveUp(this.#raw[at] ?? 0, this.#runAt + at, out);
    this.#clearRun();
    // What follows noise may be a message, but no longer one that can claim the start of the line.
    this.#whole = true;
  }

  #giveUp(octet: number, offset: number, out: (Framed<ContactIdFrame> | Refusal)[]): void {
    if (this.#noise.length === 0) this.#noiseAt = offset;
    this.#noise.push(octet);
    if (this.#noise.length >= MAX_NOISE) this.#endNoise(out);
  }

  #endNoise(out: (Framed<ContactIdFrame> | Refusal)[]): void {
    if (this.#noise.length === 0) return;
    out.push({
      kind: "refused",
      offset: this.#noiseAt,
      rule: "noise",
      message: `Skipped ${this.#noise.length} octets that are no Contact ID message, expected 16 digits. ` +
        `If this repeats, check baud rate, parity and the format set in the panel.`,
      raw: Uint8Array.from(this.#noise),
    });
    this.#noise = [];
  }

  #runBytes(): Uint8Array {
    const last = this.#index.at(-1) ?? -1;
    return Uint8Array.from(this.#raw.slice(0, last + 1));
  }

  #clearRun(): void {
    this.#raw = [];
    this.#digits = "";
    this.#index = [];
  }
}

/** `0`-`9`, `A`-`F` in either case, and the telephone keys `*` and `#`. */
function isDigit(octet: number): boolean {
  return (octet >= 0x30 && octet <= 0x39) || (octet >= 0x41 && octet <= 0x46) ||
    (octet >= 0x61 && octet <= 0x66) || octet === 0x2a || octet === 0x23;
}
