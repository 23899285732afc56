/**
 * UDP for protocols in which each peer holds a conversation: one handler for each address and port that sends something.
 *
 * @module
 */
import { addressAllowed } from "./address.ts";
import type { Closable, TcpConnection, TcpHandler } from "./tcp.ts";
import { openUdp, type UdpSocket } from "./udp.ts";

/** One peer; `send` sends one datagram. */
export type UdpPeer = TcpConnection;

/** What is told of a peer's datagrams: each call of `data` is one. `closed` comes when nothing was heard for long. */
export interface UdpPeerHandler extends TcpHandler {
  /** True while the peer waits for an answer: it is not forgotten then. */
  readonly busy: boolean;
}

/** Options of {@link listenUdpPeers}. */
export interface UdpPeersOptions {
  hostname: string;
  /** 0 lets the system choose. */
  port: number;
  /** Peers remembered at once; the one silent for longest makes room. @default {64} */
  maxPeers?: number;
  /** A peer that is silent for so long is forgotten, ms. @default {120000} */
  idleMs?: number;
  /** Addresses or CIDR ranges that are heard; everyone when absent. */
  allow?: readonly string[];
  /** Told of datagrams that were thrown away. */
  onRefused?: (peer: string, rule: "address-not-allowed" | "too-many-peers") => void;
}

/** A listening UDP socket with its peers. */
export interface UdpPeers extends Closable {
  /** Bound address. */
  readonly hostname: string;
  /** Bound port. */
  readonly port: number;
  /** Peers remembered now. */
  readonly peers: number;
}

interface Entry {
  handler: UdpPeerHandler;
  heardAt: number;
}

/**
 * Listens on a UDP port.
 *
 * @param options Where, how many peers, and who is heard.
 * @param accept Called for each new peer, before its first datagram; returns what is told of its datagrams.
 * @returns The listener; its `close()` ends every conversation.
 * @throws {Error} When the port cannot be bound.
 */
export function listenUdpPeers(
  options: UdpPeersOptions,
  accept: (peer: UdpPeer) => UdpPeerHandler,
): UdpPeers {
  const most = options.maxPeers ?? 64;
  const idleMs = options.idleMs ?? 120_000;
  // In the order in which they were heard last: the first is silent for longest.
  const peers = new Map<string, Entry>();
  const end = (name: string, reason: string) => {
    const entry = peers.get(name);
    peers.delete(name);
    entry?.handler.closed(reason);
  };
  const forget = (now: number) => {
    for (const [name, { handler, heardAt }] of peers) {
      if (now - heardAt < idleMs) return;
      if (!handler.busy) end(name, "nothing was heard for long");
    }
  };
  const hasRoom = () => {
    if (peers.size < most) return true;
    for (const [name, { handler }] of peers) {
      if (handler.busy) continue;
      end(name, "another peer took its place");
      return true;
    }
    return false;
  };
  const socket: UdpSocket = openUdp(options, (bytes, from) => {
    const name = `${from.hostname}:${from.port}`;
    if (options.allow !== undefined && !addressAllowed(from.hostname, options.allow)) {
      return options.onRefused?.(name, "address-not-allowed");
    }
    const now = performance.now();
    let entry = peers.get(name);
    if (entry === undefined) {
      if (!hasRoom()) return options.onRefused?.(name, "too-many-peers");
      const peer: UdpPeer = {
        peer: name,
        send: (answer) => socket.send(answer, from),
        close: () => end(name, "closed by Tocsin"),
      };
      entry = { handler: accept(peer), heardAt: now };
    }
    entry.heardAt = now;
    peers.delete(name);
    peers.set(name, entry);
    void entry.handler.data(bytes);
  });
  const timer = setInterval(() => forget(performance.now()), Math.max(10, idleMs / 4));
  return {
    hostname: socket.hostname,
    port: socket.port,
    get peers() {
      return peers.size;
    },
    async close() {
      clearInterval(timer);
      for (const name of [...peers.keys()]) end(name, "closed by Tocsin");
      await socket.close();
    },
  };
}
