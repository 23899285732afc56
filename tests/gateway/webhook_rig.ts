/** A webhook output under test, and servers that answer it well and badly. */
import { assert } from "@std/assert";
import type { WebhookItem } from "../../adapters/webhook/body.ts";
import {
  type WebhookOutcome,
  WebhookOutput,
  type WebhookOutputOptions,
} from "../../src/gateway/webhook_output.ts";
import { SecretKey } from "../../src/keys/secret_key.ts";
import { until } from "../support/until.ts";

export const KEYS = [new SecretKey(new Uint8Array(32).fill(0x5a))];

/** An alarm. */
export function item(id: string, text = ""): WebhookItem {
  return {
    id,
    account: "1234",
    protocol: "contact-id",
    data: new TextEncoder().encode("123418113001015"),
    events: [{
      id,
      account: "1234",
      language: "contact-id",
      code: "130",
      qualifier: "new",
      label: "Burglary",
      text,
      receivedAt: new Date(0),
      flags: [],
      raw: new Uint8Array([0x31]),
    }],
    repeated: false,
  };
}

/** An output and what became of its alarms. */
export class Rig implements AsyncDisposable {
  readonly seen: WebhookOutcome[] = [];
  readonly output: WebhookOutput;
  readonly #queue: WebhookItem[] = [];

  constructor(url: string, more: Partial<WebhookOutputOptions> = {}) {
    this.output = new WebhookOutput({
      url,
      keys: KEYS,
      pauseMs: 5,
      pauseMaxMs: 20,
      timeoutMs: 60_000,
      ...more,
      onEffects: (effects) => {
        this.seen.push(...effects);
        this.#pump();
      },
    });
  }

  /** Queues alarms, as the gateway does. */
  add(...ids: string[]): void {
    this.#queue.push(...ids.map((id) => item(id)));
    this.#pump();
  }

  outcomes(): string[] {
    return this.seen.filter(({ kind }) => kind !== "sent" && kind !== "present").map((effect) =>
      "rule" in effect
        ? `${effect.kind} ${effect.id} ${effect.rule}`
        : `${effect.kind} ${(effect as { id: string }).id}`
    );
  }

  /** The first outcome, with its message. */
  async first(): Promise<WebhookOutcome> {
    const of = () =>
      this.seen.find(({ kind }) => kind === "refused" || kind === "absent" || kind === "delivered");
    await until(() => of() !== undefined, "an outcome");
    const found = of();
    assert(found !== undefined);
    return found;
  }

  attempts(): number {
    return this.seen.filter(({ kind }) => kind === "sent").length;
  }

  #pump(): void {
    while (this.output.ready && this.#queue.length > 0) {
      const next = this.#queue.shift();
      if (next !== undefined) this.output.offer(next);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.output.close();
  }
}

/** A request. */
export interface Received {
  headers: Headers;
  body: Uint8Array;
  path: string;
}

/** A web server that answers as it is told; the last answer stays. */
export function serve(...answers: (() => Response | Promise<Response>)[]) {
  const received: Received[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    received.push({ headers: request.headers, body, path: new URL(request.url).pathname });
    const answer = answers[Math.min(received.length, answers.length) - 1];
    return answer === undefined ? new Response(null, { status: 204 }) : await answer();
  });
  return {
    received,
    url: `http://127.0.0.1:${server.addr.port}/alarms`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A server that speaks bytes: what it sends on each connection, and whether it then closes. */
export function raw(send: string | undefined, close: boolean) {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const open = new Set<Deno.Conn>();
  const state = { connections: 0, url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/` };
  const running = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      state.connections++;
      const buffer = new Uint8Array(4096);
      // As with any web server, the request comes first.
      await connection.read(buffer).catch(() => null);
      if (send !== undefined) await connection.write(new TextEncoder().encode(send)).catch(() => 0);
      if (close) {
        connection.close();
        open.delete(connection);
      }
    }
  })();
  return Object.assign(state, {
    async [Symbol.asyncDispose]() {
      listener.close();
      await running;
      for (const connection of open) connection.close();
    },
  });
}
