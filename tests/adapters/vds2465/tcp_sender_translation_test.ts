/** Alarms of other languages, tables of one's own and other accounts towards a centre, and what `preview` says of them. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { CarriedProtocol, OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import { vds2465EventData } from "../../../adapters/vds2465/event_data.ts";
import { Vds2465TcpSender } from "../../../adapters/vds2465/tcp_sender.ts";
import { Vds2465TcpSession } from "../../../adapters/vds2465/tcp_session.ts";
import { IK } from "../../../adapters/vds2465/tcp_telegram.ts";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { readSiteTable, siteRules } from "../../../src/event/translation/mod.ts";
import { PanelLine } from "../dc09/panel_line.ts";
import { hex } from "./records.ts";
import { SECRET, TcpPeer } from "./tcp_peer.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const IDENT = "0356214365";

function item(protocol: CarriedProtocol, data: Uint8Array, more: Partial<OutputItem> = {}): OutputItem {
  return { id: "a", account: "123456", protocol, data, events: [], repeated: false, ...more };
}

function rulesOf(value: unknown): NonNullable<OutputItem["rules"]> {
  const read = readSiteTable(value);
  assert(read.ok, JSON.stringify(read));
  return (from, to) => siteRules(read.table, from, to, "123456");
}

/** Payloads that an alarm goes out as, and its losses. */
function preview(alarm: OutputItem) {
  const seen = new Vds2465TcpSender({ ident: "777" }).preview(alarm, 0);
  assert(seen.ok, JSON.stringify(seen));
  return { lines: seen.lines.map(({ line }) => line), lost: seen.lost?.map(({ what }) => what) ?? [], seen };
}

function said(effects: OutputEffect[]): string[] {
  return effects.filter(({ kind }) => kind !== "send")
    .map((it) => it.kind + ("id" in it ? ` ${it.id}` : "") + ("rule" in it ? ` ${it.rule}` : ""));
}

/** A sender whose centre has synchronised and polls once. */
function up(): {
  sender: Vds2465TcpSender;
  peer: TcpPeer;
  feed: (bytes: Uint8Array, now: number) => OutputEffect[];
} {
  const sender = new Vds2465TcpSender({ random: () => hex("000000a0"), serviceRequest: false });
  const peer = new TcpPeer(5);
  const feed = (bytes: Uint8Array, now: number) => {
    const effects = sender.feed(bytes, now);
    for (const effect of effects) if (effect.kind === "send") peer.hear(effect.bytes);
    return effects;
  };
  sender.connected(0);
  feed(peer.write(IK.SYNC_REQUEST, "01"), 1);
  feed(peer.write(IK.POLL), 2);
  assert(sender.ready);
  return { sender, peer, feed };
}

Deno.test("SIA, Contact ID and Fast Format become records: address, time, text, ident number", () => {
  const event: EventDraft = {
    account: "9",
    language: "sia",
    code: "BA",
    qualifier: "new",
    label: "Burglary Alarm",
    area: "2",
    zone: "015",
    text: "Tür",
    occurredAt: new Date("2026-01-02T12:30:05Z"),
    flags: [],
    raw: new Uint8Array(),
  };
  const full = preview(item("sia", ascii("#9|Nri2/BA015"), { events: [event] }));
  assertEquals(full.lines, [
    "0502120f000122" + "07501a1401020c1e05" + "035454fc72" + IDENT,
  ]);
  assertEquals(full.lost, []);
  assertEquals(preview(item("contact-id", ascii("123418313002015"))).lines, [`0502120f0001a2${IDENT}`]);
  assertEquals(preview(item("scancom", ascii("1234155555557"))).lines, [
    `05021001000110${hex54("Alarm: fire")}${IDENT}`,
  ]);
});

/** A record 54. */
function hex54(text: string): string {
  return `${text.length.toString(16).padStart(2, "0")}54${ascii(text).toHex()}`;
}

