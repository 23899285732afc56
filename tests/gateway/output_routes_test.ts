/** Routes between real outputs whose software is killed, refuses and comes back. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SurGardAe } from "../../adapters/sur_gard/mod.ts";
import { Ademco685Ae } from "../../adapters/ademco_685/ae_simulator.ts";
import type { RouteConfig } from "../../src/config/route_config.ts";
import { JournalError, type NewAlarm } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { anOutput } from "../support/output_settings.ts";
import { until } from "../support/until.ts";
import { linesOf, OutputsRig, softwareConnects, softwareListens } from "./outputs_rig.ts";

const connect = (port: number) => ({ kind: "connect" as const, hostname: "127.0.0.1", port, tls: undefined });
const route = (name: string, mode: RouteConfig["mode"], ...outputs: string[]): RouteConfig => ({
  name,
  mode,
  outputs,
  accounts: [],
});
/** Heartbeats are answered whatever becomes of alarms. */
const AE = { lineDigits: 1, heartbeats: { kind: "ack" } } as const;
const zones = (ae: { alarms: readonly { raw: Uint8Array }[] }) =>
  linesOf(ae).map((line) => /(\d{3})[^\d]*$/.exec(line)?.[1]);
const event = (zone: number) => `1234181131010${String(zone).padStart(2, "0")}`;

/** Two Sur-Gard AEs that listen. */
async function two(routes: RouteConfig[], more: Partial<Parameters<typeof OutputsRig.open>[0]> = {}) {
  const east = new SurGardAe(AE), west = new SurGardAe(AE);
  const servers = { east: softwareListens(east), west: softwareListens(west) };
  const settings = { heartbeatMs: 5000, waitMs: 300, nakLimit: 3 };
  const rig = await OutputsRig.open({
    outputs: (["east", "west"] as const).map((name) =>
      anOutput(name, connect(servers[name].port), "sur-gard", settings)
    ),
    routes,
    ...more,
  });
  return {
    east,
    west,
    servers,
    rig,
    async [Symbol.asyncDispose]() {
      await rig.outputs.stop(0);
      await servers.east.close();
      await servers.west.close();
    },
  };
}

Deno.test("first: the second AE takes over while the first is dead, and gives back; none lost, none doubled unmarked", async () => {
  await using world = await two([route("either", "first", "east", "west")]);
  const { rig, east, west, servers } = world;
  const both = () => rig.outputs.state("east") === "present" && rig.outputs.state("west") === "present";
  await until(both, "both AEs");
  await rig.add("A10", "either", event(10));
  await rig.reaches(1);
  assertEquals([zones(east), zones(west)], [["010"], []]);
  const { port } = servers.east;
  await servers.east.close();
  await until(() => rig.outputs.state("east") === "absent", "the absence");
  assertEquals(rig.rules(), ["ae-absent:east"]);
  for (const zone of [11, 12, 13]) await rig.add(`A${zone}`, "either", event(zone));
  await rig.reaches(4);
  assertEquals(zones(west), ["011", "012", "013"]);
  servers.east = softwareListens(east, port);
  await until(() => rig.outputs.state("east") === "present", "the return");
  await rig.add("A14", "either", event(14));
  await rig.reaches(5);
  assertEquals(zones(east), ["010", "014"]);
  assertEquals(rig.rules(), []);
});

Deno.test("first: the AE dies with an alarm in its hands: the next gets it, marked as a repeat", async () => {
  await using world = await two([route("either", "first", "east", "west")]);
  const { rig, east, west, servers } = world;
  await until(
    () => rig.outputs.state("east") === "present" && rig.outputs.state("west") === "present",
    "both",
  );
  east.behaviour = { kind: "silent" };
  await rig.add("A10", "either", "#1234|NBA10");
  await until(() => east.alarms.length > 0, "the alarm at the first");
  await servers.east.close();
  await rig.reaches(1);
  // N becomes O: reported before, and still so.
  assertStringIncludes(linesOf(east)[0]!, "|NBA10");
  assertStringIncludes(linesOf(west)[0]!, "|OBA10");
});

Deno.test("first: an alarm that the first AE refuses goes to the next at once, without a fault", async () => {
  await using world = await two([route("either", "first", "east", "west")]);
  const { rig, east, west } = world;
  await until(
    () => rig.outputs.state("east") === "present" && rig.outputs.state("west") === "present",
    "both",
  );
  east.behaviour = { kind: "nak", times: 3 };
  await rig.add("A10", "either", event(10));
  await rig.reaches(1);
  assertEquals(zones(west), ["010"]);
  assertEquals(rig.rules(), []);
  const life = await rig.journal.life("A10");
  const steps = life?.hops.map(({ step, detail }) => `${step} ${detail.split(":")[0]}`);
  assertEquals(steps?.filter((text) => !text.includes("attempt")), [
    "stored RCT journal",
    "sent AE east",
    "refused AE east",
    "sent AE west",
    "delivered AE west",
  ]);
});

