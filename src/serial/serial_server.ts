/**
 * Offers serial lines on a Unix socket, to the gateway of the same user.
 *
 * @module
 */
import { FrameSender } from "./frame_sender.ts";
import { FrameReader, LINK_VERSION, type LinkFrame, WRITE_WINDOW } from "./link_frames.ts";
import type { LineGateway, SerialLine } from "./serial_line.ts";
import { bindSocket, type BoundSocket } from "./unix_socket.ts";

/** What a {@link SerialServer} is made of. */
export interface SerialServerOptions {
  /** Path of the socket. */
  path: string;
  /** The lines. The server closes them with itself. */
  lines: readonly SerialLine[];
  /** Told that a gateway took a line, or has left it. */
  onGateway?: (line: string, here: boolean) => void;
  /** How often a gateway is told that this process is alive, ms. @default {2000} */
  aliveMs?: number;
  /** Told of a gateway that does not fetch what is there for {@link stuckMs}. */
  onStuck?: (line: string) => void;
  /** How long a gateway may take, ms. @default {30000} */
  stuckMs?: number;
  /** Told of connections that were turned away. */
  onRefused?: (rule: string, message: string) => void;
}

/** Connections at once: each line's gateway, and some that are being turned away. */
const MAX_CONNECTIONS = 64;
/** A connection that does not say what it wants is closed after this time, ms. */
const HELLO_MS = 5000;

/** The server's end of the socket. */
export class SerialServer {
  readonly #options: SerialServerOptions;
  readonly #socket: BoundSocket;
  readonly #connections = new Map<ServerConnection, Promise<void>>();
  readonly #loop: Promise<void>;

  /**
   * Begins to serve.
   *
   * @param options Where, and which lines.
   * @returns The server.
   * @throws {Error} When the socket cannot be made, with what to do in the message.
   */
  static async open(options: SerialServerOptions): Promise<SerialServer> {
    return new SerialServer(options, await bindSocket(options.path));
  }

  private constructor(options: SerialServerOptions, socket: BoundSocket) {
    this.#options = options;
    this.#socket = socket;
    this.#loop = this.#accept();
  }

