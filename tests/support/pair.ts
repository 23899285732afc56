import { assert } from "@std/assert";
import type { AeBehaviour } from "../../adapters/sur_gard/mod.ts";
import { loadRctConfig, loadSptConfig } from "../../src/config/load.ts";
import type { RctConfig } from "../../src/config/rct_config.ts";
import type { SptConfig } from "../../src/config/spt_config.ts";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { type DemoPorts, writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { Rct, type RctParts } from "../../src/gateway/rct.ts";
import { Spt, type SptParts } from "../../src/gateway/spt.ts";
import "./own_ports.ts";
import { until } from "./until.ts";

export { until };

/** What was logged. */
export type LogLines = { level: string; rule: string; message: string }[];

/** An SPT, an RCT and automation software in this process, on real sockets and real disks. */
export class Pair implements AsyncDisposable {
  readonly #dir: string;
  readonly ports: DemoPorts;
  readonly sptConfig: SptConfig;
  readonly rctConfig: RctConfig;
  readonly centre: DemoCentre;
  readonly logged: LogLines = [];
  spt!: Spt;
  rct!: Rct;

  private constructor(
    dir: string,
    ports: DemoPorts,
    sptConfig: SptConfig,
    rctConfig: RctConfig,
    behaviour: AeBehaviour,
  ) {
    this.#dir = dir;
    this.ports = ports;
    this.sptConfig = sptConfig;
    this.rctConfig = rctConfig;
    this.centre = new DemoCentre(ports.ae, behaviour);
  }

  /** Starts everything. */
  static async open(options: {
    acknowledge?: "store-and-forward" | "pass-through";
    behaviour?: AeBehaviour;
    adjust?: (spt: SptConfig, rct: RctConfig) => void;
    sptParts?: SptParts;
    rctParts?: RctParts;
  } = {}): Promise<Pair> {
    const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
    const { acknowledge, behaviour, adjust } = options;
    const files = await writeDemoConfigs(dir, acknowledge === undefined ? {} : { acknowledge });
    const spt = await loadSptConfig(files.spt), rct = await loadRctConfig(files.rct);
    assert(spt.ok && rct.ok);
    adjust?.(spt.config, rct.config);
    const pair = new Pair(dir, files.ports, spt.config, rct.config, behaviour ?? { kind: "ack" });
    pair.centre.start();
    await pair.openRct(options.rctParts);
    await pair.openSpt(options.sptParts);
    await until(() => pair.spt.pathState === "connected", "the path");
    return pair;
  }

  async openRct(parts: RctParts = {}): Promise<void> {
    this.rct = await Rct.open(this.rctConfig, { log: this.#log, ...parts });
  }

  async openSpt(parts: SptParts = {}): Promise<void> {
    this.spt = await Spt.open(this.sptConfig, { log: this.#log, ...parts });
  }

  readonly #log = (level: string, rule: string, message: string) =>
    void this.logged.push({ level, rule, message });

  async [Symbol.asyncDispose](): Promise<void> {
    await this.spt.close(500);
    await this.rct.close(500);
    await this.centre.stop();
    await Deno.remove(this.#dir, { recursive: true });
  }
}
