import { assert, assertEquals } from "@std/assert";
import { isAck } from "../../src/demo/panel_player.ts";
import { Spt } from "../../src/gateway/spt.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { Pair } from "../support/pair.ts";
import { resolvePeer } from "../../src/gateway/resolve.ts";
import { panelAt } from "../support/panel.ts";

Deno.test("addresses and localhost need no name server", async () => {
  for (
    const [name, hostname] of [["192.0.2.7", "192.0.2.7"], ["::1", "::1"], [
      "localhost",
      "127.0.0.1",
    ]] as const
  ) {
    assertEquals(await resolvePeer(name, 7), { transport: "udp", hostname, port: 7 });
  }
});

// The system goes on looking a name up for a moment after the search was given up.
Deno.test("an SPT whose name server is down takes alarms all the same, says so, and stops when asked", {
  sanitizeOps: false,
}, async () => {
  const journal = new MemoryJournal({ now: Date.now });
  await using pair = await Pair.open();
  const config = structuredClone({ ...pair.sptConfig, identity: undefined });
  const spt = await Spt.open({
    ...config,
    identity: pair.sptConfig.identity,
    rct: { ...pair.sptConfig.rct, hostname: "no-such-host.invalid" },
    inputs: pair.sptConfig.inputs.map((input) => ({
      ...input,
      line: { kind: "network", hostname: "127.0.0.1", port: 0, transport: "tcp" },
    })),
  }, { journal, log: () => {} });
  try {
    const port = spt.inputs.find(({ name }) => name === "dialler")!.port;
    const panel = panelAt(port);
    assert(await panel.send(new TextEncoder().encode("1234181131010158\r\n"), isAck));
    panel.close();
    assertEquals(spt.health(Date.now()).faults.map(({ rule }) => rule), ["path-failed"]);
  } finally {
    await spt.close(100);
  }
});
