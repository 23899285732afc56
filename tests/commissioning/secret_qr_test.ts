import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import decoder from "jsqr";
import { qrContent, readQrContent, secretQr } from "../../src/commissioning/secret_qr.ts";

const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i);
const ID = new Uint8Array(16).fill(0xd5);
/** The package is CommonJS: its types have the function below `default`. */
const jsQR = decoder.default;
/** Pixels of a module. */
const SCALE = 4;
/** Modules of terminal around the code. */
const AROUND = 6;

const octets = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });

interface Photo {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** What a camera sees: `ink` is what a block is drawn with, the rest is the terminal's background. */
function photograph(text: string, ink: number, paper: number): Photo {
  const lines = text.replace(/\n$/, "").split("\n");
  const columns = Math.max(...lines.map((line) => line.length));
  const [width, height] = [(columns + 2 * AROUND) * SCALE, (2 * lines.length + 2 * AROUND) * SCALE];
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = Math.floor(y / SCALE) - AROUND;
      const character = lines[Math.floor(row / 2)]?.[Math.floor(x / SCALE) - AROUND] ?? " ";
      const drawn = character === "█" || character === (row % 2 === 0 ? "▀" : "▄");
      data.fill(drawn ? ink : paper, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { data, width, height };
}

function scan({ data, width, height }: Photo, inversionAttempts: "dontInvert" | "attemptBoth"): string {
  const code = jsQR(data, width, height, { inversionAttempts });
  assert(code !== null, "no code found");
  return code.data;
}

Deno.test("secretQr() on a dark terminal is read by another program as the same secret", () => {
  fc.assert(
    fc.property(octets(32), octets(16), (secret, id) => {
      const read = readQrContent(scan(photograph(secretQr(secret, id), 230, 20), "dontInvert"));
      assert(read.ok);
      assertEquals(read.secret.octets(), secret);
      assertEquals(read.deviceId, id);
    }),
    { numRuns: 10 },
  );
});

Deno.test("secretQr() on a light terminal is the inverted code, quiet zone included", () => {
  assertEquals(scan(photograph(secretQr(SECRET, ID), 20, 230), "attemptBoth"), qrContent(SECRET, ID));
});

Deno.test("secretQr() with colours sets white and black on each line, and draws the same", () => {
  const plain = secretQr(SECRET, ID);
  const lines = secretQr(SECRET, ID, { colours: true }).trimEnd().split("\n");
  const [on, off] = ["\x1b[38;5;231;48;5;16m", "\x1b[0m"];
  assertEquals(lines, plain.replace(/\n$/, "").split("\n").map((line) => `${on}${line}${off}`));
});

Deno.test("secretQr() fits a terminal of 80 by 24, whatever the secret", () => {
  fc.assert(
    fc.property(octets(32), octets(16), (secret, id) => {
      const lines = secretQr(secret, id).split("\n");
      assertEquals([lines.length, new Set(lines.slice(0, -1).map((line) => line.length))], [
        24,
        new Set([45]),
      ]);
    }),
    { numRuns: 20 },
  );
});

Deno.test("secretQr() has a light border of four modules", () => {
  const lines = secretQr(SECRET, ID).split("\n");
  assertEquals(lines.slice(0, 2), ["█".repeat(45), "█".repeat(45)]);
  for (const line of lines.slice(0, 22)) assertMatch(line, /^████.*████$/);
});

Deno.test("secretQr() refuses a secret or a device ID of another length", () => {
  assertThrows(() => secretQr(SECRET.subarray(1), ID), RangeError);
  assertThrows(() => secretQr(SECRET, ID.subarray(1)), RangeError);
});

const CONTENT = qrContent(SECRET, ID);
const refusals: [name: string, text: string, rule: string][] = [
  ["another code", "https://example.org", "not-a-secret"],
  ["nothing", "", "not-a-secret"],
  ["a later version", CONTENT.replace(":1:", ":2:"), "other-version"],
  ["a short device ID", CONTENT.replace("D5", "D"), "bad-device-id"],
  ["a device ID with a letter that is no digit", CONTENT.replace("D5", "DS"), "bad-device-id"],
  ["a code without secret", CONTENT.split(":").slice(0, 3).join(":"), "bad-secret"],
  ["a cut secret", CONTENT.slice(0, -1), "bad-secret"],
  ["more than a secret", `${CONTENT}:1`, "bad-secret"],
  ["a wrong digit in the secret", `${CONTENT.slice(0, -1)}0`, "bad-secret"],
];

for (const [name, text, rule] of refusals) {
  Deno.test(`readQrContent() refuses ${name}`, () => {
    const read = readQrContent(text);
    assert(!read.ok);
    assertEquals(read.rule, rule);
    if (text.length > 100) assert(!/[0-9A-F]{4}/.test(JSON.stringify(read)), "shows what was scanned");
  });
}

Deno.test("readQrContent() takes lower case and spaces around", () => {
  assert(readQrContent(` ${CONTENT.toLowerCase()}\r\n`).ok);
});

Deno.test("readQrContent() never throws", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.nat(122), (put, at) => {
    readQrContent(put);
    readQrContent(CONTENT.slice(0, at) + put);
  }));
});
