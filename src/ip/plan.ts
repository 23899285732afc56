/**
 * A profile made ready for the hot path: offsets looked up, code tables indexed, once per profile.
 *
 * @module
 */
import { type CodeTable, codeTable } from "./code_table.ts";
import type {
  EncryptionName,
  EventFieldName,
  HashName,
  HeaderFieldName,
  MessageName,
  PollModeName,
  ProtocolName,
  ResultName,
  Ts50136Profile,
} from "./profile.ts";

/**
 * What {@link planOf} works out of a profile. Sizes and offsets in octets. A size of 0 means: not in this
 * layout.
 */
export interface Plan {
  /** Length of the header, HL. */
  headerOctets: number;
  /** Octets at the start that are never encrypted. */
  clear: number;
  /** True when numbers have their least significant octet first. */
  little: boolean;
  /** Octets that the message length counts beside the message data. */
  lengthExtra: number;
  /** Offset of the connection handle. */
  handleAt: number;
  /** Size of the connection handle. */
  handleSize: number;
  /** Offset of the device ID. */
  deviceIdAt: number;
  /** Size of the device ID. */
  deviceIdSize: number;
  /** Offset of the TX number. */
  txAt: number;
  /** Size of the TX number. */
  txSize: number;
  /** Offset of the RX number. */
  rxAt: number;
  /** Size of the RX number. */
  rxSize: number;
  /** Offset of the flags. */
  flagsAt: number;
  /** Size of the flags. */
  flagsSize: number;
  /** Offset of the version. */
  versionAt: number;
  /** Size of the version. */
  versionSize: number;
  /** Offset of the message ID. */
  messageIdAt: number;
  /** Size of the message ID. */
  messageIdSize: number;
  /** Offset of the message length. */
  lengthAt: number;
  /** Size of the message length. */
  lengthSize: number;
  /** Padding: the region is a multiple of this. */
  block: number;
  /** Padding: the region is at least this long; itself a multiple of the block. */
  minRegion: number;
  /** The IV as four little-endian words. */
  iv: Uint32Array;
  /** Result codes. */
  results: CodeTable<ResultName, "RESP_0x">;
  /** Encryption IDs. */
  encryptions: CodeTable<EncryptionName, "encryption-0x">;
  /** Hash IDs. */
  hashes: CodeTable<HashName, "hash-0x">;
  /** Protocol identifiers. */
  protocols: CodeTable<ProtocolName, "protocol-0x">;
  /** Push and pull. */
  pollModes: CodeTable<PollModeName, "mode-0x">;
  /** Event fields. */
  eventFields: CodeTable<EventFieldName, "field-0x">;
  /** Message names by ID; no entry for an ID that the profile does not know. */
  messageNames: ReadonlyMap<number, MessageName>;
  /** Message IDs by name. */
  messageIds: ReadonlyMap<MessageName, number>;
}

const plans = new WeakMap<Ts50136Profile, Plan>();

/**
 * The plan of a profile; worked out at the first call, then remembered.
 *
 * @param profile The profile; must not be changed afterwards.
 * @returns The plan.
 * @throws {RangeError} When the profile contradicts itself: fields overlap, a member is missing, a number is
 * used twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { planOf } from "./plan.ts";
 * import { reconstructed2020 } from "./profile.ts";
 *
 * assertEquals(planOf(reconstructed2020).headerOctets, 30);
 * ```
 */
export function planOf(profile: Ts50136Profile): Plan {
  let plan = plans.get(profile);
  if (plan === undefined) {
    plan = makePlan(profile);
    plans.set(profile, plan);
  }
  return plan;
}

const OPTIONAL: readonly HeaderFieldName[] = ["flags", "version"];

function makePlan(profile: Ts50136Profile): Plan {
  const { values } = profile;
  const headerOctets = checkLayout(profile);
  const place = (name: HeaderFieldName): [number, number] => {
    const field = profile.header.find((field) => field.name === name);
    if (field !== undefined) return [field.offset, field.size];
    if (OPTIONAL.includes(name)) return [0, 0];
    throw new RangeError(`the header has no field ${name}`);
  };
  const [handleAt, handleSize] = place("handle");
  const [deviceIdAt, deviceIdSize] = place("deviceId");
  const [txAt, txSize] = place("tx");
  const [rxAt, rxSize] = place("rx");
  const [flagsAt, flagsSize] = place("flags");
  const [versionAt, versionSize] = place("version");
  const [messageIdAt, messageIdSize] = place("messageId");
  const [lengthAt, lengthSize] = place("length");
  if (handleAt + handleSize > values.clearOctets || values.clearOctets > headerOctets) {
    throw new RangeError(
      `the connection handle is not within the ${values.clearOctets} clear octets of the header`,
    );
  }
  if (values.padBlock < 16 || values.padBlock % 16 !== 0) {
    throw new RangeError(`padding to ${values.padBlock} octets does not fit a cipher of 16-octet blocks`);
  }
  const iv = Uint8Array.fromHex(values.iv);
  if (iv.length !== 16) throw new RangeError(`the IV has ${iv.length} octets, not 16`);
  codeTable(profile.messages, "message-0x"); // for its check: no name and no ID twice
  return {
    headerOctets,
    clear: values.clearOctets,
    little: values.byteOrder === "little-endian",
    lengthExtra: values.lengthCountsHeader ? headerOctets : 0,
    handleAt,
    handleSize,
    deviceIdAt,
    deviceIdSize,
    txAt,
    txSize,
    rxAt,
    rxSize,
    flagsAt,
    flagsSize,
    versionAt,
    versionSize,
    messageIdAt,
    messageIdSize,
    lengthAt,
    lengthSize,
    block: values.padBlock,
    minRegion: Math.ceil(values.minRegion / values.padBlock) * values.padBlock,
    iv: new Uint32Array(iv.buffer),
    results: codeTable(profile.results, "RESP_0x"),
    encryptions: codeTable(profile.encryptions, "encryption-0x"),
    hashes: codeTable(profile.hashes, "hash-0x"),
    protocols: codeTable(profile.protocols, "protocol-0x"),
    pollModes: codeTable(profile.pollModes, "mode-0x"),
    eventFields: codeTable(profile.eventFields, "field-0x"),
    messageNames: new Map(profile.messages.map(({ id, name }) => [id, name])),
    messageIds: new Map(profile.messages.map(({ id, name }) => [name, id])),
  };
}

/** Checks that the fields have sensible sizes and do not overlap. Returns HL. */
function checkLayout(profile: Ts50136Profile): number {
  const fields = [...profile.header].sort((a, b) => a.offset - b.offset);
  const seen = new Set<HeaderFieldName>();
  let end = 0;
  for (const { name, offset, size } of fields) {
    if (seen.has(name)) throw new RangeError(`the header has ${name} twice`);
    seen.add(name);
    if (size < 1 || (name !== "deviceId" && size > 4)) {
      throw new RangeError(`header field ${name} has ${size} octets`);
    }
    if (offset < end) {
      throw new RangeError(`header field ${name} at ${offset} overlaps the field that ends at ${end}`);
    }
    end = offset + size;
  }
  return end;
}
