/**
 * What a {@link SiteSupervision} has to say.
 *
 * @module
 */

/**
 * Who is told: the provider of the transmission service (console, log), the automation software, the alarm system at the
 * premises.
 */
export type Sink = "atsp" | "ae" | "as";

/**
 * Something that came or went. `at` is when it was due, in ms of the steady clock: the same whether {@link SiteSupervision.tick}
 * came in time or late. A restore goes to those who were told of the fault, and to nobody else; its `since` is the fault's.
 */
export type SupervisionEvent =
  | {
    /** One path. When the AE is told later than the others, there are two of the same. */
    readonly kind: "path-failed" | "path-restored";
    /** Name of the path. */
    readonly path: string;
    /** Its place when it failed: 1 is the primary path. */
    readonly number: number;
    /** When this is said. */
    readonly at: number;
    /** When the fault was declared. */
    readonly since: number;
    /** Who is told. */
    readonly to: readonly Sink[];
    /** True when the path is not back, but taken out of the configuration. */
    readonly removed?: true;
  }
  | {
    /** All paths: the site cannot be heard. */
    readonly kind: "ats-failed" | "ats-restored";
    /** When this is said. */
    readonly at: number;
    /** When the fault was declared. */
    readonly since: number;
    /** Who is told. */
    readonly to: readonly Sink[];
    /** True when no path is back, but the site has none any more. */
    readonly removed?: true;
  }
  | {
    /** What the SPT says of its own network interface. It proves nothing. */
    readonly kind: "interface-down" | "interface-up";
    /** Name of the path. */
    readonly path: string;
    /** When it was said. */
    readonly at: number;
    /** Who is told. */
    readonly to: readonly Sink[];
  };

/** An event, or another poll period that the SPT should have. */
export type SupervisionEffect =
  | SupervisionEvent
  | {
    /** The path should be polled this often from now on. */
    readonly kind: "poll";
    /** Name of the path. */
    readonly path: string;
    /** When it became so. */
    readonly at: number;
    /** The period, ms. */
    readonly periodMs: number;
  };
