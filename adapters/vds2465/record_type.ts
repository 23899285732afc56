/**
 * The types of VdS 2465 records, by name.
 *
 * @module
 */

/** Record types that this adapter reads or writes itself. Source: vds2465.md §3.1. */
export const ST = {
  PRIORITY: 0x01,
  /** State change or command, acknowledgement wanted. */
  MESSAGE: 0x02,
  /** Acknowledgement: a copy of the record 02. */
  ECHO: 0x03,
  /** State change without acknowledgement. */
  MESSAGE_NO_ACK: 0x04,
  QUERY: 0x10,
  ERROR: 0x11,
  STATUS: 0x20,
  BLOCK_STATUS: 0x24,
  VALUE: 0x30,
  TEST: 0x40,
  TEST_ACK: 0x41,
  DATE_TIME: 0x50,
  VENDOR: 0x51,
  CALL_NUMBER_S2: 0x52,
  CALL_NUMBER_S3: 0x53,
  TEXT: 0x54,
  SUPPORTED: 0x55,
  IDENT: 0x56,
  FEATURES: 0x59,
  TRANSPORT: 0x61,
  COUNTER: 0x73,
  HANG_UP: 0xff,
} as const;

/** What is known of a record type. */
export interface VdsRecordType {
  /** Name in German. */
  german: string;
  /** Name in English. */
  english: string;
  /** True for types whose content cannot be read here and may be an alarm: a vendor's own, transparent data, containers. */
  opaque?: true;
}

const NAMES: ReadonlyMap<number, VdsRecordType> = new Map(
  ([
    [0x01, "Priorität", "priority"],
    [0x02, "Meldung oder Steuerung mit Quittungsanforderung", "state change, acknowledgement wanted"],
    [0x03, "Quittungsrücksendung", "acknowledgement"],
    [0x04, "Meldung oder Steuerung ohne Quittungsanforderung", "state change"],
    [0x0c, "Bereich und Meldebereich (Telenot)", "area of a point (Telenot)"],
    [0x10, "Abfrage", "query"],
    [0x11, "Fehler", "error"],
    [0x20, "Status", "status"],
    [0x24, "Blockstatus", "block status"],
    [0x25, "Sammelstatus", "collective status"],
    [0x26, "Blockstatus, alles", "full block status"],
    [0x30, "Mess-, Zähl- oder Stellwert", "measured, counted or set value"],
    [0x35, "GPS-Koordinaten", "position"],
    [0x40, "Testmeldung", "test message"],
    [0x41, "Testmeldungsquittung oder Test-Timer", "test acknowledgement or test timer"],
    [0x42, "Sicherheitscode", "security code"],
    [0x44, "Information zur Meldungsweiterleitung", "forwarding information"],
    [0x48, "Durchschalten des Verbindungsweges", "connect-through"],
    [0x50, "Datum und Uhrzeit", "date and time"],
    [0x51, "Hersteller-Identifikation", "vendor identification"],
    [0x52, "Kommunikationsadresse an S2", "call number at S2"],
    [0x53, "Kommunikationsadresse an S3", "call number at S3"],
    [0x54, "Zeichenfolge", "text"],
    [0x55, "Unterstützte Satztypen", "supported record types"],
    [0x56, "Identifikationsnummer", "ident number"],
    [0x59, "Gerätemerkmale", "device features"],
    [0x60, "Netzstatus", "network status"],
    [0x61, "Transportdienstkennung", "transport service"],
    [0x62, "Quelladresse aus dem Netz", "source address from the network"],
    [0x73, "Telegrammzähler", "telegram counter"],
    [0xff, "Verbindung wird nicht mehr benötigt", "connection no longer needed"],
  ] as const).map(([type, german, english]) => [type, { german, english }]),
);

const OPAQUE: ReadonlyMap<number, VdsRecordType> = new Map(
  ([
    [0x06, "wie 02 (effeff)", "like 02 (effeff)"],
    [0x07, "wie 03 (effeff)", "like 03 (effeff)"],
    [0x08, "wie 04 (effeff)", "like 04 (effeff)"],
    [0x70, "Datenblock, transparent", "transparent data"],
    [0x71, "Datenblock, transparent, letzter", "transparent data, last block"],
    [0x72, "Datenblock, transparent, gültig", "transparent data, valid"],
    [0x74, "Container", "container"],
  ] as const).map(([type, german, english]) => [type, { german, english, opaque: true }]),
);

const VENDOR: VdsRecordType = { german: "herstellerspezifisch", english: "vendor-specific", opaque: true };

/**
 * Names a record type. Source: vds2465.md §3.1 (A; 72 B).
 *
 * @param type The type, 0 to 255.
 * @returns Its names; undefined for a type that is not on record.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsRecordType } from "./record_type.ts";
 *
 * assertEquals(vdsRecordType(0x56)?.german, "Identifikationsnummer");
 * assertEquals(vdsRecordType(0xbf)?.english, "vendor-specific");
 * assertEquals(vdsRecordType(0x57), undefined);
 * ```
 */
export function vdsRecordType(type: number): VdsRecordType | undefined {
  const isVendors = type === 0 || (type >= 0x0d && type <= 0x0f) || (type >= 0xa0 && type <= 0xef);
  return NAMES.get(type) ?? OPAQUE.get(type) ?? (isVendors ? VENDOR : undefined);
}
