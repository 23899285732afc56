/**
 * The VdS 2465 message kinds [Meldungsart]: what the last octet of a state change means.
 *
 * @module
 */
import type { Qualifier } from "../alarm_event.ts";
import table from "./vds2465.json" with { type: "json" };

/** What is known of one message kind (vds2465.md §4). */
export interface VdsMessageKind {
  /** The octet as sent, two capital hexadecimal digits: `22` burglary, `A2` its reset. */
  readonly code: string;
  /** Name in German, the language of the guideline. */
  readonly german: string;
  /** Name in English (translated here). */
  readonly english: string;
  /** Kind of report: a classification made here (C); arming is a closing, so `61` is `restore` and `E1` is `new`. */
  readonly qualifier: Qualifier;
  /** True for `70` to `7F` and their resets, whose meaning only the vendor knows. */
  readonly vendor: boolean;
  /** `A`: in lists, manuals and captures; `H`: in one receiver that is in use in the field only. */
  readonly confidence: "A" | "H";
}

/** Bit 7 of the octet: gone, off, reset, disarmed, closed. */
const RESET = 0x80;

interface Row {
  code: string;
  german: string;
  english: string;
  germanReset?: string;
  englishReset?: string;
  reset: boolean;
  confidence: string;
  kind: string;
}

const kinds: ReadonlyMap<number, VdsMessageKind> = new Map(
  (table.kinds as readonly Row[]).flatMap((row) => row.reset ? [setOf(row), resetOf(row)] : [setOf(row)])
    .map((kind) => [parseInt(kind.code, 16), kind]),
);

/**
 * Looks up a message kind.
 *
 * @param octet The message kind as sent, 0 to 255.
 * @returns What is known of it; undefined for octets outside the list, which devices do send: pass those on, never drop
 *   them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsMessageKind } from "./vds2465.ts";
 *
 * assertEquals(vdsMessageKind(0x22)?.german, "Einbruch");
 * assertEquals(vdsMessageKind(0xa2)?.english, "Burglary, restored");
 * assertEquals(vdsMessageKind(0x47), undefined);
 * ```
 */
export function vdsMessageKind(octet: number): VdsMessageKind | undefined {
  return kinds.get(octet);
}

/**
 * Says what kind of report a message kind is. One that is not listed goes by bit 7, which means the same for all of them.
 *
 * @param octet The message kind as sent, 0 to 255.
 * @returns `new` for alarms, faults and disarming, `restore` for their ends and for arming, `status` for plain messages.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsQualifier } from "./vds2465.ts";
 *
 * assertEquals([0x10, 0x90, 0x53].map(vdsQualifier), ["new", "restore", "status"]);
 * assertEquals([0x61, 0xe1].map(vdsQualifier), ["restore", "new"]);
 * assertEquals([0x47, 0xc7].map(vdsQualifier), ["new", "restore"]);
 * ```
 */
export function vdsQualifier(octet: number): Qualifier {
  return kinds.get(octet)?.qualifier ?? ((octet & RESET) === 0 ? "new" : "restore");
}

/**
 * Every message kind in the table, in order of the set codes, each followed by its reset.
 *
 * @returns The entries; 149 of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsMessageKinds } from "./vds2465.ts";
 *
 * assertEquals([...vdsMessageKinds()].length, 149);
 * ```
 */
export function vdsMessageKinds(): Iterable<VdsMessageKind> {
  return kinds.values();
}

function setOf({ code, german, english, kind, confidence }: Row): VdsMessageKind {
  const qualifier = kind === "status" ? "status" : kind === "closing" ? "restore" : "new";
  return { code, german, english, qualifier, vendor: kind === "vendor", confidence: basis(confidence) };
}

function resetOf(row: Row): VdsMessageKind {
  return {
    code: (parseInt(row.code, 16) | RESET).toString(16).toUpperCase(),
    german: row.germanReset ?? `${row.german}, zurückgesetzt`,
    english: row.englishReset ?? `${row.english}, restored`,
    qualifier: row.kind === "closing" ? "new" : "restore",
    vendor: row.kind === "vendor",
    confidence: basis(row.confidence),
  };
}

function basis(confidence: string): "A" | "H" {
  return confidence === "H" ? "H" : "A";
}
