/**
 * OpenSSL 3 by FFI: the functions that DTLS needs, and nothing else.
 *
 * FFI takes the whole `--allow-ffi` and with it every right of the process, so what uses this belongs in a process of its
 * own, which runs only while SPTs are commissioned with certificates.
 *
 * @module
 */
import { DtlsError } from "./dtls_end.ts";

const SSL = {
  DTLS_server_method: { parameters: [], result: "pointer" },
  DTLS_client_method: { parameters: [], result: "pointer" },
  SSL_CTX_new: { parameters: ["pointer"], result: "pointer" },
  SSL_CTX_free: { parameters: ["pointer"], result: "void" },
  SSL_CTX_ctrl: { parameters: ["pointer", "i32", "i64", "pointer"], result: "i64" },
  SSL_CTX_set_options: { parameters: ["pointer", "u64"], result: "u64" },
  SSL_CTX_set_cipher_list: { parameters: ["pointer", "buffer"], result: "i32" },
  SSL_CTX_set_verify: { parameters: ["pointer", "i32", "pointer"], result: "void" },
  SSL_CTX_set_verify_depth: { parameters: ["pointer", "i32"], result: "void" },
  SSL_CTX_use_certificate: { parameters: ["pointer", "pointer"], result: "i32" },
  SSL_CTX_use_PrivateKey: { parameters: ["pointer", "pointer"], result: "i32" },
  SSL_CTX_get_cert_store: { parameters: ["pointer"], result: "pointer" },
  SSL_CTX_get0_param: { parameters: ["pointer"], result: "pointer" },
  SSL_CTX_set_cookie_generate_cb: { parameters: ["pointer", "function"], result: "void" },
  SSL_CTX_set_cookie_verify_cb: { parameters: ["pointer", "function"], result: "void" },
  SSL_new: { parameters: ["pointer"], result: "pointer" },
  SSL_free: { parameters: ["pointer"], result: "void" },
  SSL_set_bio: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  SSL_ctrl: { parameters: ["pointer", "i32", "i64", "buffer"], result: "i64" },
  SSL_set_connect_state: { parameters: ["pointer"], result: "void" },
  SSL_set_accept_state: { parameters: ["pointer"], result: "void" },
  SSL_set1_host: { parameters: ["pointer", "buffer"], result: "i32" },
  DTLSv1_listen: { parameters: ["pointer", "pointer"], result: "i32" },
  SSL_do_handshake: { parameters: ["pointer"], result: "i32" },
  SSL_read: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  SSL_write: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  SSL_shutdown: { parameters: ["pointer"], result: "i32" },
  SSL_get_error: { parameters: ["pointer", "i32"], result: "i32" },
  SSL_get_verify_result: { parameters: ["pointer"], result: "i64" },
  SSL_get1_peer_certificate: { parameters: ["pointer"], result: "pointer" },
  SSL_get0_verified_chain: { parameters: ["pointer"], result: "pointer" },
  SSL_get_session: { parameters: ["pointer"], result: "pointer" },
  SSL_SESSION_get_master_key: { parameters: ["pointer", "buffer", "usize"], result: "usize" },
  SSL_get_client_random: { parameters: ["pointer", "buffer", "usize"], result: "usize" },
  SSL_get_server_random: { parameters: ["pointer", "buffer", "usize"], result: "usize" },
  SSL_get_current_cipher: { parameters: ["pointer"], result: "pointer" },
  SSL_CIPHER_get_protocol_id: { parameters: ["pointer"], result: "u16" },
} as const;

const CRYPTO = {
  BIO_s_mem: { parameters: [], result: "pointer" },
  BIO_new: { parameters: ["pointer"], result: "pointer" },
  BIO_free: { parameters: ["pointer"], result: "i32" },
  BIO_ctrl: { parameters: ["pointer", "i32", "i64", "pointer"], result: "i64" },
  BIO_read: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  BIO_write: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  BIO_ADDR_new: { parameters: [], result: "pointer" },
  BIO_ADDR_free: { parameters: ["pointer"], result: "void" },
  PEM_read_bio_PrivateKey: { parameters: ["pointer", "pointer", "pointer", "buffer"], result: "pointer" },
  EVP_PKEY_free: { parameters: ["pointer"], result: "void" },
  d2i_X509_bio: { parameters: ["pointer", "pointer"], result: "pointer" },
  i2d_X509_bio: { parameters: ["pointer", "pointer"], result: "i32" },
  X509_free: { parameters: ["pointer"], result: "void" },
  X509_check_ca: { parameters: ["pointer"], result: "i32" },
  X509_check_private_key: { parameters: ["pointer", "pointer"], result: "i32" },
  X509_STORE_add_cert: { parameters: ["pointer", "pointer"], result: "i32" },
  X509_VERIFY_PARAM_set_flags: { parameters: ["pointer", "u64"], result: "i32" },
  X509_verify_cert_error_string: { parameters: ["i64"], result: "pointer" },
  OPENSSL_sk_num: { parameters: ["pointer"], result: "i32" },
  OPENSSL_sk_value: { parameters: ["pointer", "i32"], result: "pointer" },
  ERR_get_error: { parameters: [], result: "u64" },
  ERR_clear_error: { parameters: [], result: "void" },
  ERR_reason_error_string: { parameters: ["u64"], result: "pointer" },
} as const;

/** The functions of libssl and libcrypto, under their own names. */
export type Libssl =
  & Deno.DynamicLibrary<typeof SSL>["symbols"]
  & Deno.DynamicLibrary<typeof CRYPTO>["symbols"];

/** Where the two libraries are. Both must come from the same OpenSSL. */
export interface LibsslPaths {
  /** Name or path of libssl. @default {"libssl.so.3"} */
  ssl?: string;
  /** Name or path of libcrypto. @default {"libcrypto.so.3"} */
  crypto?: string;
}

const opened = new Map<string, Libssl>();

/**
 * Opens the libraries, once in the life of the process: OpenSSL registers exit handlers and cannot be unloaded safely.
 *
 * @param paths Where they are, when the system does not find them by name.
 * @returns The functions.
 * @throws {DtlsError} `library-missing` when a library is not there, is too old, or Deno may not open it.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { DtlsError } from "./dtls_end.ts";
 * import { openLibssl } from "./libssl.ts";
 *
 * const error = assertThrows(() => openLibssl({ ssl: "no-such-library.so.3" }), DtlsError);
 * assertEquals(error.rule, "library-missing");
 * ```
 */
export function openLibssl(paths: LibsslPaths = {}): Libssl {
  const { ssl = "libssl.so.3", crypto = "libcrypto.so.3" } = paths;
  const key = `${ssl}\n${crypto}`;
  let lib = opened.get(key);
  if (lib === undefined) {
    const one = open(ssl, SSL);
    try {
      lib = { ...one.symbols, ...open(crypto, CRYPTO).symbols };
    } catch (error) {
      one.close();
      throw error;
    }
    opened.set(key, lib);
  }
  return lib;
}

function open<T extends Deno.ForeignLibraryInterface>(
  path: string,
  symbols: T,
): Deno.DynamicLibrary<T> {
  try {
    return Deno.dlopen(path, symbols);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DtlsError(
      "library-missing",
      error instanceof Deno.errors.NotCapable
        ? `Commissioning with certificates needs ${path}, and Deno was not allowed to open it: start it with --allow-ffi`
        : `Commissioning with certificates needs ${path} of OpenSSL 3: install libssl3 (Debian, Ubuntu) or openssl-libs ` +
          `(Fedora, RHEL), or give the path of the library. The system says: ${why}`,
    );
  }
}
