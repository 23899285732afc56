/**
 * For scripts: listens for panels of one language and hands their events to a function.
 *
 * @module
 */
import type { PanelAdapter, PanelEffect, Refusal } from "../../adapters/contract.ts";
import type { EventDraft } from "../event/alarm_event.ts";
import { type Closable, listenTcp, type TcpConnection, type TcpHandler } from "../transport/tcp.ts";
import { Wake } from "./wake.ts";

/** What {@link listenPanels} is told. */
export interface PanelListenerOptions {
  /** The panels' language: `sia`, `contactId`, `texecom` of `mod.ts`, or your own. */
  language: PanelAdapter;
  /** Address to listen on. @default {"127.0.0.1"} */
  hostname?: string;
  /** TCP port; 0 lets the system choose. */
  port: number;
  /** Addresses and CIDR blocks that may connect; everyone when absent. */
  allow?: readonly string[];
  /** Account for panels that send none. */
  defaultAccount?: string;
  /**
   * Gets the events of one alarm. The panel is acknowledged when the returned promise resolves, and gets a negative
   * answer when it rejects: it then sends the alarm again. So store or pass on first, resolve then.
   */
  onAlarm: (events: EventDraft[], peer: string) => Promise<void> | void;
  /** Told of bytes that could not be read. */
  onRefused?: (refusal: Refusal, peer: string) => void;
}

/** A running listener. */
export interface PanelListener extends Closable {
  /** Bound address. */
  readonly hostname: string;
  /** Bound port. */
  readonly port: number;
}

/**
 * Listens for panels.
 *
 * Text that a panel sends after an alarm (a SIA ASCII block) comes as a second call with the same events, now with text.
 *
 * @param options Language, port, and what to do with alarms.
 * @returns The listener.
 * @throws {Error} When the port cannot be bound.
 */
export function listenPanels(options: PanelListenerOptions): PanelListener {
  return listenTcp({
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port,
    ...(options.allow === undefined ? {} : { allow: options.allow }),
  }, (connection) => new ScriptedPanel(connection, options));
}

class ScriptedPanel implements TcpHandler {
  readonly #connection: TcpConnection;
  readonly #options: PanelListenerOptions;
  readonly #session;
  #closed = false;
  readonly #wake = new Wake(() => this.#apply(this.#session.tick(Date.now())));

  constructor(connection: TcpConnection, options: PanelListenerOptions) {
    this.#connection = connection;
    this.#options = options;
    const { defaultAccount } = options;
    this.#session = options.language.session(defaultAccount === undefined ? {} : { defaultAccount });
    // In some languages the receiver speaks first.
    this.#apply(this.#session.tick(Date.now()));
  }

  data(bytes: Uint8Array): void {
    this.#apply(this.#session.feed(bytes, Date.now()));
  }

  closed(): void {
    this.#closed = true;
    this.#apply(this.#session.end(Date.now()));
    this.#wake.clear();
  }

  #apply(effects: PanelEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") this.#connection.send(effect.bytes);
      else if (effect.kind === "alarm" || effect.kind === "text") {
        void this.#hand(effect.ref, effect.alarm.events);
      } else if (effect.kind === "refused") this.#options.onRefused?.(effect, this.#connection.peer);
      else if (effect.kind === "close") this.#connection.close();
    }
    // A script may take its time with an alarm: no timer may begin again then.
    if (!this.#closed) this.#wake.set(this.#session.nextTick);
  }

  async #hand(ref: number, events: EventDraft[]): Promise<void> {
    let outcome: "accepted" | "failed" = "accepted";
    try {
      await this.#options.onAlarm(events, this.#connection.peer);
    } catch {
      outcome = "failed";
    }
    this.#apply(this.#session.settle(ref, outcome, Date.now()));
  }
}
