import { assertEquals, assertStringIncludes } from "@std/assert";
import { signWebhook } from "../../adapters/webhook/signature.ts";
import { AeVerdicts } from "../../src/ae/ae_verdicts.ts";
import { AlarmMemory } from "../../src/ae/alarm_memory.ts";
import { WebhookAe, type WebhookAeOptions } from "../../src/ae/webhook_ae.ts";
import { ascii } from "../support/ascii.ts";
import { SECRET } from "./webhook_line.ts";

const NOW = 1_800_000_000_000;
const BODY = '{"type":"alarm","data":{"id":"01JD","account":"1234","events":[{"code":"BA","zone":"5"}]}}';

function ask(request: string, options: WebhookAeOptions = {}, naks = 0) {
  const peer = new WebhookAe(options, { verdicts: new AeVerdicts({ naks }), memory: new AlarmMemory() });
  const effects = peer.feed(ascii(request), NOW);
  const answer = effects.flatMap((effect) =>
    effect.kind === "send" ? [new TextDecoder().decode(effect.bytes)] : []
  ).join("");
  const record = effects.find((effect) => effect.kind === "record");
  return { effects, answer, record: record?.kind === "record" ? record.record : undefined };
}

function post(body: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `POST /hook HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
}

Deno.test("a signature that fits is taken, another is answered 401 and is no alarm that was had", () => {
  const headers = signWebhook({ id: "01JD", timestamp: NOW / 1000, body: ascii(BODY) }, [SECRET]);
  const good = ask(post(BODY, headers), { keys: [SECRET] });
  assertEquals([good.record?.answer, good.record?.account, good.record?.events[0]?.zone], [
    "204",
    "1234",
    "5",
  ]);
  for (
    const bad of [{}, { ...headers, "webhook-timestamp": String(NOW / 1000 - 999) }, {
      ...headers,
      "webhook-id": "x",
    }]
  ) {
    const { answer, record } = ask(post(BODY, bad), { keys: [SECRET] });
    assertStringIncludes(answer, "HTTP/1.1 401 Unauthorized\r\n");
    assertEquals([record?.kind, record?.taken], ["alarm", false]);
  }
});

Deno.test("refusals have the status that is set; a redirection leads somewhere", () => {
  assertStringIncludes(ask(post(BODY), {}, 1).answer, "HTTP/1.1 503 Service Unavailable\r\n");
  assertStringIncludes(ask(post(BODY), { refuseWith: 404 }, 1).answer, "HTTP/1.1 404 Refused\r\n");
  assertStringIncludes(ask(post(BODY), { refuseWith: 302 }, 1).answer, "location: /redirected\r\n");
});

Deno.test("other methods and bodies: 405, and no alarm", () => {
  assertStringIncludes(ask("GET / HTTP/1.1\r\n\r\n").answer, "HTTP/1.1 405 ");
  const { record } = ask(post("{}"));
  assertEquals([record?.kind, record?.answer], ["other", "204"]);
});

Deno.test("what is no request is answered as HTTP has it, and the connection ends", () => {
  const { effects, answer } = ask("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n");
  assertStringIncludes(answer, "HTTP/1.1 411 Length Required\r\n");
  assertEquals(effects.map(({ kind }) => kind), ["refused", "send", "close"]);
});

Deno.test("a client that wants the connection closed gets the answer first", () => {
  const { effects } = ask(post(BODY, { Connection: "close" }));
  assertEquals(effects.map(({ kind }) => kind), ["record", "send", "close"]);
});
