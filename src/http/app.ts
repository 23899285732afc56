/**
 * The HTTP window into a running gateway: health, status, alarms, live events and the page that shows them.
 *
 * | path | answer |
 * |---|---|
 * | `/healthz` | 200 `{"ok":true}`, or 503 with the faults |
 * | `/api/status` | everything at once |
 * | `/api/alarms?limit=` | the latest alarms with their hops, newest first; 1 to 500, 50 unless said |
 * | `/api/events` | live, as server-sent events |
 * | `/` | the page |
 * | `POST /api/sites/:site/command` | a command to a panel and its outcome; see `command_route.ts` |
 *
 * But for that route, which is off unless the configuration allows it, nothing can be changed here. There is no login: see
 * `guards.ts` for who gets an answer.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { JournalError } from "../journal/journal.ts";
import { commandRoute } from "./command_route.ts";
import { requestGuard, securityHeaders } from "./guards.ts";
import { LiveFeed, type LiveFeedOptions } from "./live_feed.ts";
import { PAGE_FILES } from "./page.ts";
import { AnswerLate, SharedAnswer } from "./shared_answer.ts";
import type { GatewayView } from "./view.ts";
import { alarmToJson, healthToJson, statusToJson } from "./view_json.ts";

/** What the server tells the app about a connection; all absent under `app.request()`. */
export interface HttpBindings {
  /** Settles when the connection is done with the answer, delivered or not. */
  completed?: Promise<unknown>;
  /** Aborts when the server begins to shut down. */
  closing?: AbortSignal;
  /** Address of who asks. */
  peer?: string;
}

/** Settings of {@link httpApp}. */
export interface HttpOptions extends LiveFeedOptions {
  /** Host names and addresses that requests may be addressed to, besides the loopback. @default {[]} */
  hosts?: readonly string[];
  /** How long an answer of the gateway is good for everybody who asks, in ms. @default {250} */
  answerMaxAgeMs?: number;
  /** How long a request waits for the gateway, in ms. @default {5000} */
  answerDeadlineMs?: number;
  /** Is told of errors that no caller can be told more about. */
  onError?: (error: unknown) => void;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_SHARED_LIMITS = 8;

/**
 * Makes the app.
 *
 * @param view The gateway to show.
 * @param options Hosts, limits and clock.
 * @returns A Hono app; serve it with {@link serveHttp}, or ask it directly with `app.request()`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { httpApp } from "./app.ts";
 *
 * const app = httpApp({
 *   role: "rct", name: "north", version: "1.0.0", startedAt: 0,
 *   health: () => ({ ok: true, faults: [] }),
 *   status: () => ({
 *     sites: [], inputs: [], outputs: [], journal: { waiting: {}, stored: 0, bytes: 0 }, counters: {},
 *   }),
 *   alarms: () => Promise.resolve([]),
 *   subscribe: () => () => {},
 * });
 * const answer = await app.request("/healthz");
 * assertEquals([answer.status, await answer.json()], [200, { ok: true }]);
 * assertEquals((await app.request("/api/alarms?limit=0")).status, 400);
 * ```
 */
export function httpApp(view: GatewayView, options: HttpOptions = {}): Hono<{ Bindings: HttpBindings }> {
  const now = options.now ?? Date.now;
  const maxAge = options.answerMaxAgeMs ?? 250;
  const deadline = options.answerDeadlineMs ?? 5000;
  const feed = new LiveFeed(view, options);
  const status = new SharedAnswer<string>(maxAge, deadline);
  const alarms = new Map<number, SharedAnswer<string>>();

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(securityHeaders());
  app.use(requestGuard(options.hosts ?? []));

  app.get("/healthz", (c) => {
    const health = view.health(now());
    return health.ok ? c.json({ ok: true }) : c.json(healthToJson(health), 503);
  });

  app.get("/api/status", async (c) => {
    const text = await status.get(async () => {
      const at = now();
      return JSON.stringify(statusToJson(view, view.health(at), await view.status(at), at));
    });
    return json(c, text);
  });

  app.get("/api/alarms", async (c) => {
    const limit = readLimit(c.req.queries("limit"));
    if (typeof limit === "string") return c.json({ error: "bad-limit", message: limit }, 400);
    let shared = alarms.get(limit);
    if (shared === undefined) {
      // Every limit keeps its last answer: a handful is plenty, five hundred would be a hoard.
      if (alarms.size >= MAX_SHARED_LIMITS) alarms.clear();
      alarms.set(limit, shared = new SharedAnswer<string>(maxAge, deadline));
    }
    const text = await shared.get(async () =>
      JSON.stringify((await view.alarms(limit)).slice(0, limit).map(alarmToJson))
    );
    return json(c, text);
  });

  app.get("/api/events", (c) => {
    const headers = { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" };
    // Hono answers HEAD with GET's headers and drops the body: there must be no client behind it.
    if (c.req.raw.method === "HEAD") return c.body(null, 200, headers);
    const body = feed.join(c.env?.completed, c.env?.closing);
    if (body === undefined) {
      c.header("Retry-After", "5");
      return c.json({
        error: "too-many-clients",
        message: "As many pages as this gateway allows are watching live. Close one, or look again later; " +
          "/api/status and /api/alarms still answer.",
      }, 503);
    }
    return c.body(body, 200, headers);
  });

  app.post("/api/sites/:site/command", commandRoute(view.remote, options.hosts ?? []));

  for (const { path, type, text } of PAGE_FILES) {
    app.get(path, (c) => c.body(text, 200, { "content-type": type }));
  }

  app.notFound((c) =>
    c.json({
      error: "not-found",
      message: "There is nothing here. There are /, /healthz, /api/status, /api/alarms and /api/events.",
    }, 404)
  );

  app.onError((error, c) => {
    options.onError?.(error);
    if (error instanceof AnswerLate) {
      return c.json({
        error: "no-answer",
        message: `The gateway runs but did not answer within ${deadline / 1000} s. ` +
          "Its journal may be waiting for the disk.",
      }, 503);
    }
    if (error instanceof JournalError) {
      return c.json({ error: `journal-${error.rule}`, message: error.message }, 503);
    }
    // What went wrong inside is for the log, not for whoever looks in.
    return c.json(
      { error: "internal", message: "The gateway could not answer this. Its log says why." },
      500,
    );
  });

  return app;
}

function json(c: Context, text: string): Response {
  return c.body(text, 200, { "content-type": "application/json" });
}

/** Reads `limit`: a number, or what is wrong with it. */
function readLimit(values: string[] | undefined): number | string {
  if (values === undefined) return DEFAULT_LIMIT;
  const [value] = values;
  const limit = values.length === 1 && value !== undefined && /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  return `limit must be given once, as a whole number from 1 to ${MAX_LIMIT}, for example ` +
    `/api/alarms?limit=${DEFAULT_LIMIT}; it was ${JSON.stringify(values.join(", ").slice(0, 40))}.`;
}
