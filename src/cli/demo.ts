/**
 * `tocsin demo`: an alarm's way from panel bytes to automation software, over real sockets and processes.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { capturedTraffic, type DemoPhase, type Transmission } from "../demo/captured_panels.ts";
import { ChildGateway } from "../demo/child_gateway.ts";
import { DemoCentre } from "../demo/demo_centre.ts";
import { type DemoConfigs, writeDemoConfigs } from "../demo/demo_configs.ts";
import { mergedLife } from "../demo/merged_life.ts";
import { isAck, isDc09Ack, isSiaAck, PanelPlayer } from "../demo/panel_player.ts";
import { playSimulated, simulatedTraffic, type SimulatedTransmission } from "../demo/simulated_panels.ts";
import type { AlarmJson } from "../http/view_json.ts";

const HELP = `tocsin demo [--keep]

Starts an RCT, automation software and an SPT on this machine, plays captured traffic of panels and
simulated panels through them, kills the RCT in the middle, starts it again, and counts what arrived.

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

/** How long each step may take, ms. Nothing waits that long but on a machine that is very slow. */
const PATIENCE_MS = 60_000;
/** How long alarms may take to arrive: the SPT looks for an RCT that was gone at least once a minute. */
const ARRIVAL_MS = 3 * PATIENCE_MS;

/** How much of a frame is shown: an encrypted one says nothing after its head. */
const LINE_OCTETS = 76;

/** One alarm on both sides. */
interface Life {
  spt: AlarmJson;
  rct: AlarmJson | undefined;
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
    const panel = (port: number) => new PanelPlayer({ port, waitMs: PATIENCE_MS });
    this.#panels = {
      "galaxy": panel(ports.sia),
      "dialler": panel(ports.contactId),
      "premier": panel(ports.texecom),
      "scantronic": panel(ports.scancom),
      "ip-panels": panel(ports.dc09),
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
      `  panels connect to   TCP ${ports.sia} (SIA), ${ports.contactId} (Contact ID), ${ports.texecom} (Texecom),`,
    );
    console.log(
      `                      ${ports.scancom} (Scancom), ${ports.dc09} (DC-09), ${ports.vds2465} (VdS 2465), UDP ${ports.dc09Udp} (DC-09)`,
    );
    console.log(`  SPT → RCT           UDP ${ports.udp}, AES-256, keys made for this run`);
    console.log(`  the AE connects to  TCP ${ports.ae} (Sur-Gard MLR2)`);
    console.log(`  pages               SPT ${this.#spt.url}/   RCT ${this.#rct.url}/`);
    await this.#connected();

    await this.#playAll("before");
    await this.#rct.kill();
    console.log(`\n${rule}\n  RCT killed (SIGKILL). The panels go on reporting.\n${rule}`);
    await this.#playAll("down");
    await this.#rct.start();
    console.log(`\n${rule}\n  RCT started again.\n${rule}`);
    await this.#playAll("after");
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
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
      const { sites } = await this.#spt.get<{ sites: { state: string }[] }>("/api/status");
      const { ok } = await this.#rct.get<{ ok: boolean }>("/healthz");
      if (sites[0]?.state === "connected" && ok) {
        return console.log("  path                set up; the AE answers heartbeats");
      }
      await sleep(50);
    }
    throw new Error("the SPT did not connect to the RCT");
  }

  /** Plays what belongs to a phase; while the RCT is up, shows each alarm when it has arrived. */
  async #playAll(phase: DemoPhase): Promise<void> {
    const traffic = [...capturedTraffic(), ...simulatedTraffic(this.#configs, PATIENCE_MS)];
    for (const transmission of traffic) {
      if (transmission.phase !== phase) continue;
      await this.#play(transmission);
      if (phase === "down") console.log("         kept in the SPT's journal until the RCT is back");
      else await this.#showArrived();
    }
  }

  async #play(transmission: Transmission | SimulatedTransmission): Promise<void> {
    const { title, alarms } = transmission;
    console.log(`\n● ${title}`);
    this.#sent += alarms;
    const start = performance.now();
    const { acknowledged, line } = "frames" in transmission
      ? await this.#playCaptured(transmission)
      : await playSimulated(transmission);
    const ms = (performance.now() - start).toFixed(1);
    if (acknowledged) this.#accepted += alarms;
    console.log(`  panel  ${acknowledged ? `acknowledged after ${ms} ms` : "gave up"}: ${line}`);
  }

  async #playCaptured({ input, frames }: Transmission): Promise<{ acknowledged: boolean; line: string }> {
    const accepted = input === "galaxy" ? isSiaAck : input === "ip-panels" ? isDc09Ack : isAck;
    let acknowledged = true;
    for (const frame of frames) acknowledged &&= await this.#panels[input].send(frame, accepted);
    return { acknowledged, line: printable(frames[0]!) + (frames.length > 1 ? " …" : "") };
  }

  /** Waits until both sides have written down that every accepted alarm was delivered; then shows them. */
  async #showArrived(): Promise<void> {
    let lives = await this.#lives();
    for (const end = Date.now() + ARRIVAL_MS; Date.now() < end;) {
      if (lives.filter(isComplete).length >= this.#accepted) break;
      await sleep(20);
      lives = await this.#lives();
    }
    for (const { spt, rct } of lives) {
      if (this.#shown.has(spt.id) || rct?.state !== "delivered") continue;
      this.#shown.add(spt.id);
      console.log(`  alarm  ${spt.id}  ${about(spt)}`);
      const hops = mergedLife(spt, rct);
      const zero = hops[0]?.at ?? 0;
      for (const { side, at, step, detail } of hops) {
        console.log(`    ${(at - zero).toFixed(2).padStart(9)} ms  ${side}  ${step.padEnd(12)}  ${detail}`);
      }
    }
  }

  /** Every alarm that the SPT has, in the order in which they came. */
  async #lives(): Promise<Life[]> {
    const [spt, rct] = await Promise.all(
      [this.#spt, this.#rct].map((gateway) => gateway.get<AlarmJson[]>("/api/alarms?limit=100")),
    );
    const there = new Map((rct ?? []).map((alarm) => [alarm.id, alarm]));
    return (spt ?? []).map((alarm) => ({ spt: alarm, rct: there.get(alarm.id) }))
      .sort((a, b) => a.spt.id < b.spt.id ? -1 : 1);
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

/** Nothing more will be written of it: the last hop of a side rides with a commit after the answer that it tells of. */
function isComplete({ spt, rct }: Life): boolean {
  const acknowledged = spt.hops.some(({ step }) => step === "acknowledged");
  return acknowledged && spt.state === "delivered" && rct?.state === "delivered";
}

/** Account, and what its events say. */
function about({ account, events }: AlarmJson): string {
  const said = events.map(({ code, label, area, zone, user }) => {
    const where = [area && `area ${area}`, zone && `zone ${zone}`, user && `user ${user}`];
    return [`${code} ${label}`, ...where.filter((part) => part !== undefined && part !== "")].join(", ");
  });
  return `account ${events[0]?.account ?? account}  ${said.join("; ")}`;
}

function printable(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, LINE_OCTETS)].map((octet) =>
    octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "·"
  ).join("");
  return bytes.length > LINE_OCTETS ? `${shown}… (${bytes.length} octets)` : shown;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
