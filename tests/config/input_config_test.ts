import { assert, assertEquals } from "@std/assert";
import { parseSptConfig } from "../../src/config/load.ts";
import { change, SPT, sptErrors } from "./samples.ts";

const KEY = "00112233445566778899AABBCCDDEEFF";

/** The sample with another language, and further lines in its input. */
function speaking(language: string, ...lines: string[]): string {
  return change(SPT, 'language = "sia"', [`language = "${language}"`, ...lines].join("\n"));
}

function settings(language: string, ...lines: string[]): unknown {
  const result = parseSptConfig(speaking(language, ...lines), "spt.toml");
  assert(result.ok, JSON.stringify(result));
  return result.config.inputs[0]?.settings;
}

Deno.test("every language has its settings", () => {
  assertEquals(
    settings("contact-id", 'form = "text"', "account_digits = 6", 'letters = "dtmf"', 'gap = "2s"'),
    {
      language: "contact-id",
      form: "text",
      accountDigits: 6,
      letters: "dtmf",
      gapMs: 2000,
    },
  );
  assertEquals(settings("texecom", "poll_minutes = 3", 'gap = "5s"'), {
    language: "texecom",
    pollMinutes: 3,
    gapMs: 5000,
  });
  assertEquals(
    settings(
      "scancom",
      "account_digits = 5",
      "channel_count = 16",
      "checksum = true",
      "low_battery_status = false",
      'channels = ["1:Fire", "12: Cellar", "1234/1: Kiln"]',
      'gap = "200ms"',
    ),
    {
      language: "scancom",
      accountDigits: 5,
      channelCount: 16,
      checksum: true,
      lowBatteryStatus: false,
      channels: {
        all: { "1": "Fire", "12": "Cellar" },
        byAccount: { "1234": { "1": "Kiln", "12": "Cellar" } },
      },
      gapMs: 200,
    },
  );
  assertEquals(
    settings(
      "vds2465-serial",
      "record_echo = true",
      'dead_after = "1m"',
      'time_zone = "Europe/Berlin"',
      'remote = "always"',
    ),
    {
      language: "vds2465-serial",
      recordEcho: true,
      deadAfterMs: 60_000,
      timeZone: "Europe/Berlin",
      remote: "always",
    },
  );
  assertEquals(
    settings(
      "vds2465-tcp",
      'idents = ["123456:7", "88:0"]',
      'poll = "3s"',
      "on_demand = true",
      "allow_plain = true",
      'time_zone = "UTC"',
    ),
    {
      language: "vds2465-tcp",
      keys: [],
      idents: { "123456": 7, "88": 0 },
      pollMs: 3000,
      onDemand: true,
      allowPlain: true,
      timeZone: "UTC",
      remote: "never",
    },
  );
  assertEquals(
    settings(
      "dc09",
      'accounts = ["1234"]',
      'account_from = "data"',
      'clock = "correct"',
      "close_after_ack = true",
      'channels = ["2:Panic"]',
      'gap = "1m"',
    ),
    {
      language: "dc09",
      keys: [],
      accounts: ["1234"],
      encryption: "accepted",
      clock: "correct",
      closeAfterAck: true,
      accountFrom: "data",
      channels: { all: { "2": "Panic" }, byAccount: {} },
      gapMs: 60_000,
    },
  );
  const some = settings("dc09", 'close_after_ack = ["1234", "00AB"]') as { closeAfterAck: unknown };
  assertEquals(some.closeAfterAck, ["1234", "00AB"]);
});

Deno.test("keys of panels are read, and no print of the configuration shows them", () => {
  const dc09 = parseSptConfig(
    speaking("dc09", `keys = ["1234:${KEY}", "*:Sixteen letters!"]`, 'encryption = "required"'),
    "spt.toml",
  );
  assert(dc09.ok, JSON.stringify(dc09));
  const read = dc09.config.inputs[0]!.settings;
  assert(read.language === "dc09");
  assertEquals(read.keys.map(({ account, keys }) => [account, keys.length]), [["1234", 2], ["*", 1]]);
  const vds = parseSptConfig(speaking("vds2465-tcp", `keys = ["7:${KEY}"]`), "spt.toml");
  assert(vds.ok);
  for (const { config } of [dc09, vds]) {
    const shown = JSON.stringify(config) + Deno.inspect(config, { depth: 20 });
    assert(!/00112233|Sixteen/i.test(shown), shown);
  }
});

Deno.test("a serial line stands in place of a port", () => {
  const line = 'serial = "/dev/ttyUSB0,1200,7E1,rs485=rts,before=2"';
  const result = parseSptConfig(change(SPT, 'listen = "0.0.0.0:10002"', line), "spt.toml");
  assert(result.ok, JSON.stringify(result));
  const { line: found } = result.config.inputs[0]!;
  assert(found.kind === "serial");
  const { name, device, baud, parity, rs485, beforeMs } = found.settings;
  assertEquals([name, device, baud, parity, rs485, beforeMs], [
    "galaxy",
    "/dev/ttyUSB0",
    1200,
    "E",
    "rts",
    2,
  ]);
});

