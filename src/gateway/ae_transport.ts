/**
 * Opens the line of an output, whatever kind it is.
 *
 * @module
 */
import type { OutputConfig } from "../config/output_config.ts";
import { connectSerial, type SerialNews } from "../transport/serial_client.ts";
import {
  type Closable,
  connectTcp,
  listenTcp,
  type TcpConnection,
  type TcpHandler,
} from "../transport/tcp.ts";
import { connectUdp } from "../transport/udp_client.ts";
import type { Log } from "./log.ts";
import { resolvePeer } from "./resolve.ts";

/** Told of octets with the time when they were read, where that is known. */
export interface AeHandler extends TcpHandler {
  data(bytes: Uint8Array, readAt?: number): void;
}

/** What {@link openAeTransport} works with. */
export interface AeTransportParts {
  log: Log;
  /** The Unix socket of the process that holds the serial lines. */
  serialSocket: string;
  /** Called for each connection that comes up. */
  accept: (connection: TcpConnection) => AeHandler;
  /** No connection can be had. */
  onFailed: (reason: string) => void;
  /** Something is to be counted. */
  count: (name: string) => void;
  /** How the serial line is. */
  onNews: (news: SerialNews) => void;
  /** For connections on demand. */
  wanted: (() => Promise<void> | undefined) | undefined;
  /** Whether the connection that has just ended served its purpose. */
  proven: () => boolean;
}

/** Connections on demand come often: the first pause between them, ms. */
const DEMAND_PAUSE_MS = 50;

/**
 * Opens the line of an output.
 *
 * @param output The output.
 * @param parts Who is told what.
 * @returns Something to close; `port` is the one listened on.
 * @throws {Error} (rejects) When a port cannot be bound, or the file of the CA cannot be read.
 */
export async function openAeTransport(
  { name, line }: OutputConfig,
  parts: AeTransportParts,
): Promise<Closable & { port?: number }> {
  const { log, accept, onFailed, count, wanted, proven } = parts;
  switch (line.kind) {
    case "listen": {
      const { hostname, port, allow } = line;
      return listenTcp({
        hostname,
        port,
        maxConnections: 4,
        ...(allow === undefined ? {} : { allow }),
        onRefused: (peer, rule) => {
          count(rule);
          log("warn", rule, `AE ${peer} turned away`, { output: name });
        },
      }, accept);
    }
    case "connect": {
      const { hostname, port } = line;
      const onDemand = wanted === undefined ? {} : { wanted, retryMs: DEMAND_PAUSE_MS };
      const tls = line.tls === undefined ? {} : { tls: await certificates(line.tls.ca) };
      return connectTcp({ hostname, port, ...tls, ...onDemand, proven, onFailed }, accept);
    }
    case "udp":
      return connectUdp({
        resolve: (stop) => resolvePeer(line.hostname, line.port, stop),
        onFailed,
        onRefused: () => count("address-not-allowed"),
      }, accept);
    case "serial":
      return connectSerial({ socket: parts.serialSocket, line: name, onNews: parts.onNews }, accept);
    case "http":
      throw new RangeError(`output ${name}: only webhooks are posted to a web server`);
  }
}

/**
 * Where an output is, for people.
 *
 * @param line Its line.
 * @param port The port listened on, where that is another than configured.
 * @returns A few words; of a URL only the server: a path may hold a secret.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { whereIs } from "./ae_transport.ts";
 *
 * const url = "https://arc.example/hooks/s3cret";
 * assertEquals(whereIs({ kind: "http", url, allowHttp: false, ca: undefined, timeoutMs: 1 }), "https://arc.example");
 * assertEquals(whereIs({ kind: "udp", hostname: "10.0.0.9", port: 5000 }), "UDP 10.0.0.9:5000");
 * ```
 */
export function whereIs(line: OutputConfig["line"], port?: number): string {
  switch (line.kind) {
    case "listen":
      return `TCP ${line.hostname}:${port ?? line.port}, listening`;
    case "connect":
      return `${line.tls === undefined ? "TCP" : "TLS"} ${line.hostname}:${line.port}`;
    case "udp":
      return `UDP ${line.hostname}:${line.port}`;
    case "serial":
      return `serial line ${line.settings.device}`;
    case "http":
      return URL.parse(line.url)?.origin ?? "";
  }
}

/** The file of the CA is read once, at the start. */
async function certificates(file: string | undefined): Promise<{ ca?: string }> {
  return file === undefined ? {} : { ca: await readCertificates(file) };
}

/**
 * Reads the certificates that an output's server is checked with.
 *
 * @param file The PEM file.
 * @returns Its text.
 * @throws {Error} (rejects) When it cannot be read or holds no certificate, with what to do.
 */
export async function readCertificates(file: string): Promise<string> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read the certificates in ${file}: ${reason}`, { cause: error });
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new Error(`${file} holds no certificate in PEM: expected lines from BEGIN CERTIFICATE on`);
}
