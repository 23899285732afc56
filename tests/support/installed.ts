import { assert, assertEquals } from "@std/assert";
import { freePort } from "../../src/demo/free_port.ts";
import { Child, runDeno, taskArguments, WorkFolder } from "./child.ts";
import "./own_ports.ts";

/** A pair as `tocsin init` writes it, on ports that are free here. */
export class Installed implements AsyncDisposable {
  readonly ports = {
    panel: freePort("tcp"),
    ae: freePort("tcp"),
    udp: freePort("udp"),
    spt: freePort("tcp"),
    rct: freePort("tcp"),
  };
  readonly folder: WorkFolder;

  private constructor(folder: WorkFolder) {
    this.folder = folder;
  }

  static async make(): Promise<Installed> {
    const pair = new Installed(await WorkFolder.make());
    const { ports, folder } = pair;
    const init = await runDeno([
      ...await taskArguments("tocsin"),
      ...["init", "--site", "shop-12", "--dir", folder.path, "--language", "contact-id"],
      ...[
        "--listen",
        `127.0.0.1:${ports.panel}`,
        "--rct-port",
        String(ports.udp),
        "--ae-port",
        String(ports.ae),
      ],
    ]);
    // Deno tells of packages that it fetches the first time.
    assertEquals([init.code, init.err.replaceAll(/^(?:Download|Initialize) .*\n/gm, "")], [0, ""]);
    await pair.change("rct", "port = 8150", `port = ${ports.rct}`);
    // What is counted at the AE are the panel's alarms.
    await pair.change("rct", "[[output]]", '[[output]]\nfaults = "off"');
    await pair.change("spt", "port = 8151", `port = ${ports.spt}`);
    return pair;
  }

  /** Path of a configuration, as the user gives it. */
  file(role: "spt" | "rct"): string {
    return `${this.folder.path}/${role}.toml`;
  }

  /** Replaces a line of a configuration, which has to be there once, and says which line it is. */
  async change(role: "spt" | "rct", line: string, by: string): Promise<number> {
    const lines = (await this.folder.read(`${role}.toml`)).split("\n");
    const at = lines.indexOf(line);
    assert(at >= 0 && lines.indexOf(line, at + 1) === -1, `${line} in ${role}.toml`);
    lines[at] = by;
    await this.folder.write(`${role}.toml`, lines.join("\n"));
    return at + 1;
  }

  /** Starts a gateway with the rights of its task. */
  async run(role: "spt" | "rct", file = this.file(role)): Promise<Child> {
    return new Child([...await taskArguments(role), "--config", file]);
  }

  /** Starts a gateway that must not come up; gives its exit status and what it says. */
  async refused(role: "spt" | "rct", file = this.file(role)): Promise<{ code: number; err: string }> {
    await using child = await this.run(role, file);
    const code = await child.status();
    assertEquals(child.out, "");
    return { code, err: child.err };
  }

  /** Whether a gateway answers and has no fault: false while it is still starting. */
  async healthy(role: "spt" | "rct"): Promise<boolean> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.ports[role]}/healthz`);
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}

/** A line of a gateway's log. */
export type LogLine = { time: string; level: string; name: string; rule: string; message: string };

/** The log of a gateway: nothing but JSON lines. */
export function log(child: Child): LogLine[] {
  assertEquals(child.out, "", "standard output stays for results");
  return child.err.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as LogLine);
}
