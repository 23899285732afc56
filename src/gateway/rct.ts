/**
 * The RCT: hears SPTs, keeps their alarms, delivers them to the automation software.
 *
 * @module
 */
import type { RctConfig, SiteConfig } from "../config/rct_config.ts";
import type {
  GatewayView,
  LiveEvent,
  RemoteOrder,
  RemoteResult,
  RemoteView,
  SiteState,
  Status,
} from "../http/view.ts";
import { edition } from "../ip/editions.ts";
import { msToNtp } from "../ip/ntp_time.ts";
import type { PollModeName, Result } from "../ip/profile.ts";
import { peekHandle } from "../ip/seal.ts";
import type { AlarmLife, Journal } from "../journal/journal.ts";
import type { RctRequest, RctRequestEnd } from "../session/rct_requests.ts";
import type { RctEffect, RctSession } from "../session/rct_session.ts";
import { RctSessions } from "../session/rct_sessions.ts";
import { openUdp, type UdpSocket } from "../transport/udp.ts";
import { VERSION } from "../version.ts";
import type { Capture } from "./capture.ts";
import { steadyClock, wallClock } from "./clock.ts";
import { Faults } from "./faults.ts";
import { HopWriter, Live } from "./live.ts";
import { JournalPruner } from "./journal_pruner.ts";
import { type Log, stderrLog } from "./log.ts";
import type { OwnEvents } from "./own_events.ts";
import { openOwnJournal } from "./own_journal.ts";
import { systemRandom } from "./random.ts";
import { RctAlarms } from "./rct_alarms.ts";
import { RctKeys } from "./rct_keys.ts";
import { RctOutputs } from "./rct_outputs.ts";
import { rctOwnEvents } from "./rct_own_events.ts";
import { RawRct } from "./raw_rct.ts";
import { RemoteDesk } from "./remote_desk.ts";
import { SiteChannels } from "./site_channels.ts";
import { Wake } from "./wake.ts";

/** What an {@link Rct} can be given instead of making it itself. */
export interface RctParts {
  /** Where log lines go. @default JSON lines on standard error */
  log?: Log;
  /** The journal; the caller closes it. @default SQLite at `config.journal.path` */
  journal?: Journal;
  /** Told of opaque octets from a site; true means taken. Without it TRANSPARENT_MSG is answered as not supported. */
  onTransparent?: (site: string, data: Uint8Array) => boolean;
  /** Notes every datagram. */
  capture?: Capture;
}

/** Supervision and setups are looked at this often; a path's age is known to this precision. */
const TICK_MS = 250;

/** A time that did not arrive is sent again after this. */
const TIME_AGAIN_MS = 30_000;

/** What {@link Rct.ask} can ask of an SPT. */
export type RctAsk =
  | { kind: "set-time"; time: bigint }
  | { kind: "heartbeat"; heartbeatMs: number; pollMode: PollModeName }
  | { kind: "key" }
  | { kind: "poll" }
  | { kind: "transparent"; data: Uint8Array };

interface Site {
  /** When its SPT's clock is set next, on the steady clock. */
  setTimeAt: number;
  config: SiteConfig;
  session: RctSession;
}

/**
 * A running RCT.
 *
 * Store first, then acknowledge, then forward: an SPT in store-and-forward is acknowledged when its alarm is on disk, in
 * pass-through when the AE has acknowledged it.
 */
export class Rct implements GatewayView {
  /** Which end of the path this is. */
  readonly role = "rct";
  /** Name from the configuration. */
  readonly name: string;
  /** Version of the program. */
  readonly version: string = VERSION;
  /** When it started, ms since the epoch. */
  readonly startedAt: number = Date.now();
  /** The way to panels. */
  readonly remote: RemoteView;

