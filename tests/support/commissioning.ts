import { assert, assertEquals } from "@std/assert";
import { loadSptConfig } from "../../src/config/load.ts";
import { SecretKey } from "../../src/keys/secret_key.ts";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { isAck, type PanelPlayer } from "../../src/demo/panel_player.ts";
import { KeyStore } from "../../src/keys/key_store.ts";
import { StoreKey } from "../../src/keys/store_key.ts";
import { Child, ROOT, runDeno, taskArguments, WorkFolder } from "./child.ts";
import { Collected } from "./collected.ts";
import "./own_ports.ts";
import { panelAt } from "./panel.ts";
import { until } from "./until.ts";

/** What a command has done. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** A site and its centre as `tocsin init --commission` makes them: no keys yet, on ports that are free here. */
export class Commissioning implements AsyncDisposable {
  readonly ports = {
    panel: freePort("tcp"),
    ae: freePort("tcp"),
    udp: freePort("udp"),
    dtls: freePort("udp"),
    spt: freePort("tcp"),
    rct: freePort("tcp"),
  };
  readonly folder: WorkFolder;
  readonly centre: DemoCentre;
  readonly panel: PanelPlayer;
  /** Everything that programs let out; see {@link holdsNone}. */
  readonly collected = new Collected();
  /** Device ID of the SPT. */
  deviceId!: Uint8Array;
  readonly #children: [string, Child][] = [];
  #sent = 0;

  private constructor(folder: WorkFolder) {
    this.folder = folder;
    this.centre = new DemoCentre(this.ports.ae);
    this.panel = panelAt(this.ports.panel);
  }

  /** Writes the files. With `keysInFile`, the site has keys in the files already. */
  static async make(options: { keysInFile?: boolean } = {}): Promise<Commissioning> {
    const kit = new Commissioning(await WorkFolder.make());
    const { ports, folder } = kit;
    const init = await kit.tocsin([
      ...["init", "--site", "shop-12", "--dir", folder.path, "--language", "contact-id"],
      ...[
        "--listen",
        `127.0.0.1:${ports.panel}`,
        "--rct-port",
        String(ports.udp),
        "--ae-port",
        String(ports.ae),
      ],
      ...(options.keysInFile === true ? [] : ["--commission"]),
    ]);
    assertEquals(init.code, 0, init.err);
    await kit.change("rct", "port = 8150", `port = ${ports.rct}`);
    // What is counted at the AE are the panel's alarms.
    await kit.change("rct", 'name = "automation"', 'name = "automation"\nfaults = "off"');
    await kit.change("spt", "port = 8151", `port = ${ports.spt}`);
    await kit.change(
      "spt",
      'heartbeat = "30s"',
      'heartbeat = "1s"\nresponse_timeout = "300ms"\ntransmissions = 3',
    );
    const loaded = await loadSptConfig(`${ROOT}${kit.file("spt")}`);
    assert(loaded.ok);
    kit.deviceId = loaded.config.identity.deviceId;
    kit.centre.start();
    return kit;
  }

  /** Path of a configuration, as the user gives it. */
  file(name: string): string {
    return `${this.folder.path}/${name}.toml`;
  }

  /** Replaces a text of a configuration, which has to be there once. */
  async change(name: string, text: string, by: string): Promise<void> {
    const parts = (await this.folder.read(`${name}.toml`)).split(text);
    assertEquals(parts.length, 2, `${text} in ${name}.toml`);
    await this.folder.write(`${name}.toml`, parts.join(by));
  }

  /** Writes a copy of a configuration with one text replaced. */
  async copy(name: string, as: string, text: string, by: string): Promise<void> {
    await this.folder.write(`${as}.toml`, await this.folder.read(`${name}.toml`));
    await this.change(as, text, by);
  }

  /** Runs a command to its end, with the rights of its task. */
  async tocsin(args: string[], options: { task?: string; secret?: boolean } = {}): Promise<Ran> {
    const ran = await runDeno([...await taskArguments(options.task ?? "tocsin"), ...args]);
    // What shows the secret is shown once, to the one who asked for it.
    if (options.secret !== true) {
      this.collected.add(`${args.join(" ")}: output`, new TextEncoder().encode(ran.out));
    }
    this.collected.add(`${args.join(" ")}: errors`, new TextEncoder().encode(ran.err));
    return ran;
  }

  /** Opens a window at the centre; the four lines and the secret. */
  async window(...args: string[]): Promise<{ lines: string; secret: Uint8Array }> {
    const command = ["commission", "--config", this.file("rct"), "--site", "shop-12", "--no-qr", ...args];
    const { code, out, err } = await this.tocsin(command, { secret: true });
    assertEquals(code, 0, err);
    return secretIn(out);
  }

  /** Gives the secret at the site, from a file. */
  async atSite(text: string, config = "spt"): Promise<Ran> {
    await this.folder.write("secret.txt", text);
    const ran = await this.tocsin([
      ...["commission", "--config", this.file(config)],
      ...["--secret-file", `${this.folder.path}/secret.txt`],
    ]);
    await Deno.remove(`${ROOT}${this.folder.path}/secret.txt`);
    return ran;
  }

