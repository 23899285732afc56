/**
 * The fields of an EVENT_MSG: identifier (1), length of the data (2 in the profile), data.
 *
 * Numbers of the fields up to 0x02 and from 0x80 to 0x83, and that the length counts the data alone:
 * confidence A. Size of the length and the numbers between: PROFILE, see `profile.ts`.
 *
 * @module
 */
import { readUint, writeUint } from "../octets.ts";
import { type Plan, planOf } from "../plan.ts";
import type { Protocol, TextFieldName, Ts50136Profile } from "../profile.ts";
import { readNtp, writeNtp } from "./ntp_octets.ts";
import { addressField, joined, type Parsed, uint } from "./parsed.ts";

/**
 * One field of an EVENT_MSG.
 *
 * `raw` is a field that the profile does not know, or a known one whose data does not fit its kind (`rule`
 * then says
 * `bad-field-size` or `bad-field-text`): an alarm is not refused for what stands beside it.
 */
export type EventField =
  /** The alarm: +0 protocol identifier (1), +1 data in that protocol. */
  | { field: "event"; protocol: Protocol; data: Uint8Array }
  /** When it happened: 64-bit NTP; see `ntp_time.ts`. */
  | { field: "time-event"; time: bigint }
  /** When it was sent: 64-bit NTP. */
  | { field: "time-message"; time: bigint }
  /** Text, UTF-8 without NUL. */
  | { field: TextFieldName; text: string }
  /**
   * Address of out-of-band material: IPv6, or IPv4 as ::ffff:a.b.c.d; 16 octets, in the editions of 2013 and
   * 2017 filled up to 32.
   */
  | { field: "link-ip-address"; address: Uint8Array }
  /** Port of out-of-band material. */
  | { field: "link-ip-port"; port: number }
  /** Kept as it came. */
  | { field: "raw"; id: number; data: Uint8Array; rule?: "bad-field-size" | "bad-field-text" };

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const TO_UTF8 = new TextEncoder();

/**
 * Reads the fields of an EVENT_MSG.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The fields in order, and the octets after the last whole field if the Event field was read before
 * them; or
 * `field-cut-short`, `empty-event-field`, `no-event-field`, `second-event-field`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { readFields } from "./fields.ts";
 *
 * const parsed = readFields(profile, Uint8Array.fromHex("0000050123414243"));
 * assert(parsed.ok);
 * assertEquals(parsed.value.fields, [
 *   { field: "event", protocol: "sia", data: new TextEncoder().encode("#ABC") },
 * ]);
 * ```
 */
export function readFields(
  profile: Ts50136Profile,
  data: Uint8Array,
): Parsed<{ fields: EventField[]; trailing?: Uint8Array }> {
  const plan = planOf(profile);
  const { fieldIdOctets, fieldLengthOctets } = profile.values;
  const headOctets = fieldIdOctets + fieldLengthOctets;
  const fields: EventField[] = [];
  let hasEvent = false;
  let at = 0;
  while (at < data.length) {
    const start = at + headOctets;
    const length = start > data.length
      ? 0
      : readUint(data, at + fieldIdOctets, fieldLengthOctets, plan.little);
    if (start + length > data.length) {
      if (!hasEvent || profile.values.trailing === "refuse") return cutShort(at, data.length, start + length);
      return { ok: true, value: { fields, trailing: data.slice(at) } };
    }
    const id = readUint(data, at, fieldIdOctets, plan.little);
    const field = readField(profile, plan, id, data.slice(start, start + length));
    if (plan.eventFields.nameOf(id) === "event") {
      if (hasEvent) return secondEvent(at);
      if (field.field !== "event") return emptyEvent(at);
      hasEvent = true;
    }
    fields.push(field);
    at = start + length;
  }
  return hasEvent ? { ok: true, value: { fields } } : noEvent(fields.length);
}

/**
 * Writes the fields of an EVENT_MSG.
 *
 * @param profile The profile.
 * @param fields The fields in order.
 * @returns The message data.
 * @throws {RangeError} When a field does not fit, text holds a NUL, or there is not exactly one Event field:
 * errors of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeFields } from "./fields.ts";
 *
 * const data = new TextEncoder().encode("#ABC");
 * assertEquals(writeFields(profile, [{ field: "event", protocol: "sia", data }]).toHex(), "0000050123414243");
 * ```
 */
