/**
 * Cuts a Texecom communicator's stream into messages.
 *
 * @module
 */
import type { Framed, Refusal } from "../contract.ts";
import { parseContactId } from "../contact_id/message.ts";
import { OctetFramer } from "../octet_framer.ts";
import { parseBlock, type SiaBlock } from "../sia/block.ts";
import type { TexecomMessage } from "./message.ts";

type Found = Framed<TexecomMessage> | Refusal;

const CR = 0x0d;
const LF = 0x0a;
/** Type digit and a Contact ID message with the longest account. */
const MAX_TEXT = 40;
/** `POLL`, an account of up to 16 characters, `#`. */
const MAX_POLL_HEAD = 4 + 16 + 1;
/** Flag octet and the three that follow it. */
const POLL_TAIL = 4;
/** Octets of a line of blocks; a data group of DC-03 holds 500 data octets at most. */
const MAX_BLOCKS = 2048;
/** Octets skipped before they are reported. */
const MAX_SKIPPED = 2048;

/** Where the framer is: between lines, in one of the kinds of line, or skipping what cannot be read. */
type State = "start" | "text" | "blocks" | "poll" | "plus" | "skip-line" | "skip-binary";

/**
 * The framer of the Texecom wrapper: a type digit, the payload and CR LF.
 *
 * Type `2` ends at CR or LF. Type `3` is cut by the lengths of its blocks, since CR LF may stand inside them, and is
 * complete with its end-of-data block (or with CR LF at a border between blocks). A poll has a fixed length after its
 * `#`, since its flag octet may be CR or LF. Messages that are complete with their last octet need no line end.
 *
 * After a block with wrong parity the lengths cannot be trusted: everything to the next CR LF is given up.
 *
 * Refusals: `noise`, `truncated`, `line-too-long`, `empty-line`, `bad-poll`, `parity` and the other rules of
 * `parseBlock` and `parseContactId`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TexecomFramer } from "./framer.ts";
 *
 * const [found] = new TexecomFramer().feed(new TextEncoder().encode("21AAA181130010013\r\n"));
 * assertEquals(found?.kind === "frame" && found.frame.kind, "contact-id");
 * ```
 */
export class TexecomFramer extends OctetFramer<TexecomMessage> {
  #state: State = "start";
  /** Type 3: the good blocks, where in the line the current one begins and how many octets it has in all. */
  #blocks: SiaBlock[] = [];
  #blockAt = 0;
  #blockNeeds = 0;
  /** Poll: octets of the line once `#` is seen. */
  #pollNeeds = 0;
  /** Why octets are being skipped. */
  #why = { rule: "noise", message: "" };

  /**
   * Says that nothing came for a while or the stream ended.
   *
   * @returns A Contact ID line that lacked only its line end; or the refusal of what is left.
   */
  override flush(): Found[] {
    const out: Found[] = [];
    if (this.#state === "text") this.#endText(out);
    else if (this.#state === "skip-line" || this.#state === "skip-binary") this.#endSkip(out);
    else if (this.#state !== "start") {
      this.#why = {
        rule: "truncated",
        message:
          `The line stopped after ${this.held.length} octets, expected more before its end. The connection ` +
          `was disturbed; the panel will send it again.`,
      };
      this.#endSkip(out);
    }
    return out;
  }

  /** Takes one octet. @param out What came of it goes here. */
  protected override octet(octet: number, out: Found[]): void {
    switch (this.#state) {
      case "start":
        return this.#start(octet, out);
      case "text":
        if (octet === CR || octet === LF) return this.#endText(out);
        this.held.push(octet);
        if (this.held.length > MAX_TEXT) {
          this.#skip(
            "skip-line",
            "line-too-long",
            `A type 2 line has more than ${MAX_TEXT} octets, expected 17`,
            out,
          );
        }
        return;
      case "blocks":
        this.held.push(octet);
        return this.#block(out);
      case "poll":
        this.held.push(octet);
        return this.#poll(out);
      case "plus":
        this.held.push(octet);
        if (octet !== 0x2b) this.#noise(out);
        else if (this.held.length === 3) this.#frame({ kind: "end" }, out);
        return;
      case "skip-line":
        if (octet === CR || octet === LF) return this.#endSkip(out);
        return this.#skipped(octet, out);
      case "skip-binary":
        if (octet === LF && this.held.at(-1) === CR) {
          this.held.pop();
          return this.#endSkip(out);
        }
        return this.#skipped(octet, out);
    }
  }

