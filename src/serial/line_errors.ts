/**
 * What the kernel counts of a line's trouble.
 *
 * @module
 */

/** Counts since the device was opened, as far as its driver tells. */
export interface LineErrors {
  /** Octets without a stop bit: wrong speed, noise. */
  framing: number;
  /** Octets with the wrong parity. */
  parity: number;
  /** Breaks: the wire was low for longer than an octet; a cut or loose wire. */
  breaks: number;
  /** Octets lost in the UART: the machine was too slow. */
  overrun: number;
  /** Octets lost in the kernel: this process was too slow, or a gateway did not take them. */
  bufferOverrun: number;
}

/** Octets of the kernel's `struct serial_icounter_struct`: 11 counters in use and 9 reserved, i32 each. */
export const ICOUNT_SIZE = 80;

/**
 * Reads the kernel's counters. Layout: cts, dsr, rng, dcd, rx, tx, frame, overrun, parity, brk, buf_overrun (i32
 * little-endian each). Source: Linux, `include/uapi/linux/serial.h`.
 *
 * @param bytes {@link ICOUNT_SIZE} octets.
 * @returns The counts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ICOUNT_SIZE, readLineErrors } from "./line_errors.ts";
 *
 * const bytes = new Uint8Array(ICOUNT_SIZE);
 * new DataView(bytes.buffer).setInt32(32, 7, true);
 * assertEquals(readLineErrors(bytes).parity, 7);
 * ```
 */
export function readLineErrors(bytes: Uint8Array): LineErrors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, ICOUNT_SIZE);
  const at = (index: number) => view.getInt32(index * 4, true);
  return { framing: at(6), overrun: at(7), parity: at(8), breaks: at(9), bufferOverrun: at(10) };
}

/**
 * What was added since an earlier count. Drivers count since they were loaded.
 *
 * @param now Later counts.
 * @param base Earlier counts.
 * @returns The difference.
 */
export function errorsSince(now: LineErrors, base: LineErrors): LineErrors {
  return {
    framing: now.framing - base.framing,
    parity: now.parity - base.parity,
    breaks: now.breaks - base.breaks,
    overrun: now.overrun - base.overrun,
    bufferOverrun: now.bufferOverrun - base.bufferOverrun,
  };
}
