/**
 * Messages without a key: how two ends that share nothing yet begin to speak.
 *
 * @module
 */
import type { Header } from "../ip/header.ts";
import { type Message, messageId, parseMessage, writeMessage } from "../ip/messages/mod.ts";
import type { Ts50136Profile } from "../ip/profile.ts";
import { clearKeys, open, seal } from "../ip/seal.ts";
import { nextSequence, type SessionBasis } from "./path_identity.ts";

/** A message that was not encrypted. Nothing of it is authentic: anyone can have written it. */
export interface ClearMessage {
  /** Its header. */
  header: Header;
  /** What it says. */
  message: Message;
}

/**
 * Reads a datagram as a message in clear form.
 *
 * @param profile The profile.
 * @param datagram Its octets.
 * @returns The message; undefined when it is encrypted, damaged or nothing that the profile knows. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../ip/profile.ts";
 * import { readClear } from "./clear_message.ts";
 *
 * assertEquals(readClear(reconstructed2020, new Uint8Array(132)), undefined);
 * ```
 */
export function readClear(profile: Ts50136Profile, datagram: Uint8Array): ClearMessage | undefined {
  const opened = open(profile, clearKeys, datagram);
  if (!opened.ok) return undefined;
  const { header, data } = opened;
  const parsed = parseMessage(profile, header.messageId, data);
  return parsed.ok ? { header, message: parsed.value } : undefined;
}

/**
 * Writes the answer to a message in clear form, on the handle it came on.
 *
 * @param basis Profile and source of the padding.
 * @param request Header of the request: its handle is answered on, its TX acknowledged.
 * @param from Device ID of this end and its TX number.
 * @param message The answer.
 * @returns The datagram.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { answerClear, readClear } from "./clear_message.ts";
 *
 * const basis = { profile, random: (n: number) => new Uint8Array(n) };
 * const from = { deviceId: new Uint8Array(16), tx: 9 };
 * const answer = { name: "VERSION_RESP", result: "RESP_ACKNOWLEDGE", version: 1 } as const;
 * const read = readClear(profile, answerClear(basis, { handle: 0, tx: 41 }, from, answer));
 * assertEquals([read?.message, read?.header.tx, read?.header.rx], [answer, 9, 42]);
 * ```
 */
export function answerClear(
  { profile, random }: SessionBasis,
  request: Pick<Header, "handle" | "tx">,
  from: Pick<Header, "deviceId" | "tx">,
  message: Message,
): Uint8Array {
  const header = {
    handle: request.handle,
    deviceId: from.deviceId,
    tx: from.tx,
    rx: nextSequence(request.tx),
    flags: profile.values.initialFlags,
    version: profile.values.protocolVersion,
    messageId: messageId(profile, message.name),
  };
  return seal(profile, clearKeys, header, writeMessage(profile, message), random);
}
