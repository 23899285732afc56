/**
 * The automation software at the end of one raw line.
 *
 * @module
 */
import type { RawRctConfig } from "../config/raw_config.ts";
import {
  type Closable,
  connectTcp,
  listenTcp,
  type TcpConnection,
  type TcpHandler,
} from "../transport/tcp.ts";
import type { RawConnection } from "./raw_ends.ts";
import type { RawLine } from "./raw_line.ts";
import { RawSerial } from "./raw_serial.ts";

/** Panels that one line connects to its AE at the same time; as many as an SPT lets in. */
const MOST = 8;
/** How long a connection to the AE may take, ms: the SPT waits no longer. */
const CONNECT_MS = 4000;
/** Nothing is connected to a second time: each connection is a panel's. */
const NEVER_MS = 0x7fffffff;
const ABSENT = "raw-ae-absent";

/**
 * Joins panels' connections to the AE: each gets one of its own where we connect to the AE; where the AE connects to us, and on a
 * serial line, there is one at a time.
 */
export class RawAe implements Closable {
  /** Its line. */
  readonly line: RawLine;
  /** Its configuration. */
  readonly config: RawRctConfig;
  readonly #serialSocket: string;
  /** Connections that are joined to the AE, or about to be. */
  readonly #joined = new Set<RawConnection>();
  /** Connections to the AE that were begun here. */
  readonly #dialled = new Map<RawConnection, Closable>();
  readonly #ending = new Set<Promise<void>>();
  #listener: (Closable & { port: number; hostname: string }) | undefined;
  #serial: RawSerial | undefined;
  /** The AE that has connected to us. */
  #ae: TcpConnection | undefined;
  #reached = false;

  constructor(line: RawLine, config: RawRctConfig, serialSocket: string) {
    this.line = line;
    this.config = config;
    this.#serialSocket = serialSocket;
  }

  /** Where the AE is, for people. */
  get where(): string {
    const { line } = this.config;
    if (line.kind === "serial") return `serial line ${line.settings.device}`;
    const verb = line.kind === "listen" ? "listening for the AE on" : "connecting to the AE at";
    return `${verb} ${line.hostname}:${this.port}`;
  }

  /** Port listened on, or that of the AE; 0 for a serial line. */
  get port(): number {
    const { line } = this.config;
    return line.kind === "serial" ? 0 : this.#listener?.port ?? line.port;
  }

  /** Whether the AE is there, as far as is known. */
  get state(): "present" | "absent" {
    const { kind } = this.config.line;
    const there = kind === "serial"
      ? this.#serial?.isUp === true
      : kind === "listen"
      ? this.#ae !== undefined
      : this.#reached;
    return there ? "present" : "absent";
  }

  /** Why no panel can be joined now; undefined when one can. */
  get busy(): string | undefined {
    if (this.config.line.kind === "connect") {
      return this.#joined.size < MOST ? undefined : `${MOST} panels are connected already`;
    }
    if (this.state === "absent") return "the AE is not there";
    return this.#joined.size === 0 ? undefined : "another panel is connected";
  }

