/**
 * A receiving centre of VdS 2465 over TCP.
 *
 * @module
 */
import { Vds2465TcpSession, type Vds2465TcpSessionOptions } from "../../adapters/vds2465/tcp_session.ts";
import type { SessionLanguage } from "./session_ae.ts";

/**
 * Synchronises, polls, and acknowledges with records 03. It has no negative answer: for an alarm that is refused the
 * connection is closed (vds2465.md §6.5).
 *
 * @param options Keys, and how often is polled.
 * @returns The language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vds2465TcpAe } from "./vds2465_tcp_ae.ts";
 *
 * assertEquals(vds2465TcpAe().session().nextTick, 0);
 * ```
 */
export function vds2465TcpAe(options: Vds2465TcpSessionOptions = {}): SessionLanguage {
  return {
    session: () => new Vds2465TcpSession(options),
    words: { taken: "record 03", refused: "nothing, connection closed" },
    answersPolls: false,
    isText: false,
  };
}
