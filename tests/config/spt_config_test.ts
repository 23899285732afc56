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
    journal: { path: "data/spt.sqlite" },
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

Deno.test("each wrong value of an SPT file has its exact message", () => {
  const cases: [from: string, to: string, error: string][] = [
    [
      'name = "shop-12"',
      "",
      "1: name: expected a name of 1-64 characters, found nothing: add a line name = … before the first [table]",
    ],
    ['"shop-12"', '""', "1: name: expected a name of 1-64 characters, found empty text"],
    [
      '"shop-12"',
      '"a\\u0007"',
      '1: name: expected a name of 1-64 characters, found "a\\u0007": it has control characters in it',
    ],
    [
      'host = "rct.example"',
      "",
      "2: rct.host: expected a host name or an IP address, found nothing: add a line host = … under [rct]",
    ],
    [
      "rct.example",
      "rct.example:50136",
      '3: rct.host: expected a host name or an IP address, found "rct.example:50136": the port has a key of its own, port',
    ],
    [
      "rct.example",
      "udp://rct.example",
      '3: rct.host: expected a host name or an IP address, found "udp://rct.example": only the name, without ://',
    ],
    ["rct.example", "10.0.0.256", '3: rct.host: expected a host name or an IP address, found "10.0.0.256"'],
    ['"rct.example"', '["rct.example"]', "3: rct.host: expected a host name or an IP address, found a list"],
    [
      "[rct]\n",
      '[rct]\nport = "50136"\n',
      '3: rct.port: expected a port number 1-65535, found "50136": take the quotes away',
    ],
    [
      "[rct]\n",
      "[rct]\nport = 65536\n",
      "3: rct.port: expected a port number 1-65535, found the number 65536",
    ],
    ["[rct]\n", "[rct]\nport = 0\n", "3: rct.port: expected a port number 1-65535, found the number 0"],
    ["[rct]\n", "[rct]\nport = 1.5\n", "3: rct.port: expected a port number 1-65535, found the number 1.5"],
    [
      "[rct]\n",
      '[rct]\nresponse_timeout = "2 sec"\n',
      '3: rct.response_timeout: expected a time from 200ms to 1m such as "400ms", found "2 sec": units are ms, s, m, h and d',
    ],
    [
      "[rct]\n",
      "[rct]\nresponse_timeout = 2000\n",
      '3: rct.response_timeout: expected a time from 200ms to 1m such as "400ms", found the number 2000: a number without unit counts seconds',
    ],
    [
      "[rct]\n",
      '[rct]\nheartbeat = "500ms"\n',
      '3: rct.heartbeat: expected a time from 1s to 32d such as "2s", found "500ms"',
    ],
    [
      "[rct]\n",
      "[rct]\ntransmissions = 0\n",
      "3: rct.transmissions: expected a whole number 1-10, found the number 0",
    ],
    [
      "[rct]\n",
      '[rct]\nencryption = "none"\n',
      '3: rct.encryption: expected "aes-256" or "aes-128", found "none"',
    ],
    [
      "[rct]\n",
      "[rct]\npadding = 100\n",
      "3: rct.padding: expected a multiple of 16 in the range 64-1008, found the number 100",
    ],
    ["[rct]\n", "[rct]\nhearbeat = 5\n", "3: rct.hearbeat: unknown key: did you mean heartbeat?"],
    [
      "[rct]\n",
      "[rct]\ncolour = 5\n",
      "3: rct.colour: unknown key: expected one of clock, edition, encryption, hash, heartbeat, host, padding, poll, port, response_timeout, session_lifetime, transmissions",
    ],
    [
      "[rct]\n",
      "[rct]\nport = 5\nport = 6\n",
      "4: rct.port: stands here again, after line 3: keep one of the two",
    ],
    [
      "[rct]\n",
      "[rct]\nport = 10002a\n",
      '3: rct.port: expected a number, true, false or text in quotes ("…"), found a word without quotes',
    ],
    [
      "[rct]\n",
      '[journal]\npath = ":memory:"\n[rct]\n',
      '3: journal.path: expected the path of a file, found ":memory:": what it holds must survive a power cut',
    ],
    [
      "[rct]\n",
      '[journal]\npath = "data/"\n[rct]\n',
      '3: journal.path: expected the path of a file, found "data/": this is a folder',
    ],
    ["[rct]\n", "[jurnal]\n[rct]\n", "2: jurnal: unknown table or key: did you mean journal?"],
    [
      `rct_device_id = "${RCT_ID}"`,
      "",
      "4: identity.rct_device_id: expected 32 hex digits, found nothing: rct_device_id, master_handle and master_key go together. Add a line rct_device_id = …, or take master_handle and master_key away: then tocsin commission brings them",
    ],
    [
      RCT_ID,
      SPT_ID,
      "6: identity.rct_device_id: expected the RCT's device ID, found the SPT's own: each has one of its own",
    ],
    [
      RCT_ID,
      "02" + "x".repeat(30),
      "6: identity.rct_device_id: expected 32 hex digits, found 32 characters: character 3 is none of 0-9, a-f",
    ],
    [
      RCT_ID,
      "00".repeat(16),
      "6: identity.rct_device_id: expected 32 hex digits made at random, found the same two digits over and over: let tocsin init make them",
    ],
    [
      "0462f3aa",
      "00000000",
      "7: identity.master_handle: expected 8 hex digits made at random, found zero: let tocsin init make them",
    ],
    [
      '"0462f3aa"',
      "73603722",
      "7: identity.master_handle: expected 8 hex digits, found a number: put them in quotes",
    ],
    ["0462f3aa", "0462f3", "7: identity.master_handle: expected 8 hex digits, found 6 hex digits"],
    [KEY, KEY.slice(1), "8: identity.master_key: expected 64 hex digits, found 63 hex digits"],
    [
      KEY,
      `${KEY.slice(1)}O`,
      "8: identity.master_key: expected 64 hex digits, found 64 characters: character 64 is none of 0-9, a-f",
    ],
    [
      KEY,
      "correct horse battery",
      "8: identity.master_key: expected 64 hex digits, found 21 characters: character 2 is none of 0-9, a-f",
    ],
    [
      `"${KEY}"`,
      "123456",
      "8: identity.master_key: expected 64 hex digits, found a number: put them in quotes",
    ],
    [
      KEY,
      "replace this by tocsin init",
      "8: identity.master_key: expected 64 hex digits, found the words of an example: replace this by tocsin init",
    ],
    [
      KEY,
      "11".repeat(32),
      "8: identity.master_key: expected 64 hex digits made at random, found the same two digits over and over: let tocsin init make them",
    ],
    [
      "[[input]]",
      '[http]\nhost = "0.0.0.0"\n[[input]]',
      '10: http.host: other machines could open the page: write host = "127.0.0.1", or add allow_remote = true',
    ],
    [
      "[[input]]",
      '[http]\nport = "off"\n[[input]]',
      '10: http.port: expected a port number 1-65535, 0 (any free port) or false (off), found "off"',
    ],
    [
      "[[input]]",
      '[http]\nenabled = "true"\n[[input]]',
      '10: http.enabled: expected true or false, found "true": take the quotes away',
    ],
    [
      "[[input]]",
      "http = 1\n[[input]]",
      "9: identity.http: unknown key: expected one of device_id, master_handle, master_key, rct_device_id",
    ],
    [
      "[[input]]",
      "[input]",
      "9: input: expected one or more tables [[input]], found [input] with single brackets",
    ],
    [
      'name = "galaxy"\n',
      "",
      "9: input.name: expected a name of 1-64 characters, found nothing: add a line name = … under [input]",
    ],
    [
      '"sia"',
      '"gelaxy"',
      '11: input.language: expected one of "sia", "contact-id", "texecom", "scancom", "dc09", "vds2465-serial", "vds2465-tcp", found "gelaxy"',
    ],
    [
      '"0.0.0.0:10002"',
      '"0.0.0.0:10002a"',
      '12: input.listen: expected an address and a port 1-65535 such as "0.0.0.0:10002", found "0.0.0.0:10002a"',
    ],
    [
      '"0.0.0.0:10002"',
      '"0.0.0.0"',
      '12: input.listen: expected an address and a port 1-65535 such as "0.0.0.0:10002", found "0.0.0.0"',
    ],
    [
      'listen = "0.0.0.0:10002"',
      'port = "10002a"',
      '12: input.port: expected a port number 1-65535, found "10002a"',
    ],
    [
      'listen = "0.0.0.0:10002"\n',
      "",
      '9: input.listen: expected the TCP port that panels connect to, found nothing: add a line listen = "0.0.0.0:10002"',
    ],
    [
      'listen = "0.0.0.0:10002"',
      'listen = "0.0.0.0:10002"\nport = 10002',
      "13: input.port: expected either listen or host and port, found both: keep one of them",
    ],
    [
      'language = "sia"',
      'language = "sia"\naccount = 1234',
      "12: input.account: expected an account in quotes: 1-16 letters and digits, found the number 1234: put it in quotes",
    ],
    [
      'language = "sia"',
      'language = "sia"\naccount = "12 34"',
      '12: input.account: expected an account in quotes: 1-16 letters and digits, found "12 34"',
    ],
    [
      'language = "sia"',
      'language = "sia"\nallow = "10.0.0.1"',
      '12: input.allow: expected a list of addresses or blocks such as "192.168.1.0/24", found "10.0.0.1": put it in [ and ]',
    ],
    [
      'language = "sia"',
      'language = "sia"\nallow = []',
      '12: input.allow: expected a list of addresses or blocks such as "192.168.1.0/24", found an empty list: take the line away, or fill it',
    ],
    [
      'language = "sia"',
      'language = "sia"\nallow = [\n "10.0.0.1",\n "10.0.0.0/33"]',
      '14: input.allow: expected addresses or blocks such as "192.168.1.0/24", found "10.0.0.0/33"',
    ],
    [
      'language = "sia"',
      'language = "sia"\nack_style = 40',
      '12: input.ack_style: expected "40", "00", "40-08" or "00-08", found the number 40: put it in quotes',
    ],
    [
      'language = "sia"',
      'language = "sia"\npoll_minutes = 1',
      '12: input.poll_minutes: this key means nothing in the language "sia": take the line away',
    ],
    [
      'language = "sia"',
      'language = "sia"\nacknowledge = "direct"',
      '12: input.acknowledge: expected "store-and-forward" or "pass-through", found "direct"',
    ],
    [
      'language = "sia"',
      'language = "sia"\nacknowledge = "pass-through"\npass_through_wait = "1s"',
      "13: input.pass_through_wait: expected at least rct.response_timeout: else the panel is refused before the RCT can answer",
    ],
    [
      "[[input]]",
      '[[input]]\nname = "galaxy"\nlanguage = "contact-id"\nlisten = "0.0.0.0:1"\n[[input]]',
      '14: input.name: expected one of its own, found the same "galaxy" as on line 10',
    ],
    [
      "[[input]]",
      '[[input]]\nname = "b"\nlanguage = "contact-id"\nlisten = "10.0.0.1:10002"\n[[input]]',
      "16: input.listen: expected a TCP port of its own, found 10002, the same as input.listen on line 12",
    ],
    [
      ":10002",
      ":8151",
      "12: input.listen: expected a TCP port of its own, found 8151, the same as the default of http.port",
    ],
  ];
  for (const [from, to, error] of cases) {
    assertEquals(sptErrors(change(SPT, from, to)), [`spt.toml:${error}`], to);
  }
});

