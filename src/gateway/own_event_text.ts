/**
 * Messages of the receiver's own in words, short enough for a line of automation software.
 *
 * @module
 */
import type { OwnEvent } from "../event/own_events.ts";
import type { Telling } from "./own_event_pace.ts";

/** Characters of a name. With the rest a text fits the 66 characters of a Sur-Gard line (receiver-outputs.md §1.2, A). */
const NAME = 20;

/**
 * Says what came or is over.
 *
 * @param event What it is.
 * @param name Of the site or output; empty for the receiver itself.
 * @param telling How often it came, and how long it lasted.
 * @returns Up to about 50 characters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownEventText } from "./own_event_text.ts";
 *
 * const text = (over: boolean, times: number) =>
 *   ownEventText({ fault: "ae-absent", over, number: 1 }, "east", { over, times, lastedMs: 720_000 });
 * assertEquals(text(false, 1), "AE east absent");
 * assertEquals(text(true, 3), "AE east was absent 12 min (3 times)");
 * ```
 */
export function ownEventText(
  event: OwnEvent,
  name: string,
  { over, times, lastedMs }: Pick<Telling, "over" | "times" | "lastedMs">,
): string {
  const [came, went] = words(event, name.length > NAME ? `${name.slice(0, NAME - 1)}~` : name);
  const lasted = over ? ` ${duration(lastedMs)}` : "";
  return `${over ? went : came}${lasted}${times > 1 ? ` (${times} times)` : ""}`;
}

function words({ fault, number }: OwnEvent, name: string): [came: string, went: string] {
  switch (fault) {
    case "ae-absent":
      return [`AE ${name} absent`, `AE ${name} was absent`];
    case "line":
      return [`line of ${name} failed`, `line of ${name} had failed`];
    case "ats":
      return [`path of ${name} failed`, `path of ${name} had failed`];
    case "path":
      return [`path ${number} of ${name} failed`, `path ${number} of ${name} had failed`];
    case "capacity":
      return name === ""
        ? ["journal fails", "journal had failed"]
        : [`queue of ${name} is long`, `queue of ${name} was long`];
  }
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
