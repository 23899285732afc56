/**
 * The names of everything that can keep a DTLS connection from coming up, or end it.
 *
 * @module
 */

/** Why a connection was refused or has ended. Each is counted. */
export type DtlsRule =
  /** The peer sent no certificate. */
  | "no-certificate"
  /** No CA that is trusted here has signed the peer's certificate. */
  | "unknown-ca"
  /** The peer's certificate, or one that it hangs on, is no longer valid. */
  | "certificate-expired"
  /** The peer's certificate, or one that it hangs on, is not valid yet. */
  | "certificate-not-yet-valid"
  /** The peer's certificate is for another name than the one asked for. */
  | "wrong-name"
  /** The peer's certificate is refused for another reason, which the message tells. */
  | "certificate-refused"
  /** The peer does not have the key of its certificate: the certificate was copied. */
  | "bad-signature"
  /** Both ends have no cipher suite in common. */
  | "no-shared-cipher"
  /** The peer does not speak DTLS 1.2. */
  | "wrong-version"
  /** The peer refused us with an alert. */
  | "refused-by-peer"
  /** The handshake failed in another way, which the message tells. */
  | "handshake-failed"
  /** The handshake did not end in time. */
  | "timeout"
  /** More handshakes under way than allowed. */
  | "too-many-handshakes"
  /** More connections open than allowed. */
  | "too-many-connections"
  /** The CA certificates were read again during the handshake. */
  | "trust-changed"
  /** The peer closed the connection. */
  | "closed-by-peer"
  /** This end closed the connection. */
  | "closed-here"
  /** No message within the idle time. */
  | "idle"
  /** The peer started again from the same address and port. */
  | "replaced"
  /** A connection that stood has failed, in a way the message tells. */
  | "connection-failed"
  /** A fault of Tocsin, not of the peer. */
  | "internal-error";

/** Why DTLS cannot start here. */
export type DtlsSetupRule =
  /** libssl is not there or cannot be opened. */
  | "library-missing"
  /** A file of the settings cannot be read. */
  | "file-not-readable"
  /** A file does not hold what it should. */
  | "bad-file"
  /** The key is not the one of the certificate. */
  | "key-mismatch"
  /** No CA certificate: nobody could be verified. */
  | "no-ca"
  /** A setting out of its range, or two that do not go together. */
  | "bad-setting";

/** How a connection ended, or why none came up. */
export interface DtlsEnd {
  /** Its name, for counters. */
  rule: DtlsRule;
  /** What was wrong and what to do, in words for a technician. Holds no secret. */
  message: string;
}

/**
 * What is thrown when DTLS cannot start or a connection does not come up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DtlsError } from "./dtls_end.ts";
 *
 * const error = new DtlsError("timeout", "no answer from the RCT");
 * assertEquals(`${error}`, "DtlsError: no answer from the RCT");
 * assertEquals(error.rule, "timeout");
 * ```
 */
export class DtlsError extends Error {
  /** Which rule. */
  readonly rule: DtlsRule | DtlsSetupRule;
  /** `DtlsError`. */
  override readonly name = "DtlsError";

  /**
   * Makes one.
   *
   * @param rule Which rule.
   * @param message In words for a technician.
   */
  constructor(rule: DtlsRule | DtlsSetupRule, message: string) {
    super(message);
    this.rule = rule;
  }
}
