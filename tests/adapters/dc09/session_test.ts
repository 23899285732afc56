import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import type { PanelEffect } from "../../../adapters/contract.ts";
import {
  dc09,
  dc09Fault,
  Dc09Framer,
  type Dc09Key,
  Dc09Session,
  type Dc09SessionOptions,
  parseDc09,
  writeDc09,
  writeFrame,
  writeTimestamp,
} from "../../../adapters/dc09/mod.ts";
import { ScancomSites } from "../../../adapters/scancom/mod.ts";
import { DC09_REPEAT_WINDOW } from "../../../adapters/dc09/repeats.ts";
import { DC09_MAX_OPEN } from "../../../adapters/dc09/session.ts";
import { keysShown } from "../../support/key_search.ts";
import { ascii, dc09Message, frame, frameOf, keysOf, text, zeros } from "./arbitrary.ts";

const NOW = Date.UTC(2026, 0, 2, 12);
const SETTING = "0123456789ABCDEF";
const KEYS = keysOf(SETTING);
const KEY = KEYS[0] as Dc09Key;
const ALARM = '"SIA-DCS"0001R1L2#1234[#1234|Nri1/BA5]';

function kinds(effects: PanelEffect[]): string[] {
  return effects.map((it) => it.kind === "refused" ? it.rule : it.kind);
}

function sent(effects: PanelEffect[]): string[] {
  return effects.flatMap((it) => it.kind === "send" ? [text(it.bytes)] : []);
}

function flags(effects: PanelEffect[]): string[] {
  const [alarm] = effects.filter((it) => it.kind === "alarm");
  assert(alarm?.kind === "alarm");
  return alarm.alarm.events[0]?.flags ?? [];
}

/** The answers, taken apart; encrypted ones are opened. */
function answers(effects: PanelEffect[], keys: readonly Dc09Key[] = KEYS) {
  return effects.filter((it) => it.kind === "send").map((it) => {
    const [item] = new Dc09Framer().feed(it.bytes);
    assert(item?.kind === "frame");
    assertEquals(item.raw, it.bytes);
    const read = parseDc09(item.frame.content, () => keys);
    assert(read.ok);
    return read.message;
  });
}

function sealed(content: Partial<Parameters<typeof writeDc09>[0]> & { data: string }, key = KEY) {
  return writeFrame(writeDc09({
    id: "SIA-DCS",
    encrypted: true,
    sequence: "0001",
    line: "0",
    account: "1234",
    extended: [],
    encoding: "ascii",
    timestamp: writeTimestamp(NOW),
    ...content,
  }, { key, random: zeros }));
}

function encrypting(more: Partial<Dc09SessionOptions> = {}): Dc09SessionOptions {
  return { encryption: { key: KEYS, random: zeros }, ...more };
}

Deno.test("an alarm is handed over complete, and acknowledged only when it is accepted", () => {
  const session = new Dc09Session();
  const [effect, ...rest] = session.feed(frame(ALARM), NOW);
  assertEquals(rest, []);
  assert(effect?.kind === "alarm");
  const { alarm } = effect;
  assertEquals([alarm.protocol, alarm.complete, text(alarm.data)], ["sia", true, "#1234|Nri1/BA5"]);
  assertEquals(alarm.raw, frame(ALARM));
  assertEquals([alarm.events[0]?.account, alarm.events[0]?.area, alarm.events[0]?.zone], ["1234", "1", "5"]);
  assertEquals(session.nextTick, undefined);
  assertEquals(sent(session.settle(effect.ref, "accepted", NOW)), [text(frame('"ACK"0001R1L2#1234[]'))]);
  assertEquals(session.settle(effect.ref, "accepted", NOW), []);
});

