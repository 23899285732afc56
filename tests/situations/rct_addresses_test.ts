import { assert, assertEquals } from "@std/assert";
import { isAck } from "../../src/demo/panel_player.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

/** The RCT stops here and starts again there, as when its other line takes over. */
async function move(pair: Pair, hostname: string, port: number): Promise<void> {
  await pair.rct.close(200);
  pair.rctConfig.listen.hostname = hostname;
  pair.rctConfig.listen.port = port;
  await pair.openRct();
}

Deno.test("an RCT at another of the addresses it told of is found, and found again when it is back", async () => {
  const other = freePort("udp");
  await using pair = await Pair.open({
    sptParts: { backoffMs: [200, 1000] },
    adjust: (spt, rct) => {
      spt.rct.transmissions = 3;
      // The configured address is among them, as it will be in practice: it is not tried twice.
      rct.listen.advertise = [
        { hostname: "127.0.0.1", port: rct.listen.port },
        { hostname: "127.0.0.2", port: other },
      ];
    },
  });
  const home = pair.rctConfig.listen.port;
  const panel = panelAt(pair.ports.contactId);
  const address = async () => (await pair.spt.status(Date.now())).sites[0]!.address;
  // It asks for the addresses at the end of the setup.
  await until(async () => (await pair.rct.status(Date.now())).sites[0]!.state === "connected", "the session");
  assertEquals(await address(), `127.0.0.1:${home}`);
  assert(await panel.send(new TextEncoder().encode("1234181131010158\r\n"), isAck));
  await until(() => pair.centre.alarms === 1, "the first alarm");
  await until(() => pair.logged.some(({ rule }) => rule === "rct-addresses"), "the addresses told");

  await move(pair, "127.0.0.2", other);
  assert(await panel.send(new TextEncoder().encode("1234183131010156\r\n"), isAck));
  await until(() => pair.centre.alarms === 2, "the alarm at the other address");
  assertEquals(await address(), `127.0.0.2:${other}`);
  const tried = pair.logged.filter(({ rule }) => rule === "next-address").map(({ message }) => message);
  assertEquals(tried, [`trying the RCT at 127.0.0.2:${other}`]);

  await move(pair, "127.0.0.1", home);
  assert(await panel.send(new TextEncoder().encode("1234181131010167\r\n"), isAck));
  await until(() => pair.centre.alarms === 3, "the alarm back at the first");
  assertEquals(await address(), `127.0.0.1:${home}`);
  panel.close();
});
