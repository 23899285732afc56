import { assert, assertEquals } from "@std/assert";
import { ademco685Session } from "../../adapters/ademco_685/mod.ts";
import { bosch6500Session } from "../../adapters/bosch_6500/mod.ts";
import type { OutputItem, OutputSession } from "../../adapters/contract.ts";
import { Dc07Session } from "../../adapters/dc07/mod.ts";
import { Dc09Sender } from "../../adapters/dc09/mod.ts";
import { MqttSession } from "../../adapters/mqtt/mod.ts";
import { surGardSession } from "../../adapters/sur_gard/mod.ts";
import { WebhookSession } from "../../adapters/webhook/mod.ts";
import { parseRctConfig } from "../../src/config/load.ts";
import type { OutputConfig } from "../../src/config/output_config.ts";
import { OUTPUT_LANGUAGES } from "../../src/config/output_languages.ts";
import type { OutputSettings } from "../../src/config/output_settings.ts";
import type { RctConfig } from "../../src/config/rct_config.ts";
import { outputSession, webhookOptions } from "../../src/gateway/output_sessions.ts";
import type { LineSettings } from "../../src/serial/line_settings.ts";
import { change, RCT, RCT_OUTPUTS, VDS_KEY } from "./samples.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

function sound(text: string): RctConfig {
  const result = parseRctConfig(text, "rct.toml");
  assert(result.ok, result.ok ? "" : JSON.stringify(result.errors, undefined, 1));
  assertEquals(result.warnings, []);
  return result.config;
}

/** The one output of a file with these lines. */
function output(...lines: string[]): OutputConfig {
  const at = '[[output]]\nname = "automation"\n';
  const [only, ...others] = sound(change(RCT, at, `${at}${lines.join("\n")}\n`)).outputs;
  assert(only !== undefined && others.length === 0);
  return only;
}

