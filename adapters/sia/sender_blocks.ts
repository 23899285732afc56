/**
 * Event data as the blocks it came in.
 *
 * @module
 */
import { SIA_MAX_DATA } from "./block.ts";
import { decodeCp437 } from "./cp437.ts";

/** The parts of event data: one account, one event block, and perhaps its text. */
export interface SiaParts {
  /** The account as spelled. */
  account: string;
  /** `N` or `O`. */
  code: "N" | "O";
  /** Data of the event block. */
  packet: Uint8Array;
  /** Data of the ASCII block. */
  text?: Uint8Array;
}

/** Longest account of an account block (panel-formats.md §1.3, A). */
const MAX_ACCOUNT = 16;

/**
 * Splits event data (`#1234|Nri1/BA01|AFront door`) into what the blocks hold; the inverse of `writeEventData`.
 *
 * @param data Event data as an EVENT_MSG carries it (ip-protocol.md §8.1: A for the parts, C for the separators).
 * @returns The parts; undefined when the data has another shape or a part does not fit its block.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaParts } from "./sender_blocks.ts";
 *
 * const ascii = (text: string) => new TextEncoder().encode(text);
 * assertEquals(siaParts(ascii("#1234|NBA1|AHall")), {
 *   account: "1234", code: "N", packet: ascii("BA1"), text: ascii("Hall"),
 * });
 * assertEquals(siaParts(ascii("BA1")), undefined);
 * ```
 */
export function siaParts(data: Uint8Array): SiaParts | undefined {
  if (data.length > 1024) return undefined;
  const latin1 = String.fromCharCode(...data);
  const head = /^#([^|]*)\|([NO])/.exec(latin1) ?? /^#([^|NO]*)([NO])/.exec(latin1);
  if (head === null) return undefined;
  const [all, spelled = "", code] = head;
  const account = decodeCp437(data.subarray(1, 1 + spelled.length));
  const textAt = latin1.indexOf("|A", all.length);
  const packet = data.slice(all.length, textAt < 0 ? data.length : textAt);
  const text = textAt < 0 ? undefined : data.slice(textAt + 2);
  const fits = account.length <= MAX_ACCOUNT && packet.length <= SIA_MAX_DATA &&
    (text?.length ?? 0) <= SIA_MAX_DATA;
  if (!fits) return undefined;
  return { account, code: code === "O" ? "O" : "N", packet, ...(text === undefined ? {} : { text }) };
}
