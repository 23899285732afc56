/** Alarms that DC-09 has no form for, tables of one's own, and what `preview` says of both. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { CarriedProtocol, OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import {
  Dc09Sender,
  type Dc09SenderOptions,
  Dc09Session,
  type Dc09SessionOptions,
} from "../../../adapters/dc09/mod.ts";
import { siaEvents } from "../../../adapters/sia/event_data.ts";
import { readSiteTable } from "../../../src/event/translation/mod.ts";
import { siteRules } from "../../../src/event/translation/site_table.ts";
import { ascii, frame, keysOf, text, zeros } from "./arbitrary.ts";
import { PanelLine } from "./panel_line.ts";

const KEY = keysOf("0123456789ABCDEF")[0]!;
const NOON = Date.UTC(2026, 0, 2, 12);
const BURGLARY_VDS = "05021103000122";

function item(
  id: string,
  protocol: CarriedProtocol,
  data: Uint8Array,
  more: Partial<OutputItem> = {},
): OutputItem {
  return { id, account: "1234", protocol, data, events: [], repeated: false, ...more };
}

const hex = (digits: string) => Uint8Array.fromHex(digits.replaceAll(" ", ""));

function rulesOf(value: unknown): NonNullable<OutputItem["rules"]> {
  const read = readSiteTable(value);
  assert(read.ok, JSON.stringify(read));
  return (from, to) => siteRules(read.table, from, to, "1234");
}

function up(options: Dc09SenderOptions = {}): Dc09Sender {
  const sender = new Dc09Sender(options);
  sender.connected(0);
  return sender;
}

/** What is sent for an alarm, as the contents of its frames, and everything that is told with it. */
function sent(alarm: OutputItem, options: Dc09SenderOptions = {}) {
  const sender = up(options);
  const contents: string[] = [];
  const told: Extract<OutputEffect, { kind: "sent" }>[] = [];
  const ends: string[] = [];
  let effects = sender.offer(alarm, 0);
  while (effects.length > 0) {
    let answer: Uint8Array | undefined;
    for (const effect of effects) {
      if (effect.kind === "send") {
        contents.push(text(effect.bytes).slice(9, -1));
        const [, number = ""] = /^"[^"]*"(\d{4})/.exec(contents.at(-1)!) ?? [];
        answer = frame(`"ACK"${number}L0#1234[]`);
      } else if (effect.kind === "sent") told.push(effect);
      else if (effect.kind === "delivered") ends.push("delivered");
      else if (effect.kind === "refused") ends.push(effect.rule);
    }
    effects = answer === undefined ? [] : sender.feed(answer, 1);
  }
  return { contents, told, ends };
}

Deno.test("VdS 2465 goes as SIA, and what that loses is told with the first attempt, and only there", () => {
  const records = `${BURGLARY_VDS} 075019140a150a1e05 0554466c757231 0356214365`;
  const { contents, told, ends } = sent(item("a", "vds2465", hex(records)));
  assertEquals(contents, [
    '"SIA-DCS"0001L0#1234[#1234|Nti10:30:05/ri1/BA3|AFlur1]',
  ]);
  assertEquals(ends, ["delivered"]);
  assertEquals(told[0]?.lost?.map(({ what }) => what), ["date", "device"]);
  assertEquals(told[0]?.unknown, undefined);
  assertStringIncludes(told[0]?.notes?.join() ?? "", "VdS 2465 22 (Burglary) was written as SIA BA");
  const sender = up({ tries: 2, waitMs: 100 });
  sender.offer(item("a", "vds2465", hex(records)), 0);
  const [again] = sender.tick(100);
  assert(again?.kind === "sent" && again.attempt === 2);
  assertEquals([again.lost, again.notes], [undefined, undefined]);
});

Deno.test("a code without translation goes as the general one with its text, and is counted", () => {
  const { contents, told } = sent(item("a", "vds2465", hex("05021103000170")));
  assertEquals(contents, ['"SIA-DCS"0001L0#1234[#1234|Nri1/UA3|A70 Vendor-specific message]']);
  assertEquals(told[0]?.unknown, 1);
  assertEquals(told[0]?.lost?.some(({ what }) => what === "code"), true);
  // Also what cannot be read at all.
  const rubbish = sent(item("a", "vds2465", ascii("0502")));
  assertStringIncludes(rubbish.contents[0] ?? "", "NUA|A");
  assertEquals(rubbish.ends, ["delivered"]);
});

