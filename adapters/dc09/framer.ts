/**
 * Cuts a stream, or a datagram, into DC-09 frames.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../contract.ts";
import { Slab } from "../slab.ts";
import { crc16Step } from "./crc16.ts";
import { DC09_MAX_CONTENT, type Dc09Frame, type Dc09FrameQuirk } from "./frame.ts";
import { DC09_HEAD, type Dc09HeadReading, mayBegin, readHead } from "./frame_head.ts";
import { otherProtocol } from "./other_protocol.ts";
import { PLAIN_HEAD, plainFrameEnd } from "./plain_frame.ts";
import { refusedFrame } from "./refused_frame.ts";

type Found = Framed<Dc09Frame> | Refusal;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
/** Noise is reported at the latest after this many octets. */
const MAX_NOISE = 256;
/** A content longer than any length can say is given up here. */
const MAX_CONTENT = DC09_MAX_CONTENT + 1;

/**
 * The framer of DC-09 on TCP; a datagram is {@link feed} and then {@link flush}.
 *
 * A frame begins with the `"` behind a CRC and a length, in any of the ways of {@link readHead}, and ends with the CR at
 * which the CRC is right; without CR, where length and CRC say so. The CRC has the last word: a frame with the right CRC is
 * read whatever its length says, one with a wrong CRC never. A CR or LF where the CRC is not right yet may stand in a
 * text, so the framer reads on until the frame is complete, or another one begins behind that CR or LF. NUL, CR, LF and
 * blanks between frames are skipped silently.
 *
 * Refusals: `wrong-crc` (with the received and the computed value), `truncated`, `too-long`, `other-protocol`, `noise`.
 * Source: receiver-outputs.md §7.1 (A+), quirks by §7.5 and field-needs.md; resynchronising is ours.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc09Framer } from "./framer.ts";
 *
 * const framer = new Dc09Framer();
 * const bytes = new TextEncoder().encode('~~\n1EF20013"NULL"0000L0#1234[]\r\n1EF30013"NULL"0000L0#1234[]\r');
 * const found = framer.feed(bytes);
 * assertEquals(found.map((it) => it.kind === "refused" ? it.rule : it.kind), ["noise", "frame", "wrong-crc"]);
 * assertEquals(framer.buffered, 0);
 * ```
 */
export class Dc09Framer implements Framer<Dc09Frame> {
  readonly #buffer = new Uint8Array(MAX_NOISE + DC09_HEAD + MAX_CONTENT + 8);
  readonly #slab = new Slab();
  #length = 0;
  /** Offset in the stream of the buffer's first octet. */
  #offset = 0;
  /** Where in the buffer the content begins; -1 between frames. */
  #content = -1;
  #crc = 0;
  #readings: Dc09HeadReading[] = [];
  /** The longest content that the readings say. */
  #expected = 0;

  /** Octets of an unfinished frame, or of noise not yet reported. */
  get buffered(): number {
    return this.#length;
  }

  /** True when what is buffered is a frame by length and CRC, and only its CR is missing. */
  get whole(): boolean {
    return this.#content >= 0 && this.#wholeReading() !== undefined;
  }

