/**
 * One input of an SPT: where its panels are heard, and a link for each of them.
 *
 * @module
 */
import type { PanelAdapter } from "../../adapters/contract.ts";
import { Dc09Memory } from "../../adapters/dc09/memory.ts";
import type { InputConfig } from "../config/input_config.ts";
import { connectSerial, type SerialNews } from "../transport/serial_client.ts";
import { type Closable, listenTcp, type TcpConnection } from "../transport/tcp.ts";
import { listenUdpPeers, type UdpPeerHandler } from "../transport/udp_peers.ts";
import type { Faults } from "./faults.ts";
import { panelSession } from "./languages.ts";
import type { Log } from "./log.ts";
import type { PanelIntake } from "./panel_intake.ts";
import { PanelLink } from "./panel_link.ts";
import { type KeptSites, keptSites } from "./scancom_memory.ts";

/** What inputs share. */
export interface PanelInputParts {
  intake: PanelIntake;
  faults: Faults;
  log: Log;
  /** Random octets for sessions. */
  random: (octets: number) => Uint8Array;
  /** Adapters from outside. */
  adapters: readonly PanelAdapter[];
  /** The Unix socket of the process that holds the serial lines. */
  serialSocket: string;
  /** Beginning of the path of what inputs remember; undefined when nothing is to be written. */
  memory: string | undefined;
}

/** Where an input listens. */
export interface BoundPort {
  hostname: string;
  port: number;
}

/**
 * An input at work.
 *
 * @throws {Error} From {@link PanelInput.open}, when a port cannot be bound, with the input and the port in the message.
 */
export class PanelInput {
  /** Its configuration. */
  readonly config: InputConfig;
  /** What was counted. */
  readonly counters: Record<string, number> = {};
  /** The panels that are connected, or were heard lately. */
  readonly links: Set<PanelLink> = new Set();
  readonly #parts: PanelInputParts;
  readonly #closables: Closable[] = [];
  readonly #sites: KeptSites;
  readonly #heard = new Dc09Memory();
  #bound: BoundPort | undefined;
  readonly #where: string[] = [];
  /** The panel on the serial line ended the conversation, or says nothing where it should. */
  #silent = false;
  /** Why the serial line is not there, as it was logged last. */
  #lineTrouble = "";

  /**
   * Opens an input.
   *
   * @param config What it is to do.
   * @param parts What inputs share.
   * @returns The input, listening.
   */
  static async open(config: InputConfig, parts: PanelInputParts): Promise<PanelInput> {
    const { settings, name } = config;
    const hasSites = settings.language === "scancom" || settings.language === "dc09";
    const file = hasSites && parts.memory !== undefined
      ? `${parts.memory}.${fileSafe(name)}.sites.json`
      : undefined;
    const input = new PanelInput(config, parts, await keptSites(file, parts.log));
    if (config.line.kind === "serial") input.#openSerial(parts.serialSocket);
    else await input.#openNetwork(config.line);
    return input;
  }

  private constructor(config: InputConfig, parts: PanelInputParts, sites: KeptSites) {
    this.config = config;
    this.#parts = parts;
    this.#sites = sites;
  }

  /** Where panels are heard, for people: `TCP 0.0.0.0:10002`, `/dev/ttyUSB0`. */
  get where(): string {
    return this.#where.join(", ");
  }

  /** Where it listens; a serial line has its device and no port. */
  get at(): { name: string; hostname: string; port: number } {
    const { name, line } = this.config;
    const device = line.kind === "serial" ? line.settings.device : line.hostname;
    return { name, hostname: this.#bound?.hostname ?? device, port: this.#bound?.port ?? 0 };
  }

  /** Ends every conversation and stops listening. */
  async close(): Promise<void> {
    await Promise.all(this.#closables.map((each) => each.close()));
    await this.#sites.flush();
  }

  async #openNetwork(line: InputConfig["line"] & { kind: "network" }): Promise<void> {
    const { name, allow, maxConnections } = this.config;
    const { hostname, transport } = line;
    const who = allow === undefined ? {} : { allow };
    const onRefused = (peer: string, rule: string) => {
      this.#count(rule);
      this.#parts.log("warn", rule, `panel ${peer} turned away from input ${name}`, { input: name });
    };
    let { port } = line;
    try {
      if (transport !== "udp") {
        const listener = listenTcp(
          { hostname, port, maxConnections, ...who, onRefused },
          (connection) => this.#panel(connection, false),
        );
        this.#opened(listener, "TCP");
        ({ port } = listener);
      }
      if (transport !== "tcp") {
        const listener = listenUdpPeers(
          { hostname, port, maxPeers: maxConnections, ...who, onRefused },
          (peer) => this.#panel(peer, true),
        );
        this.#opened(listener, "UDP");
      }
    } catch (error) {
      await this.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`input ${name}: cannot listen on ${hostname}:${port}: ${reason}`, { cause: error });
    }
  }

