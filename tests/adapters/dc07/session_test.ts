import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Dc07Ae } from "../../../adapters/dc07/ae_simulator.ts";
import { dc07Line } from "../../../adapters/dc07/message.ts";
import { Dc07Session, type Dc07SessionOptions } from "../../../adapters/dc07/session.ts";
import { writeDc07 } from "../../../adapters/dc07/write_message.ts";
import { plainBehaviour } from "../../delivery/behaviours.ts";
import { contactId, sia } from "../../support/alarm.ts";
import { ascii } from "../../support/ascii.ts";
import { VirtualLine } from "../../support/virtual_line.ts";
import { previewsWhatItSends } from "../line_output_contract.ts";
import { deliversInTheEnd } from "../output_session_contract.ts";

const BURGLARY = contactId("a", "703718113001004");
const FIRE = sia("b", "#1234|Nri1/FA01");

function said(ae: Dc07Ae): string[] {
  return ae.alarms.map(({ frame }) => `${frame.sequence} ${frame.data}`);
}

function ack(sequence: string): Uint8Array {
  const written = writeDc07({ type: "\t", sequence, receiver: "01", line: "01", data: "" });
  assert(written.ok);
  return written.bytes;
}

/** What stands before the type in a frame: LF, check and length. */
const HEAD = "<LF>CCCCLL".length;

Deno.test("the link test is an empty frame of line 00 with a number", () => {
  const [effect] = new Dc07Session({ receiver: "7" }).connected(0);
  assert(effect?.kind === "send");
  assertEquals(dc07Line(effect.bytes).slice(HEAD), "<TAB>00010700[]<CR>");
});

Deno.test("an AE that answers gets every alarm once, in order, with numbers that go up, whatever the fragments", () => {
  for (const fragment of [1, 3, 7, Infinity]) {
    const ae = new Dc07Ae();
    const line = new VirtualLine(new Dc07Session(), ae, fragment, fragment);
    line.connect();
    line.add(BURGLARY, FIRE);
    assertEquals(line.delivered, ["a", "b"]);
    assertEquals(said(ae), ["0002 #7037|18113001004", "0003 #1234|Nri1/FA01"]);
    assertEquals(line.log, ["present", "delivered", "delivered"]);
  }
});

Deno.test("an acknowledgement with another number acknowledges nothing", () => {
  const ae = new Dc07Ae({ behaviour: { kind: "silent" } });
  const line = new VirtualLine(new Dc07Session({ profile: "bosch-sia", firstSequence: 43 }), ae);
  line.connect();
  line.add(FIRE);
  line.say(ack("0042"));
  assertEquals([line.log, line.delivered], [["stray late-answer"], []]);
  line.say(ack("0043"));
  assertEquals([line.log.slice(1), line.delivered], [["present", "delivered"], ["b"]]);
  line.say(ack("0043"));
  assertEquals(line.log.at(-1), "stray unexpected-answer");
});

