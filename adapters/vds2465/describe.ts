/**
 * VdS 2465 records in words and as JSON.
 *
 * @module
 */
import { vdsMessageKind } from "../../src/event/tables/vds2465.ts";
import { hex, vdsErrorText, vdsTransportText } from "./names.ts";
import type { VdsRecord } from "./record.ts";
import { readFields } from "./record_fields.ts";
import { vdsRecordType } from "./record_type.ts";

/** Records named in a line of text; the rest is counted. */
const MAX_NAMED = 8;

/**
 * A record as plain JSON: `type` in hexadecimal, its name, and its fields; octets as hexadecimal.
 *
 * @param record The record.
 * @returns A plain object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { recordToJson } from "./describe.ts";
 *
 * assertEquals(recordToJson({ type: 0x61, data: new Uint8Array([0x90]) }), {
 *   type: "61", name: "transport service", code: "90", service: "TCP/IP",
 * });
 * ```
 */
export function recordToJson(record: VdsRecord): Record<string, unknown> {
  const type = hex(record.type);
  const head = { type, name: vdsRecordType(record.type)?.english ?? "record of an unknown type" };
  const fields = readFields(record);
  switch (fields.kind) {
    case "message": {
      const { kind: _kind, type: _type, messageKind, extra, ...at } = fields;
      return {
        ...head,
        ...at,
        messageKind: hex(messageKind),
        meaning: vdsMessageKind(messageKind)?.english ?? "unknown",
        ...(extra === undefined ? {} : { extra: extra.toHex() }),
      };
    }
    case "query":
      return { ...head, ...fields.at, asked: hex(fields.asked) };
    case "error": {
      const unknown = fields.unknownType === undefined ? {} : { unknownType: hex(fields.unknownType) };
      return {
        ...head,
        ...fields.at,
        code: hex(fields.code),
        meaning: vdsErrorText(fields.code),
        ...unknown,
      };
    }
    case "block-status":
      return { ...head, ...fields.at, states: fields.states.toHex() };
    case "value":
      return { ...head, ...fields.at, valueKind: hex(fields.valueKind), value: fields.value.toHex() };
    case "test-timer":
      return { ...head, ...fields.at, timer: hex(fields.timer), minutes: fields.minutes };
    case "date-time":
      return { ...head, ...fields.at };
    case "text":
      return { ...head, text: fields.text };
    case "supported":
      return { ...head, ...fields.at, types: fields.types.map(hex) };
    case "ident":
      return { ...head, ident: fields.ident };
    case "features":
      return {
        ...head,
        ...fields.at,
        features: fields.features.map((each) => ({ ...each, feature: hex(each.feature) })),
      };
    case "transport":
      return { ...head, code: hex(fields.code), service: vdsTransportText(fields.code) };
    case "counter":
      return { ...head, ...fields.at, counter: fields.counter };
    case "other":
      return fields.data.length === 0 ? head : { ...head, data: fields.data.toHex() };
    default:
      return { ...head, ...("priority" in fields ? { priority: fields.priority } : {}) };
  }
}

/**
 * What a telegram holds, in one line.
 *
 * @param records Its records.
 * @returns Their names; what an error says.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { describeRecords } from "./describe.ts";
 *
 * const error = { type: 0x11, data: new Uint8Array([0x00, 0x10]) };
 * const container = { type: 0x74, data: new Uint8Array() };
 * assertEquals(describeRecords([error, container]), "error: no such address, record 74 (container)");
 * assertEquals(describeRecords([]), "no records");
 * ```
 */
export function describeRecords(records: readonly VdsRecord[]): string {
  if (records.length === 0) return "no records";
  const names = records.slice(0, MAX_NAMED).map((record) => {
    const fields = readFields(record);
    const type = vdsRecordType(record.type);
    const number = `record ${hex(record.type)}`;
    const name = type === undefined
      ? number
      : type.opaque === true
      ? `${number} (${type.english})`
      : type.english;
    return fields.kind === "error" ? `${name}: ${vdsErrorText(fields.code)}` : name;
  });
  const more = records.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
