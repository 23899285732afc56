/**
 * VdS 2465: the records, as serial lines (FT1.2) and TCP (supplement S2) carry them.
 *
 * @module
 */
import type { PanelAdapter } from "../contract.ts";
import { Vds2465SerialSession, type Vds2465SerialSessionOptions } from "./serial_session.ts";
import { Vds2465TcpSession, type Vds2465TcpSessionOptions } from "./tcp_session.ts";

export { EXTENSION, type VdsAddress } from "./address.ts";
export type { VdsCentreOptions } from "./centre.ts";
export { type VdsDateTime, writeTelenotClock } from "./date_time.ts";
export { vds2465Decoder, vds2465SerialDecoder, vds2465TcpDecoder } from "./decode.ts";
export { recordToJson } from "./describe.ts";
export { vds2465EventData, writeEventData } from "./event_data.ts";
export { vds2465EventDrafts, type VdsEventContext } from "./event_draft.ts";
export type { DeviceFeature } from "./features.ts";
export { type Ft12Frame, type Ft12Function, ft12Function, writeFt12 } from "./ft12.ts";
export { isIdent, readIdent, type VdsFiller, writeIdent } from "./ident.ts";
export { readRecords, type VdsRecord, type VdsRecords, writeRecords } from "./record.ts";
export { readFields, type VdsFields, type VdsMessage, type VdsPlace, writeFields } from "./record_fields.ts";
export { ST, type VdsRecordType, vdsRecordType } from "./record_type.ts";
export { Vds2465SerialFramer } from "./serial_framer.ts";
export { Vds2465SerialSender } from "./serial_sender.ts";
export type { Vds2465SerialSenderOptions, VdsSerialQuirks } from "./serial_sender_options.ts";
export { Vds2465SerialSession, type Vds2465SerialSessionOptions } from "./serial_session.ts";
export { Vds2465TcpFramer, type VdsTcpFrame } from "./tcp_framer.ts";
export { type VdsKeyOptions, VdsKeys } from "./tcp_keys.ts";
export { Vds2465TcpSender, type Vds2465TcpSenderOptions } from "./tcp_sender.ts";
export type { VdsTcpQuirks } from "./tcp_sender_quirks.ts";
export { Vds2465TcpSession, type Vds2465TcpSessionOptions } from "./tcp_session.ts";
export { IK, readTelegram, type VdsTelegram, type VdsTelegramResult, writeTelegram } from "./tcp_telegram.ts";
export type { VdsRequest } from "./transmitter_desk.ts";
export type { VdsTransmission } from "./transmitter_item.ts";
export {
  Vds2465Transmitter,
  type Vds2465TransmitterOptions,
  type VdsTransmitterEffect,
} from "./transmitter_session.ts";

/**
 * The adapter for inputs on a serial line: Telenot panels and others that send VdS 2465 in FT1.2 frames.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vds2465Serial } from "./mod.ts";
 *
 * const effects = vds2465Serial.session({}).feed(Uint8Array.fromHex("6802026840024216"), 0);
 * assertEquals(effects.at(-1), { kind: "send", bytes: Uint8Array.fromHex("6802026800020216") });
 * ```
 */
export const vds2465Serial:
  & PanelAdapter
  & { session(options: Vds2465SerialSessionOptions): Vds2465SerialSession } = {
    name: "vds2465-serial",
    session: (options: Vds2465SerialSessionOptions) => new Vds2465SerialSession(options),
  };

/**
 * The adapter for inputs over TCP: transmitters that speak VdS 2465 supplement S2. This side speaks first: its sessions
 * want a `tick` as soon as the connection stands.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vds2465Tcp } from "./mod.ts";
 *
 * const session = vds2465Tcp.session({ firstCounter: 0x0fffffff });
 * assertEquals(session.nextTick, 0);
 * assertEquals(session.tick(0), [{ kind: "send", bytes: Uint8Array.fromHex("0000000e0fffffffedfe0000000001010101") }]);
 * ```
 */
export const vds2465Tcp: PanelAdapter & { session(options: Vds2465TcpSessionOptions): Vds2465TcpSession } = {
  name: "vds2465-tcp",
  session: (options: Vds2465TcpSessionOptions) => new Vds2465TcpSession(options),
};
