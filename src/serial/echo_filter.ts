/**
 * Leaves out of what a two-wire bus hears what it has just sent itself.
 *
 * @module
 */

/** Echoes that may be outstanding, octets; what is sent beyond is not expected back. */
const MAX_EXPECTED = 8192;

/**
 * Knows what was sent, and recognises it when it comes back. What is not whole and equal is no echo: it is passed on, the part
 * that looked like one too. So a converter that does not echo, or a panel that speaks at the same time, costs no octet but one
 * that is equal to what was sent, within the time in which an echo can come.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EchoFilter } from "./echo_filter.ts";
 *
 * const filter = new EchoFilter();
 * filter.sent(Uint8Array.of(0x40, 0x38, 0x87), 100);
 * assertEquals([...filter.heard(Uint8Array.of(0x40, 0x38), 10)], []);
 * assertEquals([...filter.heard(Uint8Array.of(0x87, 0x46), 11)], [0x46]);
 * ```
 */
export class EchoFilter {
  /** What was sent and did not come back yet, in order. */
  #expected: { bytes: Uint8Array; until: number }[] = [];
  #octets = 0;
  /** Octets of the first expected echo that came back. */
  #matched = 0;
  /** Echoes that came back garbled, or not at all. */
  broken = 0;

  /**
   * Notes what is sent now.
   *
   * @param bytes What is sent. Kept, not copied.
   * @param until Until when it can come back, ms on a clock that only goes forward.
   */
  sent(bytes: Uint8Array, until: number): void {
    if (bytes.length === 0 || this.#octets + bytes.length > MAX_EXPECTED) return;
    this.#expected.push({ bytes, until });
    this.#octets += bytes.length;
  }

  /**
   * Takes what the line heard.
   *
   * @param bytes What it heard.
   * @param now ms on the same clock.
   * @returns What others said.
   */
  heard(bytes: Uint8Array, now: number): Uint8Array {
    const before = this.expire(now);
    if (before.length === 0 && this.#expected.length === 0) return bytes;
    const passed: Uint8Array[] = [before];
    let at = 0;
    while (at < bytes.length) {
      const first = this.#expected[0];
      if (first === undefined) break;
      if (bytes[at] !== first.bytes[this.#matched]) {
        // Others speak at the same time: nothing outstanding can be told from what they say.
        passed.push(first.bytes.subarray(0, this.#matched));
        this.broken += this.#expected.length;
        this.#expected = [];
        this.#octets = 0;
        this.#matched = 0;
        break;
      }
      at++;
      if (++this.#matched === first.bytes.length) this.#drop();
    }
    passed.push(bytes.subarray(at));
    return join(passed);
  }

  /**
   * Gives up on echoes that are overdue.
   *
   * @param now ms on the same clock.
   * @returns Octets that looked like the beginning of one.
   */
  expire(now: number): Uint8Array {
    let held: Uint8Array = new Uint8Array(0);
    for (
      let first = this.#expected[0];
      first !== undefined && first.until <= now;
      first = this.#expected[0]
    ) {
      this.broken++;
      if (this.#matched > 0) held = first.bytes.subarray(0, this.#matched);
      this.#drop();
    }
    return held;
  }

  /** When {@link expire} has something to do, ms on the same clock. */
  get deadline(): number | undefined {
    return this.#matched > 0 ? this.#expected[0]?.until : undefined;
  }

  #drop(): void {
    this.#octets -= this.#expected.shift()?.bytes.length ?? 0;
    this.#matched = 0;
  }
}

function join(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
