/**
 * From a Fast Format message to neutral events.
 *
 * @module
 */
import type { EventDraft, Qualifier } from "../../src/event/alarm_event.ts";
import {
  type ScancomChannel,
  scancomChannels,
  scancomCode,
  scancomSystemChannels,
} from "../../src/event/tables/scancom.ts";
import type { Scancom } from "./message.ts";
import { contextOf, knownChannel, type ScancomSiteState, unknownSite, userOf } from "./site_state.ts";

/**
 * Names of the channels by number, `1` first: a name, or what is known of the channel. A name with `open/close`,
 * `set/unset` or `arm/disarm` in it is that of a channel which reports setting.
 */
export type ScancomChannels = Readonly<Record<string, string | ScancomChannel>>;

/** How a panel uses the format. */
export interface ScancomMeaning {
  /** Names of the channels; the convention of UK panels when absent. Channels that are not in it go by number. */
  channelNames?: ScancomChannels;
  /** False for panels that send status 8 in every message, as Galaxy does. @default {true} */
  lowBatteryStatus?: boolean;
}

/** What is known besides the message. */
export interface ScancomDraftOptions extends ScancomMeaning {
  /** The site's channels before this message; without it nothing is known of them. */
  state?: ScancomSiteState;
  /** Remarks for every event. */
  flags?: readonly string[];
}

/**
 * Makes the events of a message: one for each channel with news, then what the status says. At least one: a message in
 * which nothing is new becomes a status event, so that it reaches somebody.
 *
 * The digits 1 to 4 and 0 are always news. `6`, still active, is an event only if the channel was not known to be active:
 * `status` when nothing was known, `new` and flagged `missed` when it was known to be normal. `5`, normal, is an event
 * only if the channel was known to be active: `restore`, flagged `missed`. Nothing is told twice, and a message that
 * was lost on the way is made good by the next one. Digits without a known meaning are `new`, flagged `unknown-code`.
 *
 * `code` is the channel's digit and the status digit it belongs to (see `scancomCode`), `device` the channel's number,
 * which is the `zone` too where the status says so (duress, bypass, zone trouble). Source: panel-formats.md §3.2 to §3.4.
 *
 * @param scancom The message.
 * @param raw The bytes it was read from.
 * @param options Names of the channels, the state before, remarks.
 * @returns At least one event.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scancomEventDrafts } from "./event_draft.ts";
 *
 * const scancom = { account: "123456", channels: "15555555", status: "7" };
 * const [event] = scancomEventDrafts(scancom, new Uint8Array());
 * assertEquals([event?.label, event?.qualifier, event?.device], ["Alarm: fire", "new", "1"]);
 * ```
 */
export function scancomEventDrafts(
  scancom: Scancom,
  raw: Uint8Array,
  options: ScancomDraftOptions = {},
): EventDraft[] {
  const reading = new Reading(scancom, raw, options);
  const user = userOf(scancom);
  if (user !== undefined) return [reading.event(scancom.status.repeat(2), { user })];
  const events = [...reading.channelEvents(), ...reading.statusEvents()];
  return events.length > 0 ? events : [reading.event("57")];
}

/** How people name a channel that reports setting and unsetting. */
const OPEN_CLOSE =
  /\b(?:open(?:ing)?|set(?:ting)?|arm(?:ing)?)\/(?:clos(?:e|ing)|unset(?:ting)?|disarm(?:ing)?)\b/i;

class Reading {
  readonly #scancom: Scancom;
  readonly #raw: Uint8Array;
  readonly #options: ScancomDraftOptions;
  readonly #state: ScancomSiteState;

  constructor(scancom: Scancom, raw: Uint8Array, options: ScancomDraftOptions) {
    this.#scancom = scancom;
    this.#raw = raw;
    this.#options = options;
    this.#state = options.state ?? unknownSite;
  }

  channelEvents(): EventDraft[] {
    const { channels, status } = this.#scancom;
    const context = contextOf(status);
    return [...channels].flatMap((digit, at) => {
      const known = knownChannel(this.#state, context, at, channels.length);
      if (digit === "5") {
        // Only of the channels proper is it on record that a message repeats the state of all of them.
        if (known !== "6" || context !== "7") return [];
        return [this.#channel("57", at, "Restored", { qualifier: "restore", flags: ["missed"] })];
      }
      if (digit !== "6") return [this.#channel(digit + context, at)];
      if (known === "6") return [];
      return known === "5" && context === "7"
        ? [this.#channel("67", at, "Active", { qualifier: "new", flags: ["missed"] })]
        : [this.#channel(`6${context}`, at)];
    });
  }

  statusEvents(): EventDraft[] {
    const { channels, status } = this.#scancom;
    const tellsBattery = this.#options.lowBatteryStatus !== false;
    const wasLow = this.#state.lowBattery === true;
    switch (status) {
      case "7":
        return tellsBattery && wasLow
          ? [this.event("58", { label: "Battery restored", qualifier: "restore", flags: ["missed"] })]
          : [];
      case "8":
        return tellsBattery && !wasLow ? [this.event("58")] : [];
      case "1":
      case "3":
      case "5":
      case "6":
        return /^5+$/.test(channels) ? [this.event(`5${status}`)] : [];
      default:
        return [this.event(`5${status}`)];
    }
  }

  #channel(
    code: string,
    at: number,
    name?: string,
    more: { qualifier?: Qualifier; flags?: string[] } = {},
  ): EventDraft {
    const number = String(at + 1);
    const context = contextOf(this.#scancom.status);
    const channel = this.#named(number);
    const digit = code.charAt(0);
    // Which digits a channel uses depends on what is connected to it; the digit is believed, not the name.
    const strange = channel !== undefined && context === "7" && "1234".includes(digit) &&
      (digit === "2" || digit === "4") !== (channel.openClose === true);
    const label = name ?? scancomCode(code)?.name ?? `Digit ${digit} of unknown meaning`;
    const place = channel === undefined || strange ? `channel ${number}` : channel.name;
    return this.event(code, {
      device: number,
      label: `${label}: ${place}`,
      ...("135".includes(context) ? { zone: number } : {}),
      ...more,
      flags: [...more.flags ?? [], ...(strange ? ["unexpected-digit"] : [])],
    });
  }

  event(
    code: string,
    more: Partial<Pick<EventDraft, "label" | "qualifier" | "user" | "device" | "zone" | "flags">> = {},
  ): EventDraft {
    const known = scancomCode(code);
    const { flags = [], ...fields } = more;
    const all = [
      ...flags,
      ...this.#options.flags ?? [],
      ...(known === undefined ? ["unknown-code"] : []),
      ...(this.#scancom.account === "" ? ["no-account"] : []),
    ];
    return {
      account: this.#scancom.account,
      language: "scancom",
      code,
      qualifier: known?.qualifier ?? "new",
      label: known?.name ?? `Status ${code.charAt(1)} of unknown meaning`,
      ...fields,
      flags: [...new Set(all)].sort(),
      raw: this.#raw,
    };
  }

  #named(number: string): ScancomChannel | undefined {
    const { status } = this.#scancom;
    const context = contextOf(status);
    if (context === "6") {
      const name = Object.hasOwn(scancomSystemChannels, number) ? scancomSystemChannels[number] : undefined;
      return name === undefined ? undefined : { name };
    }
    if (context !== "7") return undefined;
    const names = this.#options.channelNames ?? scancomChannels;
    const named = Object.hasOwn(names, number) ? names[number] : undefined;
    return typeof named === "string" ? { name: named, openClose: OPEN_CLOSE.test(named) } : named;
  }
}
