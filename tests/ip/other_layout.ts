/** A profile unlike the reconstructed one in everything that a profile can change. */
import { type HeaderField, reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";

const basis = { confidence: "PROFILE", basis: "test" } as const;
const field = (name: HeaderField["name"], offset: number, size: number): HeaderField => ({
  name,
  offset,
  size,
  ...basis,
});

/** Exchanges the two upper bits of a message ID, and so the response bit with its neighbour. */
const swapped = (id: number) => (id & 0x3f) | ((id & 0x80) >> 1) | ((id & 0x40) << 1);

/**
 * Two-octet handle after the message ID, short device ID, no version, a gap, little-endian, every number of
 * every table another.
 */
export const otherLayout: Ts50136Profile = {
  ...reconstructed2020,
  name: "test/other-layout",
  header: [
    field("length", 20, 4),
    field("messageId", 0, 1),
    field("handle", 1, 2),
    field("rx", 4, 3),
    field("tx", 7, 3),
    field("deviceId", 10, 8),
    field("flags", 18, 1),
  ],
  messages: reconstructed2020.messages.map((row) => ({ ...row, id: swapped(row.id) })),
  results: reconstructed2020.results.map((row) => ({ ...row, id: row.id ^ 0x01 })),
  encryptions: reconstructed2020.encryptions.map((row) => ({ ...row, id: 9 - row.id })),
  hashes: reconstructed2020.hashes.map((row) => ({ ...row, id: 0x42 - row.id })),
  protocols: reconstructed2020.protocols.map((row) => ({ ...row, id: 0x80 | row.id })),
  pollModes: reconstructed2020.pollModes.map((row) => ({ ...row, id: 1 - row.id })),
  eventFields: reconstructed2020.eventFields.map((row) => ({ ...row, id: row.id + 5 })),
  values: {
    ...reconstructed2020.values,
    byteOrder: "little-endian",
    clearOctets: 3,
    lengthCountsHeader: true,
    padBlock: 32,
    minRegion: 100,
    iv: "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    responseBit: 0x40,
    deviceIdMasterFlag: 0x10,
    selectMasterFlag: 0x20,
    keyFromRctFlag: 0x08,
    keyMasterFlag: 0x04,
    keyOctets: 40,
    fieldLengthOctets: 1,
    addressOctets: 32,
    portOctets: 4,
    trailing: "refuse",
  },
};
