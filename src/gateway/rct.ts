/**
 * The RCT: hears SPTs, keeps their alarms, delivers them to the automation software.
 *
 * @module
 */
import type { RctConfig, SiteConfig } from "../config/rct_config.ts";
import { decodeEventData } from "../decode/event_data.ts";
import type { AlarmEvent } from "../event/alarm_event.ts";
import { eventId, EVENTS_PER_TIME } from "../event/event_id.ts";
import type { GatewayView, LiveEvent, SiteState, Status } from "../http/view.ts";
import type { ProtocolName, Result } from "../ip/profile.ts";
import { reconstructed2020 } from "../ip/profile.ts";
import type { AlarmLife, Hop, Journal, NewAlarm, StoredAlarm } from "../journal/journal.ts";
import type { RctEffect, RctSession, ReceivedEvent } from "../session/rct_session.ts";
import { RctSessions } from "../session/rct_sessions.ts";
import { openUdp, type UdpSocket } from "../transport/udp.ts";
import { VERSION } from "../version.ts";
import { AeLink } from "./ae_link.ts";
import { steadyClock, wallClock } from "./clock.ts";
import { Faults } from "./faults.ts";
import { outputSession } from "./languages.ts";
import { HopWriter, Live } from "./live.ts";
import { type Log, stderrLog } from "./log.ts";
import { openOwnJournal } from "./own_journal.ts";
import { systemRandom } from "./random.ts";
import { UniqueTime } from "./unique_time.ts";
import { Wake } from "./wake.ts";

/** What an {@link Rct} can be given instead of making it itself. */
export interface RctParts {
  /** Where log lines go. @default JSON lines on standard error */
  log?: Log;
  /** The journal; the caller closes it. @default SQLite at `config.journal.path` */
  journal?: Journal;
  /** Told of opaque octets from a site; true means taken. Without it TRANSPARENT_MSG is answered as not supported. */
  onTransparent?: (site: string, data: Uint8Array) => boolean;
}

/** Supervision and setups are looked at this often; a path's age is known to this precision. */
const TICK_MS = 250;

interface Site {
  config: SiteConfig;
  session: RctSession;
  link: AeLink;
}

/** An SPT that waits for the AE's acknowledgement. */
interface Waiter {
  settle: (result: Result) => void;
  timer: ReturnType<typeof setTimeout>;
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

