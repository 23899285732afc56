import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatConfigError } from "../../src/config/config_error.ts";
import { parseRctConfig } from "../../src/config/load.ts";
import { OUTPUT_LANGUAGE_FIELDS, OUTPUT_LANGUAGES } from "../../src/config/output_languages.ts";
import { change, RCT, RCT_OUTPUTS, rctErrors } from "./samples.ts";

const AT = '[[output]]\nname = "automation"\n';

/** The sound file with these lines in its output; they begin on line 6. */
const withLines = (...lines: string[]) => change(RCT, AT, `${AT}${lines.join("\n")}\n`);

/** The shortest lines of an output in each language. */
const SHORTEST: Record<string, string[]> = {
  ...Object.fromEntries(Object.keys(OUTPUT_LANGUAGES).map((language) => [language, []])),
  "dc09": ['host = "ae"', "port = 9999"],
  "vds2465-tcp": ['host = "ae"', "port = 4000"],
  "mqtt": ['host = "ae"'],
  "webhook": ['url = "https://arc.example/a"', 'secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]'],
};

function shortest(language: string, ...lines: string[]): string {
  return withLines(`language = "${language}"`, ...SHORTEST[language] ?? [], ...lines);
}

/** A value that each key takes, in TOML. */
const SAMPLES: Record<string, string> = {
  role: '"connect"',
  host: '"ae"',
  port: "7",
  allow: '["10.0.0.1"]',
  serial: '"/dev/ttyS0,9600,8N1"',
  transport: '"udp"',
  tls: "true",
  ca: '"ca.pem"',
  url: '"https://arc.example/a"',
  allow_http: "true",
  timeout: '"5s"',
  receiver: '"1"',
  line: '"1"',
  line_digits: "3",
  heartbeat: '"30s"',
  wait: '"5s"',
  tries: "4",
  nak_limit: "4",
  text: "true",
  text_answers: "true",
  form: '"caps"',
  address_letter: '"contact"',
  previous: '"E"',
  mark_98: "true",
  trailing_blank: "false",
  terminator: '"esc"',
  header: '"lf"',
  qualifiers: '"letters"',
  commands: '"reject"',
  account: '"1234"',
  key: '"0123456789ABCDEF"',
  timestamps: "true",
  close_after_ack: "true",
  ident: '"123456"',
  hang_up_after: '"1m"',
  client_id: '"c"',
  topic: '"a/{account}"',
  availability: '"a/b"',
  username: '"u"',
  password: '"p"',
  no_subscriber: '"accept"',
  secrets: '["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]',
};

Deno.test("a key that means nothing in a language is refused, and every other is taken", () => {
  assertEquals(Object.keys(SAMPLES).sort(), Object.keys(OUTPUT_LANGUAGE_FIELDS).sort());
  for (const [language, { keys }] of Object.entries(OUTPUT_LANGUAGES)) {
    for (const [key, value] of Object.entries(SAMPLES)) {
      const lines = [`language = "${language}"`];
      lines.push(
        ...(SHORTEST[language] ?? []).filter((line) => !line.startsWith(`${key} =`)),
        `${key} = ${value}`,
      );
      const refused = rctErrors(withLines(...lines)).filter((error) => error.includes("means nothing"));
      const known: readonly string[] = keys;
      assertEquals(
        refused,
        known.includes(key) ? [] : [
          `rct.toml:${
            5 + lines.length
          }: output.${key}: this key means nothing in the language "${language}": take the line away`,
        ],
      );
    }
  }
});

Deno.test("the shortest output of each language is taken without a word", () => {
  for (const language of Object.keys(OUTPUT_LANGUAGES)) {
    const result = parseRctConfig(shortest(language), "rct.toml");
    assertEquals([result.ok ? [] : result.errors, result.warnings], [[], []], language);
  }
});