  readonly #config: RctConfig;
  readonly #parts: RctParts;
  readonly #log: Log;
  readonly #live = new Live();
  readonly #faults: Faults;
  readonly #sessions: RctSessions;
  readonly #sites = new Map<string, Site>();
  readonly #keys: RctKeys;
  readonly #desk: RemoteDesk;
  readonly #raw: RawRct;
  readonly #asked = new Map<string, { request: RctRequest; resolve: (end: RctRequestEnd) => void }>();
  readonly #wake = new Wake(() => this.#tick());
  #journal!: Journal;
  #pruner: JournalPruner | undefined;
  #hops!: HopWriter;
  #alarms!: RctAlarms;
  #outputs: RctOutputs | undefined;
  #own: OwnEvents | undefined;
  #udp: UdpSocket | undefined;
  #nextAsked = 1;
  #stopping = false;

  /**
   * Starts an RCT.
   *
   * @param config What it is to do.
   * @param parts What it is given instead of making it.
   * @returns The running RCT.
   * @throws {JournalError} When the journal cannot be opened.
   * @throws {Error} When a port cannot be bound.
   */
  static async open(config: RctConfig, parts: RctParts = {}): Promise<Rct> {
    const rct = new Rct(config, parts);
    try {
      await rct.#start();
    } catch (error) {
      await rct.close(0);
      throw error;
    }
    return rct;
  }