Deno.test("what VdS 2465 cannot say is listed: account, user, letters, a year, the length of a text", () => {
  const of = (more: Partial<EventDraft>, account = "123456") =>
    preview(item("sia", ascii("#9|NBA1"), {
      account,
      events: [{
        account: "9",
        language: "sia",
        code: "BA",
        qualifier: "new",
        label: "",
        flags: [],
        raw: new Uint8Array(),
        ...more,
      }],
    }));
  assertEquals(of({ user: "7" }).lost, ["user"]);
  assertEquals(of({ text: "Улица" }).lost, ["text"]);
  const long = of({ text: "x".repeat(300), occurredAt: new Date(0) });
  assertEquals(long.lost, ["text"]);
  assertEquals(long.seen.lines[0]!.bytes.length, 7 + 9 + 202 + 5);
  assertEquals(of({ occurredAt: new Date("+012026-01-01T00:00:00Z") }).lost, ["time"]);
  assertEquals(of({ occurredAt: new Date(NaN) }).lost, []);
  // The ident number of the output stands in for letters.
  assertEquals([of({ account: "AB" }, "AB").lost, of({ account: "AB" }, "AB").lines[0]!.slice(-8)], [[
    "account",
  ], "025677f7"]);
  assertEquals(of({}, "1234567890123").lost, ["account-length"]);
  const unknown = preview(item("contact-id", ascii("123418116801000")));
  assertEquals([unknown.lost, unknown.seen.unknown], [["code"], 1]);
  assertStringIncludes(unknown.lines[0]!, hex54("168"));
});

Deno.test("VdS 2465 stays what it was to the octet; another account, code or point of the table is put in, the rest stays", () => {
  const telegram = hex(`010180 05024203010222 075019140a150a1e05 0554466c757231 ${IDENT} 016190`);
  const as = (more: Partial<OutputItem>) => preview(item("vds2465", telegram, more)).lines;
  assertEquals(as({}), [telegram.toHex()]);
  assertEquals(as({ rules: rulesOf({ zones: { 999: "7" } }) }), [telegram.toHex()]);
  assertEquals(as({ account: "777" }), [telegram.toHex().replace(IDENT, "025677f7")]);
  assertEquals(as({ account: "AB" }), [telegram.toHex()]);
  const code = rulesOf({ codes: { vds2465: { vds2465: { "22": "23" } } }, areas: { 2: "5" } });
  assertEquals(as({ rules: code }), [telegram.toHex().replace("4203010222", "4503010223")]);
  // Address and supplement are one number: 769.
  const point = rulesOf({ zones: { 769: "1330" } });
  assertEquals(as({ rules: point }), [telegram.toHex().replace("4203010222", "4205320222")]);
  const test = preview(
    item("vds2465", hex(`0040 ${IDENT}`), {
      rules: rulesOf({ codes: { vds2465: { vds2465: { ST40: "60" } } } }),
    }),
  );
  assertEquals(test.lines, [`05021000000160${IDENT}`]);
  const { lost } = preview(item("vds2465", telegram, { rules: code }));
  assertEquals(lost, []);
});

Deno.test("losses are told with the first telegram only; several events are a telegram each, delivered when all are", () => {
  const { sender, peer, feed } = up();
  const alarm = item("sia", ascii("#9|Nri1/id7/BA3/FA400"));
  sender.offer(alarm, 3);
  const first = feed(peer.write(IK.POLL), 4);
  assertEquals(said(first), ["sent a"]);
  const [told] = first;
  assert(told?.kind === "sent");
  assertEquals([told.line, told.lost?.map(({ what }) => what)], [`05021103000122${IDENT}`, [
    "user",
    "user",
    "zone",
  ]]);
  assertEquals(sender.ready, false);
  assertEquals(said(feed(peer.write(IK.PAYLOAD, "05031103000122"), 5)), []);
  assertEquals(sender.ready, false);
  const [second] = feed(peer.write(IK.POLL), 6);
  assert(second?.kind === "sent");
  assertEquals([second.line, second.lost, second.notes], [`05021101900110${IDENT}`, undefined, undefined]);
  // The acknowledgement of the first, once more.
  assertEquals(said(feed(peer.write(IK.PAYLOAD, "05031103000122"), 7)), ["stray unexpected-acknowledgement"]);
  assertEquals(said(feed(peer.write(IK.PAYLOAD, "05031101900110"), 8)), ["delivered a"]);
  assertEquals(sender.ready, true);
});