Deno.test("an output of every language has the settings of its file", () => {
  const { outputs, routes, serial } = sound(RCT_OUTPUTS);
  const shown = outputs.map(({ settings, line, ...rest }) => ({
    ...rest,
    line,
    settings: withoutSecrets(settings),
  }));
  assertEquals(shown, [
    {
      name: "automation",
      language: "sur-gard",
      faults: "sia",
      faultAccount: "9999",
      line: { kind: "listen", hostname: "192.0.2.1", port: 1026, allow: ["192.0.2.0/24"] },
      settings: {
        language: "sur-gard",
        receiver: "A7",
        line: "012",
        lineDigits: 3,
        heartbeatMs: 60_000,
        waitMs: 5000,
        nakLimit: 26,
        text: true,
        textAnswers: true,
      },
    },
    {
      name: "ademco",
      language: "ademco-685",
      faults: "contact-id",
      faultAccount: "0000",
      line: { kind: "serial", settings: serialLine("ademco", "/dev/ttyS0") },
      settings: {
        language: "ademco-685",
        receiver: "2",
        line: "3",
        heartbeatMs: 45_000,
        waitMs: 2000,
        nakLimit: 3,
        addressLetter: "contact",
        previous: "E",
        mark98: true,
        trailingBlank: false,
        terminator: "esc",
        form: "contact-id",
      },
    },
    {
      name: "bosch",
      language: "bosch-6500",
      faults: "off",
      faultAccount: "0000",
      line: { kind: "connect", hostname: "ae.example", port: 10_001, tls: undefined },
      settings: {
        language: "bosch-6500",
        receiver: "02",
        line: "4",
        heartbeatMs: 0,
        waitMs: undefined,
        nakLimit: undefined,
        text: true,
        header: "lf",
        qualifiers: "letters",
        mark98: false,
        commands: "reject",
      },
    },
    {
      name: "dc07",
      language: "dc07",
      faults: "auto",
      faultAccount: "0000",
      line: { kind: "listen", hostname: "127.0.0.1", port: 1027, allow: undefined },
      settings: {
        language: "dc07",
        receiver: "05",
        line: "06",
        heartbeatMs: 20_000,
        waitMs: undefined,
        nakLimit: undefined,
        text: true,
      },
    },
    {
      name: "bosch-sia",
      language: "bosch-sia",
      faults: "auto",
      faultAccount: "0000",
      line: { kind: "serial", settings: serialLine("bosch-sia", "/dev/ttyS1") },
      settings: {
        language: "bosch-sia",
        receiver: "01",
        line: "01",
        heartbeatMs: undefined,
        waitMs: 4000,
        nakLimit: undefined,
        text: false,
      },
    },
    {
      name: "dc09",
      language: "dc09",
      faults: "auto",
      faultAccount: "0000",
      line: { kind: "udp", hostname: "ae.example", port: 9999 },
      settings: {
        language: "dc09",
        receiver: "1F",
        line: "0",
        account: "1234",
        key: "secret",
        timestamps: undefined,
        waitMs: 5000,
        tries: 4,
        nakLimit: 3,
        heartbeatMs: 600_000,
        closeAfterAck: undefined,
      },
    },
    {
      name: "dc09-tcp",
      language: "dc09",
      faults: "auto",
      faultAccount: "0000",
      line: { kind: "connect", hostname: "ae.example", port: 9999, tls: undefined },
      settings: {
        language: "dc09",
        receiver: undefined,
        line: undefined,
        account: undefined,
        key: undefined,
        timestamps: true,
        waitMs: undefined,
        tries: undefined,
        nakLimit: undefined,
        heartbeatMs: undefined,
        closeAfterAck: true,
      },
    },
    {
      name: "vds",
      language: "vds2465-tcp",
      faults: "auto",
      faultAccount: "0000",
      line: { kind: "connect", hostname: "centre.example", port: 4000, tls: undefined },
      settings: {
        language: "vds2465-tcp",
        ident: "123456",
        key: "secret",
        waitMs: 9000,
        hangUpAfterMs: 60_000,
      },
    },
    {
      name: "broker",
      language: "mqtt",
      faults: "auto",
      faultAccount: "0000",
      line: { kind: "connect", hostname: "broker.example", port: 8883, tls: { ca: "broker-ca.pem" } },
      settings: {
        language: "mqtt",
        clientId: "tocsin-east",
        topic: "arc/{account}",
        availability: "",
        username: "tocsin",
        password: "secret",
        noSubscriber: "accept",
        waitMs: 8000,
        heartbeatMs: 15_000,
      },
    },
    {
      name: "web",
      language: "webhook",
      faults: "auto",
      faultAccount: "0000",
      line: {
        kind: "http",
        url: "https://arc.example/alarms",
        allowHttp: false,
        ca: "web-ca.pem",
        timeoutMs: 9000,
      },
      settings: { language: "webhook", secrets: "secret", tries: 6 },
    },
  ]);
  assertEquals(routes, [
    { name: "both", mode: "all", outputs: ["automation", "web"], accounts: [] },
    { name: "standby", mode: "first", outputs: ["automation", "ademco"], accounts: [] },
    {
      name: "accounts",
      mode: "by-account",
      outputs: [],
      accounts: [
        { accounts: "10*", output: "both" },
        { accounts: "1234", output: "dc09" },
        { accounts: "*", output: "standby" },
      ],
    },
  ]);
  assertEquals(serial, { socket: "data/lines.sock" });
});

function serialLine(name: string, device: string): LineSettings {
  return {
    name,
    device,
    baud: 9600,
    dataBits: 8,
    parity: "N",
    stopBits: 1,
    flow: "none",
    beforeMs: 0,
    afterMs: 0,
    quietMs: 0,
    echo: false,
  };
}