Deno.test("all: each AE gets each alarm, one that is dead later; by account: the first rule that fits", async () => {
  const split: RouteConfig = {
    name: "split",
    mode: "by-account",
    outputs: [],
    accounts: [{ accounts: "12*", output: "both" }, { accounts: "*", output: "west" }],
  };
  await using world = await two([route("both", "all", "east", "west"), split]);
  const { rig, east, west, servers } = world;
  await until(
    () => rig.outputs.state("east") === "present" && rig.outputs.state("west") === "present",
    "both",
  );
  const { port } = servers.east;
  await servers.east.close();
  await rig.add("A10", "both", event(10));
  await rig.add("A11", "split", event(11));
  await rig.add("A12", "split", "567818113101012");
  await rig.reaches(3);
  assertEquals([zones(east), zones(west)], [[], ["010", "011", "012"]]);
  assertEquals((await rig.journal.stats()).waiting["east"], 2);
  servers.east = softwareListens(east, port);
  await rig.reaches(5);
  assertEquals(zones(east), ["010", "011"]);
  assertEquals((await rig.journal.stats()).waiting["east"] ?? 0, 0);
  assertEquals(rig.delivered.filter((id) => id.startsWith("A10")).sort(), ["A10", "A10-west"]);
});

/** A journal that cannot store in one lane. */
class HalfJournal extends MemoryJournal {
  broken: string | undefined;
  override append(alarm: NewAlarm, hops: Parameters<MemoryJournal["append"]>[1]) {
    if (alarm.lane === this.broken) return Promise.reject(new JournalError("disk-full", "the disk is full"));
    return super.append(alarm, hops);
  }
}

Deno.test("all: half of it could not be stored: not acknowledged, delivered so far, and a repeat stores only the rest", async () => {
  const journal = new HalfJournal({ now: Date.now });
  await using world = await two([route("both", "all", "east", "west")], { journal });
  const { rig, east, west } = world;
  journal.broken = "west";
  let failed = "";
  await rig.add("A10", "both", event(10)).catch((error) => failed = error.rule);
  assertEquals(failed, "disk-full");
  await rig.reaches(1);
  assertEquals([zones(east), zones(west)], [["010"], []]);
  journal.broken = undefined;
  await rig.add("A10", "both", event(10));
  await rig.reaches(2);
  assertEquals([zones(east), zones(west)], [["010"], ["010"]]);
});

Deno.test("an output of two queues gives out the oldest first", async () => {
  const dead = anOutput("dead", connect(1), "sur-gard");
  const ae = new SurGardAe({ lineDigits: 1 });
  const line = { kind: "listen" as const, hostname: "127.0.0.1", port: 0, allow: undefined };
  await using rig = await OutputsRig.open({
    outputs: [dead, anOutput("east", line, "sur-gard")],
    routes: [route("either", "first", "dead", "east")],
  });
  for (const zone of [10, 11, 12, 13]) {
    await rig.add(`A${zone}`, zone % 2 === 0 ? "either" : "east", event(zone));
  }
  const server = softwareListens(ae);
  const client = softwareConnects(ae, rig.port("east"));
  await rig.reaches(4);
  assertEquals(zones(ae), ["010", "011", "012", "013"]);
  await client.close();
  await server.close();
});

Deno.test("a silent AE without heartbeats: its alarm goes to the next within the 685's own wait", async () => {
  const dumb = new Ademco685Ae({ behaviour: { kind: "silent" } }), good = new Ademco685Ae();
  const servers = [softwareListens(dumb), softwareListens(good)];
  {
    await using rig = await OutputsRig.open({
      outputs: [
        anOutput("dumb", connect(servers[0]!.port), "ademco-685", { waitMs: 100 }),
        anOutput("good", connect(servers[1]!.port), "ademco-685", { waitMs: 100 }),
      ],
      routes: [route("either", "first", "dumb", "good")],
    });
    for (const zone of [10, 11, 12]) await rig.add(`A${zone}`, "either", event(zone));
    await rig.reaches(3);
    assertEquals(good.alarms.length, 3);
    assert(dumb.alarms.length <= 4, `${dumb.alarms.length} lines: it is not asked again and again`);
    assertEquals(rig.rules(), ["ae-absent:dumb"]);
  }
  for (const server of servers) await server.close();
});

Deno.test("first: an output that calls on demand and gets no connection is passed over, and its fault says why", async () => {
  const west = new SurGardAe({ lineDigits: 1 });
  const server = softwareListens(west);
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr as Deno.NetAddr;
  closed.close();
  {
    await using rig = await OutputsRig.open({
      outputs: [
        anOutput("called", connect(port), "dc09", { closeAfterAck: true }),
        anOutput("west", connect(server.port), "sur-gard"),
      ],
      routes: [route("either", "first", "called", "west")],
    });
    await until(() => rig.outputs.state("west") === "present", "the second");
    assertEquals(
      [rig.outputs.state("called"), rig.rules()],
      ["unknown", []],
      "it is not called without an alarm",
    );
    for (const zone of [10, 11, 12]) await rig.add(`A${zone}`, "either", event(zone));
    await rig.reaches(3);
    assertEquals(zones(west), ["010", "011", "012"]);
    assertStringIncludes(rig.faults.all[0]?.message ?? "", `no connection to TCP 127.0.0.1:${port}`);
    assertEquals(rig.counters("called")["connect-failed"], 1);
  }
  await server.close();
});