Deno.test("all errors are listed in the order of the file, not only the first", () => {
  const text = SPT.replace('"rct.example"', "7").replace("[identity]", "what is this\n[identity]").replace(
    '"sia"',
    '"six"',
  );
  assertEquals(sptErrors(`${text}lisen = 5\n`), [
    "spt.toml:3: rct.host: expected a host name or an IP address, found the number 7",
    'spt.toml:4: rct.what: expected key = value, found no "="',
    'spt.toml:12: input.language: expected one of "sia", "contact-id", "texecom", "scancom", "dc09", "vds2465-serial", "vds2465-tcp", found "six"',
    "spt.toml:14: input.lisen: unknown key: did you mean listen?",
  ]);
});

Deno.test("missing tables are one error each, and an empty file is three", () => {
  assertEquals(sptErrors(""), [
    "spt.toml:1: name: expected a name of 1-64 characters, found nothing: add a line name = … before the first [table]",
    "spt.toml:1: [rct]: this table is missing: add a line [rct] and under it host",
    "spt.toml:1: [identity]: this table is missing: add a line [identity] and under it device_id",
    "spt.toml:1: [[input]]: expected one or more tables [[input]], found none",
  ]);
});

Deno.test("a key on a line that cannot be read is not also called missing", () => {
  assertEquals(sptErrors(change(SPT, '"rct.example"', "rct.example")), [
    'spt.toml:3: rct.host: expected a number, true, false or text in quotes ("…"), found a word without quotes',
  ]);
  assertEquals(sptErrors(change(SPT, "[rct]", "[rct")), [
    "spt.toml:2: rct: expected the table's name to end with ]",
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
