/**
 * What inputs can speak: which keys of an `[[input]]` belong to which language, and what they become.
 *
 * @module
 */
import { contactIdQuirks } from "../../adapters/contact_id/quirks.ts";
import type { Quirk } from "../../adapters/quirk.ts";
import { scancomQuirks } from "../../adapters/scancom/quirks.ts";
import { siaQuirks } from "../../adapters/sia/quirks.ts";
import type { Checker, Section } from "./checker.ts";
import { didYouMean } from "./did_you_mean.ts";
import { byDefault, choice, type Fields, flag, integer, list, optional, text, type Values } from "./field.ts";
import { account, duration } from "./field_kinds.ts";
import { showValue } from "./show_value.ts";
import {
  dc09KeysOf,
  identEntry,
  type KeyEntry,
  keyEntry,
  type NumberedKey,
  pairEntry,
  type PanelKeys,
  vdsKeyOf,
} from "./panel_keys.ts";

/** Whether the receiving centre may send commands to the panel; see `SiaSessionOptions.remote`. */
export type Remote = "never" | "reverse-channel" | "always";

/** What an input's language needs to know. Where a value may be undefined, a quirk or the adapter decides. */
export type LanguageSettings =
  | {
    language: "sia";
    /** First octets of an ACK as hex. */
    ackStyle: "40" | "00" | "40-08" | "00-08" | undefined;
    /** Blocks that do not ask for an ACK get one too. */
    alwaysAck: boolean | undefined;
    /** Event addresses are hexadecimal. */
    hexAddress: boolean | undefined;
    remote: Remote;
  }
  | {
    language: "contact-id";
    /** `digits` from boards and serial ports, `text` for the printed forms. */
    form: "digits" | "text" | undefined;
    /** Digits of an account. */
    accountDigits: number | undefined;
  }
  | {
    language: "texecom";
    /** Minutes until the next poll. */
    pollMinutes: number | undefined;
  }
  | {
    language: "scancom";
    /** Digits of an account. */
    accountDigits: number | undefined;
    /** Channels of a message. */
    channelCount: number | undefined;
    /** Names of the channels by number; undefined: the convention of UK panels. */
    channels: Readonly<Record<string, string>> | undefined;
  }
  | {
    language: "dc09";
    /** Keys by account. */
    keys: readonly PanelKeys[];
    /** Accounts that are expected; undefined: all. */
    accounts: readonly string[] | undefined;
    /** Whether a message in clear of an account that has a key is taken. */
    encryption: "accepted" | "required";
    /** A clock that is off: the alarm is flagged, or the panel has to correct itself and send again. */
    clock: "flag" | "correct";
    /** Whether the connection is closed when everything is acknowledged. */
    closeAfterAck: boolean;
  }
  | {
    language: "vds2465-serial";
    /** Alarms are acknowledged with records too. */
    recordEcho: boolean;
    remote: Remote;
  }
  | {
    language: "vds2465-tcp";
    keys: readonly NumberedKey[];
    /** Devices that are expected, with the number of their key; undefined: all. */
    idents: Readonly<Record<string, number>> | undefined;
    /** Time between polls. */
    pollMs: number | undefined;
    /** The connection ends when every alarm is acknowledged. */
    onDemand: boolean;
    remote: Remote;
  }
  /** A language of an adapter from outside. */
  | { language: "outside" };

/** What each language of ours knows: its own keys, and the lines it runs over. */
export const INPUT_LANGUAGES: Readonly<
  Record<
    string,
    { keys: readonly (keyof typeof LANGUAGE_FIELDS)[]; lines: readonly ("tcp" | "udp" | "serial")[] }
  >
> = {
  "sia": {
    keys: ["ack_style", "always_ack", "hex_address", "remote", "quirk", "quirks"],
    lines: ["tcp", "serial"],
  },
  "contact-id": { keys: ["form", "account_digits", "quirk", "quirks"], lines: ["tcp", "serial"] },
  "texecom": { keys: ["poll_minutes"], lines: ["tcp", "serial"] },
  "scancom": {
    keys: ["account_digits", "channel_count", "channels", "quirk", "quirks"],
    lines: ["tcp", "serial"],
  },
  "dc09": {
    keys: ["transport", "keys", "accounts", "encryption", "clock", "close_after_ack"],
    lines: ["tcp", "udp"],
  },
  "vds2465-serial": { keys: ["record_echo", "remote"], lines: ["serial", "tcp"] },
  "vds2465-tcp": { keys: ["keys", "idents", "poll", "on_demand", "remote"], lines: ["tcp"] },
};

/** The keys of an `[[input]]` that only some languages know. */
export const LANGUAGE_FIELDS = {
  quirk: byDefault(text('the name of a quirk, "auto" or "none"', 64), '"auto"'),
  quirks: optional(list(pairEntry('accounts and quirks such as "1234:dsc"', /^[0-9A-Za-z]{1,16}$/), 10_000)),
  transport: byDefault(choice("tcp", "udp", "both"), '"tcp"'),
  ack_style: optional(choice("40", "00", "40-08", "00-08")),
  always_ack: optional(flag),
  hex_address: optional(flag),
  remote: byDefault(choice("never", "reverse-channel", "always"), '"never"'),
  form: optional(choice("digits", "text")),
  account_digits: optional(integer(2, 16, "a number of digits")),
  poll_minutes: optional(integer(1, 255)),
  channel_count: optional(integer(8, 32, "a multiple of 8 in the range", 8)),
  channels: optional(list(pairEntry('names of channels such as "1:Fire"', /^(?:[1-9]|[12]\d|3[0-2])$/), 32)),
  keys: optional(list(keyEntry, 10_000)),
  accounts: optional(list(account, 10_000)),
  encryption: byDefault(choice("accepted", "required"), '"accepted"'),
  clock: byDefault(choice("flag", "correct"), '"flag"'),
  close_after_ack: byDefault(flag, "false"),
  record_echo: byDefault(flag, "false"),
  idents: optional(list(identEntry, 10_000)),
  poll: optional(duration(1000, 60_000)),
  on_demand: byDefault(flag, "false"),
} satisfies Fields;

