/**
 * The live feed: what happens in the gateway, as server-sent events, to a bounded number of clients.
 *
 * The gateway is listened to once, and only while somebody looks; each event is written once for all clients.
 *
 * @module
 */
import { EventStream } from "./event_stream.ts";
import type { GatewayView, LiveEvent } from "./view.ts";
import { liveEventToJson, rfc3339 } from "./view_json.ts";

/** Limits of a {@link LiveFeed}. */
export interface LiveFeedOptions {
  /** Clients at once. @default {50} */
  maxClients?: number;
  /** Octets that may wait for one client before it is disconnected. @default {262144} */
  clientBufferBytes?: number;
  /** Milliseconds between the comments that keep idle connections open. @default {15000} */
  pingMs?: number;
  /** The clock, in ms since the epoch. @default {Date.now} */
  now?: () => number;
}

const encoder = new TextEncoder();
const PING = encoder.encode(": ping\n\n");

/**
 * Hands the events of a gateway to its clients.
 *
 * A client first gets `hello` (role, name, version, startedAt, now), then `hop`, `fault`, `restored` and `link` as they
 * happen. Event ids are `<start of the gateway>.<number>`, the number rising by one from event to event: a client that
 * was away compares ids to learn whether it missed something, and asks `/api/alarms` for what.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { LiveFeed } from "./live_feed.ts";
 * import type { LiveEvent } from "./view.ts";
 *
 * let listener: ((event: LiveEvent) => void) | undefined;
 * const feed = new LiveFeed({
 *   role: "rct", name: "north", version: "1.0.0", startedAt: 0,
 *   subscribe: (to) => { listener = to; return () => listener = undefined; },
 * });
 * const body = feed.join()!;
 * const reader = body.getReader();
 * assertStringIncludes(new TextDecoder().decode((await reader.read()).value), "event: hello");
 * listener?.({ type: "link", site: "mill", state: "failed", at: 0 });
 * assertStringIncludes(new TextDecoder().decode((await reader.read()).value), '"site":"mill"');
 * await reader.cancel();
 * assertEquals(listener, undefined);
 * ```
 */
export class LiveFeed {
  readonly #view: Pick<GatewayView, "role" | "name" | "version" | "startedAt" | "subscribe">;
  readonly #maxClients: number;
  readonly #bufferBytes: number;
  readonly #pingMs: number;
  readonly #now: () => number;
  readonly #clients = new Set<EventStream>();
  /** Clients that ended for us while their connection is still there: they count until it is gone. */
  #lingering = 0;
  #number = 0;
  #droppedSlow = 0;
  #unsubscribe: (() => void) | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;

  constructor(
    view: Pick<GatewayView, "role" | "name" | "version" | "startedAt" | "subscribe">,
    options: LiveFeedOptions = {},
  ) {
    this.#view = view;
    this.#maxClients = options.maxClients ?? 50;
    this.#bufferBytes = options.clientBufferBytes ?? 256 * 1024;
    this.#pingMs = options.pingMs ?? 15_000;
    this.#now = options.now ?? Date.now;
  }

  /** Clients that get events. */
  get clients(): number {
    return this.#clients.size;
  }

  /** Clients disconnected so far because they did not read. */
  get droppedSlow(): number {
    return this.#droppedSlow;
  }

  /**
   * Lets a client in.
   *
   * @param completed Settles when the client's connection is done with the answer. A client that stopped reading is
   *   dropped here at once, but its socket lives on in the kernel: it keeps its place until then.
   * @param closing Ends the stream when it aborts.
   * @returns The body of the answer, or undefined when the house is full.
   */
  join(completed?: Promise<unknown>, closing?: AbortSignal): ReadableStream<Uint8Array> | undefined {
    if (this.#clients.size + this.#lingering >= this.#maxClients) return undefined;
    const close = () => stream.close();
    const stream = new EventStream(this.#bufferBytes, (why) => {
      closing?.removeEventListener("abort", close);
      if (why === "slow") this.#droppedSlow++;
      this.#leave(stream, completed);
    });
    this.#clients.add(stream);
    if (this.#clients.size === 1) this.#start();
    stream.send(encoder.encode("retry: 2000\n"));
    stream.send(this.#write("hello", {
      role: this.#view.role,
      name: this.#view.name,
      version: this.#view.version,
      startedAt: rfc3339(this.#view.startedAt),
      now: rfc3339(this.#now()),
    }));
    if (closing?.aborted) stream.close();
    else closing?.addEventListener("abort", close);
    return stream.body;
  }

  #start(): void {
    this.#unsubscribe = this.#view.subscribe((event) => this.#tell(event));
    this.#ping = setInterval(() => this.#send(PING), this.#pingMs);
  }

  #leave(stream: EventStream, completed: Promise<unknown> | undefined): void {
    this.#clients.delete(stream);
    if (completed !== undefined) {
      this.#lingering++;
      const done = () => {
        this.#lingering--;
      };
      completed.then(done, done);
    }
    if (this.#clients.size > 0) return;
    clearInterval(this.#ping);
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #tell(event: LiveEvent): void {
    this.#number++;
    this.#send(this.#write(event.type, liveEventToJson(event)));
  }

  #send(bytes: Uint8Array): void {
    for (const client of [...this.#clients]) client.send(bytes);
  }

  /** JSON holds no line break, so one `data` line carries it whatever a panel wrote. */
  #write(event: string, data: Record<string, unknown>): Uint8Array {
    const id = `${this.#view.startedAt}.${this.#number}`;
    return encoder.encode(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
