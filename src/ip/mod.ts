/**
 * The IP protocol (IEC TS 60839-7-8 = CLC/TS 50136-9) as octets: profile, header, seal, messages.
 *
 * A reconstructed profile, unverified against the published text. No sockets, no clock, no randomness of its
 * own.
 *
 * @module
 */
export type { Decoded } from "../../adapters/contract.ts";
export { equal } from "./constant_time.ts";
export { decodeDatagram, type DecodedDatagram } from "./decode.ts";
export { edition, type EditionName, editionNames } from "./editions.ts";
export { type Header, headerOctets, readHeader, writeHeader } from "./header.ts";
export * from "./messages/mod.ts";
export { msToNtp, ntpToMs } from "./ntp_time.ts";
export type * from "./profile.ts";
export { reconstructed2020 } from "./profile.ts";
export { resultFits } from "./result_tables.ts";
export * from "./seal.ts";
