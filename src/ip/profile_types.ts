/**
 * What a profile of the IP protocol consists of: the types of its tables and constants, and the names in
 * them. The numbers themselves are in `profile.ts`.
 *
 * @module
 */

/**
 * How sure we are of a constant: `A` read in the standard's own text, `B` read in a secondary source, `C`
 * inferred or remembered, `PROFILE` chosen by us so that our two ends agree.
 */
export type Confidence = "A" | "B" | "C" | "PROFILE";

/** Why a constant has the value it has. */
export interface Basis {
  /** How sure we are. */
  readonly confidence: Confidence;
  /** Where the value comes from. */
  readonly basis: string;
}

/** Members of the message header. */
export type HeaderFieldName =
  | "handle"
  | "deviceId"
  | "tx"
  | "rx"
  | "flags"
  | "version"
  | "messageId"
  | "length";

/** Place of one header member. */
export interface HeaderField extends Basis {
  /** Which member. */
  readonly name: HeaderFieldName;
  /** Octets from the start of the datagram. */
  readonly offset: number;
  /** Octets: 1 to 4 for numbers, any number for the device ID. */
  readonly size: number;
}

/** A name and its number in one of the code tables. */
export interface CodePoint<N extends string> extends Basis {
  /** The name used everywhere outside this file. */
  readonly name: N;
  /** The octet on the wire. */
  readonly id: number;
}

/** Names of the messages. */
export type MessageName =
  | "POLL_MSG"
  | "POLL_RESP"
  | "EVENT_MSG"
  | "EVENT_RESP"
  | "CONN_HANDLE_REQ"
  | "CONN_HANDLE_RESP"
  | "DEVICE_ID_REQ"
  | "DEVICE_ID_RESP"
  | "ENCRYPT_SELECT_REQ"
  | "ENCRYPT_SELECT_RESP"
  | "ENCRYPT_KEY_REQ"
  | "ENCRYPT_KEY_RESP"
  | "HASH_SELECT_REQ"
  | "HASH_SELECT_RESP"
  | "PATH_SUPERVISION_REQ"
  | "PATH_SUPERVISION_RESP"
  | "SET_TIME_CMD"
  | "SET_TIME_RESP"
  | "VERSION_REQ"
  | "VERSION_RESP"
  | "PMTU_REQ"
  | "PMTU_RESP"
  | "PMTU_PROBE"
  | "PMTU_PROBE_RESP"
  | "DTLS_COMPLETE_REQ"
  | "DTLS_COMPLETE_RESP"
  | "RCT_IP_PARAM_REQ"
  | "RCT_IP_PARAM_RESP"
  | "TRANSPARENT_MSG"
  | "TRANSPARENT_RESP";

/** Names of the responses. */
export type ResponseName = Extract<MessageName, `${string}_RESP`>;

/** Names of the result codes (Annex A). */
export type ResultName =
  | "RESP_CMD_NOT_SUPPORTED"
  | "RESP_ACKNOWLEDGE"
  | "RESP_NEGATIVE_ACKNOWLEDGE"
  | "RESP_PROCESS_ERROR"
  | "RESP_PROTOCOL_ID_NOT_SUPPORTED"
  | "RESP_PROTOCOL_VERSION_NOT_SUPPORTED"
  | "RESP_ENCRYPTION_NOT_SUPPORTED"
  | "RESP_HASH_NOT_SUPPORTED"
  | "RESP_DEVICE_NOT_ALLOWED"
  | "RESP_POLL_TOO_FAST"
  | "RESP_POLL_TOO_SLOW"
  | "RESP_TIME_NOT_SET"
  | "RESP_REESTABLISH_CONNECTION"
  | "RESP_UNKNOWN_ERROR";

