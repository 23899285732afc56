/**
 * The pair of configurations of the demo: all on this machine, short timers, three inputs.
 *
 * @module
 */
import { join } from "node:path";
import { newDeviceId, pairSecrets } from "../config/templates.ts";
import { freePort } from "./free_port.ts";

/** Ports of the demo. */
export interface DemoPorts {
  /** TCP inputs of the SPT, by name. */
  sia: number;
  contactId: number;
  texecom: number;
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
}

/**
 * Writes both configurations, with fresh keys.
 *
 * @param dir An empty folder.
 * @param options `acknowledge` for both ends, for all inputs.
 * @returns Paths and ports.
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
    udp: freePort("udp"),
    ae: freePort("tcp"),
    sptHttp: freePort("tcp"),
    rctHttp: freePort("tcp"),
  };
  const acknowledge = options.acknowledge ?? "store-and-forward";
  const input = (name: string, language: string, port: number) => `
[[input]]
name = "${name}"
language = "${language}"
listen = "127.0.0.1:${port}"
acknowledge = "${acknowledge}"
max_connections = 100
`;
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
${input("galaxy", "sia", ports.sia)}${input("dialler", "contact-id", ports.contactId)}${
      input("premier", "texecom", ports.texecom)
    }`,
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
heartbeat = "${(options.heartbeatMs ?? 30_000) / 1000}s"
`,
    { mode: 0o600 },
  );
  return { ports, spt, rct };
}
