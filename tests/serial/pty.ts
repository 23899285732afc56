/** Serial lines without hardware: pseudo-terminals made by socat, an independent program that plays the wire. */
import { openLibc } from "../../src/serial/libc.ts";
import { parseLine } from "../../src/serial/line_settings.ts";
import type { LineSettings } from "../../src/serial/line_settings.ts";
import { freePort } from "../../src/demo/free_port.ts";
import "../support/own_ports.ts";
import { until } from "../support/until.ts";

// Opened once in the life of a process: to the first test that needs it, it would look like a leak.
if (Deno.build.os === "linux") openLibc();

/** Whether socat is there; tests that need it are skipped otherwise, and say so. */
export const HAS_SOCAT = await (async () => {
  try {
    return (await new Deno.Command("socat", { args: ["-V"], stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    console.error("socat is missing: tests with serial lines are skipped (Debian: apt install socat)");
    return false;
  }
})();

/** A test that needs socat. */
export function ptyTest(name: string, run: () => Promise<void>, ignore = false): void {
  Deno.test({ name, ignore: ignore || !HAS_SOCAT || Deno.build.os !== "linux", fn: run });
}

/** A wire: a device at one end, a panel at the other. Unplugged by killing socat, plugged in by starting it anew. */
export class Wire implements AsyncDisposable {
  readonly #folder: string;
  #socat: Deno.ChildProcess | undefined;
  #panel: Promise<Deno.TcpConn> | undefined;
  #port = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes one, plugged in. */
  static async make(): Promise<Wire> {
    const wire = new Wire(await Deno.makeTempDir({ prefix: "tocsin-wire-" }));
    await wire.plug();
    return wire;
  }

  /** Path of the device. */
  get device(): string {
    return `${this.#folder}/tty`;
  }

  /** Where a socket can be put. */
  get socket(): string {
    return `${this.#folder}/serial.sock`;
  }

  /** TCP port at which the panel is to be played; one connection for each time the wire is plugged in. */
  get port(): number {
    return this.#port;
  }

  /** Settings of a line on the device. */
  settings(name = "galaxy", rest = "9600,8N1"): LineSettings {
    const parsed = parseLine(`${name}=${this.device},${rest}`);
    if (!parsed.ok) throw new Error(parsed.message);
    return parsed.settings;
  }

  /** Plugs the device in. */
  async plug(): Promise<void> {
    this.#port = freePort("tcp");
    this.#socat = new Deno.Command("socat", {
      args: [
        "-b",
        "65536",
        `PTY,link=${this.device},rawer`,
        `TCP-LISTEN:${this.#port},bind=127.0.0.1,reuseaddr,nodelay`,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await until(async () => await Deno.stat(this.device).then(() => true, () => false), "the device");
  }

  /** The panel's end. */
  panel(): Promise<Deno.TcpConn> {
    return this.#panel ??= (async () => {
      let conn: Deno.TcpConn | undefined;
      await until(async () => {
        conn = await Deno.connect({ hostname: "127.0.0.1", port: this.#port }).catch(() => undefined);
        return conn !== undefined;
      }, "the panel's end");
      conn!.setNoDelay(true);
      return conn!;
    })();
  }

  /** Says something as the panel. */
  async say(bytes: Uint8Array): Promise<void> {
    const panel = await this.panel();
    for (let at = 0; at < bytes.length;) at += await panel.write(bytes.subarray(at));
  }

  /** Hears as the panel: so many octets. */
  async hear(octets: number): Promise<Uint8Array> {
    const panel = await this.panel();
    const heard = new Uint8Array(octets);
    for (let at = 0; at < octets;) {
      const n = await panel.read(heard.subarray(at));
      if (n === null) throw new Error(`the wire was cut after ${at} of ${octets} octets`);
      at += n;
    }
    return heard;
  }

  /** Pulls the device out. */
  async unplug(): Promise<void> {
    (await this.#panel)?.close();
    this.#panel = undefined;
    try {
      this.#socat?.kill("SIGKILL");
    } catch { /* it ended with the panel's end */ }
    await this.#socat?.status;
    this.#socat = undefined;
    // A killed socat leaves its name behind, as no device node does.
    await Deno.remove(this.device).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unplug();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Octets that look like anything, the same each time. */
export function noise(octets: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(octets);
  for (let i = 0, x = seed; i < octets; i++) {
    x = Math.imul(x, 1103515245) + 12345 >>> 0;
    bytes[i] = x >>> 16;
  }
  return bytes;
}

/** Collects what arrives. */
export class Heard {
  #chunks: Uint8Array[] = [];
  length = 0;

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.length += bytes.length;
  }

  get bytes(): Uint8Array {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }

  get text(): string {
    return new TextDecoder("latin1").decode(this.bytes);
  }

  async reaches(octets: number): Promise<void> {
    await until(() => this.length >= octets, `${octets} octets; ${this.length} came`, 20_000).catch(
      (error) => {
        throw new Error(`${error instanceof Error ? error.message : error} (${this.length} of ${octets})`);
      },
    );
  }
}

/** Octets of a text. */
export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
