import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { crc16 } from "../../src/commissioning/crc16.ts";
import {
  type LineError,
  type LineNumber,
  printSecret,
  readSecret,
  readSecretLine,
} from "../../src/commissioning/printed_secret.ts";

const COUNTING = Uint8Array.from({ length: 32 }, (_, i) => i);
/** ip-protocol.md §7, example. */
const PRINTED = `0001-0203-0405-0607-3EC1
0809-0A0B-0C0D-0E0F-7339
1011-1213-1415-1617-A531
1819-1A1B-1C1D-1E1F-E8C9`;
const HEX = "0123456789ABCDEF";

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });
const line = fc.integer({ min: 0, max: 3 });

function errorsOf(text: string): LineError[] {
  const read = readSecret(text);
  assert(!read.ok, "was taken for a secret");
  return read.errors;
}

function rulesOf(text: string): string[] {
  return errorsOf(text).map(({ line, rule }) => `${line} ${rule}`);
}

function secretOf(text: string): Uint8Array {
  const read = readSecret(text);
  assert(read.ok, read.ok ? "" : read.errors.map(({ message }) => message).join("\n"));
  return read.secret.octets();
}

/** The printed lines with one changed; `change` gets its 20 digits. */
function withLine(text: string, index: number, change: (digits: string) => string): string {
  const lines = text.split("\n");
  lines[index] = change((lines[index] as string).replaceAll("-", ""));
  return lines.join("\n");
}

Deno.test("printSecret() prints the example of the profile, and readSecret() reads it", () => {
  assertEquals(printSecret(COUNTING), PRINTED);
  assertEquals(secretOf(PRINTED), COUNTING);
});

Deno.test("printSecret() refuses a secret of another length", () => {
  for (const size of [0, 16, 31, 33]) assertThrows(() => printSecret(new Uint8Array(size)), RangeError);
});

Deno.test("crc16() depends on the line number: no line fits another place", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (part) => {
    const sums = [0, 1, 2, 3].map((i) => crc16(new Uint8Array([i, ...part])));
    assertEquals(new Set(sums).size, 4);
  }));
});

const typings: [name: string, change: (text: string) => string][] = [
  ["lower case", (text) => text.toLowerCase()],
  ["spaces for dashes", (text) => text.replaceAll("-", " ")],
  ["nothing between groups", (text) => text.replaceAll("-", "")],
  ["en dashes, no-break spaces and a minus sign", (text) => text.replaceAll("-", "\u2013\u00a0\u2212")],
  ["spaces between all digits", (text) => text.replaceAll(/./g, "$& ")],
  ["blank lines and Windows line ends", (text) => `\r\n\r\n${text.replaceAll("\n", " \r\n \t\r\n")}\r\n`],
  ["old Macintosh line ends", (text) => text.replaceAll("\n", "\r")],
  ["a byte order mark", (text) => `\ufeff${text}`],
  ["all in one line", (text) => text.replaceAll("\n", " ")],
  ["80 digits", (text) => text.replaceAll(/[-\n]/g, "")],
  ["numbers with a colon", (text) => numbered(text, (n) => `${n}: `)],
  ["numbers with a parenthesis, nothing else", (text) => numbered(text, (n) => `${n})`).replaceAll("-", "")],
  ["numbers with a full stop", (text) => numbered(text, (n) => ` ${n}. `)],
  ["the word line", (text) => numbered(text, (n) => `Line ${n}: `)],
  ["bare numbers with a space", (text) => numbered(text, (n) => `${n} `)],
  ["bare numbers with a dash", (text) => numbered(text, (n) => `${n} - `)],
];

function numbered(text: string, prefix: (n: number) => string): string {
  return text.split("\n").map((line, i) => prefix(i + 1) + line).join("\n");
}

for (const [name, change] of typings) {
  Deno.test(`readSecret() takes ${name}`, () => {
    fc.assert(fc.property(secrets, (secret) => assertEquals(secretOf(change(printSecret(secret))), secret)));
    assertEquals(secretOf(change(PRINTED)), COUNTING);
  });
}

