/** Our VdS 2465 transmitter, as an output has it, into iobroker.vds2465-server (MIT) over TCP. */
import { assert, assertEquals } from "@std/assert";
import type { OutputItem } from "../../adapters/contract.ts";
import { Vds2465TcpSender, type Vds2465TcpSenderOptions } from "../../adapters/vds2465/mod.ts";
import { siteRules } from "../../src/event/translation/mod.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { hex } from "../adapters/vds2465/records.ts";
import { until } from "../support/until.ts";
import { OutputLine } from "./output_line.ts";
import { type VdsDevice, VdsServer } from "./vds_server.ts";

const SECRET = "00112233445566778899aabbccddeeff";
const ALARMS = [
  ["burglary", "05021103000122 075019140a150a1e05 0554466c757231"],
  ["test", "0040"],
  ["restored", "050211030001a2"],
] as const;
const PATIENCE = 20_000;

const ways: [string, Vds2465TcpSenderOptions, VdsDevice][] = [
  ["plain", {}, { permanent: true, keyNumber: 0 }],
  ["AES", { key: { number: 7, key: SECRET } }, { permanent: true, keyNumber: 7, key: SECRET }],
];
for (const [name, options, device] of ways) {
  Deno.test(`iobroker.vds2465-server takes our alarms, ${name}, each delivered on its answer`, async () => {
    await using server = await VdsServer.start(device);
    const sender = new Vds2465TcpSender({ ...options, ident: "123456", random: systemRandom() });
    await using line = await OutputLine.connect(sender, server.port);
    for (const [id, records] of ALARMS) {
      await until(() => sender.ready, "ready", PATIENCE);
      line.offer({ id, account: "123456", protocol: "vds2465", data: hex(records) });
      await until(() => line.delivered().includes(id), `${id} delivered`, PATIENCE);
    }
    assertEquals(line.delivered(), ALARMS.map(([id]) => id));
    assertEquals([line.of("refused"), line.of("absent"), line.of("stray")], [[], [], []]);
    assertEquals(server.values("Identnummer"), ["123456", "123456", "123456"]);
    assertEquals(server.values("Zeichenfolge"), ["Flur1"]);
    assertEquals(server.values("Testmeldung").length, 1);
    const changes = server.records.filter(({ Typ }) => Typ === "Meldung Zustandsaenderung");
    assertEquals(changes.map(({ Meldungsart }) => Meldungsart), [0x22, 0xa2]);
  });
}

const ascii = (text: string) => new TextEncoder().encode(text);

for (const [name, options, device] of ways) {
  Deno.test(`iobroker.vds2465-server takes SIA, Contact ID and Fast Format as records, ${name}`, async () => {
    await using server = await VdsServer.start(device);
    const sender = new Vds2465TcpSender({ ...options, random: systemRandom() });
    await using line = await OutputLine.connect(sender, server.port);
    const rules: OutputItem["rules"] = (from, to) =>
      siteRules(
        { codes: { "contact-id": { vds2465: { "131": { to: "23" } } } }, zones: { 15: "115" } },
        from,
        to,
        "",
      );
    const alarms: Omit<OutputItem, "events" | "repeated">[] = [
      { id: "sia", account: "123456", protocol: "sia", data: ascii("#9|Nri1/BA3/FA4|AFlur1") },
      { id: "perimeter", account: "123456", protocol: "contact-id", data: ascii("123418113101015"), rules },
      { id: "closing", account: "123456", protocol: "contact-id", data: ascii("123418340101007") },
      { id: "channel", account: "123456", protocol: "scancom", data: ascii("1234553555557".padEnd(13, "7")) },
    ];
    const payloads: string[] = [];
    for (const alarm of alarms) {
      const seen = line.preview(alarm);
      assert(seen?.ok === true);
      payloads.push(...seen.lines.map((one) => one.line));
      await until(() => sender.ready, "ready", PATIENCE);
      line.offer(alarm);
      await until(() => line.delivered().includes(alarm.id), `${alarm.id} delivered`, PATIENCE);
    }
    assertEquals([line.of("refused"), line.of("absent"), line.of("stray")], [[], [], []]);
    assertEquals(line.of("sent").map((one) => one.line), payloads);
    assertEquals(line.of("sent").map(({ lost = [] }) => lost.map(({ what }) => what)), [
      [],
      [],
      [],
      ["user"],
      [],
    ]);
    assertEquals(server.values("Identnummer"), Array(5).fill("123456"));
    assertEquals(server.values("Zeichenfolge"), ["Flur1", "Flur1", "Restored: intruder"]);
    const changes = server.records.filter(({ Typ }) => Typ === "Meldung Zustandsaenderung");
    assertEquals(changes.map(({ Meldungsart }) => Meldungsart), [0x22, 0x10, 0x23, 0x61, 0xa2]);
    assertEquals(changes.map(({ Adresse }) => Adresse), [3, 4, 115, 7, 3]);
  });
}

Deno.test("an alarm under a key that iobroker.vds2465-server does not have is not delivered", async () => {
  await using server = await VdsServer.start({ permanent: true, keyNumber: 8, key: SECRET });
  const key = { number: 7, key: SECRET };
  const sender = new Vds2465TcpSender({ ident: "123456", random: systemRandom(), key });
  await using line = await OutputLine.connect(sender, server.port);
  await until(() => !line.open || sender.ready, "the centre has spoken", PATIENCE);
  if (sender.ready) {
    line.offer({ id: "a", account: "123456", protocol: "vds2465", data: hex("0402110300 22") });
  }
  await until(() => !line.open, "the centre has hung up", PATIENCE);
  assertEquals([line.delivered(), server.records], [[], []]);
});
