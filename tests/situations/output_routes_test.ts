/** Routes through both gateways: who is answered when, and what a restart remembers. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SurGardAe } from "../../adapters/sur_gard/mod.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import type { RouteConfig } from "../../src/config/route_config.ts";
import { softwareListens } from "../gateway/outputs_rig.ts";
import { anOutput } from "../support/output_settings.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

const ALARM = new TextEncoder().encode("1234181131010158\r\n");

const BOTH: RouteConfig = { name: "both", mode: "all", outputs: ["automation", "second"], accounts: [] };

for (const acknowledge of ["pass-through", "store-and-forward"] as const) {
  Deno.test(`${acknowledge}, two AEs, one dead: the panel is acknowledged, and the other AE gets it after a restart`, async () => {
    const port = freePort("tcp");
    await using pair = await Pair.open({
      acknowledge,
      adjust: (_spt, rct) => {
        const line = { kind: "connect" as const, hostname: "127.0.0.1", port, tls: undefined };
        rct.outputs.push(anOutput("second", line, "sur-gard", { lineDigits: 1 }));
        rct.routes = [BOTH];
        for (const site of rct.sites) site.output = "both";
      },
    });
    const panel = panelAt(pair.ports.contactId);
    assert(await panel.send(ALARM, isAck), "the first AE that has it counts");
    await until(() => pair.centre.alarms === 1, "the alarm at the first AE");
    const status = await pair.rct.status(Date.now());
    assertEquals(status.routes, [{
      name: "both",
      mode: "all",
      outputs: ["automation", "second"],
      queued: 0,
    }]);
    assertEquals(status.outputs.map(({ name, queued }) => [name, queued]), [["automation", 0], [
      "second",
      1,
    ]]);
    assertEquals(status.outputs[1]?.where, `TCP 127.0.0.1:${port}`);
    await pair.rct.close(500);
    await pair.openRct();
    const ae = new SurGardAe({ lineDigits: 1 });
    const server = softwareListens(ae, port);
    await until(() => ae.alarms.length === 1, "the alarm at the second AE");
    await until(() => pair.rct.health(Date.now()).ok, "health");
    assertEquals([pair.centre.doubled, pair.centre.alarms], [0, 1]);
    panel.close();
    await server.close();
  });
}

Deno.test("a route that is no longer in the configuration: its waiting alarms are a fault, and not forgotten", async () => {
  await using pair = await Pair.open({
    adjust: (_spt, rct) => {
      rct.routes = [{ name: "either", mode: "first", outputs: ["automation"], accounts: [] }];
      for (const site of rct.sites) site.output = "either";
    },
  });
  await pair.centre.stop();
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(ALARM, isAck));
  await until(
    async () => (await pair.rct.status(Date.now())).routes?.[0]?.queued === 1,
    "the alarm in the queue",
  );
  await pair.rct.close(500);
  const { routes } = pair.rctConfig;
  pair.rctConfig.routes = [];
  for (const site of pair.rctConfig.sites) site.output = "automation";
  await pair.openRct();
  const orphans = pair.rct.health(Date.now()).faults.find(({ rule }) => rule === "no-output:either");
  assertStringIncludes(orphans?.message ?? "", '1 alarms wait for output or route "either"');
  await pair.rct.close(500);
  pair.rctConfig.routes = routes;
  await pair.openRct();
  pair.centre.start();
  await until(() => pair.centre.alarms === 1, "the alarm");
  panel.close();
});