Deno.test("readSecret() finds every wrong digit, and says in which line", () => {
  const lines = PRINTED.split("\n");
  for (const index of lines.keys()) {
    for (let at = 0; at < 20; at++) {
      for (const digit of HEX) {
        const text = withLine(PRINTED, index, (digits) => digits.slice(0, at) + digit + digits.slice(at + 1));
        if (text.replaceAll("-", "") === PRINTED.replaceAll("-", "")) continue;
        assertEquals(rulesOf(text), [`${index + 1} checksum`]);
      }
    }
  }
});

Deno.test("readSecret() finds a wrong digit in any secret", () => {
  const wrong = fc.tuple(secrets, line, fc.integer({ min: 0, max: 19 }), fc.integer({ min: 1, max: 15 }));
  fc.assert(fc.property(wrong, ([secret, index, at, step]) => {
    const text = withLine(printSecret(secret), index, (digits) => {
      const digit = HEX[(HEX.indexOf(digits[at] as string) + step) % 16];
      return digits.slice(0, at) + digit + digits.slice(at + 1);
    });
    assertEquals(errorsOf(text).map(({ line }) => line), [index + 1]);
  }));
});

Deno.test("readSecret() finds two swapped neighbours in any secret", () => {
  const swap = fc.tuple(secrets, line, fc.integer({ min: 0, max: 18 }));
  fc.assert(fc.property(swap, ([secret, index, at]) => {
    const printed = printSecret(secret);
    const text = withLine(printed, index, (digits) => {
      fc.pre(digits[at] !== digits[at + 1]);
      return digits.slice(0, at) + digits[at + 1] + digits[at] + digits.slice(at + 2);
    });
    assertEquals(errorsOf(text).map(({ line }) => line), [index + 1]);
  }));
});

Deno.test("readSecret() knows which printed line stands in each place", () => {
  fc.assert(fc.property(secrets, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (secret, order) => {
    const lines = printSecret(secret).split("\n");
    const moved = order.flatMap((from, to) => from === to ? [] : [{ from, to }]);
    fc.pre(moved.length > 0);
    const errors = errorsOf(order.map((from) => lines[from]).join("\n"));
    assertEquals(
      errors.map(({ line, rule }) => [line, rule]),
      moved.map(({ to }) => [to + 1, "wrong-place"]),
    );
    for (const [i, { from }] of moved.entries()) {
      assertMatch(errors[i]!.message, RegExp(`printed as line ${from + 1}`));
    }
  }));
});

Deno.test("readSecret() finds a line typed twice, whichever of the two is in its place", () => {
  const [one, two, three, four] = PRINTED.split("\n");
  assertEquals(rulesOf([one, two, two, four].join("\n")), ["3 repeated-line"]);
  assertEquals(rulesOf([one, three, three, four].join("\n")), ["2 repeated-line"]);
  assertEquals(rulesOf([four, four, four, four].join("\n")), [1, 2, 3].map((n) => `${n} repeated-line`));
  const wrong = "0001-0203-0405-0607-3EC2";
  assertEquals(rulesOf([wrong, wrong, three, four].join("\n")), ["1 checksum", "2 repeated-line"]);
});

Deno.test("readSecret() says how many digits there are", () => {
  const [one, two, three, four] = PRINTED.split("\n");
  const errors = errorsOf([one?.slice(1), `${two}A`, three, four].join("\n"));
  assertEquals(errors, [
    {
      line: 1,
      rule: "too-short",
      message: "line 1: 19 digits; a line has 20, five groups of four: compare the groups",
    },
    {
      line: 2,
      rule: "too-long",
      message: "line 2: 21 digits; a line has 20, five groups of four: compare the groups",
    },
  ]);
});

Deno.test("readSecret() does not take a first digit for a line number when a digit is not missing for it", () => {
  const secret = Uint8Array.from({ length: 32 }, () => 0x11);
  assertEquals(secretOf(printSecret(secret).replaceAll(/^1/gm, "1 ")), secret);
});

