import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sia } from "../../adapters/sia/mod.ts";
import { ScancomSite } from "../../src/simulator/scancom_site.ts";
import { seededRandom } from "../../src/simulator/seeded_random.ts";
import { SiaSite } from "../../src/simulator/sia_site.ts";
import { simulatePanel, simulationFault } from "../../src/simulator/simulate_panel.ts";
import type { SimulatedSite } from "../../src/simulator/site.ts";
import { connectTcpWire } from "../../src/simulator/tcp_wire.ts";
import { Receiver } from "./receiver.ts";

function said(site: SimulatedSite, code: string): string {
  const made = site.alarm({ code }, false);
  assert(made.ok, JSON.stringify(made));
  return new TextDecoder().decode(made.alarm.data);
}

Deno.test("Fast Format with more channels: any of them can be said, none beyond", () => {
  for (const count of [8, 16, 24, 32]) {
    const site = new ScancomSite("1234", count);
    assertEquals(said(site, String(count)).replaceAll(/[#|]/g, ""), `1234${"5".repeat(count - 1)}17`);
    const beyond = site.alarm({ code: String(count + 1) }, false);
    assert(!beyond.ok);
    assertStringIncludes(beyond.message, `1 to ${count}`);
  }
  const chance = seededRandom(1);
  const site = new ScancomSite("1234", 32);
  const devices = Array.from(
    { length: 200 },
    () => site.random(chance).events.map(({ device }) => Number(device)),
  );
  assert(Math.max(...devices.flat()) > 16, "the upper channels are drawn too");
});

Deno.test("a number of channels that no message has is a fault, told as one", () => {
  const fault = simulationFault({
    language: "scancom",
    steps: [{ kind: "random" }],
    settings: { account: "1234", channels: 10 },
  });
  assertStringIncludes(fault ?? "", "10 channels: expected 8, 16, 24, 32");
});

Deno.test("SIA with the panel's clock: the receiver sees the time of each event", async () => {
  const clock = () => new Date(2026, 10, 21, 18, 5, 59);
  assertEquals(said(new SiaSite("1234", clock), "BA"), "#1234|Nti18:05/BA");
  await using receiver = new Receiver(sia);
  const lines: string[] = [];
  const summary = await simulatePanel({
    language: "sia",
    connect: () => connectTcpWire("127.0.0.1", receiver.port),
    steps: [{ kind: "alarm", words: { code: "BA", number: "3", area: "1" } }],
    settings: { clock },
  }, (event) => event.kind === "sent" && lines.push(event.line));
  assertEquals(summary.acknowledged, 1);
  assert(lines.includes("Nti18:05/ri1/BA3"), lines.join("\n"));
});
