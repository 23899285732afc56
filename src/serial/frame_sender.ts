/**
 * The sending side of the Unix socket between a gateway and the process that holds the serial lines.
 *
 * @module
 */
import { encodeFrame, type LinkFrame } from "./link_frames.ts";

/** Sends frames one after the other, and owns the socket's end: the reading side is closed with it. */
export class FrameSender {
  readonly #conn: Pick<Deno.UnixConn, "write" | "close">;
  readonly #onBroken: (() => void) | undefined;
  readonly #queue: Uint8Array[] = [];
  #sending: Promise<void> | undefined;
  #closed = false;

  /**
   * @param conn The socket.
   * @param onBroken Told that it cannot be written to any more.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { FrameSender } from "./frame_sender.ts";
   *
   * const sent: string[] = [];
   * const sender = new FrameSender({
   *   write: (bytes) => Promise.resolve(sent.push(bytes.toHex()) && bytes.length),
   *   close: () => void sent.push("closed"),
   * });
   * sender.send({ kind: "alive" });
   * sender.send({ kind: "passed", octets: 3 });
   * await sender.sending;
   * sender.close();
   * sender.send({ kind: "alive" });
   * assertEquals(sent, ["160000", "15000400000003", "closed"]);
   * ```
   */
  constructor(conn: Pick<Deno.UnixConn, "write" | "close">, onBroken?: () => void) {
    this.#conn = conn;
    this.#onBroken = onBroken;
  }

  /** Settles when all that waits has left, or cannot; undefined when nothing waits. */
  get sending(): Promise<void> | undefined {
    return this.#sending;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Queues a frame. When it is closed, nothing happens.
   *
   * @param frame The frame.
   */
  send(frame: LinkFrame): void {
    if (this.#closed) return;
    this.#queue.push(encodeFrame(frame));
    this.#sending ??= this.#drain();
  }

  /** Throws away what waits, and closes the socket. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.length = 0;
    try {
      this.#conn.close();
    } catch { /* the system closed it first */ }
  }

  async #drain(): Promise<void> {
    try {
      for (let bytes = this.#queue.shift(); bytes !== undefined; bytes = this.#queue.shift()) {
        for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
      }
    } catch {
      this.#onBroken?.();
    }
    this.#sending = undefined;
  }
}