  private constructor(config: RctConfig, parts: RctParts) {
    this.#config = config;
    this.#parts = parts;
    this.name = config.name;
    this.#log = parts.log ?? stderrLog(config.name);
    this.#faults = new Faults(
      this.#log,
      (type, fault, at) => {
        this.#live.tell({ type, rule: fault.rule, message: fault.message, at });
        this.#own?.heard(type, fault);
      },
    );
    const basis = { profile: edition(config.listen.edition), random: systemRandom() };
    this.#sessions = new RctSessions(
      basis,
      config.sites.map((site) => ({
        name: site.name,
        profile: edition(site.edition),
        heartbeatMs: site.heartbeatMs,
        pollMode: site.pollMode,
        addresses: config.listen.advertise,
        ...rawTimeout(config.raws, site.name),
        ...(site.keyLifetimeMs === undefined ? {} : { keyLifetimeMs: site.keyLifetimeMs }),
      })),
    );
    this.remote = this.#desk = new RemoteDesk({
      enabled: config.remote.enabled,
      sites: new Map(config.sites.map(({ name, remote }) => [name, remote])),
      connected: (site) => this.#sites.get(site)?.session.state === "connected",
      ask: (site, data) => this.ask(site, { kind: "transparent", data }),
      log: this.#log,
    });
    this.#raw = new RawRct({
      lines: config.raws,
      serialSocket: config.serial.socket,
      faults: this.#faults,
      log: this.#log,
      ask: (site, data) => this.ask(site, { kind: "transparent", data }),
    });
    this.#keys = new RctKeys({
      config,
      ...basis,
      sessions: this.#sessions,
      faults: this.#faults,
      log: this.#log,
      send: (bytes, to) => this.#send(bytes, to),
      apply: (site, effects) => this.#apply(site, effects),
    });
  }

  async #start(): Promise<void> {
    const config = this.#config;
    this.#journal = this.#parts.journal ??
      await openOwnJournal(config.journal.path, this.#faults, "SPTs are not acknowledged");
    this.#hops = new HopWriter(this.#journal, this.#live);
    const outputs = this.#outputs = new RctOutputs({
      outputs: config.outputs,
      routes: config.routes,
      table: config.translation,
      serialSocket: config.serial.socket,
      accountOf: ({ origin, account }) => this.#sites.get(origin)?.config.account ?? account,
      journal: this.#journal,
      hops: this.#hops,
      faults: this.#faults,
      log: this.#log,
      delivered: ({ id }) => this.#alarms.answer(id, "RESP_ACKNOWLEDGE"),
    });
    this.#alarms = new RctAlarms({
      journal: this.#journal,
      hops: this.#hops,
      live: this.#live,
      log: this.#log,
      channels: new SiteChannels(new Map(config.sites.map(({ name, channels }) => [name, channels]))),
      lanesFor: (target, account) => outputs.lanesFor(target, account),
      losses: (lane, alarm) => {
        this.#own?.seen(alarm.origin, alarm.account);
        return outputs.losses(lane, alarm);
      },
    });
    await this.#journal.completeAll();
    for (const site of config.sites) {
      const session = this.#sessions.sites.get(site.name)!;
      this.#sites.set(site.name, {
        config: site,
        session,
        setTimeAt: 0,
      });
    }
    await outputs.start();
    this.#raw.open();
    await this.#findOrphans(outputs);
    this.#own = rctOwnEvents({
      config,
      sessions: this.#sessions,
      outputs,
      alarms: this.#alarms,
      journal: this.#journal,
      faults: this.#faults,
      log: this.#log,
    });
    await this.#own.start();
    this.#keys.start();
    const { hostname, port } = config.listen;
    try {
      this.#udp = openUdp(config.listen, (bytes, from) => this.#receive(bytes, from));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot listen for SPTs on UDP ${hostname}:${port}: ${reason}`, { cause: error });
    }
    const modes = Map.groupBy(config.sites, (site) => site.acknowledge);
    const counts = [...modes].map(([mode, sites]) => `${sites.length} ${mode}`).join(", ");
    this.#log("info", "listening", `UDP ${this.#udp.hostname}:${this.#udp.port}; sites: ${counts}`);
    this.#tick();
    if (this.#parts.journal === undefined) {
      const parts = { journal: this.#journal, config: config.journal, faults: this.#faults, log: this.#log };
      this.#pruner = new JournalPruner(parts);
      this.#pruner.start();
    }
  }

  /** UDP address and port SPTs send to. */
  get address(): { hostname: string; port: number } {
    return { hostname: this.#udp?.hostname ?? "", port: this.#udp?.port ?? 0 };
  }

  /** Where the outputs listen or connect to. */
  get outputs(): { name: string; port: number }[] {
    return this.#outputs?.ports ?? [];
  }

  /** Where the raw lines listen or connect to. */
  get raws(): { site: string; name: string; port: number }[] {
    return this.#raw.ports;
  }

  /**
   * Drains and stops: alarms being stored or at the AE are finished, what is queued stays in the journal.
   *
   * @param drainMs How long to wait for what is under way.
   */
  async close(drainMs = 5000): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#wake.clear();
    this.#desk.close();
    this.#own?.close();
    await this.#raw.close();
    const end = Date.now() + drainMs;
    while (this.#alarms !== undefined && this.#alarms.storing > 0 && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await this.#outputs?.stop(Math.max(0, end - Date.now()));
    this.#alarms?.answerAll("RESP_PROCESS_ERROR");
    await this.#udp?.close();
    this.#keys.close();
    for (const { request, resolve } of this.#asked.values()) resolve(unanswered(request));
    this.#asked.clear();
    await this.#pruner?.close();
    if (this.#parts.journal === undefined) await this.#journal?.close();
    else await this.#journal?.flush();
  }

  /** Whether all is well. */
  health(_now: number): { ok: boolean; faults: { rule: string; message: string; since: number }[] } {
    const faults = this.#faults.all;
    return { ok: faults.length === 0, faults };
  }

  /** Everything at once. */
  async status(_now: number): Promise<Status> {
    const journal = await this.#journal.stats();
    const now = steadyClock();
    return {
      sites: [...this.#sites].map(([name, { config, session }]) => {
        const proof = session.lastProof;
        const address = session.address;
        return {
          name,
          ...(config.account === undefined ? {} : { account: config.account }),
          state: session.state,
          ...(proof === undefined ? {} : { lastProofAgeMs: Math.max(0, now - proof) }),
          ...(address === undefined ? {} : { address: `${address.hostname}:${address.port}` }),
          counters: { ...session.counters },
        };
      }),
      inputs: [],
      outputs: [...this.#outputs?.outputs(journal.waiting) ?? [], ...this.#raw.status()],
      routes: this.#outputs?.routes(journal.waiting) ?? [],
      journal,
      counters: {
        ...this.#sessions.counters,
        ...this.#keys.counters,
        ...this.#own?.counters,
        ...this.#raw.counters,
        "udp-send-errors": this.#udp?.sendErrors ?? 0,
        ...this.#pruner?.counters,
      },
    };
  }

  /** The latest alarms, newest first, with their hops. */
  alarms(limit: number): Promise<AlarmLife[]> {
    return this.#journal.recent(limit);
  }

  /** Tells `listener` what happens from now on, until the returned function is called. */
  subscribe(listener: (event: LiveEvent) => void): () => void {
    return this.#live.subscribe(listener);
  }

  /** Alarms of an output that is no longer in the configuration would wait for ever, unseen. */
  async #findOrphans(outputs: RctOutputs): Promise<void> {
    const { waiting } = await this.#journal.stats();
    for (const [lane, count] of Object.entries(waiting)) {
      if (count === 0 || outputs.lane(lane) !== undefined) continue;
      this.#faults.raise(
        `no-output:${lane}`,
        `${count} alarms wait for output or route "${lane}", which is not in the configuration: name one so again`,
      );
    }
  }

  /**
   * Asks something of a site's SPT: a new session key, another heartbeat, its clock to be set, or opaque octets.
   *
   * @param site Name of the site.
   * @param request What to ask.
   * @returns The SPT's answer, or why there is none.
   * @throws {RangeError} (rejects) When there is no such site.
   */
  ask(site: string, request: RctAsk): Promise<RctRequestEnd> {
    const session = this.#sites.get(site)?.session;
    if (session === undefined) return Promise.reject(new RangeError(`there is no site "${site}"`));
    const ref = String(this.#nextAsked++);
    const asked = { ...request, ref };
    if (this.#stopping) return Promise.resolve(unanswered(asked));
    const { promise, resolve } = Promise.withResolvers<RctRequestEnd>();
    this.#asked.set(ref, { request: asked, resolve });
    this.#apply(site, session.request(asked, steadyClock()));
    return promise;
  }

  /**
   * Gives a command to a panel of a site: switched off unless `[remote]` and the site allow it.
   *
   * @param site Name of the site.
   * @param order Which panel, what it is to do, and who wants it.
   * @returns What became of it, within about a minute; refusals are outcomes too.
   */
  command(site: string, order: RemoteOrder): Promise<RemoteResult> {
    return this.#desk.command(site, order);
  }

  #receive(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (this.#stopping) return;
    this.#parts.capture?.add("in", this.#udp!, from, bytes, Date.now());
    const now = steadyClock();
    const handle = peekHandle(edition(this.#config.listen.edition), bytes);
    if (handle !== undefined && this.#keys.owns(handle) && this.#keys.feed(bytes, handle, from, now)) return;
    const found = this.#sessions.feed(bytes, from, now);
    if (found !== undefined) this.#apply(found.site, found.effects);
  }

  #send(bytes: Uint8Array, to: { hostname: string; port: number }): void {
    if (this.#udp === undefined) return;
    this.#parts.capture?.add("out", this.#udp, to, bytes, Date.now());
    this.#udp.send(bytes, { transport: "udp", ...to });
  }

  #tick(): void {
    if (this.#stopping) return;
    const now = steadyClock();
    for (const { site, effects } of this.#sessions.tick(now)) this.#apply(site, effects);
    this.#keys.tick(now);
    this.#own?.tick();
    for (const site of this.#sites.values()) this.#setTime(site, now);
    this.#wake.set(Date.now() + TICK_MS);
  }

  /** The SPT's clock, as often as the site wants it. */
  #setTime(site: Site, now: number): void {
    const { setTimeMs, name } = site.config;
    if (setTimeMs === undefined || now < site.setTimeAt || site.session.state !== "connected") return;
    site.setTimeAt = now + setTimeMs;
    void this.ask(name, { kind: "set-time", time: msToNtp(wallClock()) }).then((end) => {
      if (end.kind === "answered") return;
      // It is sent once: what was lost on the way is sent again before long, with the time of then.
      site.setTimeAt = Math.min(site.setTimeAt, steadyClock() + TIME_AGAIN_MS);
      this.#log("info", "time-not-set", `the SPT's clock was not set: ${end.reason}`, { site: name });
    });
  }

  #apply(site: string, effects: RctEffect[]): void {
    for (const effect of effects) this.#do(site, effect);
  }

  #do(name: string, effect: RctEffect): void {
    switch (effect.kind) {
      case "send":
        return this.#send(effect.bytes, effect.to);
      case "event": {
        const { config, session } = this.#sites.get(name)!;
        const settle = (result: Result) => this.#apply(name, session.settle(effect.ref, result));
        return void this.#alarms.take(config, effect.event, effect.from, settle);
      }
      case "transparent": {
        const result = this.#transparent(name, effect.data);
        return this.#apply(name, this.#sites.get(name)!.session.settle(effect.ref, result));
      }
      case "established": {
        // The hash is agreed on after this.
        const { from, encryption, masterHandle } = effect;
        const text = `session from ${from.hostname}:${from.port}, ${encryption}`;
        this.#log("info", "session", text, { site: name });
        this.#keys.proved(name, masterHandle);
        this.#raw.path(name, "established");
        // An SPT that has just started does not know the time that was set before.
        this.#sites.get(name)!.setTimeAt = -Infinity;
        return this.#link(name, "connected");
      }
      case "rekeyed": {
        const by = effect.by.toUpperCase();
        return this.#log("info", "rekeyed", `a new session key is in force, at the ${by}'s wish`, {
          site: name,
        });
      }
      case "answered":
      case "unanswered": {
        const { ref } = effect.request;
        const ended = this.#asked.get(ref);
        this.#asked.delete(ref);
        return ended?.resolve(effect);
      }
      case "path-failed": {
        this.#raw.path(name, "failed");
        const silent = ((steadyClock() - effect.lastProof) / 1000).toFixed(1);
        this.#faults.raise(
          `path-failed:${name}`,
          `site ${name}: nothing heard for ${silent} s: path or SPT failed`,
        );
        return this.#link(name, "failed");
      }
      case "path-restored":
        this.#faults.clear(`path-failed:${name}`);
        return this.#link(name, "connected");
      case "moved":
        return this.#log("info", "moved", `now at ${effect.to.hostname}:${effect.to.port}`, { site: name });
      case "dropped": {
        // The SPT asks again while its alarm is being stored or delivered: nothing is wrong.
        if (effect.rule === "repeat-while-pending") return;
        const hint = effect.rule === "unauthentic"
          ? ": not sealed with this site's key; if it goes on, the master key differs between SPT and RCT"
          : "";
        return this.#log("warn", effect.rule, `a datagram was dropped${hint}`, { site: name });
      }
    }
  }

  /** Outcomes of commands, or what the integrator's code makes of opaque octets. If it fails, the alarms must not stop with it. */
  #transparent(site: string, data: Uint8Array): Result {
    const raw = this.#raw.take(site, data);
    if (raw !== undefined) return raw;
    if (this.#config.remote.enabled && this.#desk.take(site, data)) return "RESP_ACKNOWLEDGE";
    const { onTransparent } = this.#parts;
    if (onTransparent === undefined) return "RESP_CMD_NOT_SUPPORTED";
    try {
      return onTransparent(site, data) ? "RESP_ACKNOWLEDGE" : "RESP_PROCESS_ERROR";
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#log("error", "transparent-failed", `onTransparent failed: ${message}`, { site });
      return "RESP_PROCESS_ERROR";
    }
  }

  #link(site: string, state: SiteState): void {
    this.#live.tell({ type: "link", site, state, at: Date.now() });
  }
}

/** Requests to a site with raw lines are repeated before their octets are too late. */
function rawTimeout(raws: RctConfig["raws"], name: string): { responseTimeoutMs?: number } {
  const waits = raws.filter(({ site }) => site === name).map(({ responseTimeoutMs }) => responseTimeoutMs);
  return waits.length === 0 ? {} : { responseTimeoutMs: Math.max(...waits) };
}

function unanswered(request: RctRequest): RctRequestEnd {
  return { kind: "unanswered", request, reason: "the RCT stops" };
}
