/**
 * The editions of the standard, as profiles: the 2020 edition is `reconstructed2020`, the others are what
 * they differ in. All are reconstructions, unverified against the published text.
 *
 * | edition | path MTU | RCT IP parameters | fields 0x03 to 0x0b | bad hash | link address |
 * |---|---|---|---|---|---|
 * | CLC/TS 50136-9:2013 | yes (A) | no (A) | no (A) | NAK (B) | 32 octets (B) |
 * | CLC/TS 50136-9:2017 | no (C) | yes (C) | yes (C) | NAK (B) | 32 octets (B) |
 * | IEC TS 60839-7-8:2019 | no (A) | yes (A) | no (A) | not known; silence (PROFILE) | not known; 16 (PROFILE) |
 * | CLC/TS 50136-9:2020 | no (A) | yes (A) | yes (A) | silence (B) | 16 octets (B) |
 *
 * What a receiver does with a message that its edition does not have is the same in all: a request is
 * answered with RESP_CMD_NOT_SUPPORTED. An event field that the edition does not have is kept raw, so an
 * alarm is never lost to a setting of the edition.
 *
 * @module
 */
import {
  type EventFieldName,
  type MessageCode,
  type MessageName,
  reconstructed2020,
  type Ts50136Profile,
} from "./profile.ts";
import { settle, type ValueRows } from "./settle.ts";

/** The editions by name. */
export type EditionName = "2013" | "2017" | "iec-2019" | "2020";

const TABLE_4 = "2013 edition, Table 4: name, ID and direction";
const PMTU_MESSAGES: readonly MessageCode[] = [
  { name: "PMTU_REQ", id: 0x60, direction: "spt-to-rct", confidence: "A", basis: TABLE_4 },
  { name: "PMTU_RESP", id: 0xe0, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
  { name: "PMTU_PROBE", id: 0x61, direction: "spt-to-rct", confidence: "A", basis: TABLE_4 },
  { name: "PMTU_PROBE_RESP", id: 0xe1, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
];

const LATE_MESSAGES: readonly MessageName[] = ["RCT_IP_PARAM_REQ", "RCT_IP_PARAM_RESP"];
const LATE_FIELDS: readonly EventFieldName[] = [
  "alarm-text",
  "site-name",
  "building-name",
  "location",
  "room",
  "alarm-trigger",
  "longitude",
  "latitude",
  "altitude",
];

const base = reconstructed2020;
const earlyFields = base.eventFields.filter(({ name }) => !LATE_FIELDS.includes(name));
const ADDRESS_32 =
  "change list of the 2020 edition: its table said 32, corrected to 16. How an address fills " +
  "them is not known: it comes first, zeros after it. Whether the RCT IP parameters have the same size is not " +
  "known either: one size for both";

const EDITIONS: Readonly<Record<EditionName, Ts50136Profile>> = {
  "2013": {
    ...differing("reconstructed-2013/0", {
      nakOnBadHash: [true, "B", "change list of the 2020 edition: a NAK until then; stated of 2017"],
      addressOctets: [32, "B", ADDRESS_32],
    }),
    messages: [...base.messages.filter(({ name }) => !LATE_MESSAGES.includes(name)), ...PMTU_MESSAGES],
    eventFields: earlyFields,
  },
  "2017": {
    ...differing("reconstructed-2017/0", {
      nakOnBadHash: [true, "B", "change list of the 2020 edition: a NAK until then"],
      addressOctets: [32, "B", ADDRESS_32],
    }),
    messages: base.messages.map((row) =>
      LATE_MESSAGES.includes(row.name)
        ? { ...row, basis: `presumably there since 2017, as in 2019 and 2020 (C); ${row.basis}` }
        : row
    ),
    eventFields: base.eventFields.map((row) =>
      LATE_FIELDS.includes(row.name)
        ? { ...row, basis: `presumably there since 2017, as 2020 only made texts concrete (C); ${row.basis}` }
        : row
    ),
  },
  "iec-2019": {
    ...differing("reconstructed-iec-2019/0", {
      nakOnBadHash: [false, "PROFILE", "not known of this edition; silence tells a forger nothing"],
      addressOctets: [16, "PROFILE", "not known of this edition; the size of an IPv6 address"],
    }),
    eventFields: earlyFields,
  },
  "2020": base,
};

/** The editions in the order of their years. */
export const editionNames: readonly EditionName[] = ["2013", "2017", "iec-2019", "2020"];

/**
 * The profile of an edition.
 *
 * @param name Which edition.
 * @returns Its profile, always the same object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { edition } from "./editions.ts";
 *
 * assertEquals(edition("2017").name, "reconstructed-2017/0");
 * assertEquals([edition("2017"), edition("2020")].map(({ values }) => values.nakOnBadHash), [true, false]);
 * ```
 */
export function edition(name: EditionName): Ts50136Profile {
  return EDITIONS[name];
}

/** The constants in which an edition differs from the base. */
type Differences = Pick<ValueRows, "nakOnBadHash" | "addressOctets">;

function differing(name: string, rows: Differences): Ts50136Profile {
  const { values, basis } = settle(rows);
  return { ...base, name, values: { ...base.values, ...values }, basis: { ...base.basis, ...basis } };
}
