/**
 * The table `[commissioning]` of an SPT.
 *
 * @module
 */
import { isIP } from "node:net";
import {
  CERTIFICATE_FIELDS,
  type CertificateFiles,
  certificateFiles,
  checkCertificate,
} from "./certificate_config.ts";
import type { Checker, Section } from "./checker.ts";
import { warnUnused } from "./cross_checks.ts";
import { byDefault, flag, list, optional, text } from "./field.ts";
import { filePath, port } from "./field_kinds.ts";

/** How an SPT is commissioned with a certificate. Paths are taken from the folder of the configuration. */
export interface SptCommissioningConfig {
  /** UDP port of the RCT for DTLS. */
  port: number;
  /** Our certificate; undefined: with a secret only. */
  certificate: CertificateFiles | undefined;
  /** PEM files of the CAs that sign RCTs' certificates. */
  caFiles: string[];
  /**
   * Name that the RCT's certificate must be for; undefined: any certificate of these CAs passes, which is right only where
   * they sign nobody but RCTs.
   */
  rctName: string | undefined;
  /** Whether the RCT's certificate has to be signed by one of {@link caFiles}. */
  validateRct: boolean;
  /** Offer the obsolete suite of the 2013 edition and no other. */
  legacyDss: boolean;
}

/** The fields of an SPT's `[commissioning]`. */
export const SPT_COMMISSIONING_FIELDS = {
  ...CERTIFICATE_FIELDS,
  rct_name: optional(text("the name in the RCT's certificate, in quotes", 255)),
  rct_ca: optional(list({ ...filePath, expected: "paths of PEM files" })),
  port: byDefault(port, "50137"),
  validate_rct: byDefault(flag, "true"),
};

/** The section `[commissioning]` of an SPT. */
export type SptCommissioningSection = Section<typeof SPT_COMMISSIONING_FIELDS>;

/**
 * Checks an SPT's `[commissioning]`.
 *
 * @param checker The file under check.
 * @param rctPort The RCT's port for everything else.
 * @returns The section.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkSptCommissioning } from "./spt_commissioning_config.ts";
 *
 * const text = '[commissioning]\ncertificate = "spt.pem"\nprivate_key = "spt.key"\n';
 * const checker = new Checker(text, "spt.toml");
 * checkSptCommissioning(checker, 50136);
 * assertEquals(checker.errors.map((e) => e.key), ["commissioning.rct_ca"]);
 * ```
 */
export function checkSptCommissioning(
  checker: Checker,
  rctPort: number | undefined,
): SptCommissioningSection {
  const section = checker.table("commissioning", SPT_COMMISSIONING_FIELDS);
  if (!checkCertificate(checker, section)) {
    warnUnused(
      checker,
      section,
      ["port", "rct_ca", "rct_name", "validate_rct", "legacy_dss"],
      "without certificate",
    );
    return section;
  }
  const { port, validate_rct: validate } = section.values;
  if (validate === true && !section.has("rct_ca")) {
    const message = "expected the PEM files of the CAs that sign the RCT's certificate, found nothing: " +
      'add a line rct_ca = ["ca.pem"]';
    checker.error(section.line(), section.name("rct_ca"), "missing-key", message);
  }
  if (validate === false) {
    const message = "this SPT takes whoever answers for its RCT: keep it true wherever you have the RCT's CA";
    checker.warn(section.line("validate_rct"), section.name("validate_rct"), "weak-setting", message);
    warnUnused(checker, section, ["rct_ca", "rct_name"], "while validate_rct is false");
  }
  if (port !== undefined && port === rctPort) {
    const message = `expected the RCT's port for DTLS, found ${port}, the same as rct.port`;
    // With the default here, rct.port is what was changed.
    const line = section.has("port") ? section.line("port") : section.line();
    checker.error(line, section.name("port"), "not-unique", message);
  }
  return section;
}

/**
 * Makes the configuration of a section without errors.
 *
 * @param section The section of {@link checkSptCommissioning}.
 * @param rctHost Name or address of the RCT: a name is what its certificate must be for, unless `rct_name` says otherwise.
 * @returns How the SPT is commissioned.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkSptCommissioning, sptCommissioningConfig } from "./spt_commissioning_config.ts";
 *
 * const section = checkSptCommissioning(new Checker("", "spt.toml"), 50136);
 * const config = sptCommissioningConfig(section, "rct.example");
 * assertEquals([config.port, config.rctName], [50137, "rct.example"]);
 * ```
 */
export function sptCommissioningConfig(
  section: SptCommissioningSection,
  rctHost: string,
): SptCommissioningConfig {
  const { port = 0, rct_ca = [], rct_name, validate_rct = true, legacy_dss = false } = section.values;
  return {
    port,
    certificate: certificateFiles(section),
    caFiles: rct_ca,
    rctName: validate_rct ? rct_name ?? (isIP(rctHost) === 0 ? rctHost : undefined) : undefined,
    validateRct: validate_rct,
    legacyDss: legacy_dss,
  };
}
