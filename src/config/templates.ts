/**
 * The text of new configuration files, in the installer's words.
 *
 * @module
 */

/** The keys of a new path, for a first try: they stand in both files. */
export interface KeysInFile {
  /** 8 hex digits, not zero. */
  masterHandle: string;
  /** 64 hex digits. */
  masterKey: string;
}

/** What the SPT and the RCT have to agree on; made at random. */
export interface PairSecrets extends KeysInFile {
  /** 32 hex digits. */
  deviceId: string;
}

/** Where keys from commissioning are kept. */
export interface KeyStoreTexts {
  /** File of the key store. */
  store: string;
  /** File with the store key. */
  keyFile: string;
}

/** A new SPT. */
export interface SptTexts {
  /** Name of the site. */
  site: string;
  /** 32 hex digits. */
  deviceId: string;
  /** The keys with the RCT's device ID (32 hex digits), or where those from commissioning go. */
  keys: KeysInFile & { rctDeviceId: string } | KeyStoreTexts;
  /** Name or address of the RCT. */
  rctHost: string;
  /** UDP port of the RCT. */
  rctPort: number;
  /** The panel's language. */
  language: string;
  /** Where the panel is heard: TCP address and port, or the settings of a serial line. */
  line: { listen: string } | { serial: string };
  /** Account when the panel sends none. */
  account: string | undefined;
  /** File of the journal. */
  journal: string;
}

/** A new site in an RCT's file. */
export interface SiteTexts {
  /** Name of the site. */
  site: string;
  /** 32 hex digits. */
  deviceId: string;
  /** The keys; undefined: they come from commissioning. */
  keys: KeysInFile | undefined;
  /** Name of the output. */
  output: string;
}

/** A new RCT. */
export interface RctTexts extends SiteTexts {
  /** UDP port. */
  rctPort: number;
  /** 32 hex digits. */
  rctDeviceId: string;
  /** TCP port that the AE connects to. */
  aePort: number;
  /** File of the journal. */
  journal: string;
  /** Where keys from commissioning go; undefined for a first try. */
  keyStore: KeyStoreTexts | undefined;
}

/**
 * Makes the identity and the secrets of a new path.
 *
 * @param random Gives random octets; must be fit for keys.
 * @param taken Handles, as 8 lower-case hex digits, that are in use at the RCT.
 * @returns Device ID (`020000` for "locally administered", then 13 random octets; ip-protocol.md §2.2, PROFILE), handle
 * and key.
 *
 * @example
 * ```ts
 * import { assertEquals, assertMatch } from "@std/assert";
 * import { pairSecrets } from "./templates.ts";
 *
 * const { deviceId, masterKey } = pairSecrets((n) => crypto.getRandomValues(new Uint8Array(n)));
 * assertMatch(deviceId, /^020000[0-9a-f]{26}$/);
 * assertEquals(masterKey.length, 64);
 * ```
 */
export function pairSecrets(
  random: (octets: number) => Uint8Array,
  taken: readonly string[] = [],
): PairSecrets {
  let masterHandle = "00000000";
  while (masterHandle === "00000000" || taken.includes(masterHandle)) masterHandle = random(4).toHex();
  return { deviceId: newDeviceId(random), masterHandle, masterKey: random(32).toHex() };
}

/**
 * Makes a device ID.
 *
 * @param random Gives random octets.
 * @returns 32 hex digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { newDeviceId } from "./templates.ts";
 *
 * assertEquals(newDeviceId((n) => new Uint8Array(n).fill(0xab)), "020000" + "ab".repeat(13));
 * ```
 */
export function newDeviceId(random: (octets: number) => Uint8Array): string {
  return `020000${random(13).toHex()}`;
}

/**
 * Writes the SPT's file.
 *
 * @param t What is in it.
 * @returns TOML.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { parseSptConfig } from "./load.ts";
 * import { newDeviceId, pairSecrets, sptText } from "./templates.ts";
 *
 * const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
 * const { deviceId, ...keys } = pairSecrets(random);
 * const text = sptText({
 *   site: "shop-12", deviceId, keys: { ...keys, rctDeviceId: newDeviceId(random) },
 *   rctHost: "rct.example", rctPort: 50136,
 *   language: "sia", line: { listen: "0.0.0.0:10002" }, account: undefined, journal: "data/spt.sqlite",
 * });
 * assert(parseSptConfig(text, "spt.toml").ok);
 * ```
 */
export function sptText(t: SptTexts): string {
  const { keys } = t;
  const inFile = "masterKey" in keys;
  return `# Tocsin at the premises (SPT). ${
    inFile ? "This file holds a key: keep it to yourself (mode 600)." : "Keep it to yourself (mode 600)."
  }

# Shown on the page and in the log.
name = ${quote(t.site)}

[journal]
# Alarms are kept here until the receiving centre has them. Put it on a disk that survives a power cut.
path = ${quote(t.journal)}

[rct]
# The receiving centre. Its firewall has to let this UDP port in; here nothing has to be opened.
host = ${quote(t.rctHost)}
port = ${t.rctPort}
# The longest silence: the centre knows of a cut line about this much later.
heartbeat = "30s"

[identity]
${
    inFile
      ? `# The same handle and key stand in the centre's file. Never use them for a second site.
# For a first try. For real sites "tocsin init --commission" leaves the keys out of the files.
device_id = "${t.deviceId}"
rct_device_id = "${keys.rctDeviceId}"
master_handle = "${keys.masterHandle}"
master_key = "${keys.masterKey}"`
      : `# The same stands in the centre's file. "tocsin commission" fetches the keys from there.
device_id = "${t.deviceId}"

${keyStoreText(keys)}`
  }

[http]
# A page that shows what comes in, on this machine only: http://127.0.0.1:8151
port = 8151

[[input]]
name = "panel"
# What the panel speaks: "sia" (DC-03, Galaxy and others), "contact-id", "texecom", "scancom", "dc09", "vds2465-serial" or
# "vds2465-tcp". "tocsin doctor" listens and tells.
language = ${quote(t.language)}
${
    "listen" in t.line
      ? `# Set the panel's receiver to this machine's address and this port.
listen = ${quote(t.line.listen)}`
      : `# Device, speed, data bits with parity and stop bits. "tocsin serial" with this file holds the line.
serial = ${quote(t.line.serial)}`
  }
# "store-and-forward": the panel is acknowledged when the alarm is safe on this disk.
# "pass-through": only when the receiving centre has it.
acknowledge = "store-and-forward"
${keysText(t.language)}# Account for panels that send none. With its leading zeros, in quotes.
${t.account === undefined ? '# account = "1234"' : `account = ${quote(t.account)}`}
${
    "listen" in t.line
      ? `# Only panels at these addresses may connect. Take the # away and put your panel's address in.
# allow = ["192.168.1.50"]
`
      : ""
  }`;
}

