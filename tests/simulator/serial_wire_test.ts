import { assertEquals } from "@std/assert";
import { sia } from "../../adapters/sia/mod.ts";
import { simulatePanel } from "../../src/simulator/simulate_panel.ts";
import { openSerialWire } from "../../src/simulator/serial_wire.ts";
import { ptyTest, Wire } from "../serial/pty.ts";
import { answer } from "./receiver.ts";

ptyTest("a panel on a serial line is acknowledged, octet by octet too", async () => {
  await using wire = await Wire.make();
  const receiver = wire.panel().then((conn) => answer(conn, sia.session({})));
  for (const faults of [{}, { split: true }, { badChecksumEvery: 2 }]) {
    const summary = await simulatePanel({
      language: "sia",
      connect: () => openSerialWire(wire.settings("panel")),
      steps: [{ kind: "alarm", words: { code: "BA", number: "3" } }, { kind: "drop" }, { kind: "random" }],
      faults,
    });
    assertEquals([summary.acknowledged, summary.connections], [2, 2]);
  }
  await wire.unplug();
  assertEquals((await receiver).filter(({ code, zone }) => code === "BA" && zone === "3").length, 3);
});

ptyTest("a line that is unplugged leaves the alarm unanswered", async () => {
  await using wire = await Wire.make();
  const settings = wire.settings("panel");
  const events: string[] = [];
  const summary = await simulatePanel({
    language: "sia",
    connect: () => openSerialWire(settings),
    steps: [{ kind: "alarm", words: { code: "BA" } }],
    connections: 2,
    reconnectMs: 1,
  }, (event) => {
    events.push(event.kind);
    if (event.kind === "sent") void wire.unplug();
  });
  assertEquals([summary.sent, summary.unanswered], [1, 1]);
  assertEquals(events, ["connected", "sent", "disconnected", "no-connection", "unanswered"]);
});
