/**
 * What an output's language needs to know, from the keys of its `[[output]]`.
 *
 * @module
 */
import type { SecretKey } from "../keys/secret_key.ts";
import type { Values } from "./field.ts";
import { type OUTPUT_LANGUAGE_FIELDS, OUTPUT_LANGUAGES } from "./output_languages.ts";
import { numberedKey, ownClientId, senderKey } from "./output_keys.ts";
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

/** What settings need besides the keys of their output. */
export interface OutputSettingsParts {
  /** Name of the output. */
  name: string;
  /** Whether the file itself has a heartbeat, be it `"off"`. */
  hasHeartbeat: boolean;
  /** This RCT's device ID, as hex digits. */
  deviceId: string;
}

/**
 * Gathers what the language needs to know, from an output without errors.
 *
 * @param language The language, one of `OUTPUT_LANGUAGES`.
 * @param v The output's values.
 * @param parts What is needed besides.
 * @returns The settings.
 * @throws {RangeError} When there is no such language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import type { Values } from "./field.ts";
 * import { OUTPUT_LANGUAGE_FIELDS } from "./output_languages.ts";
 * import { outputSettings } from "./output_settings.ts";
 *
 * const section = new Checker("[output]\nform = \"caps\"\n", "rct.toml").table("output", OUTPUT_LANGUAGE_FIELDS);
 * const values = section.values as Values<typeof OUTPUT_LANGUAGE_FIELDS>;
 * const settings = outputSettings("ademco-685", values, { name: "a", hasHeartbeat: false, deviceId: "" });
 * assertEquals(settings.language === "ademco-685" && [settings.receiver, settings.form], ["1", "caps"]);
 * ```
 */
export function outputSettings(
  language: string,
  v: Values<typeof OUTPUT_LANGUAGE_FIELDS>,
  parts: OutputSettingsParts,
): OutputSettings {
  const own = Object.hasOwn(OUTPUT_LANGUAGES, language) ? OUTPUT_LANGUAGES[language] : undefined;
  const receiver = v.receiver ?? own?.receiver?.fallback ?? "";
  const line = v.line ?? own?.line?.fallback ?? "";
  const heartbeatMs = parts.hasHeartbeat ? v.heartbeat ?? 0 : undefined;
  const answers = { waitMs: v.wait, nakLimit: v.nak_limit, heartbeatMs };
  switch (language) {
    case "sur-gard":
      return {
        language,
        ...answers,
        receiver,
        line: line.padStart(v.line_digits, "0"),
        lineDigits: v.line_digits,
        text: v.text,
        textAnswers: v.text_answers,
      };
    case "ademco-685":
      return {
        language,
        ...answers,
        receiver,
        line,
        addressLetter: v.address_letter,
        previous: v.previous,
        mark98: v.mark_98,
        trailingBlank: v.trailing_blank,
        terminator: v.terminator,
        form: v.form,
      };
    case "bosch-6500":
      return {
        language,
        ...answers,
        receiver,
        line,
        text: v.text,
        header: v.header,
        qualifiers: v.qualifiers,
        mark98: v.mark_98,
        commands: v.commands,
      };
    case "dc07":
    case "bosch-sia":
      return {
        language,
        ...answers,
        receiver: receiver.padStart(2, "0"),
        line: line.padStart(2, "0"),
        text: v.text,
      };
    case "dc09":
      return {
        language,
        ...answers,
        receiver: v.receiver,
        line: v.line,
        account: v.account,
        key: v.key && senderKey(v.key),
        timestamps: v.timestamps,
        tries: v.tries,
        closeAfterAck: v.close_after_ack,
      };
    case "vds2465-tcp":
      return {
        language,
        ident: v.ident,
        key: v.key && numberedKey(v.key),
        waitMs: v.wait,
        hangUpAfterMs: v.hang_up_after,
      };
    case "mqtt":
      return {
        language,
        clientId: v.client_id ?? ownClientId(parts),
        topic: v.topic,
        availability: v.availability,
        username: v.username,
        password: v.password,
        noSubscriber: v.no_subscriber,
        waitMs: v.wait,
        heartbeatMs,
      };
    case "webhook":
      return { language, secrets: v.secrets ?? [], tries: v.tries };
    default:
      throw new RangeError(`no output language ${JSON.stringify(language)}`);
  }
}