  /**
   * Begins to listen, or opens the serial line.
   *
   * @throws {Error} When the port cannot be bound.
   */
  open(): void {
    const { line } = this.config;
    if (line.kind === "serial") {
      this.#serial = new RawSerial(this.line, line.settings.device, this.#serialSocket, {
        up: () => this.line.clear(ABSENT),
        data: (bytes) => this.#heard(bytes),
        gap: (message) => this.#cut("raw-late", message),
        down: (reason) => this.#cut("raw-ended", `the serial line is down: ${reason}`),
      });
    } else if (line.kind === "listen") this.#listen(line);
  }

  /** A panel is to be joined to the AE; only while not {@link busy}. */
  join(connection: RawConnection): void {
    this.#joined.add(connection);
    const serial = this.#serial, ae = this.#ae;
    if (this.config.line.kind === "connect") this.#dial(connection, this.config.line);
    else if (serial !== undefined) {
      connection.lineUp({ send: (bytes) => serial.send(bytes), hangUp: () => {} });
    } else if (ae !== undefined) {
      connection.lineUp({ send: (bytes) => ae.send(bytes), hangUp: () => this.#hangUp(ae) });
    }
  }

  /** A panel's connection is done. */
  left(connection: RawConnection): void {
    this.#joined.delete(connection);
    const dialled = this.#dialled.get(connection);
    this.#dialled.delete(connection);
    if (dialled !== undefined) this.#end(dialled);
  }

  /** A panel was turned away. */
  refuse(why: string): void {
    this.line.count("refused");
    this.line.log("warn", "raw-refused", `panel turned away: ${why}`);
    if (this.state === "absent") this.line.raise(ABSENT, `panels are turned away: ${why}`);
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    for (const each of this.#dialled.values()) this.#end(each);
    this.#dialled.clear();
    await Promise.all([this.#listener?.close(), this.#serial?.close(), ...this.#ending]);
  }

  #listen(where: RawRctConfig["line"] & { kind: "listen" }): void {
    const { hostname, port, allow } = where;
    try {
      this.#listener = listenTcp({
        hostname,
        port,
        maxConnections: 4,
        ...(allow === undefined ? {} : { allow }),
        onRefused: (peer, rule) => {
          this.line.count(`refused:${rule}`);
          this.line.log("warn", rule, `AE ${peer} turned away`);
        },
      }, (connection) => this.#accept(connection));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`raw line ${this.line.label}: cannot listen on ${hostname}:${port}: ${reason}`, {
        cause: error,
      });
    }
  }

  /** The newest AE counts: the old connection is usually a half-open leftover of one that was restarted. */
  #accept(ae: TcpConnection): TcpHandler {
    const old = this.#ae;
    this.#ae = undefined;
    if (old !== undefined) {
      this.line.count("connections-replaced");
      this.#cut("raw-ended", "the AE has connected anew");
      old.close();
    }
    this.#ae = ae;
    this.line.clear(ABSENT);
    this.line.log("info", "ae-connected", `AE ${ae.peer}`);
    return {
      data: (bytes) => this.#ae === ae ? this.#heard(bytes) : undefined,
      closed: (reason) => {
        this.line.log("info", "ae-disconnected", `AE ${ae.peer}: ${reason}`);
        if (this.#ae !== ae) return;
        this.#ae = undefined;
        for (const each of this.#joined) each.ended();
      },
    };
  }

  /** It was closed by us: it is no AE for the next panel. */
  #hangUp(ae: TcpConnection): void {
    if (this.#ae === ae) this.#ae = undefined;
    ae.close();
  }

  #dial(connection: RawConnection, { hostname, port }: RawRctConfig["line"] & { kind: "connect" }): void {
    const fail = (reason: string) => {
      this.#reached = false;
      this.line.raise(ABSENT, `no connection to ${hostname}:${port}: ${reason}`);
      connection.cut("raw-ended", "the AE cannot be reached");
    };
    const client = connectTcp(
      { hostname, port, retryMs: NEVER_MS, maxRetryMs: NEVER_MS, connectMs: CONNECT_MS, onFailed: fail },
      (ae) => {
        this.#reached = true;
        this.line.clear(ABSENT);
        connection.lineUp({ send: (bytes) => ae.send(bytes), hangUp: () => ae.close() });
        return connection.handler;
      },
    );
    // It may have ended while it was begun.
    if (this.#joined.has(connection)) this.#dialled.set(connection, client);
    else this.#end(client);
  }

  #end(client: Closable): void {
    const ending = client.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Octets of the AE, where it has one connection for all panels. */
  #heard(bytes: Uint8Array): Promise<void> | undefined {
    const [connection] = this.#joined;
    if (connection !== undefined) return connection.data(bytes);
    this.line.count("octets-dropped", bytes.length);
    return undefined;
  }

  #cut(rule: "raw-late" | "raw-ended", message: string): void {
    for (const each of [...this.#joined]) each.cut(rule, message);
  }
}
