/**
 * Ports for the demo and for tests.
 *
 * @module
 */

/** First port that is given: below it are the well-known ones and most of those that people choose. */
const LOWEST = 15_000;

/** First port that systems give to outgoing connections: Linux' default, and lower than anybody else's. */
const EPHEMERAL = 32_768;

/** Every port that was given: the one who asked may not have taken it yet. */
const given = new Set<number>();

/** From which ports is drawn: the first, and the one after the last. */
let range: readonly [number, number] | undefined;

/**
 * Finds a port of 127.0.0.1 that nobody uses now, and that no outgoing connection will be given meanwhile: it lies
 * below the ports that the system gives to those. No port is given twice.
 *
 * @param transport `tcp` or `udp`.
 * @returns The port, from 15000 up.
 * @throws Deno.errors.AddrInUse when all of them are in use or given.
 *
 * @example
 * ```ts
 * import { assert, assertNotEquals } from "@std/assert";
 *
 * const port = freePort("tcp");
 * Deno.listen({ hostname: "127.0.0.1", port }).close();
 * assert(port >= 15_000);
 * assertNotEquals(freePort("tcp"), port);
 * ```
 */
export function freePort(transport: "tcp" | "udp"): number {
  const [first, end] = range ??= wholeRange();
  const size = end - first;
  const start = Math.floor(Math.random() * size);
  for (let i = 0; i < size; i++) {
    const port = first + (start + i) % size;
    if (given.has(port)) continue;
    const socket = listen(transport, port);
    if (socket === undefined) continue;
    socket.close();
    given.add(port);
    return port;
  }
  throw new Deno.errors.AddrInUse(`Every ${transport} port from ${first} to ${end - 1} is in use.`);
}

/**
 * Keeps a block of ports for this program: {@link freePort} draws from it alone until it is given back. Several
 * programs of this kind side by side never get the same port, not even before they have taken it.
 *
 * The first port of the block is held open as the sign that it is taken.
 *
 * @param size How many ports, the sign included.
 * @returns What gives the block back.
 * @throws Deno.errors.AddrInUse when every block is taken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * using block = claimPorts(100);
 * const ports = [freePort("udp"), freePort("tcp")];
 * assertEquals(new Set(ports.map((port) => Math.floor((port - 15_000) / 100))).size, 1);
 * ```
 */
export function claimPorts(size = 500): Disposable {
  const [lowest, end] = wholeRange();
  const blocks = Math.floor((end - lowest) / size);
  const start = Math.floor(Math.random() * blocks);
  for (let i = 0; i < blocks; i++) {
    const first = lowest + (start + i) % blocks * size;
    const sign = listen("tcp", first);
    if (sign === undefined) continue;
    range = [first + 1, first + size];
    return {
      [Symbol.dispose]: () => {
        range = undefined;
        sign.close();
      },
    };
  }
  throw new Deno.errors.AddrInUse(`Each block of ${size} ports from ${lowest} to ${end - 1} is taken.`);
}

/** The ports below those that the system gives to outgoing connections; its default when that must not be read. */
function wholeRange(): readonly [number, number] {
  try {
    // Deno lets nobody read this who has not every right: the demo has not, tests have.
    const text = Deno.readTextFileSync("/proc/sys/net/ipv4/ip_local_port_range");
    const first = Number.parseInt(text, 10);
    // A system that begins this low leaves no room below: then the default is as good as anything.
    return [LOWEST, first > LOWEST + 1000 ? Math.min(first, 65_536) : EPHEMERAL];
  } catch {
    return [LOWEST, EPHEMERAL];
  }
}

/** Listens there; undefined when somebody else does. */
function listen(transport: "tcp" | "udp", port: number): Deno.Listener | Deno.DatagramConn | undefined {
  try {
    const address = { hostname: "127.0.0.1", port };
    return transport === "tcp" ? Deno.listen(address) : Deno.listenDatagram({ transport: "udp", ...address });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    throw error;
  }
}
