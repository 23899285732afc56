/**
 * Where frames end in the languages that raw lines may carry.
 *
 * @module
 */
import { ContactIdFramer } from "../../adapters/contact_id/framer.ts";
import type { Framer } from "../../adapters/contract.ts";
import { Dc09Framer } from "../../adapters/dc09/framer.ts";
import { ScancomFramer } from "../../adapters/scancom/framer.ts";
import { SiaFramer } from "../../adapters/sia/framer.ts";
import { TexecomFramer } from "../../adapters/texecom/framer.ts";
import { Vds2465SerialFramer } from "../../adapters/vds2465/serial_framer.ts";
import { Vds2465TcpFramer } from "../../adapters/vds2465/tcp_framer.ts";

/** Who speaks: the answers of an AE have frames of their own, or none. */
export type RawSpeaker = "panel" | "ae";

const BOTH: Record<string, () => Framer<unknown>> = {
  sia: () => new SiaFramer(),
  dc09: () => new Dc09Framer(),
  "vds2465-serial": () => new Vds2465SerialFramer(),
  "vds2465-tcp": () => new Vds2465TcpFramer(),
};

const OF_PANELS: Record<string, () => Framer<unknown>> = {
  ...BOTH,
  "contact-id": () => new ContactIdFramer(),
  texecom: () => new TexecomFramer(),
  scancom: () => new ScancomFramer(),
};

/** The languages that a raw line may name. */
export const RAW_LANGUAGES: readonly string[] = [
  "sia",
  "contact-id",
  "texecom",
  "scancom",
  "dc09",
  "vds2465-serial",
  "vds2465-tcp",
];

/**
 * A framer for one direction of a raw line.
 *
 * @param language The panel's language.
 * @param speaker Whose octets it reads.
 * @returns The framer; undefined where only silence tells that somebody has finished.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rawFramer } from "./framers.ts";
 *
 * assertEquals(rawFramer("sia", "ae")?.feed(Uint8Array.of(0xc0, 0x38, 0x07)).length, 1);
 * assertEquals(rawFramer("contact-id", "ae"), undefined);
 * ```
 */
export function rawFramer(language: string | undefined, speaker: RawSpeaker): Framer<unknown> | undefined {
  if (language === undefined) return undefined;
  const makers = speaker === "panel" ? OF_PANELS : BOTH;
  return Object.hasOwn(makers, language) ? makers[language]?.() : undefined;
}
