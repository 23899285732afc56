/**
 * Automation software that speaks SIA DC-09.
 *
 * @module
 */
import { Dc09Session } from "../../adapters/dc09/session.ts";
import type { Dc09SessionOptions } from "../../adapters/dc09/session_options.ts";
import type { SessionLanguage } from "./session_ae.ts";

/**
 * Reads SIA-DCS and ADM-CID, in clear and encrypted; answers ACK, NAK with the time, or DUH.
 *
 * @param options Keys, and whether each `feed` is a datagram.
 * @returns The language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09Ae } from "./dc09_ae.ts";
 *
 * const raw = new TextEncoder().encode('\n02920023"SIA-DCS"0001L0#1234[#1234|Nri1BA5]\r');
 * assertEquals(dc09Ae().stamp?.(raw), "0001");
 * ```
 */
export function dc09Ae(options: Dc09SessionOptions = {}): SessionLanguage {
  return {
    session: () => new Dc09Session(options),
    words: { taken: "ACK", refused: "NAK" },
    answersPolls: true,
    isText: true,
    // In clear even when the rest is not.
    stamp: (raw) => /^[^"]{0,16}"[^"]{1,32}"(\d{4})/.exec(new TextDecoder("latin1").decode(raw))?.[1],
  };
}
