import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseSiaText, SIA_MAX_TEXT } from "../../../adapters/sia/text.ts";

/** Account, function code and events in short; or the rule. */
function short(text: string): string {
  const result = parseSiaText(text);
  if (!result.ok) return result.rule;
  const { account, code, keepalive } = result.message;
  const events = result.events.map((event) =>
    [
      event.code,
      event.area && `area ${event.area}`,
      event.zone,
      event.user && `user ${event.user}`,
      event.text,
    ]
      .filter((part) => part !== undefined).join(" ")
  );
  return `${account ?? "-"} ${code}: ${keepalive ? "alive" : events.join(", ")}`;
}

const readings: [text: string, reading: string][] = [
  ["#000010|Nri6/FA2", "000010 N: FA area 6 2"],
  ["  [#1234|Lri1BA01]\r\n", "1234 L: BA area 1 01"],
  ["#1234NBA01", "1234 N: BA 01"],
  ["#12ABNBA01|AHall", "12AB N: BA 01 Hall"],
  ["#1234OBA01", "1234 O: BA 01"],
  ["#1234|NBA01|AHall", "1234 N: BA 01 Hall"],
  ["#1234|Nti10:15|ri4|FA2|AHall", "1234 N: FA area 4 2 Hall"],
  ["#1234|NBA01|AT1", "1234 N: BA 01 T1"],
  ["#1234 NBA01", "1234 N: BA 01"],
  ["#1234 BA01", "1234 N: BA 01"],
  ["#1234|BA01", "1234 N: BA 01"],
  ["#1234|OP04", "1234 N: OP user 04"],
  ["#1234|NL501", "1234 N: NL 501"],
  ["#0000|Nri1/NL501", "0000 N: NL area 1 501"],
  ["#AGENT7|NBA1", "AGENT7 N: BA 1"],
  ["#00N1|NBA1", "00N1 N: BA 1"],
  ["#|NBA1", "- N: BA 1"],
  ["#7303658550|NBA4", "7303658550 N: BA 4"],
  ["#AAAAAA|Nti10:15/id001/ri1/CL1", "AAAAAA N: CL area 1 user 001"],
  ["#AAAAAA|Nti10:15/id002/ri1/CL1", "AAAAAA N: CL area 1 1 user 002"],
  ["#AAAAAA|AHall burning", "AAAAAA A: "],
  ["#1234|AT01", "1234 N: AT 01"],
  ["#1234|AT", "1234 N: AT"],
  ["#1234|NAT", "1234 N: AT"],
  ["#1234|Nti12:30", "1234 N: "],
  [">123456 BA001", "123456 N: BA 001"],
  ["1255NRP", "1255 N: RP"],
  ["1255NOB01,Tamper switch", "1255 N: OB 01 Tamper switch"],
  ["1255Nalive!", "1255 N: alive"],
  ["#1255|Nalive!", "1255 N: alive"],
  ["Nalive!", "- N: alive"],
  ["N UX2", "- N: UX 2"],
  ["NFA01", "- N: FA 01"],
  ["NA01", "- N: NA 01"],
  ["NR01", "- N: NR 01"],
  ["OP04", "- N: OP user 04"],
  ["NAT09", "- N: AT 09"],
  ["ET001", "- N: ET 001"],
  ["QZ7", "- N: QZ 7"],
  ["", "empty"],
  [" \r\n\0", "empty"],
  ["[]", "empty"],
  ["hello world", "no-event"],
  ["QZ", "no-event"],
  ["#1234|", "no-event"],
  ["#1234|N", "no-event"],
  ["#", "no-event"],
  ["1234 18 1131 01 015 8", "no-event"],
  ["1234 56 7890 BC DEF F", "no-event"],
  ["NOTHING HERE", "no-event"],
  ["ALARM IN THE HALL", "no-event"],
  ['B2C20027"ADM-CID"0001L0#1234[#1234|3401 01 501]', "no-event"],
  ["#0001|0|NRP", "0001 N: RP"],
  ["#1234|N CALL 112", "1234 N: CA, LL 112"],
];

