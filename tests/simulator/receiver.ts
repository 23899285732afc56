/** A receiver on TCP, as scripts write it, that remembers what it got. */
import type { PanelAdapter, PanelEffect, PanelSession, Refusal } from "../../adapters/contract.ts";
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { listenPanels, type PanelListener } from "../../src/gateway/panel_listener.ts";

export class Receiver implements AsyncDisposable {
  /** Each alarm as it was handed over; with text: once more. */
  readonly alarms: EventDraft[][] = [];
  readonly refusals: Refusal[] = [];
  readonly #listener: PanelListener;

  /** @param store Called before an alarm is acknowledged. */
  constructor(language: PanelAdapter, store: () => void = () => {}) {
    this.#listener = listenPanels({
      language,
      port: 0,
      onAlarm: (events) => {
        store();
        this.alarms.push(events);
      },
      onRefused: (refusal) => void this.refusals.push(refusal),
    });
  }

  get port(): number {
    return this.#listener.port;
  }

  /** The alarms in short: code, qualifier, zone. */
  get codes(): string[] {
    return this.alarms.flat().map(({ code, zone, user, device }) =>
      `${code} ${zone ?? user ?? device ?? ""}`.trim()
    );
  }

  /** Names of what was refused, each once. */
  get rules(): string[] {
    return [...new Set(this.refusals.map(({ rule }) => rule))];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#listener.close();
  }
}

/**
 * Acknowledges whatever a session finds on a connection, until it ends. For lines that no listener is for: a receiver that
 * dials in, a serial line.
 *
 * @returns The events.
 */
export async function answer(conn: Deno.TcpConn, session: PanelSession): Promise<EventDraft[]> {
  const events: EventDraft[] = [];
  const out: Uint8Array[] = [];
  const take = (effects: PanelEffect[]): void => {
    for (const effect of effects) {
      if (effect.kind === "send") out.push(effect.bytes);
      if (effect.kind !== "alarm" && effect.kind !== "text") continue;
      events.push(...effect.alarm.events);
      take(session.settle(effect.ref, "accepted", Date.now()));
    }
  };
  const buffer = new Uint8Array(4096);
  take(session.tick(Date.now()));
  try {
    for (;;) {
      for (let bytes = out.shift(); bytes !== undefined; bytes = out.shift()) {
        for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
      }
      const n = await conn.read(buffer);
      if (n === null) return events;
      take(session.feed(buffer.slice(0, n), Date.now()));
    }
  } catch {
    return events;
  }
}
