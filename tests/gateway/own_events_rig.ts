import { Faults } from "../../src/gateway/faults.ts";
import {
  type OwnEventOutput,
  OwnEventReceivers,
  type OwnEventSite,
} from "../../src/gateway/own_event_receivers.ts";
import { OwnEvents } from "../../src/gateway/own_events.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { Routing } from "../../src/gateway/routing.ts";
import type { RouteConfig } from "../../src/config/route_config.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";

/** An output with its usual settings. */
export function output(name: string, more: Partial<OwnEventOutput> = {}): OwnEventOutput {
  return { name, language: "sur-gard", faults: "auto", faultAccount: "0000", ...more };
}

/** What a {@link Rig} starts with. */
export interface RigOptions {
  outputs?: readonly OwnEventOutput[];
  sites?: readonly OwnEventSite[];
  routes?: readonly RouteConfig[];
  journal?: MemoryJournal;
  spelled?: (site: string, account: string, output: string) => string;
}

/** A receiver's own messages on a journal in memory and a clock of its own: `now`, ms. */
export class Rig {
  now = 1_000_000;
  readonly journal: MemoryJournal;
  readonly faults: Faults;
  readonly own: OwnEvents;
  /** Sites and outputs that answer. */
  readonly answering = new Set<string>();
  readonly logged: string[] = [];

  constructor(options: RigOptions = {}) {
    const { outputs = [output("east"), output("west")], routes = [] } = options;
    const { sites = [{ name: "shop", account: undefined, output: "east" }] } = options;
    this.journal = options.journal ?? new MemoryJournal({ now: Date.now });
    this.faults = new Faults(
      (_level, rule) => void this.logged.push(rule),
      (type, fault) => this.own.heard(type, fault),
    );
    this.own = new OwnEvents({
      receivers: new OwnEventReceivers(outputs, sites, new Routing(outputs.map(({ name }) => name), routes)),
      journal: this.journal,
      store: async (lane, alarm, hops) =>
        void await this.journal.append({ ...alarm, lane, offered: false }, hops),
      faults: this.faults,
      log: (_level, rule) => void this.logged.push(rule),
      isOver: ({ site, output }) => this.answering.has(site ?? output ?? ""),
      deviceId: new Uint8Array(16),
      random: systemRandom(),
      clock: () => this.now,
      ...(options.spelled === undefined ? {} : { spelled: options.spelled }),
    });
  }

  /** Starts it, an hour after the start of the AEs' grace unless told otherwise. */
  async start(later = 3_600_000): Promise<this> {
    await this.own.start();
    await this.pass(later);
    return this;
  }

  /** Lets time pass, and everything be stored that wants to be. */
  async pass(ms: number): Promise<void> {
    this.now += ms;
    this.own.tick();
    await this.settle();
  }

  async settle(): Promise<void> {
    while (this.own.storing > 0) await new Promise((resolve) => setTimeout(resolve));
    await this.journal.stats();
  }

  async raise(rule: string): Promise<void> {
    this.faults.raise(rule, "it is wrong");
    await this.settle();
  }

  async clear(rule: string): Promise<void> {
    this.faults.clear(rule);
    await this.settle();
  }

  /** What was stored, oldest first: queue, event data, text. */
  async stored(): Promise<string[]> {
    const lives = (await this.journal.recent(10_000)).toReversed();
    return lives.map(({ alarm }) =>
      `${alarm.lane} ${new TextDecoder().decode(alarm.data)} ${JSON.stringify(alarm.events[0]?.text)}`
    );
  }
}
