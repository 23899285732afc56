/** Arbitrary messages of every kind, for the property tests. */
import fc from "fast-check";
import type { Message } from "../../../src/ip/messages/mod.ts";
import { planOf } from "../../../src/ip/plan.ts";
import { type MessageName, reconstructed2020, type TextFieldName } from "../../../src/ip/profile.ts";

const plan = planOf(reconstructed2020);
const u8 = fc.integer({ min: 0, max: 0xff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const octets = (n: number) => fc.uint8Array({ minLength: n, maxLength: n });
const some = fc.uint8Array({ minLength: 1, maxLength: 20 });
const named = <T>(nameOf: (id: number) => T) => u8.map(nameOf);
const result = named(plan.results.nameOf);
const trailing = { trailing: some };
const flags = (mask: number) => ({
  master: fc.boolean(),
  reserved: fc.integer({ min: 1, max: 255 }).map((n) => n & mask),
});

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
  !s.includes("\0") && s.isWellFormed()
);
const event = fc.record({
  field: fc.constant("event" as const),
  protocol: named(plan.protocols.nameOf),
  data: fc.uint8Array({ maxLength: 40 }),
});
const beside = fc.oneof(
  fc.record({
    field: fc.constantFrom("time-event" as const, "time-message" as const),
    time: fc.bigInt(0n, 2n ** 64n - 1n),
  }),
  fc.record({ field: fc.constantFrom(...TEXT_FIELDS), text }),
  fc.record({ field: fc.constant("link-ip-address" as const), address: octets(16) }),
  fc.record({ field: fc.constant("link-ip-port" as const), port: fc.integer({ min: 0, max: 0xffff }) }),
  fc.record({
    field: fc.constant("raw" as const),
    id: fc.integer({ min: 0x84, max: 0xff }),
    data: fc.uint8Array({ maxLength: 9 }),
  }),
);
const fields = fc.tuple(fc.array(beside, { maxLength: 4 }), event, fc.array(beside, { maxLength: 4 }))
  .map(([before, event, after]) => [...before, event, ...after]);

const record = (name: MessageName, members: Record<string, fc.Arbitrary<unknown>>, optional: string[] = []) =>
  fc.record({ name: fc.constant(name), ...members }, {
    requiredKeys: ["name", ...Object.keys(members).filter((key) => !optional.includes(key))] as "name"[],
  }).map((message) => {
    // `reserved` is absent when 0, as the parser has it.
    const { reserved, ...rest } = message as Record<string, unknown>;
    return (reserved ? { ...rest, reserved } : rest) as unknown as Message;
  });
const KEPT = ["trailing", "reserved"];
const key = octets(32);
const path = { intervalS: u32, mode: named(plan.pollModes.nameOf) };

/** One arbitrary per message name. */
export const MESSAGES: Record<MessageName, fc.Arbitrary<Message>> = {
  POLL_MSG: record("POLL_MSG", trailing, KEPT),
  POLL_RESP: record("POLL_RESP", { result, ...trailing }, KEPT),
  EVENT_MSG: record("EVENT_MSG", { fields }),
  EVENT_RESP: record("EVENT_RESP", { result, ...trailing }, KEPT),
  CONN_HANDLE_REQ: record("CONN_HANDLE_REQ", trailing, KEPT),
  CONN_HANDLE_RESP: record("CONN_HANDLE_RESP", { result, handle: u32, ...trailing }, KEPT),
  DEVICE_ID_REQ: record("DEVICE_ID_REQ", { ...flags(0xfe), deviceId: octets(16), ...trailing }, KEPT),
  DEVICE_ID_RESP: record("DEVICE_ID_RESP", { result, deviceId: octets(16), ...trailing }, KEPT),
  ENCRYPT_SELECT_REQ: record(
    "ENCRYPT_SELECT_REQ",
    { ...flags(0xfd), offers: fc.array(named(plan.encryptions.nameOf)) },
    KEPT,
  ),
  ENCRYPT_SELECT_RESP: record(
    "ENCRYPT_SELECT_RESP",
    { result, ...flags(0xfd), encryption: named(plan.encryptions.nameOf), ...trailing },
    KEPT,
  ),
  ENCRYPT_KEY_REQ: record(
    "ENCRYPT_KEY_REQ",
    { ...flags(0xfc), fromRct: fc.boolean(), key, ...trailing },
    KEPT,
  ),
  ENCRYPT_KEY_RESP: record(
    "ENCRYPT_KEY_RESP",
    { result, ...flags(0xfc), fromRct: fc.boolean(), key, ...trailing },
    KEPT,
  ),
  HASH_SELECT_REQ: record("HASH_SELECT_REQ", { offers: fc.array(named(plan.hashes.nameOf)) }),
  HASH_SELECT_RESP: record(
    "HASH_SELECT_RESP",
    { result, hash: named(plan.hashes.nameOf), ...trailing },
    KEPT,
  ),
  PATH_SUPERVISION_REQ: record("PATH_SUPERVISION_REQ", { ...path, ...trailing }, KEPT),
  PATH_SUPERVISION_RESP: record("PATH_SUPERVISION_RESP", { result, ...path, ...trailing }, KEPT),
  SET_TIME_CMD: record("SET_TIME_CMD", { time: fc.bigInt(0n, 2n ** 64n - 1n), ...trailing }, KEPT),
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
    addresses: fc.array(fc.record({ address: octets(16), port: fc.integer({ min: 0, max: 0xffff }) }), {
      maxLength: 3,
    }),
  }),
  TRANSPARENT_MSG: record("TRANSPARENT_MSG", { data: some }),
  TRANSPARENT_RESP: record("TRANSPARENT_RESP", { result, data: some }),
};
