/**
 * What all connections of one end share: the certificate, the key, the CAs and the rules of the handshake.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { equal } from "../ip/constant_time.ts";
import { type CertificateIdentity, certificateIdentity } from "./certificate_identity.ts";
import { cipherList } from "./cipher_suites.ts";
import { DtlsEngine } from "./dtls_engine.ts";
import { DtlsError } from "./dtls_end.ts";
import type { Libssl } from "./libssl.ts";
import { type FileCertificate, pemCertificates, readCaFiles, readSettingFile } from "./pem.ts";
import type { Limits } from "./settings.ts";

/** What a context is made from. */
export interface ContextSettings {
  /** Which end. */
  role: "server" | "client";
  /** PEM file: the own certificate, then those between it and the CA. */
  certificateFile: string;
  /** PEM file: its key. */
  keyFile: string;
  /** PEM files and folders of CA certificates. */
  caFiles: readonly string[];
  /** Whether a peer that cannot be verified is refused. */
  verify: boolean;
  /** Name that the peer's certificate must be for; any, when absent. */
  peerName?: string;
  /** The numbers. */
  limits: Limits;
  /** Cookie callbacks; a server has them. They must outlive every engine of this context. */
  cookies?: { readonly generate: Deno.PointerObject; readonly verify: Deno.PointerObject };
}

const DTLS_1_2 = 0xfefd;
const SET_MIN_PROTO_VERSION = 123;
const SET_MAX_PROTO_VERSION = 124;
const SET_SESSION_CACHE_MODE = 44;
const SET_MAX_CERT_LIST = 51;
const EXTRA_CHAIN_CERT = 14;
const SET_DH_AUTO = 118;
const VERIFY_PEER = 1;
const FAIL_IF_NO_PEER_CERT = 2;
/** A CA in the store is trusted by itself, whether or not it is signed by another: the operator adds issuing CAs. */
const PARTIAL_CHAIN = 0x80000n;
const OP_NO_QUERY_MTU = 1n << 12n;
const OP_COOKIE_EXCHANGE = 1n << 13n;
/** Without tickets and cache every connection verifies the peer anew, and makes a key of its own. */
const OP_NO_TICKET = 1n << 14n;
const OP_NO_COMPRESSION = 1n << 17n;
const OP_CIPHER_SERVER_PREFERENCE = 1n << 22n;
const OP_NO_RENEGOTIATION = 1n << 30n;
/** Octets of certificates that a peer may send. */
const MAX_PEER_CERTIFICATES = 32 * 1024;
const MAX_CHAIN = 8;

/** An `SSL_CTX`. */
export class DtlsContext {
  /** The own certificate. */
  readonly identity: CertificateIdentity;
  readonly #lib: Libssl;
  readonly #settings: ContextSettings;
  readonly #digest: Uint8Array;
  #ctx: Deno.PointerObject | null;

