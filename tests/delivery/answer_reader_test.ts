import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Answer, ByteAnswerReader } from "../../src/delivery/answer_reader.ts";
import { ascii } from "../support/ascii.ts";

/** Answers with neighbouring stray runs joined, so that chunk borders do not show. */
function joined(answers: Answer[]): string[] {
  const out: string[] = [];
  for (const answer of answers) {
    const text = answer.kind === "stray" ? answer.raw.toHex() : answer.kind;
    const last = out.at(-1);
    if (answer.kind === "stray" && last !== undefined && last !== "ack" && last !== "nak") {
      out[out.length - 1] = last + text;
    } else out.push(text);
  }
  return out;
}

Deno.test("each ACK and NAK byte is an answer, the rest is stray in one run", () => {
  const reader = new ByteAnswerReader();
  assertEquals(joined(reader.feed(Uint8Array.of(1, 2, 6, 0x15, 3, 6))), ["0102", "ack", "nak", "03", "ack"]);
  assertEquals(reader.flush(), []);
});

Deno.test("other bytes can be the answers", () => {
  const reader = new ByteAnswerReader({ ack: 0x2b, nak: 0x2d });
  assertEquals(joined(reader.feed(ascii("+-\x06"))), ["ack", "nak", "06"]);
});

Deno.test("words are read whatever stands around them", () => {
  const cases: [string, string[]][] = [
    ["ACK\r\nNAK\r\n", ["ack", "nak"]],
    ["ACKNAK", ["ack", "nak"]],
    ["AACK", ["41", "ack"]],
    ["NACK\r\n", ["nak"]],
    ["NANAK", ["4e41", "nak"]],
    ["ACACK", ["4143", "ack"]],
    ["AC\x06", ["4143", "ack"]],
    ["A\r\nCK", ["410d0a434b"]],
    ["xACK", ["78", "ack"]],
  ];
  for (const [text, expected] of cases) {
    const reader = new ByteAnswerReader({ textAnswers: true });
    const got = joined([...reader.feed(ascii(text)), ...reader.flush()]);
    // CR and LF between answers mean nothing; inside a broken word they may pass or be stray.
    assertEquals(
      got.map((one) => one.replaceAll(/0d|0a/g, "")),
      expected.map((one) => one.replaceAll(/0d|0a/g, "")),
      text,
    );
  }
});

Deno.test("chunk borders change nothing", () => {
  const alphabet = fc.constantFrom(0x06, 0x15, 0x41, 0x43, 0x4b, 0x4e, 0x0d, 0x0a, 0x20);
  fc.assert(
    fc.property(
      fc.array(alphabet, { maxLength: 40 }),
      fc.boolean(),
      fc.nat(39),
      (bytes, textAnswers, cut) => {
        const whole = new ByteAnswerReader({ textAnswers }), parts = new ByteAnswerReader({ textAnswers });
        const all = joined([...whole.feed(Uint8Array.from(bytes)), ...whole.flush()]);
        const pieces = [
          ...parts.feed(Uint8Array.from(bytes.slice(0, cut))),
          ...bytes.slice(cut).flatMap((byte) => parts.feed(Uint8Array.of(byte))),
          ...parts.flush(),
        ];
        assertEquals(joined(pieces), all);
      },
    ),
  );
});
