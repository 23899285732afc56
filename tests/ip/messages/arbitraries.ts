/** Arbitrary messages of every kind, for the property tests. */
import fc from "fast-check";
import type { EventField, Message } from "../../../src/ip/messages/mod.ts";
import { planOf } from "../../../src/ip/plan.ts";
import type { MessageName, TextFieldName, Ts50136Profile } from "../../../src/ip/profile.ts";

const u8 = fc.integer({ min: 0, max: 0xff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const octets = (n: number) => fc.uint8Array({ minLength: n, maxLength: n });
const upTo = (n: number) => fc.uint8Array({ minLength: 1, maxLength: n });
const some = upTo(20);
const number = (size: number) => fc.integer({ min: 0, max: 2 ** (8 * size) - 1 });
const ntp = fc.bigInt(0n, 2n ** 64n - 1n);

const TEXT_FIELDS: TextFieldName[] = [
  "alarm-text",
  "site-name",
  "building-name",
  "location",
  "room",
  "alarm-trigger",
  "longitude",
  "latitude",
  "altitude",
  "link-url",
  "link-filename",
];
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((s) =>
  !s.includes("\0") && s.isWellFormed() && new TextEncoder().encode(s).length < 256
);

/** Fields of an EVENT_MSG in any order: the Event field once, every other kind any number of times. */
export function eventFields(profile: Ts50136Profile): fc.Arbitrary<EventField[]> {
  const plan = planOf(profile);
  const texts = TEXT_FIELDS.filter((name) => profile.eventFields.some((row) => row.name === name));
  const known = new Set(profile.eventFields.map(({ id }) => id));
  const event = fc.record({
    field: fc.constant("event" as const),
    protocol: u8.map(plan.protocols.nameOf),
    data: fc.uint8Array({ maxLength: 40 }),
  });
  const beside: fc.Arbitrary<EventField> = fc.oneof(
    fc.record({ field: fc.constantFrom("time-event" as const, "time-message" as const), time: ntp }),
    fc.record({ field: fc.constantFrom(...texts), text }),
    fc.record({
      field: fc.constant("link-ip-address" as const),
      address: octets(profile.values.addressOctets),
    }),
    fc.record({
      field: fc.constant("link-ip-port" as const),
      port: number(profile.values.portOctets),
    }),
    fc.record({
      field: fc.constant("raw" as const),
      id: u8.filter((id) => !known.has(id)),
      data: fc.uint8Array({ maxLength: 9 }),
    }),
  );
  const several = fc.array(beside, { maxLength: 4 });
  return fc.tuple(several, event, several).map(([before, event, after]) => [...before, event, ...after]);
}

const record = (name: MessageName, members: Record<string, fc.Arbitrary<unknown>>, optional: string[] = []) =>
  fc.record({ name: fc.constant(name), ...members }, {
    requiredKeys: ["name", ...Object.keys(members).filter((key) => !optional.includes(key))] as "name"[],
  }).map((message) => {
    // `reserved` is absent when 0, as the parser has it.
    const { reserved, ...rest } = message as Record<string, unknown>;
    return (reserved ? { ...rest, reserved } : rest) as unknown as Message;
  });
const KEPT = ["trailing", "reserved"];

/** One arbitrary for each message of the profile; with octets left over where the profile keeps them. */
export function arbitraryMessages(profile: Ts50136Profile): Map<MessageName, fc.Arbitrary<Message>> {
  const { values } = profile;
  const plan = planOf(profile);
  const result = u8.map(plan.results.nameOf);
  const flags = (used: number) => ({
    master: fc.boolean(),
    reserved: fc.integer({ min: 1, max: 255 }).map((n) => n & ~used),
  });
  const keeps = values.trailing === "keep";
  const trailing = keeps ? { trailing: some } : {};
  const handle = number(plan.handleSize);
  const deviceId = octets(plan.deviceIdSize);
  const key = octets(values.keyOctets);
  const keyFlags = { ...flags(values.keyMasterFlag | values.keyFromRctFlag), fromRct: fc.boolean() };
  const encryption = u8.map(plan.encryptions.nameOf);
  const hash = u8.map(plan.hashes.nameOf);
  const path = { intervalS: u32, mode: u8.map(plan.pollModes.nameOf) };
  const entry = values.addressOctets + values.portOctets;
  // A field that says it is longer than what is left: octets that are no field.
  const cutField = fc.tuple(u8, fc.uint8Array({ maxLength: 9 })).map(([id, rest]) =>
    new Uint8Array([id, 0xff, 0xff, ...rest])
  );

  const all: Record<MessageName, fc.Arbitrary<Message>> = {
    POLL_MSG: record("POLL_MSG", trailing, KEPT),
    POLL_RESP: record("POLL_RESP", { result, ...trailing }, KEPT),
    EVENT_MSG: record(
      "EVENT_MSG",
      { fields: eventFields(profile), ...(keeps ? { trailing: cutField } : {}) },
      KEPT,
    ),
    EVENT_RESP: record("EVENT_RESP", { result, ...trailing }, KEPT),
    CONN_HANDLE_REQ: record("CONN_HANDLE_REQ", trailing, KEPT),
    CONN_HANDLE_RESP: record("CONN_HANDLE_RESP", { result, handle, ...trailing }, KEPT),
    DEVICE_ID_REQ: record(
      "DEVICE_ID_REQ",
      { ...flags(values.deviceIdMasterFlag), deviceId, ...trailing },
      KEPT,
    ),
    DEVICE_ID_RESP: record("DEVICE_ID_RESP", { result, deviceId, ...trailing }, KEPT),
    ENCRYPT_SELECT_REQ: record(
      "ENCRYPT_SELECT_REQ",
      { ...flags(values.selectMasterFlag), offers: fc.array(encryption) },
      KEPT,
    ),
    ENCRYPT_SELECT_RESP: record(
      "ENCRYPT_SELECT_RESP",
      { result, ...flags(values.selectMasterFlag), encryption, ...trailing },
      KEPT,
    ),
    ENCRYPT_KEY_REQ: record("ENCRYPT_KEY_REQ", { ...keyFlags, key, ...trailing }, KEPT),
    ENCRYPT_KEY_RESP: record("ENCRYPT_KEY_RESP", { result, ...keyFlags, key, ...trailing }, KEPT),
    HASH_SELECT_REQ: record("HASH_SELECT_REQ", { offers: fc.array(hash) }),
    HASH_SELECT_RESP: record("HASH_SELECT_RESP", { result, hash, ...trailing }, KEPT),
    PATH_SUPERVISION_REQ: record("PATH_SUPERVISION_REQ", { ...path, ...trailing }, KEPT),
    PATH_SUPERVISION_RESP: record("PATH_SUPERVISION_RESP", { result, ...path, ...trailing }, KEPT),
    SET_TIME_CMD: record("SET_TIME_CMD", { time: ntp, ...trailing }, KEPT),
    SET_TIME_RESP: record("SET_TIME_RESP", { result, ...trailing }, KEPT),
    VERSION_REQ: record("VERSION_REQ", { version: u8, ...trailing }, KEPT),
    VERSION_RESP: record("VERSION_RESP", { result, version: u8, ...trailing }, KEPT),
    PMTU_REQ: record("PMTU_REQ", { data: some }),
    PMTU_RESP: record("PMTU_RESP", { result, ...trailing }, KEPT),
    PMTU_PROBE: record("PMTU_PROBE", { data: some }),
    PMTU_PROBE_RESP: record("PMTU_PROBE_RESP", { result, ...trailing }, KEPT),
    DTLS_COMPLETE_REQ: record("DTLS_COMPLETE_REQ", trailing, KEPT),
    DTLS_COMPLETE_RESP: record("DTLS_COMPLETE_RESP", { result, ...trailing }, KEPT),
    RCT_IP_PARAM_REQ: record("RCT_IP_PARAM_REQ", trailing, KEPT),
    RCT_IP_PARAM_RESP: record("RCT_IP_PARAM_RESP", {
      result,
      addresses: fc.array(
        fc.record({ address: octets(values.addressOctets), port: number(values.portOctets) }),
        { maxLength: 3 },
      ),
      ...(keeps ? { trailing: upTo(entry - 1) } : {}),
    }, KEPT),
    TRANSPARENT_MSG: record("TRANSPARENT_MSG", { data: some }),
    TRANSPARENT_RESP: record("TRANSPARENT_RESP", { result, data: some }),
  };
  return new Map(profile.messages.map(({ name }) => [name, all[name]]));
}
