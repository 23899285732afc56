/**
 * Who a certificate says it is for.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";

/** What a certificate tells of its owner. */
export interface CertificateIdentity {
  /** The one common name of the subject; undefined when there is none, more than one, or one that is no plain text. */
  readonly commonName: string | undefined;
  /** The certificate itself, DER. */
  readonly certificate: Uint8Array;
  /** SHA-256 of the DER, as `openssl x509 -fingerprint -sha256` prints it: `AB:CD:…`. */
  readonly fingerprint: string;
  /** Valid from. */
  readonly notBefore: Date;
  /** Valid until. */
  readonly notAfter: Date;
}

/**
 * Reads a certificate. Verifies nothing.
 *
 * @param der The certificate, DER.
 * @returns What it says.
 * @throws {Error} When it is no certificate.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { certificateIdentity } from "./certificate_identity.ts";
 *
 * assertThrows(() => certificateIdentity(new Uint8Array([0x30, 0x00])));
 * ```
 */
export function certificateIdentity(der: Uint8Array): CertificateIdentity {
  const x509 = new X509Certificate(der);
  // Not `x509.subject`: its lines are not escaped, so an organisation named "x\nCN=y" would pass for the common name y.
  const names: unknown = x509.toLegacyObject().subject.CN;
  return {
    commonName: typeof names === "string" && isPlainText(names) ? names : undefined,
    certificate: der.slice(),
    fingerprint: x509.fingerprint256,
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
  };
}

/** No control characters: neither line breaks that would forge a log line nor the zeros of an undecoded BMPString. */
function isPlainText(text: string): boolean {
  return text !== "" && !/\p{Cc}/u.test(text);
}
