/**
 * The delivery of alarms by webhook, without I/O: what is posted when, and what becomes of it.
 *
 * @module
 */
import type { OutputEffect, OutputItem, Written } from "../contract.ts";
import type { SecretKey } from "../../src/keys/secret_key.ts";
import { judgeWebhook, type WebhookAnswer } from "./answer.ts";
import { webhookBody, type WebhookItem, webhookItem } from "./body.ts";
import { signWebhook } from "./signature.ts";

/** Identities that fit into a header. */
const ID = /^[\w-]{1,128}$/;
const BAD_ID = "The alarm's id does not fit into a header: expected letters, digits, - and _.";

/** Settings of a {@link WebhookSession}. Times are in ms. */
export interface WebhookSessionOptions {
  /** The shared secrets: each request is signed with every one. At least one. */
  keys: readonly SecretKey[];
  /** Attempts for one alarm before it is refused, or the receiver counts as absent. @default {5} */
  tries?: number;
  /** The pause after the first failure; it doubles with each further one. @default {1000} */
  pauseMs?: number;
  /** The longest pause of its own. @default {30000} */
  pauseMaxMs?: number;
  /** The longest pause that a receiver can ask for with `retry-after`. @default {300000} */
  retryAfterMaxMs?: number;
}

/** A POST to be made. */
export interface WebhookRequest {
  /** Its headers. */
  headers: Record<string, string>;
  /** Its body. */
  body: Uint8Array<ArrayBuffer>;
}

/** What the session wants done, and what became of the alarms: as with every output, but a POST in place of bytes. */
export type WebhookEffect =
  | Extract<OutputEffect, { kind: "sent" | "delivered" | "refused" | "absent" | "present" }>
  /** Post this, and give the answer to {@link WebhookSession.answered}. */
  | { kind: "post"; request: WebhookRequest };

/**
 * Posts one alarm at a time, in order, and calls it delivered only on 2xx.
 *
 * - **Receiver not able** (no connection, no answer in time, 408, 425, 429, 502, 503, 504): again after a pause that doubles,
 *   or as long as `retry-after` says; after `tries` attempts `absent`, with the alarm's id. From then on each offer is one
 *   attempt, after a pause each, until the receiver answers: `present`.
 * - **Receiver fails on this alarm** (other 5xx): likewise, but after `tries` attempts the alarm is `refused`, so that the
 *   ones behind it go on. The gateway keeps it and offers it again later.
 * - **Receiver does not want it** (4xx, redirection): `refused` at once.
 *
 * Every attempt has the same `webhook-id` and body, and a new timestamp and signature: a receiver tells repeats by the id.
 *
 * Times are ms since the epoch, and come in. A clock that jumps back does not lengthen pauses.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SecretKey } from "../../src/keys/secret_key.ts";
 * import { WebhookSession } from "./session.ts";
 *
 * const session = new WebhookSession({ keys: [new SecretKey(new Uint8Array(32))] });
 * const item = {
 *   id: "01JD", account: "1234", protocol: "sia" as const, data: new Uint8Array(), events: [], repeated: false,
 * };
 * assertEquals(session.offer(item, 0).map((effect) => effect.kind), ["sent", "post"]);
 * assertEquals(session.answered({ kind: "status", status: 503, text: "" }, 10), []);
 * assertEquals(session.tick(1010).map((effect) => effect.kind), ["sent", "post"]);
 * assertEquals(session.answered({ kind: "status", status: 200, text: "" }, 1020), [
 *   { kind: "present" },
 *   { kind: "delivered", id: "01JD" },
 * ]);
 * ```
 */
export class WebhookSession {
  readonly #keys: readonly SecretKey[];
  readonly #tries: number;
  readonly #pauseMs: number;
  readonly #pauseMaxMs: number;
  readonly #retryAfterMaxMs: number;
  /** `posting` an answer is awaited · `pausing` until the next attempt · `resting` without an alarm. */
  #phase: "ready" | "posting" | "pausing" | "resting" = "ready";
  #flight: { id: string; body: Uint8Array<ArrayBuffer>; attempt: number } | undefined;
  /** Failures in a row, whatever the alarm. */
  #failures = 0;
  #present = false;
  #toldAbsent = false;
  #deadline: number | undefined;
  #now = Number.NEGATIVE_INFINITY;

  /**
   * Starts ready for the first alarm.
   *
   * @param options Keys and figures.
   * @throws {RangeError} When there is no key, or a figure is negative.
   */
  constructor(options: WebhookSessionOptions) {
    if (options.keys.length === 0) throw new RangeError("a webhook output needs at least one key");
    this.#keys = [...options.keys];
    const { tries = 5, pauseMs = 1000, pauseMaxMs = 30_000, retryAfterMaxMs = 300_000 } = options;
    for (const [name, value] of Object.entries({ tries, pauseMs, pauseMaxMs, retryAfterMaxMs })) {
      if (!(value >= 0)) throw new RangeError(`${name} is ${value}; expected 0 or more`);
    }
    this.#tries = Math.max(1, tries);
    this.#pauseMs = pauseMs;
    this.#pauseMaxMs = pauseMaxMs;
    this.#retryAfterMaxMs = retryAfterMaxMs;
  }

  /** True when an alarm can be offered now. */
  get ready(): boolean {
    return this.#phase === "ready";
  }

