/**
 * What both ends say of the certificates that a site can be commissioned with.
 *
 * @module
 */
import type { Checker, Section } from "./checker.ts";
import { checkTogether } from "./cross_checks.ts";
import { byDefault, flag, optional } from "./field.ts";
import { filePath } from "./field_kinds.ts";

/** PEM files of one end. */
export interface CertificateFiles {
  /** The own certificate first, then those between it and the CA. */
  chainFile: string;
  /** The key of the own certificate. */
  keyFile: string;
}

/** The fields that both ends have. */
export const CERTIFICATE_FIELDS = {
  certificate: optional(filePath),
  private_key: optional(filePath),
  legacy_dss: byDefault(flag, "false"),
};

/** A section `[commissioning]` with at least these fields. */
type CertificateSection = Section<typeof CERTIFICATE_FIELDS>;

/**
 * Checks that certificate and private key are both there or none, and warns of the obsolete suite.
 *
 * @param checker The file under check.
 * @param section The section `[commissioning]`.
 * @returns Whether the file asks for certificates.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { CERTIFICATE_FIELDS, checkCertificate } from "./certificate_config.ts";
 *
 * const checker = new Checker('[commissioning]\ncertificate = "spt.pem"\n', "spt.toml");
 * checkCertificate(checker, checker.table("commissioning", CERTIFICATE_FIELDS));
 * assertEquals(checker.errors.map((e) => [e.line, e.key]), [[1, "commissioning.private_key"]]);
 * ```
 */
export function checkCertificate(checker: Checker, section: CertificateSection): boolean {
  const given = checkTogether(checker, section, CERTIFICATE_FIELDS, ["certificate", "private_key"]);
  if (given && section.values.legacy_dss === true) {
    const message = "this suite is obsolete (DSA, SHA-1) and shuts out every other: " +
      "only for a peer that knows no better one; else take the line away";
    checker.warn(section.line("legacy_dss"), section.name("legacy_dss"), "weak-setting", message);
  }
  return given;
}

/**
 * Makes the files of a section without errors.
 *
 * @param section The section of {@link checkCertificate}.
 * @returns The files; undefined when the file asks for no certificates.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { CERTIFICATE_FIELDS, certificateFiles } from "./certificate_config.ts";
 *
 * const section = new Checker("", "spt.toml").table("commissioning", CERTIFICATE_FIELDS);
 * assertEquals(certificateFiles(section), undefined);
 * ```
 */
export function certificateFiles(section: CertificateSection): CertificateFiles | undefined {
  const { certificate: chainFile, private_key: keyFile } = section.values;
  return chainFile === undefined || keyFile === undefined ? undefined : { chainFile, keyFile };
}