Deno.test("an alarm that failed gets a NAK with our time, and its repetition is a new alarm", () => {
  const session = dc09.session({});
  session.feed(frame(ALARM), NOW);
  assertEquals(sent(session.settle(1, "failed", NOW)), ['\n10780025"NAK"0000R0L0A0[]_12:00:00,01-02-2026\r']);
  const [again] = session.feed(frame(ALARM), NOW + 5000);
  assert(again?.kind === "alarm");
  assertEquals([again.ref, again.alarm.events[0]?.flags], [2, []]);
});

Deno.test("the answer repeats R, L and account as they were spelled, and leaves out what was not there", () => {
  for (
    const [asked, answer] of [
      ['"NULL"0000L0#1409[]_20:38:07,08-27-2026', '"ACK"0000L0#1409[]'], // home-assistant/core issue 180511
      ['"NULL"0001L#7303658550[]', '"ACK"0001L#7303658550[]'],
      ['"NULL"0002#0123[]', '"ACK"0002#0123[]'],
      ['"NULL"0247R4F39L4F39#4F39[]', '"ACK"0247R4F39L4F39#4F39[]'],
      ['"NULL"6616R0L0#foc7688[]', '"ACK"6616R0L0#foc7688[]'],
      ['"NULL"0000R000001L[]', '"ACK"0000R000001L[]'],
    ] as const
  ) {
    const effects = new Dc09Session().feed(frame(asked), NOW);
    assertEquals(kinds(effects), ["poll", "send"]);
    assertEquals(sent(effects), [text(frame(answer))]);
  }
});

Deno.test("a binary CRC is answered with a binary CRC", () => {
  const session = new Dc09Session();
  const effects = session.feed(writeFrame(ascii('"NULL"0000L0#1234[]'), "binary"), NOW);
  assertEquals(sent(effects), [text(writeFrame(ascii('"ACK"0000L0#1234[]'), "binary"))]);
});

Deno.test("polls are answered while alarms are open, and say how the clock is", () => {
  const session = new Dc09Session();
  session.feed(frame(ALARM), NOW);
  const [poll, answer] = session.feed(frame('"NULL"0000L0#1234[]_11:59:30,01-02-2026'), NOW);
  assertEquals(poll, { kind: "poll", account: "1234", detail: "NULL 0000, clock 30 s behind" });
  assertEquals(answer?.kind, "send");
});

Deno.test("an encrypted question gets an encrypted answer, with our time, under the panel's own way to write the key", () => {
  const hex = keysOf("00112233445566778899AABBCCDDEEFF");
  for (const [keys, key] of [[KEYS, KEY], [hex, hex[0]], [hex, hex[1]]] as const) {
    assert(key !== undefined);
    const session = new Dc09Session({ encryption: { key: keys, random: zeros } });
    const [alarm] = session.feed(sealed({ data: "Nri1/BA5" }, key), NOW);
    assert(alarm?.kind === "alarm");
    assertEquals(alarm.alarm.events[0]?.flags, []);
    const [answer] = answers(session.settle(alarm.ref, "accepted", NOW + 1000), [key]);
    assertEquals([answer?.id, answer?.encrypted, answer?.sequence, answer?.account, answer?.line], [
      "ACK",
      true,
      "0001",
      "1234",
      "0",
    ]);
    assertEquals([answer?.timestamp, answer?.data, answer?.quirks], ["12:00:01,01-02-2026", "", []]);
  }
});

