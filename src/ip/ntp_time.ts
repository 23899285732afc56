/**
 * Time as the IP protocol carries it: 64-bit NTP, UTC (RFC 958, RFC 4330; ip-protocol.md §4.1, confidence A).
 *
 * @module
 */

/** Seconds from 1900-01-01 to 1970-01-01. */
const UNIX_EPOCH_IN_NTP = 2_208_988_800;
const ERA_MS = 2 ** 32 * 1000;

/**
 * Writes a time as 64-bit NTP: 32 bits of seconds since 1900-01-01 (modulo 2^32), 32 bits of fraction.
 *
 * @param ms Milliseconds since 1970-01-01T00:00:00Z; fractions are kept to about 0.2 µs.
 * @returns The 64-bit number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { msToNtp } from "./ntp_time.ts";
 *
 * assertEquals(msToNtp(0), 2208988800n << 32n);
 * ```
 */
export function msToNtp(ms: number): bigint {
  const seconds = Math.floor(ms / 1000);
  const fraction = Math.min(0xffffffff, Math.round((ms - seconds * 1000) / 1000 * 2 ** 32));
  return BigInt.asUintN(32, BigInt(seconds + UNIX_EPOCH_IN_NTP)) << 32n | BigInt(fraction);
}

/**
 * Reads a 64-bit NTP time, choosing the era (of 2^32 seconds, the first ends in 2036) nearest to `now`.
 *
 * @param time The 64-bit number.
 * @param now Milliseconds since 1970 to choose the era by; 0 means: era 0 for times from 1968 on, else era 1 (the rule of RFC 4330).
 * @returns Milliseconds since 1970-01-01T00:00:00Z.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { msToNtp, ntpToMs } from "./ntp_time.ts";
 *
 * const in2040 = Date.UTC(2040, 0, 1);
 * assertEquals(ntpToMs(msToNtp(in2040), in2040), in2040);
 * ```
 */
export function ntpToMs(time: bigint, now: number): number {
  const seconds = Number(time >> 32n);
  const fraction = Number(time & 0xffffffffn);
  const ms = (seconds - UNIX_EPOCH_IN_NTP) * 1000 + fraction / 2 ** 32 * 1000;
  if (now === 0) return seconds >= 2 ** 31 ? ms : ms + ERA_MS;
  return ms + Math.round((now - ms) / ERA_MS) * ERA_MS;
}
