/**
 * Serial lines for a gateway without rights to open them: `tocsin serial` holds the lines, this fetches their octets from its
 * Unix socket.
 *
 * @module
 */
import { FrameSender } from "../serial/frame_sender.ts";
import type { LineDown, LineOpen, LineState } from "../serial/line_state.ts";
import { FrameReader, LINK_VERSION, type LinkFrame, WRITE_WINDOW } from "../serial/link_frames.ts";
import { reconnect } from "./reconnect.ts";
import { type Closable, MAX_UNSENT, type TcpConnection } from "./tcp.ts";

/**
 * A line while its device is open: it looks like a panel's TCP connection. `peer` is the device. When the device goes away, or
 * the process that holds it, the connection is closed; when it is back, there is another one.
 */
export type SerialConnection = TcpConnection;

/** What the owner of a {@link SerialConnection} is told. A `TcpHandler` is one. */
export interface SerialHandler {
  /**
   * Octets arrived. The buffer belongs to the handler. The next come when a returned promise has settled; they count as handed
   * on then, and are not kept any longer.
   *
   * @param bytes The octets.
   * @param readAt When the first of them was read from the line, ms since the epoch: long ago when no gateway was there.
   */
  data(bytes: Uint8Array, readAt: number): void | Promise<void>;
  /** The connection is gone. Called once. */
  closed(reason: string): void;
}

/** What a gateway is told of a line, beside its octets. */
export type SerialNews =
  /** What the line tells. */
  | LineState
  /** Octets were dropped, because no gateway fetched them. */
  | { kind: "lost"; octets: number }
  /** The process that holds the line cannot be reached, or turns this gateway away: tried again. */
  | { kind: "unreachable"; rule: string; message: string };

/** Options of {@link connectSerial}. */
export interface SerialClientOptions {
  /** Path of the socket. */
  socket: string;
  /** Name of the line. */
  line: string;
  /** First pause before another attempt, ms; doubles up to `maxRetryMs`. @default {250} */
  retryMs?: number;
  /** Longest pause between attempts, ms. @default {5000} */
  maxRetryMs?: number;
  /** A process that says nothing for so long hangs: it is told, and connected to anew, ms. @default {10000} */
  silentMs?: number;
  /** Told how the line is. Never throws. */
  onNews?: (news: SerialNews) => void;
}

/**
 * Keeps a serial line: connects to the process that holds it, and connects again when it is lost.
 *
 * @param options Which line, where.
 * @param accept Called each time that the line comes up.
 * @returns Something to close.
 */
export function connectSerial(
  options: SerialClientOptions,
  accept: (connection: SerialConnection) => SerialHandler,
): Closable {
  let current: Link | undefined;
  const unreachable = (rule: string, message: string) =>
    options.onNews?.({ kind: "unreachable", rule, message });
  const attempt = async (_pauseMs: number, stop: AbortSignal): Promise<boolean> => {
    try {
      const conn = await Deno.connect({ transport: "unix", path: options.socket });
      current = new Link(conn, options, accept);
      if (stop.aborted) current.end("closed by Tocsin");
      const { welcomed, rule, reason } = await current.run();
      current = undefined;
      if (!stop.aborted && rule !== undefined) unreachable(rule, reason);
      return welcomed;
    } catch (error) {
      unreachable("no-serial-process", connectError(options.socket, error));
      return false;
    }
  };
  const pauses = { retryMs: options.retryMs ?? 250, maxRetryMs: options.maxRetryMs ?? 5000 };
  return reconnect(pauses, attempt, () => current?.finish());
}

/** How long what was sent may take to leave when it is closed, ms. */
const FINISH_MS = 1000;

