/**
 * An alarm's identity, computed alike on both sides of the path.
 *
 * The IP protocol has no alarm number. Its *time event* field does the work: an SPT never gives two alarms the same
 * 64-bit time, and repeats it unchanged on every retransmission, across restarts too. So SPT and RCT derive the same
 * identity from it, and a repeated alarm is recognised however it was repeated.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { ntpToMs } from "../ip/ntp_time.ts";

/** Time events are multiples of this: the events of one alarm are told apart by the units below. */
export const EVENTS_PER_TIME = 64;

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * Derives the identity of an alarm.
 *
 * Layout: a ULID, that is 48 bits of milliseconds since 1970 from the time event, then 80 bits of
 * SHA-256(device ID ‖ time event), as 26 characters of Crockford base 32. Sorts by time.
 *
 * @param deviceId Device ID of the SPT (16 octets).
 * @param time Time event: 64-bit NTP time, unique per SPT.
 * @returns 26 characters.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { eventId } from "./event_id.ts";
 *
 * const device = new Uint8Array(16);
 * assertEquals(eventId(device, 1n << 63n), eventId(device, 1n << 63n));
 * assertNotEquals(eventId(device, 1n << 63n), eventId(device, (1n << 63n) + 1n));
 * assertEquals(eventId(device, 1n << 63n).length, 26);
 * ```
 */
export function eventId(deviceId: Uint8Array, time: bigint): string {
  const input = new Uint8Array(deviceId.length + 8);
  input.set(deviceId);
  new DataView(input.buffer).setBigUint64(deviceId.length, time);
  const digest = sha256(input);
  let head = Math.max(0, Math.floor(ntpToMs(time, 0)));
  const out = new Array<string>(26);
  for (let i = 9; i >= 0; i--) {
    out[i] = CROCKFORD[head % 32]!;
    head = Math.floor(head / 32);
  }
  let bits = 0, value = 0, at = 10;
  for (let i = 0; i < 10; i++) {
    value = (value << 8) | digest[i]!;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out[at++] = CROCKFORD[(value >>> bits) & 31]!;
    }
    value &= (1 << bits) - 1;
  }
  return out.join("");
}
