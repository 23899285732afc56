/**
 * Examines what comes over the network.
 *
 * @module
 */
import { connectTcp, listenTcp, type TcpConnection, type TcpHandler } from "../transport/tcp.ts";
import { openUdp } from "../transport/udp.ts";
import { Consultation, type ConsultationOptions } from "./consultation.ts";
import type { Source } from "./verdict.ts";

/** Where to listen, and for how long. */
export interface NetworkOptions extends ConsultationOptions {
  /** Where. */
  source: Source & { kind: "tcp" | "udp" | "connect" };
  /** How long at most, ms. */
  ms: number;
}

/** Peers of a UDP port that are told apart; further ones are one. */
const MOST_PEERS = 64;

/**
 * Listens on a TCP or UDP port, or on a connection that it opens, until the language is sure or the time is over.
 *
 * @param options Where, how long, and whether to answer.
 * @returns The consultation, for its verdict; and the port, which may have been left to the system.
 * @throws {Error} When the port cannot be opened.
 */
export async function hearNetwork(
  options: NetworkOptions,
): Promise<{ consultation: Consultation; port: number }> {
  const consultation = new Consultation(options);
  const { source, progress } = options;
  let number = 0;
  const accept = (connection: TcpConnection): TcpHandler => {
    const name = `${connection.peer} (${++number})`;
    progress?.(`connected: ${connection.peer}`);
    consultation.opened(name, {
      send: (bytes) => connection.send(bytes),
      close: () => connection.close(),
      speakFirst: true,
    });
    return { data: (bytes) => consultation.data(name, bytes), closed: () => consultation.closed(name) };
  };
  const { hostname, port } = source;
  switch (source.kind) {
    case "tcp": {
      const listener = listenTcp({ hostname, port }, accept);
      progress?.(`listening on TCP port ${listener.port}`);
      await consultation.wait(options.ms);
      await listener.close();
      return { consultation, port: listener.port };
    }
    case "connect": {
      const client = connectTcp({
        hostname,
        port,
        onFailed: (reason) => progress?.(`cannot connect: ${reason}`),
      }, accept);
      await consultation.wait(options.ms);
      await client.close();
      return { consultation, port };
    }
    case "udp": {
      const peers = new Set<string>();
      const socket = openUdp({ hostname, port }, (bytes, from) => {
        const peer = `${from.hostname}:${from.port}`;
        const name = peers.has(peer) || peers.size < MOST_PEERS ? peer : "others";
        if (!peers.has(name)) {
          peers.add(name);
          consultation.opened(name, {
            send: (each) => socket.send(each, from),
            close: () => {},
            datagrams: true,
          });
        }
        consultation.data(name, bytes);
      });
      progress?.(`listening on UDP port ${socket.port}`);
      await consultation.wait(options.ms);
      await socket.close();
      return { consultation, port: socket.port };
    }
  }
}
