/**
 * All outputs of an RCT: their queues, the way of an alarm into them, and what is shown of them.
 *
 * @module
 */
import type { OutputConfig } from "../config/output_config.ts";
import type { RouteConfig } from "../config/route_config.ts";
import type { SiteTable } from "../event/translation/mod.ts";
import type { OutputStatus, RouteStatus } from "../http/view.ts";
import type { Journal, NewAlarm, StoredAlarm } from "../journal/journal.ts";
import type { AeEndOwner } from "./ae_end.ts";
import { AeLine } from "./ae_line.ts";
import { AeLink } from "./ae_link.ts";
import { AeWebhook } from "./ae_webhook.ts";
import type { Faults } from "./faults.ts";
import { Lane } from "./lane.ts";
import type { HopWriter } from "./live.ts";
import type { Log } from "./log.ts";
import { OutputItems } from "./output_item.ts";
import { carries, outputSession } from "./output_sessions.ts";
import { systemRandom } from "./random.ts";
import { Routing } from "./routing.ts";

/** What {@link RctOutputs} work with. */
export interface RctOutputsParts {
  outputs: readonly OutputConfig[];
  routes: readonly RouteConfig[];
  /** The translation table. */
  table: SiteTable | undefined;
  /** The Unix socket of the process that holds the serial lines. */
  serialSocket: string;
  /** Account that AEs know an alarm's site by, before the table. */
  accountOf: (alarm: Pick<NewAlarm, "origin" | "account">) => string;
  journal: Journal;
  hops: HopWriter;
  faults: Faults;
  log: Log;
  /** Told when an AE acknowledged an alarm. */
  delivered: (alarm: StoredAlarm) => void;
}

/** Losses that are kept with an event. */
const KEPT_LOSSES = 16;

/** The outputs, their queues, and the routes between. */
export class RctOutputs {
  readonly #parts: RctOutputsParts;
  readonly #routing: Routing;
  readonly #links = new Map<string, { config: OutputConfig; items: OutputItems; link: AeLink }>();
  readonly #lanes = new Map<string, Lane>();

  /** Nothing is open yet. @throws {RangeError} When a setting of an output cannot be used. */
  constructor(parts: RctOutputsParts) {
    this.#parts = parts;
    const { outputs, routes, table, accountOf, journal, hops, faults, delivered } = parts;
    this.#routing = new Routing(outputs.map(({ name }) => name), routes);
    for (const config of outputs) {
      const { name } = config;
      const items = new OutputItems(name, table, accountOf);
      const end = (owner: AeEndOwner) => this.#end(config, owner);
      const link = new AeLink({ name, end, items, hops, faults, delivered });
      this.#links.set(name, { config, items, link });
    }
    for (const { name, outputs } of this.#routing.lanes) {
      const lane = new Lane({ name, journal, faults });
      this.#lanes.set(name, lane);
      for (const output of outputs) {
        const { link } = this.#links.get(output)!;
        lane.links.push(link);
        link.lanes.push(lane);
      }
    }
  }

  #end(output: OutputConfig, owner: AeEndOwner): AeLine | AeWebhook {
    const { log, faults, serialSocket } = this.#parts;
    if (output.settings.language === "webhook") return new AeWebhook(output, owner, log);
    const session = outputSession(output, { random: systemRandom() });
    return new AeLine({ output, session, owner, faults, log, serialSocket });
  }

  /** Loads the queues and opens the ways to the AEs. @throws {Error} (rejects) When one cannot be opened, in words. */
  async start(): Promise<void> {
    for (const lane of this.#lanes.values()) await lane.outbox.start();
    for (const { link } of this.#links.values()) await link.start();
  }

  /** Takes no further alarm, waits for answers to those in flight (at most `waitMs`), closes. */
  async stop(waitMs: number): Promise<void> {
    await Promise.all([...this.#links.values()].map(({ link }) => link.stop(waitMs)));
  }

  /**
   * The queues that an alarm goes into.
   *
   * @param target Name of an output or route, as a site names it.
   * @param account The alarm's account, as the panel spells it.
   * @returns At least one.
   */
  lanesFor(target: string, account: string): Lane[] {
    return this.#routing.lanesFor(target, account).map((name) => this.#lanes.get(name)!);
  }

  /** A queue by its name: that of an output, or of a route of mode `first`. */
  lane(name: string): Lane | undefined {
    return this.#lanes.get(name);
  }

  /** The names of the outputs that may empty a queue, best first. */
  outputsOf(lane: string): readonly string[] {
    return this.#lanes.get(lane)?.links.map(({ name }) => name) ?? [];
  }

  /** Whether an output's AE answers; undefined when there is no such output. */
  state(output: string): AeLink["state"] | undefined {
    return this.#links.get(output)?.link.state;
  }

  /** Where the outputs listen or connect to. */
  get ports(): { name: string; port: number }[] {
    return [...this.#links].map(([name, { link }]) => ({ name, port: link.end.port }));
  }

  /**
   * What the translation of an alarm loses at the best output of a queue. Alarms in a language that the output carries as they
   * came cost nothing here.
   *
   * @param lane The queue.
   * @param alarm The alarm.
   * @returns `output: what: detail`; empty when nothing is lost, or it cannot be told. Never throws.
   */
  losses(
    lane: Lane,
    alarm: Pick<NewAlarm, "id" | "origin" | "account" | "protocol" | "data" | "events">,
  ): string[] {
    const first = this.#links.get(lane.links[0]?.name ?? "");
    if (first === undefined || carries(first.config, alarm.protocol)) return [];
    const { items, link, config: { name } } = first;
    const { item, lost } = items.of(alarm, false);
    const written = link.end.preview(item);
    const all = [...lost, ...(written?.ok === true ? written.lost ?? [] : [])];
    return all.slice(0, KEPT_LOSSES).map(({ what, detail }) => `${name}: ${what}: ${detail}`);
  }

  /** The outputs, as they are shown. @param waiting Alarms waiting, by lane. */
  outputs(waiting: Readonly<Record<string, number>>): OutputStatus[] {
    return [...this.#links.values()].map(({ config: { name, language }, link }) => ({
      name,
      language,
      where: link.end.where,
      state: link.state,
      queued: waiting[name] ?? 0,
      ...(link.inFlight === undefined ? {} : { inFlight: link.inFlight }),
      counters: { ...link.counters },
    }));
  }

  /** The routes, as they are shown. @param waiting Alarms waiting, by lane. */
  routes(waiting: Readonly<Record<string, number>>): RouteStatus[] {
    return this.#parts.routes.map(({ name, mode, outputs, accounts }) => ({
      name,
      mode,
      outputs: mode === "by-account"
        ? accounts.map((each) => `${each.accounts}:${each.output}`)
        : [...outputs],
      queued: waiting[name] ?? 0,
    }));
  }
}