  #opened(listener: Closable & BoundPort, transport: "TCP" | "UDP"): void {
    const { hostname, port } = listener;
    this.#closables.push(listener);
    this.#bound = { hostname, port };
    this.#tellOpen(`${transport} ${hostname}:${port}`);
  }

  #openSerial(socket: string): void {
    const { name, line } = this.config;
    if (line.kind !== "serial") return;
    this.#parts.faults.raise(this.#lineFault, `input ${name}: ${line.settings.device}: not open yet`);
    this.#closables.push(connectSerial(
      { socket, line: name, onNews: (news) => this.#serialNews(news) },
      (connection) => this.#panel(connection, false),
    ));
    this.#tellOpen(`serial line ${line.settings.device}`);
  }

  #tellOpen(where: string): void {
    this.#where.push(where);
    const { name, language, acknowledge } = this.config;
    const when = acknowledge === "pass-through"
      ? "when the RCT has acknowledged it"
      : "when its alarm is on disk";
    this.#parts.log(
      "info",
      "listening",
      `${language} on ${where}; ${acknowledge}: a panel is acknowledged ${when}`,
      { input: name },
    );
  }

  /** A panel is there: its link, as its connection sees it. */
  #panel(
    connection: TcpConnection,
    datagrams: boolean,
  ): Omit<UdpPeerHandler, "data"> & { data(bytes: Uint8Array, readAt?: number): void } {
    const { name, acknowledge: mode, passThroughWaitMs } = this.config;
    const { intake, log, random, adapters } = this.#parts;
    const { counters, links } = this;
    this.#count("connections");
    // Over UDP a panel may come from another port each minute.
    const serial = this.config.line.kind === "serial";
    if (!datagrams && !this.#silent) {
      log("info", "panel-connected", `panel ${connection.peer}`, { input: name });
    }
    const link = new PanelLink(connection, {
      input: name,
      mode,
      passThroughWaitMs,
      session: panelSession(this.config, {
        random,
        sites: this.#sites,
        heard: this.#heard,
        adapters,
        datagrams,
      }),
      lossy: datagrams ? "datagrams" : serial ? "line" : undefined,
      intake,
      counters,
      log,
      onClose: serial ? (reason) => this.#fellSilent(reason) : undefined,
    });
    links.add(link);
    return {
      data: (bytes, readAt) => {
        if (this.#silent) this.#heardAgain();
        link.data(bytes, readAt);
      },
      closed: (reason) => {
        links.delete(link);
        link.closed(reason);
        if (datagrams || this.#silent) return;
        log("info", "panel-disconnected", `panel ${connection.peer}: ${reason}`, { input: name });
      },
      get busy() {
        return link.busy;
      },
    };
  }

  /** A wire stays when its panel is dead: what ends the conversation is a fault until something is heard again. */
  #fellSilent(reason: string): void {
    const { name } = this.config;
    this.#count("conversations-ended");
    this.#silent = true;
    this.#parts.faults.raise(this.#panelFault, `input ${name}: ${reason}`);
  }

  #heardAgain(): void {
    this.#silent = false;
    this.#parts.faults.clear(this.#panelFault);
  }

  #serialNews(news: SerialNews): void {
    const { faults, log } = this.#parts;
    const { name } = this.config;
    switch (news.kind) {
      case "open":
        this.#lineTrouble = "";
        return faults.clear(this.#lineFault);
      case "down":
      case "unreachable":
        this.#count(news.rule);
        faults.raise(this.#lineFault, `input ${name}: ${news.message}`);
        // Each reason once: it is tried again every few seconds.
        if (news.message !== this.#lineTrouble) log("warn", news.rule, news.message, { input: name });
        this.#lineTrouble = news.message;
        return;
      case "lost":
        this.#count("octets-lost", news.octets);
        return log("error", "octets-lost", `${news.octets} octets of the panel were dropped`, {
          input: name,
        });
      case "trouble":
        this.#count("line-trouble");
        return log("warn", "line-trouble", "the line is troubled: check wiring, speed and parity", {
          input: name,
          ...news.errors,
        });
    }
  }

  get #panelFault(): string {
    return `panel-silent:${this.config.name}`;
  }

  get #lineFault(): string {
    return `serial-line:${this.config.name}`;
  }

  #count(name: string, by = 1): void {
    this.counters[name] = (this.counters[name] ?? 0) + by;
  }
}

/** A name as part of a file's name. */
function fileSafe(name: string): string {
  return encodeURIComponent(name).replaceAll("%", "_");
}
