/**
 * The refusal of event data without events.
 *
 * @module
 */
import type { LineRefusal } from "./line_refusal.ts";

/**
 * Refuses an alarm that is to be translated and has no event.
 *
 * @returns Rule `bad-event-data`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noEvent } from "./no_event.ts";
 *
 * assertEquals(noEvent().rule, "bad-event-data");
 * ```
 */
export function noEvent(): LineRefusal {
  return {
    ok: false,
    rule: "bad-event-data",
    message: "The event data holds no event; check the sender's version.",
  };
}
