/**
 * The languages this program speaks, by the names that configurations use.
 *
 * @module
 */
import { ContactIdSession } from "../../adapters/contact_id/mod.ts";
import type { PanelAdapter, PanelSession } from "../../adapters/contract.ts";
import { type Dc09Memory, Dc09Session } from "../../adapters/dc09/mod.ts";
import { type ScancomMeaning, ScancomSession, type ScancomSites } from "../../adapters/scancom/mod.ts";
import { SiaSession } from "../../adapters/sia/mod.ts";
import { TexecomSession } from "../../adapters/texecom/mod.ts";
import { Vds2465SerialSession, Vds2465TcpSession } from "../../adapters/vds2465/mod.ts";
import type { ChannelNames } from "../config/channel_names.ts";
import type { InputConfig } from "../config/input_config.ts";
import type { LanguageSettings } from "../config/language_settings.ts";
import { given } from "./given.ts";
import { zoneOffset } from "./zone_offset.ts";

/** What sessions of an input need besides its configuration. */
export interface SessionParts {
  /** Random octets: pads of encrypted answers, first counters. */
  random: (octets: number) => Uint8Array;
  /** The channels of the input's sites; Scancom, and DC-09 that carries it. */
  sites: ScancomSites;
  /** The latest alarms of the input's panels; DC-09 only. */
  heard?: Dc09Memory;
  /** Adapters from outside, already guarded. */
  adapters: readonly PanelAdapter[];
  /** True when each `feed` is a datagram. */
  datagrams: boolean;
}

/**
 * Starts a conversation with a panel.
 *
 * @param input The input it connected to.
 * @param parts What the session needs besides.
 * @returns The session.
 * @throws {RangeError} When there is no such language; configurations are checked for that before.
 */
export function panelSession(input: InputConfig, parts: SessionParts): PanelSession {
  const { settings, account } = input;
  const defaults = account === undefined ? {} : { defaultAccount: account };
  switch (settings.language) {
    case "sia":
      return new SiaSession({
        ...defaults,
        ...given({
          ackStyle: settings.ackStyle,
          alwaysAck: settings.alwaysAck,
          hexAddress: settings.hexAddress,
        }),
        remote: settings.remote,
        quirks: input.quirk,
      });
    case "contact-id":
      return new ContactIdSession({
        ...defaults,
        quirks: input.quirk,
        ...given({
          input: settings.form,
          accountDigits: settings.accountDigits,
          letters: settings.letters,
          gapMs: settings.gapMs,
        }),
      });
    case "texecom":
      return new TexecomSession({
        ...defaults,
        ...given({ pollMinutes: settings.pollMinutes, gapMs: settings.gapMs }),
      });
    case "scancom":
      return new ScancomSession({
        ...defaults,
        ...given({
          accountDigits: settings.accountDigits,
          channelCount: settings.channelCount,
          checksum: settings.checksum,
          lowBatteryStatus: settings.lowBatteryStatus,
          channelNames: settings.channels?.all,
          meaningByAccount: settings.channels && meanings(settings.channels),
          gapMs: settings.gapMs,
        }),
        sites: parts.sites,
        quirks: input.quirk,
      });
    case "dc09":
      return new Dc09Session({ ...defaults, ...dc09Options(settings, parts) });
    case "vds2465-serial":
      return new Vds2465SerialSession({
        ...defaults,
        recordEcho: settings.recordEcho,
        ...given({ deadAfterMs: settings.deadAfterMs, utcOffsetMs: offset(settings.timeZone) }),
      });
    case "vds2465-tcp": {
      const { keys, idents, pollMs, onDemand, allowPlain, timeZone } = settings;
      return new Vds2465TcpSession({
        ...defaults,
        ...given({ idents, pollMs, allowPlain, utcOffsetMs: offset(timeZone) }),
        keys: Object.fromEntries(keys.map(({ number, key }) => [number, key.octets()])),
        onDemand,
        firstCounter: new DataView(parts.random(4).buffer).getUint32(0),
      });
    }
    case "outside": {
      const adapter = parts.adapters.find(({ name }) => name === input.language);
      if (adapter === undefined) throw new RangeError(`no input language "${input.language}"`);
      return adapter.session(defaults);
    }
  }
}

function dc09Options(
  settings: LanguageSettings & { language: "dc09" },
  { random, datagrams, sites, heard }: SessionParts,
): ConstructorParameters<typeof Dc09Session>[0] {
  const { keys, accounts, accountFrom, encryption, clock, closeAfterAck, channels, gapMs } = settings;
  const others = keys.find(({ account }) => account === "*");
  const named = keys.filter(({ account }) => account !== "*");
  return {
    ...given({ accounts, memory: heard, gapMs, meaningOf: channels && meaningOf(channels) }),
    account: accountFrom,
    sites,
    ...(keys.length === 0 ? {} : {
      encryption: {
        ...(others === undefined ? {} : { key: others.keys }),
        keys: new Map(named.map((each) => [each.account, each.keys])),
        random,
      },
    }),
    clear: encryption === "required" ? "refuse" : "keep",
    clock: clock === "correct" ? "nak" : "keep",
    closeAfterAck,
    datagrams,
  };
}

/** What single sites connected to their channels. */
function meanings({ byAccount }: ChannelNames): Record<string, ScancomMeaning> {
  return Object.fromEntries(
    Object.entries(byAccount).map(([account, channelNames]) => [account, { channelNames }]),
  );
}

/** What any site connected to its channels. */
function meaningOf(channels: ChannelNames): (account: string) => ScancomMeaning {
  const own = new Map(Object.entries(meanings(channels)));
  const others = given({ channelNames: channels.all });
  return (account) => own.get(account) ?? others;
}

function offset(zone: string | undefined): ((now: number) => number) | undefined {
  return zone === undefined ? undefined : zoneOffset(zone);
}
