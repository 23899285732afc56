/**
 * Real gateways, killed and started again over and over while panels report; and what has to hold afterwards.
 *
 * @module
 */
import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { checksumDigit } from "../../adapters/contact_id/mod.ts";
import { ChildGateway } from "../../src/demo/child_gateway.ts";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { isAck, PanelPlayer } from "../../src/demo/panel_player.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { runDeno } from "../support/child.ts";
import { until } from "../support/until.ts";

/** How a run goes. */
export interface CrashOptions {
  /** When panels are acknowledged, at both ends. */
  acknowledge: "store-and-forward" | "pass-through";
  /** Panels that report at the same time. */
  panels: number;
  /** Alarms of each panel, at least. */
  alarmsPerPanel: number;
  /** Kills, at least: the panels go on until then. */
  kills: number;
  /** Longest time from a start to the next kill, ms. */
  betweenMs: number;
  /** Longest pause of a panel between two alarms, ms: spreads the alarms over the kills. */
  pauseMs: number;
  /** Of every decision. */
  seed: number;
}

/** So many alarms of one panel differ from each other. */
const MOST = 99_000;

/** The n-th alarm of a panel, different from every other one; and what it says, as the AE's line holds it. */
function alarm(panel: number, n: number): { frame: Uint8Array; key: string } {
  const account = String(1000 + panel);
  const digits = `${account}181130${String(1 + Math.floor(n / 1000)).padStart(2, "0")}${
    String(n % 1000).padStart(3, "0")
  }`;
  return {
    frame: new TextEncoder().encode(`${digits}${checksumDigit(digits)}\r\n`),
    key: `${account}/${digits.slice(-5)}`,
  };
}

/**
 * Runs panels, SPT, RCT and AE on real sockets and a real disk, and kills SPT or RCT, or both, at random moments of their work
 * and of their start.
 *
 * Holds at the end: every alarm that a panel was acknowledged reached the AE; none came twice without a mark; the record of
 * both ends is as it was written, against heads that were kept on the way too; and both databases are whole.
 */
