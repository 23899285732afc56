/**
 * What happens to a simulated panel, as lines for people.
 *
 * @module
 */
import type { PanelEvent, PanelSummary } from "./simulation.ts";

/**
 * Writes an event as one line.
 *
 * @param event The event.
 * @returns The line: the alarm's number, what happened, and what there is to say about it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { eventLine } from "./event_line.ts";
 *
 * assertEquals(eventLine({ kind: "sent", alarm: 3, line: "NBA3", attempt: 1 }), "   3 sent          NBA3");
 * assertEquals(eventLine({ kind: "sent", alarm: 3, line: "NBA3", attempt: 2 }), "   3 repeated      NBA3 (2nd time)");
 * ```
 */
export function eventLine(event: PanelEvent): string {
  const row = (what: string, text: string) =>
    `${("alarm" in event ? String(event.alarm) : "-").padStart(4)} ${what.padEnd(13)} ${text}`.trimEnd();
  switch (event.kind) {
    case "connected":
      return row("connected", `to ${event.peer}`);
    case "disconnected":
      return row("disconnected", event.reason);
    case "no-connection":
      return row("not connected", event.message);
    case "sent":
      return event.attempt === 1
        ? row("sent", event.line)
        : row("repeated", `${event.line} (${ordinal(event.attempt)} time)`);
    case "spoiled":
      return row("spoiled", "that frame had a wrong checksum, or was unreadable");
    case "acknowledged":
      return row("acknowledged", `after ${event.ms} ms`);
    case "refused":
      return row("refused", `${event.rule}: ${event.message}`);
    case "unanswered":
      return row("no answer", `${event.rule}: ${event.message}`);
    case "stray":
      return row("stray", `${event.rule}: ${event.message}`);
  }
}

/**
 * Writes what came of it all.
 *
 * @param summary The counts.
 * @returns One line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { summaryLine } from "./event_line.ts";
 *
 * const summary = { sent: 2, acknowledged: 1, refused: 0, unanswered: 1, repeated: 3, connections: 1 };
 * assertEquals(summaryLine(summary), "sent 2, acknowledged 1, refused 0, unanswered 1");
 * ```
 */
export function summaryLine({ sent, acknowledged, refused, unanswered }: PanelSummary): string {
  return `sent ${sent}, acknowledged ${acknowledged}, refused ${refused}, unanswered ${unanswered}`;
}

function ordinal(count: number): string {
  return count === 2 ? "2nd" : count === 3 ? "3rd" : `${count}th`;
}
