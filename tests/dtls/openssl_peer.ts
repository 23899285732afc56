/** `openssl s_client` and `openssl s_server` as peers of ours. */
import { assert } from "@std/assert";
import { until } from "../support/until.ts";

/** A running `openssl`. */
export class OpensslPeer implements AsyncDisposable {
  /** What it wrote, both streams. */
  out = "";
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #done: Promise<unknown>;
  #ended = false;

  /** @param args Arguments of `openssl`. */
  constructor(args: string[]) {
    this.#process = new Deno.Command("openssl", { args, stdin: "piped", stdout: "piped", stderr: "piped" })
      .spawn();
    this.#stdin = this.#process.stdin.getWriter();
    this.#done = Promise.all([
      this.#process.status.then(() => this.#ended = true),
      this.#keep(this.#process.stdout),
      this.#keep(this.#process.stderr),
    ]);
  }

  /** Connects to a port of 127.0.0.1 with the certificate `name`. */
  static client(
    port: number,
    identity: { certificateFile: string; keyFile: string } | undefined,
    ...more: string[]
  ): OpensslPeer {
    const own = identity === undefined ? [] : ["-cert", identity.certificateFile, "-key", identity.keyFile];
    return new OpensslPeer(["s_client", "-dtls1_2", "-connect", `127.0.0.1:${port}`, ...own, ...more]);
  }

  /** Listens on a port of 127.0.0.1, and waits until it does. */
  static async server(
    port: number,
    identity: { certificateFile: string; keyFile: string },
    ...more: string[]
  ): Promise<OpensslPeer> {
    const peer = new OpensslPeer([
      ...["s_server", "-dtls1_2", "-accept", `127.0.0.1:${port}`, "-listen"],
      ...["-cert", identity.certificateFile, "-key", identity.keyFile, ...more],
    ]);
    await peer.shows("ACCEPT");
    return peer;
  }

  /** Writes a line to it: with its line break it becomes one record. */
  async type(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Waits until it has written something. */
  async shows(what: string | RegExp): Promise<void> {
    const shown = () => typeof what === "string" ? this.out.includes(what) : what.test(this.out);
    await until(
      () => {
        assert(shown() || !this.#ended, `openssl ended without showing ${what}:\n${this.out}`);
        return shown();
      },
      `${what}`,
    );
  }

  /** Waits until it has ended. */
  async ends(): Promise<void> {
    await until(() => this.#ended, "its end");
    await this.#done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) this.#process.kill("SIGKILL");
    await this.#done;
    await this.#stdin.abort().catch(() => {});
  }

  async #keep(from: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of from.pipeThrough(new TextDecoderStream())) this.out += text;
  }
}
