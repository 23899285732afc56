import { assert, assertEquals } from "@std/assert";
import { formatConfigError } from "../../src/config/config_error.ts";
import { parseRctConfig } from "../../src/config/load.ts";
import { change, KEY, RCT, RCT_ID, rctErrors, SPT_ID } from "./samples.ts";

const KEY2 = [...KEY].reverse().join("");
const ID2 = "020000" + "7e".repeat(12) + "01";

const SECOND_SITE = `[[site]]
name = "bank"
device_id = "${ID2}"
master_handle = "00000007"
master_key = "${KEY2}"
output = "automation"
`;

Deno.test("a short RCT file gives every default", () => {
  const result = parseRctConfig(RCT, "rct.toml");
  assert(result.ok);
  const { sites, ...rest } = result.config;
  assertEquals(rest, {
    name: "centre",
    journal: { path: "data/rct.sqlite", keepMs: 800 * 86_400_000, maxBytes: undefined },
    listen: { hostname: "0.0.0.0", port: 50136, edition: "2020", advertise: [] },
    identity: { deviceId: Uint8Array.fromHex(RCT_ID) },
    keys: { path: "data/keys.sqlite", keyFile: undefined },
    commissioning: {
      windowMs: 900_000,
      hostname: "0.0.0.0",
      port: 50137,
      certificate: undefined,
      caPaths: [],
      legacyDss: false,
    },
    http: { hostname: "127.0.0.1", port: 8150 },
    remote: { enabled: false },
    outputs: [{
      name: "automation",
      language: "sur-gard",
      line: { kind: "listen", hostname: "127.0.0.1", port: 1025, allow: undefined },
      faults: "auto",
      faultAccount: "0000",
      settings: {
        language: "sur-gard",
        receiver: "01",
        line: "1",
        lineDigits: 1,
        heartbeatMs: undefined,
        waitMs: undefined,
        nakLimit: undefined,
        text: false,
        textAnswers: false,
      },
    }],
    routes: [],
    raws: [],
    translation: undefined,
    serial: { socket: "data/serial.sock" },
  });
  assertEquals(sites.length, 1);
  const [{ master, ...site } = { master: undefined }] = sites;
  assertEquals([master?.masterHandle, master?.masterKey.octets().toHex()], [0x0462f3aa, KEY]);
  assertEquals(site, {
    name: "shop-12",
    deviceId: Uint8Array.fromHex(SPT_ID),
    certificateName: undefined,
    edition: "2020",
    account: undefined,
    acknowledge: "store-and-forward",
    passThroughWaitMs: 6000,
    output: "automation",
    heartbeatMs: [1000, 90_000_000],
    pollMode: "push",
    setTimeMs: undefined,
    keyLifetimeMs: undefined,
    remote: false,
    channels: { all: undefined, byAccount: {} },
  });
});

