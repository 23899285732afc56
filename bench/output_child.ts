/**
 * An RCT whose journal holds alarms that wait for one output. Arguments: language, port of the AE, alarms, folder. Prints a line
 * when it waits for the AE, then, each as JSON, when it has delivered the first, a tenth of them, and all.
 */
import { decodeEventData } from "../src/decode/event_data.ts";
import type { OutputConfig } from "../src/config/output_config.ts";
import type { OutputSettings } from "../src/config/output_settings.ts";
import { parseRctConfig } from "../src/config/load.ts";
import { eventId } from "../src/event/event_id.ts";
import { Rct } from "../src/gateway/rct.ts";
import { msToNtp } from "../src/ip/ntp_time.ts";
import { openJournal } from "../src/journal/sqlite_journal.ts";

const [language = "sur-gard", port = "0", count = "1000", folder = "."] = Deno.args;
const EXTRA: Readonly<Record<OutputSettings["language"], string>> = {
  "sur-gard": 'role = "connect"',
  "ademco-685": 'role = "connect"',
  "bosch-6500": 'role = "connect"',
  "dc07": 'role = "connect"',
  "bosch-sia": 'role = "connect"',
  "dc09": "",
  "vds2465-tcp": "",
  "mqtt": "",
  "webhook": `secrets = ["whsec_${btoa("0".repeat(24))}"]`,
};
const where = language === "webhook"
  ? `url = "http://127.0.0.1:${port}/"`
  : `host = "127.0.0.1"\nport = ${port}`;
const read = parseRctConfig(
  `name = "centre"
http = false
[journal]
path = "unused"
[identity]
device_id = "02000000000000000000000000000001"
[[site]]
name = "shop"
device_id = "02000000000000000000000000000002"
output = "ae"
[[output]]
name = "ae"
language = "${language}"
faults = "off"
${where}
${EXTRA[language as OutputConfig["settings"]["language"]]}
`,
  "bench",
);
if (!read.ok) throw new Error(JSON.stringify(read.errors));

const journal = await openJournal({ path: `${folder}/output.sqlite` });
const total = Number(count);
const protocol = language === "vds2465-tcp" ? "vds2465" : "contact-id";
const deviceId = new Uint8Array(16).fill(2);
const start = Date.now();
for (let at = 0; at < total;) {
  const stored: Promise<unknown>[] = [];
  for (const end = Math.min(total, at + 1000); at < end; at++) {
    const zone = String(at % 1000).padStart(3, "0");
    const data = protocol === "vds2465"
      ? Uint8Array.from([0x05, 0x02, 0x11, at % 250, 0x00, 0x01, 0x22, 0x03, 0x56, 0x21, 0x43, 0x65])
      : new TextEncoder().encode(`1234181130${String(at % 100).padStart(2, "0")}${zone}`);
    const time = msToNtp(start) + (BigInt(at) << 16n);
    const id = eventId(deviceId, time);
    const receivedAt = new Date(start);
    const events = decodeEventData(protocol, data).map((event) => ({ ...event, id, receivedAt }));
    const alarm = {
      id,
      lane: "ae",
      origin: "shop",
      account: "1234",
      protocol,
      data,
      raw: data,
      time,
      events,
    } as const;
    stored.push(
      journal.append({ ...alarm, events, open: false, offered: false }, [
        { at: start, step: "received", detail: "bench" },
      ]),
    );
  }
  await Promise.all(stored);
}
const listen = { ...read.config.listen, hostname: "127.0.0.1", port: 0 };
const rct = await Rct.open({ ...read.config, listen }, { log: () => {}, journal });
const milestones = [1, Math.ceil(total / 10), total];
const { promise: emptied, resolve: empty } = Promise.withResolvers<void>();
let delivered = 0;
rct.subscribe((event) => {
  if (event.type !== "hop" || event.hop.step !== "delivered") return;
  delivered++;
  while (milestones[0] !== undefined && delivered >= milestones[0]) {
    milestones.shift();
    console.log(JSON.stringify({ delivered, at: Date.now() }));
  }
  if (milestones.length === 0) empty();
});
console.log("waiting");
await emptied;
await rct.close();
await journal.close();
