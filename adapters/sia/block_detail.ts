/**
 * A block in a few words.
 *
 * @module
 */
import type { SiaBlock } from "./block.ts";
import { decodeCp437, displayText } from "./cp437.ts";
import { siaFunction } from "./function_code.ts";

/**
 * Says what a block is, for people. The data of a remote login is left out: it is the panel's remote code.
 *
 * @param block The block.
 * @returns Name of the function, its code, and the data if it has some.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { blockDetail } from "./block_detail.ts";
 *
 * const data = new TextEncoder().encode("1234");
 * assertEquals(blockDetail({ ackRequest: true, reverseChannel: false, code: "&", data }), "origin (&): 1234");
 * assertEquals(blockDetail({ ackRequest: true, reverseChannel: false, code: "?", data }).includes("1234"), false);
 * ```
 */
export function blockDetail({ code, data }: SiaBlock): string {
  const printable = code > " " && code <= "~"
    ? code
    : `0x${code.charCodeAt(0).toString(16).padStart(2, "0")}`;
  const name = siaFunction(code)?.name ?? "unknown function";
  const text = code === "?" ? "" : displayText(decodeCp437(data));
  return `${name} (${printable})${text === "" ? "" : `: ${text}`}`;
}
