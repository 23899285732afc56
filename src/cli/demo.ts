/**
 * `tocsin demo`: an alarm's way from captured panel bytes to automation software, over real sockets and processes.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { DemoCentre } from "../demo/demo_centre.ts";
import { capturedTraffic, type Transmission } from "../demo/captured_panels.ts";
import { ChildGateway } from "../demo/child_gateway.ts";
import { type DemoConfigs, writeDemoConfigs } from "../demo/demo_configs.ts";
import { mergedLife } from "../demo/merged_life.ts";
import { isAck, isSiaAck, PanelPlayer } from "../demo/panel_player.ts";
import type { AlarmJson } from "../http/view_json.ts";

const HELP = `tocsin demo [--keep]

Starts an RCT, automation software and an SPT on this machine, plays captured panel traffic through
them, kills the RCT in the middle, starts it again, and counts what arrived.

  --keep   leave everything running at the end, until Ctrl-C
`;

const rule = "─".repeat(100);

/**
 * Runs the command.
 *
 * @param args Arguments after `demo`.
 * @returns Exit status: 0 when every alarm arrived once, 1 when not.
 */
export async function runDemo(args: string[]): Promise<number> {
  const options = parseArgs(args, { boolean: ["keep", "help"], alias: { help: "h" } });
  if (options["help"] === true) {
    console.log(HELP);
    return 0;
  }
  // From the start: a demo ended in the middle must not leave its gateways running.
  const { promise: signal, resolve } = Promise.withResolvers<undefined>();
  const end = () => resolve(undefined);
  Deno.addSignalListener("SIGINT", end);
  Deno.addSignalListener("SIGTERM", end);
  const dir = await Deno.makeTempDir({ prefix: "tocsin-demo-" });
  const configs = await writeDemoConfigs(dir);
  const demo = new Demo(configs);
  try {
    const running = demo.run();
    running.catch(() => {}); // nobody may be waiting for it any more
    const ok = await Promise.race([running, signal]);
    if (ok === undefined) return 130;
    if (options["keep"] === true) {
      demo.kept();
      await signal;
    }
    return ok ? 0 : 1;
  } finally {
    await demo.stop();
    await Deno.remove(dir, { recursive: true });
    Deno.removeSignalListener("SIGINT", end);
    Deno.removeSignalListener("SIGTERM", end);
  }
}

class Demo {
  readonly #configs: DemoConfigs;
  readonly #rct: ChildGateway;
  readonly #spt: ChildGateway;
  readonly #centre: DemoCentre;
  readonly #panels: Record<Transmission["input"], PanelPlayer>;
  readonly #shown = new Set<string>();
  #sent = 0;
  #accepted = 0;

