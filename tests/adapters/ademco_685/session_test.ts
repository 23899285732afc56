import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Ademco685Ae } from "../../../adapters/ademco_685/ae_simulator.ts";
import { ademco685Session, type Ademco685SessionOptions } from "../../../adapters/ademco_685/session.ts";
import { anyBehaviour } from "../../delivery/behaviours.ts";
import { contactId, sia } from "../../support/alarm.ts";
import { ascii } from "../../support/ascii.ts";
import { VirtualLine } from "../../support/virtual_line.ts";
import { previewsWhatItSends } from "../line_output_contract.ts";
import { deliversInTheEnd, firstAccounts } from "../output_session_contract.ts";

const BURGLARY = contactId("a", "703718113001004");
const FIRE = contactId("b", "703718111001005");
const LINE_A = "\n11 7037 18 E130 01 C004 \r";
const LINE_B = "\n11 7037 18 E110 01 C005 \r";
const OKAY = "\n00 OKAY @\r";
const HEARTBEATS = { heartbeatMs: 45_000 };

function linesOf(ae: Ademco685Ae): string[] {
  return ae.records.map(({ raw }) => new TextDecoder().decode(raw));
}

function alarmsOf(ae: Ademco685Ae): string[] {
  return ae.alarms.map(({ raw }) => new TextDecoder().decode(raw));
}

Deno.test("an AE that answers gets every alarm once, in order, whatever the fragments", () => {
  for (const fragment of [1, 3, 7, Infinity]) {
    const ae = new Ademco685Ae();
    const line = new VirtualLine(ademco685Session(), ae, fragment);
    line.connect();
    line.add(BURGLARY, sia("s", "#1234|NFA1/FA2"), FIRE);
    line.pass(1000);
    assertEquals(line.delivered, ["a", "s", "b"]);
    assertEquals([alarmsOf(ae)[0], alarmsOf(ae)[3]], [LINE_A, LINE_B]);
    assertEquals(line.log, ["present", "delivered", "delivered", "delivered"]);
  }
});