  readonly #config: RctConfig;
  readonly #parts: RctParts;
  readonly #log: Log;
  readonly #live = new Live();
  readonly #faults: Faults;
  readonly #sessions: RctSessions;
  readonly #sites = new Map<string, Site>();
  readonly #links = new Map<string, AeLink>();
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #times = new UniqueTime(systemRandom());
  readonly #wake = new Wake(() => this.#tick());
  #journal!: Journal;
  #hops!: HopWriter;
  #udp: UdpSocket | undefined;
  #storing = 0;
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
      (type, { rule, message }, at) => this.#live.tell({ type, rule, message, at }),
    );
    this.#sessions = new RctSessions(
      { profile: reconstructed2020, random: systemRandom() },
      config.sites.map((site) => ({
        name: site.name,
        heartbeatMs: site.heartbeatMs,
        identity: {
          sptDeviceId: site.deviceId,
          rctDeviceId: config.identity.deviceId,
          masterHandle: site.masterHandle,
          master: { encryption: "aes-256", key: site.masterKey.octets(), hash: "sha-256" },
        },
      })),
    );
  }

  async #start(): Promise<void> {
    const config = this.#config;
    this.#journal = this.#parts.journal ??
      await openOwnJournal(config.journal.path, this.#faults, "SPTs are not acknowledged");
    this.#hops = new HopWriter(this.#journal, this.#live);
    await this.#journal.completeAll();
    for (const output of config.outputs) {
      const link = new AeLink({
        endpoint: { ...output, host: output.hostname },
        session: outputSession(output),
        journal: this.#journal,
        hops: this.#hops,
        faults: this.#faults,
        log: this.#log,
        accountOf: (alarm) => this.#sites.get(alarm.origin)?.config.account ?? alarm.account,
        delivered: (alarm) => this.#answer(alarm.id, "RESP_ACKNOWLEDGE"),
      });
      this.#links.set(output.name, link);
      await link.start();
      const verb = output.role === "listen" ? "listening for the AE on" : "connecting to the AE at";
      this.#log("info", "output", `${output.language}: ${verb} ${output.hostname}:${link.port}`, {
        output: output.name,
      });
    }
    for (const site of config.sites) {
      const session = this.#sessions.sites.get(site.name)!;
      this.#sites.set(site.name, { config: site, session, link: this.#links.get(site.output)! });
    }
    await this.#findOrphans();
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
  }

  /** UDP address and port SPTs send to. */
  get address(): { hostname: string; port: number } {
    return { hostname: this.#udp?.hostname ?? "", port: this.#udp?.port ?? 0 };
  }

  /** Where the outputs listen or connect to. */
  get outputs(): { name: string; port: number }[] {
    return [...this.#links].map(([name, link]) => ({ name, port: link.port }));
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
    const end = Date.now() + drainMs;
    while (this.#storing > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([...this.#links.values()].map((link) => link.stop(Math.max(0, end - Date.now()))));
    for (const id of [...this.#waiters.keys()]) this.#answer(id, "RESP_PROCESS_ERROR");
    await this.#udp?.close();
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
      outputs: this.#config.outputs.map(({ name, language }) => {
        const link = this.#links.get(name);
        return {
          name,
          language,
          state: link?.state ?? "absent",
          queued: journal.waiting[name] ?? 0,
          ...(link?.inFlight === undefined ? {} : { inFlight: link.inFlight }),
          counters: { ...link?.counters },
        };
      }),
      journal,
      counters: { ...this.#sessions.counters, "udp-send-errors": this.#udp?.sendErrors ?? 0 },
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
  async #findOrphans(): Promise<void> {
    const { waiting } = await this.#journal.stats();
    for (const [lane, count] of Object.entries(waiting)) {
      if (count === 0 || this.#links.has(lane)) continue;
      this.#faults.raise(
        `no-output:${lane}`,
        `${count} alarms wait for output "${lane}", which is not in the configuration: name an output so again`,
      );
    }
  }

  #receive(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (this.#stopping) return;
    const found = this.#sessions.feed(bytes, from, steadyClock());
    if (found !== undefined) this.#apply(found.site, found.effects);
  }

  #tick(): void {
    if (this.#stopping) return;
    for (const { site, effects } of this.#sessions.tick(steadyClock())) this.#apply(site, effects);
    this.#wake.set(Date.now() + TICK_MS);
  }

  #apply(site: string, effects: RctEffect[]): void {
    for (const effect of effects) this.#do(site, effect);
  }

  #do(name: string, effect: RctEffect): void {
    switch (effect.kind) {
      case "send":
        return this.#udp?.send(effect.bytes, { transport: "udp", ...effect.to });
      case "event":
        return void this.#event(this.#sites.get(name)!, effect.ref, effect.event, effect.from);
      case "transparent": {
        const taken = this.#parts.onTransparent?.(name, effect.data);
        const result = taken === undefined
          ? "RESP_CMD_NOT_SUPPORTED"
          : taken
          ? "RESP_ACKNOWLEDGE"
          : "RESP_PROCESS_ERROR";
        return this.#apply(name, this.#sites.get(name)!.session.settle(effect.ref, result));
      }
      case "established":
        this.#log(
          "info",
          "session",
          `session from ${effect.from.hostname}:${effect.from.port}, ${effect.encryption}`,
          {
            site: name,
          },
        );
        return this.#link(name, "connected");
      case "path-failed": {
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

  #link(site: string, state: SiteState): void {
    this.#live.tell({ type: "link", site, state, at: Date.now() });
  }

  async #event(
    { config: site, session, link }: Site,
    ref: number,
    event: ReceivedEvent,
    from: { hostname: string; port: number },
  ): Promise<void> {
    const settle = (result: Result) => this.#apply(site.name, session.settle(ref, result));
    if (event.protocol.startsWith("protocol-")) {
      this.#log("warn", "protocol-unknown", `event data in ${event.protocol}, which nothing here reads`, {
        site: site.name,
        bytes: event.data.toHex(),
      });
      return settle("RESP_PROTOCOL_ID_NOT_SUPPORTED");
    }
    const at = wallClock();
    const entry = this.#entry(site, event, at, link);
    const hops: Hop[] = [{
      at,
      step: "received",
      detail: `EVENT_MSG from SPT ${from.hostname}:${from.port}`,
    }];
    const passThrough = site.acknowledge === "pass-through";
    this.#storing++;
    try {
      const appended = await this.#journal.append(entry, hops);
      const stored: StoredAlarm = {
        ...entry,
        seq: appended.seq,
        storedAt: wallClock(),
        deliveredAt: undefined,
        told: false,
      };
      if (!appended.known) {
        this.#live.hops(stored, hops);
        this.#hops.note(stored, "stored", "RCT journal");
        // Waits before the AE can answer: the answer must find the waiter.
        if (passThrough) this.#await(stored, site.passThroughWaitMs, settle);
        link.outbox.add(stored);
      } else if (passThrough && !appended.delivered) {
        this.#await(stored, site.passThroughWaitMs, settle);
      }
      if (!passThrough || (appended.known && appended.delivered)) {
        settle("RESP_ACKNOWLEDGE");
        this.#hops.note(stored, "acknowledged", "EVENT_RESP acknowledge to SPT", { told: true });
      }
    } catch {
      // The journal has raised its fault; the SPT keeps the alarm and offers it again.
      settle("RESP_PROCESS_ERROR");
    } finally {
      this.#storing--;
    }
  }

  #entry(site: SiteConfig, event: ReceivedEvent, at: number, link: AeLink): NewAlarm {
    const protocol = event.protocol as ProtocolName;
    const time = event.time ?? this.#times.next(at);
    const flags = event.time === undefined ? ["no-time-event"] : [];
    const events: AlarmEvent[] = decodeEventData(protocol, event.data).map((draft, i) => ({
      ...draft,
      id: eventId(site.deviceId, time + BigInt(i % EVENTS_PER_TIME)),
      receivedAt: new Date(at),
      flags: [...new Set([...draft.flags, ...flags])].sort(),
    }));
    return {
      id: eventId(site.deviceId, time),
      lane: site.output,
      origin: site.name,
      account: events[0]?.account ?? "",
      protocol,
      data: event.data,
      raw: event.data,
      time,
      events,
      open: false,
      offered: link.outbox.offersNext,
    };
  }

  /** Pass-through: the SPT is answered when the AE has acknowledged, or told that it could not be passed on. */
  #await(stored: StoredAlarm, waitMs: number, settle: (result: Result) => void): void {
    const waiters = this.#waiters.get(stored.id) ?? new Set<Waiter>();
    this.#waiters.set(stored.id, waiters);
    const waiter: Waiter = {
      settle: (result) => {
        clearTimeout(waiter.timer);
        waiters.delete(waiter);
        if (waiters.size === 0) this.#waiters.delete(stored.id);
        settle(result);
        if (result === "RESP_ACKNOWLEDGE") {
          this.#hops.note(stored, "acknowledged", "EVENT_RESP acknowledge to SPT", { told: true });
        } else {
          this.#hops.note(stored, "failed", `EVENT_RESP ${result} to SPT: the AE has not acknowledged yet`);
        }
      },
      timer: setTimeout(() => waiter.settle("RESP_PROCESS_ERROR"), waitMs),
    };
    waiters.add(waiter);
  }

  #answer(id: string, result: Result): void {
    for (const waiter of [...this.#waiters.get(id) ?? []]) waiter.settle(result);
  }
}