  /**
   * Closes the lines, then the socket, and removes its path.
   *
   * @param drainMs How long gateways may take to fetch what is left, and lines to send it.
   */
  async close(drainMs = 1000): Promise<void> {
    const until = performance.now() + drainMs;
    await Promise.all(this.#options.lines.map((line) => line.close(drainMs)));
    while (performance.now() < until && this.#options.lines.some((line) => line.isOwed)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await this.#socket.close();
    await this.#loop;
    for (const connection of this.#connections.keys()) connection.close();
    await Promise.all(this.#connections.values());
  }

  async #accept(): Promise<void> {
    for (;;) {
      let conn: Deno.UnixConn;
      try {
        conn = await this.#socket.listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
        // Out of file descriptors: wait instead of spinning.
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      if (this.#connections.size >= MAX_CONNECTIONS) {
        conn.close();
        this.#options.onRefused?.("too-many-connections", `more than ${MAX_CONNECTIONS} connections`);
        continue;
      }
      const connection = new ServerConnection(conn, this.#options);
      this.#connections.set(connection, connection.run().finally(() => this.#connections.delete(connection)));
    }
  }
}

/** One gateway's connection, for one line. What it may have under way is bounded in both directions. */
class ServerConnection implements LineGateway {
  readonly #conn: Deno.UnixConn;
  readonly #sender: FrameSender;
  readonly #options: SerialServerOptions;
  #line: SerialLine | undefined;
  /** Octets that the gateway wrote and that are not passed. */
  #written = 0;
  /** When the gateway was last seen to owe nothing, or to take something; ms on the clock that only goes forward. */
  #movedAt = performance.now();
  #stuckTold = false;

  constructor(conn: Deno.UnixConn, options: SerialServerOptions) {
    this.#conn = conn;
    this.#sender = new FrameSender(conn, () => this.close());
    this.#options = options;
  }

  async run(): Promise<void> {
    const timer = setTimeout(
      () => this.#refuse("no-hello", "the gateway did not say which line it wants"),
      HELLO_MS,
    );
    const beat = setInterval(() => this.#beat(), this.#options.aliveMs ?? 2000);
    const reader = new FrameReader();
    const buffer = new Uint8Array(16 * 1024);
    try {
      for (
        let n = await this.#conn.read(buffer);
        n !== null && !this.#sender.closed;
        n = await this.#conn.read(buffer)
      ) {
        for (const frame of reader.feed(buffer.subarray(0, n))) {
          this.#take(frame);
          if (this.#line !== undefined) clearTimeout(timer);
        }
        if (reader.broken) this.#refuse("not-a-frame", "what came on the socket is not a gateway's");
      }
    } catch { /* the gateway is gone, or was turned away */ }
    clearTimeout(timer);
    clearInterval(beat);
    this.#leave();
    this.close();
    await this.#sender.sending;
  }

  wake(): void {
    for (let record = this.#line?.next(); record !== undefined; record = this.#line?.next()) {
      this.#sender.send(record);
    }
  }

  passed(octets: number): void {
    this.#written -= octets;
    this.#sender.send({ kind: "passed", octets });
  }

  close(): void {
    this.#sender.close();
  }

  #take(frame: LinkFrame): void {
    if (frame.kind === "hello") return this.#hello(frame.version, frame.line);
    const line = this.#line;
    if (line === undefined) return this.#refuse("no-hello", "the gateway did not say which line it wants");
    if (frame.kind === "taken") {
      this.#movedAt = performance.now();
      this.#stuckTold = false;
      return line.taken(frame.seq);
    }
    if (frame.kind !== "write") return this.#refuse("not-a-frame", `a gateway does not say "${frame.kind}"`);
    this.#written += frame.bytes.length;
    if (this.#written > WRITE_WINDOW) {
      return this.#refuse("window", "the gateway wrote more than may be under way");
    }
    line.write(frame.opening, frame.bytes);
  }

  #hello(version: number, name: string): void {
    if (this.#line !== undefined) {
      return this.#refuse("not-a-frame", "the gateway said twice which line it wants");
    }
    if (version !== LINK_VERSION) {
      return this.#refuse("other-version", "the gateway is of another version: restart both after an update");
    }
    const line = this.#options.lines.find((candidate) => candidate.name === name);
    if (line === undefined) {
      const names = this.#options.lines.map((candidate) => candidate.name).join(", ");
      return this.#refuse("no-such-line", `no line is named "${name.slice(0, 40)}"; there are: ${names}`);
    }
    const welcome = line.attach(this);
    if (welcome === undefined) return this.#refuse("taken", `another gateway has line ${name}`);
    this.#line = line;
    this.#options.onGateway?.(name, true);
    this.#sender.send({ kind: "welcome", version: LINK_VERSION, ...welcome });
    this.wake();
  }

  #beat(): void {
    const line = this.#line;
    if (line === undefined) return;
    // Behind what waits already, a sign of life says nothing, and would pile up.
    if (this.#sender.sending === undefined) this.#sender.send({ kind: "alive" });
    if (!line.isOwed) this.#movedAt = performance.now();
    if (this.#stuckTold || performance.now() - this.#movedAt < (this.#options.stuckMs ?? 30_000)) return;
    this.#stuckTold = true;
    this.#options.onStuck?.(line.name);
  }

  #refuse(rule: string, message: string): void {
    if (this.#sender.closed) return;
    this.#options.onRefused?.(rule, message);
    this.#leave();
    this.#sender.send({ kind: "refused", rule, message });
    void this.#sender.sending?.then(() => this.close());
  }

  /** Leaves the line to the next gateway: at once, so that one that restarts finds it free. */
  #leave(): void {
    const line = this.#line;
    if (line === undefined) return;
    this.#line = undefined;
    line.detach();
    this.#options.onGateway?.(line.name, false);
  }
}
