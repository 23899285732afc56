/**
 * What faulty transmitters do on VdS 2465 over TCP, for tests and for the panel simulator.
 *
 * @module
 */
import { Vds2465TcpFramer } from "./tcp_framer.ts";
import { VdsKeys } from "./tcp_keys.ts";
import { IK, readTelegram, writeTelegram } from "./tcp_telegram.ts";

/** How a transmitter differs from the guideline. None of these belongs into an output. */
export interface VdsTcpQuirks {
  /** Every so many telegrams one has a receive counter that does not fit; with 1 all have. @default {0, none} */
  wrongCounterEvery?: number;
  /** So many polls of the centre are left unanswered, its repeats counted, from the first on. @default {0} */
  unansweredPolls?: number;
  /** Encrypts with this key, 16 octets or 32 hexadecimal digits, under the number of the right one. */
  wrongKey?: Uint8Array | string;
}

/**
 * Spoils telegrams on their way out. The transmitter behind it stays as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { VdsKeys } from "./tcp_keys.ts";
 * import { VdsTcpSpoiler } from "./tcp_sender_quirks.ts";
 *
 * const poll = Uint8Array.fromHex("0000000d000000a2ec5a10000002030100");
 * const spoiler = new VdsTcpSpoiler({ wrongCounterEvery: 2, unansweredPolls: 1 }, new VdsKeys(), 0);
 * const sent = [poll, poll, poll].map((bytes) => spoiler.spoil(bytes)?.toHex());
 * assertEquals(sent, [undefined, poll.toHex(), "0000000d000000a2ec5910000003030100"]);
 * ```
 */
export class VdsTcpSpoiler {
  readonly #quirks: VdsTcpQuirks;
  readonly #keys: VdsKeys;
  readonly #wrong: VdsKeys;
  #telegrams = 0;
  #unanswered = 0;

  /**
   * Begins with the first telegram.
   *
   * @param quirks What is done wrong.
   * @param keys The transmitter's keys.
   * @param number Number of its key; 0 for plain.
   * @throws {RangeError} When the wrong key is not 16 octets.
   */
  constructor(quirks: VdsTcpQuirks, keys: VdsKeys, number: number) {
    this.#quirks = quirks;
    this.#keys = keys;
    const { wrongKey } = quirks;
    this.#wrong = wrongKey === undefined || number === 0 ? keys : new VdsKeys({ [number]: wrongKey });
  }

  /** Spoils a telegram. @param bytes A whole one. @returns What is sent in its place; undefined for nothing. */
  spoil(bytes: Uint8Array): Uint8Array | undefined {
    const [item] = new Vds2465TcpFramer().feed(bytes);
    const read = item?.kind === "frame"
      ? readTelegram(item.frame.key, item.frame.body, this.#keys)
      : undefined;
    if (read?.ok !== true) return bytes;
    const { telegram } = read;
    const { wrongCounterEvery = 0, unansweredPolls = 0 } = this.#quirks;
    if (telegram.ik === IK.POLL && this.#unanswered < unansweredPolls) {
      this.#unanswered++;
      return undefined;
    }
    this.#telegrams++;
    const miscounted = wrongCounterEvery > 0 && this.#telegrams % wrongCounterEvery === 0;
    return writeTelegram(
      miscounted ? { ...telegram, rc: (telegram.rc + 1) >>> 0 } : telegram,
      this.#wrong,
    );
  }
}
