/** Our DC-09 transmitter, as an output has it, into the receiver of iobroker.sia (MIT) over TCP. */
import { assert, assertEquals } from "@std/assert";
import type { OutputItem } from "../../adapters/contract.ts";
import { dc09Keys, Dc09Sender, type Dc09SenderOptions } from "../../adapters/dc09/mod.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { siteRules } from "../../src/event/translation/mod.ts";
import { hex } from "../adapters/vds2465/records.ts";
import { until } from "../support/until.ts";
import { DatagramLine } from "./datagram_line.ts";
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

/** What the site's table says otherwise. */
const rules: OutputItem["rules"] = (from, to) =>
  siteRules(
    {
      codes: {
        "contact-id": { "contact-id": { "131": { to: "1130" } } },
        vds2465: { sia: { "23": { to: "TA" } } },
      },
      zones: { 15: "115" },
    },
    from,
    to,
    "1234",
  );

/** Alarms that are changed or translated on their way, and how the peer reads them: one message for each event. */
const TRANSLATED: [string, Omit<OutputItem, "events" | "repeated">, string[]][] = [
  ["Contact ID with other numbers and another code", {
    id: "perimeter",
    account: "1234",
    protocol: "contact-id",
    data: new TextEncoder().encode("123418313101015"),
    rules,
  }, ["#1234|3130 01 115"]],
  ["VdS 2465 to SIA", {
    id: "hall",
    account: "1234",
    protocol: "vds2465",
    data: hex("05021103000122 0554466c757231"),
  }, ["#1234|Nri1/BA3|AFlur1"]],
  ["VdS 2465 to SIA, a code that has none", {
    id: "vendor",
    account: "1234",
    protocol: "vds2465",
    data: hex("05021103000170"),
  }, ["#1234|Nri1/UA3|A70 Vendor-specific message"]],
  ["Fast Format of 16 channels to SIA, two events", {
    id: "channels",
    account: "1234",
    protocol: "scancom",
    data: new TextEncoder().encode("123415155555555555557"),
  }, ["#1234|NFA1|AAlarm: fire", "#1234|NBA3|AAlarm: intruder"]],
];

for (const [name, options] of [["in clear", {}], ["AES-128", { sealing }]] as [string, Dc09SenderOptions][]) {
  for (const transport of ["tcp", "udp"] as const) {
    Deno.test({
      name: `iobroker.sia takes translated alarms, ${name}, over ${transport}, and reads what preview says`,
      // On a connection that stays it starts a timer for each answer, and stops the last one only.
      sanitizeOps: transport === "udp",
      sanitizeResources: transport === "udp",
      fn: async () => {
        const encrypted = options.sealing !== undefined;
        await using server = await SiaServer.start(encrypted, transport, false);
        const sender = new Dc09Sender({ ...options, account: "1234", datagram: transport === "udp" });
        await using line = transport === "udp"
          ? await DatagramLine.open(sender, server.port)
          : await OutputLine.connect(sender, server.port);
        const expected: string[] = [];
        for (const [what, item, texts] of TRANSLATED) {
          const seen = line.preview(item);
          assert(seen?.ok === true, what);
          for (const [at, { line: shown }] of seen.lines.entries()) assert(shown.includes(texts[at]!), shown);
          line.offer(item);
          await until(() => line.delivered().includes(item.id), `${what}: delivered`);
          expected.push(...texts);
        }
        await until(() => server.heard.length >= expected.length, "the peer tells what it read");
        assertEquals(server.heard.map((one) => typeof one === "object" ? one.data_message : one), expected);
        assertEquals([line.of("refused"), line.of("absent"), line.of("stray")], [[], [], []]);
      },
    });
  }
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
