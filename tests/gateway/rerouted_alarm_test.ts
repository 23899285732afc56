/** The configuration changes while alarms wait, and an SPT repeats one: it is in each queue once, and in one that is emptied. */
import { assert, assertEquals } from "@std/assert";
import { SurGardAe } from "../../adapters/sur_gard/mod.ts";
import type { RouteConfig } from "../../src/config/route_config.ts";
import type { SiteConfig } from "../../src/config/site_config.ts";
import type { Result } from "../../src/ip/profile.ts";
import type { ReceivedEvent } from "../../src/session/rct_effects.ts";
import { JournalError, type NewAlarm } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { ids } from "../journal/alarms.ts";
import { anOutput } from "../support/output_settings.ts";
import { linesOf, OutputsRig, softwareListens } from "./outputs_rig.ts";

const AE = { lineDigits: 1, heartbeats: { kind: "ack" } } as const;
const connect = (port: number) => ({ kind: "connect" as const, hostname: "127.0.0.1", port, tls: undefined });
const SITE: SiteConfig = {
  name: "shop",
  deviceId: new Uint8Array(16),
  master: undefined,
  certificateName: undefined,
  edition: "2020",
  account: undefined,
  acknowledge: "pass-through",
  passThroughWaitMs: 60_000,
  output: "",
  heartbeatMs: [60_000, 60_000],
  pollMode: "push",
  channels: { all: undefined, byAccount: {} },
  setTimeMs: undefined,
  keyLifetimeMs: undefined,
  remote: false,
};
const all = (...outputs: string[]): RouteConfig => ({ name: "both", mode: "all", outputs, accounts: [] });

/** A journal that cannot store in one lane. */
class HalfJournal extends MemoryJournal {
  broken: string | undefined;
  override append(alarm: NewAlarm, hops: Parameters<MemoryJournal["append"]>[1]) {
    if (alarm.lane === this.broken) return Promise.reject(new JournalError("disk-full", "the disk is full"));
    return super.append(alarm, hops);
  }
}

/** Two AEs that stay while the receiver is started again and again on the same journal. */
class World implements AsyncDisposable {
  readonly east = new SurGardAe(AE);
  readonly west = new SurGardAe(AE);
  readonly journal = new HalfJournal({ now: Date.now });
  readonly #servers = [softwareListens(this.east), softwareListens(this.west)];

  /** The receiver, as it is configured now. */
  open(outputs: ("east" | "west")[], ...routes: RouteConfig[]): Promise<OutputsRig> {
    const port = (name: string) => this.#servers[name === "east" ? 0 : 1]!.port;
    return OutputsRig.open({
      outputs: outputs.map((name) => anOutput(name, connect(port(name)), "sur-gard", { waitMs: 2000 })),
      routes,
      journal: this.journal,
    });
  }

  async waiting(lane: string): Promise<string[]> {
    return ids(await this.journal.waiting(lane, 0, 10));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server.close();
  }
}

Deno.test("all: the outputs change places, and the SPT repeats an alarm: each AE has it once", async () => {
  await using world = new World();
  const { east, west } = world;
  {
    await using rig = await world.open(["east", "west"], all("east", "west"));
    await rig.add("A10", "both");
    await rig.reaches(2);
  }
  await using rig = await world.open(["east", "west"], all("west", "east"));
  await rig.add("A10", "both");
  // What waited in a queue would go before the next alarm.
  await rig.add("A11", "both", "123418113101011");
  await rig.reaches(2);
  assertEquals(rig.delivered.filter((id) => id.startsWith("A10")), []);
  assertEquals([linesOf(east).length, linesOf(west).length], [2, 2]);
});

Deno.test("all: one row could not be stored, the outputs change places, and the SPT repeats: the other AE gets it at last", async () => {
  await using world = new World();
  const { east, west, journal } = world;
  {
    await using rig = await world.open(["east", "west"], all("east", "west"));
    journal.broken = "west";
    let failed = "";
    await rig.add("A10", "both").catch((error) => failed = error.rule);
    assertEquals(failed, "disk-full");
    await rig.reaches(1);
  }
  journal.broken = undefined;
  await using rig = await world.open(["east", "west"], all("west", "east"));
  await rig.add("A10", "both");
  await rig.reaches(1);
  await rig.add("A11", "both", "123418113101011");
  await rig.reaches(3);
  assertEquals([linesOf(east).length, linesOf(west).length], [2, 2]);
});

