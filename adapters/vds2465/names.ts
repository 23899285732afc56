/**
 * Words for the numbers in VdS 2465 records.
 *
 * @module
 */

const ERRORS: Readonly<Record<number, string>> = {
  0x00: "general error",
  0x01: "not known",
  0x02: "cannot be done",
  0x03: "negative acknowledgement",
  0x04: "wrong security code",
  0x10: "no such address",
  0x18: "not possible at this address",
  0x19: "address not in use (Telenot)",
  0x20: "value out of range",
  0x80: "wrong checksum",
  0xff: "record type unknown",
};

const TRANSPORTS: Readonly<Record<number, string>> = {
  0x00: "internal",
  0x10: "analog leased line",
  0x20: "analog dial-up line",
  0x30: "X.25",
  0x34: "X.31 ASCII",
  0x38: "X.31 effeff",
  0x40: "ISDN B channel",
  0x50: "ISDN D channel",
  0x60: "trunked or private mobile radio",
  0x70: "data radio",
  0x80: "mobile phone network",
  0x90: "TCP/IP",
};

const FAULTS: Readonly<Record<number, string>> = {
  0x01: "undervoltage",
  0x02: "battery",
  0x03: "mains",
  0x17: "primary path",
  0x18: "backup path",
};

const PROTOCOLS: Readonly<Record<number, string>> = {
  0x01: "VdS 2465",
  0x80: "TAS",
  0x81: "Honeywell",
  0x82: "Telenot",
  0x83: "ALEC",
  0x84: "Bosch",
  0x85: "Siemens",
  0x86: "ATS",
};

/**
 * What an error code of record 11 means. Source: vds2465.md §3.5 (A; some codes mean other things on a Telenot GMS line).
 *
 * @param code The code.
 * @returns Words, or the number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsErrorText } from "./names.ts";
 *
 * assertEquals(vdsErrorText(0x10), "no such address");
 * assertEquals(vdsErrorText(0x77), "error 77H");
 * ```
 */
export function vdsErrorText(code: number): string {
  return ERRORS[code] ?? `error ${hex(code)}H`;
}

/**
 * What a transport service code of record 61 means. Source: vds2465.md §3.13 (A).
 *
 * @param code The code.
 * @returns Words, or the number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsTransportText } from "./names.ts";
 *
 * assertEquals(vdsTransportText(0x90), "TCP/IP");
 * ```
 */
export function vdsTransportText(code: number): string {
  return TRANSPORTS[code] ?? `service ${hex(code)}H`;
}

/**
 * Whose protocol a telegram over TCP carries, by its protocol number [Protokollkennung]. Source: vds2465.md §6.1 (A for
 * 01, B for the vendors' own).
 *
 * @param protocol The number.
 * @returns Words, or the number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsProtocolText } from "./names.ts";
 *
 * assertEquals([0x01, 0x82, 0x90].map(vdsProtocolText), ["VdS 2465", "Telenot", "protocol 90H"]);
 * ```
 */
export function vdsProtocolText(protocol: number): string {
  return PROTOCOLS[protocol] ?? `protocol ${hex(protocol)}H`;
}

/**
 * What the address means when its extension is 10H (fault). Source: vds2465.md §2.1 (A, one receiver).
 *
 * @param address The address.
 * @returns Words, or undefined.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsFaultText } from "./names.ts";
 *
 * assertEquals(vdsFaultText(0x18), "backup path");
 * ```
 */
export function vdsFaultText(address: number): string | undefined {
  return FAULTS[address];
}

/**
 * An octet as two capital hexadecimal digits, as the guideline writes record types and message kinds.
 *
 * @param octet 0 to 255.
 * @returns The digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hex } from "./names.ts";
 *
 * assertEquals(hex(0x0a), "0A");
 * ```
 */
export function hex(octet: number): string {
  return octet.toString(16).toUpperCase().padStart(2, "0");
}
