/**
 * Automation software at a line: the session that speaks to it, and its connection.
 *
 * @module
 */
import type { OutputEffect, OutputSession, Written } from "../../adapters/contract.ts";
import type { OutputConfig } from "../config/output_config.ts";
import type { SerialNews } from "../transport/serial_client.ts";
import type { Closable, TcpConnection } from "../transport/tcp.ts";
import type { AeEnd, AeEndOwner } from "./ae_end.ts";
import { type AeHandler, openAeTransport, whereIs } from "./ae_transport.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";
import type { StoredItem } from "./output_item.ts";
import { Wake } from "./wake.ts";

/** What an {@link AeLine} works with. */
export interface AeLineParts {
  output: OutputConfig;
  session: OutputSession;
  owner: AeEndOwner;
  faults: Faults;
  log: Log;
  /** The Unix socket of the process that holds the serial lines. */
  serialSocket: string;
}

/**
 * Octets in and out, over TCP, TLS, UDP or a serial line.
 *
 * A serial line keeps what came while nobody fetched it. What was read from it before this connection began answers nothing
 * that was sent since: it is dropped and counted, lest an old ACK acknowledges an alarm.
 */
export class AeLine implements AeEnd {
  readonly #parts: AeLineParts;
  readonly #wake: Wake;
  #transport: (Closable & { port?: number }) | undefined;
  #connection: TcpConnection | undefined;
  /** The AE has answered on this connection. */
  #proven = false;
  /** Why there is no connection, as it was logged last. */
  #trouble = "";
  #wanted: PromiseWithResolvers<void> | undefined;
  #draining = false;

  /** Nothing is open yet. */
  constructor(parts: AeLineParts) {
    this.#parts = parts;
    this.#wake = new Wake(() => this.#apply(parts.session.tick(Date.now())));
  }