/** The socket, from one connect to its end. The device may come and go in it. */
class Link {
  readonly #conn: Deno.UnixConn;
  readonly #sender: FrameSender;
  readonly #options: SerialClientOptions;
  readonly #accept: (connection: SerialConnection) => SerialHandler;
  #panel: Panel | undefined;
  /** Octets for the panel that are under way, until they are passed. */
  #underWay = 0;
  /** Since when octets are waited for, ms on the clock that only goes forward; Infinity when they are not. */
  #waitsSince = Infinity;
  #welcomed = false;
  /** Nothing more is handed on: it stays with the line for the next connection. */
  #finishing = false;
  /** Octets are with the handler. */
  #handing = false;
  #release: (() => void) | undefined;
  #rule: string | undefined;
  #reason = "the process that holds the serial lines has ended";

  constructor(
    conn: Deno.UnixConn,
    options: SerialClientOptions,
    accept: (connection: SerialConnection) => SerialHandler,
  ) {
    this.#conn = conn;
    // Nothing is told when it breaks: the reading side learns of it too, and says so.
    this.#sender = new FrameSender(conn);
    this.#options = options;
    this.#accept = accept;
  }

  async run(): Promise<{ welcomed: boolean; rule: string | undefined; reason: string }> {
    const reader = new FrameReader();
    const buffer = new Uint8Array(16 * 1024);
    this.#sender.send({ kind: "hello", version: LINK_VERSION, line: this.#options.line });
    const silentMs = this.#options.silentMs ?? 10_000;
    const watch = setInterval(() => {
      if (performance.now() - this.#waitsSince < silentMs) return;
      this.end(
        `the process that holds the serial lines hangs: nothing came for ${silentMs / 1000} s`,
        "no-answer",
      );
    }, silentMs / 4);
    try {
      for (let n = await this.#read(buffer); n !== null; n = await this.#read(buffer)) {
        for (const frame of reader.feed(buffer.subarray(0, n))) {
          if (this.#sender.closed) break;
          await this.#take(frame);
        }
        if (reader.broken) this.end("what came on the socket is not from the serial process", "not-a-frame");
      }
      this.end(this.#reason, "no-serial-process");
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error), "no-serial-process");
    }
    clearInterval(watch);
    this.#panel?.gone(this.#reason);
    await this.#sender.sending;
    return { welcomed: this.#welcomed, rule: this.#rule, reason: this.#reason };
  }

  /** Ends it at once. */
  end(reason: string, rule?: string): void {
    if (this.#sender.closed) return;
    this.#reason = reason;
    this.#rule = rule;
    this.#release?.();
    this.#sender.close();
  }

  /** Ends it when what is queued has left, at the latest after a second. */
  async finish(): Promise<void> {
    this.#finishing = true;
    const until = performance.now() + FINISH_MS;
    const busy = () => this.#handing || this.#sender.sending !== undefined || (this.#panel?.unsent ?? 0) > 0;
    while (!this.#sender.closed && performance.now() < until && busy()) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.end("closed by Tocsin");
  }

  /** Sends what the panel's connection has, as far as the other end has room. */
  pump(panel: Panel): void {
    while (!this.#sender.closed && panel === this.#panel) {
      const bytes = panel.take(WRITE_WINDOW - this.#underWay);
      if (bytes === undefined) return;
      this.#underWay += bytes.length;
      this.#sender.send({ kind: "write", opening: panel.opening, bytes });
    }
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    if (this.#sender.closed) return null;
    this.#waitsSince = performance.now();
    const n = await this.#conn.read(buffer);
    // While a handler takes its time, it is not the other end that is silent.
    this.#waitsSince = Infinity;
    return n;
  }

  async #take(frame: LinkFrame): Promise<void> {
    if (this.#finishing && frame.kind !== "passed") return;
    switch (frame.kind) {
      case "welcome":
        this.#welcomed = true;
        if (frame.lost > 0) this.#tell({ kind: "lost", octets: frame.lost });
        return this.#state(frame.state);
      case "refused":
        return this.end(frame.message, frame.rule);
      case "data":
        return await this.#hand(frame.seq, frame.bytes, frame.at);
      case "state":
        this.#state(frame.state);
        return this.#sender.send({ kind: "taken", seq: frame.seq });
      case "passed":
        this.#underWay -= frame.octets;
        if (this.#panel !== undefined) this.pump(this.#panel);
        return;
      case "alive":
        return;
      default:
        return this.end(`the serial process does not say "${frame.kind}"`, "not-a-frame");
    }
  }

  async #hand(seq: number, bytes: Uint8Array, readAt: number): Promise<void> {
    if (this.#panel === undefined) {
      // Never so far. To turn it away would be to turn it away again and again, with all that comes after it.
      this.#tell({ kind: "lost", octets: bytes.length });
      return this.#sender.send({ kind: "taken", seq });
    }
    this.#handing = true;
    let fault: string | undefined;
    try {
      const wait = this.#panel.handler.data(bytes, readAt);
      if (wait !== undefined) await this.#untilEnd(wait);
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
    // Octets that break their reader count as taken too: again and again, they would hold up all that comes after them.
    this.#sender.send({ kind: "taken", seq });
    this.#handing = false;
    if (fault === undefined) return;
    this.#tell({ kind: "unreachable", rule: "internal", message: fault });
    void this.finish();
  }

  /** A handler that never answers must not keep the end from being told. */
  #untilEnd(wait: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#release = resolve;
      wait.then(resolve, reject);
    });
  }

  #state(state: LineState): void {
    this.#tell(state);
    if (state.kind === "trouble") return;
    this.#down(state.kind === "down" ? state.message : "the device was opened anew");
    if (state.kind === "open") this.#up(state);
  }

  #up(state: LineOpen): void {
    const panel = new Panel(this, state);
    this.#panel = panel;
    panel.handler = this.#accept(panel);
    this.pump(panel);
  }

  #down(reason: LineDown["message"]): void {
    const panel = this.#panel;
    this.#panel = undefined;
    panel?.gone(reason);
  }

  #tell(news: SerialNews): void {
    this.#options.onNews?.(news);
  }
}