Deno.test("an AE that answers after 6 s: late answers to copies are told from those to the next alarm", () => {
  const ae = new Dc07Ae({ behaviour: { kind: "late", ms: 6000 } });
  const line = new VirtualLine(new Dc07Session(), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  line.pass(60_000);
  assertEquals(line.delivered, ["a", "b"]);
  assertEquals(new Set(said(ae)).size, 2);
  assert(line.log.includes("stray late-answer"));
  // Each alarm needed two copies, and none waited for the answers to the other's.
  assertEquals(said(ae).length, 4);
});

Deno.test("NAK twice: the same octets three times; three times: refused, and the next goes", () => {
  for (const [times, delivered, refused, count] of [[2, ["a", "b"], [], 4], [3, ["b"], ["a"], 4]] as const) {
    const ae = new Dc07Ae({ linkTests: { kind: "ack" }, behaviour: { kind: "nak", times } });
    const line = new VirtualLine(new Dc07Session(), ae);
    line.connect();
    line.add(BURGLARY, FIRE);
    line.pass(5000);
    assertEquals([line.delivered, line.refused], [[...delivered], [...refused]]);
    assertEquals(said(ae).length, count);
    assertEquals(new Set(said(ae)).size, 2);
  }
});

Deno.test("silence, then life: the alarm comes again with its mark and a new number", () => {
  const ae = new Dc07Ae();
  const line = new VirtualLine(new Dc07Session(), ae);
  line.connect();
  ae.behaviour = { kind: "silent" };
  line.add(BURGLARY, FIRE);
  line.pass(120_000);
  assertEquals(line.log, ["present", "absent no-answer"]);
  assertEquals(said(ae), Array(4).fill("0002 #7037|18113001004"));
  // All link tests of the silence are one: a slow AE's answer to the first still counts.
  const tests = ae.records.filter(({ frame }) => frame.data === "").map(({ frame }) => frame.sequence);
  assertEquals(new Set(tests), new Set(["0001", "0003"]));
  ae.behaviour = { kind: "ack" };
  line.pass(31_000);
  assertEquals(line.delivered, ["a", "b"]);
  assertEquals(said(ae).slice(4), ["0004 #7037|98113001004", "0005 #1234|Nri1/FA01"]);
});

Deno.test("link tests that an AE answers slower than they are repeated are still answered", () => {
  const ae = new Dc07Ae({ linkTests: { kind: "late", ms: 9000 } });
  const line = new VirtualLine(new Dc07Session(), ae);
  line.connect();
  line.add(FIRE);
  line.pass(10_000);
  assertEquals(line.delivered, ["b"]);
});

Deno.test("as Bosch does it: no link test, alarms ask themselves, one event a frame", () => {
  const ae = new Dc07Ae();
  const line = new VirtualLine(new Dc07Session({ profile: "bosch-sia" }), ae);
  line.connect();
  line.add(sia("c", "#1234|Nri1/BA01/BA02"));
  line.pass(120_000);
  assertEquals(ae.records.map(({ frame }) => frame.data), ["#1234|Nri1/BA01", "#1234|Nri1/BA02"]);
  assertEquals(line.delivered, ["c"]);
});

Deno.test("a line that falls with an alarm in flight: the alarm comes again, marked", () => {
  const ae = new Dc07Ae({ behaviour: { kind: "late", ms: 2000 }, linkTests: { kind: "ack" } });
  const line = new VirtualLine(new Dc07Session(), ae);
  line.connect();
  line.add(FIRE);
  line.pass(1000);
  line.disconnect();
  assertEquals(line.log, ["present", "absent disconnected"]);
  line.connect();
  line.pass(2000);
  assertEquals(line.delivered, ["b"]);
  assertEquals(said(ae), ["0002 #1234|Nri1/FA01", "0004 #1234|Ori1/FA01"]);
});

Deno.test("numbers go from 9999 to 0001: 0000 is the number of a negative answer", () => {
  const ae = new Dc07Ae();
  const line = new VirtualLine(new Dc07Session({ profile: "bosch-sia", firstSequence: 9999 }), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  assertEquals(ae.alarms.map(({ frame }) => frame.sequence), ["9999", "0001"]);
});

Deno.test("a preview has the numbers that the alarm would have, and takes none", () => {
  const session = new Dc07Session({ profile: "bosch-sia", firstSequence: 9999 });
  session.connected(0);
  const two = sia("c", "#1234|Nri1/BA01/BA02|AHall");
  const shown = () => {
    const preview = session.preview(two, 0);
    assert(preview.ok);
    assertEquals(preview.lost?.map(({ what }) => what), ["text"]);
    return preview.lines.map(({ line }) => line);
  };
  assertEquals(shown().map((line) => line.slice(HEAD)), [
    "<TAB>99990101[#1234|Nri1/BA01]<CR>",
    "<TAB>00010101[#1234|Nri1/BA02]<CR>",
  ]);
  assertEquals(shown(), shown());
  const before = shown();
  const [first] = session.offer(two, 0);
  assert(first?.kind === "sent");
  assertEquals([first.line, first.lost?.length], [before[0], 1]);
  assertEquals(session.feed(ack("9999"), 1).filter(({ kind }) => kind === "sent"), [
    { kind: "sent", id: "c", line: before[1] ?? "", attempt: 1 },
  ]);
});

Deno.test("an ACK twice, in one chunk and apart, acknowledges one frame of an alarm of several", () => {
  const session = new Dc07Session({ profile: "bosch-sia" });
  session.connected(0);
  session.offer(sia("c", "#1234|NBA01/BA02/BA03"), 0);
  const kinds = (bytes: Uint8Array, now: number) => session.feed(bytes, now).map(({ kind }) => kind);
  const one = ack("0001");
  assertEquals(kinds(Uint8Array.of(...one, ...one), 1), ["present", "stray", "sent", "send"]);
  assertEquals(kinds(one, 2), ["stray"]);
  assertEquals(kinds(ack("0002"), 3), ["sent", "send"]);
  assertEquals(kinds(ack("0002"), 4), ["stray"]);
  assertEquals([session.ready, session.counts.delivered], [false, 0]);
  assertEquals(kinds(ack("0003"), 5), ["delivered"]);
  // And a late one, when the next alarm is in flight.
  session.offer(BURGLARY, 6);
  for (const late of ["0001", "0002", "0003"]) assertEquals(kinds(ack(late), 7), ["stray"]);
  assertEquals(kinds(ack("0004"), 8), ["delivered"]);
});

Deno.test("stray octets around and inside answers: the frame that is whole counts, whatever the chunks", () => {
  const noise = [
    ascii("\x06\x15?"),
    ascii("\n"),
    ascii("\nFFFF0B\t0001"),
    ascii("\r\r\n\n"),
    Uint8Array.of(0, 255),
  ];
  for (const before of noise) {
    for (const size of [1, 2, 5, Infinity]) {
      const session = new Dc07Session({ profile: "bosch-sia" });
      session.connected(0);
      session.offer(FIRE, 0);
      const stream = Uint8Array.of(...before, ...ack("0001"), ...before);
      const effects = [];
      for (let at = 0; at < stream.length; at += size) {
        effects.push(...session.feed(stream.subarray(at, at + size), 1));
      }
      assertEquals(
        effects.filter(({ kind }) => kind === "delivered").length,
        1,
        `${dc07Line(before)} by ${size}`,
      );
    }
  }
});

Deno.test("a storm of negative answers makes as many repeats as the limit, and the next alarm goes", () => {
  const session = new Dc07Session({ profile: "bosch-sia" });
  session.connected(0);
  session.offer(FIRE, 0);
  const nak = ack("0000");
  const storm = new Uint8Array(nak.length * 500);
  for (let at = 0; at < storm.length; at += nak.length) storm.set(nak, at);
  let sends = 0, refused = 0;
  for (let now = 1; now < 5000; now += 50) {
    for (const { kind } of [...session.feed(storm, now), ...session.tick(now)]) {
      if (kind === "send") sends++;
      if (kind === "refused") refused++;
    }
  }
  assertEquals([sends, refused, session.ready], [2, 1, true]);
  session.offer(BURGLARY, 6000);
  assertEquals(session.feed(ack("0002"), 6001).map(({ kind }) => kind), ["present", "delivered"]);
});

Deno.test("commands of the AE, noise and garbled answers are dropped by name, and the alarm is delivered", () => {
  const ae = new Dc07Ae({ behaviour: { kind: "silent" }, linkTests: { kind: "ack" } });
  const line = new VirtualLine(new Dc07Session(), ae);
  line.connect();
  line.add(FIRE);
  const command = writeDc07({ type: "\t", sequence: "0001", receiver: "01", line: "00", data: "CST1230" });
  assert(command.ok);
  line.say(command.bytes);
  line.say(ascii("\x06\x15?"));
  line.say(ascii("\nFFFF0B\t00020101[]\r"));
  line.say(ascii("\nFFFF0B\t0002\n"));
  assertEquals(line.log.slice(1), ["stray ae-command", "stray noise", "stray wrong-crc", "stray truncated"]);
  assertEquals(line.delivered, []);
  line.say(ack("0002"));
  assertEquals(line.delivered, ["b"]);
});

Deno.test("half an answer goes on behind a repeat: the number tells what it is", () => {
  const ae = new Dc07Ae({ behaviour: { kind: "silent" }, linkTests: { kind: "ack" } });
  const line = new VirtualLine(new Dc07Session(), ae);
  line.connect();
  line.add(FIRE);
  line.say(ack("0002").subarray(0, 9));
  line.pass(4500);
  line.say(ack("0002").subarray(9));
  assertEquals([line.delivered, ae.alarms.map(({ repeat }) => repeat)], [["b"], [false, true]]);
});

Deno.test("settings that cannot be written are refused when the session is made", () => {
  const bad: Dc07SessionOptions[] = [
    { receiver: "001" },
    { receiver: "0 " },
    { line: "123" },
    { firstSequence: 0 },
    { firstSequence: 10_000 },
    { waitMs: -1 },
    { tries: NaN },
  ];
  for (const options of bad) assertThrows(() => new Dc07Session(options), RangeError);
});

deliversInTheEnd({
  behaviour: plainBehaviour({ lateMs: 9000, naks: 2 }),
  settings: fc.record({
    profile: fc.constantFrom("bosch-sia" as const, "dc07" as const),
    firstSequence: fc.integer({ min: 1, max: 9999 }),
  }),
  session: (settings) => new Dc07Session({ ...settings, nakLimit: 100 }),
  ae: () => new Dc07Ae(),
  accounts: ({ alarms }) => [...new Set(alarms.map(({ frame }) => frame.data.slice(1, 5)))],
  answersInFrames: true,
  steps: 12,
});

previewsWhatItSends({
  session: () => new Dc07Session({ heartbeatMs: 0 }),
  ack: (line) => ack(new TextDecoder().decode(line.subarray(8, 12))),
});
