/**
 * What DTLS server and client are both told.
 *
 * @module
 */
import { DtlsError } from "./dtls_end.ts";
import type { LibsslPaths } from "./libssl.ts";

/** Settings of both ends. */
export interface DtlsSettings {
  /** PEM file: the own certificate first, then those between it and the CA. */
  certificateFile: string;
  /** PEM file: the key of the own certificate, not encrypted. */
  keyFile: string;
  /** Octets of a datagram at most, 256–16000: long flights are cut to fit. @default {1200} */
  mtu?: number;
  /** A handshake may take this long, ms, 100–600000. @default {30000} */
  handshakeMs?: number;
  /** A connection without a message from the peer is closed after this long, ms, 100–86400000. @default {60000} */
  idleMs?: number;
  /**
   * Use TLS_DHE_DSS_WITH_AES_256_CBC_SHA of the 2013 text and nothing else. Needs a DSA certificate, and lowers OpenSSL's
   * security level to 0, where short keys and SHA-1 pass: only for devices that know no other suite. @default {false}
   */
  legacyDss?: boolean;
  /** Where OpenSSL is, when the system does not find it by name. */
  libraries?: LibsslPaths;
}

/** The settings that are numbers or switches, with their defaults filled in. */
export interface Limits {
  readonly mtu: number;
  readonly handshakeMs: number;
  readonly idleMs: number;
  readonly legacyDss: boolean;
}

/**
 * Fills in defaults and checks ranges.
 *
 * @param settings As given.
 * @returns Complete.
 * @throws {DtlsError} `bad-setting`
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { limitsOf } from "./settings.ts";
 *
 * const files = { certificateFile: "rct.pem", keyFile: "rct.key" };
 * assertEquals(limitsOf(files).mtu, 1200);
 * assertThrows(() => limitsOf({ ...files, mtu: 20 }), Error, "mtu has to be 256-16000, found 20");
 * ```
 */
export function limitsOf(settings: DtlsSettings): Limits {
  const { mtu = 1200, handshakeMs = 30_000, idleMs = 60_000, legacyDss = false } = settings;
  inRange("mtu", mtu, 256, 16_000);
  inRange("handshakeMs", handshakeMs, 100, 600_000);
  inRange("idleMs", idleMs, 100, 86_400_000);
  return { mtu, handshakeMs, idleMs, legacyDss };
}

/**
 * Checks one number of the settings.
 *
 * @param name Its name.
 * @param value What was given.
 * @param least Smallest allowed.
 * @param most Largest allowed.
 * @throws {DtlsError} `bad-setting`
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { inRange } from "./settings.ts";
 *
 * inRange("port", 5684, 0, 65535);
 * assertThrows(() => inRange("port", 70000, 0, 65535), Error, "port has to be 0-65535, found 70000");
 * ```
 */
export function inRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new DtlsError("bad-setting", `${name} has to be ${least}-${most}, found ${value}`);
}
