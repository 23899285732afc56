/**
 * What a Texecom communicator says to a receiving centre, and what it is answered.
 *
 * Source: panel-formats.md §1.6 "Texecom", confidence A (an implementation, re-run; no capture of a panel).
 *
 * @module
 */
import type { ContactId } from "../contact_id/message.ts";
import type { SiaBlock } from "../sia/block.ts";

/** One line of the conversation. */
export type TexecomMessage =
  /** Type `2`: a Contact ID message; its checksum digit if it had one. */
  | { kind: "contact-id"; contactId: ContactId; checksum?: string }
  /** Type `3`: SIA blocks, each with good parity, the end-of-data block included. */
  | { kind: "sia"; blocks: SiaBlock[] }
  /** `POLLnnnn#`, a flag octet and three more. */
  | { kind: "poll"; account: string; flags: number }
  /** `+++`: the communicator has finished. */
  | { kind: "end" };

/** The flag octet of a poll, by bit. */
const FLAGS: readonly (readonly [number, string])[] = [
  [0x01, "line-failure"],
  [0x02, "ac-failure"],
  [0x04, "battery-failure"],
  [0x08, "armed"],
  [0x10, "engineer"],
];

/**
 * Names the flags of a poll. Bits without a known meaning are named by value, e.g. `flag-0x20`.
 *
 * Source: panel-formats.md §1.6: 1 line failure, 2 AC, 4 battery, 8 armed, 16 engineer; confidence A for the bits. That
 * 2 and 4 stand for the failure and not the presence is taken from the first one.
 *
 * @param flags The flag octet, 0 to 255.
 * @returns The names, lowest bit first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pollFlags } from "./message.ts";
 *
 * assertEquals(pollFlags(0x0a), ["ac-failure", "armed"]);
 * assertEquals(pollFlags(0x40), ["flag-0x40"]);
 * ```
 */
export function pollFlags(flags: number): string[] {
  const names: string[] = [];
  for (let bit = 1; bit <= 0x80; bit <<= 1) {
    if ((flags & bit) === 0) continue;
    const known = FLAGS.find(([value]) => value === bit);
    names.push(known?.[1] ?? `flag-0x${bit.toString(16).padStart(2, "0")}`);
  }
  return names;
}

/**
 * The acknowledgement of a line: its type digit, 0x06, CR LF.
 *
 * @param type `2` or `3`.
 * @returns 4 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { acknowledgement } from "./message.ts";
 *
 * assertEquals(acknowledgement("2").toHex(), "32060d0a");
 * ```
 */
export function acknowledgement(type: "2" | "3"): Uint8Array {
  return Uint8Array.of(type.charCodeAt(0), 0x06, 0x0d, 0x0a);
}

/**
 * The answer to a poll: `[P]`, 00, minutes to the next poll, 0x06, CR LF.
 *
 * @param minutes When the panel shall poll again, 1 to 255 minutes; brought into that range.
 * @returns 8 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pollReply } from "./message.ts";
 *
 * assertEquals(pollReply(1).toHex(), "5b505d0001060d0a");
 * ```
 */
export function pollReply(minutes: number): Uint8Array {
  const octet = Math.min(255, Math.max(1, Math.trunc(minutes) || 1));
  return Uint8Array.of(0x5b, 0x50, 0x5d, 0x00, octet, 0x06, 0x0d, 0x0a);
}
