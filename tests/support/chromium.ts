/**
 * A real browser for tests: headless Chromium, driven over its own DevTools websocket.
 *
 * Leaves nothing behind: {@link Chromium.close} ends the process and removes its folder, so tests pass the op and
 * resource sanitizers.
 *
 * @module
 */

/** Which Chromium to use. */
export async function findChromium(): Promise<string | undefined> {
  const candidates = [
    Deno.env.get("CHROME_PATH"),
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  for (const path of candidates) {
    if (path === undefined || path === "") continue;
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch {
      // Not there: the next one.
    }
  }
  return undefined;
}

/** A message of the DevTools protocol. */
interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** What the page should look like to its device. */
export interface Screen {
  width: number;
  height: number;
  /** What the page is told the user prefers. @default {"light"} */
  colorScheme?: "light" | "dark";
  /** A touch device with a narrow screen. @default {false} */
  mobile?: boolean;
}

/** A headless browser with one page. */
export class Chromium {
  /** Errors the page wrote to its console, threw, or met while loading, in order. */
  readonly errors: string[] = [];
  readonly #process: Deno.ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #once = new Map<string, PromiseWithResolvers<void>>();
  #session: string | undefined;
  #next = 1;

  private constructor(process: Deno.ChildProcess, folder: string, socket: WebSocket) {
    this.#process = process;
    this.#folder = folder;
    this.#socket = socket;
    socket.onmessage = (event) => this.#take(JSON.parse(String(event.data)) as Message);
  }

  /** Starts the browser with an empty page. Rejects when it does not come up within a minute. */
  static async launch(path: string): Promise<Chromium> {
    const folder = await Deno.makeTempDir({ prefix: "tocsin-chromium-" });
    const process = new Deno.Command(path, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--remote-debugging-port=0",
        `--user-data-dir=${folder}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      const socket = await connect(await endpoint(folder));
      const browser = new Chromium(process, folder, socket);
      await browser.#openPage();
      return browser;
    } catch (error) {
      await end(process, folder);
      throw error;
    }
  }

  /** Sets size and colour scheme. */
  async screen(screen: Screen): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", {
      width: screen.width,
      height: screen.height,
      deviceScaleFactor: 1,
      mobile: screen.mobile ?? false,
    });
    await this.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: screen.colorScheme ?? "light" }],
    });
  }

  /** Switches scripts off, for what is loaded next. */
  async scripts(on: boolean): Promise<void> {
    await this.send("Emulation.setScriptExecutionDisabled", { value: !on });
  }

  /** Opens an address and waits until the page has loaded. Rejects when it cannot be reached. */
  async navigate(url: string): Promise<void> {
    const loaded = Promise.withResolvers<void>();
    this.#once.set("Page.loadEventFired", loaded);
    const { errorText } = await this.send("Page.navigate", { url });
    if (typeof errorText === "string") throw new Error(`${url}: ${errorText}`);
    await loaded.promise;
  }

  /** Evaluates an expression in the page and returns its (awaited) value. Rejects with what it throws. */
  async evaluate<T = unknown>(expression: string): Promise<T> {
    const answer = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    const { result, exceptionDetails } = answer as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** Waits until an expression is truthy in the page, and returns it. Rejects after `timeout` ms: long, for slow machines. */
  async waitFor<T = unknown>(expression: string, timeout = 60_000): Promise<T> {
    const until = Date.now() + timeout;
    while (true) {
      const value = await this.evaluate<T>(expression);
      if (value) return value;
      if (Date.now() > until) {
        throw new Error(
          `not within ${timeout} ms: ${expression}\nconsole: ${this.errors.join("\n") || "no error"}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Writes what the screen shows to a PNG file. */
  async screenshot(path: string): Promise<void> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    await Deno.writeFile(path, Uint8Array.fromBase64(String(data)));
  }

  /** Sends one command to the page and returns its result. */
  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = this.#next++;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, answer);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    return answer.promise;
  }

  /** Ends the browser and removes its folder. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve, { once: true }));
    this.#session = undefined;
    // The browser may hang up before it answers.
    this.send("Browser.close").catch(() => {});
    const timer = setTimeout(() => this.#socket.close(), 3000);
    await closed;
    clearTimeout(timer);
    await end(this.#process, this.#folder);
  }

  async #openPage(): Promise<void> {
    this.#socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the browser went away"));
      for (const { reject } of this.#once.values()) reject(new Error("the browser went away"));
    };
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    this.#session = String(sessionId);
    for (const domain of ["Page", "Runtime", "Log"]) await this.send(`${domain}.enable`);
  }

  #take(message: Message): void {
    if (message.id !== undefined) {
      const answer = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error !== undefined) answer?.reject(new Error(message.error.message));
      else answer?.resolve(message.result ?? {});
      return;
    }
    const params = message.params ?? {};
    if (message.method === "Runtime.exceptionThrown") {
      this.errors.push(JSON.stringify(params.exceptionDetails));
    }
    if (
      message.method === "Runtime.consoleAPICalled" && (params.type === "error" || params.type === "assert")
    ) {
      this.errors.push(JSON.stringify(params.args));
    }
    if (message.method === "Log.entryAdded") {
      const entry = params.entry as { level: string; text: string; url?: string };
      if (entry.level === "error") this.errors.push(`${entry.text} ${entry.url ?? ""}`);
    }
    const once = this.#once.get(message.method ?? "");
    if (once !== undefined) {
      this.#once.delete(message.method ?? "");
      once.resolve();
    }
  }
}

/** Waits for the file in which the browser says where it listens. */
async function endpoint(folder: string): Promise<string> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    const text = await Deno.readTextFile(`${folder}/DevToolsActivePort`).catch(() => "");
    const [port, path] = text.split("\n");
    if (port && path) return `ws://127.0.0.1:${port}${path}`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("Chromium did not say within a minute where it listens");
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`cannot connect to ${url}`));
  });
  socket.onerror = null;
  return socket;
}

/** Waits for the process, kills it after 3 s, and removes its folder, in which children may write for some time. */
async function end(process: Deno.ChildProcess, folder: string): Promise<void> {
  const timer = setTimeout(() => process.kill("SIGKILL"), 3000);
  await process.status;
  clearTimeout(timer);
  for (let attempt = 0;; attempt++) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (attempt === 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
