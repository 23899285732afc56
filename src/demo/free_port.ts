/**
 * Ports for the demo and for tests.
 *
 * @module
 */

/**
 * Finds a port of 127.0.0.1 that nobody uses now.
 *
 * @param transport `tcp` or `udp`.
 * @returns The port.
 */
export function freePort(transport: "tcp" | "udp"): number {
  const socket = transport === "tcp"
    ? Deno.listen({ hostname: "127.0.0.1", port: 0 })
    : Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return port;
}