/** Settings with what nobody may see put aside: another test looks at its octets. */
function withoutSecrets(settings: OutputSettings): Record<string, unknown> {
  const hidden = (key: string, value: unknown) =>
    ["key", "password", "secrets"].includes(key) && value !== undefined ? "secret" : value;
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, hidden(key, value)]));
}

Deno.test("keys, password and secrets are those of the file", () => {
  const { outputs } = sound(RCT_OUTPUTS);
  for (const { settings } of outputs) {
    switch (settings.language) {
      case "dc09": {
        if (settings.key === undefined) break;
        assertEquals([settings.key.account, settings.key.keys.map(({ bits }) => bits)], ["*", [128]]);
        break;
      }
      case "vds2465-tcp":
        assertEquals([settings.key?.number, settings.key?.key.octets().toHex()], [7, VDS_KEY]);
        break;
      case "mqtt":
        assertEquals(settings.password?.octets(), ascii("swordfish"));
        break;
      case "webhook":
        assertEquals(settings.secrets.map((secret) => secret.octets().length), [24]);
    }
  }
});

Deno.test("a sender takes one reading of a DC-09 key: 32 hex digits are AES-128, 64 are AES-256", () => {
  for (
    const [key, bits] of [
      ["00112233445566778899AABBCCDDEEFF", 128],
      ["00112233445566778899AABBCCDDEEFF0011223344556677", 192],
      ["00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF", 256],
      ["sixteen letters!", 128],
      ["twenty-four letters long", 192],
      ["thirty-two letters, as AES-256!!", 256],
    ] as const
  ) {
    const { settings } = output('language = "dc09"', 'host = "ae"', "port = 7", `key = "${key}"`);
    assert(settings.language === "dc09");
    assertEquals(settings.key?.keys.map((each) => each.bits), [bits], key);
  }
});

Deno.test("what an output needs no more than its name for", () => {
  const listening = { kind: "listen" as const, hostname: "127.0.0.1", port: 1025, allow: undefined };
  for (const language of ["sur-gard", "ademco-685", "bosch-6500", "dc07", "bosch-sia"]) {
    const { line, settings } = output(`language = "${language}"`);
    assertEquals(line, listening, language);
    assertEquals(settings.language, language);
    const numbers = "receiver" in settings ? [settings.receiver, settings.line] : [];
    assertEquals(
      numbers,
      { "sur-gard": ["01", "1"], "ademco-685": ["1", "1"], "bosch-6500": ["01", "1"] }[language] ??
        ["01", "01"],
    );
  }
});

Deno.test("a broker's port follows tls, and its client identifier the device ID and the output's name", () => {
  for (
    const [lines, port] of [[[], 1883], [["tls = true"], 8883], [
      ["tls = true", "port = 8884"],
      8884,
    ]] as const
  ) {
    const { line, settings } = output('language = "mqtt"', 'host = "broker"', ...lines);
    assertEquals(line, {
      kind: "connect",
      hostname: "broker",
      port,
      tls: lines.length === 0 ? undefined : { ca: undefined },
    });
    assertEquals(settings.language === "mqtt" && settings.clientId, "tocsin-e7f80910-automation");
  }
});

Deno.test('heartbeat = "off" is none, and a missing one is left to the adapter', () => {
  const beat = (...lines: string[]) => {
    const { settings } = output(...lines);
    return "heartbeatMs" in settings ? settings.heartbeatMs : "none of it";
  };
  assertEquals(beat('heartbeat = "off"'), 0);
  assertEquals(beat(), undefined);
  assertEquals(beat('language = "mqtt"', 'host = "broker"', 'heartbeat = "off"'), 0);
  assertEquals(beat('language = "dc09"', 'host = "ae"', "port = 7", 'heartbeat = "off"'), 0);
});

