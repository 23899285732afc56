import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { formatConfigError } from "../../src/config/config_error.ts";
import {
  loadRctConfig,
  type LoadResult,
  loadSptConfig,
  parseRctConfig,
  parseSptConfig,
} from "../../src/config/load.ts";
import { change, KEY, RCT, rctErrors, SPT, sptErrors } from "./samples.ts";

const PAIR = 'certificate = "c.pem"\nprivate_key = "c.key"\n';

/** The SPT's sample with a table `[commissioning]`; its lines begin at 9. */
function spt(lines: string): string {
  return change(SPT, "[[input]]", `[commissioning]\n${lines}[[input]]`);
}

/** The RCT's, from line 2. */
function rct(lines: string): string {
  return change(RCT, "[identity]", `[commissioning]\n${lines}[identity]`);
}

/** Warnings of a sound text, as printed. */
function warnings(result: LoadResult<unknown>): string[] {
  assert(result.ok, JSON.stringify(result));
  return result.warnings.map(formatConfigError);
}

const sptWarnings = (lines: string) => warnings(parseSptConfig(spt(lines), "spt.toml"));
const rctWarnings = (lines: string) => warnings(parseRctConfig(rct(lines), "rct.toml"));

Deno.test("an SPT has all three of its master set or none", () => {
  const keys = ["rct_device_id", "master_handle", "master_key"] as const;
  const lines = SPT.split("\n");
  const without = (drop: readonly string[]) =>
    lines.filter((line) => !drop.some((key) => line.startsWith(key))).join("\n");
  for (let mask = 1; mask < 7; mask++) {
    const drop = keys.filter((_, i) => (mask >> i) & 1);
    const named = sptErrors(without(drop)).map((line) =>
      /^spt\.toml:4: identity\.(\w+): expected/.exec(line)?.[1]
    );
    assertEquals(named, drop, drop.join());
  }
  assertEquals(sptErrors(without(["master_key"])), [
    "spt.toml:4: identity.master_key: expected 64 hex digits, found nothing: rct_device_id, master_handle and " +
    "master_key go together. Add a line master_key = …, or take rct_device_id and master_handle away: " +
    "then tocsin commission brings them",
  ]);
  const result = parseSptConfig(without(keys), "spt.toml");
  assert(result.ok);
  assertEquals(result.config.identity.master, undefined);
  assertEquals(result.warnings, []);
});

Deno.test("a key that is wrong is not also called missing", () => {
  assertEquals(sptErrors(change(SPT, KEY, KEY.slice(2))), [
    "spt.toml:8: identity.master_key: expected 64 hex digits, found 62 hex digits",
  ]);
  // The line cannot be read at all.
  assertEquals(sptErrors(change(SPT, `"${KEY}"`, `"${KEY}`)).length, 1);
  assertEquals(rctErrors(change(RCT, `"${KEY}"`, `"${KEY}`)).length, 1);
});

Deno.test("each wrong way to ask for certificates has its exact message", () => {
  const pem = "expected the path of a file, found nothing: certificate and private_key go together.";
  const cases: [errors: string[], expected: string][] = [
    [
      sptErrors(spt('certificate = "c.pem"\nrct_ca = ["ca.pem"]\n')),
      `spt.toml:9: commissioning.private_key: ${pem} Add a line private_key = …, or take certificate away`,
    ],
    [
      rctErrors(rct('private_key = "c.key"\nsite_ca = ["ca.pem"]\n')),
      `rct.toml:2: commissioning.certificate: ${pem} Add a line certificate = …, or take private_key away`,
    ],
    [
      sptErrors(spt(PAIR)),
      "spt.toml:9: commissioning.rct_ca: expected the PEM files of the CAs that sign the RCT's certificate, found " +
      'nothing: add a line rct_ca = ["ca.pem"]',
    ],
    [
      rctErrors(rct(PAIR)),
      "rct.toml:2: commissioning.site_ca: expected the PEM files of the CAs that sign SPTs' certificates, found " +
      'nothing: add a line site_ca = ["site-ca"], files or folders',
    ],
    [
      sptErrors(spt(`${PAIR}rct_ca = "ca.pem"\n`)),
      'spt.toml:12: commissioning.rct_ca: expected a list of paths of PEM files, found "ca.pem": put it in [ and ]',
    ],
    [
      sptErrors(spt(`${PAIR}rct_ca = ["cas/"]\n`)),
      'spt.toml:12: commissioning.rct_ca: expected paths of PEM files, found "cas/": this is a folder',
    ],
    [
      rctErrors(rct(`${PAIR}site_ca = []\n`)),
      "rct.toml:5: commissioning.site_ca: expected a list of paths of PEM files or folders, found an empty list: take " +
      "the line away, or fill it",
    ],
    [
      rctErrors(rct('window = "25h"\n')),
      'rct.toml:3: commissioning.window: expected a time from 1m to 1d such as "2m", found "25h"',
    ],
    [
      sptErrors(spt(`${PAIR}rct_ca = ["ca.pem"]\nport = 50136\n`)),
      "spt.toml:13: commissioning.port: expected the RCT's port for DTLS, found 50136, the same as rct.port",
    ],
    [
      sptErrors(change(spt(`${PAIR}rct_ca = ["ca.pem"]\n`), "[rct]\n", "[rct]\nport = 50137\n")),
      "spt.toml:10: commissioning.port: expected the RCT's port for DTLS, found 50137, the same as rct.port",
    ],
    [
      rctErrors(rct(`${PAIR}site_ca = ["ca"]\nport = 50136\n`)),
      "rct.toml:6: commissioning.port: expected a UDP port of its own, found 50136, the same as the default of " +
      "listen.port",
    ],
    [
      rctErrors(`listen.port = 50137\n${rct(`${PAIR}site_ca = ["ca"]\n`)}`),
      "rct.toml:1: listen.port: expected a UDP port of its own, found 50137, the same as the default of " +
      "commissioning.port",
    ],
  ];
  for (const [errors, expected] of cases) assertEquals(errors, [expected]);
});