  /** When {@link tick} wants to be called next, in ms since the epoch; undefined when there is no timer. */
  get nextTick(): number | undefined {
    return this.#deadline;
  }

  /** Hands over one alarm; only while {@link ready}: else it is refused as `not-ready`. */
  offer(item: WebhookItem, now: number): WebhookEffect[] {
    this.#clock(now);
    const { id } = item;
    if (!this.ready) {
      return [{
        kind: "refused",
        id,
        rule: "not-ready",
        message: "The alarm was offered while another was under way. It is kept and offered again.",
      }];
    }
    if (!ID.test(id)) return [{ kind: "refused", id, rule: "not-writable", message: BAD_ID }];
    this.#flight = { id, body: webhookBody(webhookItem(item, now)), attempt: 0 };
    return this.#post(now);
  }

  /**
   * Says what {@link offer} would post: `bytes` is the body; `line` is the method, the headers and the body. The signature is left
   * out, as its value belongs to the time of the attempt. Never throws.
   *
   * @param item The alarm, with or without identity and time of its events.
   * @param now Milliseconds since the epoch.
   * @returns The request; or rule `not-writable`.
   */
  preview(item: OutputItem | WebhookItem, now: number): Written {
    const { id } = item;
    if (!ID.test(id)) return { ok: false, rule: "not-writable", message: BAD_ID };
    const body = webhookBody(webhookItem(item, now));
    const headers = this.#headers(id, body, now);
    headers["webhook-signature"] = this.#keys.map(() => "v1,…").join(" ");
    const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join(", ");
    return {
      ok: true,
      lines: [{ bytes: body, line: `POST ${shown} ${new TextDecoder().decode(body)}` }],
      notes: [],
    };
  }

  /** What came of the POST. Without one under way it means nothing. */
  answered(answer: WebhookAnswer, now: number): WebhookEffect[] {
    this.#clock(now);
    const flight = this.#flight;
    if (this.#phase !== "posting" || flight === undefined) return [];
    const verdict = judgeWebhook(answer, now);
    const { id } = flight;
    if (verdict.kind === "delivered") return this.#settled({ kind: "delivered", id });
    if (verdict.kind === "refused") return this.#settled({ ...verdict, id });
    const { rule, message, receiver } = verdict;
    this.#failures++;
    const own = Math.min(this.#pauseMs * 2 ** Math.min(this.#failures - 1, 30), this.#pauseMaxMs);
    const until = now + Math.max(own, Math.min(verdict.afterMs, this.#retryAfterMaxMs));
    // A receiver that wants to be left alone for long is away: another output may have the alarm.
    const long = receiver && until - now > this.#pauseMaxMs;
    if (flight.attempt < this.#tries && !long && !(receiver && this.#toldAbsent)) {
      this.#phase = "pausing";
      this.#deadline = until;
      return [];
    }
    // The alarms behind need not wait for what this one is to blame for.
    if (!receiver) return this.#settled({ kind: "refused", id, rule, message });
    this.#end("resting", until);
    return [this.#absent(rule, message, id)];
  }

  /** Lets time pass. */
  tick(now: number): WebhookEffect[] {
    this.#clock(now);
    if (this.#deadline === undefined || now < this.#deadline) return [];
    if (this.#phase === "pausing") return this.#post(now);
    this.#end("ready", undefined);
    return [];
  }

  /** The output stops: an alarm under way goes back. What comes of its POST means nothing any more. */
  stopped(now: number): WebhookEffect[] {
    this.#clock(now);
    const id = this.#flight?.id;
    this.#end("ready", undefined);
    if (id === undefined) return [];
    const message = "The output was stopped before the receiver answered. It may or may not have the alarm.";
    return [this.#absent("stopped", message, id)];
  }

  #post(now: number): WebhookEffect[] {
    const flight = this.#flight;
    if (flight === undefined) return [];
    flight.attempt++;
    this.#phase = "posting";
    this.#deadline = undefined;
    const { id, body, attempt } = flight;
    const headers = this.#headers(id, body, now);
    const line = `POST webhook-id ${id}, ${body.length} octets`;
    return [{ kind: "sent", id, line, attempt }, { kind: "post", request: { headers, body } }];
  }

  #headers(id: string, body: Uint8Array, now: number): Record<string, string> {
    return {
      ...signWebhook({ id, timestamp: Math.floor(now / 1000), body }, this.#keys),
      "content-type": "application/json",
      "content-length": String(body.length),
    };
  }

  /** The receiver has answered for good, one way or the other. */
  #settled(effect: WebhookEffect): WebhookEffect[] {
    this.#end("ready", undefined);
    this.#failures = 0;
    this.#toldAbsent = false;
    if (this.#present) return [effect];
    this.#present = true;
    return [{ kind: "present" }, effect];
  }

  #absent(rule: string, message: string, id: string): WebhookEffect {
    this.#present = false;
    this.#toldAbsent = true;
    return { kind: "absent", rule, message, id };
  }

  #end(phase: "ready" | "resting", deadline: number | undefined): void {
    this.#flight = undefined;
    this.#phase = phase;
    this.#deadline = deadline;
  }

  #clock(now: number): void {
    const back = this.#now - now;
    if (back > 0 && Number.isFinite(back) && this.#deadline !== undefined) this.#deadline -= back;
    this.#now = now;
  }
}