export async function crashRun(options: CrashOptions): Promise<void> {
  const { acknowledge, panels, alarmsPerPanel, seed } = options;
  console.log(`${acknowledge}: seed ${seed}`);
  const random = new SeededRandom(seed);
  const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
  const { ports, spt: sptFile, rct: rctFile } = await writeDemoConfigs(dir, { acknowledge });
  const rct = new ChildGateway("rct", rctFile, ports.rctHttp);
  const spt = new ChildGateway("spt", sptFile, ports.sptHttp);
  const centre = new DemoCentre(ports.ae);
  const accepted = new Set<string>();
  const begun = performance.now();
  // Right before a kill no panel rests: the kill then meets alarms at every stage of their way.
  let rush = false;
  const rest = async (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end && !rush;) await sleep(2);
  };
  const audited = new Audit(dir, [["spt", sptFile], ["rct", rctFile]]);
  try {
    await rct.start();
    centre.start();
    await spt.start();
    let kills = 0, starts = 0;
    const reporting = Array.from({ length: panels }, async (_, panel) => {
      const player = new PanelPlayer({ port: ports.contactId, waitMs: 2500, tries: 1000 });
      for (let n = 0; n < alarmsPerPanel || kills < options.kills && n < MOST; n++) {
        const { frame, key } = alarm(panel, n);
        assert(await player.send(frame, isAck), `panel ${panel} gave up alarm ${n}`);
        accepted.add(key);
        await rest(random.between(0, options.pauseMs));
      }
      player.close();
    });
    let done = false;
    const all = Promise.all(reporting).finally(() => void (done = true));
    // Awaited below; until then a panel that gives up must not end the test before the gateways are stopped.
    all.catch(() => {});
    while (!done) {
      await sleep(random.between(50, options.betweenMs));
      if (done) break;
      const victims = random.chance(0.1) ? [spt, rct] : random.chance(0.5) ? [rct] : [spt];
      rush = true;
      await sleep(random.between(5, 25));
      await Promise.all(victims.map((victim) => victim.kill()));
      rush = false;
      kills += victims.length;
      await sleep(random.between(0, 300));
      // The start has to bear a crash too: it reads the journal and takes back what was not committed.
      while (random.chance(0.15)) {
        const victim = random.chance(0.5) ? victims[0]! : victims.at(-1)!;
        const starting = victim.start().then(() => true, () => false);
        await sleep(random.between(100, 900));
        await victim.kill();
        await starting;
        kills++;
        starts++;
      }
      for (const victim of victims) {
        const log = await victim.log();
        assert(!log.includes("journal-record"), `seed ${seed}: kill ${kills}:\n${log}`);
      }
      await Promise.all(victims.map((victim) => victim.start()));
      if (random.chance(5 / options.kills)) await audited.keepHeads();
      if (kills % 100 < victims.length) {
        console.log(`${kills} kills, ${accepted.size} accepted, ${centre.ae.alarms.length} lines at the AE`);
      }
    }
    await all;
    assertGreaterOrEqual(kills, options.kills, "the panels were done before the kills");
    // What does not come is told below, alarm by alarm.
    await until(() => centre.alarms >= accepted.size, "every alarm at the AE", 120_000).catch(() => {});
    const received = new Set(
      centre.ae.alarms.map(({ raw }) => {
        const line = new TextDecoder().decode(raw);
        return `${line.slice(7, 11)}/${line.slice(-6, -1)}`;
      }),
    );
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.log(
      `${kills} kills (${starts} of them during a start) in ${seconds} s, ${accepted.size} accepted, ` +
        `${centre.ae.alarms.length} lines at the AE, ${centre.repeats} marked repeats, ${centre.doubled} unmarked`,
    );
    assertGreaterOrEqual(accepted.size, panels * alarmsPerPanel);
    assertEquals([...accepted].filter((key) => !received.has(key)), [], `seed ${seed}: lost`);
    assertEquals(centre.doubled, 0, `seed ${seed}: doubled without a mark`);
    await spt.stop();
    await rct.stop();
    await audited.verify();
  } finally {
    await spt.stop();
    await centre.stop();
    await rct.stop();
    await Deno.remove(dir, { recursive: true });
  }
}

/** `tocsin audit` over the journals of a run. */
class Audit {
  readonly #dir: string;
  readonly #configs: readonly (readonly [side: string, config: string])[];
  #kept = 0;

  constructor(dir: string, configs: readonly (readonly [side: string, config: string])[]) {
    this.#dir = dir;
    this.#configs = configs;
  }

  /** Keeps the heads as they are now: rows that were there must never change again. */
  async keepHeads(): Promise<void> {
    this.#kept++;
    for (const [side, config] of this.#configs) {
      const { code, out, err } = await runDeno([
        "run",
        "-A",
        "main.ts",
        "audit",
        "heads",
        "--config",
        config,
      ]);
      assertEquals([code, err], [0, ""]);
      await Deno.writeTextFile(`${this.#dir}/${side}.heads`, out, { append: true });
    }
  }

  /** Nothing is found, by the audit or by SQLite itself. */
  async verify(): Promise<void> {
    for (const [side, config] of this.#configs) {
      const against = this.#kept > 0 ? ["--against", `${this.#dir}/${side}.heads`] : [];
      const { code, out } = await runDeno([
        "run",
        "-A",
        "main.ts",
        "audit",
        "verify",
        "--config",
        config,
        ...against,
      ]);
      assertEquals(code, 0, out);
      console.log(out.trim(), this.#kept > 0 ? `(against heads kept ${this.#kept} times)` : "");
      const db = new DatabaseSync(`${this.#dir}/${side}.sqlite`, { readOnly: true });
      assertEquals(db.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
      db.close();
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
