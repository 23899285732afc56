/**
 * SIA DC-09: what IP communicators of most makes speak, over TCP and UDP, in clear and encrypted.
 *
 * @module
 */
import type { PanelAdapter } from "../contract.ts";
import { Dc09Sender } from "./sender.ts";
import type { Dc09SenderOptions } from "./sender_options.ts";
import { Dc09Session } from "./session.ts";
import type { Dc09SessionOptions } from "./session_options.ts";

export { accountKey, splitAccount } from "./account.ts";
export { type Dc09AlarmContext, type Dc09Meaning, dc09Meaning } from "./alarm.ts";
export { dc09Answer, type Dc09AnswerOptions, dc09Nak } from "./answer.ts";
export type { Dc09Body } from "./body.ts";
export { compareClock, DC09_AHEAD, DC09_BEHIND } from "./clock.ts";
export { crc16 } from "./crc16.ts";
export { dc09Decoder, type Dc09DecoderOptions } from "./decode.ts";
export type { Dc09Random } from "./encryption.ts";
export { type Dc09Extended, extendedName } from "./extended_data.ts";
export { type Dc09Fault, dc09Fault } from "./fault.ts";
export {
  DC09_MAX_CONTENT,
  type Dc09CrcForm,
  type Dc09Frame,
  type Dc09FrameQuirk,
  writeFrame,
} from "./frame.ts";
export { Dc09Framer } from "./framer.ts";
export { type Dc09Head, isAnswer } from "./head.ts";
export { Dc09Key, dc09Keys, type Dc09KeysResult } from "./key.ts";
export { type Dc09Known, Dc09Memory } from "./memory.ts";
export { type Dc09Message, type Dc09Result, type Dc09Sealing, parseDc09, writeDc09 } from "./message.ts";
export type { Dc09Encoding } from "./octets.ts";
export { Dc09Sender } from "./sender.ts";
export type { Dc09SenderOptions } from "./sender_options.ts";
export type { Dc09Quirks } from "./sender_quirks.ts";
export { Dc09Session } from "./session.ts";
export type { Dc09Encryption, Dc09SessionOptions } from "./session_options.ts";
export { readTimestamp, writeTimestamp } from "./timestamp.ts";

/**
 * The adapter for inputs that send SIA DC-09.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09 } from "./mod.ts";
 *
 * const [poll, answer] = dc09.session({}).feed(new TextEncoder().encode('\n1EF20013"NULL"0000L0#1234[]\r'), 0);
 * assertEquals(poll, { kind: "poll", account: "1234", detail: "NULL 0000" });
 * assertEquals(answer?.kind, "send");
 * ```
 */
export const dc09: PanelAdapter & { session(options: Dc09SessionOptions): Dc09Session } = {
  name: "dc09",
  session: (options: Dc09SessionOptions) => new Dc09Session(options),
};

/**
 * A transmitter of SIA DC-09: for outputs whose AE takes it, and for simulated panels.
 *
 * @param options Account, key, waits.
 * @returns The session.
 * @throws {RangeError} If a setting cannot be used.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09Sender } from "./mod.ts";
 *
 * const sender = dc09Sender({ account: "1234", supervisionMs: 60_000 });
 * sender.connected(0);
 * const [poll] = sender.tick(60_000);
 * assertEquals(poll, { kind: "send", bytes: new TextEncoder().encode('\n1EF20013"NULL"0000L0#1234[]\r') });
 * ```
 */
export function dc09Sender(options: Dc09SenderOptions = {}): Dc09Sender {
  return new Dc09Sender(options);
}