  /**
   * Takes the next octets.
   *
   * @param bytes Any part of the stream.
   * @returns Frames and refusals in stream order. Never throws.
   */
  feed(bytes: Uint8Array): Found[] {
    if (this.#length === 0 && bytes.length > PLAIN_HEAD && plainFrameEnd(bytes, 0) === bytes.length) {
      // A frame and nothing else, as it mostly comes.
      return [this.#plain(this.#slab.copy(bytes, 0, bytes.length))];
    }
    const out: Found[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const octet = bytes[at] as number;
      if (this.#content >= 0) this.#inside(octet, out);
      else if (this.#length > 0 || octet !== LF) this.#between(octet, out);
      else {
        const end = plainFrameEnd(bytes, at);
        if (end < 0) this.#between(octet, out);
        else {
          out.push(this.#plain(this.#slab.copy(bytes, at, end)));
          at = end - 1;
        }
      }
    }
    return out;
  }

  /**
   * Says that nothing came for a while, or that the stream or the datagram ended.
   *
   * @returns The frame that lacked only its CR; or the refusal of what is left.
   */
  flush(): Found[] {
    const out: Found[] = [];
    if (this.#content >= 0) {
      const reading = this.#match();
      if (reading === undefined) this.#refuseFrame(this.#length, out);
      else this.#frame(reading, false, out);
    }
    this.#noise(this.#length, out);
    return out;
  }

  /** A frame that came in one piece. */
  #plain(raw: Uint8Array): Found {
    const offset = this.#offset;
    this.#offset += raw.length;
    const content = raw.subarray(PLAIN_HEAD, raw.length - 1);
    return { kind: "frame", offset, frame: { content, crc: "hex", quirks: [] }, raw };
  }

  #between(octet: number, out: Found[]): void {
    this.#buffer[this.#length++] = octet;
    if (octet === QUOTE && mayBegin(this.#buffer, this.#length - 1)) {
      const readings = readHead(
        this.#buffer.subarray(Math.max(0, this.#length - 1 - DC09_HEAD), this.#length - 1),
      );
      if (readings.length > 0) return this.#begin(readings);
    }
    if (this.#length >= MAX_NOISE + DC09_HEAD) this.#noise(this.#length - DC09_HEAD, out);
  }

  /** The octet just taken is the `"` that begins a content. */
  #begin(readings: Dc09HeadReading[]): void {
    this.#content = this.#length - 1;
    this.#readings = readings;
    this.#expected = 0;
    for (const { length } of readings) this.#expected = Math.max(this.#expected, length);
    this.#crc = crc16Step(0, QUOTE);
  }

  #inside(octet: number, out: Found[]): void {
    if (
      octet !== CR && octet !== LF && octet !== QUOTE && this.#length - this.#content < this.#expected
    ) {
      // Neither the end nor the start of anything.
      this.#buffer[this.#length++] = octet;
      this.#crc = crc16Step(this.#crc, octet);
      return;
    }
    this.#mark(octet, out);
  }

  /** An octet at which something may end or begin. */
  #mark(octet: number, out: Found[]): void {
    const whole = this.#wholeReading();
    if (whole !== undefined && octet !== CR) {
      this.#frame(whole, false, out);
      return this.#between(octet, out);
    }
    if (octet === CR || octet === LF) {
      const reading = whole ?? this.#match();
      if (reading !== undefined) {
        if (octet === CR) this.#buffer[this.#length++] = octet;
        this.#frame(reading, octet === CR, out);
        return octet === CR ? undefined : this.#between(octet, out);
      }
      const counted = octet === CR ? crc16Step(this.#crc, CR) : -1;
      const withCr = this.#readings.find((it) => it.crc === counted);
      if (withCr !== undefined) {
        this.#buffer[this.#length++] = octet;
        return this.#frame(withCr, true, out, ["cr-in-crc"]);
      }
    }
    const count = this.#length - this.#content;
    this.#buffer[this.#length++] = octet;
    // Nothing can complete it any more. A shorter one may have the CR in a text, or lost octets.
    if (octet === CR && count >= this.#expected) return this.#refuseFrame(this.#length, out);
    if (octet === QUOTE && this.#restarts(out)) return;
    this.#crc = crc16Step(this.#crc, octet);
    if (count >= MAX_CONTENT) this.#refuseFrame(this.#length, out);
  }

  /** Whether the `"` just taken begins another frame, right behind a CR or LF: then the one before was cut. */
  #restarts(out: Found[]): boolean {
    if (!mayBegin(this.#buffer, this.#length - 1)) return false;
    const head = this.#buffer.subarray(
      Math.max(this.#content, this.#length - 1 - DC09_HEAD),
      this.#length - 1,
    );
    const readings = readHead(head).filter(({ octets }) => {
      const before = head.at(-octets - 1);
      return before === CR || before === LF;
    });
    if (readings.length === 0) return false;
    const octets = Math.max(...readings.map((it) => it.octets));
    this.#refuseFrame(this.#length - 1 - octets - 1, out);
    this.#begin(readings);
    return true;
  }

  /**
   * The reading by which the content is complete here without its CR. Only the longest length that can be meant counts: the
   * CRC fits at a shorter one by chance, once in 65536 frames, and a frame cut there would be cut at every repetition.
   */
  #wholeReading(): Dc09HeadReading | undefined {
    const count = this.#length - this.#content;
    if (count !== this.#expected) return undefined;
    return this.#readings.find((it) => it.crc === this.#crc && it.length === count);
  }

  /** The reading whose CRC is right here, whatever the length. */
  #match(): Dc09HeadReading | undefined {
    return this.#wholeReading() ?? this.#readings.find((it) => it.crc === this.#crc);
  }

  /** The frame is complete; `ended` when its CR is in the buffer. */
  #frame(reading: Dc09HeadReading, ended: boolean, out: Found[], also: Dc09FrameQuirk[] = []): void {
    const end = ended ? this.#length - 1 : this.#length;
    const count = end - this.#content;
    const quirks: Dc09FrameQuirk[] = [...reading.quirks, ...also];
    const counted = also.length > 0 ? count + 1 : count;
    if (reading.length !== count && reading.length !== counted) {
      const decimal = reading.decimal === count || reading.decimal === counted;
      quirks.push(decimal ? "decimal-length" : "wrong-length");
    }
    if (!ended) quirks.push("missing-cr");
    let start = this.#content - reading.octets;
    if (this.#buffer[start - 1] === LF && start > 0) start--;
    else quirks.push("missing-lf");
    const after = this.#content - start;
    if (start > 0) this.#noise(start, out);
    const raw = this.#slab.copy(this.#buffer, 0, ended ? after + count + 1 : after + count);
    const content = raw.subarray(after, after + count);
    if (quirks.length > 1) quirks.sort();
    out.push({ kind: "frame", offset: this.#offset, frame: { content, crc: reading.form, quirks }, raw });
    this.#drop(raw.length);
    this.#content = -1;
  }

  /** Gives up the frame, which ends before buffer index `end`. */
  #refuseFrame(end: number, out: Found[]): void {
    const octets = Math.max(...this.#readings.map((it) => it.octets));
    let start = this.#content - octets;
    if (start > 0 && this.#buffer[start - 1] === LF) start--;
    let last = end;
    while (last > this.#content && (this.#buffer[last - 1] === CR || this.#buffer[last - 1] === LF)) last--;
    const content = this.#buffer.slice(this.#content, last);
    this.#noise(start, out);
    const length = end - start;
    const raw = this.#buffer.slice(0, length);
    const { rule, message } = refusedFrame(raw, content, this.#expected, this.#readings);
    out.push({ kind: "refused", offset: this.#offset, rule, message, raw });
    this.#drop(length);
    this.#content = -1;
  }

  /** Reports the buffer's first `count` octets as noise, unless they only fill the space between frames. */
  #noise(count: number, out: Found[]): void {
    let from = 0, to = count;
    while (from < to && isFiller(this.#buffer[from])) from++;
    while (to > from && isFiller(this.#buffer[to - 1])) to--;
    if (to > from) {
      const raw = this.#buffer.slice(from, to);
      const other = otherProtocol(raw);
      out.push({
        kind: "refused",
        offset: this.#offset + from,
        rule: other === undefined ? "noise" : "other-protocol",
        message: other === undefined
          ? `Skipped ${raw.length} octets that are no SIA DC-09 frame. If this repeats, check that the panel is set to ` +
            "SIA DC-09 (SIA-IP)"
          : `The device speaks ${other.name}, not SIA DC-09. ${other.advice}`,
        raw,
      });
    }
    this.#drop(count);
  }

  #drop(count: number): void {
    if (count < this.#length) this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#offset += count;
    if (this.#content >= 0) this.#content -= count;
  }
}

/** What may stand between frames: NUL (seen behind CR, field-needs.md 24), line ends and blanks. */
function isFiller(octet: number | undefined): boolean {
  return octet === 0 || octet === LF || octet === CR || octet === 0x20;
}
