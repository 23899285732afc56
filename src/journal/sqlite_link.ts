/**
 * The line to the journal's worker: one request at a time, an answer or a death for each.
 *
 * @module
 */
import type { Answer, Request } from "./sqlite_wire.ts";

/** Why a request got no answer. */
export class WorkerDied extends Error {
  override name = "WorkerDied";
}

/**
 * A worker that answers one request at a time.
 *
 * An error inside the worker ends it, never the process: the request under way rejects with {@link WorkerDied}, and
 * {@link WorkerLink.alive} is false from then on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { WorkerLink } from "./sqlite_link.ts";
 *
 * const source = `addEventListener("message", () => postMessage({ kind: "closed" }))`;
 * const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
 * const link = new WorkerLink(() => new Worker(url, { type: "module" }));
 * assertEquals(await link.ask({ kind: "close" }), { kind: "closed" });
 * link.end();
 * URL.revokeObjectURL(url);
 * ```
 */
export class WorkerLink {
  readonly #worker: Worker;
  #pending: { resolve: (answer: Answer) => void; reject: (error: WorkerDied) => void } | undefined;
  #alive = true;

  /** @param start Starts the worker. */
  constructor(start: () => Worker) {
    this.#worker = start();
    this.#worker.addEventListener("message", (event: MessageEvent<Answer>) => {
      const pending = this.#pending;
      this.#pending = undefined;
      pending?.resolve(event.data);
    });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#die(event.message);
    });
    this.#worker.addEventListener("messageerror", () => this.#die("an answer could not be read"));
  }

  /** False once the worker has ended. */
  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Sends a request.
   *
   * @param request The request; the pack of a batch is moved, not copied.
   * @throws {WorkerDied} When the worker ends before it answers.
   */
  ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.#alive) return reject(new WorkerDied("the worker has ended"));
      this.#pending = { resolve, reject };
      try {
        this.#worker.postMessage(request, request.kind === "batch" ? [request.pack] : []);
      } catch (error) {
        this.#pending = undefined;
        reject(new WorkerDied(error instanceof Error ? error.message : String(error), { cause: error }));
      }
    });
  }

  /** Ends the worker. A request under way rejects. */
  end(): void {
    if (this.#alive) this.#die("the worker was ended");
  }

  #die(reason: string): void {
    this.#alive = false;
    this.#worker.terminate();
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(new WorkerDied(reason));
  }
}