Deno.test("one of several telegrams is refused: the others go, the alarm is refused; a lost connection gives all of it back", () => {
  const { sender, peer, feed } = up();
  const alarm = item("sia", ascii("#9|Nri1/BA3/FA4"));
  sender.offer(alarm, 3);
  feed(peer.write(IK.POLL), 4);
  assertEquals(said(feed(peer.write(IK.PAYLOAD, "02111102"), 5)), []);
  assertEquals(said(feed(peer.write(IK.POLL), 6)), ["sent a"]);
  assertEquals(said(feed(peer.write(IK.PAYLOAD, "05031104000110"), 7)), ["refused a error-02"]);
  sender.offer(alarm, 8);
  feed(peer.write(IK.POLL), 9);
  feed(peer.write(IK.PAYLOAD, "05031103000122"), 10);
  assertEquals(said(sender.disconnected(11)), ["absent a disconnected"]);
  assertEquals(sender.ready, false);
});

Deno.test("the centre hangs up behind the first of two telegrams: the alarm goes back, and is not called delivered", () => {
  const { sender, peer, feed } = up();
  sender.offer(item("sia", ascii("#9|Nri1/BA3/FA4")), 3);
  feed(peer.write(IK.POLL), 4);
  const effects = feed(peer.write(IK.PAYLOAD, "05031103000122 00ff"), 5);
  assertEquals(said(effects).filter((it) => !it.startsWith("close")), ["absent a disconnected"]);
});

Deno.test("preview changes nothing, and says the payload that then goes out", () => {
  const { sender, peer, feed } = up();
  const alarm = item("contact-id", ascii("123418113101015"));
  const seen = sender.preview(alarm, 3);
  assertEquals(sender.preview(alarm, 3), seen);
  assertEquals(sender.ready, true);
  sender.offer(alarm, 4);
  const [told] = feed(peer.write(IK.POLL), 5);
  assert(seen.ok && told?.kind === "sent");
  assertEquals([seen.lines[0]?.line, seen.lines[0]?.bytes], [told.line, peer.heard.at(-1)?.payload]);
  assertEquals(seen.lost, told.lost);
  const bad = sender.preview(item("vds2465", hex("0502")), 6);
  assertEquals(!bad.ok && bad.rule, "truncated-record");
});

for (const key of [undefined, { number: 7, key: SECRET }]) {
  Deno.test(`translated alarms arrive at our own centre with text and time, ${key === undefined ? "plain" : "AES"}`, () => {
    const line = new PanelLine(
      new Vds2465TcpSender(key === undefined ? {} : { key }),
      () => new Vds2465TcpSession({ firstCounter: 5, ...(key === undefined ? {} : { keys: { 7: SECRET } }) }),
    );
    line.send(
      item("sia", ascii("#9|Nti10:30/ri1/BA3/FA4|AFlur")),
      { ...item("contact-id", ascii("123418340101007")), id: "b" },
    );
    line.pass(60_000);
    assertEquals(line.delivered, ["a", "b"]);
    const events = line.accepted.flatMap(({ events }) => events);
    assertEquals(events.map(({ account, code, area }) => [account, code, area]), [
      ["123456", "22", "1"],
      ["123456", "10", "1"],
      ["123456", "61", "1"],
    ]);
    assertEquals(events[1]?.text, "Flur");
  });
}

Deno.test("whatever an alarm holds, it is refused with a reason, or every telegram holds one event that can be read", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.stringMatching(/^#1234\|N(ri\d\/)?[A-Z]{2}\d{0,5}(\/[A-Z]{2}\d{0,4})?(\|A[ -~]{0,80})?$/).map(ascii),
    fc.stringMatching(/^1234[1-6]{8}7$/).map(ascii),
    fc.stringMatching(/^1234(18|98)[136][1-6]\d{7}$/).map(ascii),
  );
  const protocol = fc.constantFrom<CarriedProtocol[]>("sia", "contact-id", "scancom", "vds2465");
  const rules = rulesOf({
    codes: { sia: { vds2465: { BA: "24" } }, vds2465: { vds2465: { "22": "23" } } },
    zones: { 1: "70000" },
  });
  fc.assert(
    fc.property(protocol, data, fc.boolean(), (language, octets, ruled) => {
      const seen = new Vds2465TcpSender().preview(item(language, octets, ruled ? { rules } : {}), 0);
      if (!seen.ok) return assert(seen.message.length > 20, seen.message);
      for (const { bytes } of seen.lines) {
        assert(bytes.length <= 255);
        const events = vds2465EventData(bytes);
        if (language !== "vds2465") assertEquals([events.length, events[0]?.account], [1, "123456"]);
      }
    }),
    { numRuns: 500 },
  );
});
