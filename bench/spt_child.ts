/**
 * Many SPTs in one process, sharing one journal, for the bench. Arguments: what `rct_child.ts` printed, folder. Prints the
 * TCP ports panels connect to.
 */
import { SecretKey } from "../src/keys/secret_key.ts";
import { Spt } from "../src/gateway/spt.ts";
import { openJournal } from "../src/journal/sqlite_journal.ts";

const [json = "{}", folder = "."] = Deno.args;
const centre = JSON.parse(json) as {
  udp: number;
  rctDeviceId: string;
  sites: { deviceId: string; masterHandle: number; key: string }[];
};
const journal = await openJournal({ path: `${folder}/spt.sqlite` });
const spts = await Promise.all(centre.sites.map(({ deviceId, masterHandle, key }, i) =>
  Spt.open({
    name: `site-${i}`,
    journal: { path: "" },
    adapters: [],
    serial: { socket: "" },
    rct: {
      hostname: "127.0.0.1",
      port: centre.udp,
      responseTimeoutMs: 2000,
      transmissions: 4,
      heartbeatMs: 30_000,
      encryption: "aes-256",
      sessionLifetimeMs: 86_400_000,
      minRegion: 128,
      edition: "2020",
      hash: "sha-256",
      pollMode: "push",
      clock: "own",
    },
    identity: {
      deviceId: Uint8Array.fromHex(deviceId),
      master: {
        rctDeviceId: Uint8Array.fromHex(centre.rctDeviceId),
        masterHandle,
        masterKey: new SecretKey(Uint8Array.fromHex(key)),
      },
    },
    keys: { path: `${folder}/spt-keys.sqlite`, keyFile: undefined },
    commissioning: {
      port: 50137,
      certificate: undefined,
      caFiles: [],
      rctName: undefined,
      validateRct: true,
      legacyDss: false,
    },
    http: undefined,
    inputs: [{
      name: "panel",
      language: "contact-id",
      line: { kind: "network", hostname: "127.0.0.1", port: 0, transport: "tcp" },
      acknowledge: "pass-through",
      account: undefined,
      allow: undefined,
      maxConnections: 8,
      passThroughWaitMs: 20_000,
      quirk: { name: "none", byAccount: {} },
      settings: { language: "contact-id", form: undefined, accountDigits: undefined },
    }],
  }, { log: () => {}, journal, lane: `rct ${i}` })
));
while (spts.some((spt) => spt.pathState !== "connected")) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(JSON.stringify(spts.map((spt) => spt.inputs[0]!.port)));
await new Promise((resolve) => Deno.addSignalListener("SIGTERM", () => resolve(undefined)));
await Promise.all(spts.map((spt) => spt.close()));
await journal.close();