Deno.test("each wrong output has its exact message", () => {
  const two = 'expected two digits or letters in quotes such as "01", found';
  const cases: [text: string, ...errors: string[]][] = [
    [
      withLines('role = "connect"', "port = 7"),
      '4: output.host: expected the address of the AE, found nothing: role is "connect"',
    ],
    [
      withLines('language = "dc09"'),
      '4: output.host: expected the address of the AE, found nothing: the language "dc09" connects to it',
      '4: output.port: expected the TCP port of the AE, found nothing: the language "dc09" connects to it',
    ],
    [
      withLines('language = "dc09"', 'transport = "udp"', 'host = "ae"'),
      '4: output.port: expected the UDP port of the AE, found nothing: the language "dc09" connects to it',
    ],
    [
      shortest("mqtt", 'role = "listen"'),
      '8: output.role: expected "connect", found "listen": in the language "mqtt" it is the AE that listens',
    ],
    [
      shortest("dc09", 'role = "listen"'),
      '9: output.role: expected "connect", found "listen": in the language "dc09" it is the AE that listens',
    ],
    [
      shortest("vds2465-tcp", 'role = "listen"'),
      '9: output.role: expected "connect", found "listen": in the language "vds2465-tcp" it is the AE that listens',
    ],
    [
      withLines('serial = "/dev/ttyS0,9600,8N1"', "port = 1025"),
      "7: output.port: expected either serial or port, found both: keep one of them",
    ],
    [
      withLines('serial = "/dev/ttyS0,9600,8N1"', 'role = "listen"'),
      "7: output.role: expected either serial or role, found both: keep one of them",
    ],
    [
      withLines('serial = "COM1"'),
      '6: output.serial: expected a serial line such as "/dev/ttyUSB0,9600,8N1", found "COM1"',
    ],
    [
      withLines('serial = "/dev/ttyS0,9600,9N1"'),
      '6: output.serial: line "automation=/dev/ttyS0,9600,9N1": frame: expected data bits 5-8, parity N, E, O, M or S, ' +
      'stop bits 1 or 2, such as 8N1; found "9N1"',
    ],
    [
      withLines(
        'serial = "/dev/ttyS0,9600,8N1"',
        "[[output]]",
        'name = "b"',
        'serial = "/dev/ttyS0,1200,8N1"',
      ),
      "9: output.serial: expected one of its own, found the same as in the output on line 4",
    ],
    [shortest("sur-gard", 'receiver = "1"'), `7: output.receiver: ${two} "1"`],
    [
      shortest("ademco-685", 'receiver = "01"'),
      '7: output.receiver: expected one digit or capital letter in quotes such as "1", found "01"',
    ],
    [
      shortest("ademco-685", 'line = "a"'),
      '7: output.line: expected one digit or capital letter in quotes such as "1", found "a"',
    ],
    [
      shortest("bosch-6500", 'receiver = "a1"'),
      '7: output.receiver: expected two digits or capital letters in quotes such as "01", found "a1"',
    ],
    [
      shortest("dc07", 'receiver = "123"'),
      '7: output.receiver: expected one or two digits in quotes such as "01", found "123"',
    ],
    [
      shortest("dc07", 'line = "00"'),
      '7: output.line: expected one or two digits in quotes such as "01", not 00, found "00"',
    ],
    [
      shortest("dc09", 'line = "G"'),
      '9: output.line: expected 1-6 hexadecimal digits in quotes such as "1", found "G"',
    ],
    [
      shortest("sur-gard", "line_digits = 3", 'line = "1234"'),
      "8: output.line: expected a line of at most line_digits (3) characters, found 4",
    ],
    [
      shortest("dc07", 'heartbeat = "2m"'),
      '7: output.heartbeat: expected a time up to 99s, or "off", found 2m',
    ],
    [
      shortest("mqtt", 'heartbeat = "1d"'),
      '8: output.heartbeat: expected a time from 1s to 18h such as "2s", or "off", found "1d"',
    ],
    [
      shortest("ademco-685", 'form = "4-2"'),
      '7: output.form: expected "contact-id", "4+2", "4+2-spaced" or "caps", found "4-2"',
    ],
    [
      shortest("dc09", 'key = "hunter22"'),
      "9: output.key: expected 16, 24 or 32 characters, or 32, 48 or 64 hex digits (AES-128, 192, 256), the same as in the AE",
    ],
    [
      shortest("dc09", 'heartbeat = "1m"'),
      '9: output.heartbeat: expected account too: supervision messages carry one; or heartbeat = "off"',
    ],
    [
      shortest("vds2465-tcp", 'key = "00112233445566778899aabbccddeeff"'),
      "9: output.key: expected the number of the key (1-65534), a colon and 32 hex digits, as the centre gave them",
    ],
    [
      shortest("vds2465-tcp", "ident = 123456"),
      "9: output.ident: expected an ident number in quotes: 1-12 digits, found the number 123456: put it in quotes",
    ],
    [
      shortest("mqtt", 'topic = "alarms/#"'),
      "8: output.topic: expected a topic. A topic holds no +, # or control characters.",
    ],
    [
      shortest("mqtt", 'client_id = "my client"'),
      '8: output.client_id: expected a client identifier: 1-64 characters without blanks, found "my client"',
    ],
    [
      shortest("mqtt", 'ca = "ca.pem"'),
      "8: output.ca: expected tls = true too: without it there is no certificate to check",
    ],
    [
      shortest(
        "mqtt",
        'client_id = "c"',
        "[[output]]",
        'name = "b"',
        'language = "mqtt"',
        'host = "ae"',
        'client_id = "c"',
      ),
      "13: output.client_id: expected one of its own, found the same as in the output on line 4",
    ],
    [
      withLines('language = "webhook"'),
      '4: output.url: expected the address that alarms are posted to, found nothing: add a line url = "https://arc.example/alarms"',
      '4: output.secrets: expected the secret that both ends share, found nothing: add a line secrets = ["whsec_…"]',
    ],
    [
      change(shortest("webhook"), "https://arc.example/a", "http://arc.example/a"),
      "7: output.url: http://arc.example would carry alarms in clear. Use https://, or allow http for this output.",
    ],
    [
      change(shortest("webhook"), "https://arc.example/a", "ftp://arc.example/a"),
      '7: output.url: expected an address such as "https://arc.example/alarms", found 19 characters',
    ],
    [
      change(shortest("webhook"), "https://arc.example/a", "https://user:pw@arc.example/a"),
      "7: output.url: Name and password do not belong into a webhook URL: webhooks are signed instead.",
    ],
    [
      change(
        shortest("webhook"),
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      ),
      "8: output.secrets: A webhook secret starts with `whsec_`; this one does not. Make one with: echo whsec_$(openssl rand -base64 32)",
    ],
    [
      withLines('faults = "vds"'),
      '6: output.faults: expected "auto", "contact-id", "sia" or "off", found "vds"',
    ],
    [
      withLines("fault_account = 0"),
      "6: output.fault_account: expected an account in quotes: 1-16 letters and digits, found the number 0: put it in quotes",
    ],
    [
      `${shortest("dc09", 'wait = "8s"')}acknowledge = "pass-through"\n`,
      "10: site.pass_through_wait: expected at least the wait of its output (8s): else the SPT is refused before the AE can answer",
    ],
    [
      `${shortest("webhook")}acknowledge = "pass-through"\n`,
      "9: site.pass_through_wait: expected at least the wait of its output (10s): else the SPT is refused before the AE can answer",
    ],
  ];
  for (const [text, ...errors] of cases) {
    assertEquals(rctErrors(text), errors.map((error) => `rct.toml:${error}`), text);
  }
});

