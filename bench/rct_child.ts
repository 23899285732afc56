/**
 * An RCT in a process of its own, with many sites, for the bench. Arguments: sites, outputs, folder. Prints its ports and, as
 * the secrets are made here, the sites' identities as hex.
 */
import { SecretKey } from "../src/keys/secret_key.ts";
import { Rct } from "../src/gateway/rct.ts";

const [count = "64", lines = "1", folder = "."] = Deno.args;
const rctDeviceId = crypto.getRandomValues(new Uint8Array(16));
const sites = Array.from({ length: Number(count) }, (_, i) => ({
  name: `site-${i}`,
  deviceId: crypto.getRandomValues(new Uint8Array(16)),
  masterHandle: 1000 + i,
  key: crypto.getRandomValues(new Uint8Array(32)),
}));
const rct = await Rct.open({
  name: "bench",
  journal: { path: `${folder}/rct.sqlite` },
  listen: { hostname: "127.0.0.1", port: 0, edition: "2020", advertise: [] },
  identity: { deviceId: rctDeviceId },
  keys: { path: `${folder}/rct-keys.sqlite`, keyFile: undefined },
  commissioning: {
    windowMs: 900_000,
    hostname: "127.0.0.1",
    port: 0,
    certificate: undefined,
    caPaths: [],
    legacyDss: false,
  },
  http: undefined,
  remote: { enabled: false },
  sites: sites.map(({ name, deviceId, masterHandle, key }, i) => ({
    name,
    deviceId,
    master: { masterHandle, masterKey: new SecretKey(key) },
    certificateName: undefined,
    edition: "2020",
    pollMode: "push",
    setTimeMs: undefined,
    keyLifetimeMs: undefined,
    remote: false,
    channels: { all: undefined, byAccount: {} },
    account: undefined,
    acknowledge: "pass-through",
    passThroughWaitMs: 6000,
    output: `ae-${i % Number(lines)}`,
    heartbeatMs: [1000, 3_600_000],
  })),
  outputs: Array.from({ length: Number(lines) }, (_, i) => ({
    name: `ae-${i}`,
    language: "sur-gard",
    line: { kind: "listen" as const, hostname: "127.0.0.1", port: 0, allow: undefined },
    faults: "off" as const,
    faultAccount: "0000",
    settings: {
      language: "sur-gard" as const,
      receiver: "01",
      line: "1",
      lineDigits: 1,
      heartbeatMs: 30_000,
      waitMs: 4000,
      nakLimit: 20,
      text: false,
      textAnswers: false,
    },
  })),
  routes: [],
  raws: [],
  translation: undefined,
  serial: { socket: "unused" },
}, { log: () => {} });
console.log(JSON.stringify({
  udp: rct.address.port,
  ae: rct.outputs.map(({ port }) => port),
  rctDeviceId: rctDeviceId.toHex(),
  sites: sites.map(({ deviceId, masterHandle, key }) => ({
    deviceId: deviceId.toHex(),
    masterHandle,
    key: key.toHex(),
  })),
}));
await new Promise((resolve) => Deno.addSignalListener("SIGTERM", () => resolve(undefined)));
await rct.close();
