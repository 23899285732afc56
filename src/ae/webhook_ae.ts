/**
 * A web server that takes webhooks.
 *
 * @module
 */
import { verifyWebhook } from "../../adapters/webhook/verify.ts";
import type { SecretKey } from "../keys/secret_key.ts";
import type { AeEffect, AePeer, AeRecord } from "./ae_peer.ts";
import { readJsonAlarm } from "./alarm_json.ts";
import type { AeShared } from "./framed_ae.ts";
import { type HttpRequest, HttpRequests } from "./http_requests.ts";

/** What differs between web servers. */
export interface WebhookAeOptions {
  /** Secrets of the signature; none: signatures are not looked at. */
  keys?: readonly SecretKey[];
  /** Status of refusals, 300 to 599. @default {503} */
  refuseWith?: number;
}

const REASONS: Readonly<Record<number, string>> = {
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  405: "Method Not Allowed",
  411: "Length Required",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};
const BAD_REQUESTS: Readonly<Record<string, number>> = {
  "head-too-long": 431,
  "length-required": 411,
  "body-too-long": 413,
};
/** Characters of a body that are shown. */
const SHOWN = 300;

/**
 * Takes every POST, whatever its path, and answers 204; a refusal has the status that is set. With secrets, a request whose
 * signature does not fit is answered 401 (see `verifyWebhook`).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeVerdicts } from "./ae_verdicts.ts";
 * import { AlarmMemory } from "./alarm_memory.ts";
 * import { WebhookAe } from "./webhook_ae.ts";
 *
 * const server = new WebhookAe({}, { verdicts: new AeVerdicts(), memory: new AlarmMemory() });
 * server.connected();
 * const request = "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}";
 * const [got, answer] = server.feed(new TextEncoder().encode(request), 0);
 * assertEquals(got?.kind === "record" && got.record.answer, "204");
 * assertEquals(answer?.kind === "send" && new TextDecoder().decode(answer.bytes), "HTTP/1.1 204 No Content\r\n\r\n");
 * ```
 */
export class WebhookAe implements AePeer {
  readonly #options: WebhookAeOptions;
  readonly #shared: AeShared;
  #requests = new HttpRequests();

  /** Starts without a connection. @param options Secrets and status. @param shared What all connections share. */
  constructor(options: WebhookAeOptions, shared: AeShared) {
    this.#options = options;
    this.#shared = shared;
  }

  /** Nothing is timed. */
  readonly nextTick: undefined = undefined;

  /** The server waits for a request. */
  connected(): AeEffect[] {
    this.#requests = new HttpRequests();
    return [];
  }

  /** Half a request is told. */
  disconnected(): AeEffect[] {
    return this.#requests.flush();
  }

  /** Nothing is timed. */
  tick(): AeEffect[] {
    return [];
  }

  /** Takes octets of requests. */
  feed(bytes: Uint8Array, now: number): AeEffect[] {
    const effects: AeEffect[] = [];
    for (const item of this.#requests.feed(bytes)) {
      if (item.kind === "frame") this.#request(item.frame, item.raw, now, effects);
      else if (item.kind === "expects") {
        effects.push({ kind: "send", bytes: ascii("HTTP/1.1 100 Continue\r\n\r\n") });
      } else {
        const status = BAD_REQUESTS[item.rule] ?? 400;
        effects.push(item, { kind: "send", bytes: answer(status, item.message) });
        effects.push({ kind: "close", reason: item.rule });
      }
    }
    return effects;
  }

  #request(request: HttpRequest, raw: Uint8Array, now: number, effects: AeEffect[]): void {
    const { method, target, headers, body } = request;
    const alarm = readJsonAlarm(body);
    const kind = alarm === undefined ? "other" : "alarm";
    const record: AeRecord = {
      kind,
      account: alarm?.account ?? "",
      events: alarm?.events ?? [],
      text: `${method} ${target} ${new TextDecoder().decode(body.subarray(0, SHOWN))}`.replace(
        /[^ -~]+/g,
        " ",
      ),
      raw,
      at: now,
      repeat: "none",
      answer: "nothing",
      taken: false,
    };
    const [status, why] = this.#judge(request, kind, now);
    // One whose signature does not fit is nobody's alarm.
    if (alarm !== undefined && status !== 401) {
      record.repeat = this.#shared.memory.repeat(alarm.id, { stamp: alarm.id });
    }
    effects.push({ kind: "record", record });
    if (status === undefined) return;
    record.taken = status === 204;
    record.answer = why === "" ? String(status) : `${status}, ${why}`;
    effects.push({ kind: "send", bytes: answer(status, why), answers: record });
    if (headers.get("connection")?.toLowerCase() === "close") {
      effects.push({ kind: "close", reason: "the client wanted it closed behind the answer" });
    }
  }

  /** @returns Status and why; no status when nothing is answered. */
  #judge(
    { method, headers, body }: HttpRequest,
    kind: "alarm" | "other",
    now: number,
  ): [number | undefined, string] {
    if (method !== "POST") return [405, "expected POST"];
    const { keys = [], refuseWith = 503 } = this.#options;
    if (keys.length > 0) {
      const given = { headers: { get: (name: string) => headers.get(name) ?? null }, body, keys, now };
      const verified = verifyWebhook(given);
      if (!verified.ok) return [401, `${verified.rule}: ${verified.message}`];
    }
    const verdict = this.#shared.verdicts.next(kind);
    return [verdict === "ignore" ? undefined : verdict === "take" ? 204 : refuseWith, ""];
  }
}

function answer(status: number, text: string): Uint8Array {
  const head = `HTTP/1.1 ${status} ${REASONS[status] ?? "Refused"}\r\n`;
  if (status === 204) return ascii(`${head}\r\n`);
  // A redirection leads back here: a sender that follows it is found out.
  const location = status < 400 ? "location: /redirected\r\n" : "";
  return ascii(`${head}${location}content-type: text/plain\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
