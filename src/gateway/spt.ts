/**
 * The SPT: reads panels, keeps their alarms, carries them to the RCT.
 *
 * @module
 */
import type { PanelAdapter } from "../../adapters/contract.ts";
import type { SptConfig } from "../config/spt_config.ts";
import type { GatewayView, LiveEvent, SiteState, Status } from "../http/view.ts";
import type { AlarmLife, Journal } from "../journal/journal.ts";
import type { Result } from "../ip/profile.ts";
import { VERSION } from "../version.ts";
import type { Capture } from "./capture.ts";
import { Faults } from "./faults.ts";
import { wallClock } from "./clock.ts";
import { HopWriter, Live } from "./live.ts";
import { JournalPruner } from "./journal_pruner.ts";
import { type Log, stderrLog } from "./log.ts";
import { Outbox } from "./outbox.ts";
import { PanelInput } from "./panel_input.ts";
import { PanelIntake } from "./panel_intake.ts";
import { openOwnJournal } from "./own_journal.ts";
import { systemRandom } from "./random.ts";
import { RawSpt } from "./raw_spt.ts";
import { RemoteControl } from "./remote_control.ts";
import { findPanel } from "./remote_panels.ts";
import { SetupMarks } from "./setup_marks.ts";
import { SiteTime } from "./site_time.ts";
import { SptKeys } from "./spt_keys.ts";
import { PATH_FAULT, SptPath } from "./spt_path.ts";
import { UniqueTime } from "./unique_time.ts";
import { Wake } from "./wake.ts";

/** What an {@link Spt} can be given instead of making it itself. */
export interface SptParts {
  /** Where log lines go. @default JSON lines on standard error */
  log?: Log;
  /** The journal; the caller closes it. @default SQLite at `config.journal.path` */
  journal?: Journal;
  /** Name of this SPT's queue in a journal that several SPTs of one process share. @default {"rct"} */
  lane?: string;
  /** Adapters from outside, for the inputs that name their language. */
  adapters?: readonly PanelAdapter[];
  /** Told of opaque octets from the RCT, other than commands for panels. Without it TRANSPARENT_MSG is answered as not supported. */
  onTransparent?: (data: Uint8Array) => { result: Result; data?: Uint8Array };
  /** Notes every datagram. */
  capture?: Capture;
  /** Shortest and longest wait before another connection setup, ms. @default those of the profile */
  backoffMs?: readonly [number, number];
}

const REFUSED_FAULT = "rct-refuses";
/** The lane of alarms on their way to the RCT. */
const LANE = "rct";
/** The RCT took an alarm not, for a reason that passes: pause before it is offered again. */
const REFUSED_PAUSE_MS = 2000;
/** … for a reason that is in the alarm: others go first. */
const PARKED_PAUSE_MS = 60_000;

/**
 * A running SPT.
 *
 * Store first, then acknowledge, then forward: a panel in store-and-forward is acknowledged when its alarm is on disk, in
 * pass-through when the RCT has acknowledged it.
 */
export class Spt implements GatewayView {
  /** Which end of the path this is. */
  readonly role = "spt";
  /** Name from the configuration. */
  readonly name: string;
  /** Version of the program. */
  readonly version: string = VERSION;
  /** When it started, ms since the epoch. */
  readonly startedAt: number = Date.now();

  readonly #config: SptConfig;
  readonly #log: Log;
  readonly #live = new Live();
  readonly #faults: Faults;
  readonly #ownsJournal: boolean;
  readonly #time: SiteTime;
  readonly #path: SptPath;
  readonly #keys: SptKeys;
  readonly #remote: RemoteControl;
  readonly #raw: RawSpt;
  readonly #pause = new Wake(() => this.#pump());
  readonly #inputs: PanelInput[] = [];
  #journal!: Journal;
  #pruner: JournalPruner | undefined;
  #hops!: HopWriter;
  #outbox!: Outbox;
  #intake!: PanelIntake;
  #pausedUntil = 0;
  /** Alarms and raw lines take turns on the path. */
  #rawIsNext = false;
  /** Alarms that the RCT does not want as they are. */
  readonly #parked = new Set<string>();
  #stopping = false;
  #inHandDone: (() => void) | undefined;

  /**
   * Starts an SPT.
   *
   * @param config What it is to do.
   * @param parts What it is given instead of making it.
   * @returns The running SPT.
   * @throws {JournalError} When the journal cannot be opened.
   * @throws {Error} When a port cannot be bound, with the input and the port in the message.
   */
  static async open(config: SptConfig, parts: SptParts = {}): Promise<Spt> {
    const spt = new Spt(config, parts);
    try {
      await spt.#start(parts);
    } catch (error) {
      await spt.close(0);
      throw error;
    }
    return spt;
  }