type LanguageSection = Section<typeof LANGUAGE_FIELDS>;

/** The quirks of each language that has some. */
const QUIRKS: Readonly<Record<string, readonly Quirk[]>> = {
  "sia": siaQuirks,
  "contact-id": contactIdQuirks,
  "scancom": scancomQuirks,
};

/**
 * Checks the keys that depend on the language.
 *
 * @param checker The file under check.
 * @param input The input.
 * @param language Its language, one of ours.
 */
export function checkLanguage(checker: Checker, input: LanguageSection, language: string): void {
  const known = INPUT_LANGUAGES[language];
  if (known === undefined) return;
  for (const key of Object.keys(LANGUAGE_FIELDS) as (keyof typeof LANGUAGE_FIELDS)[]) {
    if (!input.has(key) || known.keys.includes(key)) continue;
    const message = `this key means nothing in the language ${JSON.stringify(language)}: take the line away`;
    checker.error(input.line(key), input.name(key), "conflict", message);
  }
  checkQuirks(checker, input, language);
  const { keys = [], encryption, account_digits: digits, remote } = input.values;
  for (const entry of keys) {
    const read = language === "dc09" ? dc09KeysOf(entry) : vdsKeyOf(entry);
    if (typeof read === "string") checker.error(input.line("keys"), input.name("keys"), "bad-value", read);
  }
  const names = new Set(keys.map(({ name }) => name));
  if (names.size < keys.length) {
    const message = "expected one key for each, found two with the same text in front of the colon";
    checker.error(input.line("keys"), input.name("keys"), "not-unique", message);
  }
  if (encryption === "required" && keys.length === 0) {
    const message = "expected keys too: without them nothing that comes encrypted can be read";
    checker.error(input.line("encryption"), input.name("encryption"), "conflict", message);
  }
  if (language === "scancom" && digits !== undefined && digits > 6) {
    checker.refuse(input, "account_digits", "a number of digits 2-6", digits);
  }
  if (remote === "reverse-channel" && language !== "sia") {
    checker.refuse(input, "remote", '"never" or "always"', remote);
  }
}

function checkQuirks(checker: Checker, input: LanguageSection, language: string): void {
  const names = (QUIRKS[language] ?? []).map(({ name }) => name).sort();
  if (names.length === 0) return;
  const complain = (key: "quirk" | "quirks", found: string) => {
    const near = didYouMean(found, names);
    const advice = near === undefined ? `one of ${names.join(", ")}, auto, none` : `did you mean ${near}?`;
    const message = `no quirk of the language ${JSON.stringify(language)} is called ${
      showValue(found)
    }: ${advice}`;
    checker.error(input.line(key), input.name(key), "no-such-name", message);
  };
  const { quirk = "auto", quirks = [] } = input.values;
  if (quirk !== "auto" && quirk !== "none" && !names.includes(quirk)) complain("quirk", quirk);
  for (const [, name] of quirks) if (name !== "none" && !names.includes(name)) complain("quirks", name);
}

/**
 * Gathers what the language needs to know, from an input without errors.
 *
 * @param language The language.
 * @param v The input's values.
 * @returns The settings.
 */
export function languageSettings(language: string, v: Values<typeof LANGUAGE_FIELDS>): LanguageSettings {
  switch (language) {
    case "sia":
      return {
        language,
        ackStyle: v.ack_style,
        alwaysAck: v.always_ack,
        hexAddress: v.hex_address,
        remote: v.remote,
      };
    case "contact-id":
      return { language, form: v.form, accountDigits: v.account_digits };
    case "texecom":
      return { language, pollMinutes: v.poll_minutes };
    case "scancom":
      return {
        language,
        accountDigits: v.account_digits,
        channelCount: v.channel_count,
        channels: v.channels && Object.fromEntries(v.channels),
      };
    case "dc09":
      return {
        language,
        keys: readKeys(v.keys, dc09KeysOf),
        accounts: v.accounts,
        encryption: v.encryption,
        clock: v.clock,
        closeAfterAck: v.close_after_ack,
      };
    case "vds2465-serial":
      return { language, recordEcho: v.record_echo, remote: v.remote };
    case "vds2465-tcp":
      return {
        language,
        keys: readKeys(v.keys, vdsKeyOf),
        idents: v.idents && Object.fromEntries(v.idents),
        pollMs: v.poll,
        onDemand: v.on_demand,
        remote: v.remote,
      };
    default:
      return { language: "outside" };
  }
}

function readKeys<K>(entries: readonly KeyEntry[] | undefined, read: (entry: KeyEntry) => K | string): K[] {
  return (entries ?? []).map(read).filter((key): key is K => typeof key !== "string");
}