  constructor(configs: DemoConfigs) {
    const { ports } = configs;
    this.#configs = configs;
    this.#rct = new ChildGateway("rct", configs.rct, ports.rctHttp);
    this.#spt = new ChildGateway("spt", configs.spt, ports.sptHttp);
    this.#centre = new DemoCentre(ports.ae);
    this.#panels = {
      galaxy: new PanelPlayer({ port: ports.sia }),
      dialler: new PanelPlayer({ port: ports.contactId }),
      premier: new PanelPlayer({ port: ports.texecom }),
    };
  }

  async run(): Promise<boolean> {
    const { ports } = this.#configs;
    await this.#rct.start();
    this.#centre.start();
    await this.#spt.start();
    console.log(rule);
    console.log(
      "Tocsin demo: panel → SPT → UDP, encrypted → RCT → automation software (AE), and the acknowledgement back",
    );
    console.log(rule);
    console.log(
      `  panels connect to   TCP ${ports.sia} (SIA), ${ports.contactId} (Contact ID), ${ports.texecom} (Texecom)`,
    );
    console.log(`  SPT → RCT           UDP ${ports.udp}, AES-256, keys made for this run`);
    console.log(`  the AE connects to  TCP ${ports.ae} (Sur-Gard MLR2)`);
    console.log(`  pages               SPT ${this.#spt.url}/   RCT ${this.#rct.url}/`);
    await this.#connected();

    const traffic = capturedTraffic();
    const killAt = Math.ceil(traffic.length * 0.4), startAt = Math.ceil(traffic.length * 0.8);
    for (const [i, transmission] of traffic.entries()) {
      if (i === killAt) {
        await this.#rct.kill();
        console.log(`\n${rule}\n  RCT killed (SIGKILL). The panels go on reporting.\n${rule}`);
      }
      if (i === startAt) {
        await this.#rct.start();
        console.log(`\n${rule}\n  RCT started again.\n${rule}`);
      }
      await this.#play(transmission, i >= killAt && i < startAt);
    }
    await this.#arrived(20_000);
    await this.#showArrived();
    return this.#tally();
  }

  /** Says that everything stays. */
  kept(): void {
    console.log(`\nLeft running: SPT ${this.#spt.url}/  RCT ${this.#rct.url}/  — Ctrl-C ends it.`);
  }

  async stop(): Promise<void> {
    for (const panel of Object.values(this.#panels)) panel.close();
    await this.#spt.stop();
    await this.#centre.stop();
    await this.#rct.stop();
  }

  async #connected(): Promise<void> {
    for (const end = Date.now() + 15_000; Date.now() < end;) {
      const { sites } = await this.#spt.get<{ sites: { state: string }[] }>("/api/status");
      const { ok } = await this.#rct.get<{ ok: boolean }>("/healthz");
      if (sites[0]?.state === "connected" && ok) {
        return console.log("  path                set up; the AE answers heartbeats");
      }
      await sleep(50);
    }
    throw new Error("the SPT did not connect to the RCT");
  }

  async #play(transmission: Transmission, rctDown: boolean): Promise<void> {
    const { input, title, frames, alarms } = transmission;
    console.log(`\n● ${title}`);
    const accepted = input === "galaxy" ? isSiaAck : isAck;
    this.#sent += alarms;
    const start = performance.now();
    let all = true;
    for (const frame of frames) all &&= await this.#panels[input].send(frame, accepted);
    const ms = (performance.now() - start).toFixed(1);
    if (all) this.#accepted += alarms;
    console.log(
      `  panel  ${all ? `acknowledged after ${ms} ms` : "gave up"}: ${printable(frames[0]!)}${
        frames.length > 1 ? " …" : ""
      }`,
    );
    if (rctDown) return console.log("         kept in the SPT's journal until the RCT is back");
    await this.#arrived(8000);
    await this.#showArrived();
  }

  /** Waits until the AE has as many different alarms as were accepted. */
  async #arrived(ms: number): Promise<void> {
    for (const end = Date.now() + ms; Date.now() < end && this.#centre.alarms < this.#accepted;) {
      await sleep(20);
    }
    // The last hop is written after the AE's answer and rides with the next commit.
    await sleep(120);
  }

  async #showArrived(): Promise<void> {
    const bySide = async (gateway: ChildGateway) => {
      const alarms = await gateway.get<AlarmJson[]>("/api/alarms?limit=100");
      return new Map(alarms.map((alarm) => [alarm.id, alarm]));
    };
    const spt = await bySide(this.#spt), rct = await bySide(this.#rct);
    for (const id of [...spt.keys()].sort()) {
      const there = rct.get(id);
      if (this.#shown.has(id) || there?.state !== "delivered") continue;
      this.#shown.add(id);
      const event = spt.get(id)!.events[0];
      const where = [
        event?.area && `area ${event.area}`,
        event?.zone && `zone ${event.zone}`,
        event?.user && `user ${event.user}`,
      ]
        .filter((part) => part !== undefined && part !== "").join(", ");
      console.log(
        `  alarm  ${id}  account ${event?.account}  ${event?.code} ${event?.label}${where && `, ${where}`}`,
      );
      const hops = mergedLife(spt.get(id), there);
      const zero = hops[0]?.at ?? 0;
      for (const { side, at, step, detail } of hops) {
        console.log(`    ${(at - zero).toFixed(2).padStart(9)} ms  ${side}  ${step.padEnd(12)}  ${detail}`);
      }
    }
  }

  #tally(): boolean {
    const { alarms, doubled, repeats } = this.#centre;
    const lost = this.#accepted - alarms;
    console.log(`\n${rule}\n  What the automation software got, line by line:\n`);
    for (const line of this.#centre.lines) console.log(`    ${line}`);
    console.log(`\n${rule}`);
    console.log(
      `  sent ${this.#sent}   acknowledged to the panels ${this.#accepted}   delivered once ${
        alarms - doubled
      }   ` +
        `lost ${lost}   doubled ${doubled}${repeats > 0 ? `   repeated and marked as such ${repeats}` : ""}`,
    );
    console.log(rule);
    return this.#accepted === this.#sent && lost === 0 && doubled === 0;
  }
}

function printable(bytes: Uint8Array): string {
  return [...bytes].map((octet) => octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "·").join("");
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