Deno.test("every key of an RCT file is taken over", () => {
  const text = `${
    change(
      RCT,
      "[identity]",
      '[journal]\npath = "j"\n[listen]\nhost = "::"\nport = 7\nedition = "2017"\n' +
        'advertise = ["192.0.2.1:50136", "[2001:db8::1]:9"]\n[keys]\npath = "k"\nkey_file = "s"\n' +
        '[commissioning]\nwindow = "1h"\nhost = "192.0.2.2"\nport = 8\ncertificate = "c.pem"\nprivate_key = "c.key"\n' +
        'site_ca = ["ca.pem", "cas/"]\nlegacy_dss = true\n[remote]\nenabled = true\n[identity]',
    )
      .replace(
        'name = "automation"\n',
        'name = "automation"\nlanguage = "sur-gard"\nrole = "connect"\nhost = "ae.example"\nport = 20003\nreceiver = "A7"\n' +
          'line = "12"\nline_digits = 3\nheartbeat = "off"\nwait = "9s"\nnak_limit = 26\ntext = true\nallow = ["192.0.2.0/24"]\n',
      )
  }account = "AB12"\nacknowledge = "pass-through"\npass_through_wait = "10s"\nmin_heartbeat = "5s"\nmax_heartbeat = "3m"\n` +
    'certificate_name = "Maker.Example:SN 1:B"\nedition = "2013"\npoll = "pull"\nset_time = "1h"\nkey_lifetime = "32d"\nremote = true\nchannels = ["1:Fire"]\n';
  const result = parseRctConfig(text, "rct.toml");
  assert(result.ok, JSON.stringify(result));
  assertEquals(result.config.journal.path, "j");
  assertEquals(result.config.listen, {
    hostname: "::",
    port: 7,
    edition: "2017",
    advertise: [{ hostname: "192.0.2.1", port: 50136 }, { hostname: "2001:db8::1", port: 9 }],
  });
  assertEquals(result.config.keys, { path: "k", keyFile: "s" });
  assertEquals(result.config.commissioning, {
    windowMs: 3_600_000,
    hostname: "192.0.2.2",
    port: 8,
    certificate: { chainFile: "c.pem", keyFile: "c.key" },
    caPaths: ["ca.pem", "cas/"],
    legacyDss: true,
  });
  assertEquals(result.config.outputs[0], {
    name: "automation",
    language: "sur-gard",
    line: { kind: "connect", hostname: "ae.example", port: 20003, tls: undefined },
    faults: "auto",
    faultAccount: "0000",
    settings: {
      language: "sur-gard",
      receiver: "A7",
      line: "012",
      lineDigits: 3,
      heartbeatMs: 0,
      waitMs: 9000,
      nakLimit: 26,
      text: true,
      textAnswers: false,
    },
  });
  const [site] = result.config.sites;
  assertEquals([site?.account, site?.acknowledge, site?.passThroughWaitMs, site?.heartbeatMs], [
    "AB12",
    "pass-through",
    10_000,
    [5000, 180_000],
  ]);
  assertEquals([site?.certificateName, site?.edition, site?.pollMode, site?.setTimeMs, site?.keyLifetimeMs], [
    "maker.example:SN 1:B",
    "2013",
    "pull",
    3_600_000,
    32 * 86_400_000,
  ]);
  assertEquals([result.config.remote.enabled, site?.remote], [true, true]);
  assertEquals(site?.channels, { all: { "1": "Fire" }, byAccount: {} });
});

Deno.test("remote control wants two words: one alone is warned of", () => {
  const warned = (text: string) => {
    const result = parseRctConfig(text, "rct.toml");
    assert(result.ok);
    return result.warnings.map(({ key, message }) => `${key}: ${message}`);
  };
  const enabled = change(RCT, "[identity]", "[remote]\nenabled = true\n[identity]");
  assertEquals(warned(enabled), ["remote.enabled: has no effect while no [[site]] says remote = true"]);
  assertEquals(warned(`${RCT}remote = true\n`), [
    "site.remote: has no effect without [remote] enabled = true",
  ]);
  assertEquals(warned(`${enabled}remote = true\n`), []);
});

