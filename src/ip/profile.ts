/**
 * Every constant of the IP protocol (IEC TS 60839-7-8 = CLC/TS 50136-9), each with how sure we are of it and
 * why. In what the older editions differ is in `editions.ts`.
 *
 * The profile is a reconstruction, unverified against the published text. A constant that turns out to be
 * different in the published text is changed here and nowhere else.
 *
 * @module
 */

import type { Ts50136Profile } from "./profile_types.ts";
import { settle } from "./settle.ts";

export type * from "./profile_types.ts";

const TABLE_4 = "2013 edition, Table 4: name, ID and direction";
const OR_80 = "2013 edition, Table 4: a response is its request with 0x80 set";
const NO_ARROW = "2013 edition, Table 4 for name and ID; the arrow is lost, direction deduced";
const ANCESTOR = "value of the ancestor protocol Sec-IP; no number of Annex A was seen";
const CHOSEN = "no number of Annex A was seen; chosen";
const ORDER_2020 = "2020 edition has the field in this order; its number was not seen";
const ORDER_E = "order of Annex E and value of the ancestor protocol Sec-IP";
const TABLE_13 = "2013 edition, table of event fields";
const UNSEEN_TABLE = {
  confidence: "PROFILE",
  basis: "2020 edition has a table of codes per response (A); its content was not seen; chosen",
} as const;
const PMTU_2013 = "message of the 2013 edition alone; its codes were not seen; chosen";
const SETTLED_56 = "clause 5.6 gives values that were not seen; chosen";

/**
 * The reconstructed profile of the 2020 edition, unverified against the published text. The path MTU messages
 * of 2013 are not in it: a receiver answers them as it does any request it does not know, with
 * RESP_CMD_NOT_SUPPORTED.
 *
 * Header layout H1, HL = 30: handle 4, device ID 16, TX 2, RX 2, flags 2, version 1, message ID 1, message
 * length 2.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "./profile.ts";
 *
 * assertEquals(reconstructed2020.values.minRegion, 128);
 * assertEquals(reconstructed2020.basis.minRegion.confidence, "PROFILE");
 * ```
 */
