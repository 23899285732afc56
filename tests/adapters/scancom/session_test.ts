import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { PanelEffect } from "../../../adapters/contract.ts";
import {
  composeScancom,
  encodeScancom,
  parseScancomText,
  scancom,
  scancomDecoder,
  scancomEventData,
  ScancomFramer,
  ScancomSession,
  ScancomSites,
} from "../../../adapters/scancom/mod.ts";
import { ascii, cut, message } from "./arbitrary.ts";

const ALARM = ascii("1234155555557\r\n");
const STILL = ascii("1234655555557\r\n");
const ACK: PanelEffect = { kind: "send", bytes: Uint8Array.of(0x06) };
const NAK: PanelEffect = { kind: "send", bytes: Uint8Array.of(0x15) };

function short(effects: PanelEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return { 6: "ACK", 21: "NAK" }[effect.bytes[0] ?? 0] ?? "?";
    if (effect.kind === "alarm") {
      return `alarm ${effect.ref} ${effect.alarm.events.map(({ code, device = "" }) => code + "@" + device)}`;
    }
    return effect.kind === "refused" ? effect.rule : effect.kind;
  });
}

Deno.test("an alarm is handed over complete and acknowledged only when accepted", () => {
  const session = scancom.session({});
  const [effect, ...rest] = session.feed(ALARM, 0);
  assertEquals(rest, []);
  assert(effect?.kind === "alarm");
  assertEquals(effect.alarm.complete, true);
  assertEquals(effect.alarm.protocol, "scancom");
  assertEquals(effect.alarm.data, ascii("1234155555557"));
  assertEquals(effect.alarm.raw, ascii("1234155555557"));
  assertEquals(effect.alarm.events[0]?.label, "Alarm: fire");
  assertEquals(session.settle(effect.ref, "accepted", 1), [ACK]);
  assertEquals(session.settle(effect.ref, "accepted", 1), []);
});

Deno.test("an alarm that failed makes the same events again; one that was accepted is only still active", () => {
  const session = new ScancomSession();
  assertEquals(short(session.feed(ALARM, 0)), ["alarm 1 17@1"]);
  assertEquals(session.settle(1, "failed", 0), [NAK]);
  assertEquals(short(session.feed(ALARM, 0)), ["alarm 2 17@1"]);
  assertEquals(session.settle(2, "accepted", 0), [ACK]);
  assertEquals(short(session.feed(STILL, 0)), ["alarm 3 57@"]);
});

Deno.test("a message that waits is read with what was accepted before it", () => {
  const session = new ScancomSession();
  assertEquals(short(session.feed(ascii("1234155555557\r1234655555557\r"), 0)), ["alarm 1 17@1"]);
  assertEquals(short(session.settle(1, "accepted", 0)), ["ACK", "alarm 2 57@"]);
  // And with nothing when that one failed.
  const other = new ScancomSession();
  other.feed(ascii("1234155555557\r1234655555557\r"), 0);
  assertEquals(short(other.settle(1, "failed", 0)), ["NAK", "alarm 2 67@1"]);
});

Deno.test("the sites outlive a connection, and each has its own names", () => {
  const sites = new ScancomSites();
  const options = {
    sites,
    channelNames: { "1": "pump" },
    meaningByAccount: { "1234": { channelNames: { "1": "door" }, lowBatteryStatus: false } },
  };
  const first = new ScancomSession(options);
  const [named] = first.feed(ascii("1234155555558\r"), 0);
  assert(named?.kind === "alarm");
  assertEquals(named.alarm.events.map(({ label }) => label), ["Alarm: door"]);
  first.settle(1, "accepted", 0);
  assertEquals(short(new ScancomSession(options).feed(STILL, 0)), ["alarm 1 57@"]);
  const [other] = new ScancomSession(options).feed(ascii("9999155555558\r"), 0);
  assert(other?.kind === "alarm");
  assertEquals(other.alarm.events.map(({ label }) => label), ["Alarm: pump", "Low battery"]);
});

Deno.test("a disturbed message gets a negative answer, but not while an alarm waits for its own", () => {
  const session = new ScancomSession({ accountDigits: 4 });
  assertEquals(short(session.feed(ascii("123415555557\r\n"), 0)), ["wrong-length", "NAK"]);
  session.feed(ALARM, 0);
  assertEquals(short(session.feed(ascii("123415555557\r\n"), 0)), ["wrong-length"]);
});

Deno.test("noise and other languages are counted and not answered", () => {
  const session = new ScancomSession();
  assertEquals(short(session.feed(ascii("\xff\xfe\x01\r"), 0)), ["noise"]);
  assertEquals(short(session.feed(ascii("12\x0134155555557\r"), 0)), ["noise"]);
  assertEquals(short(session.feed(ascii("#1234|NBA01\r"), 0)), ["unknown-form"]);
  assertEquals(short(session.feed(ascii("GET / HTTP/1.1\r\n\r\n"), 0)), ["unknown-form"]);
  assertEquals(short(session.feed(ALARM, 0)), ["alarm 1 17@1"]);
});

