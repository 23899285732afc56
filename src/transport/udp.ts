/**
 * UDP: datagrams in, datagrams out.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Closable } from "./tcp.ts";

/** Datagrams that are sent together at most. */
const BURST = 32;

/** Longest datagram accepted; a longer one is cut by the system and then fails its hash. */
const RECEIVE_BUFFER = 2048;

/** An open UDP socket. */
export interface UdpSocket extends Closable {
  /** Bound address. */
  readonly hostname: string;
  /** Bound port. */
  readonly port: number;
  /** Datagrams that could not be handed to the system. */
  readonly sendErrors: number;
  /** Sends one datagram. Never throws: a datagram may be lost anyway. */
  send(bytes: Uint8Array, to: Deno.NetAddr): void;
}

/**
 * Opens a UDP socket and hands over what arrives, one datagram at a time and in order.
 *
 * @param options Where to bind; port 0 lets the system choose.
 * @param receive Called with each datagram (its own copy) and where it came from. Must not throw.
 * @returns The socket.
 * @throws {Error} When the port cannot be bound.
 */
export function openUdp(
  options: { hostname: string; port: number },
  receive: (bytes: Uint8Array, from: Deno.NetAddr) => void,
): UdpSocket {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: options.hostname, port: options.port });
  let sendErrors = 0;
  let closed = false;
  const failed = () => void sendErrors++;
  let unsent: (Uint8Array | Deno.NetAddr)[] = [];
  let scheduled = false;
  // What was answered in one turn of the event loop goes out together: waking a sleeping peer for each datagram costs more
  // than sending it.
  const flush = () => {
    scheduled = false;
    const burst = unsent;
    unsent = [];
    for (let i = 0; i < burst.length && !closed; i += 2) {
      socket.send(burst[i] as Uint8Array, burst[i + 1] as Deno.NetAddr).catch(failed);
    }
  };
  // One receive at a time: two pending ones would finish out of order.
  const loop = (async () => {
    const buffer = new Uint8Array(RECEIVE_BUFFER);
    while (!closed) {
      let got: [Uint8Array, Deno.Addr];
      try {
        got = await socket.receive(buffer);
      } catch (error) {
        if (closed || error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
          return;
        }
        // ICMP "port unreachable" for an earlier datagram surfaces here; the socket goes on.
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      receive(got[0].slice(), got[1] as Deno.NetAddr);
    }
  })();
  const address = socket.addr as Deno.NetAddr;
  return {
    hostname: address.hostname,
    port: address.port,
    get sendErrors() {
      return sendErrors;
    },
    send(bytes, to) {
      if (closed) return;
      unsent.push(bytes, to);
      if (unsent.length >= 2 * BURST) return flush();
      if (!scheduled) {
        scheduled = true;
        setImmediate(flush);
      }
    },
    async close() {
      if (closed) return;
      // What was answered in this turn still goes out: it may be the answer that an alarm waits for.
      const last: Promise<unknown>[] = [];
      for (let i = 0; i < unsent.length; i += 2) {
        last.push(socket.send(unsent[i] as Uint8Array, unsent[i + 1] as Deno.NetAddr).catch(failed));
      }
      unsent = [];
      closed = true;
      await Promise.all(last);
      socket.close();
      await loop;
    },
  };
}
