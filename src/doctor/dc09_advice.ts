/**
 * What is said about DC-09, by rule, flag and quirk.
 *
 * @module
 */
import type { Fault } from "./finding.ts";

/** What was heard, and what to do; where `dc09Fault` does not name the fault, it is named here. */
export interface Advice {
  /** What was heard. */
  readonly what: string;
  /** What to do; empty for nothing. */
  readonly todo: string;
  /** Where the fault is, for names that `dc09Fault` does not know. */
  readonly fault?: Fault;
}

/** By name of the rule, flag or quirk. Source: receiver-outputs.md §7; field-needs.md items 6, 7, 12, 18, 24, 34, 37 to 42. */
export const DC09_ADVICE: Readonly<Record<string, Advice>> = {
  "no-key": {
    what: "the messages are encrypted (a * in front of the token), and no key was given here",
    todo:
      "Run again with --key and the key that is typed into the panel, or switch encryption off in the panel to see the rest",
  },
  "wrong-key": {
    what: "the messages are encrypted with another key than the one given",
    todo:
      "Compare the keys. The usual mistake: hex digits at one end and plain characters at the other, or a panel that takes " +
      "only the first characters. Type it anew at both ends: 32 hex digits, or 16 characters",
  },
  "bad-cipher": {
    what: "the encrypted part is not whole blocks of 16 octets",
    todo:
      "The panel encrypts in a way of its own, or the network cut the message: switch encryption off in the panel to see which",
  },
  "not-encrypted": {
    what: "a key was given, and the panel sends in clear",
    todo: "Switch encryption on in the panel, or leave the key out",
  },
  "other-account-in-data": {
    what: "head and data of the messages name different accounts",
    todo: "Set the same account in the panel and in its communicator. The one of the head counts here",
  },
  "no-account": {
    what: "the messages carry no account",
    todo: "Set an account in the panel, or account = in the input below",
  },
  "stray-answer": {
    what: "a receiver's answers (ACK, NAK, DUH) arrive here",
    todo: "This is the receiver's side of the talk: check the address and port set in the panel",
  },
  "bad-head": {
    what: "the head of the frames cannot be read",
    todo: "Check that the panel is set to plain SIA DC-09 (SIA-IP)",
  },
  "bad-timestamp": {
    what: "the messages carry a time that is no date",
    todo: "Set the panel's clock",
  },
  "wrong-crc": {
    what: "frames arrive damaged: their CRC is wrong",
    todo:
      "If some are right: the network or a converter changes octets. If all are wrong: the panel counts in a way of its own; " +
      "keep what was heard (--keep) for its vendor",
  },
  "truncated": {
    what: "frames break off in the middle",
    todo: "Octets get lost on the way: check converters, the mobile connection and its packet size",
  },
  "osborne-hoffman": {
    fault: "protocol",
    what: "Osborne-Hoffman: looks like DC-09, with a fixed CRC of 0101 and encryption of its own",
    todo: "Set the panel to plain SIA DC-09 (Aritech/UTC: another reporting format of the same IP path)",
  },
  "decimal-length": {
    what: "the length is written in decimal instead of hex; read all the same",
    todo: "",
  },
  "wrong-length": {
    what: "the length field is wrong, the CRC right; read all the same",
    todo: "",
  },
  "binary-crc": {
    what:
      "the CRC comes as two octets instead of four digits (Lupusec, Trikdis); read all the same, and answered so",
    todo: "",
  },
  "short-crc": {
    what: "the CRC comes without its leading zeros; read all the same",
    todo: "",
  },
  "unknown-token": {
    what: "a token between the quotes that is not known: kept as it is",
    todo: "Set the panel to SIA-DCS or ADM-CID",
  },
  "alarm-in-null": {
    what: "alarms come in NULL frames, as Hikvision does; they are taken as alarms",
    todo: "Better: set the panel's token to SIA-DCS or ADM-CID",
  },
};
