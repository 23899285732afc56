/**
 * The shared secret of commissioning as a QR code on a terminal, and back.
 *
 * @module
 */
import { encode } from "uqr";
import type { SecretKey } from "../keys/secret_key.ts";
import { type LineError, printSecret, readSecret } from "./printed_secret.ts";

const PREFIX = "TOCSIN";
const VERSION = "1";
const ID_OCTETS = 16;
/** Light modules around the code that readers need (ISO/IEC 18004, quiet zone). */
const QUIET = 4;
/** Light modules white, dark ones black: fixed numbers, because a palette's own black and white may be any colour. */
const COLOURS_ON = "\x1b[38;5;231;48;5;16m";
const COLOURS_OFF = "\x1b[0m";

/** How the code is drawn. */
export interface SecretQrOptions {
  /**
   * Set black and white by ANSI colours. Without, light modules are drawn with the terminal's text colour: right on a dark
   * terminal; on a light one the code is inverted, which most readers take and some do not.
   *
   * @default {false}
   */
  colours?: boolean;
}

/** What a code says, or why it cannot be used. */
export type QrContent =
  | { ok: true; deviceId: Uint8Array; secret: SecretKey }
  | { ok: false; rule: QrRule; message: string; errors: LineError[] };

/** Why the content of a code cannot be used. */
export type QrRule = "not-a-secret" | "other-version" | "bad-device-id" | "bad-secret";

/**
 * Draws the code, two modules to a character, quiet zone included: 45 columns, 23 lines.
 *
 * Content: `TOCSIN:1:`, the device ID as 32 hex digits, `:`, the four printed lines without dashes (80 hex digits); all
 * in the QR code's alphanumeric set, at error correction M.
 *
 * @param secret 32 octets.
 * @param deviceId 16 octets.
 * @param options How it is drawn.
 * @returns Lines, each ended by a line feed.
 * @throws {RangeError} When secret or device ID has another length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { secretQr } from "./secret_qr.ts";
 *
 * const lines = secretQr(new Uint8Array(32), new Uint8Array(16)).trimEnd().split("\n");
 * assertEquals([lines.length, lines[0]?.length], [23, 45]);
 * ```
 */
export function secretQr(secret: Uint8Array, deviceId: Uint8Array, options: SecretQrOptions = {}): string {
  const { size, data } = encode(qrContent(secret, deviceId), { ecc: "M", boostEcc: true, border: QUIET });
  const [on, off] = options.colours ? [COLOURS_ON, COLOURS_OFF] : ["", ""];
  let text = "";
  for (let y = 0; y < size; y += 2) {
    let line = "";
    for (let x = 0; x < size; x++) {
      const upper = data[y]?.[x] === false;
      const lower = data[y + 1]?.[x] === false;
      line += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    text += `${on}${line}${off}\n`;
  }
  return text;
}

/**
 * The text that {@link secretQr} draws; for printers of labels.
 *
 * @param secret 32 octets.
 * @param deviceId 16 octets.
 * @returns 122 characters.
 * @throws {RangeError} When one has another length.
 *
 * @example
 * ```ts
 * import { assertMatch } from "@std/assert";
 * import { qrContent } from "./secret_qr.ts";
 *
 * assertMatch(qrContent(new Uint8Array(32), new Uint8Array(16)), /^TOCSIN:1:0{32}:[0-9A-F]{80}$/);
 * ```
 */
export function qrContent(secret: Uint8Array, deviceId: Uint8Array): string {
  if (deviceId.length !== ID_OCTETS) {
    throw new RangeError(`a device ID has ${ID_OCTETS} octets, this one ${deviceId.length}`);
  }
  const digits = printSecret(secret).replaceAll(/[-\n]/g, "");
  return `${PREFIX}:${VERSION}:${deviceId.toHex().toUpperCase()}:${digits}`;
}

/**
 * Reads what a code said.
 *
 * @param text What the reader gave; any case, spaces around it do not matter.
 * @returns Device ID and secret, or what is wrong. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { qrContent, readQrContent } from "./secret_qr.ts";
 *
 * const read = readQrContent(qrContent(new Uint8Array(32).fill(9), new Uint8Array(16).fill(2)));
 * assert(read.ok);
 * assertEquals(read.secret.octets()[0], 9);
 * ```
 */
export function readQrContent(text: string): QrContent {
  const [prefix, version, id, digits, ...more] = text.trim().toUpperCase().split(":", 6);
  if (prefix !== PREFIX || version === undefined) {
    return refused(
      "not-a-secret",
      "this is not the code of a Tocsin secret: scan the code that the centre printed",
    );
  }
  if (version !== VERSION) {
    return refused(
      "other-version",
      "this code was made by another version of Tocsin: type the four lines instead",
    );
  }
  if (id === undefined || !/^[0-9A-F]{32}$/.test(id)) {
    return refused(
      "bad-device-id",
      "the device ID in this code is damaged: scan again, or type the four lines",
    );
  }
  if (digits?.length !== 80 || more.length > 0) {
    return refused(
      "bad-secret",
      "the secret in this code is cut or damaged: scan again, or type the four lines",
    );
  }
  const read = readSecret(digits);
  if (read.ok) return { ok: true, deviceId: Uint8Array.fromHex(id), secret: read.secret };
  return refused(
    "bad-secret",
    "the secret in this code is damaged: scan again, or type the four lines",
    read.errors,
  );
}

function refused(rule: QrRule, message: string, errors: LineError[] = []): QrContent {
  return { ok: false, rule, message, errors };
}