for (const [text, reading] of readings) {
  Deno.test(`the text ${JSON.stringify(text)} reads ${reading}`, () => {
    // An event that cannot be read has an empty code: the account and the function letter say that it is SIA.
    assertEquals(short(text).trimEnd(), reading.trimEnd());
  });
}

Deno.test("an account with a function letter and nothing readable behind it still gives one event", () => {
  const result = parseSiaText("#1234|Nti12:30");
  assert(result.ok);
  assertEquals(result.events.map(({ code, flags, account }) => [code, flags, account]), [
    ["", ["unreadable-event"], "1234"],
  ]);
});

Deno.test("a text block on its own gives its text and no event", () => {
  const result = parseSiaText("#1234|A+HALL   3 ");
  assert(result.ok);
  assertEquals(result.message.packet.text, "+HALL 3");
  assertEquals(result.events, []);
});

Deno.test("a text too long to be SIA is refused", () => {
  assertEquals(short("N" + "BA1/".repeat(SIA_MAX_TEXT)), "too-long");
});

Deno.test("the raw bytes of an event are the text's", () => {
  const bytes = new TextEncoder().encode("#1234|NBA01\r\n");
  const result = parseSiaText(bytes);
  assert(result.ok);
  assertEquals(result.events[0]?.raw, bytes);
});

Deno.test("a refusal shows what was received and what was expected", () => {
  const result = parseSiaText("hello");
  assert(!result.ok);
  assert(result.message.includes('"hello"') && result.message.includes("#1234|Nri1/BA01"), result.message);
});

Deno.test("random text and random octets never throw", () => {
  const pieces = fc.array(
    fc.constantFrom(
      "#",
      "|",
      "N",
      "O",
      "A",
      "[",
      "]",
      ">",
      "1234",
      "ri1",
      "BA",
      "01",
      "/",
      "^",
      "*",
      "'",
      " ",
      ",",
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.uint8Array({ maxLength: 200 }), pieces.map((parts) => parts.join(""))),
      (text) => {
        const result = parseSiaText(text);
        assert(result.ok || result.message.length > 20);
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("every truncation of a text is read or refused, and never gives another account", () => {
  const whole = "#000010|Nti10:15/ri4/FA2/AHall";
  for (let length = 0; length <= whole.length; length++) {
    const result = parseSiaText(whole.slice(0, length));
    if (length > whole.indexOf("|") && result.ok) assertEquals(result.message.account, "000010");
    assertEquals(result.ok, length > whole.indexOf("N") + 1, whole.slice(0, length));
  }
});

Deno.test("no long text makes reading blow up", () => {
  // Patterns that invite backtracking.
  for (const piece of ["*'", "aa", "A", " ", "^", "BA1", "#", "1", "N"]) {
    const text = "#1|NBA1" + piece.repeat(Math.floor((SIA_MAX_TEXT - 7) / piece.length));
    const start = performance.now();
    parseSiaText(text);
    assert(performance.now() - start < 5000, JSON.stringify(piece));
  }
});

Deno.test("the pairs that an IRIS communicator sends for its inputs: each is a known code, first new, then a restoral", () => {
  const pairs =
    "FA01/FR01 PA02/PR02 BA03/BR03 OP04/CL04 IA05/IR05 BB06/BU06 BV07/BR07 TA08/TR08 AT09/AR09 FT10/FJ10 " +
    "QA11/QR11 YT12/YR12 MA13/MR13";
  for (const pair of pairs.split(" ")) {
    const read = pair.split("/").map((text) => parseSiaText(`N${text}`));
    const events = read.flatMap((result) => result.ok ? result.events : []);
    assertEquals(events.map(({ qualifier }) => qualifier), ["new", "restore"], pair);
    for (const event of events) {
      assertEquals(event.flags, ["no-account"], pair);
      assertEquals(event.zone ?? event.user, pair.slice(2, 4), pair);
    }
  }
});
