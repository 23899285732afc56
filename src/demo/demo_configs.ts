/**
 * The pair of configurations of the demo: all on this machine, short timers, an input for every language of panels that
 * needs no serial line.
 *
 * @module
 */
import { join } from "node:path";
import { newDeviceId, pairSecrets } from "../config/templates.ts";
import { freePort } from "./free_port.ts";

/** Ports of the demo. */
export interface DemoPorts {
  /** TCP inputs of the SPT, by language. */
  sia: number;
  contactId: number;
  texecom: number;
  scancom: number;
  dc09: number;
  vds2465: number;
  /** UDP input of the SPT for DC-09. */
  dc09Udp: number;
  /** UDP of the RCT. */
  udp: number;
  /** TCP of the RCT's output; the AE connects there. */
  ae: number;
  /** Pages. */
  sptHttp: number;
  rctHttp: number;
}

/** Where the demo's files are. */
export interface DemoConfigs {
  ports: DemoPorts;
  /** Path of the SPT's configuration. */
  spt: string;
  /** Path of the RCT's configuration. */
  rct: string;
  /** Keys of the panels that encrypt, made for this run, as the simulated panels take them. */
  panelKeys: { dc09: string; vds2465: string };
}

/** Account and key of the recorded DC-09 message V14, which cannot be read with any other key. */
const RECORDED_DC09_KEY = "1111:AAAAAAAAAAAAAAAA";

/**
 * Writes both configurations, with fresh keys.
 *
 * @param dir An empty folder.
 * @param options `acknowledge` for both ends, for all inputs.
 * @returns Paths, ports and keys.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { loadSptConfig } from "../config/load.ts";
 * import { writeDemoConfigs } from "./demo_configs.ts";
 *
 * const dir = await Deno.makeTempDir({ prefix: "tocsin-example-" });
 * const { spt } = await writeDemoConfigs(dir);
 * assert((await loadSptConfig(spt)).ok);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function writeDemoConfigs(
  dir: string,
  options: { acknowledge?: "store-and-forward" | "pass-through"; heartbeatMs?: number } = {},
): Promise<DemoConfigs> {
  const random = (octets: number) => crypto.getRandomValues(new Uint8Array(octets));
  const { deviceId: sptDeviceId, masterHandle, masterKey } = pairSecrets(random);
  const rctDeviceId = newDeviceId(random);
  const ports: DemoPorts = {
    sia: freePort("tcp"),
    contactId: freePort("tcp"),
    texecom: freePort("tcp"),
    scancom: freePort("tcp"),
    dc09: freePort("tcp"),
    vds2465: freePort("tcp"),
    dc09Udp: freePort("udp"),
    udp: freePort("udp"),
    ae: freePort("tcp"),
    sptHttp: freePort("tcp"),
    rctHttp: freePort("tcp"),
  };
  const acknowledge = options.acknowledge ?? "store-and-forward";
  const panelKeys = { dc09: random(16).toHex(), vds2465: `7:${random(16).toHex()}` };
  const input = (name: string, language: string, port: number, ...lines: string[]) => `
[[input]]
name = "${name}"
language = "${language}"
listen = "127.0.0.1:${port}"
acknowledge = "${acknowledge}"
max_connections = 100
${lines.map((line) => `${line}\n`).join("")}`;
  const inputs = [
    input("galaxy", "sia", ports.sia),
    input("dialler", "contact-id", ports.contactId),
    input("premier", "texecom", ports.texecom),
    input("scantronic", "scancom", ports.scancom),
    input("ip-panels", "dc09", ports.dc09, `keys = ["${RECORDED_DC09_KEY}"]`),
    input(
      "ip-panels-udp",
      "dc09",
      ports.dc09Udp,
      'transport = "udp"',
      `keys = ["*:${panelKeys.dc09}"]`,
      'encryption = "required"',
    ),
    input("vds", "vds2465-tcp", ports.vds2465, `keys = ["${panelKeys.vds2465}"]`),
  ];
  const spt = join(dir, "spt.toml"), rct = join(dir, "rct.toml");
  await Deno.writeTextFile(
    spt,
    `name = "shop-12"

[journal]
path = "spt.sqlite"

[rct]
host = "127.0.0.1"
port = ${ports.udp}
heartbeat = "2s"
response_timeout = "200ms"

[identity]
device_id = "${sptDeviceId}"
rct_device_id = "${rctDeviceId}"
master_handle = "${masterHandle}"
master_key = "${masterKey}"

[http]
port = ${ports.sptHttp}
${inputs.join("")}`,
    { mode: 0o600 },
  );
  await Deno.writeTextFile(
    rct,
    `name = "centre"

[journal]
path = "rct.sqlite"

[listen]
host = "127.0.0.1"
port = ${ports.udp}

[identity]
device_id = "${rctDeviceId}"

[http]
port = ${ports.rctHttp}

[[site]]
name = "shop-12"
device_id = "${sptDeviceId}"
master_handle = "${masterHandle}"
master_key = "${masterKey}"
acknowledge = "${acknowledge}"
output = "automation"

[[output]]
name = "automation"
language = "sur-gard"
role = "listen"
host = "127.0.0.1"
port = ${ports.ae}
# The count is of what panels say: the receiver's own messages stay out of it.
faults = "off"
heartbeat = "${(options.heartbeatMs ?? 30_000) / 1000}s"
`,
    { mode: 0o600 },
  );
  return { ports, spt, rct, panelKeys };
}
