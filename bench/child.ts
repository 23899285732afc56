import { fileURLToPath } from "node:url";

/** A program of this folder in a process of its own; its first line of output tells where to find it. */
export class Child implements AsyncDisposable {
  /** The first line. */
  readonly line: string;
  readonly #child: Deno.ChildProcess;
  readonly #rest: Promise<string>;

  private constructor(child: Deno.ChildProcess, line: string, rest: Promise<string>) {
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
    const first = text.indexOf("\n");
    const rest = (async () => {
      let more = text.slice(first + 1);
      for (let read = await reader.read(); !read.done; read = await reader.read()) more += read.value;
      return more;
    })();
    return new Child(child, text.slice(0, first), rest);
  }

  /** Waits until it ends by itself. @returns The lines after the first. */
  async ended(): Promise<string[]> {
    const { success } = await this.#child.status;
    if (!success) throw new Error("a child process failed");
    return (await this.#rest).split("\n").filter((line) => line !== "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch { /* ended by itself */ }
    await this.#child.status;
    await this.#rest;
  }
}
