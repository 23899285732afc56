/**
 * Many SPTs in one process, sharing one journal, for the bench. Arguments: what `rct_child.ts` printed, folder. Prints the
 * TCP ports panels connect to.
 */
import { parseSptConfig } from "../src/config/load.ts";
import { Spt } from "../src/gateway/spt.ts";
import { openJournal } from "../src/journal/sqlite_journal.ts";

const [json = "{}", folder = "."] = Deno.args;
const centre = JSON.parse(json) as {
  udp: number;
  rctDeviceId: string;
  sites: { deviceId: string; masterHandle: number; key: string }[];
};
const journal = await openJournal({ path: `${folder}/spt.sqlite` });
const spts = await Promise.all(centre.sites.map(({ deviceId, masterHandle, key }, i) => {
  const read = parseSptConfig(
    `name = "site-${i}"
http = false
[rct]
host = "127.0.0.1"
port = ${centre.udp}
[identity]
device_id = "${deviceId}"
rct_device_id = "${centre.rctDeviceId}"
master_handle = "${masterHandle.toString(16).padStart(8, "0")}"
master_key = "${key}"
[[input]]
name = "panel"
language = "contact-id"
listen = "127.0.0.1:1"
acknowledge = "pass-through"
quirk = "none"
`,
    "bench",
  );
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  const inputs = read.config.inputs.map((input) => ({
    ...input,
    line: { kind: "network" as const, hostname: "127.0.0.1", port: 0, transport: "tcp" as const },
  }));
  return Spt.open({ ...read.config, inputs }, { log: () => {}, journal, lane: `rct ${i}` });
}));
while (spts.some((spt) => spt.pathState !== "connected")) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(JSON.stringify(spts.map((spt) => spt.inputs[0]!.port)));
await new Promise((resolve) => Deno.addSignalListener("SIGTERM", () => resolve(undefined)));
await Promise.all(spts.map((spt) => spt.close()));
await journal.close();
