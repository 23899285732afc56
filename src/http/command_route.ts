/**
 * `POST /api/sites/:site/command`: a command to a panel, from a program on this machine.
 *
 * A command can disarm a building, and there is no login. So it is taken only where the page listens on the loopback address,
 * from the loopback address, and with a header and a content type that no page of another site can send without asking first
 * (which is refused). Who may run programs on this machine may give commands: see `docs/remote-control.md`.
 *
 * @module
 */
import type { Context } from "hono";
import type { HttpBindings } from "./app.ts";
import { isLoopback } from "./guards.ts";
import type { RemoteOrder, RemoteView } from "./remote_view.ts";

/** Longest body, in octets: a command is shorter by far. */
const MAX_BODY = 4096;
const KEYS: readonly string[] = ["account", "input", "by", "text", "hex"];

type CommandContext = Context<{ Bindings: HttpBindings }>;
type Problem = { status: 400 | 403 | 404 | 413; error: string; message: string };

/**
 * Makes the handler of the route.
 *
 * @param remote The way to panels; undefined where there is none.
 * @param hosts Names and addresses that the page listens on, besides the loopback.
 * @returns The handler. Body: JSON `{account?, input?, by?, text}` or `{…, hex}`. Answer: `{id, outcome, detail, data, text}`,
 *   `data` as hex and `text` the same if it is printable; 200 whatever the outcome. 400, 403, 404 and 413 say why nothing was
 *   sent.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 * import { commandRoute } from "./command_route.ts";
 *
 * const app = new Hono().post("/api/sites/:site/command", commandRoute(undefined, []));
 * const answer = await app.request("/api/sites/shop-12/command", { method: "POST" });
 * assertEquals([answer.status, (await answer.json()).error], [404, "remote-off"]);
 * ```
 */
export function commandRoute(
  remote: RemoteView | undefined,
  hosts: readonly string[],
): (c: CommandContext) => Promise<Response> {
  return async (c) => {
    const site = c.req.param("site") ?? "";
    const problem = whyNot(c, remote, hosts, site);
    if (problem !== undefined || remote === undefined) return refuse(c, problem ?? OFF);
    const order = await readOrder(c.req.raw);
    if ("error" in order) return refuse(c, order);
    const { id, outcome, detail, data } = await remote.command(site, order);
    return c.json({ id, outcome, detail, data: data.toHex(), text: printable(data) });
  };
}

const OFF: Problem = {
  status: 404,
  error: "remote-off",
  message: "This gateway gives no commands to panels. A receiving centre can: see [remote] in its file.",
};

function whyNot(
  c: CommandContext,
  remote: RemoteView | undefined,
  hosts: readonly string[],
  site: string,
): Problem | undefined {
  if (remote === undefined) return OFF;
  const { peer } = c.env ?? {};
  if (!hosts.every(isLoopback) || (peer !== undefined && !isLoopback(peer))) {
    const message =
      "Commands are taken only from this machine, while the page listens on the loopback address: write " +
      'host = "127.0.0.1" under [http].';
    return { status: 403, error: "not-local", message };
  }
  if (c.req.header("x-tocsin") !== "command") {
    const message = "A command needs the header x-tocsin: command. Use tocsin command, or set it.";
    return { status: 403, error: "header-missing", message };
  }
  if (!/^application\/json(?:;|$)/i.test(c.req.header("content-type") ?? "")) {
    const message = "A command is JSON: set the header content-type: application/json.";
    return { status: 403, error: "content-type", message };
  }
  const refusal = remote.refuses(site);
  if (refusal === undefined) return undefined;
  const status = refusal.rule === "site-remote-off" ? 403 : 404;
  return { status, error: refusal.rule, message: refusal.message };
}

/** Reads the body. What is wrong is told without what it holds: it may be a code. */
async function readOrder(request: Request): Promise<RemoteOrder | Problem> {
  const octets = await bounded(request);
  if (octets === undefined) {
    return { status: 413, error: "too-long", message: `A command has at most ${MAX_BODY} octets of JSON.` };
  }
  const bad = (message: string): Problem => ({ status: 400, error: "bad-command", message });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets));
  } catch {
    return bad("The body is not JSON in UTF-8.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return bad('The body is to be a JSON object such as {"text":"CSA*1"}.');
  }
  const fields = value as Record<string, unknown>;
  if (Object.keys(fields).some((key) => !KEYS.includes(key))) {
    return bad(`The body has a key that is not known. There are ${KEYS.join(", ")}.`);
  }
  for (const key of KEYS) {
    if (fields[key] !== undefined && typeof fields[key] !== "string") {
      return bad(`${key} is to be text in quotes.`);
    }
  }
  const { account, input, by, text, hex } = fields as Record<string, string | undefined>;
  if ((text === undefined) === (hex === undefined)) {
    return bad("Give the command as text or as hex, one of them.");
  }
  if (text !== undefined && !/^[\x20-\x7e]+$/.test(text)) {
    return bad(
      "text holds something else than printable ASCII characters, or nothing: give the command as hex.",
    );
  }
  if (hex !== undefined && !/^(?:[0-9a-f]{2})+$/i.test(hex)) {
    return bad("hex is to be hex digits, two for each octet.");
  }
  return {
    ...(account === undefined ? {} : { account }),
    ...(input === undefined ? {} : { input }),
    ...(by === undefined ? {} : { by }),
    data: text === undefined ? Uint8Array.fromHex(hex ?? "") : new TextEncoder().encode(text),
  };
}

/** The body; undefined when it is too long. */
async function bounded(request: Request): Promise<Uint8Array | undefined> {
  const octets = new Uint8Array(MAX_BODY);
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of request.body ?? []) {
    if (length + chunk.length > MAX_BODY) return undefined;
    octets.set(chunk, length);
    length += chunk.length;
  }
  return octets.subarray(0, length);
}

/** The octets as text; empty when there is something in them that is no printable ASCII. */
function printable(octets: Uint8Array): string {
  return octets.every((octet) => octet >= 0x20 && octet < 0x7f) ? new TextDecoder().decode(octets) : "";
}

function refuse(c: CommandContext, { status, error, message }: Problem): Response {
  return c.json({ error, message }, status);
}
