/**
 * The traffic that the demo makes itself: panels of the simulator, where a recording cannot be played again because both
 * ends agree on numbers anew, or where there is none.
 *
 * @module
 */
import type { PanelSettings } from "../simulator/panel_settings.ts";
import type { PanelStep } from "../simulator/script.ts";
import { simulatePanel } from "../simulator/simulate_panel.ts";
import { connectTcpWire } from "../simulator/tcp_wire.ts";
import { openUdpWire } from "../simulator/udp_wire.ts";
import type { PanelWire } from "../simulator/wire.ts";
import type { DemoPhase } from "./captured_panels.ts";
import type { DemoConfigs } from "./demo_configs.ts";

/** One alarm of a simulated panel. */
export interface SimulatedTransmission {
  /** When it is played. */
  phase: DemoPhase;
  /** What it is; says that it is simulated. */
  title: string;
  /** The panel's language. */
  language: string;
  /** The alarm. */
  step: PanelStep;
  /** Account, key and patience. */
  settings: Partial<PanelSettings>;
  /** Connects to its input. */
  connect: () => Promise<PanelWire>;
  /** How many alarms it makes. */
  alarms: 1;
}

/** What came of it. */
export interface SimulatedOutcome {
  /** The panel got its acknowledgement. */
  acknowledged: boolean;
  /** What it sent last, as the language's sender writes it for people; empty when it never came to that. */
  line: string;
}

/**
 * The simulated part of the demo's programme.
 *
 * @param configs Ports and keys of the panels.
 * @param waitMs How long a panel waits for its acknowledgement, ms.
 * @returns Transmissions, in the order in which they are played.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { writeDemoConfigs } from "./demo_configs.ts";
 * import { simulatedTraffic } from "./simulated_panels.ts";
 *
 * const dir = await Deno.makeTempDir({ prefix: "tocsin-example-" });
 * const traffic = simulatedTraffic(await writeDemoConfigs(dir), 60_000);
 * assert(traffic.every(({ title }) => title.endsWith("simulated")));
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export function simulatedTraffic(
  { ports, panelKeys }: Pick<DemoConfigs, "ports" | "panelKeys">,
  waitMs: number,
): SimulatedTransmission[] {
  const random = (octets: number) => crypto.getRandomValues(new Uint8Array(octets));
  const vds = {
    language: "vds2465-tcp",
    settings: { account: "123456", key: panelKeys.vds2465, waitMs, random },
    connect: () => connectTcpWire("127.0.0.1", ports.vds2465),
    alarms: 1,
  } as const;
  const burglary = { code: "22", number: "3", area: "1" };
  return [
    {
      ...vds,
      phase: "before",
      title: "VdS 2465 over TCP with AES, burglary: simulated",
      step: { kind: "alarm", words: burglary },
    },
    {
      ...vds,
      phase: "down",
      title: "VdS 2465 over TCP with AES, burglary restored: simulated",
      step: { kind: "restore", words: burglary },
    },
    {
      phase: "after",
      title: "DC-09 over UDP with AES, fire: simulated",
      language: "dc09",
      step: { kind: "alarm", words: { code: "FA", number: "7", area: "2" } },
      settings: { account: "2468", key: panelKeys.dc09, datagram: true, waitMs, random },
      connect: () => openUdpWire("127.0.0.1", ports.dc09Udp),
      alarms: 1,
    },
  ];
}

/**
 * Plays one of them: the panel connects, reports, and hangs up.
 *
 * @param transmission What is played.
 * @returns What came of it. Never rejects: a panel that cannot connect gives up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09 } from "../../adapters/dc09/mod.ts";
 * import { listenPanels } from "../gateway/panel_listener.ts";
 * import { connectTcpWire } from "../simulator/tcp_wire.ts";
 * import { playSimulated } from "./simulated_panels.ts";
 *
 * const receiver = listenPanels({ language: dc09, port: 0, onAlarm: () => {} });
 * const { acknowledged } = await playSimulated({
 *   phase: "before",
 *   title: "fire: simulated",
 *   language: "dc09",
 *   step: { kind: "alarm", words: { code: "FA" } },
 *   settings: {},
 *   connect: () => connectTcpWire("127.0.0.1", receiver.port),
 *   alarms: 1,
 * });
 * assertEquals(acknowledged, true);
 * await receiver.close();
 * ```
 */
export async function playSimulated(
  { language, connect, step, settings }: SimulatedTransmission,
): Promise<SimulatedOutcome> {
  let line = "";
  const { acknowledged } = await simulatePanel({ language, connect, steps: [step], settings }, (event) => {
    if (event.kind === "sent") line = event.line;
  });
  return { acknowledged: acknowledged === 1, line };
}
