/**
 * What outputs would send, for people and for programs.
 *
 * @module
 */
import type { EventDraft } from "../event/alarm_event.ts";
import type { SiteAlarm } from "../simulator/site.ts";
import type { MappedLines } from "./map_alarm.ts";

/**
 * Writes an alarm and its lines as text: the events first, then each output with its lines, what it lost and what to note.
 *
 * @param alarm The alarm.
 * @param mapped What the outputs would send.
 * @param hex Whether the octets of each line stand below it.
 * @returns The lines of text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mapText } from "./map_text.ts";
 *
 * const alarm = { account: "1234", protocol: "sia" as const, data: new Uint8Array(), events: [] };
 * const written = { ok: true as const, lines: [{ bytes: Uint8Array.of(0x41, 0x14), line: "A<DC4>" }], notes: [] };
 * const text = mapText(alarm, [{ name: "ae", language: "sur-gard", account: "1234", written }], true);
 * assertEquals(text, ["  ae  sur-gard  A<DC4>", "                41 14"]);
 * ```
 */
export function mapText(alarm: SiteAlarm, mapped: readonly MappedLines[], hex: boolean): string[] {
  const wide = (pick: (lines: MappedLines) => string) => Math.max(0, ...mapped.map((it) => pick(it).length));
  const [name, language] = [wide((it) => it.name), wide((it) => it.language)];
  const indent = " ".repeat(name + language + 6);
  const text = alarm.events.map(eventText);
  for (const one of mapped) {
    const head = `  ${one.name.padEnd(name)}  ${one.language.padEnd(language)}  `;
    const { written } = one;
    if (!written.ok) {
      text.push(`${head}nothing is sent, ${written.rule}: ${written.message}`);
      continue;
    }
    for (const [at, { bytes, line }] of written.lines.entries()) {
      text.push((at === 0 ? head : indent) + line);
      if (hex) text.push(...hexLines(bytes).map((digits) => indent + digits));
    }
    for (const { what, detail } of written.lost ?? []) text.push(`${indent}lost ${what}: ${detail}`);
    // What is lost stands above.
    for (const note of written.notes) text.push(`${indent}note: ${note.replace(/; lost: .*$/s, "")}`);
  }
  return text;
}

/**
 * The same as one JSON object: octets as hex.
 *
 * @param alarm The alarm.
 * @param mapped What the outputs would send.
 * @returns The object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mapJson } from "./map_text.ts";
 *
 * const alarm = { account: "1234", protocol: "sia" as const, data: Uint8Array.of(0x23), events: [] };
 * assertEquals(mapJson(alarm, []), { account: "1234", protocol: "sia", data: "23", events: [], outputs: [] });
 * ```
 */
export function mapJson(alarm: SiteAlarm, mapped: readonly MappedLines[]): Record<string, unknown> {
  const { account, protocol, data, events } = alarm;
  return {
    account,
    protocol,
    data: data.toHex(),
    events: events.map(({ raw, ...event }) => ({ ...event, raw: raw.toHex() })),
    outputs: mapped.map(({ written, ...output }) => ({
      ...output,
      ...(written.ok
        ? {
          lines: written.lines.map(({ bytes, line }) => ({ line, bytes: bytes.toHex() })),
          lost: written.lost ?? [],
          unknown: written.unknown ?? 0,
          notes: written.notes,
        }
        : { rule: written.rule, message: written.message }),
    })),
  };
}

function eventText(event: EventDraft): string {
  const places = (["area", "zone", "user", "device"] as const)
    .flatMap((what) => event[what] === undefined ? [] : [`${what} ${event[what]}`]);
  return [
    event.account === "" ? "(no account)" : event.account,
    event.language,
    event.code === "" ? "(no code)" : event.code,
    event.qualifier,
    JSON.stringify(event.label),
    ...places,
    ...(event.text === undefined ? [] : [`text ${JSON.stringify(event.text)}`]),
  ].join(" ");
}

function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 32) {
    lines.push(bytes.subarray(at, at + 32).toHex().replace(/../g, "$& ").trim());
  }
  return lines;
}
