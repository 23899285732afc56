import { assert, assertEquals } from "@std/assert";
import { formatConfigError } from "../../src/config/config_error.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import { change, KEY, RCT_ID, SPT, SPT_ID, sptErrors } from "./samples.ts";

Deno.test("a short SPT file gives every default", () => {
  const result = parseSptConfig(SPT, "spt.toml");
  assert(result.ok);
  const { identity, ...rest } = result.config;
  assertEquals(rest, {
    name: "shop-12",
    journal: { path: "data/spt.sqlite", keepMs: 800 * 86_400_000, maxBytes: undefined },
    adapters: [],
    serial: { socket: "data/serial.sock" },
    rct: {
      hostname: "rct.example",
      port: 50136,
      responseTimeoutMs: 2000,
      transmissions: 4,
      heartbeatMs: 30_000,
      encryption: "aes-256",
      sessionLifetimeMs: 86_400_000,
      minRegion: 128,
      edition: "2020",
      hash: "sha-256",
      pollMode: "push",
      clock: "own",
    },
    keys: { path: "data/keys.sqlite", keyFile: undefined },
    commissioning: {
      port: 50137,
      certificate: undefined,
      caFiles: [],
      // The RCT's certificate has to be for the name it is called by.
      rctName: "rct.example",
      validateRct: true,
      legacyDss: false,
    },
    http: { hostname: "127.0.0.1", port: 8151 },
    inputs: [{
      name: "galaxy",
      language: "sia",
      line: { kind: "network", hostname: "0.0.0.0", port: 10002, transport: "tcp" },
      acknowledge: "store-and-forward",
      account: undefined,
      allow: undefined,
      maxConnections: 8,
      passThroughWaitMs: 20_000,
      quirk: { name: "auto", byAccount: {} },
      settings: {
        language: "sia",
        ackStyle: undefined,
        alwaysAck: undefined,
        hexAddress: undefined,
        remote: "never",
      },
    }],
    raws: [],
  });
  assertEquals(identity.deviceId.toHex(), SPT_ID);
  const { master } = identity;
  assertEquals(master?.rctDeviceId.toHex(), RCT_ID);
  assertEquals(master?.masterHandle, 0x0462f3aa);
  assertEquals(master?.masterKey.octets().toHex(), KEY);
  assertEquals(result.warnings, []);
});

Deno.test("every key of an SPT file is taken over", () => {
  const text = SPT
    .replace(
      "[rct]\n",
      'adapters = ["./morse.ts"]\n[serial]\nsocket = "/run/tocsin/serial.sock"\n' +
        '[journal]\npath = "/var/lib/tocsin/spt.sqlite"\n[rct]\nport = 4000\nresponse_timeout = "500ms"\n',
    )
    .replace(
      "[identity]",
      'transmissions = 3\nheartbeat = 90\nencryption = "aes-128"\nsession_lifetime = "2d"\npadding = 256\nedition = "2013"\n' +
        'hash = "ripemd-256"\npoll = "pull"\nclock = "follow-rct"\n' +
        '[keys]\npath = "k.sqlite"\nkey_file = "/etc/spt.key"\n' +
        '[commissioning]\ncertificate = "c.pem"\nprivate_key = "c.key"\nrct_ca = ["a.pem", "b.pem"]\nrct_name = "centre.example"\nport = 4001\n' +
        "validate_rct = true\nlegacy_dss = true\n[identity]",
    )
    .replace("[[input]]", '[http]\nhost = "0.0.0.0"\nport = 0\nallow_remote = true\n[[input]]') +
    'acknowledge = "pass-through"\naccount = "00foc7"\nallow = ["192.168.1.0/24", "2001:db8::1"]\n' +
    'max_connections = 2\npass_through_wait = "10s"\nack_style = "00"\n' +
    'always_ack = true\nhex_address = false\nremote = "reverse-channel"\nquirk = "galaxy-flex"\nquirks = ["1234:dsc"]\n' +
    '[[input]]\nname = "t"\nlanguage = "texecom"\nhost = "127.0.0.1"\nport = 10003\npoll_minutes = 5\n';
  const result = parseSptConfig(text, "spt.toml");
  assert(result.ok, JSON.stringify(result));
  const { config } = result;
  assertEquals(config.journal.path, "/var/lib/tocsin/spt.sqlite");
  assertEquals(config.rct, {
    hostname: "rct.example",
    port: 4000,
    responseTimeoutMs: 500,
    transmissions: 3,
    heartbeatMs: 90_000,
    encryption: "aes-128",
    sessionLifetimeMs: 172_800_000,
    minRegion: 256,
    edition: "2013",
    hash: "ripemd-256",
    pollMode: "pull",
    clock: "follow-rct",
  });
  assertEquals(config.keys, { path: "k.sqlite", keyFile: "/etc/spt.key" });
  assertEquals(config.commissioning, {
    port: 4001,
    certificate: { chainFile: "c.pem", keyFile: "c.key" },
    caFiles: ["a.pem", "b.pem"],
    rctName: "centre.example",
    validateRct: true,
    legacyDss: true,
  });
  assertEquals(config.http, { hostname: "0.0.0.0", port: 0 });
  assertEquals(config.inputs[0], {
    name: "galaxy",
    language: "sia",
    line: { kind: "network", hostname: "0.0.0.0", port: 10002, transport: "tcp" },
    acknowledge: "pass-through",
    account: "00foc7",
    allow: ["192.168.1.0/24", "2001:db8::1"],
    maxConnections: 2,
    passThroughWaitMs: 10_000,
    quirk: { name: "galaxy-flex", byAccount: { "1234": "dsc" } },
    settings: {
      language: "sia",
      ackStyle: "00",
      alwaysAck: true,
      hexAddress: false,
      remote: "reverse-channel",
    },
  });
  assertEquals(config.adapters, ["./morse.ts"]);
  assertEquals(config.serial.socket, "/run/tocsin/serial.sock");
  assertEquals([config.inputs[1]?.line, config.inputs[1]?.settings], [
    { kind: "network", hostname: "127.0.0.1", port: 10003, transport: "tcp" },
    { language: "texecom", pollMinutes: 5, gapMs: undefined },
  ]);
});

