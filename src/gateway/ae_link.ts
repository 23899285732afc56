/**
 * One output: the queue of its alarms, the session that speaks to the automation software, and its connection.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";
import type { Journal, StoredAlarm } from "../journal/journal.ts";
import {
  type Closable,
  connectTcp,
  listenTcp,
  type TcpConnection,
  type TcpHandler,
} from "../transport/tcp.ts";
import type { Faults } from "./faults.ts";
import type { HopWriter } from "./live.ts";
import { wallClock } from "./clock.ts";
import type { Log } from "./log.ts";
import { Outbox, type Waiting } from "./outbox.ts";
import { Wake } from "./wake.ts";

/** Where the automation software is. */
export interface AeEndpoint {
  /** Name of the output; also its lane in the journal. */
  name: string;
  language: string;
  /** `listen`: the AE connects to us; `connect`: we connect to the AE. */
  role: "listen" | "connect";
  host: string;
  port: number;
  /** `listen`: addresses and CIDR blocks that may connect; everyone when undefined. */
  allow?: readonly string[] | undefined;
}

/** What an output works with. */
export interface AeLinkParts {
  endpoint: AeEndpoint;
  session: OutputSession;
  journal: Journal;
  hops: HopWriter;
  faults: Faults;
  log: Log;
  /** Account the AE knows a site by, when it differs from the panel's. */
  accountOf: (alarm: StoredAlarm) => string;
  /** Told when the AE acknowledged an alarm. */
  delivered: (alarm: StoredAlarm) => void;
}

/** An alarm that the AE refused is tried again after this time; others go first. */
const REFUSED_PAUSE_MS = 30_000;

/** Delivers the alarms of one lane to one automation software. */
export class AeLink {
  /** What happened, by name. */
  readonly counters: Record<string, number> = {};

  readonly #parts: AeLinkParts;
  readonly #outbox: Outbox;
  readonly #wake: Wake;
  readonly #refusals = new Set<string>();
  #transport: (Closable & { port?: number }) | undefined;
  #connection: TcpConnection | undefined;
  #inFlight: string | undefined;
  #present = false;
  #stopping = false;
  #idle: (() => void) | undefined;

  constructor(parts: AeLinkParts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts.journal, parts.endpoint.name, true, () => this.#pump());
    this.#wake = new Wake(() => this.#tick());
  }

  /** The queue. */
  get outbox(): Outbox {
    return this.#outbox;
  }

  /** Whether the AE answers. */
  get state(): "present" | "absent" {
    return this.#present ? "present" : "absent";
  }

  /** The alarm handed over and not answered yet. */
  get inFlight(): string | undefined {
    return this.#inFlight;
  }

  /** Port listened on; the AE's port when connecting. */
  get port(): number {
    return this.#transport?.port ?? this.#parts.endpoint.port;
  }

  /** Loads the queue and opens the connection. */
  async start(): Promise<void> {
    const { endpoint, faults } = this.#parts;
    await this.#outbox.start();
    faults.raise(this.#faultName, `output ${endpoint.name}: the AE has not answered yet`);
    const accept = (connection: TcpConnection) => this.#accept(connection);
    try {
      this.#transport = this.#open(accept);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const where = `${endpoint.host}:${endpoint.port}`;
      throw new Error(`output ${endpoint.name}: cannot listen for the AE on ${where}: ${reason}`, {
        cause: error,
      });
    }
  }

  #open(accept: (connection: TcpConnection) => TcpHandler): Closable & { port?: number } {
    const { endpoint, log } = this.#parts;
    return endpoint.role === "listen"
      ? listenTcp({
        hostname: endpoint.host,
        port: endpoint.port,
        maxConnections: 4,
        ...(endpoint.allow === undefined ? {} : { allow: endpoint.allow }),
        onRefused: (peer, rule) => log("warn", rule, `AE ${peer} turned away`, { output: endpoint.name }),
      }, accept)
      : connectTcp({
        hostname: endpoint.host,
        port: endpoint.port,
        onFailed: (reason) =>
          log("warn", "ae-unreachable", `no connection to ${endpoint.host}:${endpoint.port}: ${reason}`, {
            output: endpoint.name,
          }),
      }, accept);
  }

  /** Takes no further alarm, waits for the answer to the one in flight (at most `waitMs`), closes. */
  async stop(waitMs: number): Promise<void> {
    this.#stopping = true;
    this.#outbox.close();
    if (this.#inFlight !== undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#idle = resolve;
      const timer = setTimeout(resolve, waitMs);
      await promise;
      clearTimeout(timer);
    }
    this.#wake.clear();
    await this.#transport?.close();
    this.#wake.clear();
  }

