import { assert, assertEquals } from "@std/assert";
import { isAck } from "../../src/demo/panel_player.ts";
import { Spt } from "../../src/gateway/spt.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { alarm } from "../journal/alarms.ts";
import { Pair } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";
import { until } from "../support/until.ts";

Deno.test("an alarm that cannot be sent stays a fault, whatever is delivered after it", async () => {
  await using pair = await Pair.open();
  await pair.spt.close();
  const journal = new MemoryJournal({ now: Date.now });
  // Longer than any datagram of the protocol; kept by an earlier version, say.
  const data = new TextEncoder().encode(`#1234|NBA1|A${"x".repeat(2000)}`);
  await journal.append(alarm("P1", { lane: "rct", data }), []);
  const spt = await Spt.open({
    ...pair.sptConfig,
    inputs: pair.sptConfig.inputs.map((input) => ({
      ...input,
      line: { kind: "network", hostname: "127.0.0.1", port: 0, transport: "tcp" },
    })),
  }, { journal, log: () => {} });
  try {
    const rules = () => spt.health(Date.now()).faults.map(({ rule }) => rule);
    await until(() => rules().includes("rct-refuses"), "the fault");
    const panel = panelAt(spt.inputs.find(({ name }) => name === "dialler")!.port);
    assert(await panel.send(new TextEncoder().encode("1234181131010158\r\n"), isAck));
    panel.close();
    await until(() => pair.centre.alarms === 1, "the other alarm at the AE");
    await until(
      async () => (await spt.alarms(10)).some(({ alarm }) => alarm.deliveredAt !== undefined),
      "delivered",
    );
    assertEquals(rules(), ["rct-refuses"]);
  } finally {
    await spt.close(100);
  }
});
