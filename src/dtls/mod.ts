/**
 * DTLS 1.2 with certificates, for commissioning (reference: ip-protocol 6.1 b), through OpenSSL 3.
 *
 * Needs `--allow-ffi`, so it is to run in a process of its own, and only while SPTs are commissioned.
 *
 * @module
 */
export type { SecretKey } from "../keys/secret_key.ts";
export * from "./certificate_identity.ts";
export * from "./common_name.ts";
export * from "./dtls_client.ts";
export * from "./dtls_connection.ts";
export * from "./dtls_end.ts";
export * from "./dtls_server.ts";
export type { LibsslPaths } from "./libssl.ts";
export type { DtlsSettings } from "./settings.ts";
