/**
 * A DTLS connection, as its owner sees it.
 *
 * @module
 */
import type { SecretKey } from "../keys/secret_key.ts";
import type { CertificateIdentity } from "./certificate_identity.ts";
import type { DtlsEnd } from "./dtls_end.ts";

/** A connection whose handshake is done. */
export interface DtlsConnection {
  /** Address and port of the peer. */
  readonly peer: { readonly hostname: string; readonly port: number };
  /** The peer's certificate; undefined only at a client with `validateRct: false`, whose RCT showed none. */
  readonly identity: CertificateIdentity | undefined;
  /** Whether a trusted CA stands behind the certificate. Always so at the server. */
  readonly verified: boolean;
  /** OpenSSL's name of the cipher suite. */
  readonly cipherSuite: string;
  /**
   * The 256-bit AES key of the handshake, the same at both ends: the master key of the IP protocol (PROFILE:
   * client_write_key).
   */
  readonly masterKey: SecretKey;
  /** False from the moment at which the connection has ended. */
  readonly open: boolean;
  /**
   * Told of each message: the content of one record. The octets belong to the handler. Messages may be lost, repeated by
   * nobody, and come in another order, as with UDP. The first few wait until a handler is set.
   */
  onMessage: ((message: Uint8Array) => void) | undefined;
  /** Told once why the connection ended, also when this end closed it; at once, if it is set after the end. */
  onClosed: ((end: DtlsEnd) => void) | undefined;
  /**
   * Sends one message as one record. Does nothing when the connection has ended.
   *
   * @throws {RangeError} When it has no octet, or more than a record holds (16384).
   */
  send(message: Uint8Array): void;
  /** Says goodbye to the peer and ends the connection. */
  close(): void;
}
