/**
 * The DTLS state of one connection, without a socket: datagrams in, datagrams and messages out.
 *
 * @module
 */
import { SecretKey } from "../keys/secret_key.ts";
import { type CertificateIdentity, certificateIdentity } from "./certificate_identity.ts";
import { type CipherSuite, findSuite } from "./cipher_suites.ts";
import { type DtlsEnd, DtlsError } from "./dtls_end.ts";
import { explain, type OpensslError } from "./explain.ts";
import { clientWriteKey } from "./key_block.ts";
import type { Libssl } from "./libssl.ts";
import { packRecords } from "./records.ts";

/** What a finished handshake has shown. */
export interface HandshakeResult {
  /** Who the peer is; undefined when it showed no certificate, which only a server can do that is not validated. */
  readonly identity: CertificateIdentity | undefined;
  /** Whether a trusted CA stands behind it. */
  readonly verified: boolean;
  /** What was agreed. */
  readonly suite: CipherSuite;
  /** The 256-bit AES key of the handshake: see {@link clientWriteKey}. */
  readonly masterKey: SecretKey;
}

const SET_MTU = 17;
const GET_TIMEOUT = 73;
const HANDLE_TIMEOUT = 74;
const BIO_RESET = 1;
const BIO_PENDING = 10;
const BIO_SET_MEM_EOF_RETURN = 130;
const ERROR_WANT_READ = 2;
const ERROR_WANT_WRITE = 3;
const ERROR_ZERO_RETURN = 6;
/** Errors that are read of the queue at most; the rest is dropped. */
const MAX_ERRORS = 16;
/** Certificates that are looked at to explain a refusal. */
const MAX_EXPLAINED = 4;

/** Most octets of a record's content (RFC 6347, 4.1). */
export const MAX_MESSAGE = 16 * 1024;

/** Every call copies out of it before it returns, and wipes what may be secret. */
const SCRATCH = new Uint8Array(MAX_MESSAGE);

/** An `SSL` with two memory BIOs. Synchronous, and dead after {@link DtlsEngine.free}. */
export class DtlsEngine {
  readonly #lib: Libssl;
  readonly #peer: "SPT" | "RCT";
  readonly #mtu: number;
  #pointer: Deno.PointerValue;
  /** Owned by the `SSL`. */
  #in: Deno.PointerValue;
  #out: Deno.PointerValue;
  #established = false;