  /** Commissions the site: at the centre, then at the site. */
  async commission(): Promise<Uint8Array> {
    const { lines, secret } = await this.window();
    const { code, err } = await this.atSite(lines);
    assertEquals([code, err], [0, ""]);
    return secret;
  }

  /** Starts a gateway with the rights of its task, and waits until it runs. */
  async run(role: "spt" | "rct", config: string = role): Promise<Child> {
    const child = new Child([...await taskArguments(role), "--config", this.file(config)]);
    this.#children.push([config, child]);
    await child.shows('"started"', "err");
    return child;
  }

  /** The faults that a gateway's page shows. */
  async faults(role: "spt" | "rct"): Promise<string[]> {
    const answer = await this.collected.fetch(`http://127.0.0.1:${this.ports[role]}/healthz`);
    const { faults = [] } = await answer.json() as { faults?: { rule: string }[] };
    return faults.map(({ rule }) => rule);
  }

  /** Waits until a gateway has no fault. */
  async well(role: "spt" | "rct"): Promise<void> {
    // Not there yet is not well yet.
    const faults = () => this.faults(role).catch(() => undefined);
    await until(async () => (await faults())?.length === 0, `${role} without faults`);
  }

  /** Sends an alarm that no other one is like; it has to be acknowledged. */
  async alarm(panel = this.panel): Promise<void> {
    const zone = String(++this.#sent).padStart(3, "0");
    const digits = `123418113101${zone}`;
    assert(await panel.send(new TextEncoder().encode(`${digits}${checksum(digits)}\r\n`), isAck), "no ACK");
  }

  /** Waits until every alarm has arrived; none unmarked twice. */
  async arrived(): Promise<void> {
    await until(() => this.centre.alarms === this.#sent, `${this.#sent} alarms at the AE`);
    assertEquals(this.centre.doubled, 0, this.centre.lines.join("\n"));
  }

  /** Opens the key store of one end; close it soon. */
  async store(role: "spt" | "rct"): Promise<KeyStore> {
    const key = new StoreKey(Uint8Array.fromHex((await this.folder.read(`${role}.key`)).trim()));
    return KeyStore.open(`${ROOT}${this.folder.path}/data/${role}-keys.sqlite`, key, { create: false });
  }

  /** Opens a window with a secret of the test's own, that ends when the test wants it. */
  async windowUntil(secret: Uint8Array, ms: number): Promise<void> {
    using store = await this.store("rct");
    const openedAt = Date.now();
    store.openWindow(this.deviceId, {
      method: "secret",
      secret: new SecretKey(secret),
      openedAt,
      until: openedAt + ms,
    });
  }

  /** Every key that a store has for the site, and the key of the store. */
  async keys(role: "spt" | "rct"): Promise<Uint8Array[]> {
    using store = await this.store(role);
    const own = Uint8Array.fromHex((await this.folder.read(`${role}.key`)).trim());
    return [own, ...(store.device(this.deviceId)?.masters ?? []).map(({ key }) => key.octets())];
  }

  /** Fails when a part of a key is in a page, in what any program wrote, or in any file but the stores' key files. */
  async holdsNone(secrets: readonly Uint8Array[]): Promise<void> {
    const keys = [...secrets, ...await this.keys("spt"), ...await this.keys("rct")];
    for (const role of ["spt", "rct"] as const) {
      for (const path of ["/api/status", "/api/alarms?limit=100", "/"]) {
        await this.collected.fetch(`http://127.0.0.1:${this.ports[role]}${path}`);
      }
    }
    for (const [name, child] of this.#children) this.collected.addChild(name, child);
    for (const folder of [this.folder.path, `${this.folder.path}/data`]) {
      for await (const { name, isFile } of Deno.readDir(`${ROOT}${folder}`)) {
        if (!isFile || name.endsWith(".key")) continue;
        this.collected.add(name, await Deno.readFile(`${ROOT}${folder}/${name}`));
      }
    }
    this.collected.holdsNone(keys);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.panel.close();
    for (const [, child] of this.#children) await child[Symbol.asyncDispose]();
    await this.centre.stop();
    await this.folder[Symbol.asyncDispose]();
  }
}

/** The four lines in what the centre printed, and the secret in them. */
export function secretIn(out: string): { lines: string; secret: Uint8Array } {
  const lines = [...out.matchAll(/^ {2}[1-4] {2}(\S+)$/gm)].map(([, line]) => line!);
  assertEquals(lines.length, 4, "lines of a secret");
  // Sixteen digits of each line are the secret, four the checksum.
  const hex = lines.map((line) => line.replaceAll("-", "").slice(0, 16)).join("").toLowerCase();
  return { lines: lines.join("\n"), secret: Uint8Array.fromHex(hex) };
}

/** Checksum of Contact ID: the sum of all digits, 0 counting ten, is a multiple of 15. */
function checksum(digits: string): string {
  const sum = [...digits].reduce((total, digit) => total + (digit === "0" ? 10 : parseInt(digit, 16)), 0);
  return "F1234567890BCDE"[(15 - sum % 15) % 15]!;
}