export const reconstructed2020: Ts50136Profile = {
  name: "reconstructed-2020/0",
  header: [
    {
      name: "handle",
      offset: 0,
      size: 4,
      confidence: "C",
      basis:
        "existence A; the example handle 73603722 has eight hex digits, the ancestor Sec-IP used two octets",
    },
    { name: "deviceId", offset: 4, size: 16, confidence: "C", basis: "existence A; 16 octets in Sec-IP" },
    {
      name: "tx",
      offset: 20,
      size: 2,
      confidence: "C",
      basis: "existence and meaning A (example); size and place remembered",
    },
    {
      name: "rx",
      offset: 22,
      size: 2,
      confidence: "C",
      basis: "existence and meaning A (example); size and place remembered",
    },
    {
      name: "flags",
      offset: 24,
      size: 2,
      confidence: "C",
      basis: "existence A (Table 5); size and place remembered",
    },
    {
      name: "version",
      offset: 26,
      size: 1,
      confidence: "C",
      basis: "remembered; Table 4 has a version column, always 1",
    },
    {
      name: "messageId",
      offset: 27,
      size: 1,
      confidence: "C",
      basis: "size A (IDs are two hex digits); place inferred",
    },
    { name: "length", offset: 28, size: 2, confidence: "C", basis: "existence A; size and place inferred" },
  ],
  messages: [
    { name: "POLL_MSG", id: 0x11, direction: "both", confidence: "A", basis: TABLE_4 },
    { name: "POLL_RESP", id: 0x91, direction: "both", confidence: "A", basis: TABLE_4 },
    { name: "EVENT_MSG", id: 0x30, direction: "spt-to-rct", confidence: "A", basis: TABLE_4 },
    { name: "EVENT_RESP", id: 0xb0, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
    { name: "CONN_HANDLE_REQ", id: 0x40, direction: "spt-to-rct", confidence: "A", basis: NO_ARROW },
    { name: "CONN_HANDLE_RESP", id: 0xc0, direction: "rct-to-spt", confidence: "A", basis: NO_ARROW },
    { name: "DEVICE_ID_REQ", id: 0x41, direction: "spt-to-rct", confidence: "A", basis: NO_ARROW },
    { name: "DEVICE_ID_RESP", id: 0xc1, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
    { name: "ENCRYPT_SELECT_REQ", id: 0x42, direction: "spt-to-rct", confidence: "A", basis: NO_ARROW },
    { name: "ENCRYPT_SELECT_RESP", id: 0xc2, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
    { name: "ENCRYPT_KEY_REQ", id: 0x43, direction: "both", confidence: "A", basis: TABLE_4 },
    { name: "ENCRYPT_KEY_RESP", id: 0xc3, direction: "both", confidence: "A", basis: TABLE_4 },
    { name: "HASH_SELECT_REQ", id: 0x44, direction: "spt-to-rct", confidence: "A", basis: TABLE_4 },
    { name: "HASH_SELECT_RESP", id: 0xc4, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
    { name: "PATH_SUPERVISION_REQ", id: 0x45, direction: "both", confidence: "A", basis: NO_ARROW },
    { name: "PATH_SUPERVISION_RESP", id: 0xc5, direction: "both", confidence: "A", basis: TABLE_4 },
    { name: "SET_TIME_CMD", id: 0x47, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
    { name: "SET_TIME_RESP", id: 0xc7, direction: "spt-to-rct", confidence: "A", basis: TABLE_4 },
    { name: "VERSION_REQ", id: 0x48, direction: "spt-to-rct", confidence: "A", basis: TABLE_4 },
    { name: "VERSION_RESP", id: 0xc8, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
    { name: "DTLS_COMPLETE_REQ", id: 0x62, direction: "spt-to-rct", confidence: "A", basis: TABLE_4 },
    { name: "DTLS_COMPLETE_RESP", id: 0xe2, direction: "rct-to-spt", confidence: "A", basis: TABLE_4 },
    {
      name: "RCT_IP_PARAM_REQ",
      id: 0x63,
      direction: "spt-to-rct",
      confidence: "C",
      basis: "name A (2019 edition, contents list); ID remembered, not seen",
    },
    {
      name: "RCT_IP_PARAM_RESP",
      id: 0xe3,
      direction: "rct-to-spt",
      confidence: "C",
      basis: "name A (2019 edition, contents list); ID remembered, not seen",
    },
    { name: "TRANSPARENT_MSG", id: 0x70, direction: "both", confidence: "A", basis: NO_ARROW },
    { name: "TRANSPARENT_RESP", id: 0xf0, direction: "both", confidence: "C", basis: OR_80 },
  ],
  results: [
    { name: "RESP_CMD_NOT_SUPPORTED", id: 0x00, confidence: "PROFILE", basis: CHOSEN },
    {
      name: "RESP_ACKNOWLEDGE",
      id: 0x01,
      confidence: "C",
      basis: "name A; " + ANCESTOR + ". There is a real risk that it is 0x00",
    },
    { name: "RESP_NEGATIVE_ACKNOWLEDGE", id: 0x02, confidence: "C", basis: "existence B; " + ANCESTOR },
    { name: "RESP_PROCESS_ERROR", id: 0x03, confidence: "C", basis: ANCESTOR },
    { name: "RESP_PROTOCOL_ID_NOT_SUPPORTED", id: 0x04, confidence: "C", basis: ANCESTOR },
    { name: "RESP_PROTOCOL_VERSION_NOT_SUPPORTED", id: 0x05, confidence: "C", basis: ANCESTOR },
    { name: "RESP_ENCRYPTION_NOT_SUPPORTED", id: 0x06, confidence: "PROFILE", basis: CHOSEN },
    { name: "RESP_HASH_NOT_SUPPORTED", id: 0x07, confidence: "PROFILE", basis: CHOSEN },
    { name: "RESP_DEVICE_NOT_ALLOWED", id: 0x08, confidence: "C", basis: ANCESTOR },
    { name: "RESP_POLL_TOO_FAST", id: 0x0a, confidence: "C", basis: ANCESTOR },
    { name: "RESP_POLL_TOO_SLOW", id: 0x0b, confidence: "C", basis: "name A; " + ANCESTOR },
    { name: "RESP_TIME_NOT_SET", id: 0x0c, confidence: "PROFILE", basis: CHOSEN },
    { name: "RESP_REESTABLISH_CONNECTION", id: 0x80, confidence: "C", basis: ANCESTOR },
    { name: "RESP_UNKNOWN_ERROR", id: 0xff, confidence: "C", basis: ANCESTOR },
  ],
  responseResults: {
    POLL_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_POLL_TOO_FAST"], ...UNSEEN_TABLE },
    EVENT_RESP: {
      results: ["RESP_ACKNOWLEDGE", "RESP_PROCESS_ERROR", "RESP_PROTOCOL_ID_NOT_SUPPORTED"],
      ...UNSEEN_TABLE,
    },
    CONN_HANDLE_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_DEVICE_NOT_ALLOWED"], ...UNSEEN_TABLE },
    DEVICE_ID_RESP: {
      results: ["RESP_ACKNOWLEDGE", "RESP_DEVICE_NOT_ALLOWED"],
      confidence: "PROFILE",
      basis: "2020 edition has no table for this response (A, its contents list); chosen",
    },
    ENCRYPT_SELECT_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_ENCRYPTION_NOT_SUPPORTED"], ...UNSEEN_TABLE },
    ENCRYPT_KEY_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_PROCESS_ERROR"], ...UNSEEN_TABLE },
    HASH_SELECT_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_HASH_NOT_SUPPORTED"], ...UNSEEN_TABLE },
    PATH_SUPERVISION_RESP: {
      results: ["RESP_ACKNOWLEDGE", "RESP_POLL_TOO_SLOW"],
      confidence: "A",
      basis: "2013 edition, clause on the response: one of these two",
    },
    SET_TIME_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_TIME_NOT_SET"], ...UNSEEN_TABLE },
    VERSION_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_PROTOCOL_VERSION_NOT_SUPPORTED"], ...UNSEEN_TABLE },
    PMTU_RESP: { results: ["RESP_ACKNOWLEDGE"], confidence: "PROFILE", basis: PMTU_2013 },
    PMTU_PROBE_RESP: { results: ["RESP_ACKNOWLEDGE"], confidence: "PROFILE", basis: PMTU_2013 },
    DTLS_COMPLETE_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_PROCESS_ERROR"], ...UNSEEN_TABLE },
    RCT_IP_PARAM_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_PROCESS_ERROR"], ...UNSEEN_TABLE },
    TRANSPARENT_RESP: { results: ["RESP_ACKNOWLEDGE", "RESP_PROCESS_ERROR"], ...UNSEEN_TABLE },
  },
  generalResults: {
    results: [
      "RESP_CMD_NOT_SUPPORTED",
      "RESP_NEGATIVE_ACKNOWLEDGE",
      "RESP_REESTABLISH_CONNECTION",
      "RESP_UNKNOWN_ERROR",
    ],
    confidence: "PROFILE",
    basis: "none was seen in a response's own table; they refuse the message or the session as such; chosen",
  },
  encryptions: [
    { name: "none", id: 0, confidence: "PROFILE", basis: "the table of encryption IDs was not seen" },
    {
      name: "aes-128",
      id: 1,
      confidence: "PROFILE",
      basis: "method A (example), CBC remembered; ID not seen",
    },
    {
      name: "aes-256",
      id: 2,
      confidence: "PROFILE",
      basis: "method A (DTLS clause), CBC remembered; ID not seen",
    },
  ],
  hashes: [
    {
      name: "sha-256",
      id: 0,
      confidence: "A",
      basis: "2013 edition, clause on hash selection: default, ID 0",
    },
    {
      name: "ripemd-256",
      id: 1,
      confidence: "C",
      basis: "name A (example); ID inferred from its place in the offer",
    },
  ],
  protocols: [
    { name: "sia", id: 0x01, confidence: "C", basis: ORDER_E },
    { name: "contact-id", id: 0x02, confidence: "C", basis: ORDER_E },
    { name: "scancom", id: 0x03, confidence: "C", basis: ORDER_E },
    { name: "vds2465", id: 0x04, confidence: "PROFILE", basis: "order of Annex E; Sec-IP used 4 for SIA-HS" },
  ],
  pollModes: [
    { name: "push", id: 0, confidence: "A", basis: "2013 edition, path supervision request" },
    { name: "pull", id: 1, confidence: "A", basis: "2013 edition, path supervision request" },
  ],
  eventFields: [
    { name: "event", id: 0x00, confidence: "A", basis: TABLE_13 },
    { name: "time-event", id: 0x01, confidence: "A", basis: TABLE_13 },
    { name: "time-message", id: 0x02, confidence: "A", basis: TABLE_13 },
    { name: "alarm-text", id: 0x03, confidence: "PROFILE", basis: ORDER_2020 },
    { name: "site-name", id: 0x04, confidence: "PROFILE", basis: ORDER_2020 },
    { name: "building-name", id: 0x05, confidence: "PROFILE", basis: ORDER_2020 },
    { name: "location", id: 0x06, confidence: "PROFILE", basis: ORDER_2020 },
    { name: "room", id: 0x07, confidence: "PROFILE", basis: ORDER_2020 },
    { name: "alarm-trigger", id: 0x08, confidence: "PROFILE", basis: ORDER_2020 },
    { name: "longitude", id: 0x09, confidence: "PROFILE", basis: ORDER_2020 + "; decimal degrees as text" },
    { name: "latitude", id: 0x0a, confidence: "PROFILE", basis: ORDER_2020 + "; decimal degrees as text" },
    { name: "altitude", id: 0x0b, confidence: "PROFILE", basis: ORDER_2020 + "; metres as text" },
    { name: "link-ip-address", id: 0x80, confidence: "A", basis: TABLE_13 },
    { name: "link-ip-port", id: 0x81, confidence: "A", basis: TABLE_13 },
    { name: "link-url", id: 0x82, confidence: "A", basis: TABLE_13 + "; text as UTF-8 is chosen" },
    { name: "link-filename", id: 0x83, confidence: "A", basis: TABLE_13 + "; text as UTF-8 is chosen" },
  ],
  ...settle({
    udpPort: [50136, "PROFILE", "no port is fixed in anything seen"],
    maxSend: [1024, "PROFILE", "below every common path MTU"],
    maxReceive: [1472, "PROFILE", "an Ethernet frame without IP and UDP headers"],
    byteOrder: ["big-endian", "C", "remembered as network byte order"],
    clearOctets: [
      4,
      "C",
      "the receiver needs the handle to find the key; Sec-IP leaves exactly the connection ID in clear",
    ],
    lengthCountsHeader: [
      false,
      "PROFILE",
      "the length counts message data only; padding follows from the datagram",
    ],
    padBlock: [16, "PROFILE", "block size of AES; clause 5.3.1 on padding was not seen"],
    minRegion: [
      128,
      "PROFILE",
      "polls and short events look alike; Sec-IP had fixed packet sizes for that reason",
    ],
    iv: ["00".repeat(16), "PROFILE", "no table seen has an IV field"],
    responseBit: [0x80, "A", "2013 edition, Table 4: without exception"],
    protocolVersion: [1, "A", "2013 edition, Table 4: the version column is 1 throughout"],
    initialHandle: [0, "PROFILE", "clause 5.9, Table 9 were not seen"],
    initialRx: [0, "PROFILE", "clause 5.9, Table 9 were not seen"],
    initialFlags: [0, "PROFILE", "Table 5 was not seen: sent zero, ignored on receipt"],
    reverseFlag: [0x0001, "PROFILE", "reserved for messages on the RCT's initiative; not required"],
    initialEncryption: ["none", "PROFILE", "clause 5.9, Table 9 were not seen"],
    initialHash: ["sha-256", "A", "2013 edition: default hash"],
    deviceIdMasterFlag: [
      0x01,
      "PROFILE",
      "a flags table exists (2019 edition, Table 25); its bits were not seen",
    ],
    selectMasterFlag: [
      0x02,
      "PROFILE",
      "the flag exists (2019 edition, Table 28); same bit as in the key exchange",
    ],
    keyFromRctFlag: [
      0x01,
      "A",
      "2013 edition, key exchange: bit 0 is the direction, clear when the SPT asks",
    ],
    keyMasterFlag: [
      0x02,
      "C",
      "2013 edition, key exchange: bit 1 clear is session (A), so set is master (C)",
    ],
    keyOctets: [32, "PROFILE", "size not seen; the longest key in use"],
    sharedSecretOctets: [32, "PROFILE", "Annex C was not seen"],
    fieldIdOctets: [1, "C", "field numbers are 0x00 to 0x83 (A)"],
    fieldLengthOctets: [
      2,
      "PROFILE",
      "that it counts the data alone is A; its size is unknown, 1 fits the wording as well",
    ],
    addressOctets: [16, "B", "change list of the 2020 edition: 32 corrected to 16"],
    portOctets: [2, "PROFILE", "size not seen"],
    trailing: [
      "keep",
      "PROFILE",
      "later editions may add members; they are kept, counted and otherwise ignored",
    ],
    nakOnBadHash: [false, "B", "change list of the 2020 edition: ignored; answered with a NAK before"],
    nakIntervalMs: [1_000, "PROFILE", "no limit was seen; an answer to a forgery must stay rare; chosen"],
    sequenceWindow: [
      4,
      "PROFILE",
      "each side numbers requests and responses alike (A), so what was given up leaves gaps; width chosen",
    ],
    messagesPerKey: [
      60_000,
      "PROFILE",
      "below 65536: no 16-bit sequence number comes twice under one key; chosen",
    ],
    responseTimeoutMs: [2_000, "PROFILE", SETTLED_56],
    responseTimeoutMaxMs: [8_000, "PROFILE", SETTLED_56],
    transmissions: [4, "PROFILE", SETTLED_56],
    backoffMinMs: [5_000, "PROFILE", SETTLED_56],
    backoffMaxMs: [60_000, "PROFILE", SETTLED_56],
    minPollIntervalMs: [1_000, "PROFILE", SETTLED_56],
    sessionLifetimeMs: [86_400_000, "PROFILE", "new session key once a day; chosen"],
    commissioningWindowMs: [900_000, "PROFILE", "time for one person at the site and one call; chosen"],
    sessionExpiryIntervals: [3, "PROFILE", SETTLED_56],
    sessionExpiryMinMs: [180_000, "PROFILE", SETTLED_56],
    supervisionGraceTimeouts: [3, "PROFILE", "one interval and the retries of one poll; chosen"],
    eventTimeToleranceMs: [
      300_000,
      "PROFILE",
      "2020 edition has the RCT check times (B); the limit is chosen",
    ],
  }),
};