  /**
   * @param lib OpenSSL.
   * @param ctx An `SSL_CTX`; it may be freed before the engine.
   * @param options Which end, octets of a datagram, and the name that the peer's certificate must be for.
   * @throws {DtlsError} `internal-error` when there is no memory.
   */
  constructor(
    lib: Libssl,
    ctx: Deno.PointerValue,
    options: { role: "server" | "client"; mtu: number; peerName?: string },
  ) {
    this.#lib = lib;
    this.#mtu = options.mtu;
    this.#peer = options.role === "server" ? "SPT" : "RCT";
    this.#pointer = lib.SSL_new(ctx);
    this.#in = lib.BIO_new(lib.BIO_s_mem());
    this.#out = lib.BIO_new(lib.BIO_s_mem());
    if (this.#pointer === null || this.#in === null || this.#out === null) {
      lib.BIO_free(this.#in);
      lib.BIO_free(this.#out);
      lib.SSL_free(this.#pointer);
      throw new DtlsError("internal-error", "OpenSSL has no memory for a connection");
    }
    lib.SSL_set_bio(this.#ssl, this.#in, this.#out);
    // An empty BIO means "wait for the next datagram", not "the peer has closed".
    lib.BIO_ctrl(this.#in, BIO_SET_MEM_EOF_RETURN, -1n, null);
    lib.SSL_ctrl(this.#ssl, SET_MTU, BigInt(options.mtu), null);
    if (options.peerName !== undefined) {
      const name = new TextEncoder().encode(`${options.peerName}\0`);
      if (lib.SSL_set1_host(this.#ssl, name) !== 1) {
        this.free();
        throw new DtlsError("internal-error", "OpenSSL does not take the name of the RCT");
      }
    }
    if (options.role === "server") lib.SSL_set_accept_state(this.#ssl);
    else lib.SSL_set_connect_state(this.#ssl);
  }

  /**
   * Answers a ClientHello without keeping anything, until one brings back a cookie.
   *
   * @param datagram A ClientHello.
   * @param address A `BIO_ADDR` that OpenSSL may write to.
   * @returns True when the cookie is good: this engine is now that peer's. False: what to send may be waiting.
   */
  listen(datagram: Uint8Array, address: Deno.PointerValue): boolean {
    this.feed(datagram);
    this.#lib.ERR_clear_error();
    return this.#lib.DTLSv1_listen(this.#ssl, address) === 1;
  }

  /** Takes one datagram; {@link handshake} or {@link read} then look at it. */
  feed(datagram: Uint8Array): void {
    // A memory BIO has no borders: what was left of the datagram before must not run into this one.
    this.#lib.BIO_ctrl(this.#in, BIO_RESET, 0n, null);
    this.#lib.BIO_write(this.#in, datagram as Uint8Array<ArrayBuffer>, datagram.length);
  }

  /** Goes on with the handshake: `"pending"` when it waits for the peer, its result, or why it failed. */
  handshake(): "pending" | HandshakeResult | DtlsEnd {
    const lib = this.#lib;
    lib.ERR_clear_error();
    const result = lib.SSL_do_handshake(this.#ssl);
    if (result === 1) {
      this.#established = true;
      return this.#result();
    }
    const error = lib.SSL_get_error(this.#ssl, result);
    return error === ERROR_WANT_READ || error === ERROR_WANT_WRITE ? "pending" : this.#explained();
  }

  /** The next message of the datagram: `"none"` when there is no more, or why the connection has ended. */
  read(): Uint8Array | "none" | DtlsEnd {
    const lib = this.#lib;
    lib.ERR_clear_error();
    const length = lib.SSL_read(this.#ssl, SCRATCH, SCRATCH.length);
    if (length > 0) {
      const message = SCRATCH.slice(0, length);
      SCRATCH.fill(0, 0, length);
      return message;
    }
    const error = lib.SSL_get_error(this.#ssl, length);
    if (error === ERROR_WANT_READ || error === ERROR_WANT_WRITE) return "none";
    if (error === ERROR_ZERO_RETURN) {
      return { rule: "closed-by-peer", message: `the ${this.#peer} closed the connection` };
    }
    return this.#explained();
  }

  /** Encrypts a message into one record. Undefined, or why that failed. */
  write(message: Uint8Array): DtlsEnd | undefined {
    this.#lib.ERR_clear_error();
    const sent = this.#lib.SSL_write(this.#ssl, message as Uint8Array<ArrayBuffer>, message.length);
    return sent === message.length ? undefined : this.#explained();
  }

  /** Tells the peer that no more will come. */
  shutdown(): void {
    if (!this.#established) return;
    this.#lib.ERR_clear_error();
    this.#lib.SSL_shutdown(this.#ssl);
  }

  /** The datagrams that are to be sent now. */
  drain(): Uint8Array[] {
    const pending = Number(this.#lib.BIO_ctrl(this.#out, BIO_PENDING, 0n, null));
    if (pending <= 0) return [];
    const records = new Uint8Array(pending);
    const length = this.#lib.BIO_read(this.#out, records, pending);
    return packRecords(records.subarray(0, Math.max(0, length)), this.#mtu);
  }

  /** Time until a flight has to be repeated, ms; undefined when none waits for an answer. */
  timeout(): number | undefined {
    const left = new BigInt64Array(2); // struct timeval: seconds, microseconds
    const runs = this.#lib.SSL_ctrl(this.#ssl, GET_TIMEOUT, 0n, new Uint8Array(left.buffer)) === 1n;
    return runs ? Number(left[0]) * 1000 + Math.ceil(Number(left[1]) / 1000) : undefined;
  }

  /** Repeats the flight if it is time. Undefined, or why the handshake has failed. */
  expire(): DtlsEnd | undefined {
    this.#lib.ERR_clear_error();
    return this.#lib.SSL_ctrl(this.#ssl, HANDLE_TIMEOUT, 0n, null) < 0n
      ? { rule: "timeout", message: `the ${this.#peer} does not answer` }
      : undefined;
  }

  /** Frees everything. To be called exactly when the engine is no longer used; a second call does nothing. */
  free(): void {
    this.#lib.SSL_free(this.#pointer);
    this.#pointer = this.#in = this.#out = null;
  }

  /** OpenSSL would follow a null pointer, and take the process with it. */
  get #ssl(): Deno.PointerObject {
    if (this.#pointer === null) {
      throw new DtlsError("internal-error", "a DTLS connection was used after its end");
    }
    return this.#pointer;
  }

  #result(): HandshakeResult | DtlsEnd {
    const lib = this.#lib;
    const suite = findSuite(lib.SSL_CIPHER_get_protocol_id(lib.SSL_get_current_cipher(this.#ssl)));
    if (suite === undefined) {
      return { rule: "no-shared-cipher", message: "a cipher suite was agreed that gives no 256-bit AES key" };
    }
    const x509 = lib.SSL_get1_peer_certificate(this.#ssl);
    let der: Uint8Array | undefined;
    try {
      der = x509 === null ? undefined : this.#der(x509);
    } finally {
      lib.X509_free(x509);
    }
    return {
      identity: der === undefined ? undefined : certificateIdentity(der),
      verified: der !== undefined && lib.SSL_get_verify_result(this.#ssl) === 0n,
      suite,
      masterKey: this.#masterKey(suite),
    };
  }

  #masterKey(suite: CipherSuite): SecretKey {
    const lib = this.#lib;
    const masterSecret = new Uint8Array(48);
    const clientRandom = new Uint8Array(32);
    const serverRandom = new Uint8Array(32);
    const complete =
      lib.SSL_SESSION_get_master_key(lib.SSL_get_session(this.#ssl), masterSecret, 48n) === 48n &&
      lib.SSL_get_client_random(this.#ssl, clientRandom, 32n) === 32n &&
      lib.SSL_get_server_random(this.#ssl, serverRandom, 32n) === 32n;
    if (!complete) throw new DtlsError("internal-error", "OpenSSL gives no secrets of the handshake");
    const key = clientWriteKey(suite, { masterSecret, clientRandom, serverRandom });
    masterSecret.fill(0);
    const wrapped = new SecretKey(key);
    key.fill(0);
    return wrapped;
  }

  #der(x509: Deno.PointerValue): Uint8Array {
    const lib = this.#lib;
    const bio = lib.BIO_new(lib.BIO_s_mem());
    try {
      lib.i2d_X509_bio(bio, x509);
      const der = new Uint8Array(Math.max(0, Number(lib.BIO_ctrl(bio, BIO_PENDING, 0n, null))));
      lib.BIO_read(bio, der, der.length);
      return der;
    } finally {
      lib.BIO_free(bio);
    }
  }

  #explained(): DtlsEnd {
    const lib = this.#lib;
    const errors = this.#errors();
    const verifyResult = lib.SSL_get_verify_result(this.#ssl);
    const stack = lib.SSL_get0_verified_chain(this.#ssl);
    const count = stack === null ? 0 : Math.min(lib.OPENSSL_sk_num(stack), MAX_EXPLAINED);
    return explain({
      peer: this.#peer,
      errors,
      verifyResult: Number(verifyResult),
      verifyText: text(lib.X509_verify_cert_error_string(verifyResult)),
      chain: Array.from({ length: count }, (_, i) => this.#der(lib.OPENSSL_sk_value(stack, i))),
      established: this.#established,
    });
  }

  #errors(): OpensslError[] {
    const errors: OpensslError[] = [];
    while (errors.length < MAX_ERRORS) {
      const code = this.#lib.ERR_get_error();
      if (code === 0n) break;
      // ERR_GET_LIB and ERR_GET_REASON of OpenSSL 3.
      errors.push({
        lib: Number(code >> 23n & 0xffn),
        reason: Number(code & 0x7fffffn),
        text: text(this.#lib.ERR_reason_error_string(code)),
      });
    }
    return errors;
  }
}

function text(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}