Deno.test("each wrong value of an RCT file has its exact message", () => {
  const output = 'name = "automation"\n';
  const site = 'output = "automation"\n';
  const cases: [from: string, to: string, error: string][] = [
    [
      RCT_ID,
      SPT_ID,
      "8: site.device_id: expected the SPT's device ID, found the RCT's own: each has one of its own",
    ],
    [
      "[identity]",
      "[listen]\nport = 0\n[identity]",
      "3: listen.port: expected a port number 1-65535, found the number 0",
    ],
    [
      "[identity]",
      '[listen]\nadvertise = ["rct.example:50136"]\n[identity]',
      '3: listen.advertise: expected IP addresses with port such as "192.0.2.1:50136" or "[2001:db8::1]:50136", found "rct.example:50136": a name cannot be sent: write its address',
    ],
    [
      "[identity]",
      '[listen]\nadvertise = ["192.0.2.1:50136",\n"2001:db8::1:50136"]\n[identity]',
      '4: listen.advertise: expected IP addresses with port such as "192.0.2.1:50136" or "[2001:db8::1]:50136", found 13 hex digits: put an IPv6 address in [ and ], and its port behind it',
    ],
    [
      "[identity]",
      '[listen]\nadvertise = ["0.0.0.0:50136"]\n[identity]',
      '3: listen.advertise: expected IP addresses with port such as "192.0.2.1:50136" or "[2001:db8::1]:50136", found "0.0.0.0:50136": this stands for all addresses, and nobody can send to it',
    ],
    [
      "[identity]",
      `[listen]\nadvertise = [${
        Array.from({ length: 9 }, (_, i) => `"192.0.2.${i + 1}:50136"`).join(", ")
      }]\n[identity]`,
      '3: listen.advertise: expected a list of at most 8 IP addresses with port such as "192.0.2.1:50136" or "[2001:db8::1]:50136", found 9',
    ],
    [
      "[[output]]",
      "[output]",
      "4: output: expected one or more tables [[output]], found [output] with single brackets",
    ],
    [
      output,
      `${output}language = "ademco"\n`,
      '6: output.language: expected one of "sur-gard", "ademco-685", "bosch-6500", "dc07", "bosch-sia", "dc09", ' +
      '"vds2465-tcp", "mqtt", "webhook", found "ademco"',
    ],
    [output, `${output}role = "server"\n`, '6: output.role: expected "listen" or "connect", found "server"'],
    [
      output,
      `${output}receiver = 1\n`,
      '6: output.receiver: expected a receiver number in quotes such as "01", found the number 1: put it in quotes',
    ],
    [
      output,
      `${output}receiver = "001"\n`,
      '6: output.receiver: expected two digits or letters in quotes such as "01", found "001"',
    ],
    [
      output,
      `${output}line = "001"\n`,
      "6: output.line: expected a line of at most line_digits (1) characters, found 3",
    ],
    [
      output,
      `${output}line_digits = 8\n`,
      "6: output.line_digits: expected a whole number 1-7, found the number 8",
    ],
    [
      output,
      `${output}heartbeat = "2m"\n`,
      '6: output.heartbeat: expected a time up to 99s, or "off", found 2m',
    ],
    [
      output,
      `${output}wait = "never"\n`,
      '6: output.wait: expected a time from 1s to 1m such as "2s", found "never": units are ms, s, m, h and d',
    ],
    [
      output,
      `${output}nak_limit = "20"\n`,
      '6: output.nak_limit: expected a whole number 1-1000, found "20": take the quotes away',
    ],
    [output, `${output}text = "yes"\n`, '6: output.text: expected true or false, found "yes"'],
    [
      output,
      `${output}port = 8150\n`,
      "6: output.port: expected a TCP port of its own, found 8150, the same as the default of http.port",
    ],
    [
      output,
      `${output}[[output]]\nname = "automation"\nport = 2\n`,
      '7: output.name: expected one of its own, found the same "automation" as on line 5',
    ],
    [
      output,
      `${output}[[output]]\nname = "two"\n`,
      "6: output.port: expected a TCP port of its own, found 1025, the same as output.port on line 4",
    ],
    [
      site,
      "",
      "6: site.output: expected a name of 1-64 characters, found nothing: add a line output = … under [site]",
    ],
    [
      site,
      'output = "automatoin"\n',
      '11: site.output: expected the name of an [[output]] or [[route]], found "automatoin": did you mean automation?',
    ],
    [
      site,
      'output = "printer"\n',
      '11: site.output: expected the name of an [[output]] or [[route]], found "printer": there is automation',
    ],
    [
      site,
      `${site}min_heartbeat = "1h"\nmax_heartbeat = "1m"\n`,
      "13: site.max_heartbeat: expected min_heartbeat not to be longer than max_heartbeat",
    ],
    [
      site,
      `${site}min_heartbeat = "2d"\n`,
      "12: site.min_heartbeat: expected min_heartbeat not to be longer than max_heartbeat",
    ],
    [
      site,
      `${site}acknowledge = "pass-through"\npass_through_wait = "2s"\n`,
      "13: site.pass_through_wait: expected at least the wait of its output (4s): else the SPT is refused before the AE can answer",
    ],
    [
      site,
      `${site}account = "#1"\n`,
      '12: site.account: expected an account in quotes: 1-16 letters and digits, found "#1"',
    ],
    [
      site,
      site + SECOND_SITE.replace('"bank"', '"shop-12"'),
      '13: site.name: expected one of its own, found the same "shop-12" as on line 7',
    ],
    [
      site,
      site + SECOND_SITE.replace(ID2, SPT_ID.toUpperCase()),
      "14: site.device_id: expected one of its own, found the same as on line 8",
    ],
    [
      site,
      site + SECOND_SITE.replace("00000007", "0462F3AA"),
      "15: site.master_handle: expected one of its own, found the same as on line 9",
    ],
    [
      site,
      site + SECOND_SITE.replace(KEY2, KEY),
      "16: site.master_key: expected one of its own, found the same as on line 10",
    ],
    [
      site,
      `${site}certificate_name = "SN0042"\n`,
      '12: site.certificate_name: expected a certificate\'s common name such as "supplier.example:device", found "SN0042"',
    ],
    [
      site,
      `${site}certificate_name = "a.example:1"\n` +
      SECOND_SITE + 'certificate_name = "A.EXAMPLE:1"\n',
      '19: site.certificate_name: expected one of its own, found the same "a.example:1" as on line 12',
    ],
    [
      site,
      `${site}edition = 2020\n`,
      '12: site.edition: expected "2013", "2017", "iec-2019" or "2020", found the number 2020: put it in quotes',
    ],
    [site, `${site}poll = "both"\n`, '12: site.poll: expected "push" or "pull", found "both"'],
    [
      site,
      `${site}set_time = "30s"\n`,
      '12: site.set_time: expected a time from 1m to 32d such as "2m", or "off", found "30s"',
    ],
    [
      site,
      `${site}key_lifetime = "33d"\n`,
      '12: site.key_lifetime: expected a time from 1m to 32d such as "2m", or "off", found "33d"',
    ],
    [
      site,
      `${site}site = 5\n`,
      "12: site.site: unknown key: expected one of account, acknowledge, certificate_name, channels, device_id, edition, key_lifetime, master_handle, master_key, max_heartbeat, min_heartbeat, name, output, pass_through_wait, poll, remote, set_time",
    ],
  ];
  for (const [from, to, error] of cases) {
    assertEquals(rctErrors(change(RCT, from, to)), [`rct.toml:${error}`], to);
  }
});