Deno.test("the page can be switched off in three ways, and a page on this machine needs no permission", () => {
  for (
    const off of [
      "[http]\nenabled = false\n",
      "[http]\nport = false\n",
      '[http]\nport = false\nhost = "0.0.0.0"\n',
    ]
  ) {
    const result = parseSptConfig(change(SPT, "[[input]]", `${off}[[input]]`), "spt.toml");
    assert(result.ok && result.config.http === undefined, off);
  }
  const result = parseSptConfig(`http = false\n${SPT}`, "spt.toml");
  assert(result.ok && result.config.http === undefined);
  for (const host of ["127.1.2.3", "::1", "localhost"]) {
    assertEquals(sptErrors(change(SPT, "[[input]]", `[http]\nhost = "${host}"\n[[input]]`)), []);
  }
  for (const host of ["::", "192.168.1.1", "127.0.0.1.example", "example.org"]) {
    assertEquals(sptErrors(change(SPT, "[[input]]", `[http]\nhost = "${host}"\n[[input]]`)).length, 1, host);
  }
});

Deno.test("a wait without effect is a warning", () => {
  const result = parseSptConfig(`${SPT}pass_through_wait = "9s"\n`, "spt.toml");
  assert(result.ok);
  assertEquals(result.warnings.map(formatConfigError), [
    'spt.toml:13: input.pass_through_wait: has no effect while acknowledge is "store-and-forward"',
  ]);
});

Deno.test("languages from outside are taken when they are named", () => {
  const text = change(SPT, '"sia"', '"morse"');
  assertEquals(sptErrors(text).length, 1);
  const result = parseSptConfig(`${text}poll_minutes = 3\n`, "spt.toml", { languages: ["morse"] });
  assert(result.ok);
  assertEquals([result.config.inputs[0]?.language, result.config.inputs[0]?.settings], ["morse", {
    language: "outside",
  }]);
});

Deno.test("keys may be printed with spaces, colons, hyphens and capitals", () => {
  const groups = KEY.toUpperCase().match(/.{4}/g) ?? [];
  for (const mark of ["-", ":", " "]) {
    const result = parseSptConfig(change(SPT, KEY, groups.join(mark)), "spt.toml");
    assert(result.ok && result.config.identity.master?.masterKey.octets().toHex() === KEY);
  }
});

Deno.test("listen takes a port alone, IPv6 in brackets and a number", () => {
  const cases: [string, string, number][] = [
    ['"10002"', "0.0.0.0", 10002],
    ['":10002"', "0.0.0.0", 10002],
    ["10002", "0.0.0.0", 10002],
    ['"[::1]:10002"', "::1", 10002],
    ['"localhost:7"', "localhost", 7],
  ];
  for (const [listen, hostname, port] of cases) {
    const result = parseSptConfig(change(SPT, '"0.0.0.0:10002"', listen), "spt.toml");
    assert(result.ok, listen);
    assertEquals(result.config.inputs[0]?.line, { kind: "network", hostname, port, transport: "tcp" });
  }
  for (const listen of ['"::1:10002"', '"[10.0.0.1]:5"', '"a b:5"', '":0"', "0", '"1.2.3:5"']) {
    assertEquals(sptErrors(change(SPT, '"0.0.0.0:10002"', listen)).length, 1, listen);
  }
});