Deno.test("an adapter takes whatever the file takes: receivers, lines, widths, keys, forms", () => {
  const random = (octets: number) => new Uint8Array(octets);
  const start = (each: OutputConfig) => {
    const webhook = webhookOptions(each);
    if (webhook !== undefined) return void new WebhookSession(webhook);
    outputSession(each, { random }).connected(0);
  };
  sound(RCT_OUTPUTS).outputs.forEach(start);
  const all = ["sur-gard", "ademco-685", "bosch-6500", "dc07", "bosch-sia"];
  for (const language of all) start(output(`language = "${language}"`));
  const numbers: [language: string, receivers: string[], lines: string[]][] = [
    ["sur-gard", ["00", "a7", "ZZ"], ["0", "z"]],
    ["ademco-685", ["0", "Z"], ["0", "Z"]],
    ["bosch-6500", ["00", "ZZ"], ["0", "Z"]],
    ["dc07", ["0", "99", "zZ"], ["1", "99", "0a"]],
    ["bosch-sia", ["0", "99"], ["1", "99"]],
  ];
  for (const [language, receivers, lines] of numbers) {
    for (const receiver of receivers) {
      for (const line of lines) {
        start(output(`language = "${language}"`, `receiver = "${receiver}"`, `line = "${line}"`));
      }
    }
  }
  for (let digits = 1; digits <= 7; digits++) {
    start(output(`line_digits = ${digits}`, `line = "${"9".repeat(digits)}"`));
  }
  const dc09 = ['language = "dc09"', 'host = "ae"', "port = 7"];
  start(output(...dc09));
  start(
    output(
      ...dc09,
      'receiver = "ffffff"',
      'line = "FFFFFF"',
      'account = "1"',
      'heartbeat = "18h"',
      "tries = 100",
    ),
  );
  start(
    output(
      'language = "vds2465-tcp"',
      'host = "ae"',
      "port = 7",
      'ident = "123456789012"',
      'hang_up_after = "1h"',
    ),
  );
  start(
    output('language = "mqtt"', 'host = "ae"', 'heartbeat = "18h"', 'topic = "{account}/{protocol}/{id}"'),
  );
});

const item: OutputItem = {
  id: "a",
  account: "1234",
  protocol: "contact-id",
  data: ascii("123418113001015"),
  events: [],
  repeated: false,
};

/** When a session gives up waiting for the answer to what it has sent, and after how much silence it sends by itself. */
function timesOf(session: OutputSession, answer: number[]): { waitMs: number; heartbeatMs: number } {
  const first = session.connected(0);
  if (!first.some(({ kind }) => kind === "send")) session.offer(item, 0);
  const waitMs = session.nextTick ?? 0;
  session.feed(Uint8Array.from(answer), 0);
  return { waitMs, heartbeatMs: session.nextTick ?? 0 };
}

Deno.test("the waits and heartbeats that the checks reckon with are those of the adapters", () => {
  const [ack, connack] = [[0x06], [0x20, 3, 0, 0, 0]];
  const found: [string, OutputSession, number[]][] = [
    ["sur-gard", surGardSession({ probationMs: 0 }), ack],
    ["ademco-685", ademco685Session({ probationMs: 0 }), ack],
    ["bosch-6500", bosch6500Session({ probationMs: 0 }), ack],
    ["mqtt", new MqttSession({ clientId: "c", availability: "" }), connack],
  ];
  for (const [language, session, answer] of found) {
    const { waitMs, heartbeatMs } = OUTPUT_LANGUAGES[language]!;
    assertEquals({ language, ...timesOf(session, answer) }, { language, waitMs, heartbeatMs });
  }
  // Their answers carry numbers: the wait alone.
  const framed: [string, OutputSession][] = [
    ["dc07", new Dc07Session()],
    ["bosch-sia", new Dc07Session({ profile: "bosch-sia" })],
    ["dc09", new Dc09Sender()],
  ];
  for (const [language, session] of framed) {
    assertEquals([language, timesOf(session, []).waitMs], [language, OUTPUT_LANGUAGES[language]!.waitMs]);
  }
});
