/** A real MQTT broker, Mosquitto, and a subscriber of its own. */
import { assert } from "@std/assert";
import { freePort } from "../../src/demo/free_port.ts";
import "./own_ports.ts";
import { until } from "./until.ts";

/** Where Debian puts the broker, which is on no user's path. */
const PATH = ["/usr/sbin", "/usr/local/sbin", ...(Deno.env.get("PATH") ?? "").split(":")].join(":");

function installed(program: string): boolean {
  for (const folder of PATH.split(":")) {
    try {
      if (Deno.statSync(`${folder}/${program}`).isFile) return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}

/** What is missing for these tests; undefined when nothing is. */
export const missing: string | undefined = ["mosquitto", "mosquitto_sub", "mosquitto_passwd"]
  .find((program) => !installed(program));

/** A test that needs the broker: skipped, and named so, where it is missing. */
export function brokerTest(name: string, run: () => Promise<void>): void {
  const skipped = missing === undefined
    ? ""
    : ` (SKIPPED: ${missing} is missing; install mosquitto, mosquitto-clients)`;
  Deno.test({ name: name + skipped, ignore: missing !== undefined, fn: run });
}

function spawn(
  program: string,
  args: string[],
): { child: Deno.ChildProcess; lines: string[]; ended: Promise<void> } {
  const child = new Deno.Command(program, { args, env: { PATH }, stdout: "piped", stderr: "piped" }).spawn();
  const lines: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array>) => {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
    }
  };
  const ended = Promise.all([read(child.stdout), read(child.stderr), child.status]).then(() => {});
  return { child, lines, ended };
}

/** A broker, with the extra lines of configuration it is given. */
export class Broker implements AsyncDisposable {
  readonly port = freePort("tcp");
  readonly #folder: string;
  readonly #config: string[];
  readonly #children = new Set<ReturnType<typeof spawn>>();
  #broker: ReturnType<typeof spawn> | undefined;
  /** Subscriptions that the running broker has confirmed. */
  #subscriptions = 0;

  private constructor(folder: string, config: string[]) {
    this.#folder = folder;
    this.#config = config;
  }

  /** Starts one. @param files Files of its folder, by name; `FOLDER` in the configuration stands for that folder. */
  static async start(
    config: string[] = ["allow_anonymous true"],
    files: Record<string, string> = {},
  ): Promise<Broker> {
    const broker = new Broker(await Deno.makeTempDir(), config);
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeTextFile(`${broker.#folder}/${name}`, content, { mode: 0o600 });
    }
    if (files["users"] !== undefined) {
      const made = await new Deno.Command("mosquitto_passwd", {
        args: ["-U", `${broker.#folder}/users`],
        env: { PATH },
      }).output();
      assert(made.success, "mosquitto_passwd failed");
    }
    await broker.up();
    return broker;
  }

  /** Starts it again on the same port. */
  async up(): Promise<void> {
    const lines = [`listener ${this.port} 127.0.0.1`, ...this.#config, "log_dest stderr", "log_type all"];
    // Run as root, it would change to a user who cannot read the folder.
    if (Deno.uid() === 0) lines.push("user root");
    const path = `${this.#folder}/mosquitto.conf`;
    await Deno.writeTextFile(path, lines.join("\n").replaceAll("FOLDER", this.#folder));
    const broker = spawn("mosquitto", ["-c", path]);
    this.#broker = broker;
    this.#subscriptions = 0;
    await until(() => broker.lines.some((line) => / running$/.test(line)), "the broker's start");
  }

  /** Kills it. */
  async down(): Promise<void> {
    this.#broker?.child.kill("SIGKILL");
    await this.#broker?.ended;
    this.#broker = undefined;
  }

  /** Subscribes to everything, and waits until the broker knows. The lines are `topic payload`. */
  async subscribe(...more: string[]): Promise<string[]> {
    const args = [
      "-p",
      String(this.port),
      "-h",
      "127.0.0.1",
      "-V",
      "mqttv5",
      "-q",
      "1",
      "-t",
      "#",
      "-F",
      "%t %p",
    ];
    const subscriber = spawn("mosquitto_sub", [...args, ...more]);
    this.#children.add(subscriber);
    // The broker's own word: the subscriber's is held back where it writes into a pipe.
    const subscriptions = () =>
      this.#broker?.lines.filter((line) => line.includes("Sending SUBACK")).length ?? 0;
    const before = this.#subscriptions;
    await until(() => subscriptions() > before, "the subscription");
    this.#subscriptions = subscriptions();
    return subscriber.lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, ended } of this.#children) {
      try {
        child.kill("SIGKILL");
      } catch {
        // Ended before.
      }
      await ended;
    }
    await this.down();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
