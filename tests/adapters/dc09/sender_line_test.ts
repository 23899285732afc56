/** The sender against our own receiver session, on a line that loses, delays, repeats and breaks. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { CarriedProtocol, OutputItem } from "../../../adapters/contract.ts";
import {
  Dc09Sender,
  type Dc09SenderOptions,
  Dc09Session,
  type Dc09SessionOptions,
} from "../../../adapters/dc09/mod.ts";
import { ascii, keysOf, text, zeros } from "./arbitrary.ts";
import { fates, PanelLine, verdicts } from "./panel_line.ts";

const KEY = keysOf("0123456789ABCDEF")[0]!;
const SEALING = { key: KEY, random: zeros };

function item(id: string, data: string, protocol: CarriedProtocol = "sia", account = "1234"): OutputItem {
  return { id, account, protocol, data: ascii(data), events: [], repeated: false };
}

const BURGLARY = item("a", "#1234|Nri1/BA5");

Deno.test("letters, brackets and repeats: texts arrive as they were, and end nothing early", () => {
  const cp437 = Uint8Array.of(
    ...ascii("#1234|Nri1/BA5|AK"),
    0x81,
    ...ascii("che ][ \r\n_12:00:00,01-02-2026"),
  );
  const line = new PanelLine(new Dc09Sender(), () => new Dc09Session());
  line.send({ ...BURGLARY, data: cp437 }, { ...item("b", "#1234|Nri1/BA6"), repeated: true });
  line.pass(1000);
  assertEquals(line.delivered, ["a", "b"]);
  assertEquals(line.accepted[0]?.events[0]?.text, "Küche )( _12:00:00,01-02-2026");
  assertEquals(text(line.accepted[1]?.data), "#1234|Ori1/BA6");
});

const ALL: [CarriedProtocol, (zone: number) => string][] = [
  ["sia", (zone) => `#1234|Nri1/BA${zone}|AHall`],
  ["contact-id", (zone) => `12341811300100${zone % 10}`],
  ["scancom", (zone) => `1234155555${zone % 10}5${zone % 7}`],
];

const WAYS: [string, Dc09SenderOptions, Dc09SessionOptions][] = [
  ["in clear", {}, {}],
  ["with times", { timestamps: true, receiver: "1" }, { clock: "nak" }],
  ["encrypted", { sealing: SEALING }, {
    clear: "refuse",
    clock: "nak",
    encryption: { key: [KEY], random: zeros },
  }],
];

for (const [name, options, session] of WAYS) {
  Deno.test(`every language arrives as it was sent, ${name}, over TCP in pieces and in datagrams`, () => {
    for (const datagram of [false, true]) {
      const line = new PanelLine(
        new Dc09Sender({ ...options, datagram, account: "1234", supervisionMs: 30_000 }),
        () => new Dc09Session({ ...session, datagrams: datagram }),
        datagram ? {} : { fragment: 1 },
      );
      const items = ALL.map(([protocol, data], at) => item(`${at}`, data(at + 1), protocol));
      line.send(...items);
      line.pass(100_000);
      assertEquals(
        line.accepted.map(({ protocol, data }) => [protocol, text(data)]),
        items.map((it) => [it.protocol, text(it.data)]),
      );
      assertEquals(line.delivered, ["0", "1", "2"]);
      assertEquals(line.log.filter((it) => /^(absent|stray|close)/.test(it)), []);
      assertEquals(line.heard.filter((it) => it === "poll").length, 3);
      assert(line.accepted.every(({ events }) => events.every(({ flags }) => !flags.includes("clock-off"))));
    }
  });
}

Deno.test("over TCP, any breaks, delays and failures: every alarm has one end, and is delivered only if it was accepted", () => {
  fc.assert(
    fc.property(
      fates(["cut"], 50_000),
      verdicts,
      fc.nat(WAYS.length - 1),
      fc.nat(8),
      (each, outcomes, way, count) => {
        const [, options, session] = WAYS[way]!;
        const line = new PanelLine(new Dc09Sender(options), () => new Dc09Session(session), {
          fates: each,
          verdicts: outcomes,
        });
        line.send(...Array.from({ length: count }, (_, at) => item(`${at}`, `#1234|Nri1/BA${at}`)));
        line.finish(4_000_000);
        line.check(({ data }) => text(data));
        // Only a NAK refuses here.
        assertEquals(line.log.filter((it) => it.startsWith("refused") && !it.endsWith("nak-limit")), []);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("in datagrams, any losses, copies and delays: every alarm has one end, and is accepted once", () => {
  fc.assert(
    fc.property(fates(["lost", "twice"], 30_000), fc.nat(8), (each, count) => {
      const line = new PanelLine(
        new Dc09Sender({ datagram: true }),
        () => new Dc09Session({ datagrams: true }),
        { fates: each },
      );
      line.send(...Array.from({ length: count }, (_, at) => item(`${at}`, `#1234|Nri1/BA${at}`)));
      line.finish(4_000_000);
      line.check(({ data }) => text(data));
      assertEquals(line.delivered.length, count);
      assertEquals(line.accepted.length, count, line.log.join("\n"));
    }),
    { numRuns: 60 },
  );
});
