/**
 * What VdS 2465 records say, in fields.
 *
 * @module
 */
import { readAddress, type VdsAddress, writeAddress } from "./address.ts";
import { readDateTime, type VdsDateTime, writeDateTime } from "./date_time.ts";
import { type DeviceFeature, readFeatures, writeFeatures } from "./features.ts";
import { readIdent, writeIdent } from "./ident.ts";
import type { VdsRecord } from "./record.ts";
import { ST } from "./record_type.ts";
import { readText, writeText } from "./text.ts";

/** Device and area, without an address. */
export interface VdsPlace {
  /** Device [Gerät], 0 to 15. */
  device: number;
  /** Area [Bereich], 0 to 15. */
  area: number;
}

/** A state change, command, acknowledgement or status: records 02, 03, 04 and 20. */
export interface VdsMessage extends VdsAddress {
  /** Tells it from the other records. */
  kind: "message";
  /** Record type. */
  type: number;
  /** Message kind [Meldungsart]; see `vdsMessageKind`. */
  messageKind: number;
  /** Octets behind the five that are described: meaning unknown, kept. */
  extra?: Uint8Array;
}

/** The content of a record (vds2465.md §3). Layouts are octets behind the record type; G/B is device and area. */
export type VdsFields =
  /** 01: `pp`, 0 high to 255 low. */
  | { kind: "priority"; priority: number }
  /** 02, 03, 04, 20: `G/B Adr AZ [AE] MA`. */
  | VdsMessage
  /** 10: `G/B ST` or `G/B Adr AZ AE ST`. */
  | { kind: "query"; at: VdsPlace | VdsAddress; asked: number }
  /** 11: `G/B code` or `G/B FF ST`; see `vdsErrorText`. */
  | { kind: "error"; at: VdsPlace; code: number; unknownType?: number }
  /** 24: `G/B Adr AZ AE s0 s1 …`, one bit an address, low bit first, 0 active and 1 idle. */
  | { kind: "block-status"; at: VdsAddress; states: Uint8Array }
  /** 30: `G/B Adr AZ AE kind value`; how the value is coded is not known for sure (B−), so its octets stay as they are. */
  | { kind: "value"; at: VdsAddress; valueKind: number; value: Uint8Array }
  /** 40: nothing. */
  | { kind: "test" }
  /** 41 without data. */
  | { kind: "test-acknowledgement" }
  /** 41: `G/B AE lo hi`; AE 50 time to the next test, 51 interval, in minutes (B). */
  | { kind: "test-timer"; at: VdsPlace; timer: number; minutes: number }
  /** 50: see `readDateTime`. */
  | { kind: "date-time"; at: VdsDateTime }
  /** 51, 52, 53, 54: characters. `data` holds them as they came. */
  | { kind: "text"; type: number; text: string; data?: Uint8Array }
  /** 55: `G/B ST ST …`. */
  | { kind: "supported"; at: VdsPlace; types: number[] }
  /** 56: see `readIdent`. `data` holds the octets as they came, with their filler. */
  | { kind: "ident"; ident: string; data?: Uint8Array }
  /** 59: `G/B` and features. */
  | { kind: "features"; at: VdsPlace; features: DeviceFeature[] }
  /** 61: see `vdsTransportText`. */
  | { kind: "transport"; code: number }
  /** 73: `G/B` and a number of `size` octets, high octet first (B: sources differ in its length). */
  | { kind: "counter"; at: VdsPlace; counter: number; size: number }
  /** FF: nothing. */
  | { kind: "hang-up" }
  /** Every other type, and records whose length fits no layout. */
  | { kind: "other"; type: number; data: Uint8Array };

/**
 * Reads what a record says.
 *
 * @param record The record.
 * @returns The fields; `other` when type or length is not known. {@link writeFields} gives the record back, to the octet.
 *   Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readFields } from "./record_fields.ts";
 *
 * assertEquals(readFields({ type: 0x02, data: Uint8Array.fromHex("0001000122") }), {
 *   kind: "message", type: 0x02, device: 0, area: 0, address: 1, supplement: 0, extension: 1, messageKind: 0x22,
 * });
 * ```
 */
