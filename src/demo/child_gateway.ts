/**
 * A gateway in a process of its own, as it runs at a customer's: started, killed and started again.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** How long a gateway may take to start, ms: a slow machine loads and checks the whole program first. */
const START_MS = 60_000;
/** How long its page may take to answer, ms. */
const ANSWER_MS = 30_000;

/** Runs `tocsin spt` or `tocsin rct` as a child. */
export class ChildGateway {
  readonly #role: "spt" | "rct";
  readonly #config: string;
  readonly #http: number;
  #child: Deno.ChildProcess | undefined;
  #errors: Promise<string> | undefined;
  #stopped = false;

  /**
   * @param role Which gateway.
   * @param config Path of its configuration.
   * @param http Port of its page, to see when it is up.
   */
  constructor(role: "spt" | "rct", config: string, http: number) {
    this.#role = role;
    this.#config = config;
    this.#http = http;
  }

  /** Address of its page. */
  get url(): string {
    return `http://127.0.0.1:${this.#http}`;
  }

  /** Starts it and waits until it answers. Rejects when it does not, or was stopped before. */
  async start(): Promise<void> {
    if (this.#stopped) throw new Error(`${this.#role} was stopped`);
    const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-net",
        "--allow-read",
        "--allow-write",
        main,
        this.#role,
        "--config",
        this.#config,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.#errors = new Response(child.stderr).text();
    for (const end = Date.now() + START_MS; Date.now() < end;) {
      try {
        await fetchText(`${this.url}/healthz`, ANSWER_MS);
        return;
      } catch {
        const ended = await Promise.race([child.status, sleep(50)]);
        if (ended !== undefined) break;
      }
    }
    await this.kill();
    throw new Error(`${this.#role} did not start:\n${await this.#errors}`);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to stop, for good, and waits until it has. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end("SIGTERM");
  }

  /** Everything it logged; known when it has ended. */
  async log(): Promise<string> {
    return await this.#errors ?? "";
  }

  /** Asks its API. */
  async get<T>(path: string): Promise<T> {
    return JSON.parse(await fetchText(`${this.url}${path}`, ANSWER_MS)) as T;
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    try {
      child.kill(signal);
    } catch { /* it has ended already */ }
    await child.status;
    await this.#errors;
  }
}

/** Fetches a text within a time; unlike `AbortSignal.timeout`, leaves no timer behind. */
async function fetchText(url: string, ms: number): Promise<string> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ms);
  try {
    return await (await fetch(url, { signal: late.signal })).text();
  } finally {
    clearTimeout(timer);
  }
}

function sleep(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