Deno.test("all: outputs join the route, change places and leave it while a row waits: the repeat stores what is missing, no more", async () => {
  await using world = new World();
  const { journal } = world;
  const rows = async (...outputs: string[]) => {
    await using rig = await OutputsRig.open({
      // Nobody is there.
      outputs: outputs.map((name) => anOutput(name, connect(1), "sur-gard")),
      routes: [all(...outputs)],
      journal,
    });
    await rig.add("A10", "both");
    return (await Promise.all(["east", "west", "north"].map((lane) => world.waiting(lane)))).flat();
  };
  assertEquals(await rows("east"), ["A10"]);
  assertEquals(await rows("west", "east"), ["A10", "A10-west"]);
  assertEquals(await rows("east", "west"), ["A10", "A10-west"]);
  assertEquals(await rows("north", "west"), ["A10", "A10-west", "A10-north"]);
  assertEquals(await rows("west"), ["A10", "A10-west", "A10-north"]);
});

Deno.test("the site's only output gets another name while an alarm waits, and the SPT repeats it: it goes to the new one, once", async () => {
  await using world = new World();
  const { journal, west } = world;
  {
    await using rig = await OutputsRig.open({ outputs: [anOutput("east", connect(1), "sur-gard")], journal });
    await rig.add("A10", "east");
  }
  assertEquals(await world.waiting("east"), ["A10"]);
  await using rig = await world.open(["west"]);
  await rig.add("A10", "west");
  await rig.reaches(1);
  assertEquals(rig.delivered, ["A10-west"]);
  for (let again = 0; again < 2; again++) await rig.add("A10", "west");
  await rig.add("A11", "west", "123418113101011");
  await rig.reaches(2);
  assertEquals(linesOf(west).length, 2);
  assert((await journal.life("A10-west"))?.alarm.deliveredAt !== undefined);
});

Deno.test("the output gets another name when the alarm was delivered: a repeat of the SPT brings it to nobody again", async () => {
  await using world = new World();
  const { east, west } = world;
  {
    await using rig = await world.open(["east"]);
    await rig.add("A10", "east");
    await rig.reaches(1);
  }
  await using rig = await world.open(["west"]);
  await rig.add("A10", "west");
  await rig.add("A11", "west", "123418113101011");
  await rig.reaches(1);
  assertEquals([linesOf(east).length, linesOf(west).length, rig.delivered], [1, 1, ["A11"]]);
});

Deno.test("pass-through: the output gets another name while an alarm waits: the SPT's repeat is acknowledged by the new one's AE", async () => {
  await using world = new World();
  const { journal } = world;
  const octets = new TextEncoder().encode("#1234|NBA1");
  const event: ReceivedEvent = { protocol: "sia", data: octets, fields: [], time: 4_000_000_000n << 32n };
  const offered = (rig: OutputsRig, output: string, passThroughWaitMs = 60_000): Promise<Result> => {
    const site = { ...SITE, output, passThroughWaitMs };
    const { promise, resolve } = Promise.withResolvers<Result>();
    void rig.alarms.take(site, event, { hostname: "127.0.0.1", port: 1 }, resolve);
    return promise;
  };
  {
    await using rig = await OutputsRig.open({ outputs: [anOutput("east", connect(1), "sur-gard")], journal });
    assertEquals(await offered(rig, "east", 50), "RESP_PROCESS_ERROR");
  }
  await using rig = await world.open(["west"]);
  const answer = offered(rig, "west");
  await rig.reaches(1);
  rig.alarms.answer(rig.delivered[0]!, "RESP_ACKNOWLEDGE");
  assertEquals(await answer, "RESP_ACKNOWLEDGE");
  assertEquals(await offered(rig, "west"), "RESP_ACKNOWLEDGE", "known as delivered");
  assertEquals([rig.delivered.length, linesOf(world.west).length], [1, 1]);
});
