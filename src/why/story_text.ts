/**
 * The life of an alarm, for people, spreadsheets and programs.
 *
 * @module
 */
import { eventToJson } from "../event/alarm_event.ts";
import { rfc3339 } from "../http/view_json.ts";
import type { Story, StoryHop } from "./alarm_story.ts";

/**
 * Tells it.
 *
 * @param story The story.
 * @returns Lines of text. What panels sent is shown as hex or JSON, so nothing in them steers a terminal but what hops say.
 */
export function storyText(story: Story): string[] {
  const { alarm, hops, waiting, deliveredMs, acknowledgedMs, troubles } = story;
  const origin = alarm.origin === "" ? "where it came from" : alarm.origin;
  const width = Math.max(3, ...hops.map(({ side }) => side.length));
  const lines = [
    `alarm ${alarm.id}, number ${alarm.seq}, account ${
      alarm.account === "" ? "(none)" : alarm.account
    }, from ${alarm.origin}`,
    ...alarm.events.map((event) => {
      const places = (["area", "zone", "user", "device"] as const)
        .flatMap((what) => event[what] === undefined ? [] : [`${what} ${event[what]}`]);
      const text = event.text === undefined ? [] : [`text ${JSON.stringify(event.text)}`];
      const flags = event.flags.length === 0 ? [] : [`(${event.flags.join(", ")})`];
      return `  ${
        [
          event.language,
          event.code,
          event.qualifier,
          JSON.stringify(event.label),
          ...places,
          ...text,
          ...flags,
        ]
          .join(" ")
      }`;
    }),
    `  octets ${alarm.raw.toHex().replace(/../g, "$& ").trim() || "(none)"}`,
    "",
    ...hops.map((hop) => hopText(hop, width)),
    "",
  ];
  const goal = hops.some(({ side }) => side === "RCT") ? "the AE" : "the next stage";
  if (deliveredMs !== undefined) lines.push(`acknowledged by ${goal} after ${duration(deliveredMs)}`);
  for (const { side, lane } of waiting) lines.push(`${side}: still waits in queue ${lane}`);
  if (acknowledgedMs !== undefined) {
    lines.push(`acknowledgement sent back to ${origin} after ${duration(acknowledgedMs)}`);
  } else lines.push(`no acknowledgement was sent back to ${origin}`);
  if (troubles.length > 0) {
    const counted = Map.groupBy(troubles, ({ step, side, detail }) => `${side} ${step}: ${detail}`);
    for (const [what, each] of counted) {
      lines.push(`${each.length === 1 ? "once" : `${each.length} times`} ${what}`);
    }
  }
  return lines;
}

/** A time with microseconds. */
const TIME_WIDTH = 27;

function hopText({ at, sinceMs, side, step, detail }: StoryHop, width: number): string {
  const since = sinceMs === undefined ? "" : `+${duration(sinceMs)}`;
  return `  ${(rfc3339(at) ?? "(no time)").padEnd(TIME_WIDTH)}  ${since.padStart(10)}  ${
    side.padEnd(width)
  }  ${step.padEnd(12)}  ${detail}`;
}

/**
 * Makes one JSON object of it: dates as RFC 3339, octets as hex, times in ms.
 *
 * @param story The story.
 * @returns The object.
 */
export function storyJson(
  { alarm, hops, waiting, deliveredMs, acknowledgedMs }: Story,
): Record<string, unknown> {
  const { data, raw, time, events, storedAt, deliveredAt, ...rest } = alarm;
  return {
    alarm: {
      ...rest,
      data: data.toHex(),
      raw: raw.toHex(),
      time: time.toString(16).padStart(16, "0"),
      events: events.map(eventToJson),
      storedAt: rfc3339(storedAt),
      ...(deliveredAt === undefined ? {} : { deliveredAt: rfc3339(deliveredAt) }),
    },
    hops: hops.map(({ at, sinceMs, ...hop }) => ({
      at: rfc3339(at),
      ...hop,
      ...(sinceMs === undefined ? {} : { sinceMs }),
    })),
    waiting,
    ...(deliveredMs === undefined ? {} : { deliveredMs }),
    ...(acknowledgedMs === undefined ? {} : { acknowledgedMs }),
  };
}

/** The columns of {@link storyCsv}. */
export const CSV_HEAD = "alarm,seq,account,at,since_ms,side,lane,step,detail";

/**
 * Makes rows for a spreadsheet of it, one for each hop (RFC 4180).
 *
 * @param story The story.
 * @returns The rows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { csvField } from "./story_text.ts";
 *
 * assertEquals(['a "b", c', "plain", "=1+1"].map(csvField), ['"a ""b"", c"', "plain", "'=1+1"]);
 * ```
 */
export function storyCsv({ alarm, hops }: Story): string[] {
  return hops.map(({ at, sinceMs, side, lane, step, detail }) =>
    [
      alarm.id,
      String(alarm.seq),
      alarm.account,
      rfc3339(at) ?? "",
      sinceMs === undefined ? "" : String(Math.round(sinceMs * 1000) / 1000),
      side,
      lane,
      step,
      detail,
    ]
      .map(csvField).join(",")
  );
}

/**
 * One field. What a spreadsheet would take for a formula gets a quote in front: details hold what panels sent.
 *
 * @param text The field.
 * @returns The same, quoted where needed.
 */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 10_000) return `${Math.round(ms * 10) / 10} ms`;
  if (size < 600_000) return `${(ms / 1000).toFixed(1)} s`;
  return size < 86_400_000 ? `${(ms / 3_600_000).toFixed(2)} h` : `${(ms / 86_400_000).toFixed(2)} d`;
}
