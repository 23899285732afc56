import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatConfigError } from "../../src/config/config_error.ts";
import { type LoadResult, parseRctConfig, parseSptConfig } from "../../src/config/load.ts";
import { SecretKey } from "../../src/keys/secret_key.ts";
import { mayBeSecret, showValue } from "../../src/config/show_value.ts";
import {
  change,
  KEY,
  RCT,
  RCT_ID,
  RCT_MORE,
  RCT_OUTPUTS,
  SPT,
  SPT_ID,
  SPT_MORE,
  VDS_KEY,
  WEBHOOK_SECRET,
} from "./samples.ts";

/** No run of this many digits of the key may be printed. */
const RUN = 12;

function told(result: LoadResult<unknown>): string {
  const list = [...result.warnings, ...(result.ok ? [] : result.errors)];
  return JSON.stringify(list) + list.map(formatConfigError).join("\n");
}

function assertHidden(printed: string, key: string, what: string): void {
  const plain = printed.toLowerCase().replaceAll("-", "");
  for (let i = 0; i + RUN <= key.length; i++) {
    assert(!plain.includes(key.slice(i, i + RUN)), `${what}: ${printed}`);
  }
}

Deno.test("a key in the place of any other value is not printed", () => {
  const onSerial = change(SPT_MORE, 'listen = "0.0.0.0:10002"', 'serial = "/dev/ttyS0,9600,8N1"');
  for (
    const [text, parse] of [
      [SPT_MORE, parseSptConfig],
      [onSerial, parseSptConfig],
      [RCT_MORE, parseRctConfig],
      [RCT_OUTPUTS, parseRctConfig],
    ] as const
  ) {
    assert(parse(text, "x.toml").ok, "the control");
    const lines = text.split("\n");
    lines.forEach((line, i) => {
      for (
        const value of [
          `"${KEY}"`,
          KEY,
          `'${KEY.slice(1)}'`,
          `"${KEY.match(/.{4}/g)?.join("-")}"`,
          `["${KEY}"]`,
          `"${KEY}`,
        ]
      ) {
        const variants = [
          line.replace(/=.*/, `= ${value}`),
          `${line} ${value}`,
          `${value} = 1`,
          `[${value}]`,
          `[[${value}`,
          value,
          `${line}\nx = ${value}`,
          `${line}\n${value}.port = 5`,
          `${line}\nport = { ${value} = 5 }`,
        ];
        for (const variant of variants) {
          const changed = lines.with(i, variant).join("\n");
          assertHidden(told(parse(changed, "x.toml")), KEY, variant);
        }
      }
    });
  }
});

