/**
 * Puts the HTTP window on a socket, and takes it off again without cutting answers short.
 *
 * @module
 */
import type { Hono } from "hono";
import type { HttpBindings } from "./app.ts";

/** Where to listen. */
export interface ServeOptions {
  /** Address to listen on. @default {"127.0.0.1"} */
  hostname?: string;
  /** Port; 0 takes any free one. */
  port: number;
  /** How long {@link HttpServer.shutdown} waits for answers that are on their way, in ms. @default {2000} */
  graceMs?: number;
}

/** A listening window. */
export interface HttpServer {
  /** Address and port it listens on. */
  readonly addr: { readonly hostname: string; readonly port: number };
  /**
   * Ends the live feeds, refuses new requests, lets answers on their way finish, closes. Resolves when the socket is
   * closed; whoever does not read within the grace time is cut off. May be called again; never rejects.
   */
  shutdown(): Promise<void>;
}

/** The window cannot listen. */
export class HttpListenError extends Error {
  /** Kebab-case name: `port-in-use`, `address-not-here`, `listen-not-allowed`, `listen-failed`. */
  readonly rule: string;
  constructor(rule: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpListenError";
    this.rule = rule;
  }
}

/**
 * Serves the app until {@link HttpServer.shutdown}.
 *
 * @param app The app, of {@link httpApp}.
 * @param options Where to listen.
 * @returns The server, which listens already.
 * @throws {HttpListenError} When it cannot listen there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 * import { serveHttp } from "./server.ts";
 *
 * const server = serveHttp(new Hono().get("/", (c) => c.text("here")), { port: 0 });
 * const answer = await fetch(`http://127.0.0.1:${server.addr.port}/`);
 * assertEquals(await answer.text(), "here");
 * await server.shutdown();
 * ```
 */
export function serveHttp(
  app: Pick<Hono<{ Bindings: HttpBindings }>, "fetch"> | Pick<Hono, "fetch">,
  options: ServeOptions,
): HttpServer {
  const hostname = options.hostname ?? "127.0.0.1";
  const closing = new AbortController();
  const end = new AbortController();
  const open = new Set<Promise<unknown>>();

  const handle = async (request: Request, info: Deno.ServeHandlerInfo): Promise<Response> => {
    if (closing.signal.aborted) {
      return new Response("The gateway is shutting down.\n", {
        status: 503,
        headers: { connection: "close" },
      });
    }
    const completed = info.completed;
    const tracked = completed.catch(() => {}).finally(() => open.delete(tracked));
    open.add(tracked);
    const { remoteAddr } = info;
    const peer = "hostname" in remoteAddr ? remoteAddr.hostname : "";
    return await app.fetch(request, { completed, closing: closing.signal, peer });
  };

  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({ hostname, port: options.port, signal: end.signal, onListen: () => {} }, handle);
  } catch (error) {
    throw listenError(error, hostname, options.port);
  }

  let done: Promise<void> | undefined;
  const shutdown = async () => {
    closing.abort();
    const grace = Promise.withResolvers<"late">();
    const timer = setTimeout(grace.resolve, options.graceMs ?? 2000, "late");
    const late = await Promise.race([Promise.all(open), grace.promise]);
    if (late === "late") {
      // server.shutdown() would wait for ever on a client that does not read.
      end.abort();
      await server.finished.catch(() => {});
    } else {
      // Every answer is handed to its connection: let the connections write out what they have. Cutting off after
      // this point is not possible (a second way to end throws), so one that hangs is left to the process's end.
      await Promise.race([server.shutdown().catch(() => {}), grace.promise.then(() => server.unref())]);
    }
    clearTimeout(timer);
  };

  return {
    addr: { hostname: server.addr.hostname, port: server.addr.port },
    shutdown: () => done ??= shutdown(),
  };
}

function listenError(error: unknown, hostname: string, port: number): HttpListenError {
  const where = `${hostname}:${port}`;
  const cause = { cause: error };
  if (error instanceof Deno.errors.AddrInUse) {
    return new HttpListenError(
      "port-in-use",
      `The status page cannot listen on ${where}: another program has that port. ` +
        "Stop it, or give the status page another port.",
      cause,
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new HttpListenError(
      "address-not-here",
      `The status page cannot listen on ${where}: this machine has no such address. ` +
        "Use 127.0.0.1 or an address of this machine.",
      cause,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new HttpListenError(
      "listen-not-allowed",
      `The status page may not listen on ${where}. Use a port above 1023, and allow it with --allow-net=${where}.`,
      cause,
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new HttpListenError("listen-failed", `The status page cannot listen on ${where}: ${reason}.`, cause);
}