Deno.test("an output that connects needs the AE's address and port", () => {
  assertEquals(rctErrors(change(RCT, 'name = "automation"\n', 'name = "automation"\nrole = "connect"\n')), [
    'rct.toml:4: output.host: expected the address of the AE, found nothing: role is "connect"',
    'rct.toml:4: output.port: expected the TCP port of the AE, found nothing: role is "connect"',
  ]);
});

Deno.test("two outputs may connect to the same port of an AE, and listen on different addresses", () => {
  const connect = 'role = "connect"\nhost = "ae"\nport = 9\n';
  const other = `[[output]]\nname = "b"\n`;
  const at = 'name = "automation"\n';
  assertEquals(rctErrors(change(RCT, at, `${at}${connect}${other}${connect}`)), []);
  assertEquals(rctErrors(change(RCT, at, `${at}host = "10.0.0.1"\n${other}host = "10.0.0.2"\n`)), []);
});

Deno.test("values that are no tables are refused where tables belong", () => {
  const withoutOutput = change(RCT, '[[output]]\nname = "automation"\n', "");
  assertEquals(rctErrors(`output = [1]\n${withoutOutput}`).slice(0, 1), [
    "rct.toml:1: output: expected one or more tables [[output]], found a list of values",
  ]);
  assertEquals(rctErrors(`listen = 7\n${RCT}`), [
    "rct.toml:1: listen: expected a table [listen], found a value",
  ]);
  assertEquals(
    rctErrors(`[[listen]]\n${RCT}`).includes(
      "rct.toml:1: listen: expected a table [listen], found [[listen]]",
    ),
    true,
  );
});