export function readFields({ type, data }: VdsRecord): VdsFields {
  const length = data.length;
  const at = readAddress(data, false);
  const place: VdsPlace = { device: at.device, area: at.area };
  const other: VdsFields = { kind: "other", type, data };
  switch (type) {
    case ST.PRIORITY:
      return length === 1 ? { kind: "priority", priority: data[0] ?? 0 } : other;
    case ST.MESSAGE:
    case ST.ECHO:
    case ST.MESSAGE_NO_ACK:
    case ST.STATUS:
      return length >= 4 ? messageOf(type, data) : other;
    case ST.QUERY:
      if (length === 2) return { kind: "query", at: place, asked: data[1] ?? 0 };
      return length === 5 ? { kind: "query", at: readAddress(data, true), asked: data[4] ?? 0 } : other;
    case ST.ERROR:
      if (length === 2) return { kind: "error", at: place, code: data[1] ?? 0 };
      return length === 3 && data[1] === 0xff
        ? { kind: "error", at: place, code: 0xff, unknownType: data[2] ?? 0 }
        : other;
    case ST.BLOCK_STATUS:
      return length >= 4
        ? { kind: "block-status", at: readAddress(data, true), states: data.slice(4) }
        : other;
    case ST.VALUE:
      return length >= 5
        ? { kind: "value", at: readAddress(data, true), valueKind: data[4] ?? 0, value: data.slice(5) }
        : other;
    case ST.TEST:
      return length === 0 ? { kind: "test" } : other;
    case ST.TEST_ACK:
      if (length === 0) return { kind: "test-acknowledgement" };
      return length === 4
        ? {
          kind: "test-timer",
          at: place,
          timer: data[1] ?? 0,
          minutes: (data[2] ?? 0) | (data[3] ?? 0) << 8,
        }
        : other;
    case ST.DATE_TIME: {
      const dateTime = readDateTime(data);
      // A short year above 99 would come back as another century.
      return dateTime === undefined || (data[0] ?? 0) > 99 ? other : { kind: "date-time", at: dateTime };
    }
    case ST.VENDOR:
    case ST.CALL_NUMBER_S2:
    case ST.CALL_NUMBER_S3:
    case ST.TEXT:
      return { kind: "text", type, text: readText(data), data };
    case ST.SUPPORTED:
      return length >= 1 ? { kind: "supported", at: place, types: [...data.subarray(1)] } : other;
    case ST.IDENT:
      return { kind: "ident", ident: readIdent(data), data };
    case ST.FEATURES: {
      const features = readFeatures(data.subarray(1));
      return length >= 1 && features !== undefined ? { kind: "features", at: place, features } : other;
    }
    case ST.TRANSPORT:
      return length === 1 ? { kind: "transport", code: data[0] ?? 0 } : other;
    case ST.COUNTER:
      return length >= 2 && length <= 5
        ? { kind: "counter", at: place, counter: bigEndian(data.subarray(1)), size: length - 1 }
        : other;
    case ST.HANG_UP:
      return length === 0 ? { kind: "hang-up" } : other;
    default:
      return other;
  }
}

/**
 * Writes a record; the inverse of {@link readFields}.
 *
 * @param fields What it says. Numbers are cut to their octets.
 * @returns The record.
 * @throws {RangeError} When an ident number without `data` is not 1 to 12 digits: a mistake of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeFields } from "./record_fields.ts";
 * import { writeRecords } from "./record.ts";
 *
 * // The command that arms area 1 of a Telenot panel internally.
 * const record = writeFields({
 *   kind: "message", type: 0x02, device: 0, area: 0, address: 0x05, supplement: 0x31, extension: 0x02, messageKind: 0x62,
 * });
 * assertEquals(writeRecords([record]).toHex(), "05020005310262");
 * ```
 */
export function writeFields(fields: VdsFields): VdsRecord {
  switch (fields.kind) {
    case "priority":
      return record(ST.PRIORITY, [fields.priority]);
    case "message":
      return record(fields.type, [...writeAddress(fields), fields.messageKind, ...fields.extra ?? []]);
    case "query":
      return record(ST.QUERY, [
        ...("address" in fields.at ? writeAddress(fields.at) : place(fields.at)),
        fields.asked,
      ]);
    case "error": {
      const { at, code, unknownType } = fields;
      return record(ST.ERROR, [...place(at), code, ...(unknownType === undefined ? [] : [unknownType])]);
    }
    case "block-status":
      return record(ST.BLOCK_STATUS, [...writeAddress(fields.at), ...fields.states]);
    case "value":
      return record(ST.VALUE, [...writeAddress(fields.at), fields.valueKind, ...fields.value]);
    case "test":
      return record(ST.TEST, []);
    case "test-acknowledgement":
      return record(ST.TEST_ACK, []);
    case "test-timer":
      return record(ST.TEST_ACK, [...place(fields.at), fields.timer, fields.minutes, fields.minutes >> 8]);
    case "date-time":
      return { type: ST.DATE_TIME, data: writeDateTime(fields.at) };
    case "text":
      return { type: fields.type, data: fields.data ?? writeText(fields.text) };
    case "supported":
      return record(ST.SUPPORTED, [...place(fields.at), ...fields.types]);
    case "ident":
      return { type: ST.IDENT, data: fields.data ?? writeIdent(fields.ident) };
    case "features":
      return record(ST.FEATURES, [...place(fields.at), ...writeFeatures(fields.features)]);
    case "transport":
      return record(ST.TRANSPORT, [fields.code]);
    case "counter": {
      const { at, counter, size } = fields;
      const octets = Array.from({ length: size }, (_, i) => Math.floor(counter / 256 ** (size - 1 - i)));
      return record(ST.COUNTER, [...place(at), ...octets]);
    }
    case "hang-up":
      return record(ST.HANG_UP, []);
    case "other":
      return { type: fields.type, data: fields.data };
  }
}

function messageOf(type: number, data: Uint8Array): VdsMessage {
  const long = data.length > 4;
  const { device, area, address, supplement, extension } = readAddress(data, long);
  const messageKind = data[long ? 4 : 3] ?? 0;
  const message: VdsMessage = extension === undefined
    ? { kind: "message", type, device, area, address, supplement, messageKind }
    : { kind: "message", type, device, area, address, supplement, extension, messageKind };
  if (data.length > 5) message.extra = data.slice(5);
  return message;
}

function record(type: number, octets: number[]): VdsRecord {
  return { type, data: Uint8Array.from(octets, (octet) => octet & 0xff) };
}

function place({ device, area }: VdsPlace): number[] {
  return [(device & 0xf) << 4 | (area & 0xf)];
}

function bigEndian(octets: Uint8Array): number {
  return octets.reduce((value, octet) => value * 256 + octet, 0);
}