  private constructor(config: SptConfig, parts: SptParts) {
    this.#config = config;
    this.name = config.name;
    this.#log = parts.log ?? stderrLog(config.name);
    this.#ownsJournal = parts.journal === undefined;
    this.#faults = new Faults(
      this.#log,
      (type, { rule, message }, at) => this.#live.tell({ type, rule, message, at }),
    );
    this.#time = new SiteTime(config.rct.clock, this.#faults);
    this.#path = new SptPath({
      config,
      faults: this.#faults,
      log: this.#log,
      time: this.#time,
      capture: parts.capture,
      marks: parts.journal === undefined ? new SetupMarks(`${config.journal.path}.setups`) : undefined,
      backoffMs: parts.backoffMs,
      events: {
        sent: (ref, message, attempt) => this.#sent(ref, message, attempt),
        delivered: (ref) => this.#delivered(ref),
        refused: (ref, result, reason) => this.#refused(ref, result, reason),
        returned: (ref) => this.#raw.answered(ref, "lost") || this.#outbox.putBack(ref, true),
        moved: () => this.#pump(),
        state: (state) => this.#moved(state),
        transparent: (data) => {
          const answer = this.#raw.take(data) ?? this.#remote.take(data);
          const foreign = answer.result === "RESP_CMD_NOT_SUPPORTED";
          return foreign ? parts.onTransparent?.(data) : answer;
        },
      },
    });
    this.#remote = new RemoteControl({
      find: (account, input) => findPanel(this.#inputs, account, input),
      report: (octets) => this.#path.tell(octets),
      log: this.#log,
    });
    this.#raw = new RawSpt({
      lines: config.raws,
      serialSocket: config.serial.socket,
      faults: this.#faults,
      log: this.#log,
      random: systemRandom(),
      ready: () => this.#pump(),
    });
    this.#keys = new SptKeys(config, this.#faults, (identity) => {
      if (identity === undefined) this.#path.leave("there are no keys any more");
      else this.#path.use(identity);
    });
  }

  async #start(parts: SptParts): Promise<void> {
    const config = this.#config;
    this.#journal = parts.journal ??
      await openOwnJournal(config.journal.path, this.#faults, "panels are not acknowledged");
    this.#hops = new HopWriter(this.#journal, this.#live);
    const lane = parts.lane ?? LANE;
    this.#outbox = new Outbox(this.#journal, lane, false, () => this.#pump());
    this.#intake = new PanelIntake({
      journal: this.#journal,
      outbox: this.#outbox,
      hops: this.#hops,
      live: this.#live,
      deviceId: config.identity.deviceId,
      times: new UniqueTime(systemRandom()),
      lane,
      offsetMs: () => this.#time.offsetMs,
    });
    const left = await this.#journal.completeAll();
    if (left > 0) {
      this.#log("info", "completed-at-start", `${left} alarms had waited for text when the SPT ended`);
    }
    await this.#intake.start(Date.now());
    await this.#outbox.start();
    this.#faults.raise(
      PATH_FAULT,
      `path to RCT ${config.rct.hostname}:${config.rct.port}: not connected yet`,
    );
    // Panels first: their alarms are kept whether or not the RCT can be found.
    const random = systemRandom();
    for (const input of config.inputs) {
      this.#inputs.push(
        await PanelInput.open(input, {
          intake: this.#intake,
          faults: this.#faults,
          log: this.#log,
          random,
          adapters: parts.adapters ?? [],
          serialSocket: config.serial.socket,
          memory: this.#ownsJournal ? config.journal.path : undefined,
        }),
      );
    }
    this.#raw.open();
    this.#keys.start();
    if (this.#ownsJournal) {
      const parts = { journal: this.#journal, config: config.journal, faults: this.#faults, log: this.#log };
      this.#pruner = new JournalPruner(parts);
      this.#pruner.start();
    }
  }

  /** Where the raw lines listen, in the order of the configuration; serial lines are left out. */
  get raws(): { name: string; hostname: string; port: number }[] {
    return this.#raw.ports;
  }

  /** Where the inputs listen, in the order of the configuration. */
  get inputs(): { name: string; hostname: string; port: number }[] {
    return this.#inputs.map(({ at }) => at);
  }

  /** State of the path to the RCT. */
  get pathState(): SiteState {
    return this.#path.state;
  }

  /**
   * Drains and stops: no new panel connections, alarms between reading and acknowledgement are finished, what is queued
   * stays in the journal.
   *
   * @param drainMs How long to wait for what is under way.
   */
  async close(drainMs = 5000): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#keys.close();
    await this.#raw.close();
    const links = this.#inputs.flatMap((input) => [...input.links]);
    await Promise.all(links.map((link) => link.settled(drainMs)));
    this.#intake?.giveUp();
    await Promise.all(this.#inputs.map((input) => input.close()));
    if (this.#path.busy && drainMs > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#inHandDone = resolve;
      const timer = setTimeout(resolve, drainMs);
      await promise;
      clearTimeout(timer);
    }
    this.#pause.clear();
    this.#outbox?.close();
    await this.#path.close();
    await this.#pruner?.close();
    if (this.#ownsJournal) await this.#journal?.close();
    else await this.#journal?.flush();
  }

  /** Whether all is well. */
  health(_now: number): { ok: boolean; faults: { rule: string; message: string; since: number }[] } {
    const faults = this.#faults.all;
    return { ok: faults.length === 0, faults };
  }

  /** Everything at once. */
  async status(_now: number): Promise<Status> {
    const { rct } = this.#config;
    const lastProofAgeMs = this.#path.lastProofAgeMs;
    return {
      sites: [{
        name: `RCT ${rct.hostname}:${rct.port}`,
        state: this.pathState,
        ...(lastProofAgeMs === undefined ? {} : { lastProofAgeMs }),
        address: this.#path.address,
        counters: this.#path.sessionCounters,
      }],
      inputs: [
        ...this.#inputs.map(({ config: { name, language, acknowledge }, where, links, counters }) => ({
          name,
          language,
          where,
          mode: acknowledge,
          connections: links.size,
          counters: { ...counters },
        })),
        ...this.#raw.status(),
      ],
      outputs: [],
      journal: await this.#journal.stats(),
      counters: {
        ...this.#path.counters,
        ...this.#raw.counters,
        "udp-send-errors": this.#path.sendErrors,
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

  #pump(): void {
    // The path may speak before the journal is open.
    if (this.#outbox === undefined) return;
    while (this.#path.ready && !this.#stopping) {
      const raw = this.#rawIsNext || !this.#offerAlarm();
      this.#rawIsNext = !raw;
      if (raw && !this.#offerRaw() && !this.#offerAlarm()) break;
    }
    if (this.#stopping && this.#path.ready) this.#inHandDone?.();
  }

  #offerAlarm(): boolean {
    const now = Date.now();
    if (now < this.#pausedUntil) {
      this.#pause.set(this.#pausedUntil);
      return false;
    }
    const waiting = this.#outbox.take(now);
    if (waiting === undefined) {
      this.#pause.set(this.#outbox.nextTime);
      return false;
    }
    const { id: ref, protocol, data, time } = waiting.alarm;
    this.#path.offer({ kind: "event", ref, protocol, data, time });
    return true;
  }

  #offerRaw(): boolean {
    const next = this.#raw.next();
    if (next === undefined) return false;
    this.#path.offer({ kind: "transparent", ...next });
    return true;
  }

  #moved(state: SiteState): void {
    this.#raw.moved(state);
    if (state === "connected") this.#keys.proved();
    this.#live.tell({ type: "link", site: "rct", state, at: Date.now() });
  }

  #sent(ref: string, message: string, attempt: number): void {
    const waiting = this.#outbox.inHand(ref);
    if (waiting === undefined) return;
    const again = attempt > 1 ? `, transmission ${attempt}` : "";
    this.#hops.note(waiting.alarm, "sent", `${message} to RCT${again}`);
  }

  #delivered(ref: string): void {
    if (this.#raw.answered(ref, "taken")) return;
    const waiting = this.#outbox.done(ref);
    if (waiting === undefined) return;
    const at = wallClock();
    waiting.alarm.deliveredAt = at;
    this.#hops.note(waiting.alarm, "delivered", "EVENT_RESP acknowledge from RCT", { delivered: at });
    this.#parked.delete(ref);
    if (this.#parked.size === 0) this.#faults.clear(REFUSED_FAULT);
    this.#intake.wasDelivered(waiting.alarm);
  }

  #refused(ref: string, result: Result, reason: string | undefined): void {
    if (this.#raw.answered(ref, "refused")) return;
    const waiting = this.#outbox.inHand(ref);
    if (waiting === undefined) return;
    this.#hops.note(waiting.alarm, "refused", reason ?? `EVENT_RESP ${result} from RCT`);
    const now = Date.now();
    if (result === "RESP_PROCESS_ERROR") {
      // The RCT cannot pass on anything just now: order is kept.
      this.#pausedUntil = now + REFUSED_PAUSE_MS;
      return this.#outbox.putBack(ref, false);
    }
    this.#parked.add(ref);
    this.#faults.raise(
      REFUSED_FAULT,
      `alarm of account ${waiting.alarm.account}: ${
        reason ?? `the RCT answers ${result}`
      }; kept and tried again`,
    );
    this.#outbox.putBack(ref, false, now + PARKED_PAUSE_MS);
  }
}
