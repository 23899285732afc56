/** Lines, their server, and gateways, in one process: for tests that look at both ends. */
import { SerialLine, type SerialLineOptions } from "../../src/serial/serial_line.ts";
import type { LineState } from "../../src/serial/line_state.ts";
import { SerialServer, type SerialServerOptions } from "../../src/serial/serial_server.ts";
import {
  connectSerial,
  type SerialClientOptions,
  type SerialConnection,
  type SerialNews,
} from "../../src/transport/serial_client.ts";
import { until } from "../support/until.ts";
import { Heard, type Wire } from "./pty.ts";

/** A line, and what it told. */
export function line(wire: Wire, options: Partial<SerialLineOptions> = {}) {
  const states: LineState[] = [];
  const lost: number[] = [];
  const made = new SerialLine({
    settings: wire.settings(),
    retryMs: 10,
    maxRetryMs: 50,
    onState: (state) => void states.push(state),
    onLost: (octets) => void lost.push(octets),
    ...options,
  });
  const isOpen = () => states.findLast(({ kind }) => kind !== "trouble")?.kind === "open";
  return { line: made, states, lost, opens: () => until(isOpen, "the line opens") };
}

/** Serves lines. */
export async function serve(path: string, lines: SerialLine[], options: Partial<SerialServerOptions> = {}) {
  const refused: string[] = [];
  const gateways: string[] = [];
  const server = await SerialServer.open({
    path,
    lines,
    onRefused: (rule) => void refused.push(rule),
    onGateway: (name, here) => void gateways.push(`${name} ${here}`),
    ...options,
  });
  return { server, refused, gateways };
}

/** A gateway that has one line. */
export class Gateway {
  readonly heard = new Heard();
  readonly times: number[] = [];
  readonly news: SerialNews[] = [];
  readonly connections: SerialConnection[] = [];
  readonly closed: string[] = [];
  /** What each connection heard. */
  readonly each: Heard[] = [];
  /** What its handler waits for. */
  gate: Promise<void> | undefined;
  readonly #client;

  constructor(socket: string, name = "galaxy", options: Partial<SerialClientOptions> = {}) {
    this.#client = connectSerial({
      socket,
      line: name,
      retryMs: 10,
      maxRetryMs: 50,
      onNews: (news) => void this.news.push(news),
      ...options,
    }, (connection) => {
      this.connections.push(connection);
      const heard = new Heard();
      this.each.push(heard);
      return {
        data: (bytes, readAt) => {
          this.heard.add(bytes);
          heard.add(bytes);
          this.times.push(readAt);
          return this.gate;
        },
        closed: (reason) => void this.closed.push(reason),
      };
    });
  }

  /** The connection that is open. */
  get connection(): SerialConnection {
    return this.connections.at(-1)!;
  }

  /** Whether the line is up, as this gateway sees it. */
  get isUp(): boolean {
    return this.connections.length > this.closed.length;
  }

  async up(): Promise<this> {
    try {
      await until(() => this.isUp, "the line is up");
    } catch (error) {
      throw new Error(`${error}; it was told ${JSON.stringify(this.news)}`, { cause: error });
    }
    return this;
  }

  async down(): Promise<void> {
    await until(() => !this.isUp, "the line is down");
  }

  /** Names of what it was told. */
  get told(): string[] {
    return this.news.map((news) => "rule" in news ? news.rule : news.kind);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
