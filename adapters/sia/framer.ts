/**
 * Cuts a byte stream into SIA blocks.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../contract.ts";
import { parseBlock, type SiaBlock } from "./block.ts";
import { siaFunction } from "./function_code.ts";

/** The longest block, in octets. */
const MAX_BLOCK = 66;
/** Noise is reported in pieces of at most this many octets, so that memory stays bounded. */
const MAX_NOISE = 256;
/** Start of an encrypted Galaxy session; the capture goes on with 59 68 (panel-formats.md §1.6, A). */
const ENCRYPTED = [0x05, 0x01, 0x81];
/** Galaxy IP check: 00, eight digits, these octets, then eleven that change (panel-formats.md §1.6, A). */
const IP_CHECK = [0x11, 0x0c, 0x00, 0xfd, 0x09, 0x00];
const IP_CHECK_LENGTH = 26;

type Item = Framed<SiaBlock> | Refusal;

/**
 * Cuts a byte stream into SIA blocks, whatever the chunk borders.
 *
 * The format has no start mark, so after a parity error the framer no longer knows where blocks begin. It refuses the
 * bad block and from then on believes only blocks that are beyond doubt (parity right, function code known, contents that
 * fit it), wherever they start; the first of those, or {@link flush}, ends the doubt. A panel that repeats its block
 * every 50 ms without a pause is so heard again. The octets of a refusal may turn out to hold the start of the next
 * frame. Every octet costs at most a fixed amount of work.
 *
 * Rules: `parity`, `truncated`, `noise`, `encrypted-session`, and `ip-check` for the Galaxy heartbeat, which is no alarm
 * and no error. Source: panel-formats.md §1.1, §1.6 (A; the way back from an error C).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaFramer } from "./framer.ts";
 *
 * const framer = new SiaFramer();
 * assertEquals(framer.feed(new Uint8Array([0x40])), []);
 * const [item] = framer.feed(new Uint8Array([0x30, 0x8f]));
 * assertEquals(item?.kind === "frame" && item.frame.code, "0");
 * ```
 */
export class SiaFramer implements Framer<SiaBlock> {
  /** Octets since the last frame, at most one block; in doubt: the last octets in which a block may start. */
  readonly #held = new Uint8Array(MAX_BLOCK);
  #length = 0;
  /** Offset in the stream of the octet behind the held ones. */
  #offset = 0;
  #inDoubt = false;
  /** Octets before this offset have been refused already. */
  #refusedUpTo = 0;
  #noise: number[] = [];
  #items: Item[] = [];

  /** Takes the next bytes of the stream; see {@link Framer.feed}. */
  feed(bytes: Uint8Array): Item[] {
    for (const octet of bytes) {
      this.#offset++;
      this.#take(octet);
    }
    return this.#taken();
  }

  /**
   * Says that the line was idle or ended: what is buffered is refused as `truncated` (or as `noise`, in doubt), except for
   * good blocks in it, and the next octet begins a block.
   */
  flush(): Item[] {
    while (this.#length > 0 && !this.#inDoubt) {
      const raw = this.#held.slice(0, this.#length);
      const announced = ((raw[0] ?? 0) & 0x3f) + 3;
      const need = raw.length < announced ? announced : IP_CHECK_LENGTH;
      this.#refuse(
        "truncated",
        `The line fell silent after ${raw.length} of ${need} octets of a block. The panel or the line broke off; the ` +
          "panel should send the block again",
        raw,
      );
      this.#doubt(raw);
    }
    if (this.#inDoubt) this.#dropHeld(this.#length);
    this.#endNoise();
    this.#inDoubt = false;
    return this.#taken();
  }

  /** Octets held back because a block is not complete. */
  get buffered(): number {
    return this.#length;
  }

  /** True from a parity error until a good block or a {@link flush}. */
  get inDoubt(): boolean {
    return this.#inDoubt;
  }

  #taken(): Item[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #take(octet: number): void {
    if (this.#inDoubt) this.#takeInDoubt(octet);
    else this.#takeInOrder(octet);
  }