/** A result code by name; one the profile does not know reads `RESP_0x7b`. */
export type Result = ResultName | `RESP_0x${string}`;
/** Encryption methods that this program can do. */
export type EncryptionName = "none" | "aes-128" | "aes-256";
/** An encryption method by name; one the profile does not know reads `encryption-0x07`. */
export type Encryption = EncryptionName | `encryption-0x${string}`;
/** Hashes that this program can do. */
export type HashName = "sha-256" | "ripemd-256";
/** A hash by name; one the profile does not know reads `hash-0x07`. */
export type Hash = HashName | `hash-0x${string}`;
/** Protocols of the event data (Annex B, Annex E). */
export type ProtocolName = "sia" | "contact-id" | "scancom" | "vds2465";
/** A protocol by name; one the profile does not know reads `protocol-0x81`. */
export type Protocol = ProtocolName | `protocol-0x${string}`;
/** Who polls: `push` the SPT polls the RCT, `pull` the RCT polls the SPT. */
export type PollModeName = "push" | "pull";
/** Who polls, by name; a value the profile does not know reads `mode-0x02`. */
export type PollMode = PollModeName | `mode-0x${string}`;
/** Fields of an EVENT_MSG that hold text. */
export type TextFieldName =
  | "alarm-text"
  | "site-name"
  | "building-name"
  | "location"
  | "room"
  | "alarm-trigger"
  | "longitude"
  | "latitude"
  | "altitude"
  | "link-url"
  | "link-filename";
/** Fields of an EVENT_MSG. */
export type EventFieldName =
  | "event"
  | "time-event"
  | "time-message"
  | "link-ip-address"
  | "link-ip-port"
  | TextFieldName;
/** Who may send a message. */
export type Direction = "spt-to-rct" | "rct-to-spt" | "both";

/** A message's number and direction. */
export interface MessageCode extends CodePoint<MessageName> {
  /** Who may send it. */
  readonly direction: Direction;
}

/** Result codes that may stand in a response. */
export interface ResultTable extends Basis {
  /** The codes by name. */
  readonly results: readonly ResultName[];
}

