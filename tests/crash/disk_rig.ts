/**
 * An SPT or RCT as a process whose disk is the test's, beside a whole other end.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { checksumDigit } from "../../adapters/contact_id/mod.ts";
import { ChildGateway } from "../../src/demo/child_gateway.ts";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { type DemoPorts, writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { PanelPlayer } from "../../src/demo/panel_player.ts";
import { Child } from "../support/child.ts";
import "../support/own_ports.ts";
import { until } from "../support/until.ts";

/** How the process under test is run. */
export interface RunOptions {
  through?: readonly string[];
  env?: Record<string, string>;
}

/** A pair, a panel and an AE; the end under test has its journal in the folder `disk`. */
export class DiskRig implements AsyncDisposable {
  readonly dir: string;
  readonly ports: DemoPorts;
  readonly role: "spt" | "rct";
  readonly centre: DemoCentre;
  /** Alarms that the panel was acknowledged. */
  readonly accepted = new Set<string>();
  readonly #config: string;
  readonly #other: ChildGateway;
  readonly #panel: PanelPlayer;
  #child: Child | undefined;
  #next = 0;

  private constructor(
    dir: string,
    role: "spt" | "rct",
    files: { ports: DemoPorts; spt: string; rct: string },
  ) {
    this.dir = dir;
    this.role = role;
    this.ports = files.ports;
    this.#config = files[role];
    this.centre = new DemoCentre(files.ports.ae);
    const { sptHttp, rctHttp } = files.ports;
    this.#other = role === "spt"
      ? new ChildGateway("rct", files.rct, rctHttp)
      : new ChildGateway("spt", files.spt, sptHttp);
    this.#panel = new PanelPlayer({ port: files.ports.contactId, waitMs: 60_000, tries: 1 });
  }

  /** Writes the configurations; `disk` is an empty folder. */
  static async make(role: "spt" | "rct"): Promise<DiskRig> {
    const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
    const files = await writeDemoConfigs(dir);
    await Deno.mkdir(`${dir}/disk`);
    const text = await Deno.readTextFile(files[role]);
    await Deno.writeTextFile(files[role], text.replace(`"${role}.sqlite"`, `"disk/${role}.sqlite"`));
    return new DiskRig(dir, role, files);
  }

  /** The folder of the journal under test. */
  get disk(): string {
    return `${this.dir}/disk`;
  }

  /** Process ID of the gateway under test. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts the other end and the AE. */
  async startRest(): Promise<void> {
    this.centre.start();
    await this.#other.start();
  }

  /** Starts everything. */
  async startAll(options: RunOptions = {}): Promise<void> {
    await this.start(options);
    await this.startRest();
  }

  /** Starts the gateway under test. */
  async start(options: RunOptions = {}): Promise<void> {
    this.#child = new Child(this.#arguments([this.role]), options);
    await this.#child.shows('"started"', "err");
  }

  /** Starts it where it must not come up; gives the status and what it said. */
  async refused(options: RunOptions = {}): Promise<{ code: number; err: string }> {
    await using child = new Child(this.#arguments([this.role]), options);
    return { code: await child.status(), err: child.err };
  }

  /** Ends it. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#child?.signal(signal);
    await this.#child?.status();
    this.#child = undefined;
  }

  /** What it wrote to its log. */
  get log(): string {
    return this.#child?.err ?? "";
  }

  /** Sends the next alarm once. */
  async send(): Promise<"accepted" | "refused" | "silent"> {
    const digits = `1234181130${String(1 + Math.floor(this.#next / 1000)).padStart(2, "0")}${
      String(this.#next % 1000).padStart(3, "0")
    }`;
    let answer: number | undefined;
    await this.#panel.send(
      new TextEncoder().encode(`${digits}${checksumDigit(digits)}\r\n`),
      (octets) => (answer = octets[0], true),
    );
    if (answer === 0x06) {
      this.accepted.add(digits.slice(-5));
      this.#next++;
    }
    return answer === 0x06 ? "accepted" : answer === 0x15 ? "refused" : "silent";
  }

  /** Sends alarms until one is refused. */
  async sendUntilRefused(): Promise<void> {
    for (let i = 0; i < 5000; i++) if (await this.send() === "refused") return;
    assert(false, "no alarm was refused");
  }

  /** Sends the next alarm until it is accepted. */
  async sendUntilAccepted(): Promise<void> {
    await until(async () => await this.send() === "accepted", "an alarm accepted");
  }

  /** Whether a fault is in force at the gateway under test. */
  async fault(rule: string): Promise<boolean> {
    const port = this.role === "spt" ? this.ports.sptHttp : this.ports.rctHttp;
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
    const { faults = [] } = await answer.json() as { faults?: { rule: string }[] };
    return faults.some((fault) => fault.rule === rule);
  }

  /** Asks the API of the gateway under test. */
  async get<T>(path: string): Promise<T> {
    const port = this.role === "spt" ? this.ports.sptHttp : this.ports.rctHttp;
    return await (await fetch(`http://127.0.0.1:${port}${path}`)).json() as T;
  }

  /** Waits until the AE has every alarm that was acknowledged; none of them twice without a mark. */
  async allArrive(): Promise<void> {
    const missing = () => {
      const there = new Set(
        this.centre.ae.alarms.map(({ raw }) => new TextDecoder().decode(raw).slice(-6, -1)),
      );
      return [...this.accepted].filter((key) => !there.has(key));
    };
    await until(() => missing().length === 0, "every alarm at the AE").catch(() => {});
    assertEquals(missing(), []);
    assertEquals(this.centre.doubled, 0);
  }

  /** `tocsin audit verify` finds nothing. */
  async audit(options: RunOptions = {}): Promise<void> {
    await using child = new Child(this.#arguments(["audit", "verify"]), options);
    assertEquals(await child.status(), 0, child.out + child.err);
  }

  #arguments(command: string[]): string[] {
    return [
      "run",
      "--quiet",
      "-A",
      new URL("../../main.ts", import.meta.url).pathname,
      ...command,
      "--config",
      this.#config,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#panel.close();
    await this.end("SIGKILL");
    await this.#other.stop();
    await this.centre.stop();
    await Deno.remove(this.dir, { recursive: true });
  }
}
