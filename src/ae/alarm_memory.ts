/**
 * What automation software remembers of the alarms it had, so that it knows a repeat.
 *
 * @module
 */
import type { EventDraft } from "../event/alarm_event.ts";
import type { AeRecord } from "./ae_peer.ts";

/** Alarms that are remembered, when nothing else is set. */
const MOST = 10_000;
/** Characters of a key that count: what comes from a network may have any length. */
const LONGEST = 2048;

/**
 * Tells repeats from new alarms, over all connections of an AE. Bounded: the alarm that was not heard for longest is
 * forgotten first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AlarmMemory } from "./alarm_memory.ts";
 *
 * const memory = new AlarmMemory();
 * assertEquals(memory.repeat("1234 BA 5", { stamp: "0001" }), "none");
 * assertEquals(memory.repeat("1234 BA 5", { stamp: "0001" }), "marked");
 * assertEquals(memory.repeat("1234 BA 5", { stamp: "0002" }), "unmarked");
 * assertEquals(memory.repeat("1234 BA 5", { stamp: "0003", marked: true }), "marked");
 * ```
 */
export class AlarmMemory {
  readonly #stamps = new Map<string, string | undefined>();
  readonly #most: number;

  /** Starts with nothing. @param most Alarms that are remembered. @default {10000} */
  constructor(most: number = MOST) {
    this.#most = most;
  }

  /** Alarms that are remembered. */
  get size(): number {
    return this.#stamps.size;
  }

  /**
   * Looks whether an alarm came before, and remembers it.
   *
   * @param key The same for an alarm with and without a mark: see {@link keyOfEvents}.
   * @param says What the message says of itself: that it may be a repeat, and the number that its repeats share.
   * @returns What it is.
   */
  repeat(key: string, says: { marked?: boolean; stamp?: string } = {}): AeRecord["repeat"] {
    const { marked = false } = says;
    const stamp = says.stamp === undefined ? undefined : shortened(says.stamp);
    const name = shortened(key);
    const known = this.#stamps.has(name);
    const same = known && stamp !== undefined && this.#stamps.get(name) === stamp;
    this.#stamps.delete(name);
    this.#stamps.set(name, stamp);
    if (this.#stamps.size > this.#most) this.#stamps.delete(this.#stamps.keys().next().value ?? "");
    return marked || same ? "marked" : known ? "unmarked" : "none";
  }
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} ${text.length}` : text;
}

/**
 * What an alarm says, without the octets, the flags and the mark of a repeat in them.
 *
 * @param events The alarm's events.
 * @returns A key; empty for no events.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { keyOfEvents } from "./alarm_memory.ts";
 *
 * const event = { account: "1", language: "sia", code: "BA", qualifier: "new" as const, label: "" };
 * const [first, again] = [["x"], []].map((flags) => keyOfEvents([{ ...event, flags, raw: new Uint8Array() }]));
 * assertEquals(first, again);
 * ```
 */
export function keyOfEvents(events: readonly EventDraft[]): string {
  if (events.length === 0) return "";
  return JSON.stringify(
    events.map(({ account, code, qualifier, area, zone, user, device, text, occurredAt }) => [
      ...[account, code, qualifier, area, zone, user, device, text],
      occurredAt?.getTime(),
    ]),
  );
}