/** The constants that are not tables. Times in milliseconds, sizes in octets. */
export interface ProfileValues {
  /** UDP port the RCT listens on. */
  readonly udpPort: number;
  /** Largest datagram that is sent. */
  readonly maxSend: number;
  /** Largest datagram that is looked at. */
  readonly maxReceive: number;
  /** Order of the octets of a number (NTP times are always big-endian). */
  readonly byteOrder: "big-endian" | "little-endian";
  /** Octets at the start of a datagram that are never encrypted; holds the connection handle. */
  readonly clearOctets: number;
  /** Whether the message length counts the header as well as the message data. */
  readonly lengthCountsHeader: boolean;
  /** The region after the clear octets, hash included, is a multiple of this. */
  readonly padBlock: number;
  /** … and at least this long. */
  readonly minRegion: number;
  /** Initialisation vector of the cipher for every message, as hex. */
  readonly iv: string;
  /** Set in the ID of a response. */
  readonly responseBit: number;
  /** Protocol version that is spoken. */
  readonly protocolVersion: number;
  /** Connection handle while none is assigned. */
  readonly initialHandle: number;
  /** RX sequence number while the peer's TX is not known. */
  readonly initialRx: number;
  /** Header flags that are sent. */
  readonly initialFlags: number;
  /** Header flag of a message that the RCT sends on its own initiative. */
  readonly reverseFlag: number;
  /** Encryption until one is selected. */
  readonly initialEncryption: EncryptionName;
  /** Hash until one is selected. */
  readonly initialHash: HashName;
  /** DEVICE_ID_REQ flag: commissioning, register the ID. */
  readonly deviceIdMasterFlag: number;
  /** ENCRYPT_SELECT flag: the method is for the master set; clear: for the session set. */
  readonly selectMasterFlag: number;
  /** ENCRYPT_KEY flag: direction; clear: the SPT requests a key; set: the RCT brings one. */
  readonly keyFromRctFlag: number;
  /** ENCRYPT_KEY flag: the key is for the master set; clear: for the session set. */
  readonly keyMasterFlag: number;
  /** Size of the key field in ENCRYPT_KEY messages; a shorter key is its first octets. */
  readonly keyOctets: number;
  /** Size of the shared secret of commissioning. */
  readonly sharedSecretOctets: number;
  /** Size of an event field's identifier. */
  readonly fieldIdOctets: 1;
  /** Size of an event field's length. */
  readonly fieldLengthOctets: 1 | 2;
  /** Size of an IP address (IPv4 as ::ffff:a.b.c.d). */
  readonly addressOctets: number;
  /** Size of an IP port. */
  readonly portOctets: number;
  /** What happens to octets after the last one a message needs: kept beside it, or the message is refused. */
  readonly trailing: "keep" | "refuse";
  /**
   * Answer a bad hash with a negative acknowledgement, as the editions of 2013 and 2017 did; see `peekRequest`.
   */
  readonly nakOnBadHash: boolean;
  /** At most one such answer per session in this time: it answers what nobody vouches for. */
  readonly nakIntervalMs: number;
  /**
   * Requests in a row that the other end may have given up, so that their sequence numbers never come: a request further
   * ahead is dropped.
   */
  readonly sequenceWindow: number;
  /** Messages of one side after which a session gets a new key, before sequence numbers come round under one key. */
  readonly messagesPerKey: number;
  /** Wait for a response to the first transmission; doubles. */
  readonly responseTimeoutMs: number;
  /** Longest wait for a response. */
  readonly responseTimeoutMaxMs: number;
  /** Transmissions of one request, the first included. */
  readonly transmissions: number;
  /** Shortest wait before a new connection setup. */
  readonly backoffMinMs: number;
  /** Longest wait before a new connection setup. */
  readonly backoffMaxMs: number;
  /** Shortest poll interval that the RCT takes. */
  readonly minPollIntervalMs: number;
  /** Age at which a session gets a new key. */
  readonly sessionLifetimeMs: number;
  /** How long the RCT takes the commissioning of a device after it was opened for it. */
  readonly commissioningWindowMs: number;
  /** An RCT forgets a session after this many intervals without an authentic message … */
  readonly sessionExpiryIntervals: number;
  /** … but not before this. */
  readonly sessionExpiryMinMs: number;
  /** A path has failed one interval and this many response timeouts after the last authentic message. */
  readonly supervisionGraceTimeouts: number;
  /** How far in the future an event's time may be before it is flagged; it is never refused for it. */
  readonly eventTimeToleranceMs: number;
}

/** A profile: the tables and constants by which messages are written and read. */
export interface Ts50136Profile {
  /** Name shown in logs, captures and the README. */
  readonly name: string;
  /** The header, in any order. */
  readonly header: readonly HeaderField[];
  /** Message IDs. */
  readonly messages: readonly MessageCode[];
  /** Result codes. */
  readonly results: readonly CodePoint<ResultName>[];
  /** Result codes that belong to one response, beside {@link generalResults}. */
  readonly responseResults: Readonly<Record<ResponseName, ResultTable>>;
  /** Result codes that may stand in any response: they speak of the message or the session as such. */
  readonly generalResults: ResultTable;
  /** Encryption IDs. */
  readonly encryptions: readonly CodePoint<EncryptionName>[];
  /** Hash IDs. */
  readonly hashes: readonly CodePoint<HashName>[];
  /** Protocol identifiers of event data. */
  readonly protocols: readonly CodePoint<ProtocolName>[];
  /** Values of the push/pull octet. */
  readonly pollModes: readonly CodePoint<PollModeName>[];
  /** Field numbers of EVENT_MSG. */
  readonly eventFields: readonly CodePoint<EventFieldName>[];
  /** Everything else. */
  readonly values: ProfileValues;
  /** Why each of {@link values} is what it is. */
  readonly basis: Readonly<Record<keyof ProfileValues, Basis>>;
}
