/**
 * Turns what OpenSSL says into a rule and a sentence for a technician.
 *
 * @module
 */
import { type CertificateIdentity, certificateIdentity } from "./certificate_identity.ts";
import type { DtlsEnd, DtlsRule } from "./dtls_end.ts";

/** An entry of OpenSSL's error queue. */
export interface OpensslError {
  /** Library number; 20 is libssl. */
  lib: number;
  /** Reason code within the library; 1000 + n is an alert n of the peer. */
  reason: number;
  /** OpenSSL's words. */
  text: string;
}

/** What is known of a handshake that failed, or of a connection that broke. */
export interface Failure {
  /** Who the peer is: the server speaks with SPTs, the client with an RCT. */
  peer: "SPT" | "RCT";
  /** The error queue, oldest first. */
  errors: readonly OpensslError[];
  /** X509_V_ERR_…, 0 when the certificate was good or none came. */
  verifyResult: number;
  /** OpenSSL's words for it. */
  verifyText: string;
  /** The peer's certificate and those above it, DER, as far as they were looked at. */
  chain: readonly Uint8Array[];
  /** Whether the handshake had been finished. */
  established: boolean;
}

const LIB_SSL = 20;
const CERTIFICATE_VERIFY_FAILED = 134;
const ALERT = 1000;

/** Reasons of libssl (openssl/sslerr.h) that mean something a technician can act on. */
const BY_REASON: ReadonlyMap<number, readonly [DtlsRule, (peer: string) => string]> = new Map([
  [199, [
    "no-certificate",
    (peer) => `the ${peer} sent no certificate: install the certificate its supplier made for it`,
  ]],
  [123, [
    "bad-signature",
    (peer) =>
      `the ${peer} does not have the key that belongs to its certificate: the certificate was copied from another ` +
      `device, or the wrong key is installed`,
  ]],
  [193, [
    "no-shared-cipher",
    (peer) =>
      `the ${peer} offers no cipher suite that can be used here: one with AES-256 is needed, and one that fits the ` +
      `certificate. An ${peer} of the 2013 edition needs the setting legacyDss and a DSA certificate`,
  ]],
  [376, ["no-shared-cipher", (peer) => `the ${peer} and this end have no signature algorithm in common`]],
  [118, ["no-shared-cipher", (peer) => `the ${peer} and this end have no signature algorithm in common`]],
  [258, ["wrong-version", (peer) => `the ${peer} does not speak DTLS 1.2`]],
  [267, ["wrong-version", (peer) => `the ${peer} does not speak DTLS 1.2`]],
  [396, ["wrong-version", (peer) => `the ${peer} does not speak DTLS 1.2`]],
]);

/** Alerts (RFC 5246, 7.2) and what the peer means by them. */
const BY_ALERT: ReadonlyMap<number, string> = new Map([
  [40, "it found nothing both ends can use, or it misses our certificate"],
  [42, "it cannot read our certificate"],
  [43, "it does not take our kind of certificate"],
  [44, "our certificate was revoked"],
  [45, "our certificate has expired, or its clock is wrong"],
  [46, "it does not accept our certificate"],
  [48, "it does not know the CA that signed our certificate"],
  [49, "our certificate is not let in"],
  [51, "our key does not belong to our certificate"],
  [70, "it does not speak DTLS 1.2"],
  [71, "our cipher suites are too weak for it"],
  [116, "it misses our certificate"],
]);

const NOT_YET_VALID = 9;
const EXPIRED = 10;
const NAME_MISMATCH = 62;
/** X509_V_ERR_… that all mean: no chain from the certificate to a CA that is trusted here. */
const NO_CHAIN = new Set([2, 7, 18, 19, 20, 21, 27]);

/**
 * Explains a failure.
 *
 * @param failure What is known.
 * @returns The rule and the sentence. Names from certificates are quoted and cut.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { explain } from "./explain.ts";
 *
 * const { rule } = explain({
 *   peer: "SPT",
 *   errors: [{ lib: 20, reason: 199, text: "peer did not return a certificate" }],
 *   verifyResult: 0, verifyText: "ok", chain: [], established: false,
 * });
 * assertEquals(rule, "no-certificate");
 * ```
 */
export function explain(failure: Failure): DtlsEnd {
  const { peer, errors, established } = failure;
  for (const { lib, reason } of errors) {
    if (lib !== LIB_SSL) continue;
    if (reason === CERTIFICATE_VERIFY_FAILED) return explainCertificate(failure);
    const known = BY_REASON.get(reason);
    if (known !== undefined) return { rule: known[0], message: known[1](peer) };
    if (reason >= ALERT && reason < ALERT + 256) {
      const alert = reason - ALERT;
      return {
        rule: "refused-by-peer",
        message: `the ${peer} refused: ${
          BY_ALERT.get(alert) ?? "it gave no reason we know"
        } (alert ${alert})`,
      };
    }
  }
  const words = errors.map(({ text }) => text).join(", ") || "no reason given";
  return established
    ? { rule: "connection-failed", message: `the connection with the ${peer} failed: ${words}` }
    : { rule: "handshake-failed", message: `the handshake with the ${peer} failed: ${words}` };
}

function explainCertificate({ peer, verifyResult, verifyText, chain }: Failure): DtlsEnd {
  const certificates = chain.map(readable).filter((identity) => identity !== undefined);
  const [own] = certificates;
  const name = own?.commonName === undefined ? "" : ` (common name ${quoted(own.commonName)})`;
  const whose = (found: CertificateIdentity | undefined) =>
    found === undefined || found === own
      ? `the ${peer}'s certificate`
      : `the CA certificate ${quoted(found.commonName ?? found.fingerprint)} above the ${peer}'s certificate`;
  if (verifyResult === EXPIRED) {
    // The certificate that ended first: if the peer's own one is valid longer, one above it is meant.
    const first = certificates.toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime())[0];
    return {
      rule: "certificate-expired",
      message:
        `${whose(first)} has expired${first === undefined ? "" : ` on ${day(first.notAfter)}`}${name}: ` +
        `it has to be replaced; if the date is still to come, set this machine's clock`,
    };
  }
  if (verifyResult === NOT_YET_VALID) {
    const last = certificates.toSorted((a, b) => b.notBefore.getTime() - a.notBefore.getTime())[0];
    return {
      rule: "certificate-not-yet-valid",
      message:
        `${whose(last)} is valid only${last === undefined ? " later" : ` from ${day(last.notBefore)}`}` +
        `${name}: check this machine's clock`,
    };
  }
  if (NO_CHAIN.has(verifyResult)) {
    return {
      rule: "unknown-ca",
      message:
        `no CA that is trusted here signed the ${peer}'s certificate${name}: if the ${peer} may connect, add ` +
        `the CA certificate of its supplier`,
    };
  }
  if (verifyResult === NAME_MISMATCH) {
    return { rule: "wrong-name", message: `the ${peer}'s certificate is for another name${name}` };
  }
  return {
    rule: "certificate-refused",
    message: `the ${peer}'s certificate is refused${name}: ${verifyText}`,
  };
}

function readable(der: Uint8Array): CertificateIdentity | undefined {
  try {
    return certificateIdentity(der);
  } catch {
    return undefined; // OpenSSL could read it; without its dates the sentence is shorter.
  }
}

function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? "an unknown day" : date.toISOString().slice(0, 10);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
