/**
 * The premises side of raw lines: panels whose octets go to the RCT as they are.
 *
 * @module
 */
import type { RawSptConfig } from "../config/raw_config.ts";
import type { InputStatus, SiteState } from "../http/view.ts";
import { readRawFrame } from "../raw/frame.ts";
import type { RawCarried } from "../raw/raw_end.ts";
import { type Closable, listenTcp, type TcpConnection, type TcpHandler } from "../transport/tcp.ts";
import { steadyClock } from "./clock.ts";
import { type RawConnection, RawEnds } from "./raw_ends.ts";
import { RawLine, type RawParts } from "./raw_line.ts";
import { RawSerial } from "./raw_serial.ts";
import type { TransparentAnswer } from "./remote_control.ts";

/** What a {@link RawSpt} works with. */
export interface RawSptParts extends RawParts {
  lines: readonly RawSptConfig[];
  /** Random octets. */
  random: (octets: number) => Uint8Array;
  /** Told that there may be a message for the path. */
  ready: () => void;
}

/** How a message for the path is named: alarms have names of their own. */
const REF = "raw:";
/** Shortest and longest pause before a serial line that was cut is opened again, ms. */
const AGAIN_MS = [250, 10_000] as const;

/** A serial line, and the connection that it has while the path is there. */
interface SerialEnd {
  line: RawLine;
  serial: RawSerial;
  connection: RawConnection | undefined;
  pauseMs: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Runs the raw lines of an SPT. Nothing of what they carry is kept: what is lost is for the panel to send again.
 *
 * A panel's TCP connection is closed at once while the path is down, so that it turns to its backup; a serial line stays
 * silent.
 */
export class RawSpt {
  /** What came and fitted no line, by rule. */
  readonly counters: Record<string, number> = {};
  readonly #parts: RawSptParts;
  readonly #ends: RawEnds;
  readonly #lines: { line: RawLine; config: RawSptConfig; where: string }[] = [];
  readonly #closables: Closable[] = [];
  readonly #serials: SerialEnd[] = [];
  readonly #ports: { name: string; hostname: string; port: number }[] = [];
  #run = 0;
  #next = 0;
  #connected = false;
  #closed = false;

  constructor(parts: RawSptParts) {
    this.#parts = parts;
    this.#ends = new RawEnds(parts.ready);
  }

  /**
   * Opens the lines.
   *
   * @throws {Error} When a port cannot be bound, with the line and the port in the message.
   */
  open(): void {
    const [high = 0, low = 0] = this.#parts.random(2);
    this.#run = high << 8 | low;
    for (const config of this.#parts.lines) {
      const line = new RawLine(config, config.name, "panel", this.#parts);
      const where = config.line.kind === "serial"
        ? this.#openSerial(line, config.line.settings.device)
        : this.#listen(line, config.line);
      this.#lines.push({ line, config, where });
      line.log("info", "listening", `raw on ${where}: nobody acknowledges here, and nothing is kept`);
    }
  }

  /** Where the lines listen, in the order of the configuration; serial lines are left out. */
  get ports(): { name: string; hostname: string; port: number }[] {
    return this.#ports;
  }

  /** Whether there is a message for the path. */
  get wants(): boolean {
    return this.#ends.wants;
  }

  /** The next message for the path. */
  next(): { ref: string; data: Uint8Array } | undefined {
    const next = this.#ends.next();
    return next === undefined ? undefined : { ref: `${REF}${next.connection}`, data: next.data };
  }

  /**
   * What became of an item of the path.
   *
   * @returns False when it is none of these.
   */
  answered(ref: string, how: RawCarried): boolean {
    if (!ref.startsWith(REF)) return false;
    this.#ends.answered(Number(ref.slice(REF.length)), how);
    return true;
  }

  /**
   * Takes a TRANSPARENT message of the RCT.
   *
   * @param data Its octets.
   * @returns Its answer; undefined when it is something else. Never throws.
   */
  take(data: Uint8Array): TransparentAnswer | undefined {
    const read = readRawFrame(data);
    if (read.kind === "foreign") return undefined;
    if (this.#lines.length === 0) return { result: "RESP_CMD_NOT_SUPPORTED" };
    const why = read.kind === "unreadable" ? read.message : this.#ends.take(read.frame);
    if (why === undefined) return { result: "RESP_ACKNOWLEDGE" };
    const rule = read.kind === "unreadable" ? "raw-unreadable" : "raw-message-refused";
    this.counters[rule] = (this.counters[rule] ?? 0) + 1;
    return { result: "RESP_PROCESS_ERROR" };
  }

  /** The path's state changed. */
  moved(state: SiteState): void {
    const before = this.#connected;
    this.#connected = state === "connected";
    if (state === "failed" || state === "unknown") {
      return this.#ends.cut("the path to the RCT is down");
    }
    if (!this.#connected || before) return;
    this.#ends.probe();
    for (const each of this.#serials) this.#join(each);
  }

  /** The lines, as the page shows them. */
  status(): InputStatus[] {
    const all = this.#ends.all;
    return this.#lines.map(({ line, where, config }) => ({
      name: config.name,
      language: config.language === undefined ? "raw" : `raw ${config.language}`,
      where,
      mode: "raw",
      connections: all.filter((each) => each.line === line).length,
      counters: { ...line.counters },
    }));
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const each of this.#serials) clearTimeout(each.timer);
    this.#ends.close("the SPT stops");
    await Promise.all(this.#closables.map((each) => each.close()));
  }

  #listen(line: RawLine, where: RawSptConfig["line"] & { kind: "network" }): string {
    const { hostname, allow, maxConnections } = where;
    const { name } = line.config;
    try {
      const listener = listenTcp({
        hostname,
        port: where.port,
        maxConnections,
        ...(allow === undefined ? {} : { allow }),
        onRefused: (peer, rule) => this.#refuse(line, peer, rule, "is not wanted here"),
      }, (connection) => this.#panel(line, connection));
      this.#closables.push(listener);
      this.#ports.push({ name, hostname: listener.hostname, port: listener.port });
      return `TCP ${listener.hostname}:${listener.port}`;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`raw line ${name}: cannot listen on ${hostname}:${where.port}: ${reason}`, {
        cause: error,
      });
    }
  }

  #panel(line: RawLine, connection: TcpConnection): TcpHandler {
    if (!this.#connected || this.#closed) {
      this.#refuse(line, connection.peer, "path-down", "the path to the RCT is down");
      connection.close();
      return { data: () => {}, closed: () => {} };
    }
    line.log("info", "panel-connected", `panel ${connection.peer}`);
    const added = this.#ends.add(line, this.#number(), line.config.name, this.#events(line));
    added.local = { send: (bytes) => connection.send(bytes), hangUp: () => connection.close() };
    this.#ends.moved();
    return added.handler;
  }

