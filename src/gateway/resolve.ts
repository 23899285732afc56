/**
 * Names to addresses, for UDP peers.
 *
 * @module
 */

/**
 * Finds the address of a host, trying again for as long as it takes: a gateway that starts before the name server is up
 * must not give up.
 *
 * @param hostname Name or address.
 * @param port Its UDP port.
 * @param stop Ends the attempts.
 * @returns The address to send to.
 * @throws {Error} (rejects) When `stop` is aborted: its reason.
 */
export async function resolvePeer(hostname: string, port: number, stop?: AbortSignal): Promise<Deno.NetAddr> {
  if (/^[0-9.]+$/.test(hostname) || hostname.includes(":")) return { transport: "udp", hostname, port };
  if (hostname === "localhost") return { transport: "udp", hostname: "127.0.0.1", port };
  for (let pause = 500;; pause = Math.min(pause * 2, 15_000)) {
    for (const kind of ["A", "AAAA"] as const) {
      try {
        const [address] = await Deno.resolveDns(hostname, kind, stop === undefined ? {} : { signal: stop });
        if (address !== undefined) return { transport: "udp", hostname: address, port };
      } catch {
        // No such record, or no name server: the other kind, then again later.
      }
    }
    stop?.throwIfAborted();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      stop?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
    stop?.throwIfAborted();
  }
}
