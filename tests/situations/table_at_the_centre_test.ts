import { assert, assertEquals } from "@std/assert";
import type { OutputConfig } from "../../src/config/output_config.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import { playAe, type PlayedAe } from "../../src/ae/play_ae.ts";
import { Pair } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";
import { until } from "../support/until.ts";

/** An output of its own port, in place of the first. */
const old: OutputConfig = {
  name: "automation",
  language: "ademco-685",
  line: { kind: "listen", hostname: "127.0.0.1", port: 0, allow: undefined },
  faults: "off",
  faultAccount: "0000",
  settings: {
    language: "ademco-685",
    receiver: "1",
    line: "1",
    heartbeatMs: 5000,
    waitMs: undefined,
    nakLimit: undefined,
    addressLetter: undefined,
    previous: undefined,
    mark98: undefined,
    trailingBlank: undefined,
    terminator: undefined,
    form: undefined,
  },
};

Deno.test("from the panel to an AE of another language: the site table's code, zone and account, and what was lost", async () => {
  await using pair = await Pair.open({
    adjust: (_spt, rct) => {
      rct.outputs[0] = old;
      rct.translation = {
        zones: { 7: "107" },
        codes: { sia: { "contact-id": { BA: { to: "1131" } } } },
        outputs: { automation: { accounts: { map: { "4321": "0099" } } } },
      };
    },
  });
  const lines: string[] = [];
  const place = {
    kind: "connect",
    hostname: "127.0.0.1",
    port: pair.rct.outputs.find(({ name }) => name === "automation")!.port,
  } as const;
  const ae: PlayedAe = await playAe({ language: "ademco-685", place }, (news) => {
    if (news.kind === "message" && news.record.kind === "alarm") {
      lines.push(new TextDecoder().decode(news.record.raw));
    }
  });
  try {
    // SIA DC-03: account block and event block with column parity.
    const block = (code: string, data: string): number[] => {
      const octets = [0xc0 | data.length, ...new TextEncoder().encode(code + data)];
      return [...octets, octets.reduce((parity, octet) => parity ^ octet, 0xff)];
    };
    const sia = panelAt(pair.ports.sia);
    assert(await sia.send(Uint8Array.from(block("#", "4321")), () => true));
    assert(await sia.send(Uint8Array.from(block("N", "ri2/BA7")), () => true));
    await until(() => lines.length === 1, "the SIA alarm");
    const digits = panelAt(pair.ports.contactId);
    assert(await digits.send(new TextEncoder().encode("1234181131010158\r\n"), isAck));
    await until(() => lines.length === 2, "the Contact ID alarm");
    sia.close();
    digits.close();
  } finally {
    await ae.close();
  }
  assertEquals(lines, ["\n11 0099 18 E131 02 C107 \r", "\n11 1234 18 E131 01 C015 \r"]);
  const [native, translated] = await pair.rct.alarms(2);
  assertEquals(native?.alarm.events[0]?.lost, undefined);
  assertEquals(translated?.alarm.events.map(({ code, zone, account }) => [code, zone, account]), [[
    "BA",
    "7",
    "4321",
  ]]);
  const [output] = (await pair.rct.status(Date.now())).outputs;
  assertEquals([output?.counters["delivered"], output?.counters["unknown-codes"] ?? 0], [2, 0]);
});
