/**
 * What inputs can speak: which keys of an `[[input]]` belong to which language.
 *
 * @module
 */
import { contactIdQuirks } from "../../adapters/contact_id/quirks.ts";
import type { Quirk } from "../../adapters/quirk.ts";
import { scancomQuirks } from "../../adapters/scancom/quirks.ts";
import { siaQuirks } from "../../adapters/sia/quirks.ts";
import { channelEntry } from "./channel_names.ts";
import type { Checker, Section } from "./checker.ts";
import { didYouMean } from "./did_you_mean.ts";
import { byDefault, choice, type Fields, flag, integer, list, optional, text } from "./field.ts";
import { account, duration } from "./field_kinds.ts";
import { flagOrAccounts } from "./flag_or_accounts.ts";
import { showValue } from "./show_value.ts";
import { timeZone } from "./time_zone.ts";
import { dc09KeysOf, identEntry, keyEntry, pairEntry, vdsKeyOf } from "./panel_keys.ts";

export type { LanguageSettings, Remote } from "./language_settings.ts";

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
  "contact-id": {
    keys: ["form", "account_digits", "letters", "gap", "quirk", "quirks"],
    lines: ["tcp", "serial"],
  },
  "texecom": { keys: ["poll_minutes", "gap"], lines: ["tcp", "serial"] },
  "scancom": {
    keys: [
      "account_digits",
      "channel_count",
      "checksum",
      "low_battery_status",
      "channels",
      "gap",
      "quirk",
      "quirks",
    ],
    lines: ["tcp", "serial"],
  },
  "dc09": {
    keys: [
      "transport",
      "keys",
      "accounts",
      "account_from",
      "encryption",
      "clock",
      "close_after_ack",
      "channels",
      "gap",
    ],
    lines: ["tcp", "udp"],
  },
  "vds2465-serial": { keys: ["record_echo", "dead_after", "time_zone", "remote"], lines: ["serial", "tcp"] },
  "vds2465-tcp": {
    keys: ["keys", "allow_plain", "idents", "poll", "on_demand", "time_zone", "remote"],
    lines: ["tcp"],
  },
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
  letters: optional(choice("auto", "digits", "dtmf")),
  gap: optional(duration(50, 60_000)),
  poll_minutes: optional(integer(1, 255)),
  channel_count: optional(integer(8, 32, "a multiple of 8 in the range", 8)),
  checksum: optional(flag),
  low_battery_status: optional(flag),
  channels: optional(list(channelEntry, 10_000)),
  keys: optional(list(keyEntry, 10_000)),
  allow_plain: optional(flag),
  accounts: optional(list(account, 10_000)),
  account_from: byDefault(choice("head", "data"), '"head"'),
  encryption: byDefault(choice("accepted", "required"), '"accepted"'),
  clock: byDefault(choice("flag", "correct"), '"flag"'),
  close_after_ack: byDefault(flagOrAccounts, "false"),
  record_echo: byDefault(flag, "false"),
  dead_after: optional(duration(5000, 3_600_000)),
  idents: optional(list(identEntry, 10_000)),
  poll: optional(duration(1000, 60_000)),
  on_demand: byDefault(flag, "false"),
  time_zone: optional(timeZone),
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
  const channels = (input.values.channels ?? []).map(([channel]) => channel);
  const twice = channels.find((channel, at) => channels.indexOf(channel) < at);
  if (twice !== undefined) {
    const message = `expected one name for each channel, found two for ${twice}: keep one of them`;
    checker.error(input.line("channels"), input.name("channels"), "not-unique", message);
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