  /** Where the AE is, for people. */
  get where(): string {
    return whereIs(this.#parts.output.line, this.#transport?.port);
  }

  /** Port listened on; the AE's port when connecting. */
  get port(): number {
    const { line } = this.#parts.output;
    return this.#transport?.port ?? ("port" in line ? line.port : 0);
  }

  /** True when an alarm can be offered. */
  get ready(): boolean {
    return this.#connection !== undefined && this.#parts.session.ready;
  }

  /** True for languages that hang up when there is nothing to send. */
  get onDemand(): boolean {
    const { line, settings } = this.#parts.output;
    if (line.kind !== "connect") return false;
    if (settings.language === "vds2465-tcp") return settings.hangUpAfterMs !== undefined;
    return settings.language === "dc09" && settings.closeAfterAck === true;
  }

  /** An AE that is called only for an alarm proves nothing before. */
  get provable(): boolean {
    return !this.onDemand;
  }

  /** Opens the line. */
  async start(): Promise<void> {
    const { output, log, faults, owner } = this.#parts;
    const { name, line } = output;
    if (line.kind === "serial") {
      faults.raise(this.#lineFault, `output ${name}: ${line.settings.device}: not open yet`);
    }
    try {
      this.#transport = await openAeTransport(output, {
        log,
        serialSocket: this.#parts.serialSocket,
        accept: (connection) => this.#accept(connection),
        onFailed: (reason) => this.#failed(reason),
        count: (rule) => owner.count(rule),
        onNews: (news) => this.#news(news),
        wanted: this.onDemand ? () => this.#awaitWanted() : undefined,
        proven: () => this.#proven,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const what = line.kind === "listen"
        ? `cannot listen for the AE on ${line.hostname}:${line.port}: ${reason}`
        : reason;
      throw new Error(`output ${name}: ${what}`, { cause: error });
    }
    const verb = line.kind === "listen"
      ? "listening for"
      : this.onDemand
      ? "calling on demand"
      : "connecting to";
    log("info", "output", `${output.language}: ${verb} the AE: ${this.where}`, { output: name });
  }

  /** An alarm waits: the AE is called. */
  want(): void {
    this.#wanted?.resolve();
  }

  /** Hands over one alarm. */
  offer(item: StoredItem): void {
    this.#apply(this.#parts.session.offer(item, Date.now()));
  }

  /** What would be sent. */
  preview(item: StoredItem): Written | undefined {
    return this.#parts.session.preview?.(item, Date.now());
  }

  /** Lets no time pass any more: a line that stays unanswered goes out again after the next start, marked as a repeat. */
  drain(): void {
    this.#draining = true;
    this.#wake.clear();
  }

  /** Closes the connection for good. */
  async close(): Promise<void> {
    this.#wake.clear();
    await this.#transport?.close();
    this.#wake.clear();
  }

  /** Nothing to wait for while an alarm is there already: the owner says so again at each step. */
  #awaitWanted(): Promise<void> {
    this.#wanted = Promise.withResolvers();
    const { promise } = this.#wanted;
    this.#parts.owner.step();
    return promise;
  }

  #accept(connection: TcpConnection): AeHandler {
    const { session, log, output, owner } = this.#parts;
    const { name } = output;
    const fields = { output: name };
    // The newest connection counts: the old one is usually a half-open leftover of an AE that was restarted.
    const old = this.#connection;
    if (old !== undefined) {
      owner.count("connections-replaced");
      this.#apply(session.disconnected(Date.now()), () => owner.closed());
      old.close();
    }
    this.#connection = connection;
    this.#wanted = undefined;
    this.#proven = false;
    this.#trouble = "";
    owner.count("connections");
    if (!this.onDemand) log("info", "ae-connected", `AE ${connection.peer}`, fields);
    const since = performance.now();
    this.#apply(session.connected(Date.now()), () => owner.open());
    return {
      data: (bytes, readAt) => {
        if (this.#connection !== connection) return;
        // By ages, and not by times: the clock may be set meanwhile.
        if (readAt !== undefined && Date.now() - readAt > performance.now() - since) {
          owner.count("octets-stale", bytes.length);
          return;
        }
        this.#apply(session.feed(bytes, Date.now()));
      },
      closed: (reason) => {
        owner.count("disconnections");
        if (!this.onDemand) log("info", "ae-disconnected", `AE ${connection.peer}: ${reason}`, fields);
        if (this.#connection !== connection) return;
        this.#connection = undefined;
        this.#apply(session.disconnected(Date.now()), () => owner.closed());
        // Called for an alarm, and it hung up before it took one.
        if (this.onDemand && !this.#proven) owner.unreachable(`the connection ended early: ${reason}`);
      },
    };
  }

  /** @param then Done after the effects, before the owner looks for what it can hand over. */
  #apply(effects: OutputEffect[], then?: () => void): void {
    const { owner, session } = this.#parts;
    for (const effect of effects) this.#do(effect);
    if (!this.#draining) this.#wake.set(session.nextTick);
    then?.();
    owner.step();
  }

  #do(effect: OutputEffect): void {
    const { owner, log, output } = this.#parts;
    switch (effect.kind) {
      case "send":
        return this.#connection?.send(effect.bytes);
      case "close":
        if (!this.#proven) log("warn", "ae-closed", effect.reason, { output: output.name });
        return this.#connection?.close();
      case "stray":
        owner.count(effect.rule);
        return log("warn", effect.rule, effect.message, {
          output: output.name,
          bytes: effect.raw.subarray(0, 64).toHex(),
        });
      case "present":
      case "delivered":
        this.#proven = true;
        return owner.tell(effect);
      case "absent":
        this.#proven = false;
        return owner.tell(effect);
      case "sent":
      case "refused":
        return owner.tell(effect);
    }
  }

  #failed(reason: string): void {
    const { log, output, owner } = this.#parts;
    const message = `no connection to ${whereIs(output.line)}: ${reason}`;
    owner.count("connect-failed");
    // Each reason once: it is tried again every few seconds.
    if (message !== this.#trouble) log("warn", "ae-unreachable", message, { output: output.name });
    this.#trouble = message;
    owner.unreachable(message);
  }

  #news(news: SerialNews): void {
    const { faults, log, output: { name }, owner } = this.#parts;
    const fields = { output: name };
    switch (news.kind) {
      case "open":
        this.#trouble = "";
        return faults.clear(this.#lineFault);
      case "down":
      case "unreachable":
        owner.count(news.rule);
        faults.raise(this.#lineFault, `output ${name}: ${news.message}`);
        if (news.message !== this.#trouble) log("warn", news.rule, news.message, fields);
        this.#trouble = news.message;
        return owner.unreachable(news.message);
      case "lost":
        owner.count("octets-lost", news.octets);
        return log("warn", "octets-lost", `${news.octets} octets of the AE were dropped`, fields);
      case "trouble":
        owner.count("line-trouble");
        return log("warn", "line-trouble", "the line is troubled: check wiring, speed and parity", {
          ...fields,
          ...news.errors,
        });
    }
  }

  get #lineFault(): string {
    return `ae-line:${this.#parts.output.name}`;
  }
}
