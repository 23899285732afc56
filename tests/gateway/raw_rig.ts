/** A pair with raw lines, and what can be connected to their ends. */
import type { RawRctConfig, RawSptConfig } from "../../src/config/raw_config.ts";
import {
  type Closable,
  connectTcp,
  listenTcp,
  type TcpConnection,
  type TcpListener,
} from "../../src/transport/tcp.ts";
import { Pair } from "../support/pair.ts";
import { until } from "../support/until.ts";

export { until };

/** The site of a {@link Pair}. */
export const SITE = "shop-12";
/** Longer than any machine stands still: where the delay is not what a test is about. */
export const PATIENT_MS = 60_000;

/** The SPT's end of a line, on a free port. */
export function sptLine(more: Partial<RawSptConfig> = {}): RawSptConfig {
  return {
    name: "door",
    language: undefined,
    gapMs: 20,
    maxDelayMs: PATIENT_MS,
    line: { kind: "network", hostname: "127.0.0.1", port: 0, allow: undefined, maxConnections: 4 },
    ...more,
  };
}

/** The RCT's end: an AE that listens at a port, or one that connects to us. */
export function rctLine(port: number | "listen", more: Partial<RawRctConfig> = {}): RawRctConfig {
  return {
    name: "door",
    site: SITE,
    language: undefined,
    gapMs: 20,
    maxDelayMs: PATIENT_MS,
    responseTimeoutMs: 500,
    line: port === "listen"
      ? { kind: "listen", hostname: "127.0.0.1", port: 0, allow: undefined }
      : { kind: "connect", hostname: "127.0.0.1", port },
    ...more,
  };
}

/** A pair with these lines. */
export function rawPair(
  spt: readonly RawSptConfig[],
  rct: readonly RawRctConfig[],
  adjust: Parameters<typeof Pair.open>[0] = {},
): Promise<Pair> {
  return Pair.open({
    ...adjust,
    adjust: (sptConfig, rctConfig) => {
      sptConfig.raws.push(...spt);
      rctConfig.raws.push(...rct);
      adjust.adjust?.(sptConfig, rctConfig);
    },
  });
}

/** Where panels connect. */
export function sptPort(pair: Pair, name = "door"): number {
  return pair.spt.raws.find((raw) => raw.name === name)!.port;
}

/** Counters of a line at one end. */
export async function counters(pair: Pair, end: "spt" | "rct"): Promise<Record<string, number>> {
  const status = await pair[end].status(Date.now());
  const all = end === "spt" ? status.inputs : status.outputs;
  return all.find(({ language }) => language.startsWith("raw"))!.counters;
}

/** Whoever is connected: what it heard, in the chunks in which it came. */
export class Peer {
  readonly chunks: Uint8Array[] = [];
  closed = false;
  #connection: TcpConnection | undefined;

  get octets(): Uint8Array {
    return Uint8Array.from(this.chunks.flatMap((chunk) => [...chunk]));
  }

  get connected(): boolean {
    return this.#connection !== undefined && !this.closed;
  }

  say(bytes: Uint8Array): void {
    this.#connection!.send(bytes);
  }

  hangUp(): void {
    this.#connection?.close();
  }

  /** What a transport tells. */
  readonly accept = (connection: TcpConnection) => {
    this.#connection = connection;
    return {
      data: (bytes: Uint8Array) => void this.chunks.push(bytes),
      closed: () => void (this.closed = true),
    };
  };
}

/** Connects to a port, once, and keeps what comes. */
export class Caller extends Peer implements AsyncDisposable {
  readonly #client: Closable;

  constructor(port: number) {
    super();
    this.#client = connectTcp({ hostname: "127.0.0.1", port, retryMs: 0x7fffffff }, this.accept);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.close();
  }
}

/** Listens on a free port: an AE that panels' connections are made to. */
export class Ae implements AsyncDisposable {
  readonly peers: Peer[] = [];
  readonly #listener: TcpListener;

  constructor() {
    this.#listener = listenTcp({ hostname: "127.0.0.1", port: 0 }, (connection) => {
      const peer = new Peer();
      this.peers.push(peer);
      return peer.accept(connection);
    });
  }

  get port(): number {
    return this.#listener.port;
  }

  /** The first panel's connection, when it is there. */
  async first(): Promise<Peer> {
    await until(() => this.peers.length > 0, "the panel at the AE");
    return this.peers[0]!;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#listener.close();
  }
}
