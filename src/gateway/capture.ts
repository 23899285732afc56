/**
 * Where datagrams are noted as they were sent and received, for analysis.
 *
 * @module
 */

/** Notes datagrams; see `capture_file.ts`. */
export interface Capture {
  /**
   * Notes one datagram. Never throws, never waits.
   *
   * @param direction Which way it went.
   * @param local Our address.
   * @param peer The other end's.
   * @param bytes The datagram.
   * @param at When, ms since the epoch.
   */
  add(
    direction: "in" | "out",
    local: { hostname: string; port: number },
    peer: { hostname: string; port: number },
    bytes: Uint8Array,
    at: number,
  ): void;
}
