import { assert, assertEquals } from "@std/assert";
import { SurGardAe } from "../../adapters/sur_gard/mod.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import { listenTcp } from "../../src/transport/tcp.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

const FIRST = new TextEncoder().encode("1234181131010158\r\n");
const SECOND = new TextEncoder().encode("1234183131010156\r\n");

/** Automation software that listens, as software receivers find it. */
function listeningAe(port: number, ae: SurGardAe) {
  return listenTcp({ hostname: "127.0.0.1", port }, (connection) => ({
    data: (bytes) => {
      for (const effect of ae.feed(bytes, Date.now())) {
        if (effect.kind === "send") connection.send(effect.bytes);
      }
    },
    closed: () => ae.disconnected(),
  }));
}

Deno.test("an AE that listens: the RCT calls it, and calls again when it comes back", async () => {
  const ae = new SurGardAe({ lineDigits: 1 });
  let server = listeningAe(0, ae);
  const { port } = server;
  await using pair = await Pair.open({
    adjust: (_spt, rct) => {
      rct.outputs[0]!.line = { kind: "connect", hostname: "127.0.0.1", port, tls: undefined };
    },
  });
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(FIRST, isAck));
  await until(() => ae.alarms.length === 1, "the first alarm");
  await server.close();
  await until(
    () => pair.rct.health(Date.now()).faults.some(({ rule }) => rule === "ae-absent:automation"),
    "the fault",
  );
  assert(await panel.send(SECOND, isAck), "the panel does not wait for the AE");
  server = listeningAe(port, ae);
  await until(() => ae.alarms.length === 2, "the second alarm");
  await until(() => pair.rct.health(Date.now()).ok, "health");
  assertEquals(ae.alarms.map(({ message, repeat }) => [message.kind, repeat]), [
    ["contact-id", "none"],
    ["contact-id", "none"],
  ]);
  panel.close();
  await server.close();
});