Deno.test("a wrong key, no key and a broken cipher are named, and answered with DUH in clear", () => {
  const question = sealed({ data: "#1234|Nri1/BA5" }, keysOf("FEDCBA9876543210")[0]);
  const wrong = new Dc09Session(encrypting()).feed(question, NOW);
  assertEquals(kinds(wrong), ["wrong-key", "send"]);
  assertEquals(sent(wrong), [text(frame('"DUH"0001L0#1234[]'))]);
  assertMatch(wrong[0]?.kind === "refused" ? wrong[0].message : "", /The key is not the panel's/);
  assertEquals(kinds(new Dc09Session().feed(question, NOW)), ["no-key", "send"]);
  assertEquals(kinds(new Dc09Session(encrypting()).feed(frame('"*SIA-DCS"0001L0#1234[ABCDEF'), NOW)), [
    "bad-cipher",
    "send",
  ]);
  for (const rule of ["wrong-key", "no-key", "bad-cipher"]) assertEquals(dc09Fault(rule), "key");
});

Deno.test("keys by account; case and leading zeros do not matter; a wrong account costs no alarm", () => {
  const other = keysOf("another key 4567");
  const keys = new Map([["00aBc", KEYS], ["9999", other]]);
  const session = () => new Dc09Session({ encryption: { keys, random: zeros }, accounts: ["ABC", "9999"] });
  assertEquals(flags(session().feed(sealed({ account: "ABC", data: "NBA1" }), NOW)), []);
  assertEquals(flags(session().feed(sealed({ account: "9999", data: "NBA1" }, other[0]), NOW)), []);
  assertEquals(kinds(session().feed(sealed({ account: "9999", data: "NBA1" }), NOW)), ["wrong-key", "send"]);
  assertEquals(flags(session().feed(sealed({ account: "9989", data: "NBA1" }, other[0]), NOW)), [
    "unknown-account",
  ]);
  const strange = session().feed(sealed({ account: "9989", data: "NBA1" }, keysOf("x".repeat(16))[0]), NOW);
  assertEquals(kinds(strange), ["unknown-account", "send"]);
});

Deno.test("alarms in clear of an account with a key are kept and flagged, or refused where that is set", () => {
  const keep = new Dc09Session(encrypting());
  assertEquals(flags(keep.feed(frame(ALARM), NOW)), ["not-encrypted"]);
  const [poll] = keep.feed(frame('"NULL"0000L0#1234[]'), NOW);
  assertEquals(poll, { kind: "poll", account: "1234", detail: "NULL 0000, not-encrypted" });
  const refuse = new Dc09Session(encrypting({ clear: "refuse" }));
  const effects = [...refuse.feed(frame(ALARM), NOW), ...refuse.feed(frame('"NULL"0000L0#1234[]'), NOW)];
  assertEquals(kinds(effects), ["not-encrypted", "send", "not-encrypted", "send"]);
  assertEquals(answers(effects).map((it) => it.id), ["DUH", "DUH"]);
});

Deno.test("an alarm with a wrong clock is kept and flagged; the window is 40 s behind to 20 s ahead", () => {
  const stamped = (seconds: number) =>
    frame(`"SIA-DCS"0001L0#1234[#1234|NBA5]_${writeTimestamp(NOW + seconds * 1000)}`);
  for (
    const [seconds, expected] of [[-41, true], [-40, false], [0, false], [20, false], [21, true]] as const
  ) {
    const off = flags(new Dc09Session().feed(stamped(seconds), NOW)).includes("clock-off");
    assertEquals(off, expected, `${seconds} s`);
  }
  // field-needs.md 42: a panel whose clock is in 2014.
  const session = new Dc09Session();
  const effects = session.feed(frame('"SIA-DCS"0001L0#1234[#1234|NBA5]_10:00:00,01-02-2014'), NOW);
  assertEquals(flags(effects), ["clock-off"]);
  assertEquals(answers(session.settle(1, "accepted", NOW)).map((it) => it.id), ["ACK"]);
});

Deno.test("only where it is set, a wrong clock gets a NAK with our time", () => {
  const session = new Dc09Session({ clock: "nak" });
  const effects = session.feed(frame('"SIA-DCS"0001L0#1234[#1234|NBA5]_11:58:00,01-02-2026'), NOW);
  assertEquals(kinds(effects), ["clock", "send"]);
  assertEquals(sent(effects), ['\n10780025"NAK"0000R0L0A0[]_12:00:00,01-02-2026\r']);
  assertMatch(effects[0]?.kind === "refused" ? effects[0].message : "", /120 s behind/);
  assertEquals(kinds(session.feed(frame('"SIA-DCS"0001L0#1234[#1234|NBA5]_12:00:00,01-02-2026'), NOW)), [
    "alarm",
  ]);
  assertEquals(kinds(session.feed(frame('"SIA-DCS"0002L0#1234[#1234|NBA5]'), NOW)), ["alarm"]);
});

Deno.test("the same message before its acknowledgement is a repeat, answered once", () => {
  const session = new Dc09Session();
  session.feed(frame(ALARM), NOW);
  assertEquals(session.feed(frame(ALARM), NOW + 5000), [{ kind: "repeat", ref: 1 }]);
  assertEquals(answers(session.settle(1, "accepted", NOW + 6000)).length, 1);
});

Deno.test("the same message after its acknowledgement is answered again and is no second alarm", () => {
  const session = new Dc09Session();
  session.feed(frame(ALARM), NOW);
  session.settle(1, "accepted", NOW);
  for (let at = 1; at <= 20; at++) {
    const effects = session.feed(frame(ALARM), NOW + at * 60_000);
    assertEquals(kinds(effects), ["repeat", "send"]);
    assertEquals(answers(effects)[0]?.id, "ACK");
  }
  assertEquals(kinds(session.feed(frame(ALARM), NOW + 20 * 60_000 + DC09_REPEAT_WINDOW + 1)), ["alarm"]);
});

Deno.test("a panel that does not count loses no alarm: the same octets again are an alarm, marked", () => {
  const same = frame('"SIA-DCS"0000L0#1234[#1234|NBA5]');
  const session = new Dc09Session();
  session.feed(same, NOW);
  assertEquals(session.feed(same, NOW + 1), [{ kind: "repeat", ref: 1 }]);
  session.settle(1, "accepted", NOW + 2);
  assertEquals(flags(session.feed(same, NOW + 5000)), ["possible-duplicate"]);
  // With a time in it, the same octets are the same alarm.
  const stamped = frame('"SIA-DCS"0000L0#1234[#1234|NBA5]_12:00:00,01-02-2026');
  session.feed(stamped, NOW + 6000);
  session.settle(3, "accepted", NOW + 6000);
  assertEquals(kinds(session.feed(stamped, NOW + 7000)), ["repeat", "send"]);
});

Deno.test("a panel that sends different alarms with one number is taken for one that does not count", () => {
  const one = frame('"SIA-DCS"0001L0#1234[#1234|NBA5]'), two = frame('"SIA-DCS"0001L0#1234[#1234|NBR5]');
  const session = new Dc09Session();
  for (const [at, bytes] of [one, two].entries()) {
    session.feed(bytes, NOW);
    session.settle(at + 1, "accepted", NOW);
  }
  assertEquals(flags(session.feed(one, NOW + 5000)), ["possible-duplicate"]);
});

Deno.test("the same number and data with a later time is kept, and marked", () => {
  const session = new Dc09Session();
  session.feed(frame('"SIA-DCS"0007L0#1234[#1234|NBA5]_12:00:00,01-02-2026'), NOW);
  session.settle(1, "accepted", NOW);
  const later = frame('"SIA-DCS"0007L0#1234[#1234|NBA5]_12:00:10,01-02-2026');
  assertEquals(flags(session.feed(later, NOW + 10_000)), ["possible-duplicate"]);
});

Deno.test("an encrypted message that is padded anew is still a repeat", () => {
  const session = new Dc09Session(encrypting());
  const bytes = (octet: number) =>
    writeFrame(writeDc09({
      id: "SIA-DCS",
      encrypted: true,
      sequence: "0007",
      line: "0",
      account: "1234",
      data: "NBA5",
      extended: [],
      encoding: "ascii",
      timestamp: writeTimestamp(NOW),
    }, { key: KEY, random: (count) => new Uint8Array(count).fill(octet) }));
  session.feed(bytes(1), NOW);
  session.settle(1, "accepted", NOW);
  const again = session.feed(bytes(2), NOW);
  assertEquals(kinds(again), ["repeat", "send"]);
  assertEquals(answers(again)[0]?.encrypted, true);
});

Deno.test("a panel that restarts and counts from the beginning loses no alarm", () => {
  const session = new Dc09Session();
  for (let at = 0; at < 10; at++) {
    const number = String(1 + at % 5).padStart(4, "0");
    const effects = session.feed(frame(`"SIA-DCS"${number}L0#1234[#1234|NBA${at}]`), NOW + at);
    assertEquals(kinds(effects), ["alarm"]);
    session.settle(at + 1, "accepted", NOW + at);
  }
});

Deno.test("queued alarms are handed over at once and answered each with its own number", () => {
  const session = new Dc09Session();
  const all = Uint8Array.from(
    [1, 2, 3].flatMap((at) => [...frame(`"SIA-DCS"000${at}L0#1234[#1234|NBA${at}]`)]),
  );
  assertEquals(kinds(session.feed(all, NOW)), ["alarm", "alarm", "alarm"]);
  const order = [2, 1, 3].flatMap((ref) => answers(session.settle(ref, "accepted", NOW)));
  assertEquals(order.map((it) => it.sequence), ["0002", "0001", "0003"]);
});

Deno.test("more open alarms than the limit are refused unanswered", () => {
  const session = new Dc09Session();
  const rules: string[] = [];
  for (let at = 0; at < DC09_MAX_OPEN + 3; at++) {
    rules.push(...kinds(session.feed(frame(`"SIA-DCS"${1000 + at}L0#1234[#1234|NBA${at}]`), NOW)));
  }
  assertEquals(rules.filter((it) => it === "alarm").length, DC09_MAX_OPEN);
  assertEquals(rules.slice(DC09_MAX_OPEN), new Array<string>(3).fill("too-many-waiting"));
});

Deno.test("a token that is not known gets a DUH, unless its data can be read", () => {
  const session = new Dc09Session(encrypting());
  const strange = session.feed(frame('"SIA-PUL"0001L0#1234[#1234|5 3]'), NOW);
  assertEquals(kinds(strange), ["unknown-token", "send"]);
  assertEquals(sent(strange), [text(frame('"DUH"0001L0#1234[]'))]);
  const secret = session.feed(sealed({ id: "SIA-PUL", data: "#1234|5 3" }), NOW);
  assertEquals(answers(secret).map((it) => [it.id, it.encrypted]), [["DUH", true]]);
  assertEquals(flags(session.feed(frame('"HIK"0001L0#1234[#1234|1130 01 015]'), NOW)), [
    "not-encrypted",
    "unknown-token",
  ]);
});

Deno.test("an answer is never answered: two receivers do not talk for ever", () => {
  for (
    const content of ['"ACK"0001L0#1234[]', '"DUH"0001L0#1234[]', '"NAK"0000R0L0A0[]', '"*ACK"0001L0#1234[00']
  ) {
    const effects = new Dc09Session().feed(frame(content), NOW);
    assertEquals(effects.map((it) => it.kind), ["refused"], content);
  }
});

Deno.test("what is damaged gets no answer; what follows is read", () => {
  const session = new Dc09Session();
  const bad = frame(ALARM);
  bad[30] = (bad[30] ?? 0) ^ 1;
  assertEquals(kinds(session.feed(bad, NOW)), ["wrong-crc"]);
  assertEquals(kinds(session.feed(frame(ALARM), NOW)), ["alarm"]);
});

Deno.test("a frame without CR is taken after a short silence, half a frame is given up after a long one", () => {
  const session = new Dc09Session();
  assertEquals(session.feed(frame(ALARM).subarray(0, -1), NOW), []);
  assertEquals(session.nextTick, NOW + 200);
  assertEquals(session.tick(NOW + 199), []);
  assertEquals(flags(session.tick(NOW + 200)), ["missing-cr"]);
  assertEquals(session.nextTick, undefined);
  session.feed(frame(ALARM).subarray(0, 30), NOW + 300);
  assertEquals(session.nextTick, NOW + 10_300);
  assertEquals(kinds(session.tick(NOW + 10_300)), ["truncated"]);
});

Deno.test("in datagrams each is read by itself; half a frame never joins the next", () => {
  const session = new Dc09Session({ datagrams: true });
  const bytes = frame('"NULL"0000L0#1234[]');
  assertEquals(kinds(session.feed(bytes.subarray(0, 12), NOW)), ["truncated"]);
  assertEquals(kinds(session.feed(bytes.subarray(12), NOW)), ["noise"]);
  assertEquals(kinds(session.feed(bytes, NOW)), ["poll", "send"]);
  assertEquals(kinds(session.feed(bytes.subarray(1, -1), NOW)), ["poll", "send"]);
  assertEquals(session.nextTick, undefined);
});

Deno.test("it closes only where that is set, and only when everything is acknowledged", () => {
  const session = new Dc09Session({ closeAfterAck: true });
  const two = Uint8Array.from([...frame('"SIA-DCS"0001L0#1[NBA1]'), ...frame('"SIA-DCS"0002L0#1[NBA2]')]);
  session.feed(two, NOW);
  assertEquals(kinds(session.settle(1, "accepted", NOW)), ["send"]);
  assertEquals(kinds(session.settle(2, "accepted", NOW)), ["send", "close"]);
  const open = new Dc09Session();
  open.feed(frame(ALARM), NOW);
  assertEquals(kinds(open.settle(1, "accepted", NOW)), ["send"]);
});

Deno.test("accounts: the head's before the data's, or the other way where that is set; zeros and none are no account", () => {
  const account = (content: string, options: Dc09SessionOptions = {}) => {
    const [effect] = new Dc09Session(options).feed(frame(content), NOW);
    assert(effect?.kind === "alarm");
    return [effect.alarm.events[0]?.account, ...effect.alarm.events[0]?.flags ?? []];
  };
  assertEquals(account('"SIA-DCS"0001L0#AAAA[#00AAAA|NBA1]'), ["AAAA"]);
  assertEquals(account('"SIA-DCS"0001L0#ABCD[#0000|NBA1]'), ["ABCD"]);
  assertEquals(account('"SIA-DCS"0001L0#ABCD[#1234|NBA1]'), ["ABCD", "other-account-in-data"]);
  assertEquals(account('"SIA-DCS"0001L0#ABCD[#1234|NBA1]', { account: "data" }), [
    "1234",
    "other-account-in-data",
  ]);
  assertEquals(account('"SIA-DCS"0001L0#ABCD[#0000|NBA1]', { account: "data" }), ["ABCD"]);
  assertEquals(account('"SIA-DCS"0001L0[#1234|NBA1]'), ["1234"]);
  assertEquals(account('"SIA-DCS"0001L0[NBA1]', { defaultAccount: "77" }), ["77"]);
  assertEquals(account('"SIA-DCS"0001L0[NBA1]'), ["", "no-account"]);
});

Deno.test("when the connection ends a frame without CR is still handed over, and nothing is sent any more", () => {
  const session = new Dc09Session();
  session.feed(frame(ALARM).subarray(0, -1), NOW);
  assertEquals(kinds(session.end(NOW)), ["alarm"]);
  assertEquals(session.settle(1, "accepted", NOW), []);
  assertEquals(session.feed(frame(ALARM), NOW), []);
  assertEquals(session.end(NOW), []);
});

Deno.test("no key in any effect, in any form", () => {
  const setting = "Rm4tQz8LwK2pXv6N";
  const keys = keysOf(setting);
  const session = new Dc09Session({ encryption: { key: keys, random: zeros }, clear: "refuse" });
  const seen: unknown[] = [session];
  const inputs = [
    sealed({ data: "#1234|NBA1" }, keys[0]),
    sealed({ data: "#1234|NBA1" }),
    frame(ALARM),
    frame('"*SIA-DCS"0001L0#1234[ABCDEF'),
    sealed({ id: "SIA-PUL", data: "x" }, keys[0]),
  ];
  for (const bytes of inputs) seen.push(session.feed(bytes, NOW));
  seen.push(session.settle(1, "accepted", NOW));
  const shown = Deno.inspect(seen, { depth: 20, iterableLimit: 1000, showHidden: true });
  assert(shown.includes("wrong-key"));
  assertEquals(keysShown(ascii(shown), [ascii(setting)]), []);
});

Deno.test("random streams never throw, memory stays bounded, and no ACK goes out before its alarm is accepted", () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    dc09Message.map((message) => frameOf(message, KEY)),
    fc.constantFrom(frame(ALARM), frame('"NULL"0000L0#1234[]'), frame(ALARM).subarray(0, 20)),
  );
  const options = fc.record({
    clear: fc.constantFrom("keep" as const, "refuse" as const),
    clock: fc.constantFrom("keep" as const, "nak" as const),
    datagrams: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 20 }), options, (steps, more) => {
      const session = new Dc09Session(encrypting(more));
      let now = NOW;
      const open: number[] = [];
      const take = (effects: PanelEffect[]) => {
        for (const effect of effects) {
          if (effect.kind === "alarm") {
            open.push(effect.ref);
            assert(effect.alarm.events.length > 0 && effect.alarm.complete);
          }
        }
        const acks = answers(effects).filter((it) => it.id === "ACK").length;
        const polls = effects.filter((it) => it.kind === "poll").length;
        const repeats = effects.filter((it) => it.kind === "repeat").length;
        assert(acks >= polls && acks <= polls + repeats);
      };
      for (const [bytes, good] of steps) {
        take(session.feed(bytes, now));
        const ref = open.shift();
        if (ref !== undefined) {
          const [answer, ...others] = answers(session.settle(ref, good ? "accepted" : "failed", now));
          assertEquals([answer?.id, others], [good ? "ACK" : "NAK", []]);
        }
        now += 3000;
        take(session.tick(now));
      }
      for (const effect of session.end(now)) assert(effect.kind !== "send" && effect.kind !== "close");
    }),
    { numRuns: 300 },
  );
});

