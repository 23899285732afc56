/**
 * A panel on UDP: what it sends at once is one datagram.
 *
 * @module
 */
import { resolvePeer } from "../gateway/resolve.ts";
import { type PanelWire, reasonOf, type WireHandler } from "./wire.ts";

/** How long a name may take to become an address, ms. */
const RESOLVE_MS = 5000;

/**
 * Opens a socket towards a receiver. Datagrams from elsewhere are dropped.
 *
 * @param hostname Its name or address.
 * @param port Its UDP port.
 * @returns The socket as a wire; it is never closed by the other side.
 * @throws {Error} When the name has no address.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openUdpWire } from "./udp_wire.ts";
 *
 * const wire = await openUdpWire("localhost", 1);
 * assertEquals(wire.peer, "127.0.0.1:1/udp");
 * await wire.close();
 * ```
 */
export async function openUdpWire(hostname: string, port: number): Promise<PanelWire> {
  let to: Deno.NetAddr;
  try {
    to = await resolvePeer(hostname, port, AbortSignal.timeout(RESOLVE_MS));
  } catch {
    throw new Error(`no address for the name ${hostname} within ${RESOLVE_MS / 1000} s`);
  }
  const own = to.hostname.includes(":") ? "::" : "0.0.0.0";
  return new UdpWire(Deno.listenDatagram({ transport: "udp", hostname: own, port: 0 }), to);
}

class UdpWire implements PanelWire {
  readonly peer: string;
  readonly #socket: Deno.DatagramConn;
  readonly #to: Deno.NetAddr;
  #reading: Promise<void> | undefined;
  #closed = false;

  constructor(socket: Deno.DatagramConn, to: Deno.NetAddr) {
    this.#socket = socket;
    this.#to = to;
    this.peer = `${to.hostname}:${to.port}/udp`;
  }

  start(handler: WireHandler): void {
    this.#reading ??= this.#read(handler);
  }

  async send(bytes: Uint8Array): Promise<void> {
    await this.#socket.send(bytes, this.#to);
  }

  async close(): Promise<void> {
    if (!this.#closed) this.#socket.close();
    this.#closed = true;
    await this.#reading;
  }

  async #read(handler: WireHandler): Promise<void> {
    while (!this.#closed) {
      try {
        const [bytes, from] = await this.#socket.receive(new Uint8Array(4096));
        const same = from.transport === "udp" && from.port === this.#to.port &&
          from.hostname === this.#to.hostname;
        if (same) handler.data(bytes.slice());
      } catch (error) {
        // A port that nobody listens on is told by some systems; the panel waits all the same.
        if (this.#closed || error instanceof Deno.errors.ConnectionRefused) continue;
        this.#closed = true;
        this.#socket.close();
        return handler.closed(reasonOf(error));
      }
    }
  }
}
