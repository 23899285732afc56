import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { openBody, sealBody } from "../../../adapters/dc09/encryption.ts";
import { writeText } from "../../../adapters/dc09/octets.ts";
import {
  Dc09Key,
  dc09Keys,
  type Dc09Message,
  parseDc09,
  readTimestamp,
  writeDc09,
  writeTimestamp,
} from "../../../adapters/dc09/mod.ts";
import { ascii, dc09Message, keysOf, text, zeros } from "./arbitrary.ts";

const HEAD = { id: "SIA-DCS", encrypted: true, sequence: "0001", line: "0", account: "1234" };
const STAMP = "_12:00:00,01-02-2026";
const KEYS = keysOf("0123456789ABCDEF");
const KEY = KEYS[0] as Dc09Key;

function encrypt(plain: string, key = KEY): string {
  return key.encrypt(Uint8Array.from(plain, (char) => char.charCodeAt(0))).toHex().toUpperCase();
}

Deno.test("what is written is read back, in clear and with every size of key", () => {
  const keys = ["0123456789ABCDEF", "0123456789ABCDEF01234567", "0123456789ABCDEF0123456789ABCDEg"].map((
    it,
  ) => keysOf(it)[0] as Dc09Key);
  assertEquals(keys.map((it) => it.bits), [128, 192, 256]);
  const pad = fc.func(fc.nat(255));
  fc.assert(fc.property(dc09Message, fc.constantFrom(...keys), pad, (message, key, octet) => {
    const random = (octets: number) => Uint8Array.from({ length: octets }, (_, at) => octet(at));
    const content = writeDc09(message, { key, random });
    const read = parseDc09(content, () => [key]);
    assert(read.ok, JSON.stringify(read));
    assertEquals(read.message, message);
    assertEquals(read.key, message.encrypted ? key : undefined);
  }));
});

Deno.test("a body in clear that looks odd is read as far as it goes", () => {
  const cases: [string, Partial<Dc09Message>][] = [
    ['"NULL"0000L0#1234', { data: "", quirks: ["missing-bracket"] }],
    ['"SIA-DCS"0001L0#1234[#1234|NRP', { data: "#1234|NRP", quirks: ["missing-bracket"] }],
    [`"SIA-DCS"0001L0#1234[#1234|NRP${STAMP}`, {
      data: "#1234|NRP",
      timestamp: STAMP.slice(1),
      quirks: ["missing-bracket"],
    }],
    ['"SIA-DCS"0001L0#1234[#1234|NRP]_99:00:00,01-02-2026', {
      timestamp: "99:00:00,01-02-2026",
      quirks: ["bad-timestamp"],
    }],
    ['"SIA-DCS"0001L0#1234[#1234|NRP]?', { data: "#1234|NRP", quirks: ["trailing-text"] }],
    ['"SIA-DCS"1L0#1234[#1234|NRP]', { sequence: "1", quirks: ["odd-sequence"] }],
    ['"SIA-DCS"0001[#1234|NRP]', { data: "#1234|NRP", quirks: [] }],
    ['"NULL"0000 R0L0#1[]', { receiver: "0", quirks: [] }],
    [`"ADM-CID"0001L0#1[#1|1130 01 015][X012W34.1][Q?][][Mlast]]${STAMP}`, {
      extended: [
        { id: "X", text: "012W34.1" },
        { id: "Q", text: "?" },
        { id: "", text: "" },
        { id: "M", text: "last]" },
      ],
      quirks: [],
    }],
  ];
  for (const [content, expected] of cases) {
    const read = parseDc09(ascii(content));
    assert(read.ok, content);
    for (const [name, value] of Object.entries(expected)) {
      assertEquals(read.message[name as keyof Dc09Message], value, `${content} ${name}`);
    }
  }
});

Deno.test("text in UTF-8 and in Windows-1252 is read (field: [SУлица])", () => {
  for (
    const [street, encoding] of [["Улица", "utf-8"], ["Küche", "utf-8"], ["Küche", "windows-1252"]] as const
  ) {
    const content = `"SIA-DCS"0001L0#1234[#1234|NRP][S${writeText(street, encoding)}]`;
    const read = parseDc09(ascii(content));
    assert(read.ok);
    assertEquals(read.message.extended, [{ id: "S", text: street }]);
    assertEquals(read.message.encoding, encoding);
    assertEquals(text(writeDc09(read.message)), content);
  }
});

