/**
 * One client of the live feed: a bounded queue of bytes behind a `ReadableStream`.
 *
 * The queue is ours and not the stream's, so that a client that does not read can be dropped together with what waits
 * for it: a slow browser costs a fixed amount of memory and nothing of the alarm path.
 *
 * @module
 */

/** Why a stream ended. */
export type StreamEnd =
  /** The client went away. */
  | "gone"
  /** The client did not read fast enough; it may come again. */
  | "slow"
  /** The gateway closes. */
  | "closing";

/**
 * A byte stream to one client with a bounded queue.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EventStream } from "./event_stream.ts";
 *
 * const ends: string[] = [];
 * const stream = new EventStream(4, (why) => ends.push(why));
 * stream.send(new Uint8Array([1, 2, 3]));
 * stream.send(new Uint8Array([4, 5])); // the fifth octet is one too many
 * assertEquals(ends, ["slow"]);
 * assertEquals(await new Response(stream.body).bytes(), new Uint8Array());
 * ```
 */
export class EventStream {
  /** What the client reads. */
  readonly body: ReadableStream<Uint8Array>;
  readonly #limit: number;
  readonly #onEnd: (why: StreamEnd) => void;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #ended = false;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #wake: (() => void) | undefined;

  /**
   * @param limit Octets that may wait for the client.
   * @param onEnd Called once, when the stream ends for whatever reason.
   */
  constructor(limit: number, onEnd: (why: StreamEnd) => void) {
    this.#limit = limit;
    this.#onEnd = onEnd;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#pull(),
      cancel: () => this.#end("gone"),
    }, { highWaterMark: 0 });
  }

  /** Octets that wait for the client. */
  get queued(): number {
    return this.#queued;
  }

  /** Queues bytes for the client; ends the stream when more than the limit would wait. Never throws. */
  send(bytes: Uint8Array): void {
    if (this.#ended) return;
    if (this.#queued + bytes.length > this.#limit) {
      this.#end("slow");
      return;
    }
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    this.#wake?.();
  }

  /** Ends the stream; what waits is dropped. */
  close(): void {
    this.#end("closing");
  }

  async #pull(): Promise<void> {
    if (this.#queue.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = undefined;
    }
    if (this.#ended) return;
    const chunks = this.#queue;
    this.#queue = [];
    const all = new Uint8Array(this.#queued);
    this.#queued = 0;
    let offset = 0;
    for (const chunk of chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    this.#controller.enqueue(all);
  }

  #end(why: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#queue = [];
    this.#queued = 0;
    // A cancelled stream is closed already, and closing it again would throw.
    if (why !== "gone") this.#controller.close();
    this.#wake?.();
    this.#onEnd(why);
  }
}
