/**
 * The common name of an SPT's certificate: `supplier identifier:supplier specific identifier`.
 *
 * The text behind it (reference: ip-protocol 6.1 b) is damaged where the separator stands; a colon is the likely reading.
 *
 * @module
 */

/** An SPT's name: which supplier made it, and what the supplier calls it. Unique over all SPTs. */
export interface SptName {
  /** The supplier's registered Internet domain name, in lower case. */
  readonly supplier: string;
  /** What the supplier calls this SPT, as spelled: a serial number, as a rule. */
  readonly device: string;
}

/** Why a common name does not name an SPT. */
export type CommonNameRule =
  /** Nothing there. */
  | "empty"
  /** Over 64 characters, the most X.520 allows. */
  | "too-long"
  /** A character that cannot be printed. */
  | "control-character"
  /** No colon. */
  | "no-separator"
  /** What stands before the colon is no domain name. */
  | "bad-supplier"
  /** Nothing stands behind the colon. */
  | "no-device";

/** What {@link parseCommonName} found. */
export type ParsedCommonName =
  | { ok: true; value: SptName }
  | { ok: false; rule: CommonNameRule; message: string };

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
const MAX_LENGTH = 64;

/**
 * Reads a common name.
 *
 * @param text The common name.
 * @returns The two parts, or what is wrong with it. The first colon separates: a domain name has none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseCommonName } from "./common_name.ts";
 *
 * assertEquals(parseCommonName("Maker.example:SN:0042"), {
 *   ok: true,
 *   value: { supplier: "maker.example", device: "SN:0042" },
 * });
 * const wrong = parseCommonName("SN0042");
 * assertEquals(wrong.ok ? "" : wrong.rule, "no-separator");
 * ```
 */
export function parseCommonName(text: string): ParsedCommonName {
  const wrong = (rule: CommonNameRule, message: string) => ({ ok: false, rule, message }) as const;
  if (text === "") return wrong("empty", "The certificate's common name is empty");
  if (/\p{Cc}/u.test(text)) {
    return wrong(
      "control-character",
      "The certificate's common name holds characters that cannot be printed",
    );
  }
  if ([...text].length > MAX_LENGTH) {
    return wrong("too-long", `The certificate's common name has more than ${MAX_LENGTH} characters`);
  }
  const expected =
    `Expected "supplier domain:device", as "maker.example:0042", in the certificate's common name; found "${text}"`;
  const colon = text.indexOf(":");
  if (colon < 0) return wrong("no-separator", `${expected}: no colon`);
  const supplier = text.slice(0, colon).toLowerCase();
  const labels = supplier.split(".");
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) {
    return wrong("bad-supplier", `${expected}: "${text.slice(0, colon)}" is no domain name`);
  }
  const device = text.slice(colon + 1);
  if (device.trim() === "") return wrong("no-device", `${expected}: nothing after the colon`);
  return { ok: true, value: { supplier, device } };
}

/**
 * Says whether two common names name the same SPT: the domain in any case, the supplier's own part exactly.
 *
 * @param a One.
 * @param b The other.
 * @returns True when both are read and mean the same.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { sameSpt } from "./common_name.ts";
 *
 * assert(sameSpt("Maker.example:SN1", "maker.EXAMPLE:SN1"));
 * assert(!sameSpt("maker.example:SN1", "maker.example:sn1"));
 * assert(!sameSpt("no name", "no name"));
 * ```
 */
export function sameSpt(a: string, b: string): boolean {
  const one = parseCommonName(a);
  const other = parseCommonName(b);
  return one.ok && other.ok && one.value.supplier === other.value.supplier &&
    one.value.device === other.value.device;
}
