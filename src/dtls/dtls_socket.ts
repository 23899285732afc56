/**
 * The UDP socket under DTLS.
 *
 * @module
 */

/** Longest datagram read: a record of the largest size; what is longer is cut by the system and fails its check. */
const RECEIVE_BUFFER = 18 * 1024;

/** An open socket. */
export interface DtlsSocket {
  /** Bound address. */
  readonly hostname: string;
  /** Bound port. */
  readonly port: number;
  /** What the system said when it last refused to send; undefined when it never did. */
  readonly sendError: string | undefined;
  /** Sends one datagram; a lost one is repeated by DTLS. */
  send(datagram: Uint8Array, to: { hostname: string; port: number }): void;
  /** Lets what was sent go out, then closes. */
  close(): Promise<void>;
}

/**
 * Opens a socket and hands over what arrives, one datagram at a time and in order. Not the socket of the alarm path: that
 * one cuts at 2048 octets, and flights with certificates may be longer.
 *
 * @param options Where to bind; port 0 lets the system choose.
 * @param receive Called with each datagram, valid until it returns, and where it came from. Must not throw.
 * @returns The socket.
 * @throws {Error} When the port cannot be bound.
 */
export function openDtlsSocket(
  options: { hostname: string; port: number },
  receive: (datagram: Uint8Array, from: Deno.NetAddr) => void,
): DtlsSocket {
  const socket = Deno.listenDatagram({ transport: "udp", ...options });
  const sending = new Set<Promise<unknown>>();
  let closed = false;
  let sendError: string | undefined;
  const loop = (async () => {
    const buffer = new Uint8Array(RECEIVE_BUFFER);
    while (!closed) {
      let got: [Uint8Array, Deno.Addr];
      try {
        // One receive at a time: two pending ones would finish out of order.
        got = await socket.receive(buffer);
      } catch (error) {
        if (closed || error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
          return;
        }
        // ICMP "port unreachable" for an earlier datagram surfaces here; the socket goes on.
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      if (!closed) receive(got[0], got[1] as Deno.NetAddr);
    }
  })();
  const address = socket.addr as Deno.NetAddr;
  return {
    hostname: address.hostname,
    port: address.port,
    get sendError() {
      return sendError;
    },
    send(datagram, { hostname, port }) {
      if (closed) return;
      const sent = socket.send(datagram, { transport: "udp", hostname, port })
        .catch((error) => void (sendError = error instanceof Error ? error.message : String(error)))
        .finally(() => sending.delete(sent));
      sending.add(sent);
    },
    async close() {
      if (!closed) {
        closed = true;
        await Promise.all(sending);
        socket.close();
      }
      await loop;
    },
  };
}