export function writeFields(profile: Ts50136Profile, fields: readonly EventField[]): Uint8Array {
  const plan = planOf(profile);
  const { fieldIdOctets, fieldLengthOctets } = profile.values;
  const headOctets = fieldIdOctets + fieldLengthOctets;
  const parts: Uint8Array[] = [];
  let events = 0;
  for (const field of fields) {
    const id = field.field === "raw" ? field.id : plan.eventFields.idOf(field.field);
    if (plan.eventFields.nameOf(id) === "event") events++;
    const data = writeField(profile, plan, field);
    if (data.length >= 2 ** (8 * fieldLengthOctets)) {
      throw new RangeError(
        `${data.length} octets do not fit a field with a length of ${fieldLengthOctets} octets`,
      );
    }
    const head = new Uint8Array(headOctets);
    writeUint(head, 0, fieldIdOctets, id, plan.little);
    writeUint(head, fieldIdOctets, fieldLengthOctets, data.length, plan.little);
    parts.push(head, data);
  }
  if (events !== 1) throw new RangeError(`an EVENT_MSG has one Event field, this one ${events}`);
  return joined(...parts);
}

function readField(profile: Ts50136Profile, plan: Plan, id: number, data: Uint8Array): EventField {
  const name = plan.eventFields.nameOf(id);
  switch (name) {
    case "event":
      if (data.length === 0) return { field: "raw", id, data, rule: "bad-field-size" };
      return { field: name, protocol: plan.protocols.nameOf(data[0] as number), data: data.subarray(1) };
    case "time-event":
    case "time-message":
      if (data.length !== 8) return { field: "raw", id, data, rule: "bad-field-size" };
      return { field: name, time: readNtp(data) };
    case "link-ip-address":
      if (data.length !== profile.values.addressOctets) {
        return { field: "raw", id, data, rule: "bad-field-size" };
      }
      return { field: name, address: data };
    case "link-ip-port":
      if (data.length !== profile.values.portOctets) {
        return { field: "raw", id, data, rule: "bad-field-size" };
      }
      return { field: name, port: readUint(data, 0, data.length, plan.little) };
    default: {
      if (!isTextField(name)) return { field: "raw", id, data };
      const text = readText(data);
      return text === undefined ? { field: "raw", id, data, rule: "bad-field-text" } : { field: name, text };
    }
  }
}

function writeField(profile: Ts50136Profile, plan: Plan, field: EventField): Uint8Array {
  switch (field.field) {
    case "event":
      return joined([plan.protocols.idOf(field.protocol)], field.data);
    case "time-event":
    case "time-message":
      return writeNtp(field.time);
    case "link-ip-address":
      return addressField(profile, field.address);
    case "link-ip-port":
      return Uint8Array.from(uint(profile, field.port, profile.values.portOctets));
    case "raw":
      return field.data;
    default:
      if (field.text.includes("\0")) throw new RangeError(`the text of ${field.field} holds a NUL`);
      return TO_UTF8.encode(field.text);
  }
}

function isTextField(name: string): name is TextFieldName {
  return !name.startsWith("field-0x");
}

/** Text of a field; undefined when it is no UTF-8 or holds a NUL. */
function readText(data: Uint8Array): string | undefined {
  if (data.includes(0)) return undefined;
  try {
    return UTF8.decode(data);
  } catch {
    return undefined;
  }
}

function cutShort(at: number, length: number, needed: number): Parsed<never> {
  return {
    ok: false,
    rule: "field-cut-short",
    message:
      `The field at octet ${at} of the EVENT_MSG needs ${needed} octets of message data, there are ${length}. ` +
      "If this happens with every event, the peer writes field lengths of another size: compare the profiles.",
  };
}

function emptyEvent(at: number): Parsed<never> {
  return {
    ok: false,
    rule: "empty-event-field",
    message:
      `The Event field at octet ${at} of the EVENT_MSG is empty: a protocol identifier and event data were ` +
      "expected. The SPT sends no alarm in it; look at the SPT's own log.",
  };
}

function noEvent(fields: number): Parsed<never> {
  return {
    ok: false,
    rule: "no-event-field",
    message:
      `The EVENT_MSG has ${fields} fields and none of them is the Event field, which every event needs. ` +
      "The peer may number its fields differently: compare the profiles.",
  };
}

function secondEvent(at: number): Parsed<never> {
  return {
    ok: false,
    rule: "second-event-field",
    message: `The EVENT_MSG has a second Event field at octet ${at}; one is allowed. ` +
      "Have the SPT send each alarm in a message of its own.",
  };
}
