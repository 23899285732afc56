import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { ChildGateway } from "../../src/demo/child_gateway.ts";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { isAck, PanelPlayer } from "../../src/demo/panel_player.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";
import { checksumDigit } from "../../adapters/contact_id/mod.ts";
import "../support/own_ports.ts";
import { until } from "../support/until.ts";

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

async function powerCuts(options: {
  acknowledge: "store-and-forward" | "pass-through";
  panels: number;
  alarmsPerPanel: number;
  /** At least this many: the panels go on until then. */
  kills: number;
  /** Longest time from a start to the next kill. */
  betweenMs: number;
  /** Longest pause of a panel between two alarms: spreads the alarms over the kills. */
  pauseMs: number;
  seed: number;
}): Promise<void> {
  const { acknowledge, panels, alarmsPerPanel, seed } = options;
  console.log(`${acknowledge}: seed ${seed}`);
  const random = new SeededRandom(seed);
  const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
  const { ports, spt: sptFile, rct: rctFile } = await writeDemoConfigs(dir, { acknowledge });
  const rct = new ChildGateway("rct", rctFile, ports.rctHttp);
  const spt = new ChildGateway("spt", sptFile, ports.sptHttp);
  const centre = new DemoCentre(ports.ae);
  const accepted = new Set<string>();
  // Right before a kill no panel rests: the kill then meets alarms at every stage of their way.
  let rush = false;
  const rest = async (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end && !rush;) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  try {
    await rct.start();
    centre.start();
    await spt.start();
    let kills = 0;
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
    const all = Promise.all(reporting).then(() => void (done = true));
    while (!done) {
      await new Promise((resolve) => setTimeout(resolve, random.between(50, options.betweenMs)));
      if (done) break;
      const victim = random.chance(0.5) ? rct : spt;
      rush = true;
      await new Promise((resolve) => setTimeout(resolve, random.between(5, 25)));
      await victim.kill();
      rush = false;
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 300)));
      await victim.start();
      kills++;
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
    console.log(
      `${kills} kills, ${accepted.size} accepted, ${centre.ae.alarms.length} lines at the AE, ` +
        `${centre.repeats} marked repeats, ${centre.doubled} unmarked`,
    );
    assertGreaterOrEqual(accepted.size, panels * alarmsPerPanel);
    assertEquals([...accepted].filter((key) => !received.has(key)), [], `seed ${seed}: lost`);
    assertEquals(centre.doubled, 0, `seed ${seed}: doubled without a mark`);
  } finally {
    await spt.stop();
    await centre.stop();
    await rct.stop();
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("SIGKILL of SPT and RCT under 4,800 alarms: none lost, none doubled unmarked (store-and-forward)", async () => {
  await powerCuts({
    acknowledge: "store-and-forward",
    panels: 8,
    alarmsPerPanel: 600,
    kills: 15,
    betweenMs: 700,
    pauseMs: 30,
    seed: seedOfRun(6001),
  });
});

Deno.test("SIGKILL of SPT and RCT under 600 alarms: none lost, none doubled unmarked (pass-through)", async () => {
  await powerCuts({
    acknowledge: "pass-through",
    panels: 6,
    alarmsPerPanel: 100,
    kills: 12,
    betweenMs: 1000,
    pauseMs: 60,
    seed: seedOfRun(6101),
  });
});
