/**
 * The journal's worker: has the database to itself, so that an fsync never stops the sockets of the main thread.
 *
 * One request at a time, each answered with one {@link Answer}.
 *
 * @module
 */
import { JournalError } from "./journal.ts";
import { SqliteStore } from "./sqlite_store.ts";
import type { Answer, Request } from "./sqlite_wire.ts";

/** The part of the worker's global scope in use here. */
interface WorkerPort {
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
  postMessage(answer: Answer): void;
}

const port = globalThis as unknown as WorkerPort;
let store: SqliteStore | undefined;
let reason = { rule: "closed", message: "The journal is not open." };

port.addEventListener("message", ({ data }) => port.postMessage(answer(data)));

function answer(request: Request): Answer {
  switch (request.kind) {
    case "open":
      return open(request);
    case "batch":
      return store?.apply(request.ops, request.pack) ??
        { kind: "done", results: [], fault: reason, wrote: false, mark: [0, 0], commits: 0 };
    case "close":
      store?.close();
      store = undefined;
      return { kind: "closed" };
  }
}

function open(request: Extract<Request, { kind: "open" }>): Answer {
  try {
    store = SqliteStore.open(request);
    return { kind: "opened", mark: store.mark };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    reason = { rule: error.rule, message: error.message };
    return { kind: "opened", fault: reason, mark: [0, 0] };
  }
}
