import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseEventData, scancomEventData, writeEventData } from "../../../adapters/scancom/event_data.ts";
import { parseScancom, type ScancomLayout, writeScancom } from "../../../adapters/scancom/message.ts";
import { ascii, message } from "./arbitrary.ts";

function rule(text: string, layout: ScancomLayout = {}): string {
  const read = parseScancom(text, layout);
  return read.ok ? "ok" : read.rule;
}

Deno.test("the length says where the account ends, where only one layout has it", () => {
  const layouts = [[2, 8], [3, 8], [4, 8], [5, 8], [6, 8], [2, 16], [4, 16], [6, 16], [6, 24], [
    6,
    32,
  ]] as const;
  for (const [account, channels] of layouts) {
    const text = "1".repeat(account) + "5".repeat(channels) + "7";
    const read = parseScancom(text);
    assert(read.ok, text);
    assertEquals(read.scancom, { account: "1".repeat(account), channels: "5".repeat(channels), status: "7" });
    assertEquals(read.flags, account === 5 ? ["ambiguous-form"] : []);
  }
  for (const length of [1, 10, 16, 17, 18, 20, 22, 24, 30, 32, 38, 40, 100]) {
    assertEquals(rule("5".repeat(length)), "wrong-length", String(length));
  }
});

Deno.test("a layout that is set must be met: a lost digit never moves the channels", () => {
  const good = "123456155555557";
  assertEquals(rule(good, { accountDigits: 6 }), "ok");
  assertEquals(rule(good, { accountDigits: 6, channelCount: 8 }), "ok");
  for (let at = 0; at < good.length; at++) {
    const lost = good.slice(0, at) + good.slice(at + 1);
    assertEquals(rule(lost, { accountDigits: 6 }), "wrong-length");
    assertEquals(rule(lost, { accountDigits: 6, channelCount: 8 }), "wrong-length");
  }
  assertEquals(rule(good, { accountDigits: 4 }), "wrong-length");
  assertEquals(rule(good, { channelCount: 16 }), "wrong-length");
  assertEquals(rule("1234" + "5".repeat(16) + "7", { channelCount: 16 }), "ok");
  assertEquals(rule("123" + "5".repeat(16) + "7", { accountDigits: 3 }), "ok");
});

Deno.test("blanks between the parts say how long the account is", () => {
  const read = parseScancom("123 5555 5555 5555 5555 7");
  assert(read.ok);
  assertEquals(read.scancom.account, "123");
  assertEquals(rule("12345 1555 5555 7"), "ok");
  assertEquals(
    parseScancom("12345 1555 5555 7").ok && rule("12345 1555 5555 7", { accountDigits: 4 }),
    "wrong-length",
  );
});

Deno.test("a checksum, where one is set, is verified by the rule of Contact ID", () => {
  const scancom = { account: "1234", channels: "15555555", status: "7" };
  const text = writeScancom(scancom, { checksum: true });
  assertEquals(text.length, 14);
  const read = parseScancom(text, { checksum: true });
  assert(read.ok);
  assertEquals(read.scancom, scancom);
  assertEquals(read.flags, []);
  // Any single changed digit is noticed, but for digits whose values are equal modulo 15.
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + (text.charAt(at) === "2" ? "3" : "2") + text.slice(at + 1);
    assertEquals(rule(changed, { checksum: true }), "wrong-checksum", changed);
  }
  assertEquals(rule("1234 1555 5555 7", { checksum: true }), "wrong-length");
});

Deno.test("each refusal has its name and says what to do", () => {
  assertEquals(rule(" "), "empty");
  assertEquals(rule("1234x55555557"), "bad-digit");
  const read = parseScancom("12345", { accountDigits: 6, channelCount: 8 });
  assert(!read.ok);
  assertStringIncludes(read.message, "account 6, channels 8");
  assertStringIncludes(read.message, "account_digits");
});

Deno.test("what is written is read as itself, with and without blanks and checksum", () => {
  fc.assert(fc.property(message, fc.boolean(), fc.boolean(), (scancom, blanks, checksum) => {
    const text = writeScancom(scancom, { blanks, checksum });
    const layout = { accountDigits: scancom.account.length, ...(checksum ? { checksum } : {}) };
    const read = parseScancom(text, layout);
    assert(read.ok, text);
    assertEquals(read.scancom, scancom);
  }));
});

Deno.test("parts that the format does not have are not written", () => {
  const good = { account: "1234", channels: "15555555", status: "7" };
  for (
    const bad of [{ account: "1" }, { account: "12345G" }, { channels: "1555" }, { channels: "1555555X" }, {
      status: "",
    }]
  ) {
    assertThrows(() => writeScancom({ ...good, ...bad }), RangeError);
  }
  assertThrows(() => writeEventData({ ...good, channels: "1" }), RangeError);
  assertThrows(() => writeEventData({ ...good, status: "77" }), RangeError);
});

Deno.test("event data is read as itself, whatever the account", () => {
  const account = fc.oneof(message.map((each) => each.account), fc.stringMatching(/^[!-Z^-{}~]{0,16}$/));
  fc.assert(fc.property(message, account, (scancom, other) => {
    const wanted = { ...scancom, account: other };
    const read = parseEventData(writeEventData(wanted));
    assert(read.ok, JSON.stringify(wanted));
    assertEquals(read.scancom, wanted);
  }));
  assertEquals(
    writeEventData({ account: "a|b]\n", channels: "55555555", status: "7" }),
    ascii("#ab|555555557"),
  );
});

Deno.test("event data that cannot be read is an event that says so; anything at all gives an event", () => {
  const [event, ...rest] = scancomEventData(ascii("hello\x00"));
  assertEquals(rest, []);
  assertEquals([event?.code, event?.text, event?.flags], ["", "hello", ["no-account", "unreadable-event"]]);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
    assert(scancomEventData(data).length > 0);
  }));
});
