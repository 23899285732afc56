/**
 * Who may ask, and what the answer carries to be safe in a browser.
 *
 * The window has no login: it listens on the loopback address, and these guards keep web pages from elsewhere from
 * reading through the operator's browser (DNS rebinding, cross-site requests, framing).
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";

/** Nothing from anywhere but ourselves, no inline script, no frames, no HTML made from strings. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/**
 * Tells whether a Host header names this machine's loopback or one of the configured hosts.
 *
 * @param header The header's value, `host` or `host:port`; the port does not matter.
 * @param hosts Further names and addresses allowed, without port, IPv6 with or without brackets.
 * @returns True when it does; false for anything that is no host.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hostAllowed } from "./guards.ts";
 *
 * assertEquals(hostAllowed("127.0.0.1:8150", []), true);
 * assertEquals(hostAllowed("gateway.example:8150", ["gateway.example"]), true);
 * assertEquals(hostAllowed("127.0.0.1.evil.example", []), false);
 * ```
 */
export function hostAllowed(header: string, hosts: readonly string[]): boolean {
  const match = /^(\[[0-9a-f:.]+\]|[^\s:[\]@/\\?#]+)(?::\d{1,5})?$/i.exec(header);
  const name = match?.[1]?.toLowerCase().replace(/\.$/, "");
  if (name === undefined || name === "") return false;
  return isLoopback(name) || hosts.some((host) => bare(host) === bare(name));
}

/**
 * Tells whether a host is this machine's loopback.
 *
 * @param host A name or an address without port, IPv6 with or without brackets.
 * @returns True for `localhost`, `127.0.0.0/8` and `::1`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isLoopback } from "./guards.ts";
 *
 * assertEquals(["127.0.0.1", "[::1]", "0.0.0.0"].map(isLoopback), [true, true, false]);
 * ```
 */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  return name === "localhost" || name === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

function bare(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$/g, "");
}

/** The one thing that can be done here; what keeps it from being done is in `command_route.ts`. */
const COMMAND_PATH = /^\/api\/sites\/[^/]+\/command$/;

/**
 * Sets the headers that make an answer safe in a browser, on every answer.
 *
 * @returns The middleware.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 * import { securityHeaders } from "./guards.ts";
 *
 * const app = new Hono().use(securityHeaders()).get("/", (c) => c.text("ok"));
 * assertEquals((await app.request("/")).headers.get("x-content-type-options"), "nosniff");
 * ```
 */
export function securityHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    c.header("X-Content-Type-Options", "nosniff");
    c.header("X-Frame-Options", "DENY");
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cross-Origin-Opener-Policy", "same-origin");
    c.header("Cross-Origin-Resource-Policy", "same-origin");
    c.header("Cache-Control", "no-store");
  };
}

/**
 * Lets in only GET, HEAD and the POST of a command (405), for this host (421), and for the API only what no other site's page asks (403).
 *
 * @param hosts Names and addresses allowed besides the loopback; see {@link hostAllowed}.
 * @returns The middleware.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 * import { requestGuard } from "./guards.ts";
 *
 * const app = new Hono().use(requestGuard([])).get("/", (c) => c.text("ok"));
 * assertEquals((await app.request("/", { headers: { host: "rebound.example" } })).status, 421);
 * ```
 */
export function requestGuard(hosts: readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const method = c.req.raw.method;
    const isCommand = COMMAND_PATH.test(c.req.path);
    if (method !== "GET" && method !== "HEAD" && !(method === "POST" && isCommand)) {
      c.header("Allow", isCommand ? "POST" : "GET, HEAD");
      return c.json({
        error: "method-not-allowed",
        message: "This window only shows the gateway and changes nothing: use GET or HEAD.",
      }, 405);
    }
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (!hostAllowed(host, hosts)) {
      return c.json({
        error: "wrong-host",
        message:
          `The request was addressed to ${JSON.stringify(host.slice(0, 80))}, which is not this gateway. ` +
          "Use the loopback address or a host name that the gateway was configured with.",
      }, 421);
    }
    const from = c.req.header("sec-fetch-site") ?? "none";
    if (c.req.path.startsWith("/api/") && from !== "none" && from !== "same-origin") {
      return c.json({
        error: "cross-site",
        message: "A page of another site asked the browser for this. Open the gateway's own page instead.",
      }, 403);
    }
    return await next();
  };
}