Deno.test("a panel without line ends is heard after the gap", () => {
  const session = new ScancomSession({ gapMs: 300 });
  assertEquals(session.feed(ALARM.subarray(0, 13), 1000), []);
  assertEquals(session.nextTick, 1300);
  assertEquals(session.tick(1299), []);
  assertEquals(short(session.tick(1300)), ["alarm 1 17@1"]);
  assertEquals(session.nextTick, undefined);
});

Deno.test("when the connection ends, whole messages are handed over and nothing is sent any more", () => {
  const session = new ScancomSession();
  session.feed(ascii("1234155555557\r1234655555557\r9999155555557"), 0);
  assertEquals(short(session.end(1)), ["alarm 2 67@1", "alarm 3 17@1"]);
  assertEquals(session.settle(2, "accepted", 1), []);
  assertEquals(session.feed(ALARM, 1), []);
  assertEquals(session.end(1), []);
});

Deno.test("a message without account gets the input's, whatever is in it", () => {
  for (const defaultAccount of ["0042", "BÄR|]\n", ""]) {
    const [effect] = new ScancomSession({ defaultAccount }).feed(ascii("[#|1555 5555 7]\r"), 0);
    assert(effect?.kind === "alarm");
    assertEquals(effect.alarm.events[0]?.account, defaultAccount);
    assertEquals(scancomEventData(effect.alarm.data)[0]?.code, "17");
  }
});

Deno.test("each form is named for what it is", () => {
  const forms: [string, string, string, string][] = [
    ["1234155555557", "plain", "1234", "15555555"],
    ["1234 1555 5555 7\r\n", "plain", "1234", "15555555"],
    ["801112 1555 5555 7", "plain", "801112", "15555555"],
    ["80111234 1555 5555 7\x14", "sur-gard", "1234", "15555555"],
    ["8010011234 1555 5555 7\x14", "sur-gard", "1234", "15555555"],
    ["8011123456 1555 5555 5555 5555 7\x14", "sur-gard", "123456", "1555555555555555"],
    ["801112 1555 5555 7\x14", "sur-gard", "12", "15555555"],
    ["\n01 1234 1555 5555 7\r", "ademco-685", "1234", "15555555"],
    ["[#123456|1555 5555 7]", "bracketed", "123456", "15555555"],
    ["#1234|1555 5555 7", "bracketed", "1234", "15555555"],
    ["[#1234|1234 1555 5555 7]", "bracketed", "1234", "15555555"],
    ["[#1234|1234155555557]", "bracketed", "1234", "15555555"],
  ];
  for (const [text, form, account, channels] of forms) {
    const read = parseScancomText(text);
    assert(read.ok, `${text}: ${read.ok ? "" : read.message}`);
    assertEquals<unknown[]>([read.form, read.scancom.account, read.scancom.channels], [
      form,
      account,
      channels,
    ], text);
  }
  const inner = parseScancomText("[#9999|1234 1555 5555 7]");
  assert(inner.ok);
  assertEquals([inner.scancom.account, inner.fields["innerAccount"], inner.flags], ["9999", "1234", [
    "inner-account",
  ]]);
  const wide = parseScancomText("80112345 1555 5555 7\x14", { accountDigits: 2 });
  assert(wide.ok);
  assertEquals([wide.fields["line"], wide.scancom.account], ["123", "45"]);
  assertEquals(parseScancomText("x".repeat(300)).ok, false);
});

Deno.test("a Bosch frame is verified", () => {
  const scancom = { account: "1234", channels: "15555555", status: "7" };
  const text = String.fromCharCode(...encodeScancom(scancom, { form: "bosch-sia" }));
  const read = parseScancomText(text);
  assert(read.ok);
  assertEquals([read.form, read.scancom], ["bosch-sia", scancom]);
  const changed = parseScancomText(text.replace("1555", "5555"));
  assert(!changed.ok);
  assertEquals(changed.rule, "wrong-crc");
  const short = parseScancomText(text.replace("5555 7", "555 7"));
  assert(!short.ok);
  assertEquals(short.rule, "wrong-length");
});

Deno.test("what is written in any form is read as itself", () => {
  fc.assert(fc.property(message, fc.boolean(), (scancom, blanks) => {
    const { account, channels } = scancom;
    for (const form of ["plain", "ademco-685", "bracketed", "bosch-sia"] as const) {
      const read = parseScancomText(String.fromCharCode(...encodeScancom(scancom, { form, blanks })));
      assert(read.ok, form);
      assertEquals([read.form, read.scancom], [form, scancom]);
    }
    const line = encodeScancom(scancom, { form: "sur-gard", line: account.length % 2 === 0 ? "1" : "0A1" });
    const read = parseScancomText(String.fromCharCode(...line), { accountDigits: account.length });
    assert(read.ok && read.form === "sur-gard", `${account} ${channels}`);
    assertEquals(read.scancom, scancom);
  }));
});