/** The line while its device is open. */
class Panel implements SerialConnection {
  readonly peer: string;
  readonly opening: number;
  handler: SerialHandler = { data: () => {}, closed: () => {} };
  unsent = 0;
  readonly #link: Link;
  readonly #queue: Uint8Array[] = [];
  #closing = false;
  #closed = false;

  constructor(link: Link, state: LineOpen) {
    this.#link = link;
    this.peer = state.device;
    this.opening = state.opening;
  }

  send(bytes: Uint8Array): void {
    if (this.#closing || this.#closed || bytes.length === 0) return;
    this.unsent += bytes.length;
    if (this.unsent > MAX_UNSENT) return this.#link.end("the line does not take what is sent", "line-stuck");
    this.#queue.push(bytes);
    this.#link.pump(this);
  }

  /** A wire cannot be closed: the link is, and comes back after a pause with a connection that begins afresh. */
  close(): void {
    if (this.#closing || this.#closed) return;
    this.#closing = true;
    void this.#link.finish();
  }

  /** The next octets that fit. */
  take(room: number): Uint8Array | undefined {
    const bytes = this.#queue[0];
    if (bytes === undefined || room <= 0) return undefined;
    const part = bytes.subarray(0, room);
    if (part.length === bytes.length) this.#queue.shift();
    else this.#queue[0] = bytes.subarray(part.length);
    this.unsent -= part.length;
    return part;
  }

  gone(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.length = 0;
    this.unsent = 0;
    this.handler.closed(reason);
  }
}

function connectError(path: string, error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `socket ${path}: no right to connect: add --allow-net=unix:${path} and the path to --allow-read and --allow-write`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `socket ${path}: "tocsin serial" runs as another user: run both as the same`;
  }
  return `socket ${path}: "tocsin serial" does not answer there: is it running?`;
}