Deno.test("inline tables and dotted keys are as good as tables", () => {
  const text = `name = "centre"\nidentity.device_id = "${RCT_ID}"\noutput = [{ name = "automation" }]\n` +
    RCT.slice(RCT.indexOf("[[site]]"));
  assertEquals(rctErrors(text), []);
  assertEquals(rctErrors(change(text, '{ name = "automation" }', '{ name = "automation", prt = 5 }')), [
    "rct.toml:3: output.prt: unknown key: did you mean port?",
  ]);
});

Deno.test("a wait without effect is a warning", () => {
  const result = parseRctConfig(`${RCT}pass_through_wait = "9s"\n`, "rct.toml");
  assert(result.ok);
  assertEquals(result.warnings.map(formatConfigError), [
    'rct.toml:12: site.pass_through_wait: has no effect while acknowledge is "store-and-forward"',
  ]);
});

Deno.test("an address with a zone, without port or with a strange one is not told to SPTs", () => {
  for (const at of ["[fe80::1%1]:50136", "192.0.2.1", "50136", ":50136", "192.0.2.1:0", "[::]:50136"]) {
    const errors = rctErrors(change(RCT, "[identity]", `[listen]\nadvertise = ["${at}"]\n[identity]`));
    assert(errors.length === 1 && errors[0]?.startsWith("rct.toml:3: listen.advertise: expected IP"), at);
  }
});

Deno.test("a site has both halves of its master set or none", () => {
  const key = `master_key = "${KEY}"\n`;
  const handle = 'master_handle = "0462f3aa"\n';
  const advice = "then tocsin commission brings them";
  assertEquals(rctErrors(change(RCT, key, "")), [
    "rct.toml:6: site.master_key: expected 64 hex digits, found nothing: master_handle and master_key go together. " +
    `Add a line master_key = …, or take master_handle away: ${advice}`,
  ]);
  assertEquals(rctErrors(change(RCT, handle, "")), [
    "rct.toml:6: site.master_handle: expected 8 hex digits, found nothing: master_handle and master_key go together. " +
    `Add a line master_handle = …, or take master_key away: ${advice}`,
  ]);
  const result = parseRctConfig(change(change(RCT, key, ""), handle, ""), "rct.toml");
  assert(result.ok);
  assertEquals(result.config.sites[0]?.master, undefined);
  assertEquals(result.warnings, []);
});

Deno.test("sites without a master set are no duplicates of each other", () => {
  const bare = (name: string, id: string) =>
    `[[site]]\nname = "${name}"\ndevice_id = "${id}"\noutput = "automation"\n`;
  const text = RCT.slice(0, RCT.indexOf("[[site]]")) + bare("a", SPT_ID) + bare("b", ID2);
  assertEquals(rctErrors(text), []);
});

Deno.test("a site follows its own edition, else the listener's", () => {
  const text = change(RCT, "[identity]", '[listen]\nedition = "iec-2019"\n[identity]');
  for (const [own, edition] of [["", "iec-2019"], ['edition = "2013"\n', "2013"]] as const) {
    const result = parseRctConfig(text + own, "rct.toml");
    assert(result.ok);
    assertEquals(result.config.sites[0]?.edition, edition);
  }
});
