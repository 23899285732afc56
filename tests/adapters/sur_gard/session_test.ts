import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SurGardAe } from "../../../adapters/sur_gard/ae_simulator.ts";
import { surGardSession, type SurGardSessionOptions } from "../../../adapters/sur_gard/session.ts";
import { plainBehaviour } from "../../delivery/behaviours.ts";
import { alarm, contactId, sia } from "../../support/alarm.ts";
import { VirtualLine } from "../../support/virtual_line.ts";
import { previewsWhatItSends } from "../line_output_contract.ts";
import { deliversInTheEnd, firstAccounts } from "../output_session_contract.ts";

const BURGLARY = contactId("a", "703718113001004");
const FIRE = sia("b", "#1234|Nri1/FA01");

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function linesOf(ae: SurGardAe): string[] {
  return ae.alarms.map(({ raw }) => text(raw));
}

Deno.test("the heartbeat is the one captured: receiver 01, line 1, in the old family", () => {
  const [effect] = surGardSession({ receiver: "07", line: "4" }).connected(0);
  assert(effect?.kind === "send");
  assertEquals(text(effect.bytes), "1011           @    \x14");
});

Deno.test("the heartbeat of the new family names the real receiver and line 000", () => {
  const [effect] = surGardSession({ profile: "sg-rrlll", receiver: "07", line: "4" }).connected(0);
  assert(effect?.kind === "send");
  assertEquals(text(effect.bytes), "107000           @    \x14");
});

Deno.test("an AE that answers gets every alarm once, in order, whatever the fragments", () => {
  for (const fragment of [1, 3, 7, Infinity]) {
    const ae = new SurGardAe({ lineDigits: 1 });
    const line = new VirtualLine(surGardSession(), ae, fragment);
    line.connect();
    line.add(BURGLARY, FIRE);
    line.pass(2000);
    assertEquals(line.delivered, ["a", "b"]);
    assertEquals(linesOf(ae), ["5011 187037E13001004\x14", "S011[#1234|Nri1/FA01]\x14"]);
    assertEquals(line.log, ["present", "delivered", "delivered"]);
  }
});

Deno.test("an AE of the new family gets three line digits, and one of the old refuses them", () => {
  const options: SurGardSessionOptions = { profile: "sg-rrlll", line: "2" };
  const ae = new SurGardAe({ lineDigits: 3 });
  const line = new VirtualLine(surGardSession(options), ae);
  line.connect();
  line.add(BURGLARY);
  line.pass(1000);
  assertEquals(linesOf(ae), ["501002 187037E13001004\x14"]);

  const old = new SurGardAe({ lineDigits: 1 });
  const wrong = new VirtualLine(surGardSession({ ...options, heartbeatMs: 0 }), old);
  wrong.connect();
  wrong.add(BURGLARY);
  wrong.pass(60_000);
  assertEquals(wrong.refused, ["a"]);
  assertEquals(old.alarms, []);
});

Deno.test("the line number may have 1 to 7 characters, in alarms and heartbeats, whatever the family", () => {
  for (let lineDigits = 1; lineDigits <= 7; lineDigits++) {
    for (const profile of ["sg-mlr2", "sg-rrlll"] as const) {
      const ae = new SurGardAe({ lineDigits });
      const line = new VirtualLine(surGardSession({ profile, lineDigits, receiver: "07", line: "4" }), ae);
      line.connect();
      line.add(BURGLARY, FIRE, alarm("scancom", "1234155555557", { id: "s" }));
      line.pass(2000);
      assertEquals(line.delivered, ["a", "b", "s"], `${profile} ${lineDigits}`);
      const number = "4".padStart(lineDigits, "0");
      assertEquals(linesOf(ae), [
        `507${number} 187037E13001004\x14`,
        `S07${number}[#1234|Nri1/FA01]\x14`,
        `807${number}1234 1555 5555 7\x14`,
      ]);
      const beat = ae.records[0];
      assert(beat?.message.kind === "heartbeat");
      assertEquals(beat.message.line, (profile === "sg-mlr2" ? "1" : "0").padStart(lineDigits, "0"));
    }
  }
});

Deno.test("a preview is what would be sent, and changes nothing", () => {
  const session = surGardSession({ lineDigits: 3 });
  const preview = session.preview(BURGLARY, 0);
  assertEquals(preview.ok && preview.lines.map(({ line }) => line), ["501001 187037E13001004<DC4>"]);
  assertEquals([session.ready, session.nextTick, session.counts.frames], [false, undefined, 0]);
  const refused = session.preview(alarm("contact-id", "nonsense"), 0);
  assertEquals(!refused.ok && refused.rule, "bad-event-data");
});

