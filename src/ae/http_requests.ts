/**
 * Cuts a stream into requests of HTTP/1.1, for a web server whose every octet can be played with.
 *
 * @module
 */
import type { Framed, Refusal } from "../../adapters/contract.ts";

/** A request. */
export interface HttpRequest {
  /** Method, `POST`. */
  method: string;
  /** What follows the method: a path. */
  target: string;
  /** Headers by lower-case name; of several with one name the last. */
  headers: ReadonlyMap<string, string>;
  /** Body. */
  body: Uint8Array;
}

/** What came of the octets. */
export type HttpItem =
  | Framed<HttpRequest>
  | Refusal
  /** The client waits for `100 Continue` before it sends the body. */
  | { kind: "expects" };

/** Octets of request line and headers, and of a body, that are taken. */
const LONGEST_HEAD = 16 * 1024;
const LONGEST_BODY = 1024 * 1024;
const CR = 0x0d;
const LF = 0x0a;

/**
 * Finds the requests in a stream, whatever the chunk borders (RFC 9112). Linear in the octets; never throws. Only bodies with
 * a `content-length` are taken. After a refusal it is deaf: what follows cannot be told from the rest of a bad request.
 *
 * Refusals: `no-http`, `head-too-long`, `length-required`, `bad-length`, `body-too-long`, and `truncated` on flush.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { HttpRequests } from "./http_requests.ts";
 *
 * const requests = new HttpRequests();
 * const [item] = requests.feed(new TextEncoder().encode("POST /hook HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"));
 * assertEquals(item?.kind === "frame" && [item.frame.target, item.frame.body.length], ["/hook", 2]);
 * ```
 */
export class HttpRequests {
  #head = new Uint8Array(LONGEST_HEAD);
  #headLength = 0;
  #request: HttpRequest | undefined;
  #filled = 0;
  #position = 0;
  #startedAt = 0;
  #deaf = false;

  /** Octets of an unfinished request. */
  get buffered(): number {
    return this.#headLength + this.#filled;
  }

  /** Takes the next octets. */
  feed(bytes: Uint8Array): HttpItem[] {
    const out: HttpItem[] = [];
    for (let at = 0; at < bytes.length && !this.#deaf;) {
      if (this.#request === undefined) {
        this.#octet(bytes[at++] ?? 0, out);
        this.#position++;
      } else {
        const { body } = this.#request;
        const part = bytes.subarray(at, at + body.length - this.#filled);
        body.set(part, this.#filled);
        this.#filled += part.length;
        this.#position += part.length;
        at += part.length;
      }
      if (this.#request !== undefined && this.#filled === this.#request.body.length) this.#end(out);
    }
    return out;
  }

  /** The stream ended. */
  flush(): Refusal[] {
    const { buffered } = this;
    if (this.#deaf || buffered === 0) return [];
    const out: HttpItem[] = [];
    this.#refuse("truncated", `The connection ended within a request, behind ${buffered} octets of it.`, out);
    return out.filter((item) => item.kind === "refused");
  }

  #octet(octet: number, out: HttpItem[]): void {
    if (this.#headLength === 0) {
      // Empty lines before a request are let pass (RFC 9112, 2.2).
      if (octet === CR || octet === LF) return;
      this.#startedAt = this.#position;
    }
    if (this.#headLength === LONGEST_HEAD) {
      return this.#refuse("head-too-long", `The headers have more than ${LONGEST_HEAD} octets.`, out);
    }
    this.#head[this.#headLength++] = octet;
    const ends = octet === LF && this.#head[this.#headLength - 2] === CR &&
      this.#head[this.#headLength - 3] === LF;
    if (ends) this.#readHead(out);
  }

  #readHead(out: HttpItem[]): void {
    const text = new TextDecoder("latin1").decode(this.#head.subarray(0, this.#headLength));
    const [first = "", ...lines] = text.trimEnd().split("\r\n");
    const [, method, target] = /^([A-Z]{1,16}) (\S{1,8192}) HTTP\/1\.[01]$/.exec(first) ?? [];
    if (method === undefined || target === undefined) {
      return this.#refuse(
        "no-http",
        "What came is no request of HTTP. Check that the output is a webhook, without TLS.",
        out,
      );
    }
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    if (headers.has("transfer-encoding")) {
      return this.#refuse(
        "length-required",
        "The body is sent in chunks; expected is a content-length.",
        out,
      );
    }
    const length = headers.get("content-length") ?? "0";
    if (!/^\d{1,15}$/.test(length)) {
      return this.#refuse("bad-length", "Header content-length is no number.", out);
    }
    if (Number(length) > LONGEST_BODY) {
      return this.#refuse(
        "body-too-long",
        `The body has ${length} octets, expected at most ${LONGEST_BODY}.`,
        out,
      );
    }
    this.#request = { method, target, headers, body: new Uint8Array(Number(length)) };
    if (headers.get("expect")?.toLowerCase() === "100-continue") out.push({ kind: "expects" });
  }

  #end(out: HttpItem[]): void {
    const frame = this.#request;
    if (frame === undefined) return;
    const raw = new Uint8Array(this.#headLength + frame.body.length);
    raw.set(this.#head.subarray(0, this.#headLength));
    raw.set(frame.body, this.#headLength);
    this.#request = undefined;
    this.#headLength = this.#filled = 0;
    out.push({ kind: "frame", offset: this.#startedAt, frame, raw });
  }

  #refuse(rule: string, message: string, out: HttpItem[]): void {
    this.#deaf = true;
    const raw = this.#head.slice(0, this.#headLength);
    out.push({ kind: "refused", offset: this.#startedAt, rule, message, raw });
    this.#request = undefined;
    this.#headLength = this.#filled = 0;
  }
}