  #start(octet: number, out: Found[]): void {
    if (octet === CR || octet === LF) return;
    this.heldAt = this.position;
    this.held.push(octet);
    if (octet === 0x32) this.#state = "text";
    else if (octet === 0x33) {
      this.#state = "blocks";
      this.#blocks = [];
      this.#blockAt = 1;
      this.#blockNeeds = 0;
    } else if (octet === 0x50) {
      this.#state = "poll";
      this.#pollNeeds = 0;
    } else if (octet === 0x2b) this.#state = "plus";
    else this.#noise(out);
  }

  #endText(out: Found[]): void {
    const read = parseContactId(String.fromCharCode(...this.held.slice(1)), { letters: "digits" });
    if (!read.ok) {
      this.#why = { rule: read.rule, message: read.message };
      return this.#endSkip(out);
    }
    const { contactId, checksum } = read;
    this.#frame({ kind: "contact-id", contactId, ...(checksum === undefined ? {} : { checksum }) }, out);
  }

  #block(out: Found[]): void {
    const have = this.held.length - this.#blockAt;
    const first = this.held[this.#blockAt] ?? 0;
    if (have === 2 && first === CR && this.held[this.#blockAt + 1] === LF) {
      // No block has LF for its function code: this is the end of a line without an end-of-data block.
      this.held.length -= 2;
      if (this.#blocks.length > 0) return this.#frame({ kind: "sia", blocks: this.#blocks }, out);
      this.#why = {
        rule: "empty-line",
        message:
          "A type 3 line has no block, expected SIA blocks after the 3. Check the communicator's settings.",
      };
      return this.#endSkip(out);
    }
    if (have === 1) this.#blockNeeds = (first & 0x3f) + 3;
    if (have < this.#blockNeeds) return;
    const read = parseBlock(Uint8Array.from(this.held.slice(this.#blockAt)));
    if (!read.ok) {
      const { rule = "bad-block", message = "A block cannot be read." } = read;
      return this.#skip("skip-binary", rule, message, out);
    }
    this.#blocks.push(read.block);
    this.#blockAt = this.held.length;
    if (read.block.code === "0") this.#frame({ kind: "sia", blocks: this.#blocks }, out);
    else if (this.held.length > MAX_BLOCKS) {
      this.#skip(
        "skip-binary",
        "line-too-long",
        `A type 3 line has more than ${MAX_BLOCKS} octets of blocks`,
        out,
      );
    }
  }

  #poll(out: Found[]): void {
    const { length } = this.held;
    if (this.#pollNeeds > 0) {
      if (length < this.#pollNeeds) return;
      const hash = this.#pollNeeds - POLL_TAIL - 1;
      const account = String.fromCharCode(...this.held.slice(4, hash));
      this.#frame({ kind: "poll", account, flags: this.held[hash + 1] ?? 0 }, out);
      return;
    }
    const octet = this.held[length - 1] ?? 0;
    if (length <= 4) {
      if (octet !== "POLL".charCodeAt(length - 1)) this.#noise(out);
    } else if (octet === 0x23) this.#pollNeeds = length + POLL_TAIL;
    else if (octet < 0x21 || octet > 0x7e || length >= MAX_POLL_HEAD) {
      this.#skip("skip-line", "bad-poll", "A poll has no # after an account of up to 16 characters", out);
    }
  }

  #frame(frame: TexecomMessage, out: Found[]): void {
    out.push({ kind: "frame", offset: this.heldAt, frame, raw: Uint8Array.from(this.held) });
    this.held = [];
    this.#state = "start";
  }

  #noise(out: Found[]): void {
    this.#skip(
      "skip-line",
      "noise",
      "Found octets that begin no Texecom message, expected 2, 3, POLL or +++",
      out,
    );
  }

  /** From here on octets are skipped, the last one of the line included. */
  #skip(state: State, rule: string, message: string, out: Found[]): void {
    this.#state = state;
    const ending = message.endsWith(".")
      ? ""
      : ". Skipped to the line's end; check that the panel's protocol is Texecom.";
    this.#why = { rule, message: message + ending };
    const last = this.held.at(-1);
    if (state === "skip-line" && (last === CR || last === LF)) {
      this.held.pop();
      this.#endSkip(out);
    }
  }

  #skipped(octet: number, out: Found[]): void {
    this.held.push(octet);
    if (this.held.length < MAX_SKIPPED) return;
    const state = this.#state;
    this.#endSkip(out);
    this.#state = state;
    this.heldAt = this.position + 1;
  }

  #endSkip(out: Found[]): void {
    if (this.held.length > 0) {
      const { rule, message } = this.#why;
      out.push({ kind: "refused", offset: this.heldAt, rule, message, raw: Uint8Array.from(this.held) });
    }
    this.held = [];
    this.#state = "start";
  }
}
