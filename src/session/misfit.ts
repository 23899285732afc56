/**
 * Whether a message can be sent at all.
 *
 * @module
 */
import { type Message, writeMessage } from "../ip/messages/mod.ts";
import type { Ts50136Profile } from "../ip/profile.ts";
import { maxData } from "../ip/seal.ts";

/**
 * Why a message cannot be sent: asked before a sequence number is spent on it.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The reason; undefined when it can.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { misfit } from "./misfit.ts";
 *
 * assertEquals(misfit(profile, { name: "POLL_MSG" }), undefined);
 * assertEquals(
 *   misfit(profile, { name: "TRANSPARENT_MSG", data: new Uint8Array(2000) }),
 *   "TRANSPARENT_MSG has 2000 octets of data, 950 fit a datagram: it must be shorter",
 * );
 * ```
 */
export function misfit(profile: Ts50136Profile, message: Message): string | undefined {
  const most = maxData(profile);
  try {
    const { length } = writeMessage(profile, message);
    return length <= most
      ? undefined
      : `${message.name} has ${length} octets of data, ${most} fit a datagram: it must be shorter`;
  } catch (error) {
    return `${message.name} cannot be written: ${error instanceof Error ? error.message : error}`;
  }
}
