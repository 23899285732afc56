/**
 * Who is told of which fault.
 *
 * @module
 */
import type { OutputConfig } from "../config/output_config.ts";
import type { SiteConfig } from "../config/rct_config.ts";
import { isAway, type OwnEventSubject } from "./own_event_subject.ts";
import type { Routing } from "./routing.ts";

/** An output, as far as it matters here. */
export type OwnEventOutput = Pick<OutputConfig, "name" | "language" | "faults" | "faultAccount">;

/** A site, likewise. */
export type OwnEventSite = Pick<SiteConfig, "name" | "account" | "output">;

/**
 * A site's faults go where its alarms go. Those of the receiver go to every output; but the absence of an AE, or a fault of its
 * line, not to itself. Outputs with `faults = "off"` get nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OwnEventReceivers } from "./own_event_receivers.ts";
 * import { Routing } from "./routing.ts";
 *
 * const output = (name: string) => ({ name, language: "sur-gard", faults: "auto" as const, faultAccount: "0000" });
 * const receivers = new OwnEventReceivers(
 *   [output("east"), output("west")],
 *   [{ name: "shop", account: undefined, output: "west" }],
 *   new Routing(["east", "west"], []),
 * );
 * assertEquals(receivers.lanesOf({ fault: "ats", site: "shop", path: 0 }, ""), ["west"]);
 * assertEquals(receivers.lanesOf({ fault: "ae-absent", output: "east", path: 0 }, ""), ["west"]);
 * assertEquals(receivers.lanesOf({ fault: "capacity", path: 0 }, ""), ["east", "west"]);
 * ```
 */
export class OwnEventReceivers {
  /** The sites by name. */
  readonly sites: ReadonlyMap<string, OwnEventSite>;
  /** The queues by name, each with the outputs that empty it. */
  readonly lanes: ReadonlyMap<string, readonly string[]>;
  readonly #outputs: readonly OwnEventOutput[];
  readonly #routing: Routing;

  /** @param outputs In the order of the configuration. @param sites The sites. @param routing The queues. */
  constructor(outputs: readonly OwnEventOutput[], sites: readonly OwnEventSite[], routing: Routing) {
    this.#outputs = outputs;
    this.sites = new Map(sites.map((site) => [site.name, site]));
    this.#routing = routing;
    this.lanes = new Map(routing.lanes.map(({ name, outputs }) => [name, outputs]));
  }

  /** Whether the configuration has the site or output. */
  knows({ site, output }: OwnEventSubject): boolean {
    return (site === undefined || this.sites.has(site)) && (output === undefined || this.lanes.has(output));
  }

  /**
   * The queues that a fault goes into.
   *
   * @param subject The fault.
   * @param account The site's account as its panel spells it; empty while not known.
   * @returns Names of lanes; none when there is nobody to be told.
   */
  lanesOf(subject: OwnEventSubject, account: string): readonly string[] {
    const { site: name, output } = subject;
    const site = name === undefined ? undefined : this.sites.get(name);
    const lanes = site === undefined
      ? this.#outputs.map(({ name }) => name)
      : this.#routing.lanesFor(site.output, account);
    return lanes.filter((lane) => this.outputOf(lane) !== undefined && !(isAway(subject) && lane === output));
  }

  /** The queue of the one that is away. */
  selfOf(subject: OwnEventSubject): readonly string[] {
    const { output } = subject;
    return output !== undefined && isAway(subject) && this.outputOf(output) !== undefined ? [output] : [];
  }

  /** The first output of a queue that wants to be told. */
  outputOf(lane: string): OwnEventOutput | undefined {
    const names = this.lanes.get(lane) ?? [];
    return names.map((name) => this.#outputs.find((output) => output.name === name)).find((output) =>
      output !== undefined && output.faults !== "off"
    );
  }

  /** Place of an output in the configuration, from 1; for a route that of its first. */
  numberOf(name: string): number {
    const first = this.lanes.get(name)?.[0];
    return this.#outputs.findIndex((output) => output.name === first) + 1;
  }
}
