/**
 * How the channels of sites stand whose panels send Fast Format, and what they are called: at the centre each message is
 * read as at the premises, so that nothing is told twice.
 *
 * @module
 */
import type { CarriedProtocol } from "../../adapters/contract.ts";
import { foldSite, parseEventData, scancomEventData, ScancomSites } from "../../adapters/scancom/mod.ts";
import type { ChannelNames } from "../config/channel_names.ts";
import { decodeEventData } from "../decode/event_data.ts";
import type { EventDraft } from "../event/alarm_event.ts";

/** Accounts of one site whose channels are remembered. */
const ACCOUNTS = 16;

/**
 * Reads the event data of sites. Kept in memory: after a restart a channel that is still active is told once more.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiteChannels } from "./site_channels.ts";
 *
 * const sites = new SiteChannels();
 * const first = new TextEncoder().encode("1234155555557");
 * const labels = (text: string) =>
 *   sites.events("shop", "scancom", new TextEncoder().encode(text)).map(({ label }) => label);
 * assertEquals(labels("1234155555557"), ["Alarm: fire"]);
 * sites.stored("shop", "scancom", first);
 * assertEquals(labels("1234655555557"), ["State report, nothing new"]);
 * ```
 */
export class SiteChannels {
  readonly #sites = new Map<string, ScancomSites>();
  readonly #names: ReadonlyMap<string, ChannelNames>;

  /** Starts knowing nothing. @param names Names of the channels, by site; the convention of UK panels for others. */
  constructor(names: ReadonlyMap<string, ChannelNames> = new Map()) {
    this.#names = names;
  }

  /**
   * Reads event data.
   *
   * @param site Name of the site.
   * @param protocol Its protocol.
   * @param data The data.
   * @returns At least one event. Never throws.
   */
  events(site: string, protocol: CarriedProtocol, data: Uint8Array): EventDraft[] {
    if (protocol !== "scancom") return decodeEventData(protocol, data);
    const read = parseEventData(data);
    const account = read.ok ? read.scancom.account : "";
    const names = this.#names.get(site);
    const channelNames = names?.byAccount[account] ?? names?.all;
    return scancomEventData(data, {
      state: this.#of(site).get(account),
      ...(channelNames === undefined ? {} : { channelNames }),
    });
  }

  /**
   * Remembers how the channels stand.
   *
   * @param site Name of the site.
   * @param protocol Protocol of the data.
   * @param data Event data that was stored for the first time.
   */
  stored(site: string, protocol: CarriedProtocol, data: Uint8Array): void {
    const read = protocol === "scancom" ? parseEventData(data) : undefined;
    if (read?.ok !== true) return;
    const sites = this.#of(site);
    const { account } = read.scancom;
    sites.set(account, foldSite(sites.get(account), read.scancom));
  }

  #of(site: string): ScancomSites {
    const known = this.#sites.get(site);
    if (known !== undefined) return known;
    const sites = new ScancomSites(ACCOUNTS);
    this.#sites.set(site, sites);
    return sites;
  }
}