/**
 * Writes the RCT's file.
 *
 * @param t What is in it.
 * @returns TOML.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { parseRctConfig } from "./load.ts";
 * import { newDeviceId, pairSecrets, rctText } from "./templates.ts";
 *
 * const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
 * const { deviceId, ...keys } = pairSecrets(random);
 * const text = rctText({
 *   site: "shop-12", deviceId, keys, output: "automation", rctPort: 50136, rctDeviceId: newDeviceId(random),
 *   aePort: 1025, journal: "data/rct.sqlite", keyStore: undefined,
 * });
 * assert(parseRctConfig(text, "rct.toml").ok);
 * ```
 */
export function rctText(t: RctTexts): string {
  return `# Tocsin at the receiving centre (RCT). Keys stand under [[site]]${
    t.keyStore === undefined ? "" : " or in the key store"
  }: keep it to yourself (mode 600).

# Shown on the page and in the log.
name = "receiving-centre"

[journal]
# Alarms are kept here until the automation software has them. Put it on a disk that survives a power cut.
path = ${quote(t.journal)}

[listen]
# Sites send to this UDP port: let it in through the firewall.
host = "0.0.0.0"
port = ${t.rctPort}

[identity]
# This centre's own, the same for all sites. Sites must be set up anew if it changes.
device_id = "${t.rctDeviceId}"

${t.keyStore === undefined ? "" : `${keyStoreText(t.keyStore)}\n\n`}[http]
# A page that shows sites and alarms, on this machine only: http://127.0.0.1:8150
port = 8150

[[output]]
name = ${quote(t.output)}
# The automation software sees a Sur-Gard receiver.
# Other languages, serial lines, several outputs: docs/outputs.md
language = "sur-gard"
# "listen": the software connects to host and port below. "connect": we connect to the software at host and port.
role = "listen"
# If the software runs on another machine, put this machine's address in its network here.
host = "127.0.0.1"
port = ${t.aePort}
receiver = "01"
line = "1"
# 1 for MLR2 and older, 3 for MLR2000 and System III: as the software is set.
line_digits = 1
heartbeat = "30s"

# One [[site]] for each SPT. "tocsin init --add-site NAME" adds the next.
${siteText(t)}`;
}

/**
 * Writes one site of the RCT's file.
 *
 * @param t What is in it.
 * @returns TOML, beginning with `[[site]]`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { siteText } from "./templates.ts";
 *
 * const text = siteText({ site: "shop-12", deviceId: "02", keys: undefined, output: "automation" });
 * assert(text.startsWith('[[site]]\nname = "shop-12"\n'));
 * ```
 */
export function siteText(t: SiteTexts): string {
  return `[[site]]
name = ${quote(t.site)}
device_id = "${t.deviceId}"
${
    t.keys === undefined
      ? '# Its keys come by "tocsin commission", at the centre first, then at the site.'
      : `# For a first try. For real sites "tocsin init --commission" leaves the keys out of the files.
master_handle = "${t.keys.masterHandle}"
master_key = "${t.keys.masterKey}"`
  }
# Where its alarms go: the name of an [[output]].
output = ${quote(t.output)}
# "store-and-forward": the site is answered when the alarm is safe on this disk.
# "pass-through": only when the automation software has acknowledged it.
acknowledge = "store-and-forward"
# If the automation software knows the site by another account than the panel sends:
# account = "1234"
`;
}

/**
 * Writes the table of the key store.
 *
 * @param t Where it is.
 * @returns TOML, beginning with `[keys]`, without a line break at the end.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { keyStoreText } from "./templates.ts";
 *
 * const text = keyStoreText({ store: "data/rct-keys.sqlite", keyFile: "rct.key" });
 * assertStringIncludes(text, 'key_file = "rct.key"');
 * ```
 */
export function keyStoreText(t: KeyStoreTexts): string {
  return `[keys]
# Keys from commissioning lie here, sealed with the key in key_file. Who has both files has the keys: keep copies apart.
path = ${quote(t.store)}
key_file = ${quote(t.keyFile)}`;
}

/** TOML's basic strings take JSON's escapes. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/\x7f/g, "\\u007f");
}

/** The lines that an encrypted language wants filled in. */
function keysText(language: string): string {
  if (language === "dc09") {
    return `# "tcp", "udp" or "both", as the panel is set.
transport = "tcp"
# The panel's key by account, as it is typed into the panel; "*:…" for all others. Take the # away and put yours in.
# keys = ["1234:the key"]
`;
  }
  return language === "vds2465-tcp"
    ? `# Keys by the number that the receiving centre gave them. Take the # away and put yours in.
# keys = ["1:32 hex digits"]
`
    : "";
}
