/**
 * What the event codes of the D6500 mean.
 *
 * @module
 */

/** The second character where the first is a blank (receiver-outputs.md §3.1, A; `C` A with a question mark). */
const SINGLE: Readonly<Record<string, string>> = {
  A: "alarm",
  C: "close",
  F: "fire alarm",
  N: "bypass or status",
  O: "open",
  R: "restore",
  T: "trouble",
  X: "receiver event",
  "@": "link test",
};

/** Both characters; fire, with "automation fire" set in the receiver. */
const PAIRS: Readonly<Record<string, string>> = { "G ": "fire trouble", "H ": "fire restore" };

/** Type-1 lines of the receiver with event `X`, by their number. */
const RECEIVER_EVENTS = new Set(["2", "51", "52"]);

/**
 * Says what the event of a pulse line means.
 *
 * The full table of the D6500 was not available: codes that are not here are each receiver's own (receiver-outputs.md §3.1, A).
 *
 * @param event Two characters, e.g. ` A`.
 * @returns The meaning; undefined when it is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { eventMeaning } from "./event_codes.ts";
 *
 * assertEquals(eventMeaning(" A"), "alarm");
 * assertEquals(eventMeaning("G "), "fire trouble");
 * assertEquals(eventMeaning("ZZ"), undefined);
 * ```
 */
export function eventMeaning(event: string): string | undefined {
  return PAIRS[event] ?? (event.startsWith(" ") ? SINGLE[event.charAt(1)] : undefined);
}

/**
 * Says what a line of the receiver about itself means: 2, 51 and 52 confirm a command of the AE (receiver-outputs.md §3.2, A; which of
 * them confirms which is not known).
 *
 * @param detail The number.
 * @returns The meaning; undefined when it is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { receiverEvent } from "./event_codes.ts";
 *
 * assertEquals(receiverEvent("51"), "command confirmed");
 * assertEquals(receiverEvent("7"), undefined);
 * ```
 */
export function receiverEvent(detail: string): string | undefined {
  return RECEIVER_EVENTS.has(detail) ? "command confirmed" : undefined;
}