Deno.test("SCN-S8: a channel that is still active is an event once, over connections, and only by what was accepted", () => {
  const sites = new ScancomSites();
  const meaningOf = (account: string) => ({ channelNames: { 1: `Kiln of ${account}` } });
  let sequence = 0;
  const events = (digits: string, outcome: "accepted" | "failed") => {
    const session = new Dc09Session({ sites, meaningOf });
    const [alarm] = session.feed(frame(`"SCN-S8"000${++sequence}L0#1234[#1234|${digits}]`), NOW);
    assert(alarm?.kind === "alarm");
    session.settle(alarm.ref, outcome, NOW);
    return alarm.alarm.events.map((event) => `${event.code} ${event.label}`);
  };
  assertEquals(events("1555 5555 7", "failed"), ["17 Alarm: Kiln of 1234"]);
  assertEquals(events("6555 5555 7", "accepted"), ["67 Still active, reported before: Kiln of 1234"]);
  assertEquals(events("6515 5555 7", "accepted"), ["17 Alarm: channel 3"]);
  assertEquals(events("5565 5555 7", "accepted"), ["57 Restored: Kiln of 1234"]);
});

Deno.test("the connection is closed for the accounts that want it, and stays open for the others", () => {
  const session = new Dc09Session({ closeAfterAck: ["00abcd"] });
  const poll = (account: string) => kinds(session.feed(frame(`"NULL"0000L0#${account}[]`), NOW));
  assertEquals(poll("1234"), ["poll", "send"]);
  assertEquals(poll("ABCD"), ["poll", "send", "close"]);
});
