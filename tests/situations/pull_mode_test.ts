import { assert, assertEquals, assertGreater } from "@std/assert";
import { isAck } from "../../src/demo/panel_player.ts";
import { Relay } from "../dtls/relay.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

const ALARM = new TextEncoder().encode("1234181131010158\r\n");

Deno.test("pull mode: the RCT polls, alarms go as ever; when the path is cut both see it, and both see it back", async () => {
  let cut = false;
  let relay!: Relay;
  await using pair = await Pair.open({
    sptParts: { backoffMs: [200, 1000] },
    adjust: (spt, rct) => {
      relay = new Relay(rct.listen.port, () => cut ? "lost" : "pass");
      spt.rct.port = relay.port;
      spt.rct.heartbeatMs = 1000;
      rct.sites[0]!.pollMode = "pull";
    },
  });
  await using _relay = relay;
  const polls = async () => {
    const [at] = (await pair.spt.status(Date.now())).sites;
    return at!.counters["polls-answered"] ?? 0;
  };
  await until(async () => await polls() >= 3, "polls of the RCT");
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(ALARM, isAck));
  await until(() => pair.centre.alarms === 1, "the alarm");
  const rules = (view: Pair["spt"] | Pair["rct"]) => view.health(Date.now()).faults.map(({ rule }) => rule);
  assertEquals([rules(pair.spt), rules(pair.rct)], [[], []]);

  cut = true;
  await until(() => rules(pair.spt).includes("path-failed"), "the fault at the site");
  await until(() => rules(pair.rct).includes("path-failed:shop-12"), "the fault at the centre");
  assert(await panel.send(new TextEncoder().encode("1234183131010156\r\n"), isAck), "kept meanwhile");
  cut = false;
  await until(() => pair.centre.alarms === 2, "the alarm of the meantime");
  await until(() => rules(pair.spt).length + rules(pair.rct).length === 0, "no faults any more");
  const before = await polls();
  await until(async () => await polls() > before, "polls of the new session");
  assertGreater(await polls(), 3);
  panel.close();
});