Deno.test("a pass-through site gets by with the 6 s of the file where the AE is faster", () => {
  for (const language of ["sur-gard", "ademco-685", "bosch-6500", "dc07", "bosch-sia"]) {
    assertEquals(rctErrors(`${shortest(language)}acknowledge = "pass-through"\n`), [], language);
  }
});

Deno.test("settings that do nothing, or little good, are warned of", () => {
  const cases: [text: string, warning: string][] = [
    [
      shortest("sur-gard", 'role = "connect"', 'host = "ae"', "port = 7", 'allow = ["10.0.0.1"]'),
      '10: output.allow: has no effect while role is "connect"',
    ],
    [
      shortest("ademco-685", 'form = "caps"', 'previous = "E"'),
      '8: output.previous: has no effect while form is "caps"',
    ],
    [
      shortest("dc09", 'key = "0123456789ABCDEF"', "timestamps = true"),
      "10: output.timestamps: has no effect with key: there is always one",
    ],
    [
      shortest("dc09", 'transport = "udp"', "close_after_ack = true"),
      '10: output.close_after_ack: has no effect while transport is "udp"',
    ],
    [
      shortest("mqtt", 'password = "swordfish"'),
      "8: output.password: the password goes through the network in clear: add tls = true",
    ],
    [
      change(shortest("webhook", 'ca = "ca.pem"'), "https://arc.example/a", "http://127.0.0.1/a"),
      "9: output.ca: has no effect with an address that begins with http://",
    ],
  ];
  for (const [text, warning] of cases) {
    const result = parseRctConfig(text, "rct.toml");
    assertEquals(result.ok ? [] : result.errors, [], text);
    assertEquals(result.warnings.map(formatConfigError), [`rct.toml:${warning}`]);
  }
  const here = change(shortest("mqtt", 'password = "swordfish"'), 'host = "ae"', 'host = "127.0.0.1"');
  assertEquals(parseRctConfig(here, "rct.toml").warnings, []);
});

Deno.test("outputs that call clash with nothing, outputs that listen with each other", () => {
  const listening = (language: string) => `[[output]]\nname = "${language}"\nlanguage = "${language}"\n`;
  const text = change(RCT, AT, `${AT}${listening("dc07")}`);
  assertEquals(rctErrors(text), [
    "rct.toml:6: output.port: expected a TCP port of its own, found 1025, the same as output.port on line 4",
  ]);
  assertEquals(
    rctErrors(change(text, 'language = "dc07"\n', 'language = "dc07"\nserial = "/dev/ttyS0,9600,8N1"\n')),
    [],
  );
});

Deno.test("whatever stands in the place of a value or a key of an output, nothing throws", () => {
  const lines = RCT_OUTPUTS.split("\n");
  const places = lines.flatMap((line, at) => line.includes(" = ") ? [at] : []);
  const value = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    fc.constantFrom(
      "0",
      "-1",
      "1e400",
      "true",
      "[]",
      "{}",
      "[[]]",
      '[""]',
      "1979-05-27",
      '"*:"',
      '":"',
      '"off"',
    ),
    fc.constantFrom(
      '"http://"',
      '"https://["',
      '"/dev/,,"',
      '"1:"',
      '"whsec_="',
      '"{account"',
      '"/dev/x,9600,8N1"',
    ),
    fc.integer().map(String),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), value, (at, toml) => {
      const key = lines[at]?.split(" = ")[0];
      const result = parseRctConfig(lines.with(at, `${key} = ${toml}`).join("\n"), "rct.toml");
      assert(result.ok || result.errors.length > 0);
    }),
    { numRuns: 1500 },
  );
});
