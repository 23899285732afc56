import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

/** The project's folder; tasks run there. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A Deno program as a user starts it; everything that it writes is kept, octet by octet. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #written: Record<"out" | "err", Uint8Array[]> = { out: [], err: [] };
  readonly #done: Promise<unknown>;
  #ended = false;

  /**
   * @param args Arguments of `deno`.
   * @param options `through`: a program and its arguments that runs it in its own place, as `nsenter` does.
   */
  constructor(
    args: string[],
    options: { cwd?: string; through?: readonly string[]; env?: Record<string, string> } = {},
  ) {
    const [program = Deno.execPath(), ...before] = [...options.through ?? [], Deno.execPath()];
    this.#process = new Deno.Command(program, {
      args: [...before, ...args],
      cwd: options.cwd ?? ROOT,
      env: { NO_COLOR: "1", ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#done = Promise.all([
      this.#process.status.finally(() => this.#ended = true),
      this.#keep("out", this.#process.stdout),
      this.#keep("err", this.#process.stderr),
    ]);
  }

  /** Process ID. */
  get pid(): number {
    return this.#process.pid;
  }

  /** What it wrote on standard output so far. */
  get out(): string {
    return new TextDecoder().decode(this.octets("out"));
  }

  /** What it wrote on standard error so far. */
  get err(): string {
    return new TextDecoder().decode(this.octets("err"));
  }

  /** The same, as octets. */
  octets(stream: "out" | "err"): Uint8Array {
    return Uint8Array.from(this.#written[stream].flatMap((chunk) => [...chunk]));
  }

  /** Waits until it has written something; fails when it ends before. */
  async shows(what: string | RegExp, stream: "out" | "err" = "out", ms = 60_000): Promise<void> {
    const shown = () => typeof what === "string" ? this[stream].includes(what) : what.test(this[stream]);
    await until(
      () => {
        assert(shown() || !this.#ended, `ended without showing ${what}:\n${this.out}\n${this.err}`);
        return shown();
      },
      `${what} in:\n${this.out}\n${this.err}`,
      ms,
    );
  }

  /** Sends a signal; none when it has ended. */
  signal(signal: Deno.Signal): void {
    if (!this.#ended) this.#process.kill(signal);
  }

  /** Its exit status, and when it did not end by itself in time, a failure. */
  async status(ms = 60_000): Promise<number> {
    await until(() => this.#ended, "its end", ms);
    await this.#done;
    return (await this.#process.status).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.#done;
  }

  async #keep(stream: "out" | "err", from: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of from) this.#written[stream].push(chunk);
  }
}

/** Runs a Deno program to its end. */
export async function runDeno(
  args: string[],
  cwd = ROOT,
): Promise<{ code: number; out: string; err: string }> {
  await using child = new Child(args, { cwd });
  const code = await child.status(180_000);
  return { code, out: child.out, err: child.err };
}

/**
 * The arguments of `deno` for a task of deno.json: its very flags.
 *
 * @param name The task; it has to be a plain `deno run … main.ts …`.
 */
export async function taskArguments(name: string): Promise<string[]> {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const [deno, ...args] = String(config.tasks[name].command).split(" ");
  assert(deno === "deno" && args.includes("main.ts"), `task ${name}`);
  return args;
}

/** A folder below the project's, as the rights of the tasks ask for it; removed at the end. */
export class WorkFolder implements AsyncDisposable {
  /** Its path from the project's folder. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes it. */
  static async make(): Promise<WorkFolder> {
    await Deno.mkdir(`${ROOT}out`, { recursive: true });
    const path = await Deno.makeTempDir({ dir: `${ROOT}out`, prefix: "tocsin-test-" });
    return new WorkFolder(path.slice(ROOT.length));
  }

  /** Reads one of its files. */
  async read(file: string): Promise<string> {
    return await Deno.readTextFile(`${ROOT}${this.path}/${file}`);
  }

  /** Writes one of its files. */
  async write(file: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${ROOT}${this.path}/${file}`, text, { mode: 0o600 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(`${ROOT}${this.path}`, { recursive: true });
  }
}