const STREAM = "\xff\x00\x01noise\r\n1234 1555 5555 7\r\n\n\n123456155555557\r80111234 1555 5555 7\x14" +
  "\n01 1234 1555 5555 7\r[#123456|1555 5555 7]\r\n12345\r\n  1234655555557\n" + "9".repeat(500) +
  "\r\n1234555555559";

Deno.test("any split of a stream gives the same messages, refusals and offsets", () => {
  const all = ascii(STREAM);
  const whole = new ScancomFramer();
  const expected = [...whole.feed(all), ...whole.flush()];
  assertEquals(expected.map((item) => item.kind === "frame" ? item.frame.form : item.rule), [
    "noise",
    "plain",
    "plain",
    "sur-gard",
    "ademco-685",
    "bracketed",
    "wrong-length",
    "plain",
    "line-too-long",
    "line-too-long",
    "plain",
  ]);
  for (const item of expected) assertEquals(all.slice(item.offset, item.offset + item.raw.length), item.raw);
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
    const framer = new ScancomFramer();
    assertEquals([...cut(all, places).flatMap((part) => framer.feed(part)), ...framer.flush()], expected);
  }));
  const byOne = new ScancomFramer();
  assertEquals(
    [...[...all].flatMap((octet) => byOne.feed(Uint8Array.of(octet))), ...byOne.flush()],
    expected,
  );
});

Deno.test("endless octets are bounded in memory", () => {
  for (const octet of [0x35, 0x01, 0xff, 0x20]) {
    const framer = new ScancomFramer();
    const chunk = new Uint8Array(1000).fill(octet);
    for (let i = 0; i < 100; i++) {
      framer.feed(chunk);
      assert(framer.buffered <= 256);
    }
  }
});

Deno.test("the decoder follows the sites and names what it refuses", () => {
  const decoder = scancomDecoder({ channelNames: { "1": "pump" } });
  const decoded = [
    ...decoder.feed(ascii("1234155555557\r1234655555557\rhello\r80111234 3555 5555 7\x14")),
    ...decoder.end(),
  ];
  assertEquals(
    decoded.map((it) => it.ok ? it.events.map(({ code, label }) => `${code} ${label}`) : it.rule),
    [
      ["17 Alarm: pump"],
      ["57 State report, nothing new"],
      "unknown-form",
      ["37 Restored: pump"],
    ],
  );
  assert(decoded[3]?.ok);
  assertEquals(decoded[3].message["fields"], { receiver: "01", line: "1" });
});

Deno.test("random bytes never throw, and never more is acknowledged than was accepted", () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(ALARM, STILL, ascii("1234155"), ascii("[#|155555557]\r")),
    message.map((each) => encodeScancom(each)),
  );
  fc.assert(fc.property(fc.array(fc.tuple(step, fc.boolean(), fc.boolean()), { maxLength: 20 }), (steps) => {
    const session = new ScancomSession();
    let now = 0, accepted = 0, acknowledged = 0;
    const open: number[] = [];
    const take = (effects: PanelEffect[]) => {
      for (const effect of effects) {
        if (effect.kind === "alarm") {
          assertEquals(open.length, 0);
          open.push(effect.ref);
          assert(effect.alarm.events.length > 0);
        }
        if (effect.kind === "send" && effect.bytes[0] === 0x06) acknowledged++;
      }
    };
    for (const [bytes, settle, good] of steps) {
      take(session.feed(bytes, now));
      const ref = settle ? open.shift() : undefined;
      if (ref !== undefined) {
        if (good) accepted++;
        take(session.settle(ref, good ? "accepted" : "failed", now));
      }
      take(session.tick(now += 700));
      assertEquals(acknowledged, accepted);
    }
  }));
});

Deno.test("a panel's message is made from what changed and what is still active", () => {
  const state = { channels: { "7": "6555555?" } };
  const made = composeScancom({
    account: "1234",
    changes: { 2: "trouble", 4: "opened", 8: "closed" },
    state,
  });
  assertEquals(made, { account: "1234", channels: "60525554", status: "7" });
  assertEquals(composeScancom({ account: "1", count: 32, status: "9" }).channels, "5".repeat(32));
  // What is known of bypasses does not show in a message about alarms.
  assertEquals(
    composeScancom({ account: "1", state: { channels: { "3": "66666666" } } }).channels,
    "55555555",
  );
  for (const changes of [{ 0: "alarm" }, { 9: "alarm" }, { x: "alarm" }] as const) {
    assertThrows(() => composeScancom({ account: "1234", changes }), RangeError, "channel");
  }
  assertThrows(() => composeScancom({ account: "1234", count: 9 }), RangeError, "9 channels");
  assertThrows(() => encodeScancom(made, { receiver: "1" }), RangeError, "receiver");
  assertThrows(() => encodeScancom({ ...made, account: "" }), RangeError, "account");
});
