/**
 * The sites an input has heard of.
 *
 * @module
 */
import { type ScancomSiteState, unknownSite } from "./site_state.ts";

/** Sites that are remembered, when nothing else is set. */
const MOST_SITES = 1024;

/**
 * Remembers the channels of the sites, by account. Bounded: the one not heard of for longest is forgotten first, which
 * costs no alarm: a channel that is still active is then told once more.
 *
 * One such memory belongs to an input and not to a connection, as panels connect anew for each message. `JSON.stringify`
 * writes it, {@link ScancomSites.fromJson} reads it back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ScancomSites } from "./sites.ts";
 *
 * const sites = new ScancomSites();
 * sites.set("1234", { channels: { "7": "65555555" } });
 * const again = ScancomSites.fromJson(JSON.parse(JSON.stringify(sites)));
 * assertEquals(again.get("1234"), { channels: { "7": "65555555" } });
 * ```
 */
export class ScancomSites {
  readonly #sites = new Map<string, ScancomSiteState>();
  readonly #most: number;

  /** Starts knowing nothing. @param most Sites that are remembered. @default {1024} */
  constructor(most: number = MOST_SITES) {
    this.#most = Math.max(1, Math.trunc(most) || 1);
  }

  /** How many sites are remembered. */
  get size(): number {
    return this.#sites.size;
  }

  /** What is known of a site. @param account Its account as spelled. */
  get(account: string): ScancomSiteState {
    return this.#sites.get(account) ?? unknownSite;
  }

  /** Remembers a site. @param account Its account as spelled. @param state Its channels. */
  set(account: string, state: ScancomSiteState): void {
    this.#sites.delete(account);
    this.#sites.set(account, state);
    const oldest = this.#sites.size > this.#most ? this.#sites.keys().next().value : undefined;
    if (oldest !== undefined) this.#sites.delete(oldest);
  }

  /** The sites as a plain object, by account. */
  toJSON(): Record<string, ScancomSiteState> {
    return Object.fromEntries(this.#sites);
  }

  /**
   * Reads back what `JSON.stringify` wrote. Entries that are damaged are left out: the site is then not known.
   *
   * @param json Anything.
   * @param most Sites that are remembered.
   * @returns The sites.
   */
  static fromJson(json: unknown, most: number = MOST_SITES): ScancomSites {
    const sites = new ScancomSites(most);
    if (typeof json !== "object" || json === null) return sites;
    for (const [account, state] of Object.entries(json)) {
      const read = stateOf(state);
      if (read !== undefined && account.length <= 16) sites.set(account, read);
    }
    return sites;
  }
}

const CONTEXTS = ["1", "3", "5", "6", "7"] as const;

function stateOf(json: unknown): ScancomSiteState | undefined {
  if (typeof json !== "object" || json === null || !("channels" in json)) return undefined;
  const { channels } = json;
  if (typeof channels !== "object" || channels === null) return undefined;
  const given: Record<string, unknown> = { ...channels };
  const read: Partial<Record<(typeof CONTEXTS)[number], string>> = {};
  for (const context of CONTEXTS) {
    const digits = given[context];
    if (typeof digits === "string" && /^[56?]{8,32}$/.test(digits)) read[context] = digits;
  }
  const battery = "lowBattery" in json && typeof json.lowBattery === "boolean"
    ? { lowBattery: json.lowBattery }
    : {};
  return { channels: read, ...battery };
}