Deno.test("several events are a message each, with a number each; delivered when all are acknowledged", () => {
  const wide = item("a", "scancom", ascii("123415155555555555557"));
  const { contents, told, ends } = sent(wide);
  assertEquals(contents, [
    '"SIA-DCS"0001L0#1234[#1234|NFA1|AAlarm: fire]',
    '"SIA-DCS"0002L0#1234[#1234|NBA3|AAlarm: intruder]',
  ]);
  assertEquals([ends, told.length, told[1]?.lost, told[1]?.notes], [["delivered"], 2, undefined, undefined]);
});

Deno.test("of several messages one is refused: the others still go, the alarm is refused, and goes again as a whole", () => {
  const sender = up();
  const wide = item("a", "scancom", ascii("123415155555555555557"));
  sender.offer(wide, 0);
  const next = sender.feed(frame('"DUH"0001L0#1234[]'), 1);
  assertEquals(next.map(({ kind }) => kind), ["present", "sent", "send"]);
  assertEquals(sender.ready, false);
  assertEquals(sender.feed(frame('"ACK"0002L0#1234[]'), 2).map((it) => "rule" in it ? it.rule : it.kind), [
    "duh",
  ]);
  sender.offer(wide, 3);
  sender.feed(frame('"DUH"0003L0#1234[]'), 4);
  // The refused one must not get lost with the connection.
  assertEquals(sender.disconnected(5).map((it) => "rule" in it ? it.rule : it.kind), ["disconnected"]);
  sender.connected(6);
  const [, again] = sender.offer(wide, 7);
  assert(again?.kind === "send");
  assertStringIncludes(text(again.bytes), "NFA1");
});

Deno.test("the connection falls between two messages: what was acknowledged is not sent again, the rest with its number", () => {
  const sender = up();
  const wide = item("a", "scancom", ascii("123415155555555555557"));
  sender.offer(wide, 0);
  sender.feed(frame('"ACK"0001L0#1234[]'), 1);
  const [absent] = sender.disconnected(2);
  assert(absent?.kind === "absent" && absent.id === "a");
  sender.connected(3);
  const [told, again] = sender.offer({ ...wide, repeated: true }, 4);
  assert(again?.kind === "send" && told?.kind === "sent");
  assertStringIncludes(text(again.bytes), '"SIA-DCS"0002L0#1234[#1234|NBA3');
  assertEquals(sender.feed(frame('"ACK"0002L0#1234[]'), 5).at(-1), { kind: "delivered", id: "a" });
});

Deno.test("a possible repeat is an old event in what is translated, too", () => {
  const { contents } = sent(item("a", "vds2465", hex(BURGLARY_VDS), { repeated: true }));
  assertEquals(contents, ['"SIA-DCS"0001L0#1234[#1234|Ori1/BA3]']);
});

Deno.test("a table of one's own changes codes and numbers of SIA and Contact ID, and leaves the rest as the panel said it", () => {
  const rules = rulesOf({
    codes: {
      sia: { sia: { BA: "PA" } },
      "contact-id": { "contact-id": { "131": "130" } },
      vds2465: { sia: { "22": "HA" } },
    },
    zones: { 5: "105", 3: "33" },
  });
  const contents = (protocol: CarriedProtocol, data: string | Uint8Array) =>
    sent(item("a", protocol, typeof data === "string" ? ascii(data) : data, { rules })).contents.map((it) =>
      it.slice(13)
    );
  assertEquals(contents("sia", "#1234|Npi010/ri1/BA05|AHall"), ["L0#1234[#1234|Npi010/ri1/PA105|AHall]"]);
  assertEquals(contents("sia", "#1234|Nri1/BR7"), ["L0#1234[#1234|Nri1/PR7]"]);
  assertEquals(contents("contact-id", "123418313101005"), ["L0#1234[#1234|3130 01 105]"]);
  assertEquals(contents("vds2465", hex(BURGLARY_VDS)), ["L0#1234[#1234|Nri1/HA33]"]);
  // What no rule touches goes as its octets.
  assertEquals(contents("sia", "#1234|Nri1FA009 "), ["L0#1234[#1234|Nri1FA009 ]"]);
  assertEquals(contents("contact-id", "123418114001009"), ["L0#1234[#1234|1140 01 009]"]);
  const scancom = rulesOf({ codes: { scancom: { scancom: { "17/5": "17/3" } } } });
  const moved = sent(item("a", "scancom", ascii("1234555515557".padEnd(13, "7")), { rules: scancom }));
  assertEquals(moved.contents, ['"SCN-S8"0001L0#1234[#1234|5515 5555 7]']);
});

