/** A profile unlike the reconstructed one in everything that a profile can change. */
import { type HeaderField, reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";

const basis = { confidence: "PROFILE", basis: "test" } as const;
const field = (name: HeaderField["name"], offset: number, size: number): HeaderField => ({
  name,
  offset,
  size,
  ...basis,
});

/** Two-octet handle after the message ID, short device ID, no version, a gap, little-endian, other numbers. */
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
  results: reconstructed2020.results.map((row) => ({ ...row, id: row.id ^ 0x01 })),
  encryptions: reconstructed2020.encryptions.map((row) => ({ ...row, id: 9 - row.id })),
  values: {
    ...reconstructed2020.values,
    byteOrder: "little-endian",
    clearOctets: 3,
    lengthCountsHeader: true,
    padBlock: 32,
    minRegion: 100,
    iv: "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    keyOctets: 40,
    fieldLengthOctets: 1,
    addressOctets: 32,
    portOctets: 4,
    trailing: "refuse",
  },
};
