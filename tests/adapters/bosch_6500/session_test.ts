import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Bosch6500Ae } from "../../../adapters/bosch_6500/ae_simulator.ts";
import { bosch6500Session, type Bosch6500SessionOptions } from "../../../adapters/bosch_6500/session.ts";
import { anyBehaviour } from "../../delivery/behaviours.ts";
import { contactId, sia } from "../../support/alarm.ts";
import { ascii } from "../../support/ascii.ts";
import { VirtualLine } from "../../support/virtual_line.ts";
import { previewsWhatItSends } from "../line_output_contract.ts";
import { deliversInTheEnd, firstAccounts } from "../output_session_contract.ts";

const BURGLARY = contactId("a", "703718113001004");
const FIRE = sia("b", "#1234|Nri1/FA01");
const LINE_A = "a011 703718113001004\x14";
const LINE_B = "S011[#1234|Nri1/FA01]\x14";
const LINK_TEST = "1010           @    \x14";
const OFF = { heartbeatMs: 0 };

function alarmsOf(ae: Bosch6500Ae): string[] {
  return ae.alarms.map(({ raw }) => new TextDecoder().decode(raw));
}

Deno.test("an AE that answers gets every alarm once, in order, whatever the fragments", () => {
  for (const fragment of [1, 3, 7, Infinity]) {
    const ae = new Bosch6500Ae();
    const line = new VirtualLine(bosch6500Session(), ae, fragment);
    line.connect();
    line.add(BURGLARY, FIRE);
    line.pass(2000);
    assertEquals(line.delivered, ["a", "b"]);
    assertEquals(alarmsOf(ae), [LINE_A, LINE_B]);
    assertEquals(line.log, ["present", "delivered", "delivered"]);
  }
});

Deno.test("an idle line carries a link test every 30 s, with the receiver's number and line 0", () => {
  const ae = new Bosch6500Ae();
  const line = new VirtualLine(bosch6500Session({ receiver: "07", line: "3" }), ae);
  line.connect();
  line.pass(95_000);
  assertEquals(ae.records.map(({ at }) => at - 1_000_000), [0, 30_000, 60_000, 90_000]);
  assertEquals(new TextDecoder().decode(ae.records[0]?.raw), LINK_TEST.replace("101", "107"));
});

