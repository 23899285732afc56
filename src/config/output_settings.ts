/**
 * What an output's language needs to know, from the keys of its `[[output]]`.
 *
 * @module
 */
import type { SecretKey } from "../keys/secret_key.ts";
import type { NumberedKey, PanelKeys } from "./panel_keys.ts";

/** What an output's language needs to know. Where a value may be undefined, the adapter decides. Times in ms. */
export type OutputSettings =
  | {
    language: "sur-gard";
    /** Receiver number, two characters. */
    receiver: string;
    /** Line number, as wide as the receiver family writes it. */
    line: string;
    /** Width of the line number, 1 to 7. */
    lineDigits: number;
    /** Heartbeat after this much silence; 0 for none. */
    heartbeatMs: number | undefined;
    /** Wait for the AE's answer. */
    waitMs: number | undefined;
    /** Negative answers before an alarm counts as refused. */
    nakLimit: number | undefined;
    /** Whether texts of the panel are passed on. */
    text: boolean;
    /** Whether the words `ACK` and `NAK` are answers too. */
    textAnswers: boolean;
  }
  | {
    language: "ademco-685";
    /** Receiver number, one character. */
    receiver: string;
    /** Line card group, one character. */
    line: string;
    heartbeatMs: number | undefined;
    waitMs: number | undefined;
    nakLimit: number | undefined;
    /** Letter before the number of a Contact ID line. */
    addressLetter: "by-code" | "contact" | undefined;
    /** How a condition reported before is written. */
    previous: "P" | "E" | undefined;
    /** Mark a possible repeat by message type 98. */
    mark98: boolean | undefined;
    /** A blank before the end of a Contact ID line. */
    trailingBlank: boolean | undefined;
    /** What ends a line. */
    terminator: "cr" | "esc" | undefined;
    /** The lines of an AE that knows no Contact ID: `4+2` `EI`, `4+2-spaced` `E Z`, `caps`. */
    form: "contact-id" | "4+2" | "4+2-spaced" | "caps" | undefined;
  }
  | {
    language: "bosch-6500";
    receiver: string;
    line: string;
    heartbeatMs: number | undefined;
    waitMs: number | undefined;
    nakLimit: number | undefined;
    text: boolean;
    /** What stands before each line. */
    header: "none" | "lf" | "space" | undefined;
    qualifiers: "digits" | "letters" | undefined;
    mark98: boolean | undefined;
    /** What commands of the AE are answered with. */
    commands: "ignore" | "reject" | undefined;
  }
  | {
    /** SIA DC-07, and Bosch's SIA mode. */
    language: "dc07" | "bosch-sia";
    receiver: string;
    line: string;
    heartbeatMs: number | undefined;
    waitMs: number | undefined;
    nakLimit: number | undefined;
    text: boolean;
  }
  | {
    language: "dc09";
    /** Receiver number R, 1 to 6 hexadecimal digits; undefined: none is sent. */
    receiver: string | undefined;
    /** Line number L. */
    line: string | undefined;
    /** Account of supervision messages. */
    account: string | undefined;
    /** What the text of the key can stand for; undefined: in clear. */
    key: PanelKeys | undefined;
    /** Time behind messages in clear, too. */
    timestamps: boolean | undefined;
    waitMs: number | undefined;
    tries: number | undefined;
    nakLimit: number | undefined;
    /** Idle time before a supervision message; 0 for none. */
    heartbeatMs: number | undefined;
    closeAfterAck: boolean | undefined;
  }
  | {
    language: "vds2465-tcp";
    /** Ident number of alarms that have none. */
    ident: string | undefined;
    /** Undefined: in plain. */
    key: NumberedKey | undefined;
    /** Wait for a telegram of the centre. */
    waitMs: number | undefined;
    /** Hangs up after this much silence; undefined: a permanent connection. */
    hangUpAfterMs: number | undefined;
  }
  | {
    language: "mqtt";
    clientId: string;
    topic: string | undefined;
    availability: string | undefined;
    username: string | undefined;
    password: SecretKey | undefined;
    noSubscriber: "refuse" | "accept" | undefined;
    waitMs: number | undefined;
    /** Idle time before a PINGREQ; 0 for none. */
    heartbeatMs: number | undefined;
  }
  | {
    language: "webhook";
    /** Each request is signed with every one. */
    secrets: readonly SecretKey[];
    /** Attempts before an alarm is refused or the receiver counts as absent. */
    tries: number | undefined;
  };