Deno.test("heads that are none are refused with what was found and what was expected", () => {
  for (
    const content of [
      '""0001L0#1[]',
      '"SIA-DCS"L0#1[]',
      '"SIA-DCS"0001?#1[]',
      '"SIA-DCS',
      `"X"1#${"1".repeat(99)}[]`,
    ]
  ) {
    const read = parseDc09(ascii(content));
    assert(!read.ok && read.rule === "bad-head", content);
    assertMatch(read.message, /begins with .*SIA-DCS/);
  }
});

Deno.test("pads that hold | and ], as some senders make them, are taken off", () => {
  const bodies = [
    `#1234|Nri1/BA5]${STAMP}`,
    `#1234|NRR|Atest]${STAMP}`,
    `#1234|1130 01 015][RHall]${STAMP}`,
    `Nri1/WA000]${STAMP}`,
    `1130 01 015]${STAMP}`,
  ];
  fc.assert(
    fc.property(fc.constantFrom(...bodies), fc.stringMatching(/^[a-z|\]\x80-\xff]{16}$/), (body, noise) => {
      const size = 16 - (body.length + 1) % 16;
      const opened = openBody(encrypt(`${noise.slice(0, size)}|${body}`), HEAD, KEYS);
      assert(opened.ok);
      assertEquals(opened.body, body);
    }),
  );
});

Deno.test("an encrypted body is read in every way it is met", () => {
  const cases: [string, string, string[]][] = [
    // A real NULL, written before the bar became mandatory.
    [`ppppp`.padStart(11, "p") + `]${STAMP}`, `]${STAMP}`, ["no-pad-bar"]],
    // An iobroker.sia answer: a block of PKCS#7 padding behind.
    [`0000000000|]${STAMP}` + "\x10".repeat(16), `]${STAMP}`, ["trailing-octets"]],
    ["0000|#1234|NRP]0".slice(0, 15).padStart(16, "0"), "#1234|NRP]", ["no-timestamp"]],
  ];
  for (const [plain, body, quirks] of cases) {
    const whole = plain.padStart(Math.ceil(plain.length / 16) * 16, "p");
    const id = body.startsWith("]") ? "NULL" : "SIA-DCS";
    const opened = openBody(encrypt(whole), { ...HEAD, id }, KEYS);
    assert(opened.ok, plain);
    assertEquals([opened.body, opened.quirks], [body, quirks]);
  }
  const cipher = sealBody(`#1234|NRP]${STAMP}`, KEY, zeros);
  const lower = openBody(`${cipher.toLowerCase()}]`, HEAD, KEYS);
  assertEquals(lower.ok && lower.quirks, ["lower-case-cipher", "text-after-cipher"]);
});

