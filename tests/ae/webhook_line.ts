/** A webhook session in the shape of the other outputs: it writes HTTP and reads the answers, as the real one's client does. */
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";
import { type WebhookEffect, WebhookSession } from "../../adapters/webhook/session.ts";
import type { AlarmEvent } from "../../src/event/alarm_event.ts";
import { SecretKey } from "../../src/keys/secret_key.ts";

/** How long an answer is waited for. */
const TIMEOUT_MS = 10_000;

export const SECRET = new SecretKey(new Uint8Array(32).fill(7));

export class WebhookOnLine implements OutputSession {
  readonly #session = new WebhookSession({ keys: [SECRET] });
  #up = false;
  #answer = "";
  #deadline: number | undefined;
  /** A POST that waits for a connection. */
  #post: Uint8Array | undefined;

  get ready(): boolean {
    return this.#up && this.#session.ready;
  }

  get nextTick(): number | undefined {
    return this.#deadline ?? this.#session.nextTick;
  }

  connected(): OutputEffect[] {
    this.#up = true;
    this.#answer = "";
    const bytes = this.#post;
    this.#post = undefined;
    return bytes === undefined ? [] : [{ kind: "send", bytes }];
  }

  disconnected(now: number): OutputEffect[] {
    this.#up = false;
    return this.#deadline === undefined ? [] : this.#failed("unreachable", now);
  }

  feed(bytes: Uint8Array, now: number): OutputEffect[] {
    this.#answer += new TextDecoder("latin1").decode(bytes);
    const head = /^(.*?)\r\n\r\n/s.exec(this.#answer);
    if (head === null || this.#deadline === undefined) return [];
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(this.#answer)?.[1];
    if (status === undefined) {
      return [...this.#failed("bad-answer", now), { kind: "close", reason: "bad-answer" }];
    }
    const length = Number(/content-length: (\d+)/.exec(this.#answer)?.[1] ?? 0);
    const text = this.#answer.slice(head[0].length);
    if (text.length < length) return [];
    this.#deadline = undefined;
    // Each POST has a connection of its own.
    this.#up = false;
    const answered = this.#session.answered({ kind: "status", status: Number(status), text }, now);
    return [{ kind: "close", reason: "answered" }, ...this.#out(answered, now)];
  }

  tick(now: number): OutputEffect[] {
    if (this.#deadline === undefined) return this.#out(this.#session.tick(now), now);
    if (now < this.#deadline) return [];
    return [...this.#failed("timeout", now), { kind: "close", reason: "timeout" }];
  }

  offer(item: OutputItem, now: number): OutputEffect[] {
    const events = item.events.map((event): AlarmEvent => ({
      ...event,
      id: item.id,
      receivedAt: new Date(now),
    }));
    return this.#out(this.#session.offer({ ...item, events }, now), now);
  }

  #failed(rule: string, now: number): OutputEffect[] {
    this.#deadline = undefined;
    return this.#out(this.#session.answered({ kind: "failed", rule, message: "" }, now), now);
  }

  #out(effects: WebhookEffect[], now: number): OutputEffect[] {
    return effects.flatMap((effect): OutputEffect[] => {
      if (effect.kind !== "post") return [effect];
      const { headers, body } = effect.request;
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
      const head = new TextEncoder().encode(
        `POST /hook HTTP/1.1\r\n${lines}content-length: ${body.length}\r\n\r\n`,
      );
      const bytes = Uint8Array.from([...head, ...body]);
      this.#deadline = now + TIMEOUT_MS;
      if (this.#up) return [{ kind: "send", bytes }];
      this.#post = bytes;
      return [];
    });
  }
}
