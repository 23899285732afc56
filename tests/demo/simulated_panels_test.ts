import { assertEquals, assertNotEquals } from "@std/assert";
import { scancom } from "../../adapters/scancom/mod.ts";
import { writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { playSimulated, simulatedTraffic } from "../../src/demo/simulated_panels.ts";
import { listenPanels } from "../../src/gateway/panel_listener.ts";
import { simulationFault } from "../../src/simulator/simulate_panel.ts";
import { connectTcpWire } from "../../src/simulator/tcp_wire.ts";
import { ROOT, WorkFolder } from "../support/child.ts";
import "../support/own_ports.ts";

Deno.test("every simulated panel of the demo can say what it is to say, and has a key", async () => {
  await using folder = await WorkFolder.make();
  const traffic = simulatedTraffic(await writeDemoConfigs(`${ROOT}${folder.path}`), 60_000);
  assertEquals(traffic.map(({ language, phase }) => [language, phase]), [
    ["vds2465-tcp", "before"],
    ["vds2465-tcp", "down"],
    ["dc09", "after"],
  ]);
  for (const { language, settings, step, title } of traffic) {
    assertEquals(simulationFault({ language, settings, steps: [step] }), undefined, title);
    assertNotEquals(settings.key, undefined, title);
  }
});

Deno.test("a simulated panel tells what it sent and whether it was acknowledged", async () => {
  const outcomes = ["stored", "not stored"];
  const onAlarm = () => outcomes.shift() === "stored" ? undefined : Promise.reject(new Error("disk full"));
  const receiver = listenPanels({ language: scancom, port: 0, onAlarm });
  const transmission = {
    phase: "before",
    title: "fire: simulated",
    language: "scancom",
    step: { kind: "alarm", words: { code: "1" } },
    settings: { tries: 1, waitMs: 60_000 },
    connect: () => connectTcpWire("127.0.0.1", receiver.port),
    alarms: 1,
  } as const;
  try {
    const line = "1234155555557";
    assertEquals(await playSimulated(transmission), { acknowledged: true, line });
    assertEquals(await playSimulated(transmission), { acknowledged: false, line }, "refused by the receiver");
  } finally {
    await receiver.close();
  }
  assertEquals(await playSimulated(transmission), { acknowledged: false, line: "" }, "nobody listens");
});
