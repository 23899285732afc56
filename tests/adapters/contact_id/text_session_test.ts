import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { PanelEffect } from "../../../adapters/contract.ts";
import {
  contactIdDecoder,
  ContactIdSession,
  ContactIdTextFramer,
  parseContactIdText,
} from "../../../adapters/contact_id/mod.ts";
import { ascii, cut } from "./arbitrary.ts";

function sent(effects: PanelEffect[]): string[] {
  return effects.flatMap((effect) => effect.kind === "send" ? [effect.bytes.toHex()] : []);
}

/** Feeds a line, accepts its alarm, and gives event data and answer. */
function told(line: string): string[] {
  const session = new ContactIdSession({ input: "text", defaultAccount: "0042" });
  const [effect] = [...session.feed(ascii(line), 0), ...session.tick(5000)];
  assert(effect?.kind === "alarm", line);
  const { data } = effect.alarm;
  return [String.fromCharCode(...data), ...sent(session.settle(effect.ref, "accepted", 0))];
}

Deno.test("each form is taken, and answered in its own way", () => {
  assertEquals(told("1234181131010158\r\n"), ["123418113101015", "06"]);
  assertEquals(told("[CID2 181401010012843]"), ["CID218140101001", "06"]);
  assertEquals(told("5011 181234E12101001\x14"), ["123418112101001", "06"]);
  assertEquals(told("a011 123418113001015\x14"), ["123418113001015", "06"]);
  assertEquals(told("\n01 1234 18 E131 01 C015 \r"), ["123418113101015", "06"]);
  assertEquals(told("21AAA181130010013\r\n"), ["100018113001001", "32060d0a"]);
  const echo = ascii("me,secret,7701,18113101015\r\n").toHex();
  assertEquals(told("me,secret,7701,18113101015\r\n"), ["770118113101015", echo]);
  assertEquals(told("%03,1456010030$"), ["004218145601003"]);
  assertEquals(told("(1234181131010158)"), ["123418113101015"]);
  assertEquals(told("[#13E3186|1302 01 000]"), ["13E318618130201000"]);
  assertEquals(told("181234113001015\r\n"), ["123418113001015"]);
  assertEquals(told("\x02C12345113101015zz\r"), ["1234518113101015"]);
});

Deno.test("98 is what the panel means by 18, and no mark of a repeat", () => {
  const session = new ContactIdSession();
  const [effect] = session.feed(ascii("123498113101015\r\n"), 0);
  assert(effect?.kind === "alarm");
  assertEquals(effect.alarm.data, ascii("123418113101015"));
  assertEquals(effect.alarm.raw, ascii("123498113101015"));
  assertEquals(effect.alarm.events[0]?.flags, []);
});

Deno.test("an account that EVENT_MSG cannot carry is still an alarm, and spelled out in its event", () => {
  const session = new ContactIdSession({ input: "text" });
  const [effect] = session.feed(ascii("[the old barn behind 18113101015]"), 0);
  assert(effect?.kind === "alarm");
  assertEquals(effect.alarm.events[0]?.account, "the old barn behind");
  assertEquals(effect.alarm.data, ascii("theoldbarnbehind18113101015"));
});

Deno.test("a disturbed message gets a negative answer, and a failed one its own", () => {
  const session = new ContactIdSession({ input: "text" });
  assertEquals(sent(session.feed(ascii("[CID2 181401010012844]"), 0)), ["15"]);
  session.feed(ascii("[CID2 181401010012843]"), 0);
  assertEquals(sent(session.settle(1, "failed", 0)), ["15"]);
  session.feed(ascii("me,secret,7701,18113101015\r\n"), 0);
  assertEquals(session.settle(2, "failed", 0), []);
});

Deno.test("a CSV-IP password is in no event, no refusal, no capture's JSON", () => {
  const lines = ["me,hunter2,7701,18113101015\r\n", "me,hunter2,7701,181\r\n", "me,hunter2\x01,7701,181\r\n"];
  for (const line of lines) {
    const shown: unknown[] = new ContactIdSession({ input: "text" }).feed(ascii(line), 0);
    shown.push(...contactIdDecoder().feed(ascii(line)), parseContactIdText(line));
    const json = JSON.stringify(shown, (_, value) => value instanceof Uint8Array ? value.toHex() : value);
    assertEquals(json.includes("hunter2"), false, json);
    assertEquals(json.includes(ascii("hunter2").toHex()), false, json);
  }
});

const STREAM = "\xff\x01x\r\n1234181131010158\r\n  [CID2 181401010012843][#00AAAA|3407 01 001]\n" +
  "5011 181234E12101001\x14\n01 1234 18 E131 01 C015 \rhello\r\n%03,1456010030$(1234181131010158)\r" +
  "x".repeat(600) + "\nme,pw,7701,18113101015";

Deno.test("any split of a stream gives the same messages, refusals and offsets", () => {
  const all = ascii(STREAM);
  const whole = new ContactIdTextFramer();
  const expected = [...whole.feed(all), ...whole.flush()];
  assertEquals(expected.map((item) => item.kind === "frame" ? item.frame.text.form : item.rule), [
    "noise",
    "plain",
    "climax",
    "adm-cid",
    "sur-gard",
    "ademco-685",
    "unknown-form",
    "envisalink",
    "lifesos",
    "too-long",
    "too-long",
    "too-long",
    "csv-ip",
  ]);
  for (const item of expected.slice(0, -1)) {
    assertEquals(all.slice(item.offset, item.offset + item.raw.length), item.raw);
  }
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
    const framer = new ContactIdTextFramer();
    assertEquals([...cut(all, places).flatMap((part) => framer.feed(part)), ...framer.flush()], expected);
  }));
});

Deno.test("random octets never throw, and memory is bounded", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }), (chunks) => {
    const session = new ContactIdSession({ input: "text" });
    for (const chunk of chunks) session.feed(chunk, 0);
    session.end(1);
  }));
  for (const octet of [0x31, 0x5b, 0x02, 0x80]) {
    const framer = new ContactIdTextFramer();
    for (let i = 0; i < 100; i++) {
      framer.feed(new Uint8Array(1000).fill(octet));
      assert(framer.buffered <= 257);
    }
  }
});
