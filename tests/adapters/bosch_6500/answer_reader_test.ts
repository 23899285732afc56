import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { Bosch6500AnswerReader } from "../../../adapters/bosch_6500/answer_reader.ts";
import { type Bosch6500Command, parseCommand, writeCommand } from "../../../adapters/bosch_6500/command.ts";
import type { Answer } from "../../../src/delivery/answer_reader.ts";
import { ascii } from "../../support/ascii.ts";

function brief(answers: Answer[]): string[] {
  return answers.map((answer) => {
    if (answer.kind === "ack" || answer.kind === "nak") return answer.kind;
    return `${answer.kind} ${new TextDecoder().decode(answer.raw).replace("\r", "<CR>")}`;
  });
}

Deno.test("answers, commands and strays are told apart, octet by octet too", () => {
  const bytes = ascii("\x06!T1200\r\x15?x!D112126\r!K7\r\x06");
  const whole = brief(new Bosch6500AnswerReader().feed(bytes));
  assertEquals(whole, [
    "ack",
    "remark !T1200<CR>",
    "nak",
    "stray ?x",
    "remark !D112126<CR>",
    "remark !K7<CR>",
    "ack",
  ]);
  const reader = new Bosch6500AnswerReader();
  const pieces = [...bytes].flatMap((octet) => brief(reader.feed(Uint8Array.of(octet))));
  assertEquals(pieces, whole.flatMap((one) => one === "stray ?x" ? ["stray ?", "stray x"] : [one]));
});

Deno.test("an answer inside half a command counts, and the half is stray", () => {
  assertEquals(brief(new Bosch6500AnswerReader().feed(ascii("!T12\x06"))), ["stray !T12", "ack"]);
  assertEquals(brief(new Bosch6500AnswerReader().feed(ascii("!T!T1200\r"))), [
    "stray !T",
    "remark !T1200<CR>",
  ]);
  const reader = new Bosch6500AnswerReader();
  assertEquals(brief(reader.feed(ascii("!T1"))), []);
  assertEquals(brief(reader.flush()), ["stray !T1"]);
  assertEquals(brief(reader.feed(ascii("200\r"))), ["stray 200<CR>"]);
});

Deno.test("a command without end is given up", () => {
  const reader = new Bosch6500AnswerReader();
  const answers = reader.feed(ascii("!" + "T".repeat(100) + "\x06"));
  assertEquals(answers.map(({ kind }) => kind), ["stray", "ack"]);
});

Deno.test("a remark says what was asked for and carries the reply, if there is one", () => {
  const [answer] = new Bosch6500AnswerReader(ascii("no")).feed(ascii("!T1200\r"));
  assertEquals(answer?.kind === "remark" && answer.reply, ascii("no"));
  assertStringIncludes(answer?.kind === "remark" ? answer.message : "", "set the time");
});

Deno.test("commands: parse and write are each other's reverse; what is out of range is unknown", () => {
  const commands: [string, Bosch6500Command][] = [
    ["!T0000\r", { kind: "time", hour: "00", minute: "00" }],
    ["!D123199\r", { kind: "date", month: "12", day: "31", year: "99" }],
    ["!K12\r", { kind: "k", value: "12" }],
    ["!D133126\r", { kind: "unknown", text: "D133126" }],
    ["!T9999\r", { kind: "unknown", text: "T9999" }],
    ["!\r", { kind: "unknown", text: "" }],
    ["!hello\r", { kind: "unknown", text: "hello" }],
  ];
  for (const [wire, command] of commands) {
    assertEquals(parseCommand(wire.slice(1, -1)), command);
    assertEquals(writeCommand(command), ascii(wire));
  }
});

Deno.test("whatever the octets and the chunks: no throw, no octet lost, every answer counted", () => {
  const octet = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x06, 0x15, 0x21, 0x0d, 0x54));
  fc.assert(
    fc.property(fc.array(octet, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (octets, size) => {
      const reader = new Bosch6500AnswerReader();
      const answers: Answer[] = [];
      for (let at = 0; at < octets.length; at += size) {
        answers.push(...reader.feed(Uint8Array.from(octets.slice(at, at + size))));
      }
      answers.push(...reader.flush());
      const back = answers.flatMap((answer) =>
        answer.kind === "ack" ? [0x06] : answer.kind === "nak" ? [0x15] : [...answer.raw]
      );
      assertEquals(back, octets);
      const isAnswer = (one: number) => one === 0x06 || one === 0x15;
      assertEquals(
        answers.filter(({ kind }) => kind === "ack" || kind === "nak").length,
        octets.filter(isAnswer).length,
      );
    }),
  );
});