  /**
   * Reads the files and sets everything up.
   *
   * @param lib OpenSSL.
   * @param settings From what.
   * @param current A context of the same settings, made before.
   * @returns The context, to be freed; `current` itself when the files still hold what it was made from.
   * @throws {DtlsError} (rejects) A {@link DtlsSetupRule}.
   */
  static async load(lib: Libssl, settings: ContextSettings, current?: DtlsContext): Promise<DtlsContext> {
    const chain = pemCertificates(await readSettingFile(settings.certificateFile), settings.certificateFile);
    const cas = await readCaFiles(settings.caFiles);
    if (cas.length === 0 && settings.verify) {
      const where = settings.caFiles.length === 0
        ? "no file or folder was given"
        : settings.caFiles.join(", ");
      throw new DtlsError(
        "no-ca",
        `No CA certificate (${where}): nobody could be verified, so nobody let in`,
      );
    }
    const key = await readSettingFile(settings.keyFile);
    try {
      const digest = digestOf([...chain.map(({ der }) => der), key, ...cas.map(({ der }) => der)]);
      if (current !== undefined && equal(current.#digest, digest)) return current;
      return new DtlsContext(lib, settings, chain, key, cas, digest);
    } finally {
      key.fill(0);
    }
  }

  private constructor(
    lib: Libssl,
    settings: ContextSettings,
    chain: FileCertificate[],
    key: Uint8Array,
    cas: FileCertificate[],
    digest: Uint8Array,
  ) {
    this.#lib = lib;
    this.#settings = settings;
    this.#digest = digest;
    this.identity = ownIdentity(chain[0]!);
    lib.ERR_clear_error();
    this.#ctx = lib.SSL_CTX_new(
      settings.role === "server" ? lib.DTLS_server_method() : lib.DTLS_client_method(),
    );
    try {
      this.#protocol();
      this.#own(chain, key);
      for (const ca of cas) this.#trust(ca);
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /**
   * Makes the DTLS state of one connection.
   *
   * @returns The engine; to be freed, before or after this context.
   * @throws {DtlsError} `internal-error` when OpenSSL has no memory.
   */
  newEngine(): DtlsEngine {
    const { role, limits, verify, peerName } = this.#settings;
    return new DtlsEngine(this.#lib, this.#ctx, {
      role,
      mtu: limits.mtu,
      ...(verify && peerName !== undefined ? { peerName } : {}),
    });
  }

  /** Frees it, as soon as its last engine is freed. */
  free(): void {
    this.#lib.SSL_CTX_free(this.#ctx);
    this.#ctx = null;
  }

  #protocol(): void {
    const lib = this.#lib;
    const ctx = this.#ctx;
    const { role, limits, verify, cookies } = this.#settings;
    const server = role === "server";
    must(ctx !== null, "SSL_CTX_new");
    const set = (what: number, value: number) => lib.SSL_CTX_ctrl(ctx, what, BigInt(value), null);
    must(set(SET_MIN_PROTO_VERSION, DTLS_1_2) === 1n, "minimum version");
    must(set(SET_MAX_PROTO_VERSION, DTLS_1_2) === 1n, "maximum version");
    set(SET_SESSION_CACHE_MODE, 0);
    set(SET_MAX_CERT_LIST, MAX_PEER_CERTIFICATES);
    if (limits.legacyDss) must(set(SET_DH_AUTO, 1) === 1n, "Diffie-Hellman parameters");
    lib.SSL_CTX_set_options(
      ctx,
      OP_NO_QUERY_MTU | OP_NO_TICKET | OP_NO_COMPRESSION | OP_NO_RENEGOTIATION |
        (server ? OP_COOKIE_EXCHANGE | OP_CIPHER_SERVER_PREFERENCE : 0n),
    );
    must(lib.SSL_CTX_set_cipher_list(ctx, cString(cipherList(limits.legacyDss))) === 1, "cipher suites");
    // The list of CAs that a server may send with its request stays empty: it would tell everyone whose devices the RCT
    // takes, and with many suppliers it fills datagrams.
    lib.SSL_CTX_set_verify(ctx, verify ? VERIFY_PEER | (server ? FAIL_IF_NO_PEER_CERT : 0) : 0, null);
    lib.SSL_CTX_set_verify_depth(ctx, MAX_CHAIN);
    must(
      lib.X509_VERIFY_PARAM_set_flags(lib.SSL_CTX_get0_param(ctx), PARTIAL_CHAIN) === 1,
      "verification flags",
    );
    if (cookies !== undefined) {
      lib.SSL_CTX_set_cookie_generate_cb(ctx, cookies.generate);
      lib.SSL_CTX_set_cookie_verify_cb(ctx, cookies.verify);
    }
  }

  #own([own, ...between]: FileCertificate[], key: Uint8Array): void {
    const lib = this.#lib;
    const { keyFile, certificateFile } = this.#settings;
    withBio(lib, key, (bio) => {
      // An empty password: without one OpenSSL would ask for it on the terminal.
      const pkey = lib.PEM_read_bio_PrivateKey(bio, null, null, cString(""));
      if (pkey === null) {
        throw new DtlsError("bad-file", `${keyFile} holds no private key in PEM form, or an encrypted one`);
      }
      try {
        withCertificate(lib, own!, (x509) => {
          if (lib.X509_check_private_key(x509, pkey) !== 1) {
            throw new DtlsError("key-mismatch", `The key in ${keyFile} is not the one of ${certificateFile}`);
          }
          accepted(lib.SSL_CTX_use_certificate(this.#ctx, x509) === 1, certificateFile);
          accepted(lib.SSL_CTX_use_PrivateKey(this.#ctx, pkey) === 1, keyFile);
        });
      } finally {
        lib.EVP_PKEY_free(pkey);
      }
    });
    for (const certificate of between) {
      const x509 = readCertificate(lib, certificate);
      // On success the context owns it.
      if (lib.SSL_CTX_ctrl(this.#ctx, EXTRA_CHAIN_CERT, 0n, x509) === 1n) continue;
      lib.X509_free(x509);
      accepted(false, certificate.file);
    }
  }

  #trust(ca: FileCertificate): void {
    const lib = this.#lib;
    withCertificate(lib, ca, (x509) => {
      if (lib.X509_check_ca(x509) === 0) {
        throw new DtlsError(
          "bad-file",
          `${ca.file} holds a certificate that is no CA's; it would let in whoever has its key. Remove it, or give the ` +
            `certificate of the CA that signed it`,
        );
      }
      must(lib.X509_STORE_add_cert(lib.SSL_CTX_get_cert_store(this.#ctx), x509) === 1, "X509_STORE_add_cert");
    });
  }
}

/** SHA-256 over all of it, each with its length. */
function digestOf(parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}\n`).update(part);
  return new Uint8Array(hash.digest());
}

function ownIdentity(certificate: FileCertificate): CertificateIdentity {
  try {
    return certificateIdentity(certificate.der);
  } catch {
    throw damaged(certificate);
  }
}

function damaged({ file }: FileCertificate): DtlsError {
  return new DtlsError("bad-file", `${file} holds a certificate that cannot be read; export it again as PEM`);
}

function readCertificate(lib: Libssl, certificate: FileCertificate): Deno.PointerObject {
  return withBio(lib, certificate.der, (bio) => {
    const x509 = lib.d2i_X509_bio(bio, null);
    if (x509 === null) throw damaged(certificate);
    return x509;
  });
}

function withCertificate(
  lib: Libssl,
  certificate: FileCertificate,
  use: (x509: Deno.PointerObject) => void,
): void {
  const x509 = readCertificate(lib, certificate);
  try {
    use(x509);
  } finally {
    lib.X509_free(x509);
  }
}

/** A memory BIO holds a copy, so that no pointer into a JavaScript array outlives a call. */
function withBio<T>(lib: Libssl, octets: Uint8Array, use: (bio: Deno.PointerObject) => T): T {
  const bio = lib.BIO_new(lib.BIO_s_mem());
  must(bio !== null, "BIO_new");
  try {
    must(lib.BIO_write(bio, octets as Uint8Array<ArrayBuffer>, octets.length) === octets.length, "BIO_write");
    return use(bio);
  } finally {
    lib.BIO_free(bio);
  }
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

function accepted(ok: boolean, file: string): asserts ok {
  if (ok) return;
  throw new DtlsError(
    "bad-file",
    `OpenSSL does not take ${file}: its key is too short or its signature too old for today's security level`,
  );
}

function must(ok: boolean, what: string): asserts ok {
  if (!ok) throw new DtlsError("internal-error", `OpenSSL failed at: ${what}`);
}