Deno.test("a wrong key is named, and told from a damaged cipher text and from no key", () => {
  const cipher = sealBody(`#1234|Nri1/BA5]${STAMP}`, KEY, zeros);
  const wrong = openBody(cipher, HEAD, keysOf("FEDCBA9876543210"));
  assert(!wrong.ok && wrong.rule === "wrong-key");
  assertMatch(wrong.message, /The key is not the panel's/);
  const none = openBody(cipher, HEAD, []);
  assert(!none.ok && none.rule === "no-key");
  for (const bad of ["", "ABC", cipher.slice(2), `${cipher}XYZ`]) {
    const broken = openBody(bad, HEAD, KEYS);
    assert(!broken.ok && broken.rule === "bad-cipher", bad);
  }
});

Deno.test("no wrong key is ever taken for the right one", () => {
  // The pad is the same, so every key gives other octets: a hundred thousand looks at noise.
  const cipher = Uint8Array.fromHex(sealBody(`#1234|Nri1/BA5]${STAMP}`, KEY, zeros));
  const block = new Uint8Array(16);
  for (let at = 0; at < 100_000; at++) {
    cipher.set([at & 0xff, at >> 8 & 0xff, at >> 16]);
    block.set([at & 0xff, at >> 8 & 0xff, at >> 16]);
    const opened = openBody(block.toHex(), HEAD, KEYS);
    assert(!opened.ok && opened.rule === "wrong-key", String(at));
  }
});

Deno.test("keys: characters or hexadecimal digits, 32 of these are tried as both, and never shown", () => {
  const bits = (setting: string) => keysOf(setting).map((it) => it.bits);
  assertEquals(bits("0123456789ABCDEF"), [128]);
  assertEquals(bits("a key of twenty-four cha"), [192]);
  assertEquals(bits("0".repeat(32)), [128, 256]);
  assertEquals(bits("0".repeat(48)), [192]);
  assertEquals(bits("0".repeat(64)), [256]);
  for (const setting of ["", "12345678", "0".repeat(40), "geheimer Schlüss", "x".repeat(64)]) {
    const read = dc09Keys(setting);
    assert(!read.ok);
    if (setting !== "") assert(!read.message.includes(setting));
  }
  const cipher = sealBody(`#1234|NRP]${STAMP}`, keysOf("0".repeat(32))[1] as Dc09Key, zeros);
  assert(openBody(cipher, HEAD, keysOf("0".repeat(32))).ok);
  const seen = Deno.inspect(keysOf("SecretSecret1234"), { depth: 9, showHidden: true }) +
    JSON.stringify(keysOf("SecretSecret1234"));
  assert(!/Secret|53656372|83, 101/.test(seen), seen);
  assertThrows(() => new Dc09Key(new Uint8Array(8)), RangeError);
});

Deno.test("the pad is never empty, has no bar or bracket, and differs when the random octets do", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[ -Z]{0,40}$/),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      (data, noise) => {
        const cipher = sealBody(`${data}]${STAMP}`, KEY, (octets) => noise.subarray(0, octets));
        const plain = text(KEY.decrypt(Uint8Array.fromHex(cipher)));
        const pad = plain.slice(0, plain.indexOf("|"));
        assert(pad.length >= 1 && pad.length <= 16);
        assert(!/[[\]]/.test(pad));
        assertEquals(plain.slice(pad.length + 1), `${data}]${STAMP}`);
      },
    ),
  );
  const one = sealBody(`]${STAMP}`, KEY, zeros);
  assertNotEquals(sealBody(`]${STAMP}`, KEY, (octets) => new Uint8Array(octets)), one);
});

Deno.test("a message that could not be read back is not written", () => {
  const message = { ...HEAD, encrypted: false, data: "", extended: [], encoding: "ascii" as const };
  const bad = [
    { ...message, id: 'X"' },
    { ...message, sequence: "" },
    { ...message, account: "12[34" },
    { ...message, account: "12\n34" },
    { ...message, line: "0R1" },
    { ...message, data: "a][b" },
    { ...message, data: "a\rb" },
    { ...message, extended: [{ id: "", text: "no letter" }] },
    { ...message, timestamp: "now" },
    { ...message, encrypted: true },
  ];
  for (const one of bad) assertThrows(() => writeDc09(one), RangeError);
});

Deno.test("times are written and read back; what is none of the calendar is none", () => {
  fc.assert(fc.property(fc.integer({ min: -6e10, max: 2e11 }), (seconds) => {
    assertEquals(readTimestamp(writeTimestamp(seconds * 1000)), seconds * 1000);
  }));
  for (
    const none of [
      "",
      "24:00:00,01-01-2026",
      "12:00:00,13-01-2026",
      "12:00:60,01-01-2026",
      "12:00,01-01-2026",
    ]
  ) {
    assertEquals(readTimestamp(none), undefined);
  }
});

Deno.test("random octets never throw", () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map(text),
    fc.constantFrom(
      '"SIA-DCS"',
      '"*SIA-DCS"',
      '"*NULL"',
      "0001",
      "R1",
      "L0",
      "#1234",
      "[",
      "]",
      "|",
      STAMP,
      "00".repeat(16),
    ),
  );
  fc.assert(fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
    parseDc09(ascii(parts.join("")), () => KEYS);
  }));
});
