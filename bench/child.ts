import { fileURLToPath } from "node:url";

/** A program of this folder in a process of its own; its first line of output tells where to find it. */
export class Child implements AsyncDisposable {
  /** The first line. */
  readonly line: string;
  readonly #child: Deno.ChildProcess;
  readonly #rest: Promise<void>;

  private constructor(child: Deno.ChildProcess, line: string, rest: Promise<void>) {
    this.#child = child;
    this.line = line;
    this.#rest = rest;
  }

  /** Starts it and waits for its first line. */
  static async start(script: string, args: string[] = []): Promise<Child> {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", path, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`${script} ended before it was ready`);
      text += value;
    }
    const rest = (async () => {
      while (!(await reader.read()).done);
    })();
    return new Child(child, text.slice(0, text.indexOf("\n")), rest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await this.#rest;
  }
}