Deno.test("TCP and UDP share port numbers, two addresses and a port that nothing uses do too", () => {
  assertEquals(rctErrors(change(RCT, "[identity]", "[listen]\nport = 1025\n[identity]")), []);
  // Without a certificate nothing listens for DTLS.
  assertEquals(rctErrors(change(RCT, "[identity]", "[listen]\nport = 50137\n[identity]")), []);
  assertEquals(sptErrors(change(SPT, "[rct]\n", "[rct]\nport = 50137\n")), []);
  const listen = '[listen]\nhost = "192.0.2.1"\nport = 9\n[identity]';
  const own = rct(`${PAIR}site_ca = ["ca"]\nhost = "192.0.2.2"\nport = 9\n`);
  assertEquals(rctErrors(change(own, "[identity]", listen)), []);
});

Deno.test("settings without effect, and those that protect less, are warned of", () => {
  const unused = "has no effect without certificate";
  assertEquals(
    sptWarnings('port = 7\nrct_ca = ["a"]\nrct_name = "b"\nvalidate_rct = false\nlegacy_dss = true\n'),
    [
      `spt.toml:10: commissioning.port: ${unused}`,
      `spt.toml:11: commissioning.rct_ca: ${unused}`,
      `spt.toml:12: commissioning.rct_name: ${unused}`,
      `spt.toml:13: commissioning.validate_rct: ${unused}`,
      `spt.toml:14: commissioning.legacy_dss: ${unused}`,
    ],
  );
  assertEquals(rctWarnings('window = "1h"\nhost = "::"\nport = 7\nsite_ca = ["a"]\n'), [
    `rct.toml:4: commissioning.host: ${unused}`,
    `rct.toml:5: commissioning.port: ${unused}`,
    `rct.toml:6: commissioning.site_ca: ${unused}`,
  ]);
  const obsolete = "this suite is obsolete (DSA, SHA-1) and shuts out every other: " +
    "only for a peer that knows no better one; else take the line away";
  assertEquals(sptWarnings(`${PAIR}rct_ca = ["a"]\nlegacy_dss = true\n`), [
    `spt.toml:13: commissioning.legacy_dss: ${obsolete}`,
  ]);
  assertEquals(rctWarnings(`${PAIR}site_ca = ["a"]\nlegacy_dss = true\n`), [
    `rct.toml:6: commissioning.legacy_dss: ${obsolete}`,
  ]);
  assertEquals(sptWarnings(`${PAIR}rct_ca = ["a"]\nvalidate_rct = false\n`), [
    "spt.toml:12: commissioning.rct_ca: has no effect while validate_rct is false",
    "spt.toml:13: commissioning.validate_rct: this SPT takes whoever answers for its RCT: keep it true wherever you " +
    "have the RCT's CA",
  ]);
  assertEquals(sptWarnings(`${PAIR}rct_ca = ["a"]\n`), []);
  assertEquals(warnings(parseRctConfig(`${RCT}certificate_name = "a.example:1"\n`, "rct.toml")), [
    "rct.toml:12: site.certificate_name: has no effect without commissioning.certificate",
  ]);
  assertEquals(
    warnings(
      parseRctConfig(`${rct(`${PAIR}site_ca = ["a"]\n`)}certificate_name = "a.example:1"\n`, "rct.toml"),
    ),
    [],
  );
});