Deno.test("what a translation lost goes with the first sending of the first line only", () => {
  const session = surGardSession({ heartbeatMs: 0, probationMs: 0 });
  session.connected(0);
  const vds = "05021103000147" + "05021104000132" + "0356214365";
  const [first] = session.offer(alarm("vds2465", Uint8Array.fromHex(vds)), 0);
  assert(first?.kind === "sent");
  assertEquals([first.unknown, first.lost?.map(({ what }) => what), first.notes?.length], [
    1,
    ["code", "device", "text"],
    2,
  ]);
  const others = [
    ...session.feed(Uint8Array.of(0x15), 1),
    ...session.feed(Uint8Array.of(0x06), 2),
  ].filter(({ kind }) => kind === "sent");
  assertEquals(
    others.map((sent) => sent.kind === "sent" && [sent.attempt, sent.lost, sent.unknown, sent.notes]),
    [
      [2, undefined, undefined, undefined],
      [1, undefined, undefined, undefined],
    ],
  );
});

Deno.test("NAK three times: the same line four times, delivered once", () => {
  const ae = new SurGardAe({ heartbeats: { kind: "ack" }, behaviour: { kind: "nak", times: 3 } });
  const line = new VirtualLine(surGardSession(), ae);
  line.connect();
  line.add(BURGLARY);
  line.pass(2000);
  assertEquals(linesOf(ae), Array(4).fill("5011 187037E13001004\x14"));
  assertEquals(ae.alarms.map(({ repeat }) => repeat), ["none", "unmarked", "unmarked", "unmarked"]);
  assertEquals(line.delivered, ["a"]);
});

Deno.test("NAK for ever: refused after 20 in the old family, 26 in the new; the next alarm goes", () => {
  for (const [profile, limit] of [["sg-mlr2", 20], ["sg-rrlll", 26]] as const) {
    const ae = new SurGardAe({ heartbeats: { kind: "ack" }, behaviour: { kind: "nak", times: limit } });
    const line = new VirtualLine(surGardSession({ profile }), ae);
    line.connect();
    line.add(BURGLARY, FIRE);
    line.pass(60_000);
    assertEquals(line.refused, ["a"]);
    assertEquals(line.delivered, ["b"]);
    assertEquals(ae.alarms.length, limit + 1);
  }
});

Deno.test("silence, then life: the alarm comes again with its mark, and the rest flows in order", () => {
  const ae = new SurGardAe();
  const line = new VirtualLine(surGardSession(), ae);
  line.connect();
  ae.behaviour = { kind: "silent" };
  line.add(BURGLARY, FIRE);
  line.pass(120_000);
  assertEquals(line.log, ["present", "absent no-answer"]);
  assertEquals(linesOf(ae), Array(4).fill("5011 187037E13001004\x14"));
  ae.behaviour = { kind: "ack" };
  line.pass(31_000);
  assertEquals(line.delivered, ["a", "b"]);
  assertEquals(linesOf(ae).slice(4), ["5011 987037E13001004\x14", "S011[#1234|Nri1/FA01]\x14"]);
  assertEquals(ae.alarms.at(-2)?.repeat, "marked");
  assertEquals(ae.alarms.at(-2)?.seenBefore, true);
});

Deno.test("a line that falls with an alarm in flight: the alarm comes again, marked", () => {
  const ae = new SurGardAe({ behaviour: { kind: "late", ms: 2000 }, heartbeats: { kind: "ack" } });
  const line = new VirtualLine(surGardSession(), ae);
  line.connect();
  line.add(FIRE);
  line.pass(1000);
  line.disconnect();
  assertEquals(line.log, ["present", "absent disconnected"]);
  line.connect();
  line.pass(3000);
  assertEquals(line.delivered, ["b"]);
  assertEquals(linesOf(ae), ["S011[#1234|Nri1/FA01]\x14", "S011[#1234|Ori1/FA01]\x14"]);
});