  #events(line: RawLine) {
    return {
      opened: () => line.clear("raw-refused"),
      refused: () => {
        line.count("refused");
        line.raise(
          "raw-refused",
          "the RCT turned a panel away: it has no [[raw]] of this name for this site, its AE is not there, or is busy",
        );
      },
    };
  }

  #refuse(line: RawLine, peer: string, rule: string, why: string): void {
    line.count("refused");
    line.count(`refused:${rule}`);
    line.log("warn", rule, `panel ${peer} turned away: ${why}`);
  }

  #openSerial(line: RawLine, device: string): string {
    const serial = new RawSerial(line, device, this.#parts.serialSocket, {
      up: () => this.#join(each),
      data: (bytes) => {
        if (each.connection !== undefined) return each.connection.data(bytes);
        return void line.count("octets-dropped", bytes.length);
      },
      gap: (message) => each.connection?.cut("raw-late", message),
      down: (reason) => each.connection?.cut("raw-ended", `the serial line is down: ${reason}`),
    });
    const each: SerialEnd = { line, serial, connection: undefined, pauseMs: AGAIN_MS[0], timer: undefined };
    this.#serials.push(each);
    this.#closables.push(serial);
    return `serial line ${device}`;
  }

  /** A wire is always there: it has a connection whenever the path is. */
  #join(each: SerialEnd): void {
    const { line, serial } = each;
    if (this.#closed || !this.#connected || !serial.isUp) return;
    if (each.connection !== undefined || each.timer !== undefined) return;
    const since = steadyClock();
    each.connection = this.#ends.add(line, this.#number(), line.config.name, {
      ...this.#events(line),
      done: () => {
        each.connection = undefined;
        if (this.#closed) return;
        if (steadyClock() - since > AGAIN_MS[1]) [each.pauseMs] = AGAIN_MS;
        each.timer = setTimeout(() => {
          each.timer = undefined;
          this.#join(each);
        }, each.pauseMs);
        each.pauseMs = Math.min(2 * each.pauseMs, AGAIN_MS[1]);
      },
    });
    each.connection.local = { send: (bytes) => serial.send(bytes), hangUp: () => {} };
    this.#ends.moved();
  }

  /** Numbers of this run, which no open connection has. */
  #number(): number {
    do this.#next = (this.#next + 1) & 0xffff; while (
      this.#ends.get(this.#at) !== undefined || this.#at === 0
    );
    return this.#at;
  }

  get #at(): number {
    return (this.#run << 16 | this.#next) >>> 0;
  }
}