  #accept(connection: TcpConnection): TcpHandler {
    const { session, log, endpoint } = this.#parts;
    // The newest connection counts: the old one is usually a half-open leftover of an AE that was restarted.
    const old = this.#connection;
    if (old !== undefined) {
      this.#count("connections-replaced");
      this.#apply(session.disconnected(Date.now()));
      old.close();
    }
    this.#connection = connection;
    this.#count("connections");
    log("info", "ae-connected", `AE ${connection.peer}`, { output: endpoint.name });
    this.#apply(session.connected(Date.now()));
    return {
      data: (bytes) => {
        if (this.#connection === connection) this.#apply(session.feed(bytes, Date.now()));
      },
      closed: (reason) => {
        log("info", "ae-disconnected", `AE ${connection.peer}: ${reason}`, { output: endpoint.name });
        if (this.#connection !== connection) return;
        this.#connection = undefined;
        this.#apply(session.disconnected(Date.now()));
      },
    };
  }

  #tick(): void {
    this.#apply(this.#parts.session.tick(Date.now()));
  }

  #apply(effects: OutputEffect[]): void {
    for (const effect of effects) this.#do(effect);
    this.#pump();
  }

  #pump(): void {
    const { session } = this.#parts;
    while (session.ready && this.#inFlight === undefined && !this.#stopping) {
      const now = Date.now();
      const waiting = this.#outbox.take(now);
      if (waiting === undefined) break;
      this.#inFlight = waiting.alarm.id;
      for (const effect of session.offer(this.#item(waiting), now)) this.#do(effect);
    }
    if (this.#stopping) return;
    // While nothing can be handed over, the session's own effects come first: a time that has passed would only spin.
    const held = session.ready && this.#inFlight === undefined ? this.#outbox.nextTime : undefined;
    const next = session.nextTick;
    this.#wake.set(next === undefined ? held : held === undefined ? next : Math.min(next, held));
  }

  #item({ alarm, repeated }: Waiting): OutputItem {
    const account = this.#parts.accountOf(alarm);
    return {
      id: alarm.id,
      account,
      protocol: alarm.protocol,
      data: alarm.data,
      events: alarm.events,
      repeated,
    };
  }

  #do(effect: OutputEffect): void {
    const { hops, log, endpoint, faults } = this.#parts;
    switch (effect.kind) {
      case "send":
        return this.#connection?.send(effect.bytes);
      case "sent": {
        this.#count(effect.attempt === 1 ? "sent" : "sent-again");
        const waiting = this.#outbox.inHand(effect.id);
        if (waiting === undefined) return;
        const again = effect.attempt > 1 ? ` (attempt ${effect.attempt})` : "";
        return hops.note(waiting.alarm, "sent", `AE ${endpoint.name}${again}: ${effect.line}`);
      }
      case "delivered": {
        this.#free(effect.id);
        const waiting = this.#outbox.done(effect.id);
        if (waiting === undefined) return;
        this.#count("delivered");
        this.#refusals.delete(effect.id);
        if (this.#refusals.size === 0) faults.clear(`ae-refuses:${endpoint.name}`);
        const at = wallClock();
        waiting.alarm.deliveredAt = at;
        hops.note(waiting.alarm, "delivered", `AE ${endpoint.name}`, { delivered: at });
        return this.#parts.delivered(waiting.alarm);
      }
      case "refused": {
        this.#free(effect.id);
        this.#count(effect.rule);
        const waiting = this.#outbox.inHand(effect.id);
        if (waiting === undefined) return;
        this.#refusals.add(effect.id);
        faults.raise(
          `ae-refuses:${endpoint.name}`,
          `output ${endpoint.name}: account ${waiting.alarm.account}: ${effect.message}; kept and tried again`,
        );
        hops.note(waiting.alarm, "refused", `AE ${endpoint.name}: ${effect.rule}`);
        return this.#outbox.putBack(effect.id, false, Date.now() + REFUSED_PAUSE_MS);
      }
      case "absent": {
        this.#present = false;
        this.#count(`absent:${effect.rule}`);
        faults.raise(this.#faultName, `output ${endpoint.name}: ${effect.message}`);
        if (effect.id === undefined) return;
        this.#free(effect.id);
        const waiting = this.#outbox.inHand(effect.id);
        if (waiting !== undefined) hops.note(waiting.alarm, "refused", `AE ${endpoint.name}: ${effect.rule}`);
        return this.#outbox.putBack(effect.id, true);
      }
      case "present":
        this.#present = true;
        return faults.clear(this.#faultName);
      case "stray":
        this.#count(effect.rule);
        return log("warn", effect.rule, effect.message, {
          output: endpoint.name,
          bytes: effect.raw.subarray(0, 64).toHex(),
        });
      case "close":
        log("warn", "ae-closed", effect.reason, { output: endpoint.name });
        return this.#connection?.close();
    }
  }

  #free(id: string): void {
    if (this.#inFlight === id) this.#inFlight = undefined;
    this.#idle?.();
  }

  get #faultName(): string {
    return `ae-absent:${this.#parts.endpoint.name}`;
  }

  #count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1;
  }
}