  #takeInOrder(octet: number): void {
    const held = this.#held;
    held[this.#length++] = octet;
    const length = this.#length;
    if (length <= ENCRYPTED.length && ENCRYPTED.slice(0, length).every((value, at) => held[at] === value)) {
      if (length === ENCRYPTED.length) this.#refuseEncrypted();
      return;
    }
    const check = this.#ipCheck();
    if (check === "complete") {
      const raw = held.slice(0, length);
      const account = String.fromCharCode(...raw.subarray(1, 9));
      this.#length = 0;
      this.#refuse(
        "ip-check",
        `Galaxy IP check of account ${account}: a sign of life, not an alarm. It belongs on the panel's separate ` +
          "IP-check port; it is counted here and not answered",
        raw,
      );
      return;
    }
    if (check === "possible" || length < ((held[0] ?? 0) & 0x3f) + 3) return;
    this.#endBlock();
  }

  /** The held octets are a block by their header, or more than one when they looked like an IP check before. */
  #endBlock(): void {
    const raw = this.#held.slice(0, this.#length);
    const result = parseBlock(raw);
    this.#length = 0;
    if (result.ok) {
      this.#frame(result.block, raw);
      return;
    }
    this.#refuse(result.rule ?? "parity", result.message ?? "", raw);
    this.#doubt(raw);
  }

  /**
   * `00`, digit, digit cannot begin a block of header 00: its third octet would be the parity, which is 0xC6 or more
   * there. So nothing is lost by waiting for the rest of an IP check.
   */
  #ipCheck(): "no" | "possible" | "complete" {
    const held = this.#held;
    const length = this.#length;
    if (held[0] !== 0 || length < 3) return "no";
    for (let at = 1; at < Math.min(length, 9); at++) {
      const octet = held[at] ?? 0;
      if (octet < 0x30 || octet > 0x39) return "no";
    }
    for (let at = 9; at < Math.min(length, 9 + IP_CHECK.length); at++) {
      if (held[at] !== IP_CHECK[at - 9]) return "no";
    }
    return length === IP_CHECK_LENGTH ? "complete" : "possible";
  }

  #refuseEncrypted(): void {
    const raw = this.#held.slice(0, this.#length);
    this.#refuse(
      "encrypted-session",
      "The panel starts an encrypted session (05 01 81 …), which cannot be read. Disable encryption for alarm " +
        "reporting in the panel's Ethernet menu",
      raw,
    );
    this.#length = 0;
    this.#inDoubt = true;
  }

  /** Goes into doubt: a block may start anywhere behind the first of these octets, which are the last of the stream. */
  #doubt(raw: Uint8Array): void {
    const end = this.#offset;
    this.#inDoubt = true;
    this.#length = 0;
    this.#offset = end - raw.length + 1;
    for (const octet of raw.subarray(1)) {
      this.#offset++;
      this.#take(octet);
    }
  }

  #takeInDoubt(octet: number): void {
    if (this.#length === MAX_BLOCK) {
      // The new octet is counted in the offset but not held yet.
      this.#offset--;
      this.#dropHeld(1);
      this.#offset++;
    }
    this.#held[this.#length++] = octet;
    const end = this.#length;
    for (let start = 0; start + 3 <= end; start++) {
      if (start + ((this.#held[start] ?? 0) & 0x3f) + 3 !== end) continue;
      const raw = this.#held.slice(start, end);
      const result = parseBlock(raw);
      if (!result.ok || !isBeyondDoubt(result.block)) continue;
      this.#dropHeld(start);
      this.#endNoise();
      this.#length = 0;
      this.#inDoubt = false;
      this.#frame(result.block, raw);
      return;
    }
  }

  /** In doubt: gives up the first `count` of the held octets. */
  #dropHeld(count: number): void {
    const from = this.#offset - this.#length;
    for (let at = 0; at < count; at++) {
      if (from + at >= this.#refusedUpTo) this.#noise.push(this.#held[at] ?? 0);
      if (this.#noise.length >= MAX_NOISE) this.#endNoise(from + at + 1);
    }
    this.#held.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  #endNoise(end = this.#offset - this.#length): void {
    if (this.#noise.length === 0) return;
    const raw = Uint8Array.from(this.#noise);
    this.#noise = [];
    this.#refuse(
      "noise",
      `${raw.length} octets that are no SIA block, behind a block that could not be read. Check that the panel sends SIA ` +
        "(DC-03) on this port, and the line",
      raw,
      end,
    );
  }

  #frame(frame: SiaBlock, raw: Uint8Array): void {
    this.#items.push({ kind: "frame", offset: this.#offset - raw.length, frame, raw });
  }

  #refuse(rule: string, message: string, raw: Uint8Array, end = this.#offset): void {
    this.#items.push({ kind: "refused", offset: end - raw.length, rule, message, raw });
    this.#refusedUpTo = Math.max(this.#refusedUpTo, end);
  }
}

/** Whether a block with the right parity found in a broken stream is one: one in 256 is right by chance. */
function isBeyondDoubt({ code, data }: SiaBlock): boolean {
  const kind = siaFunction(code)?.kind;
  if (kind === undefined) return false;
  const text = data.every((octet) => octet >= 0x20 && octet !== 0x7f);
  if (kind === "account") return data.length > 0 && data.length <= 16 && data.every(isAlphanumeric);
  if (kind === "event") return data.length >= 2 && text;
  if (kind === "text") return data.length > 0 && text;
  return kind === "end" || kind === "answer" ? data.length === 0 : text;
}

function isAlphanumeric(octet: number): boolean {
  return (octet >= 0x30 && octet <= 0x39) || (octet >= 0x41 && octet <= 0x5a) ||
    (octet >= 0x61 && octet <= 0x7a);
}