Deno.test("preview says what would be sent, octet for octet, and takes no number", () => {
  const rules = rulesOf({ zones: { 5: "105" } });
  const alarms = [
    item("a", "sia", ascii("#1234|Nri1/BA05|AHall"), { rules }),
    item("b", "contact-id", ascii("123418113101005")),
    item("c", "vds2465", hex(BURGLARY_VDS)),
    item("d", "scancom", ascii("123415155555555555557")),
  ];
  for (const options of [{}, { timestamps: true, receiver: "1" }, { sealing: { key: KEY, random: zeros } }]) {
    for (const alarm of alarms) {
      const sender = up(options);
      const seen = [sender.preview(alarm, NOON), sender.preview(alarm, NOON)];
      assertEquals(seen[0], seen[1]);
      const [first] = seen;
      assert(first?.ok === true);
      const [told, send] = sender.offer(alarm, NOON);
      assert(told?.kind === "sent" && send?.kind === "send");
      assertEquals(first.lines[0]?.bytes, send.bytes);
      assertEquals([told.lost ?? [], told.notes ?? []], [first.lost ?? [], first.notes]);
      assertEquals(first.lines.length, alarm.id === "d" ? 2 : 1);
      const shown = first.lines[0]!.line;
      if ("sealing" in options) assertEquals(shown, told.line);
      else assert(shown.startsWith("<LF>") && shown.endsWith("<CR>") && shown.includes(told.line), shown);
      if (alarm.id === "d") assertStringIncludes(first.lines[1]!.line, "0002");
    }
  }
  const sender = up();
  const bad = sender.preview(item("x", "contact-id", ascii("no event")), 0);
  assertEquals(!bad.ok && bad.rule, "unreadable-event");
  assertEquals(new Dc09Sender().preview(alarms[0]!, 0).ok, true, "without a connection, too");
});

const WAYS: [string, Dc09SenderOptions, Dc09SessionOptions][] = [
  ["in clear", {}, {}],
  ["encrypted", { sealing: { key: KEY, random: zeros } }, {
    clear: "refuse",
    encryption: { key: [KEY], random: zeros },
  }],
];
for (const [name, options, session] of WAYS) {
  Deno.test(`a translated alarm arrives with its text, ${name}, over TCP in pieces and in datagrams`, () => {
    for (const datagram of [false, true]) {
      const line = new PanelLine(
        new Dc09Sender({ ...options, datagram }),
        () => new Dc09Session({ ...session, datagrams: datagram }),
        datagram ? {} : { fragment: 1 },
      );
      // "Küche | [2]" in ISO 8859-1.
      line.send(item("a", "vds2465", hex(`${BURGLARY_VDS} 0b544bfc636865207c205b325d`)));
      line.pass(10_000);
      assertEquals(line.delivered, ["a"]);
      const [event] = line.accepted[0]?.events ?? [];
      assertEquals([event?.code, event?.zone, event?.text], ["BA", "3", "Küche ? (2)"]);
    }
  });
}

Deno.test("whatever an alarm holds, it is refused with a reason, or its messages are read back as as many events", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.stringMatching(/^#1234\|N(ri\d\/)?[A-Z]{2}\d{0,4}(\|A[ -~]{0,30})?$/).map(ascii),
    fc.stringMatching(/^1234[1-6]{8}7$/).map(ascii),
    fc.stringMatching(/^1234[1-6]{16}7$/).map(ascii),
  );
  const protocol = fc.constantFrom<CarriedProtocol[]>("sia", "contact-id", "scancom", "vds2465");
  const rules = rulesOf({ codes: { sia: { sia: { BA: "PA" } } }, zones: { 1: "7", 2: "8" } });
  fc.assert(
    fc.property(protocol, data, fc.boolean(), (language, octets, ruled) => {
      const alarm = item("a", language, octets, ruled ? { rules } : {});
      const seen = new Dc09Sender().preview(alarm, NOON);
      if (!seen.ok) {
        assert(seen.message.length > 20, seen.message);
        return;
      }
      for (const { bytes } of seen.lines) {
        const read = siaEvents(ascii(text(bytes).slice(text(bytes).indexOf("[") + 1, -2)));
        assert(read.length >= 1);
      }
      assertEquals(sent(alarm).contents.length, seen.lines.length);
    }),
    { numRuns: 500 },
  );
});
