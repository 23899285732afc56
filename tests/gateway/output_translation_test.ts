/** Translation on the way to real outputs: the site table, what is lost and where that is told. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readSiteTable } from "../../src/event/translation/mod.ts";
import type { SiteTable } from "../../src/event/translation/site_table.ts";
import { OutputItems } from "../../src/gateway/output_item.ts";
import { anOutput } from "../support/output_settings.ts";
import { alarm } from "../journal/alarms.ts";
import { linesOf, OutputsRig, SOFTWARE, softwareConnects } from "./outputs_rig.ts";

const line = { kind: "listen" as const, hostname: "127.0.0.1", port: 0, allow: undefined };

function table(text: object): SiteTable {
  const read = readSiteTable(text);
  assert(read.ok, JSON.stringify(read));
  return read.table;
}

Deno.test("the site table: each AE gets its own account, codes and zones, also in the alarm's own language", async () => {
  const east = SOFTWARE["sur-gard"](), west = SOFTWARE["sur-gard"]();
  await using rig = await OutputsRig.open({
    outputs: [anOutput("east", line, "sur-gard"), anOutput("west", line, "sur-gard")],
    routes: [{ name: "both", mode: "all", outputs: ["east", "west"], accounts: [] }],
    table: table({
      zones: { 15: "115" },
      outputs: {
        east: { accounts: { prefix: "50" } },
        west: { accounts: { map: { "1234": "4711" } }, sites: { "1234": { zones: { 15: "215" } } } },
      },
    }),
  });
  const clients = [softwareConnects(east, rig.port("east")), softwareConnects(west, rig.port("west"))];
  await rig.add("A0", "both", "#1234|NBA15");
  await rig.reaches(2);
  const [first] = linesOf(east), [second] = linesOf(west);
  assertStringIncludes(first!, "#501234");
  assertStringIncludes(first!, "BA115");
  assertStringIncludes(second!, "#4711");
  assertStringIncludes(second!, "BA215");
  for (const client of clients) await client.close();
});

Deno.test("what a translation loses: on the events, in the hop, and counted; the same language costs and says nothing", async () => {
  const software = SOFTWARE["ademco-685"]();
  await using rig = await OutputsRig.open({ outputs: [anOutput("old", line, "ademco-685")] });
  const client = softwareConnects(software, rig.port("old"));
  await rig.add("A0", "old", "#1234|NBA15|ABack door");
  await rig.add("A1", "old", "#1234|NZZ15");
  await rig.add("A2", "old");
  await rig.reaches(3);
  const [first, second, third] = await Promise.all(["A0", "A1", "A2"].map((id) => rig.journal.life(id)));
  assert(
    (first?.alarm.events[0]?.lost ?? []).some((lost) => /^old: text: /.test(lost)),
    JSON.stringify(first?.alarm.events),
  );
  const sent = first?.hops.find(({ step }) => step === "sent")?.detail ?? "";
  assertEquals(sent.match(/lost: the text "Back door"/g)?.length, 1, sent);
  assert((second?.alarm.events[0]?.lost ?? []).length > 0);
  assertEquals(third?.alarm.events[0]?.lost, undefined);
  assertEquals(third?.hops.find(({ step }) => step === "sent")?.detail.includes("lost"), false);
  const { translated, "unknown-codes": unknown } = rig.counters("old");
  assertEquals([translated, unknown], [2, 1]);
  await client.close();
});

Deno.test("an account that is cut is told as lost; without a table nothing is looked up", () => {
  const cut = new OutputItems("east", table({ accounts: { length: 4 } }), ({ account }) => account);
  const { item, lost } = cut.of(alarm("A0", { account: "98765" }), false);
  assertEquals([item.account, lost.map(({ what }) => what)], ["8765", ["account-length"]]);
  assertEquals(item.rules?.("sia", "contact-id"), undefined, "no rule concerns it");
  const plain = new OutputItems("east", undefined, () => "0001").of(alarm("A0"), true);
  assertEquals([plain.item.account, plain.item.repeated, plain.item.rules], ["0001", true, undefined]);
});
