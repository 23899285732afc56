/**
 * For scripts: delivers alarms to automation software, without a journal.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";
import {
  type Closable,
  connectTcp,
  listenTcp,
  type TcpConnection,
  type TcpHandler,
} from "../transport/tcp.ts";
import { Wake } from "./wake.ts";

/** What an {@link Output} is told. */
export interface OutputOptions {
  /** The AE's language: `surGardSession()` of `mod.ts`, or your own. */
  session: OutputSession;
  /** `listen`: the AE connects to us; `connect`: we connect to the AE. */
  role: "listen" | "connect";
  /** Address. @default {"127.0.0.1"} */
  hostname?: string;
  /** TCP port: ours when listening, the AE's when connecting. */
  port: number;
}

/** An alarm to deliver. */
export type Delivery = Pick<OutputItem, "account" | "protocol" | "data">;

/**
 * Delivers alarms in order, one at a time. What waits is in memory only: a script that must not lose an alarm keeps it
 * until {@link Output.deliver} resolves.
 */
export class Output implements Closable {
  readonly #session: OutputSession;
  readonly #transport: Closable & { port?: number };
  readonly #port: number;
  readonly #wake = new Wake(() => this.#apply(this.#session.tick(Date.now())));
  readonly #queue: OutputItem[] = [];
  readonly #promises = new Map<
    string,
    { item: OutputItem; resolve: () => void; reject: (error: Error) => void }
  >();
  #connection: TcpConnection | undefined;
  #next = 1;

  /** Opens the output. */
  constructor(options: OutputOptions) {
    this.#session = options.session;
    this.#port = options.port;
    const endpoint = { hostname: options.hostname ?? "127.0.0.1", port: options.port };
    const accept = (connection: TcpConnection) => this.#accept(connection);
    this.#transport = options.role === "listen" ? listenTcp(endpoint, accept) : connectTcp(endpoint, accept);
  }

  /** Port listened on; the AE's port when connecting. */
  get port(): number {
    return this.#transport.port ?? this.#port;
  }

  /**
   * Delivers an alarm.
   *
   * @param alarm The alarm.
   * @returns Resolves when the AE has acknowledged it.
   * @throws {Error} (rejects) When the AE refuses it for good, or the output is closed first.
   */
  deliver(alarm: Delivery): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const item: OutputItem = { ...alarm, id: String(this.#next++), events: [], repeated: false };
    this.#promises.set(item.id, { item, resolve, reject });
    this.#queue.push(item);
    this.#pump();
    return promise;
  }

  /** Closes the connection; what was not delivered is rejected. */
  async close(): Promise<void> {
    this.#wake.clear();
    await this.#transport.close();
    this.#wake.clear();
    for (const { reject } of this.#promises.values()) reject(new Error("the output was closed"));
    this.#promises.clear();
  }

  #accept(connection: TcpConnection): TcpHandler {
    const old = this.#connection;
    if (old !== undefined) {
      this.#apply(this.#session.disconnected(Date.now()));
      old.close();
    }
    this.#connection = connection;
    this.#apply(this.#session.connected(Date.now()));
    return {
      data: (bytes) => {
        if (this.#connection === connection) this.#apply(this.#session.feed(bytes, Date.now()));
      },
      closed: () => {
        if (this.#connection !== connection) return;
        this.#connection = undefined;
        this.#apply(this.#session.disconnected(Date.now()));
      },
    };
  }

  #apply(effects: OutputEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          this.#connection?.send(effect.bytes);
          break;
        case "delivered":
          this.#promises.get(effect.id)?.resolve();
          this.#promises.delete(effect.id);
          break;
        case "refused":
          this.#promises.get(effect.id)?.reject(new Error(effect.message));
          this.#promises.delete(effect.id);
          break;
        case "absent": {
          const back = effect.id === undefined ? undefined : this.#promises.get(effect.id);
          if (back !== undefined) this.#queue.unshift({ ...back.item, repeated: true });
          break;
        }
        case "close":
          this.#connection?.close();
          break;
      }
    }
    this.#pump();
  }

  #pump(): void {
    while (this.#session.ready) {
      const item = this.#queue.shift();
      if (item === undefined) break;
      this.#apply(this.#session.offer(item, Date.now()));
    }
    this.#wake.set(this.#session.nextTick);
  }
}
