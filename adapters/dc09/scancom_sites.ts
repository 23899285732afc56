/**
 * What accepted `SCN-S8` alarms say of their sites.
 *
 * @module
 */
import type { PanelAlarm } from "../contract.ts";
import { parseEventData } from "../scancom/event_data.ts";
import { foldSite } from "../scancom/site_state.ts";
import type { ScancomSites } from "../scancom/sites.ts";

/**
 * Remembers how a site's channels stand after an alarm was accepted. A failed alarm comes again and is then to make the
 * same events, so only accepted ones are handed in.
 *
 * @param sites The sites.
 * @param alarm The alarm; nothing is done for one that is not Fast Format.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ScancomSites } from "../scancom/mod.ts";
 * import { rememberAccepted } from "./scancom_sites.ts";
 *
 * const sites = new ScancomSites();
 * const data = new TextEncoder().encode("1234155555557");
 * rememberAccepted(sites, { events: [], protocol: "scancom", data, raw: data, complete: true });
 * assertEquals(sites.get("1234").channels, { "7": "65555555" });
 * ```
 */
export function rememberAccepted(sites: ScancomSites, { protocol, data }: PanelAlarm): void {
  const read = protocol === "scancom" ? parseEventData(data) : undefined;
  if (read?.ok !== true) return;
  const { account } = read.scancom;
  sites.set(account, foldSite(sites.get(account), read.scancom));
}