Deno.test("silence: two transmissions 2 s apart, absent; then each alarm once only, until the first ACK", () => {
  const ae = new Ademco685Ae({ behaviour: { kind: "silent" } });
  const line = new VirtualLine(ademco685Session(), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  line.pass(4000);
  assertEquals(line.log, ["absent no-answer"]);
  assertEquals(ae.alarms.map(({ at }) => at - 1_000_000), [0, 2000]);
  line.pass(8000);
  assertEquals(ae.alarms.map(({ at }) => at - 1_000_000), [0, 2000, 6000, 10_000]);
  ae.behaviour = { kind: "ack" };
  line.pass(10_000);
  assertEquals(line.delivered, ["a", "b"]);
  assertEquals(line.log.filter((entry) => entry === "present").length, 1);
});

Deno.test("two NAKs and the alarm is refused, the next goes; one NAK is a repeat", () => {
  const ae = new Ademco685Ae({ behaviour: { kind: "nak", times: 2 } });
  const line = new VirtualLine(ademco685Session(), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  line.pass(5000);
  assertEquals([line.refused, line.delivered], [["a"], ["b"]]);
  ae.behaviour = { kind: "nak", times: 1 };
  line.add(contactId("c", "703718113001006"));
  line.pass(5000);
  assertEquals(line.delivered, ["b", "c"]);
});

Deno.test("heartbeats: off unless set; then one after 45 s without a line, and alarms wait for the first ACK", () => {
  const quiet = new Ademco685Ae();
  const off = new VirtualLine(ademco685Session(), quiet);
  off.connect();
  off.pass(200_000);
  assertEquals(quiet.records, []);

  const ae = new Ademco685Ae();
  const line = new VirtualLine(ademco685Session(HEARTBEATS), ae);
  line.connect();
  line.pass(100_000);
  assertEquals(ae.records.map(({ at }) => at - 1_000_000), [0, 45_000, 90_000]);
  assertEquals(linesOf(ae), [OKAY, OKAY, OKAY]);
});

Deno.test("heartbeats: an AE that fell silent gets those only, until it acknowledges one", () => {
  const ae = new Ademco685Ae();
  const line = new VirtualLine(ademco685Session(HEARTBEATS), ae);
  line.connect();
  ae.behaviour = { kind: "silent" };
  line.add(BURGLARY);
  line.pass(60_000);
  assertEquals(alarmsOf(ae), [LINE_A, LINE_A]);
  ae.behaviour = { kind: "ack" };
  line.pass(60_000);
  assertEquals(line.delivered, ["a"]);
  assertEquals(alarmsOf(ae).length, 3);
});

Deno.test("S is answered when nothing is in flight, and not again for 10 s", () => {
  const ae = new Ademco685Ae();
  const line = new VirtualLine(ademco685Session(), ae);
  line.connect();
  const ask = () => {
    const asked = ae.ask();
    assert(asked.kind === "send");
    line.say(asked.bytes);
  };
  ask();
  assertEquals(linesOf(ae), [OKAY]);
  line.pass(9000);
  ask();
  assertEquals(linesOf(ae).length, 1);
  line.pass(1000);
  ask();
  assertEquals(linesOf(ae).length, 2);
});

Deno.test("the acknowledgement of an answered S is never taken for that of an alarm", () => {
  for (const heartbeats of [{ kind: "ack" }, { kind: "silent" }, { kind: "late", ms: 1500 }] as const) {
    const ae = new Ademco685Ae({ heartbeats, behaviour: { kind: "late", ms: 1000 } });
    const line = new VirtualLine(ademco685Session(), ae);
    line.connect();
    line.add(BURGLARY);
    line.say(ascii("S"));
    assertEquals(linesOf(ae), [LINE_A]);
    // A second for the answer, and one in which a second answer might come.
    line.pass(2000);
    assertEquals(linesOf(ae), [LINE_A, OKAY]);
    // From here the AE hears no alarms: whatever it sends is not for them.
    ae.behaviour = { kind: "silent" };
    line.add(FIRE);
    line.pass(10_000);
    assertEquals(line.delivered, ["a"], heartbeats.kind);
  }
});

Deno.test("stray octets before an ACK are dropped and the ACK counts; ACK twice counts once", () => {
  const ae = new Ademco685Ae({ behaviour: { kind: "noisy", octets: ascii("?") } });
  const line = new VirtualLine(ademco685Session(), ae);
  line.connect();
  line.add(BURGLARY);
  assertEquals(line.log, ["stray not-an-answer", "present", "delivered"]);
  line.pass(1000);
  ae.behaviour = { kind: "twice" };
  line.add(FIRE);
  ae.behaviour = { kind: "silent" };
  line.add(contactId("c", "703718113001006"));
  line.pass(1000);
  assertEquals(line.delivered, ["a", "b"]);
  assert(line.log.includes("stray answers-twice"));
});

Deno.test("a late ACK to the alarm before does not acknowledge the next", () => {
  const ae = new Ademco685Ae({ behaviour: { kind: "late", ms: 3000 } });
  const line = new VirtualLine(ademco685Session(), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  line.pass(3000);
  assertEquals(line.delivered, ["a"]);
  // The answer to the second copy comes at 5 s; the next alarm has to wait for that.
  assertEquals(alarmsOf(ae), [LINE_A, LINE_A]);
  ae.behaviour = { kind: "silent" };
  line.pass(60_000);
  assertEquals(line.delivered, ["a"]);
  assert(alarmsOf(ae).includes(LINE_B));
});

Deno.test("a connection that the AE drops with an alarm in flight: the alarm comes again", () => {
  const ae = new Ademco685Ae({ behaviour: { kind: "drop" } });
  const line = new VirtualLine(ademco685Session({ mark98: true }), ae);
  line.connect();
  line.add(BURGLARY);
  assertEquals(line.log, ["absent disconnected"]);
  ae.behaviour = { kind: "ack" };
  line.pass(1000);
  assertEquals(line.delivered, ["a"]);
  assertEquals(ae.alarms.map(({ marked, seenBefore }) => [marked, seenBefore]), [[false, false], [
    true,
    true,
  ]]);
});

Deno.test("the variants of the line reach the wire, in heartbeats too", () => {
  const ae = new Ademco685Ae();
  const line = new VirtualLine(
    ademco685Session({ ...HEARTBEATS, terminator: "esc", trailingBlank: false, receiver: "3", line: "A" }),
    ae,
  );
  line.connect();
  line.add(BURGLARY);
  line.pass(1000);
  assertEquals(linesOf(ae), ["\n00 OKAY @\x1b", "\n3A 7037 18 E130 01 C004\x1b"]);
});

Deno.test("settings that cannot be written are refused when the session is made", () => {
  const bad: Ademco685SessionOptions[] = [
    { receiver: "12" },
    { receiver: "" },
    { line: " " },
    { line: "01" },
    { waitMs: -1 },
    { probationMs: -1 },
    { tries: NaN },
  ];
  for (const options of bad) assertThrows(() => ademco685Session(options), RangeError);
});

deliversInTheEnd({
  behaviour: anyBehaviour({ lateMs: 1900, naks: 1 }),
  settings: fc.constantFrom({}, HEARTBEATS),
  session: ademco685Session,
  ae: () => new Ademco685Ae(),
  accounts: firstAccounts,
  says: ascii("S"),
  steps: 10,
});

previewsWhatItSends({ session: () => ademco685Session(), ack: () => Uint8Array.of(0x06) });
previewsWhatItSends({ session: () => ademco685Session({ form: "4+2" }), ack: () => Uint8Array.of(0x06) });
