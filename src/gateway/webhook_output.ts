/**
 * An output that posts alarms to a URL.
 *
 * @module
 */
import { type IncomingMessage, request as requestHttp, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import type { WebhookAnswer } from "../../adapters/webhook/answer.ts";
import type { WebhookItem } from "../../adapters/webhook/body.ts";
import {
  type WebhookEffect,
  type WebhookRequest,
  WebhookSession,
  type WebhookSessionOptions,
} from "../../adapters/webhook/session.ts";
import { readWebhookUrl } from "../../adapters/webhook/url.ts";
import { Wake } from "./wake.ts";

/** What became of the alarms. */
export type WebhookOutcome = Exclude<WebhookEffect, { kind: "post" }>;

/** Settings of a {@link WebhookOutput}. */
export interface WebhookOutputOptions extends WebhookSessionOptions {
  /** Where to: `https:`, or `http:` on this machine. */
  url: string;
  /** Takes `http:` for other machines too. @default {false} */
  allowHttp?: boolean;
  /** Certificates in PEM that the receiver's is checked with, in place of those that come with Deno or the system. */
  ca?: string;
  /** How long one attempt may take from the first packet to the answer's end, in ms. @default {10000} */
  timeoutMs?: number;
  /** Told what became of the alarms after each step; with an empty list when the output only became ready again. */
  onEffects: (effects: WebhookOutcome[]) => void;
}

/** Octets of an answer that are read; the rest is not waited for. */
const ANSWER_OCTETS = 4096;
/** Octets of its headers. */
const HEADER_OCTETS = 16 * 1024;

/**
 * Posts one alarm at a time to one receiver.
 *
 * With `node:https` and not `fetch`, as `fetch` sends alarms through whatever `HTTPS_PROXY` names, and cannot be kept from it.
 * Each POST has a connection of its own, so that none meets one that the receiver is just closing. Redirections are
 * never followed; answers are read up to 4096 octets.
 */
export class WebhookOutput {
  readonly #url: URL;
  readonly #ca: string | undefined;
  readonly #timeoutMs: number;
  readonly #onEffects: (effects: WebhookOutcome[]) => void;
  readonly #session: WebhookSession;
  readonly #wake = new Wake(() => this.#apply(this.#session.tick(Date.now())));
  #stop: (() => void) | undefined;
  #posting: Promise<void> | undefined;
  #closed = false;

  /**
   * Starts ready for the first alarm; nothing is sent before.
   *
   * @param options Where to, keys and figures.
   * @throws {RangeError} When the URL is none that alarms may go to, there is no key, or a figure is negative.
   */
  constructor(options: WebhookOutputOptions) {
    const { url, allowHttp, ca, timeoutMs = 10_000, onEffects, ...session } = options;
    const read = readWebhookUrl(url, allowHttp);
    if (!read.ok) throw new RangeError(read.message);
    if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs is ${timeoutMs}; expected more than 0`);
    this.#url = read.url;
    this.#ca = ca;
    this.#timeoutMs = timeoutMs;
    this.#onEffects = onEffects;
    this.#session = new WebhookSession(session);
  }

  /** True when an alarm can be offered. */
  get ready(): boolean {
    return !this.#closed && this.#session.ready;
  }

  /** Hands over one alarm; only while {@link ready}. What becomes of it comes by `onEffects`. */
  offer(item: WebhookItem): void {
    this.#apply(this.#session.offer(item, Date.now()));
  }

  /** Ends the attempt under way: its alarm comes back as `absent`. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#wake.clear();
      this.#stop?.();
      this.#apply(this.#session.stopped(Date.now()));
    }
    await this.#posting;
  }

  #apply(effects: WebhookEffect[]): void {
    const outcomes: WebhookOutcome[] = [];
    let request: WebhookRequest | undefined;
    for (const effect of effects) {
      if (effect.kind === "post") request = effect.request;
      else outcomes.push(effect);
    }
    if (request !== undefined) this.#posting = this.#post(request);
    if (!this.#closed) this.#wake.set(this.#session.nextTick);
    // Last, as the one who is told may offer the next alarm, or close.
    if (outcomes.length > 0 || this.ready) this.#onEffects(outcomes);
  }

  async #post(request: WebhookRequest): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<WebhookAnswer>();
    const secure = this.#url.protocol === "https:";
    const options: RequestOptions & { ca?: string } = {
      method: "POST",
      headers: { ...request.headers, "user-agent": "tocsin" },
      agent: false,
      maxHeaderSize: HEADER_OCTETS,
      ...(this.#ca === undefined ? {} : { ca: this.#ca }),
    };
    const outgoing = (secure ? requestHttps : requestHttp)(this.#url, options);
    let answered = false;
    const fail = (error: Error) => {
      if (!answered) resolve(this.#failed(error));
    };
    const timer = setTimeout(() => {
      resolve({
        kind: "failed",
        rule: "timeout",
        message: `The receiver at ${this.#url.host} did not answer within ${this.#timeoutMs} ms. ` +
          "Check that it runs, and the network between; alarms wait in the journal.",
      });
    }, this.#timeoutMs);
    outgoing.on("response", (response) => {
      // From here on the status counts, whatever happens to the body.
      answered = true;
      clearTimeout(timer);
      void readAnswer(response).then(resolve);
    });
    outgoing.on("error", fail);
    outgoing.on("close", () => fail(new Error("the connection was closed without an answer")));
    outgoing.on("upgrade", (_response, socket) => {
      socket.destroy();
      fail(new Error("it wants to speak something else than HTTP"));
    });
    this.#stop = () => resolve(this.#failed(new Error("it was stopped")));
    outgoing.end(request.body);
    const answer = await promise;
    clearTimeout(timer);
    this.#stop = undefined;
    outgoing.destroy();
    if (!this.#closed) this.#apply(this.#session.answered(answer, Date.now()));
  }

  #failed(error: Error & { code?: unknown }): WebhookAnswer {
    const code = typeof error.code === "string" ? error.code : "";
    const tls = /CERT|TLS|SSL|SIGNATURE|ISSUER|SELF_SIGNED/i.test(`${code} ${error.name} ${error.message}`);
    const http = code.startsWith("HPE_");
    const reason = error.message.replace(/[^ -~]+/g, " ").slice(0, 200);
    const advice = tls
      ? "Check the receiver's certificate: its name, its dates, and who signed it."
      : http
      ? "What answers there is no web server: check host and port."
      : "Check that the receiver runs, and the network between.";
    return {
      kind: "failed",
      rule: tls ? "tls" : http ? "bad-answer" : "unreachable",
      message:
        `The receiver at ${this.#url.host} cannot be reached: ${reason}. ${advice} Alarms wait in the journal.`,
    };
  }
}

/** The status tells all that matters; of the body only the beginning is read, and only of one that explains a refusal. */
async function readAnswer(response: IncomingMessage): Promise<WebhookAnswer> {
  const { headers } = response;
  const status = response.statusCode ?? 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const octets = new Uint8Array(ANSWER_OCTETS);
  let length = 0;
  const timer = setTimeout(resolve, EXPLANATION_MS);
  if (status >= 200 && status < 300) resolve();
  response.on("data", (chunk: Uint8Array) => {
    const part = chunk.subarray(0, ANSWER_OCTETS - length);
    octets.set(part, length);
    length += part.length;
    if (length === ANSWER_OCTETS) resolve();
  });
  response.on("end", resolve);
  response.on("error", () => resolve());
  response.on("close", resolve);
  await promise;
  clearTimeout(timer);
  const { location } = headers;
  const retryAfter = headers["retry-after"];
  return {
    kind: "status",
    status,
    text: new TextDecoder().decode(octets.subarray(0, length)),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(location === undefined ? {} : { location }),
  };
}

/** How long the body of an answer is waited for, in ms, when its status is known. */
const EXPLANATION_MS = 2000;