Deno.test("addresses for SPTs of 2013, which do not ask for them, are warned of", () => {
  const text = change(
    RCT,
    "[identity]",
    '[listen]\nedition = "2013"\nadvertise = ["192.0.2.1:9"]\n[identity]',
  );
  assertEquals(warnings(parseRctConfig(text, "rct.toml")), [
    "rct.toml:4: listen.advertise: has no effect in the edition of 2013, where SPTs do not ask",
  ]);
  assertEquals(warnings(parseRctConfig(`${text}edition = "2020"\n`, "rct.toml")), []);
});

Deno.test("journal, key store and store key are three files", () => {
  const keys = (lines: string) => sptErrors(change(SPT, "[[input]]", `[keys]\n${lines}[[input]]`));
  const clash = (line: number, key: string, other: string) => [
    `spt.toml:${line}: keys.${key}: expected a file of its own, found the same as ${other}: give it another name`,
  ];
  assertEquals(keys('path = "./data//spt.sqlite"\n'), clash(10, "path", "journal.path"));
  assertEquals(keys('key_file = "data/keys.sqlite"\n'), clash(10, "key_file", "keys.path"));
  assertEquals(keys('key_file = "data/spt.sqlite"\n'), clash(10, "key_file", "journal.path"));
  assertEquals(keys('path = "a"\nkey_file = "b"\n'), []);
});

Deno.test("what SQLite would keep in memory, or open with options, is no file", () => {
  const found: [string, string][] = [
    [":memory:", '":memory:"'],
    ["file::memory:", "an address that begins with file:"],
    ["File:data/a.sqlite?mode=memory", "an address that begins with file:"],
  ];
  for (const [path, shown] of found) {
    for (const table of ["journal", "keys"]) {
      assertEquals(sptErrors(`${table}.path = "${path}"\n${SPT}`), [
        `spt.toml:1: ${table}.path: expected the path of a file, found ${shown}: what it holds must survive a power cut`,
      ]);
    }
  }
});

Deno.test("a key in the place of its file's name is refused and not shown", () => {
  for (const key of [KEY, KEY.toUpperCase(), KEY.match(/.{4}/g)?.join("-") ?? "", KEY.slice(0, 32)]) {
    const digits = key.replaceAll("-", "").length;
    assertEquals(sptErrors(`keys.key_file = "${key}"\n${SPT}`), [
      `spt.toml:1: keys.key_file: expected the path of a file, found ${digits} hex digits: put the key into a file, and ` +
      "name that file here",
    ]);
  }
});

async function inFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("every path is taken from the file's folder, unless it begins at the root", () =>
  inFolder(async (dir) => {
    const keys = '[keys]\nkey_file = "spt.key"\n';
    await Deno.writeTextFile(
      join(dir, "spt.toml"),
      change(spt(`${PAIR}rct_ca = ["a.pem", "/b.pem"]\n`), "[[input]]", `${keys}[[input]]`),
      { mode: 0o600 },
    );
    const site = await loadSptConfig(join(dir, "spt.toml"));
    assert(site.ok, JSON.stringify(site));
    assertEquals(site.config.keys, { path: join(dir, "data/keys.sqlite"), keyFile: join(dir, "spt.key") });
    const { certificate, caFiles } = site.config.commissioning;
    assertEquals(certificate, { chainFile: join(dir, "c.pem"), keyFile: join(dir, "c.key") });
    assertEquals(caFiles, [join(dir, "a.pem"), "/b.pem"]);

    await Deno.writeTextFile(
      join(dir, "rct.toml"),
      `keys.path = "/k"\n${rct(`${PAIR.replace("c.pem", "/c.pem")}site_ca = ["cas", "/b.pem"]\n`)}`,
      { mode: 0o600 },
    );
    const centre = await loadRctConfig(join(dir, "rct.toml"));
    assert(centre.ok, JSON.stringify(centre));
    assertEquals(centre.config.keys, { path: "/k", keyFile: undefined });
    assertEquals(centre.config.commissioning.certificate, {
      chainFile: "/c.pem",
      keyFile: join(dir, "c.key"),
    });
    assertEquals(centre.config.commissioning.caPaths, [join(dir, "cas"), "/b.pem"]);
  }));

Deno.test({
  name: "a file without keys may be read by others, but not changed",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (dir) => {
      const path = join(dir, "rct.toml");
      const bare = change(change(RCT, `master_key = "${KEY}"\n`, ""), 'master_handle = "0462f3aa"\n', "");
      await Deno.writeTextFile(path, bare);
      for (const [mode, expected] of [[0o644, []], [0o622, ["change it (mode 622)"]]] as const) {
        await Deno.chmod(path, mode);
        const result = await loadRctConfig(path);
        assertEquals(
          warnings(result),
          expected.map((what) => `${path}: other users of this machine can ${what}: chmod 600`),
        );
      }
    }),
});
