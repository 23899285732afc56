/**
 * What an input's language needs to know, from the keys of its `[[input]]`.
 *
 * @module
 */
import { type ChannelNames, channelNames } from "./channel_names.ts";
import type { Values } from "./field.ts";
import type { LANGUAGE_FIELDS } from "./input_languages.ts";
import { dc09KeysOf, type KeyEntry, type NumberedKey, type PanelKeys, vdsKeyOf } from "./panel_keys.ts";

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
    /** What letters stand for: digits, or keys of the telephone. */
    letters: "auto" | "digits" | "dtmf" | undefined;
    gapMs: number | undefined;
  }
  | {
    language: "texecom";
    /** Minutes until the next poll. */
    pollMinutes: number | undefined;
    gapMs: number | undefined;
  }
  | {
    language: "scancom";
    /** Digits of an account. */
    accountDigits: number | undefined;
    /** Channels of a message. */
    channelCount: number | undefined;
    /** A checksum digit follows the status. */
    checksum: boolean | undefined;
    /** Whether status 8 is a low battery. */
    lowBatteryStatus: boolean | undefined;
    /** Names of the channels; undefined: those of the quirk, or the convention of UK panels. */
    channels: ChannelNames | undefined;
    gapMs: number | undefined;
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
    /** Whether the connection is closed when everything is acknowledged: always, never, or for these accounts. */
    closeAfterAck: boolean | readonly string[];
    /** Which account counts when head and data name different ones. */
    accountFrom: "head" | "data";
    /** Names of the channels in messages that carry Fast Format. */
    channels: ChannelNames | undefined;
    gapMs: number | undefined;
  }
  | {
    language: "vds2465-serial";
    /** Alarms are acknowledged with records too. */
    recordEcho: boolean;
    /** Silence after which the line is taken for dead. */
    deadAfterMs: number | undefined;
    /** Zone of the panel's clock; undefined: UTC. */
    timeZone: string | undefined;
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
    /** Whether devices in clear are taken although there are keys. */
    allowPlain: boolean | undefined;
    /** Zone of the devices' clocks; undefined: UTC. */
    timeZone: string | undefined;
    remote: Remote;
  }
  /** A language of an adapter from outside. */
  | { language: "outside" };

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
      return {
        language,
        form: v.form,
        accountDigits: v.account_digits,
        letters: v.letters,
        gapMs: v.gap,
      };
    case "texecom":
      return { language, pollMinutes: v.poll_minutes, gapMs: v.gap };
    case "scancom":
      return {
        language,
        accountDigits: v.account_digits,
        channelCount: v.channel_count,
        checksum: v.checksum,
        lowBatteryStatus: v.low_battery_status,
        channels: v.channels && channelNames(v.channels),
        gapMs: v.gap,
      };
    case "dc09":
      return {
        language,
        keys: readKeys(v.keys, dc09KeysOf),
        accounts: v.accounts,
        encryption: v.encryption,
        clock: v.clock,
        closeAfterAck: v.close_after_ack,
        accountFrom: v.account_from,
        channels: v.channels && channelNames(v.channels),
        gapMs: v.gap,
      };
    case "vds2465-serial":
      return {
        language,
        recordEcho: v.record_echo,
        deadAfterMs: v.dead_after,
        timeZone: v.time_zone,
        remote: v.remote,
      };
    case "vds2465-tcp":
      return {
        language,
        keys: readKeys(v.keys, vdsKeyOf),
        idents: v.idents && Object.fromEntries(v.idents),
        pollMs: v.poll,
        onDemand: v.on_demand,
        allowPlain: v.allow_plain,
        timeZone: v.time_zone,
        remote: v.remote,
      };
    default:
      return { language: "outside" };
  }
}

function readKeys<K>(entries: readonly KeyEntry[] | undefined, read: (entry: KeyEntry) => K | string): K[] {
  return (entries ?? []).map(read).filter((key): key is K => typeof key !== "string");
}
