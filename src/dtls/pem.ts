/**
 * Certificate files: reading them, and saying what is wrong with them.
 *
 * @module
 */
import { DtlsError } from "./dtls_end.ts";

/** Larger than any bundle of CAs in use; guards against a wrong path. */
const MAX_FILE = 4 * 1024 * 1024;

/** A certificate out of a file. */
export interface FileCertificate {
  /** The file, for messages. */
  file: string;
  /** DER. */
  der: Uint8Array;
}

/**
 * Reads a file of the settings.
 *
 * @param file Its path.
 * @returns Its octets.
 * @throws {DtlsError} (rejects) `file-not-readable`, `bad-file` when it is too large.
 */
export async function readSettingFile(file: string): Promise<Uint8Array> {
  let octets: Uint8Array;
  try {
    if ((await Deno.stat(file)).size > MAX_FILE) {
      throw new DtlsError("bad-file", `${file} is too large for a certificate file`);
    }
    octets = await Deno.readFile(file);
  } catch (error) {
    if (error instanceof DtlsError) throw error;
    throw new DtlsError("file-not-readable", `${file} cannot be read: ${describe(error)}`);
  }
  return octets;
}

/**
 * Finds the certificates in PEM text.
 *
 * @param octets The file.
 * @param file Its path, for messages.
 * @returns Them, in the order of the file; at least one.
 * @throws {DtlsError} `bad-file`
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { pemCertificates } from "./pem.ts";
 *
 * const text = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
 * assertEquals(pemCertificates(new TextEncoder().encode(text), "ca.pem")[0]?.der.toHex(), "3000");
 * assertThrows(() => pemCertificates(new Uint8Array(), "empty.pem"));
 * ```
 */
export function pemCertificates(octets: Uint8Array, file: string): FileCertificate[] {
  const text = new TextDecoder().decode(octets);
  const blocks = text.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g);
  const found = Array.from(blocks, ([, base64 = ""], i) => {
    try {
      return { file, der: Uint8Array.fromBase64(base64) };
    } catch {
      throw new DtlsError("bad-file", `${file}: certificate ${i + 1} is damaged; export it again as PEM`);
    }
  });
  if (found.length === 0) {
    throw new DtlsError(
      "bad-file",
      `${file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); ` +
        `a DER file can be turned into one with: openssl x509 -inform der -in FILE -out FILE.pem`,
    );
  }
  return found;
}

/**
 * Reads CA certificates.
 *
 * @param paths PEM files, and folders; of a folder, the files whose names end in `.pem` or `.crt`.
 * @returns All certificates found.
 * @throws {DtlsError} (rejects) `file-not-readable`, `bad-file`
 */
export async function readCaFiles(paths: readonly string[]): Promise<FileCertificate[]> {
  const found: FileCertificate[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path)) found.push(...pemCertificates(await readSettingFile(file), file));
  }
  return found;
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await Deno.stat(path)).isDirectory) return [path];
    const names = await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
    return names.filter((name) => /\.(pem|crt)$/i.test(name)).sort().map((name) => `${path}/${name}`);
  } catch (error) {
    throw new DtlsError("file-not-readable", `${path} cannot be read: ${describe(error)}`);
  }
}

function describe(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "this user may not read it";
  return error instanceof Error ? error.message : String(error);
}