Deno.test("three NAKs in a row and the alarm is refused, the next goes; two are repeats", () => {
  const ae = new Bosch6500Ae({ behaviour: { kind: "nak", times: 3 }, heartbeats: { kind: "ack" } });
  const line = new VirtualLine(bosch6500Session(), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  line.pass(10_000);
  assertEquals([line.refused, line.delivered], [["a"], ["b"]]);
  ae.behaviour = { kind: "nak", times: 2 };
  line.add(contactId("c", "703718113001006"));
  line.pass(5000);
  assertEquals(line.delivered, ["b", "c"]);
});

Deno.test("NAKs that are not in a row do not add up", () => {
  const ae = new Bosch6500Ae({ behaviour: { kind: "nak", times: 2 }, heartbeats: { kind: "ack" } });
  const line = new VirtualLine(bosch6500Session(), ae);
  line.connect();
  line.add(BURGLARY);
  // The third transmission is on its way and stays without an answer.
  ae.behaviour = { kind: "silent" };
  line.pass(1000);
  ae.behaviour = { kind: "nak", times: 2 };
  line.pass(10_000);
  assertEquals([line.refused, line.delivered], [[], ["a"]]);
});

Deno.test("an octet that is no answer: the same line again at once, and it is delivered on the ACK only", () => {
  const ae = new Bosch6500Ae({ behaviour: { kind: "garbled", times: 2 }, heartbeats: { kind: "ack" } });
  const line = new VirtualLine(bosch6500Session(), ae);
  line.connect();
  line.add(BURGLARY);
  line.pass(2000);
  assertEquals(alarmsOf(ae), [LINE_A, LINE_A, LINE_A]);
  assertEquals(line.delivered, ["a"]);
  assertEquals(line.log, ["present", "stray not-an-answer", "stray not-an-answer", "delivered"]);
});

Deno.test("an AE that answers nothing but other octets is absent after four tries, and the alarm stays", () => {
  const ae = new Bosch6500Ae({ behaviour: { kind: "garbled", times: 1e9 }, heartbeats: { kind: "silent" } });
  const line = new VirtualLine(bosch6500Session(OFF), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  line.pass(120_000);
  assertEquals(line.log.filter((entry) => !entry.startsWith("stray")).at(0), "absent invalid-answers");
  assertEquals([line.delivered, line.refused], [[], []]);
  assertEquals(new Set(alarmsOf(ae)), new Set([LINE_A]));
  // Bounded: the pause grows, and a rest comes after four.
  assert(ae.alarms.length < 150, String(ae.alarms.length));
  ae.behaviour = { kind: "ack" };
  line.pass(20_000);
  assertEquals(line.delivered, ["a", "b"]);
});

Deno.test("silence: the same octets again and again, with and without link tests", () => {
  for (const options of [OFF, {}]) {
    const ae = new Bosch6500Ae();
    const line = new VirtualLine(bosch6500Session(options), ae);
    line.connect();
    ae.behaviour = { kind: "silent" };
    line.add(BURGLARY, FIRE);
    line.pass(120_000);
    assertEquals(new Set(alarmsOf(ae)), new Set([LINE_A]));
    ae.behaviour = { kind: "ack" };
    line.pass(60_000);
    assertEquals(line.delivered, ["a", "b"]);
    assertEquals(alarmsOf(ae).at(-2), LINE_A);
  }
});

Deno.test("commands are reported and not carried out, ask for no repeat, and are answered if so set", () => {
  for (const commands of ["ignore", "reject"] as const) {
    const ae = new Bosch6500Ae({ behaviour: { kind: "late", ms: 1000 }, heartbeats: { kind: "ack" } });
    const line = new VirtualLine(bosch6500Session({ commands }), ae);
    line.connect();
    line.add(BURGLARY);
    line.pass(1000);
    const command = ae.command({ kind: "time", hour: "12", minute: "00" });
    assert(command.kind === "send");
    line.say(command.bytes);
    assertEquals(line.log, ["present", "stray ae-command"]);
    line.pass(4000);
    assertEquals(line.delivered, ["a"]);
    const others = ae.records.filter(({ message }) => message.kind === "text");
    assertEquals(
      others.map(({ raw }) => new TextDecoder().decode(raw)),
      commands === "reject" ? ["3010 REJECT COMMAND\x14"] : [],
    );
    // Its acknowledgement was nobody else's.
    ae.behaviour = { kind: "silent" };
    line.add(FIRE);
    line.pass(3000);
    assertEquals(line.delivered, ["a"]);
  }
});

Deno.test("stray octets before an ACK: the line goes twice and is delivered once; ACK twice counts once", () => {
  const ae = new Bosch6500Ae({
    behaviour: { kind: "noisy", octets: ascii("?") },
    heartbeats: { kind: "ack" },
  });
  const line = new VirtualLine(bosch6500Session(), ae);
  line.connect();
  line.add(BURGLARY);
  line.pass(10_000);
  assertEquals(line.delivered, ["a"]);
  ae.behaviour = { kind: "twice" };
  line.add(FIRE);
  ae.behaviour = { kind: "silent" };
  line.add(contactId("c", "703718113001006"));
  line.pass(10_000);
  assertEquals(line.delivered, ["a", "b"]);
});

Deno.test("a late ACK to the alarm before does not acknowledge the next", () => {
  const ae = new Bosch6500Ae({ behaviour: { kind: "late", ms: 6000 }, heartbeats: { kind: "ack" } });
  const line = new VirtualLine(bosch6500Session(), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  line.pass(7000);
  assertEquals([line.delivered, alarmsOf(ae)], [["a"], [LINE_A, LINE_A]]);
  ae.behaviour = { kind: "silent" };
  line.pass(60_000);
  assertEquals(line.delivered, ["a"]);
  assert(alarmsOf(ae).includes(LINE_B));
});

Deno.test("a connection that the AE drops with an alarm in flight: the alarm comes again, SIA with its mark", () => {
  const ae = new Bosch6500Ae({ behaviour: { kind: "drop" }, heartbeats: { kind: "ack" } });
  const line = new VirtualLine(bosch6500Session(), ae);
  line.connect();
  line.add(FIRE);
  line.pass(1000);
  assertEquals(line.log, ["present", "absent disconnected"]);
  ae.behaviour = { kind: "ack" };
  line.pass(2000);
  assertEquals(line.delivered, ["b"]);
  assertEquals(alarmsOf(ae), [LINE_B, LINE_B.replace("N", "O")]);
  assertEquals(ae.alarms.map(({ marked, seenBefore }) => [marked, seenBefore]), [[false, false], [
    true,
    true,
  ]]);
});

Deno.test("header, trailer and qualifiers reach the wire", () => {
  const ae = new Bosch6500Ae({ trailer: 0x0d });
  const line = new VirtualLine(bosch6500Session({ header: 0x0a, trailer: 0x0d, qualifiers: "letters" }), ae);
  line.connect();
  line.add(BURGLARY);
  line.pass(1000);
  assertEquals(ae.records.map(({ raw }) => new TextDecoder().decode(raw)), [
    `\n${LINK_TEST.replace("\x14", "\r")}`,
    "\na011 703718E13001004\r",
  ]);
});

Deno.test("settings that cannot be written are refused when the session is made", () => {
  const bad: Bosch6500SessionOptions[] = [
    { receiver: "1" },
    { receiver: "0 " },
    { line: "12" },
    { line: "" },
    { header: 0x41 },
    { header: 0.5 },
    { trailer: 0x41 },
    { trailer: -1 },
    { header: 0x14 },
    { waitMs: -1 },
    { probationMs: -1 },
    { tries: NaN },
  ];
  for (const options of bad) assertThrows(() => bosch6500Session(options), RangeError);
});

deliversInTheEnd({
  behaviour: anyBehaviour({ lateMs: 3900, naks: 1 }),
  settings: fc.tuple(fc.constantFrom({}, OFF), fc.constantFrom("ignore" as const, "reject" as const)),
  session: ([linkTests, commands]) => bosch6500Session({ commands, ...linkTests }),
  ae: () => new Bosch6500Ae(),
  accounts: firstAccounts,
  says: ascii("!T1200\r"),
  steps: 10,
});

previewsWhatItSends({ session: () => bosch6500Session({ heartbeatMs: 0 }), ack: () => Uint8Array.of(0x06) });