Deno.test("a key that was changed, cut or split anywhere is not printed", () => {
  const places = SPT.split("\n").length;
  const slip = fc.record({
    line: fc.nat(places),
    at: fc.nat(63),
    insert: fc.constantFrom("", "g", " ", "\n", '"', "\\", "=", "#", "]", "\u00e4", "0x", "-"),
    drop: fc.nat(2),
    head: fc.constantFrom(
      "",
      "name = ",
      "rct.host = ",
      "master_key = ",
      'master_key = "',
      "[",
      "allow = [",
      "x = {y = ",
    ),
    tail: fc.constantFrom("", '"', "]", "}"),
  });
  fc.assert(
    fc.property(slip, ({ line, at, insert, drop, head, tail }) => {
      const damaged = KEY.slice(0, at) + insert + KEY.slice(at + drop);
      const lines = SPT.split("\n");
      lines.splice(line, 0, `${head}${damaged}${tail}`);
      const text = lines.join("\n");
      assertHidden(told(parseSptConfig(text, "x.toml")), KEY, text);
      assertHidden(told(parseRctConfig(text, "x.toml")), KEY, text);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("a passphrase in the place of a key is not printed, with quotes and without", () => {
  for (const word of ["swordfish", "zyx", "Tr0ub4dor&3", "1234"]) {
    for (const value of [`"${word}"`, word, `"${word}`, `'${word}' 5`]) {
      const text = SPT.replace(`"${KEY}"`, () => value);
      const found = told(parseSptConfig(text, "file.toml")).replaceAll(
        /file\.toml:\d+|"line":\d+|64 hex|expected/g,
        "",
      );
      assert(!found.includes(word), `${value}: ${found}`);
    }
  }
});

Deno.test("a checked configuration does not print its keys", () => {
  const spt = parseSptConfig(SPT, "spt.toml");
  const rct = parseRctConfig(RCT, "rct.toml");
  const outputs = parseRctConfig(RCT_OUTPUTS, "rct.toml");
  for (const result of [spt, rct, outputs]) {
    assert(result.ok);
    for (const printed of [JSON.stringify(result), Deno.inspect(result, { depth: 20, showHidden: true })]) {
      assertHidden(printed, KEY, "master key");
      for (const secret of SECRETS) assert(!printed.includes(secret), printed);
    }
  }
});

/** What outputs know and nobody else may see. */
const SECRETS = ["0123456789ABCDEF", VDS_KEY, "swordfish", WEBHOOK_SECRET.slice("whsec_".length)];

Deno.test("a secret of an AE that is wrong is not printed, whatever is wrong with it", () => {
  const lines = RCT_OUTPUTS.split("\n");
  lines.forEach((line, at) => {
    const secret = SECRETS.find((each) => line.includes(each));
    if (secret === undefined) return;
    for (
      const spoilt of [
        line.replace(secret, `${secret}!`),
        line.replace(secret, `: ${secret}`),
        line.replace("whsec_", ""),
        line.replace(/"$/, ""),
        line.replaceAll('"', ""),
        line.replace(" = ", " "),
        // A word is no key to look at: on another line it is shown.
        ...(mayBeSecret(secret) ? ["allow", "wait", "serial", "port"] : [])
          .map((key) => line.replace(/^\w+/, key)),
        `${line}\n${line}`,
        `${line} ${line}`,
      ]
    ) {
      const text = lines.with(at, spoilt).join("\n");
      assert(!told(parseRctConfig(text, "rct.toml")).includes(secret), spoilt);
    }
  });
});

Deno.test("the path of a webhook's address is not printed: it may be a secret", () => {
  for (
    const address of ["http://arc.example/hook-7f3a", "https://u:p@arc.example/hook-7f3a", "arc/hook-7f3a"]
  ) {
    const result = parseRctConfig(change(RCT_OUTPUTS, "https://arc.example/alarms", address), "rct.toml");
    assert(!result.ok);
    assert(!told(result).includes("7f3a"), told(result));
  }
});

Deno.test("a secret key keeps to its own copy", () => {
  const octets = new Uint8Array([1, 2, 3]);
  const key = new SecretKey(octets);
  octets[0] = 9;
  key.octets()[1] = 9;
  assertEquals(key.octets(), new Uint8Array([1, 2, 3]));
});

Deno.test("what helps the technician is shown, what may be a key is measured", () => {
  const cases: [unknown, string][] = [
    ["10002a", '"10002a"'],
    ["192.168.100.200:100021", '"192.168.100.200:100021"'],
    ["rct.example.org:50136", '"rct.example.org:50136"'],
    ["[2001:db8::1]:5", '"[2001:db8::1]:5"'],
    ["store-and-forward", '"store-and-forward"'],
    ["", "empty text"],
    [KEY, "64 hex digits"],
    [SPT_ID, "32 hex digits"],
    [RCT_ID.toUpperCase(), "32 hex digits"],
    ["q83vEjRWeJCrze8SNFZ4kA==", "24 characters"],
    ["a".repeat(41), "41 hex digits"],
    ["t".repeat(41), "41 characters"],
    [1.5, "the number 1.5"],
    [123456789012, "a number"],
    [true, "true"],
    [new Date(0), "a date"],
    [undefined, "nothing"],
  ];
  for (const [value, shown] of cases) assertEquals(showValue(value), shown);
  assert(mayBeSecret(KEY.slice(0, 12)));
  assertEquals(showValue(7, true), "a number");
});