Deno.test("each mistake in an input has its exact message", () => {
  const cases: [text: string, error: string][] = [
    [
      speaking("sia", "poll_minutes = 3"),
      'spt.toml:12: input.poll_minutes: this key means nothing in the language "sia": take the line away',
    ],
    [
      speaking("sia", 'quirk = "galaxi-flex"'),
      'spt.toml:12: input.quirk: no quirk of the language "sia" is called "galaxi-flex": did you mean galaxy-flex?',
    ],
    [
      speaking("scancom", 'quirks = ["1234:morse"]'),
      'spt.toml:12: input.quirks: no quirk of the language "scancom" is called "morse": one of ademco-4-8-1, ' +
      "cooper-ion, galaxy, visonic, auto, none",
    ],
    [
      speaking("scancom", "account_digits = 8"),
      "spt.toml:12: input.account_digits: expected a number of digits 2-6, found the number 8",
    ],
    [
      speaking("scancom", 'channels = ["1234/33:Kiln"]'),
      'spt.toml:12: input.channels: expected names of channels such as "1:Fire", or "1234/1:Kiln" for one account, ' +
      'found "1234/33:Kiln"',
    ],
    [
      speaking("scancom", 'channels = ["1:Fire", "1234/1:Kiln", "1234/1:Oven"]'),
      "spt.toml:12: input.channels: expected one name for each channel, found two for 1234/1: keep one of them",
    ],
    [
      speaking("dc09", 'close_after_ack = "1234"'),
      'spt.toml:12: input.close_after_ack: expected true, false, or a list of accounts such as ["1234"], found "1234"',
    ],
    [
      speaking("vds2465-tcp", 'time_zone = "CEST"'),
      'spt.toml:12: input.time_zone: expected a time zone such as "Europe/Berlin", found "CEST"',
    ],
    [
      speaking("dc09", 'encryption = "required"'),
      "spt.toml:12: input.encryption: expected keys too: without them nothing that comes encrypted can be read",
    ],
    [
      speaking("dc09", `keys = ["${KEY}"]`),
      'spt.toml:12: input.keys: expected keys such as "1234:KEY", with the account (dc09) or key number (vds2465-tcp) ' +
      "before the colon, found 32 hex digits: a colon separates the two parts",
    ],
    [
      speaking("dc09", 'keys = ["1234:secret"]'),
      "spt.toml:12: input.keys: 1234: The key has 6 characters, expected are 16, 24 or 32 characters, or 32, 48 or 64 " +
      "hexadecimal digits (0-9, A-F). Set the same key here and in the panel",
    ],
    [
      speaking("dc09", `keys = ["1:${KEY}", "1:${KEY}"]`),
      "spt.toml:12: input.keys: expected one key for each, found two with the same text in front of the colon",
    ],
    [
      speaking("vds2465-tcp", `keys = ["70000:${KEY}"]`),
      "spt.toml:12: input.keys: expected a key number from 1 to 65534 in front of the colon",
    ],
    [
      speaking("vds2465-serial", 'remote = "reverse-channel"'),
      'spt.toml:12: input.remote: expected "never" or "always", found "reverse-channel"',
    ],
    [
      `${SPT}serial = "/dev/ttyS0,300,8N1"\n`,
      "spt.toml:12: input.listen: expected either serial or listen, found both: keep one of them",
    ],
    [
      change(speaking("dc09"), 'listen = "0.0.0.0:10002"', 'serial = "/dev/ttyS0,300,8N1"'),
      'spt.toml:12: input.serial: the language "dc09" is not spoken on serial lines: take listen = "0.0.0.0:10002"',
    ],
    [
      change(SPT, 'listen = "0.0.0.0:10002"', 'serial = "/dev/ttyS0,9600,9N1"'),
      'spt.toml:12: input.serial: line "galaxy=/dev/ttyS0,9600,9N1": frame: expected data bits 5-8, parity N, E, O, M ' +
      'or S, stop bits 1 or 2, such as 8N1; found "9N1"',
    ],
  ];
  for (const [text, error] of cases) assertEquals(sptErrors(text), [error], text);
});

Deno.test("a TCP and a UDP input may share a port number; two UDP inputs may not", () => {
  const second = (transport: string) =>
    `${SPT}[[input]]\nname = "b"\nlanguage = "dc09"\nlisten = "0.0.0.0:10002"\ntransport = "${transport}"\n`;
  assertEquals(sptErrors(second("udp")), []);
  assertEquals(sptErrors(second("both")).length, 1);
  const third = `[[input]]\nname = "c"\nlanguage = "dc09"\nlisten = "127.0.0.1:10002"\ntransport = "udp"\n`;
  assertEquals(sptErrors(second("udp") + third), [
    "spt.toml:21: input.listen: expected a UDP port of its own, found 10002, the same as input.listen on line 16",
  ]);
});
