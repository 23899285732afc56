/**
 * What a running gateway shows of itself. The gateway implements {@link GatewayView}; everything in `src/http` reads
 * it and knows nothing else about the gateway.
 *
 * A view carries data only, never a key: the JSON writers in `view_json.ts` copy the fields named here one by one, so
 * a field that is not named here is not shown. Times are milliseconds since 1970-01-01T00:00:00Z.
 *
 * @module
 */
import type { AlarmLife, Hop, JournalStats } from "../journal/journal.ts";
import type { RemoteView } from "./remote_view.ts";

export type * from "./remote_view.ts";

/** Which end of the path this gateway is. */
export type GatewayRole = "spt" | "rct";

/** Something wrong that is still wrong. */
export interface Fault {
  /** Kebab-case name: `journal-disk-full`, `output-absent`. */
  rule: string;
  /** What is wrong and what to do, in one or two sentences. */
  message: string;
  /** Since when. */
  since: number;
}

/** Whether the gateway does what it is there for. */
export interface Health {
  /** True when no fault stands. */
  ok: boolean;
  /** The standing faults; empty when `ok`. */
  faults: Fault[];
}

/** The state of one supervised path. */
export type SiteState = "connected" | "setting-up" | "failed" | "unknown";

/** One supervised path: a site at an RCT, an RCT link at an SPT. */
export interface SiteStatus {
  /** Name from the configuration. */
  name: string;
  /** Account the AE knows the site by, where there is one. */
  account?: string;
  /** State of the path. */
  state: SiteState;
  /** Milliseconds since the peer last proved that it is there; absent when it never did. */
  lastProofAgeMs?: number;
  /** Address and port the peer was last heard from. */
  address?: string;
  /** Counters by name. */
  counters: Record<string, number>;
}

/** One input: where panels connect. */
export interface InputStatus {
  /** Name from the configuration. */
  name: string;
  /** Language spoken there. */
  language: string;
  /** Where panels are heard: address and port, or the device of a serial line. */
  where: string;
  /** When the panel is acknowledged, as EN 50136 names it; `raw`: by the AE itself. */
  mode: "store-and-forward" | "pass-through" | "raw";
  /** Panels connected now. */
  connections: number;
  /** Counters by name. */
  counters: Record<string, number>;
}

/** One output: an automation software. */
export interface OutputStatus {
  /** Name from the configuration. */
  name: string;
  /** Language spoken there. */
  language: string;
  /** Where the AE is: address and port, the device of a serial line, the server of a URL. */
  where: string;
  /** Whether the AE answers; `unknown` while there was nothing that it could have answered. */
  state: "present" | "absent" | "unknown";
  /** Alarms waiting for it alone; those of its routes are counted there. */
  queued: number;
  /** Identity of the alarm handed over and not answered yet. */
  inFlight?: string;
  /** Counters by name. */
  counters: Record<string, number>;
}

/** One route: outputs that stand for one another, or share the alarms. */
export interface RouteStatus {
  /** Name from the configuration. */
  name: string;
  /** How alarms are given to the outputs. */
  mode: "first" | "all" | "by-account";
  /** Names of the outputs, best first; by account: `10*:east`. */
  outputs: string[];
  /** Alarms waiting for the first output that accepts; the other modes have no queue of their own. */
  queued: number;
}

/** The whole gateway at one moment. */
export interface Status {
  /** Supervised paths. */
  sites: SiteStatus[];
  /** Inputs. */
  inputs: InputStatus[];
  /** Outputs. */
  outputs: OutputStatus[];
  /** Routes between outputs; absent at an SPT. */
  routes?: RouteStatus[];
  /** Counts of the journal. */
  journal: JournalStats;
  /** Counters of the gateway as a whole. */
  counters: Record<string, number>;
}

/** Something that happened just now. */
export type LiveEvent =
  /** An alarm took a step; the first step of an alarm announces it. */
  | { type: "hop"; id: string; account: string; label: string; hop: Hop }
  /** A fault came up, or went away. */
  | { type: "fault" | "restored"; rule: string; message: string; at: number }
  /** A path changed its state. */
  | { type: "link"; site: string; state: SiteState; at: number };

/** The window into a running gateway. */
export interface GatewayView {
  /** Which end this is. */
  readonly role: GatewayRole;
  /** Name from the configuration. */
  readonly name: string;
  /** When it started. */
  readonly startedAt: number;
  /** Version of the program. */
  readonly version: string;
  /** Whether all is well. Cheap; asked by watchdogs every few seconds. */
  health(now: number): Health;
  /** Everything at once. Asked every few seconds while somebody looks. */
  status(now: number): Status | Promise<Status>;
  /** The latest alarms, newest first, at most `limit`. */
  alarms(limit: number): Promise<AlarmLife[]>;
  /**
   * Tells `listener` what happens from now on, until the returned function is called. The listener does not throw and
   * does not wait.
   */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** The way to panels; absent at an SPT. */
  readonly remote?: RemoteView;
}
