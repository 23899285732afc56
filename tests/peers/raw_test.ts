/** Our VdS 2465 transmitter at the premises, a raw line between two processes, and iobroker.vds2465-server (MIT) as the AE behind it. */
import { assertEquals } from "@std/assert";
import { Vds2465TcpSender } from "../../adapters/vds2465/mod.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { hex } from "../adapters/vds2465/records.ts";
import { Installed } from "../support/installed.ts";
import { until } from "../support/until.ts";
import { OutputLine } from "./output_line.ts";
import { VdsServer } from "./vds_server.ts";

const SECRET = "00112233445566778899aabbccddeeff";
const ALARMS = [
  ["burglary", "05021103000122 075019140a150a1e05 0554466c757231"],
  ["test", "0040"],
  ["restored", "050211030001a2"],
] as const;

/** Adds a table to a configuration. */
async function append(pair: Installed, role: "spt" | "rct", table: string): Promise<void> {
  await pair.folder.write(`${role}.toml`, `${await pair.folder.read(`${role}.toml`)}\n${table}`);
}

for (const [name, key] of [["plain", undefined], ["AES", { number: 7, key: SECRET }]] as const) {
  Deno.test(`iobroker.vds2465-server behind a raw line takes our alarms, ${name}, each delivered on its own answer`, async () => {
    await using server = await VdsServer.start({
      permanent: true,
      keyNumber: key?.number ?? 0,
      ...(key === undefined ? {} : { key: key.key }),
    });
    await using pair = await Installed.make();
    const port = freePort("tcp");
    const line = '[[raw]]\nname = "vds"\nlanguage = "vds2465-tcp"\nmax_delay = "10s"\n';
    await append(pair, "spt", `${line}listen = "127.0.0.1:${port}"\n`);
    const ae = `role = "connect"\nhost = "127.0.0.1"\nport = ${server.port}\n`;
    await append(pair, "rct", `${line}site = "shop-12"\n${ae}`);
    await using rct = await pair.run("rct");
    await rct.shows('"started"', "err");
    await using _spt = await pair.run("spt");
    await until(() => pair.healthy("spt"), "the path");

    const options = key === undefined ? {} : { key };
    const sender = new Vds2465TcpSender({ ...options, ident: "123456", random: systemRandom() });
    await using panel = await OutputLine.connect(sender, port);
    for (const [id, records] of ALARMS) {
      await until(() => sender.ready, "ready");
      panel.offer({ id, account: "123456", protocol: "vds2465", data: hex(records) });
      await until(() => panel.delivered().includes(id), `${id} delivered`);
    }
    assertEquals([panel.of("refused"), panel.of("absent"), panel.of("stray")], [[], [], []]);
    assertEquals(server.values("Identnummer"), ["123456", "123456", "123456"]);
    assertEquals(server.values("Zeichenfolge"), ["Flur1"]);
  });
}
