/** Our DC-09 transmitter, as an output has it, into the receiver of iobroker.sia (MIT) over TCP. */
import { assert, assertEquals } from "@std/assert";
import { dc09Keys, Dc09Sender, type Dc09SenderOptions } from "../../adapters/dc09/mod.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { until } from "../support/until.ts";
import { OutputLine } from "./output_line.ts";
import { SiaServer } from "./sia_server.ts";

const ALARMS = [
  { id: "burglary", protocol: "sia", data: "#1234|Nri1/BA5", token: "SIA-DCS" },
  { id: "restored", protocol: "sia", data: "#1234|Nri1/BR5", token: "SIA-DCS" },
  { id: "fire", protocol: "contact-id", data: "123418111001015", token: "ADM-CID" },
] as const;

const read = dc09Keys("0123456789ABCDEF");
assert(read.ok && read.keys[0] !== undefined);
// The peer reads the pad as UTF-8 text, so it is given letters; ours may be any octets.
const sealing = {
  key: read.keys[0],
  random: (octets: number) => systemRandom()(octets).map((it) => 0x61 + it % 26),
};

for (const [name, options] of [["in clear", {}], ["AES-128", { sealing }]] as [string, Dc09SenderOptions][]) {
  Deno.test(`iobroker.sia takes our alarms, ${name}, each delivered on its ACK, a connection for each`, async () => {
    const encrypted = options.sealing !== undefined;
    await using server = await SiaServer.start(encrypted, "tcp");
    const sender = new Dc09Sender({ ...options, account: "1234", closeAfterAck: true, firstSequence: 7 });
    for (const [at, { id, protocol, data, token }] of ALARMS.entries()) {
      await using line = await OutputLine.connect(sender, server.port);
      line.offer({ id, account: "1234", protocol, data: new TextEncoder().encode(data) });
      await until(() => !line.open, "the connection is closed behind the answer");
      assertEquals([line.delivered(), line.of("refused"), line.of("absent")], [[id], [], []]);
      await until(() => server.heard.length > at, "the peer tells what it read");
      const heard = server.heard[at];
      assert(typeof heard === "object", String(heard));
      assertEquals([heard.id, heard.seq, heard.act], [
        `${encrypted ? "*" : ""}${token}`,
        `000${7 + at}`,
        "1234",
      ]);
      const text = protocol === "sia" ? data : "#1234|1110 01 015";
      assertEquals(heard.data_message, text);
    }
  });
}

Deno.test("an alarm that iobroker.sia refuses, as it wants encryption, is never delivered", async () => {
  await using server = await SiaServer.start(true, "tcp");
  await using line = await OutputLine.connect(new Dc09Sender(), server.port);
  line.offer({ id: "a", account: "1234", protocol: "sia", data: new TextEncoder().encode("#1234|Nri1/BA5") });
  await until(() => line.of("refused").length + line.of("absent").length > 0, "told");
  assertEquals(line.delivered(), []);
  await until(() => server.heard.length > 0, "the peer tells why");
  assert(String(server.heard[0]).includes("not entcrypted"), String(server.heard[0]));
});