Deno.test("readSecret() tells letters that were typed for digits", () => {
  const [one, two, three, four] = PRINTED.split("\n");
  const errors = errorsOf([one?.replaceAll("0", "O"), two, three?.replaceAll("1", "l"), four].join("\n"));
  assertEquals(errors, [
    {
      line: 1,
      rule: "not-hex",
      message:
        "line 1: group 1 has a character that is neither 0 to 9 nor A to F: the letter O is probably the digit 0",
    },
    {
      line: 3,
      rule: "not-hex",
      message:
        "line 3: group 1 has a character that is neither 0 to 9 nor A to F: the letter L is probably the digit 1",
    },
  ]);
  assertMatch(errorsOf(PRINTED.replace("E8C9", "E8Cç"))[0]!.message, /^line 4: group 5 has .*: compare with/);
});

Deno.test("readSecret() tells every mistake at once", () => {
  const [one, two, three] = PRINTED.split("\n");
  const text = [two, one?.replace("0607", "0706"), `${three}G`].join("\n");
  assertEquals(rulesOf(text), ["1 wrong-place", "2 checksum", "3 too-long", "3 not-hex", "4 missing-line"]);
  assertEquals(rulesOf(`${PRINTED}\n${one}\n${one}`), ["5 too-many-lines"]);
  assertEquals(rulesOf(""), [1, 2, 3, 4].map((n) => `${n} missing-line`));
});

Deno.test("readSecretLine() reads each line by itself, and tells one that belongs elsewhere", () => {
  const lines = PRINTED.split("\n");
  for (const [i, text] of lines.entries()) {
    const read = readSecretLine((i + 1) as LineNumber, text.toLowerCase());
    assert(read.ok);
    assertEquals(read.part.octets(), COUNTING.subarray(8 * i, 8 * i + 8));
  }
  const other = readSecretLine(2, lines[2] as string);
  assert(!other.ok);
  assertEquals(other.errors.map(({ rule }) => rule), ["wrong-place"]);
  const numberedLine = readSecretLine(3, `3: ${lines[2]}`);
  assert(numberedLine.ok);
  assertThrows(() => readSecretLine(5 as LineNumber, ""), RangeError);
});

/** All that a message may say. The numbers are counts and places. */
const MESSAGES = [
  /^nothing is typed here; a secret has four lines$/,
  /^there are \d+ lines; a secret has 4$/,
  /^\d+ digits; a line has 20, five groups of four: compare the groups$/,
  /^group [1-5] has a character that is neither 0 to 9 nor A to F: (compare with the print|[a-z ]+( [OILQSZG])? is probably the digit \d(, [a-z ]+( [OILQSZG])? is probably the digit \d)*)$/,
  /^the same as line [1-4]: type the line printed as line [1-4]$/,
  /^this is the line printed as line [1-4]: type the lines in the printed order$/,
  /^a digit is wrong or two are swapped: compare with the print, group by group$/,
];

Deno.test("readSecret() never throws, and its messages never repeat what was typed", () => {
  const mistyped = fc.tuple(secrets, fc.nat(110), fc.nat(4), fc.string({ unit: "binary", maxLength: 6 }))
    .map(([secret, at, cut, put]) => {
      const text = printSecret(secret);
      return text.slice(0, at) + put + text.slice(at + cut);
    });
  fc.assert(
    fc.property(fc.oneof(mistyped, fc.string({ unit: "binary" }), fc.string({ maxLength: 300 })), (text) => {
      const read = readSecret(text);
      if (read.ok) return;
      for (const { line, message } of read.errors) {
        assert(message.startsWith(`line ${line}: `));
        const said = message.slice(message.indexOf(":") + 2);
        assert(MESSAGES.some((pattern) => pattern.test(said)), said);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("readSecret() reads a secret that does not print itself", () => {
  const read = readSecret(PRINTED);
  assertMatch(Deno.inspect(read) + JSON.stringify(read), /^[^0-9]*$/);
});