Deno.test("an AE that answers after 6 s: each alarm is delivered once, none is acknowledged by the answer to another", () => {
  const ae = new SurGardAe({ behaviour: { kind: "late", ms: 6000 } });
  // The second answer comes 4 s after the first: the sender waits for it before the next alarm.
  const line = new VirtualLine(surGardSession(), ae);
  line.connect();
  line.add(BURGLARY, FIRE);
  line.pass(60_000);
  assertEquals(line.delivered, ["a", "b"]);
  assertEquals(line.log.filter((entry) => entry === "stray late-answer").length >= 2, true);
  assertEquals(new Set(linesOf(ae)).size, 2);
});

Deno.test("stray octets before an ACK, ACK twice and a late ACK of the line before acknowledge nothing else", () => {
  const ae = new SurGardAe({ behaviour: { kind: "silent" }, heartbeats: { kind: "ack" } });
  const line = new VirtualLine(surGardSession({ probationMs: 0 }), ae);
  line.connect();
  line.add(sia("c", "#1234|NBA01|AHall"), BURGLARY, FIRE);
  line.say(Uint8Array.of(0x00, 0x3f, 0x06));
  assertEquals([line.delivered, line.log], [["c"], ["present", "stray not-an-answer", "delivered"]]);
  line.say(Uint8Array.of(0x06, 0x06));
  assertEquals([line.delivered, line.log.at(-1)], [["c", "a"], "stray unexpected-answer"]);
  // The third line goes twice; its two answers come late, the second of them for nothing.
  line.pass(4500);
  line.say(Uint8Array.of(0x06));
  line.add(contactId("d", "703718113001006"));
  line.say(Uint8Array.of(0x06));
  assertEquals([line.delivered, line.log.at(-1)], [["c", "a", "b"], "stray late-answer"]);
  line.say(Uint8Array.of(0x06));
  assertEquals(line.delivered, ["c", "a", "b", "d"]);
});

Deno.test("an idle line carries a heartbeat every 30 s", () => {
  const ae = new SurGardAe();
  const line = new VirtualLine(surGardSession(), ae);
  line.connect();
  line.pass(95_000);
  assertEquals(ae.records.map(({ at }) => at - 1_000_000), [0, 30_000, 60_000, 90_000]);
});

Deno.test("an AE that knows no heartbeats gets alarms when they are switched off", () => {
  const ae = new SurGardAe({ heartbeats: { kind: "silent" } });
  const line = new VirtualLine(surGardSession({ heartbeatMs: 0 }), ae);
  line.connect();
  line.add(BURGLARY);
  assertEquals(line.delivered, ["a"]);
});

Deno.test("settings that cannot be written are refused when the session is made", () => {
  const bad: SurGardSessionOptions[] = [
    { receiver: "1" },
    { receiver: "0 " },
    { line: "12" },
    { line: "", profile: "sg-mlr2", receiver: "001" },
    { profile: "sg-rrlll", line: "1234" },
    { lineDigits: 0 },
    { lineDigits: 8 },
    { lineDigits: 2.5 },
    { lineDigits: 2, line: "123" },
    { waitMs: -1 },
    { probationMs: -1 },
    { tries: NaN },
  ];
  for (const options of bad) assertThrows(() => surGardSession(options), RangeError);
});

deliversInTheEnd({
  behaviour: plainBehaviour({ lateMs: 3900, naks: 6 }),
  settings: fc.constantFrom({}, { heartbeatMs: 0 }),
  session: surGardSession,
  ae: () => new SurGardAe({ lineDigits: 1 }),
  accounts: firstAccounts,
  steps: 12,
});

Deno.test("an AE that answers in words gets alarms when the option is set, and only then", () => {
  const words = new TextEncoder().encode("ACK\r\n");
  for (const textAnswers of [true, false]) {
    const session = surGardSession({ textAnswers });
    session.connected(0);
    session.feed(words, 10);
    session.tick(1010);
    assertEquals(session.ready, textAnswers);
  }
});

Deno.test("text of SIA alarms is sent when the option is set, and only then", () => {
  for (
    const [text, line] of [[true, "S011[#1234|NBA01*'Hall'NM]\x14"], [
      false,
      "S011[#1234|NBA01]\x14",
    ]] as const
  ) {
    const ae = new SurGardAe();
    const wire = new VirtualLine(surGardSession({ text }), ae);
    wire.connect();
    wire.add(sia("a", "#1234|NBA01|AHall"));
    wire.pass(1000);
    assertEquals(linesOf(ae), [line]);
  }
});

previewsWhatItSends({
  session: () => surGardSession({ heartbeatMs: 0, text: true }),
  ack: () => Uint8Array.of(0x06),
});
