/**
 * The code tables of every direction, as data.
 *
 * @module
 */
import contactIdToScancom from "../tables/contact_id_to_scancom.json" with { type: "json" };
import contactIdToSia from "../tables/contact_id_to_sia.json" with { type: "json" };
import contactIdToVds from "../tables/contact_id_to_vds2465.json" with { type: "json" };
import scancomToContactId from "../tables/scancom_to_contact_id.json" with { type: "json" };
import scancomToSia from "../tables/scancom_to_sia.json" with { type: "json" };
import scancomToVds from "../tables/scancom_to_vds2465.json" with { type: "json" };
import siaToContactId from "../tables/sia_to_contact_id.json" with { type: "json" };
import siaToScancom from "../tables/sia_to_scancom.json" with { type: "json" };
import siaToVds from "../tables/sia_to_vds2465.json" with { type: "json" };
import vdsToContactId from "../tables/vds2465_to_contact_id.json" with { type: "json" };
import vdsToScancom from "../tables/vds2465_to_scancom.json" with { type: "json" };
import vdsToSia from "../tables/vds2465_to_sia.json" with { type: "json" };
import type { TargetLanguage } from "./forms.ts";

/** What a code becomes in another language. */
export interface CodeRow {
  /**
   * The code, as a source. SIA: `BA`, or `LT/2` for address 2 only. Contact ID: `130`. VdS 2465: the message kind without
   * bit 7, `22`, or `ST40`. Scancom: digit and status as in the event's code, of the news and not of the restore, and behind
   * a stroke the channel: `17/3`.
   */
  readonly code: string;
  /**
   * The target's code for news. SIA: `BA`, `LT/2` with address. Contact ID: qualifier and code, `1130`. VdS 2465: the octet,
   * `22`, `E1`. Scancom: digit, status and channel, `17/3`.
   */
  readonly to: string;
  /** The target's code for the restore, where the source says both with one code. */
  readonly restore?: string;
  /** `B`: two sources agree on it; `C`: a suggestion of one, or chosen here. */
  readonly confidence: string;
  /** True when the target has nothing near and its generic code stands for this one. */
  readonly generic?: boolean;
  /**
   * What is lost each time: `sub-kind`, `restore-kind` (which of several restores), `restore` (no restore in the target, or
   * one that ends another code), `code`.
   */
  readonly lost?: readonly string[];
  /** Why, in a few words. */
  readonly note?: string;
}

/** What a code becomes that is not in the table. */
export interface UnknownRow {
  /** For codes that begin with this. */
  readonly prefix: string;
  /** For news. */
  readonly to: string;
  /** For restores. */
  readonly restore: string;
  /** For plain messages. */
  readonly status: string;
}

/** The table of one direction. */
export interface CodeTable {
  /** Where it is from, with confidence. */
  readonly source: string;
  /** Source language. */
  readonly from: string;
  /** Target language. */
  readonly to: string;
  /** The generic codes, the first that fits. */
  readonly unknown: readonly UnknownRow[];
  /** The codes. */
  readonly codes: readonly CodeRow[];
}

/** The languages between which events are translated. */
export const translatedLanguages: readonly TargetLanguage[] = ["sia", "contact-id", "scancom", "vds2465"];

const tables: readonly CodeTable[] = [
  siaToContactId,
  siaToScancom,
  siaToVds,
  contactIdToSia,
  contactIdToScancom,
  contactIdToVds,
  scancomToSia,
  scancomToContactId,
  scancomToVds,
  vdsToSia,
  vdsToContactId,
  vdsToScancom,
];

const byDirection: ReadonlyMap<string, ReadonlyMap<string, CodeRow>> = new Map(
  tables.map(({ from, to, codes }) => [`${from} ${to}`, new Map(codes.map((row) => [row.code, row]))]),
);

/**
 * The table of a direction.
 *
 * Source: the `source` of each table; the reference suggests (C), so a site's own table goes first (`SiteTable`).
 *
 * @param from Source language.
 * @param to Target language.
 * @returns The table; undefined for languages that have none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { codeTable } from "./code_tables.ts";
 *
 * assertEquals(codeTable("contact-id", "sia")?.codes.length, 231);
 * assertEquals(codeTable("sia", "sia"), undefined);
 * ```
 */
export function codeTable(from: string, to: TargetLanguage): CodeTable | undefined {
  return tables.find((table) => table.from === from && table.to === to);
}

/**
 * Looks a code up.
 *
 * @param from Source language.
 * @param to Target language.
 * @param code As in {@link CodeRow.code}.
 * @returns The row, or undefined.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { codeRow } from "./code_tables.ts";
 *
 * assertEquals(codeRow("contact-id", "sia", "131")?.to, "BA");
 * assertEquals(codeRow("contact-id", "sia", "168"), undefined);
 * ```
 */
export function codeRow(from: string, to: TargetLanguage, code: string): CodeRow | undefined {
  return byDirection.get(`${from} ${to}`)?.get(code);
}
