/**
 * The table `[commissioning]` of an RCT.
 *
 * @module
 */
import {
  CERTIFICATE_FIELDS,
  type CertificateFiles,
  certificateFiles,
  checkCertificate,
} from "./certificate_config.ts";
import type { Checker, Section } from "./checker.ts";
import { type Listener, warnUnused } from "./cross_checks.ts";
import { byDefault, list, optional } from "./field.ts";
import { duration, fileOrFolder, host, port } from "./field_kinds.ts";

/** How an RCT commissions SPTs. Paths are taken from the folder of the configuration. */
export interface RctCommissioningConfig {
  /** How long the window for a site stays open, ms. */
  windowMs: number;
  /** Address for DTLS. */
  hostname: string;
  /** UDP port for DTLS. */
  port: number;
  /** Our certificate; undefined: with secrets only, and nothing listens for DTLS. */
  certificate: CertificateFiles | undefined;
  /** PEM files, and folders of them, of the CAs that sign SPTs' certificates. */
  caPaths: string[];
  /** Take the obsolete suite of the 2013 edition and no other. */
  legacyDss: boolean;
}

const MINUTE = 60_000;

/** The fields of an RCT's `[commissioning]`. */
export const RCT_COMMISSIONING_FIELDS = {
  ...CERTIFICATE_FIELDS,
  window: byDefault(duration(MINUTE, 24 * 60 * MINUTE), '"15m"'),
  host: byDefault(host, '"0.0.0.0"'),
  port: byDefault(port, "50137"),
  site_ca: optional(list({ ...fileOrFolder, expected: "paths of PEM files or folders" })),
};

/** The section `[commissioning]` of an RCT. */
export type RctCommissioningSection = Section<typeof RCT_COMMISSIONING_FIELDS>;

/**
 * Checks an RCT's `[commissioning]`.
 *
 * @param checker The file under check.
 * @returns The section.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkRctCommissioning } from "./rct_commissioning_config.ts";
 *
 * const text = '[commissioning]\ncertificate = "rct.pem"\nprivate_key = "rct.key"\n';
 * const checker = new Checker(text, "rct.toml");
 * checkRctCommissioning(checker);
 * assertEquals(checker.errors.map((e) => e.key), ["commissioning.site_ca"]);
 * ```
 */
export function checkRctCommissioning(checker: Checker): RctCommissioningSection {
  const section = checker.table("commissioning", RCT_COMMISSIONING_FIELDS);
  if (!checkCertificate(checker, section)) {
    warnUnused(checker, section, ["host", "port", "site_ca", "legacy_dss"], "without certificate");
  } else if (!section.has("site_ca")) {
    const message = "expected the PEM files of the CAs that sign SPTs' certificates, found nothing: " +
      'add a line site_ca = ["site-ca"], files or folders';
    checker.error(section.line(), section.name("site_ca"), "missing-key", message);
  }
  return section;
}

/**
 * Makes the configuration of a section without errors.
 *
 * @param section The section of {@link checkRctCommissioning}.
 * @returns How the RCT commissions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkRctCommissioning, rctCommissioningConfig } from "./rct_commissioning_config.ts";
 *
 * const section = checkRctCommissioning(new Checker("", "rct.toml"));
 * assertEquals(rctCommissioningConfig(section).windowMs, 900_000);
 * ```
 */
export function rctCommissioningConfig(section: RctCommissioningSection): RctCommissioningConfig {
  const { window = 0, host: hostname = "", port = 0, site_ca = [], legacy_dss = false } = section.values;
  return {
    windowMs: window,
    hostname,
    port,
    certificate: certificateFiles(section),
    caPaths: site_ca,
    legacyDss: legacy_dss,
  };
}

/**
 * Names the section as something that listens on UDP.
 *
 * @param section The section of {@link checkRctCommissioning}.
 * @returns The listener; without port when the file asks for no certificates, with line 0 when the port is the default.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkRctCommissioning, dtlsListener } from "./rct_commissioning_config.ts";
 *
 * assertEquals(dtlsListener(checkRctCommissioning(new Checker("", "rct.toml"))).port, undefined);
 * ```
 */
export function dtlsListener(section: RctCommissioningSection): Listener {
  const { host: hostname, port } = section.values;
  const line = section.has("port") ? section.line("port") : 0;
  const on = certificateFiles(section) !== undefined;
  return { line, key: "commissioning.port", hostname, port: on ? port : undefined };
}
