import { type SiaBlock, writeBlock } from "../../../adapters/sia/block.ts";
import { encodeCp437 } from "../../../adapters/sia/cp437.ts";

/** Bytes of a block whose header asks for an answer, unless told otherwise. */
export function block(code: string, data = "", header: Partial<SiaBlock> = {}): Uint8Array {
  return writeBlock({ ackRequest: true, reverseChannel: false, ...header, code, data: encodeCp437(data) });
}

/** Several pieces in one. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Bytes of a string of characters up to 0xFF, as spelled. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
