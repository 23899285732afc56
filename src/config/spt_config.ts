/**
 * The configuration of an SPT: its keys, their defaults, and what they become.
 *
 * | key | default | meaning |
 * |---|---|---|
 * | `name` | needed | what the SPT is called on the page and in logs |
 * | `adapters` | none | modules with further languages, by path from the configuration's folder |
 * | `serial.socket` | `"data/serial.sock"` | where `tocsin serial` offers the serial lines of the inputs |
 * | `journal.path` | `"data/spt.sqlite"` | the journal's file, from the folder of the configuration |
 * | `journal.keep` | `"800d"` | age at which alarms that are done with leave the journal, or `"off"` |
 * | `journal.max_size` | `"off"` | size from which on the oldest of them leave it before: `"2GB"` |
 * | `rct.host` | needed | name or address of the RCT |
 * | `rct.port` | `50136` | UDP port of the RCT |
 * | `rct.response_timeout` | `"2s"` | wait for the first response; doubles |
 * | `rct.transmissions` | `4` | transmissions of a request before the path has failed |
 * | `rct.heartbeat` | `"30s"` | longest silence towards the RCT |
 * | `rct.encryption` | `"aes-256"` | cipher: `"aes-256"` or `"aes-128"` |
 * | `rct.session_lifetime` | `"24h"` | age at which a session gets a new key |
 * | `rct.padding` | `128` | messages are padded to at least this many octets |
 * | `rct.edition` | `"2020"` | edition of the standard that the RCT follows: `"2013"`, `"2017"`, `"iec-2019"` or `"2020"` |
 * | `rct.hash` | `"sha-256"` | hash: `"sha-256"` or `"ripemd-256"` |
 * | `rct.poll` | `"push"` | who shall poll: `"push"`, the SPT; `"pull"`, the RCT. The RCT decides |
 * | `rct.clock` | `"own"` | a time from the RCT is compared only; or `"follow-rct"`: alarms are stamped with it |
 * | `identity.device_id` | needed | 32 hex digits, this SPT's own |
 * | `identity.rct_device_id` | none | 32 hex digits, the RCT's; with `master_handle` and `master_key` |
 * | `identity.master_handle` | none | 8 hex digits, not zero; given by the RCT |
 * | `identity.master_key` | none | 64 hex digits; the same in the RCT's file. None of the three: by commissioning |
 * | `keys.path` | `"data/keys.sqlite"` | the key store: keys from commissioning; from the folder of the configuration |
 * | `keys.key_file` | none | file with the store key; without it, environment variable `TOCSIN_STORE_KEY` |
 * | `commissioning.certificate` | none | PEM file: this SPT's certificate, then those up to the CA |
 * | `commissioning.private_key` | none | PEM file: the certificate's key; both or none |
 * | `commissioning.rct_ca` | none | PEM files: CAs that sign the RCT's certificate; needed with a certificate |
 * | `commissioning.rct_name` | none | name that the RCT's certificate must be for; `rct.host` when missing and that is a name |
 * | `commissioning.port` | `50137` | UDP port of the RCT for DTLS |
 * | `commissioning.validate_rct` | `true` | whether one of those CAs has to have signed the RCT's certificate |
 * | `commissioning.legacy_dss` | `false` | the obsolete suite of the 2013 edition, and no other |
 * | `http.enabled` | `true` | whether there is a page and API |
 * | `http.host` | `"127.0.0.1"` | where they listen |
 * | `http.port` | `8151` | 0 for any free port, `false` for none |
 * | `http.allow_remote` | `false` | whether `http.host` may be reachable from other machines |
 * | `input.name` | needed | what the input is called; unique |
 * | `input.language` | needed | `"sia"`, `"contact-id"`, `"texecom"`, `"scancom"`, `"dc09"`, `"vds2465-serial"`, `"vds2465-tcp"`, or an adapter's |
 * | `input.listen` | this or `port` | TCP address and port, `"0.0.0.0:10002"` |
 * | `input.host` | none | with `port`: TCP address; all IPv4 addresses when missing |
 * | `input.port` | none | TCP port, instead of `listen` |
 * | `input.serial` | none | serial line instead of `listen`: `"/dev/ttyUSB0,9600,8N1"`, with options as `tocsin serial --help` has them |
 * | `input.acknowledge` | `"store-and-forward"` | when the panel gets its answer; or `"pass-through"` |
 * | `input.account` | none | account when the panel sends none |
 * | `input.allow` | none | addresses and blocks of the panels; all when missing |
 * | `input.max_connections` | `8` | panels connected at the same time |
 * | `input.pass_through_wait` | `"20s"` | pass-through: wait for the RCT before the panel is refused |
 * | `input.quirk` | `"auto"` | sia, contact-id, scancom: the panel's profile by name; `"auto"`: as its first octets tell; `"none"` |
 * | `input.quirks` | none | the same for single accounts, `["1234:dsc"]` |
 * | `input.transport` | `"tcp"` | dc09: `"tcp"`, `"udp"` or `"both"` |
 * | `input.ack_style` | none | sia: first octets of an ACK, `"40"`, `"00"`, `"40-08"` or `"00-08"` |
 * | `input.always_ack` | none | sia: blocks that do not ask for an ACK get one too |
 * | `input.hex_address` | none | sia: addresses of events are hexadecimal |
 * | `input.remote` | `"never"` | sia, vds2465: commands from the centre; sia too: `"reverse-channel"`, when the panel offers it; `"always"` |
 * | `input.form` | none | contact-id: `"digits"`, or `"text"` for the printed forms |
 * | `input.letters` | none | contact-id: `"dtmf"` for a board that hands over raw telephone tones; `"digits"`; `"auto"` |
 * | `input.gap` | none | contact-id, texecom, scancom, dc09: silence after which an unfinished message is given up |
 * | `input.account_digits` | none | contact-id, scancom: digits of an account |
 * | `input.poll_minutes` | none | texecom: minutes until the panel's next poll |
 * | `input.channel_count` | none | scancom: channels of a message, 8, 16, 24 or 32 |
 * | `input.checksum` | none | scancom: a checksum digit follows the status |
 * | `input.low_battery_status` | none | scancom: `false` for panels that send status 8 always |
 * | `input.channels` | none | scancom, dc09: names of the channels, `["1:Fire", "2:Panic"]`; of one account, `["1234/1:Kiln"]` |
 * | `input.keys` | none | dc09: `["1234:KEY", "*:KEY"]` by account; vds2465-tcp: `["1:KEY"]` by key number |
 * | `input.allow_plain` | none | vds2465-tcp: devices in clear are taken although there are keys |
 * | `input.accounts` | none | dc09: the accounts that are expected; alarms of others are flagged |
 * | `input.account_from` | `"head"` | dc09: the account that counts when head and data differ; or `"data"` |
 * | `input.encryption` | `"accepted"` | dc09: `"required"` refuses what an account with a key sends in clear |
 * | `input.clock` | `"flag"` | dc09: an alarm with a wrong time is flagged; `"correct"`: sent back with our time first |
 * | `input.close_after_ack` | `false` | dc09: the connection is closed when everything is acknowledged; a list: for these accounts |
 * | `input.record_echo` | `false` | vds2465-serial: alarms are acknowledged with records too |
 * | `input.dead_after` | none | vds2465-serial: silence after which the line is taken for dead |
 * | `input.time_zone` | none | vds2465: zone of the device's clock, which is set by answers: `"Europe/Berlin"`; UTC when missing |
 * | `input.idents` | none | vds2465-tcp: the devices that are expected, `["123456:1"]`, with their key's number |
 * | `input.poll` | none | vds2465-tcp: time between polls |
 * | `input.on_demand` | `false` | vds2465-tcp: the connection ends when every alarm is acknowledged |
 * | `raw.name` | needed | a line whose octets are carried as they are: its name, the same in the RCT's file |
 * | `raw.listen` | none | TCP address and port that panels connect to; this or `serial` |
 * | `raw.serial` | none | serial line, as that of an input |
 * | `raw.language` | none | the panel's language, which tells where frames end: one of those of inputs |
 * | `raw.gap` | none | silence that ends a frame, up to `"100ms"`; `"20ms"`, on slow serial lines 4 characters |
 * | `raw.max_delay` | none | octets that take longer are dropped, and their connection is cut; `"2s"`, with most languages `"1s"` |
 * | `raw.allow` | none | addresses and blocks of the panels; all when missing |
 * | `raw.max_connections` | `1` | panels connected at the same time, up to 8 |
 *
 * With a `[[raw]]` and without a word about them, `rct.response_timeout` is 500 ms and `rct.transmissions` 8: what was lost on the
 * way has to be sent again before its octets are too late. At least one `[[input]]` or `[[raw]]` is needed.
 *
 * The protocol's defaults are those of the reconstructed profile (ip-protocol.md §2.4, §6.4: PROFILE).
 *
 * @module
 */
import { type EditionName, editionNames } from "../ip/editions.ts";
import { Checker } from "./checker.ts";
import { byDefault, choice, type Fields, integer, list, optional, type Values } from "./field.ts";
import { deviceId, duration, filePath, handle, host, masterKey, name, port } from "./field_kinds.ts";
import { checkHttp, HTTP_FIELDS, type HttpConfig, httpConfig, httpListener } from "./http_config.ts";
import { checkInput, INPUT_FIELDS, type InputConfig, inputConfig, inputEndpoint } from "./input_config.ts";
import { JOURNAL_FIELDS, type JournalConfig, journalConfig } from "./journal_config.ts";
import { checkKeys, KEYS_FIELDS, type KeysConfig, keysConfig } from "./keys_config.ts";
import type { SecretKey } from "../keys/secret_key.ts";
import {
  checkSptCommissioning,
  SPT_COMMISSIONING_FIELDS,
  type SptCommissioningConfig,
  sptCommissioningConfig,
} from "./spt_commissioning_config.ts";
import { checkListeners, checkTogether, checkUnique } from "./cross_checks.ts";
import { checkRawSpt, rawListeners } from "./raw_checks.ts";
import {
  RAW_RESPONSE_TIMEOUT_MS,
  RAW_SPT_FIELDS,
  RAW_TRANSMISSIONS,
  type RawSptConfig,
  rawSptConfig,
} from "./raw_config.ts";

/** An SPT's configuration, checked. Times in ms. */
export interface SptConfig {
  /** What the SPT is called. */
  name: string;
  /** The durable queue. */
  journal: JournalConfig;
  /** Modules with further languages, in the order of the file. */
  adapters: string[];
  /** The process that holds the serial lines. */
  serial: {
    /** Its Unix socket. */
    socket: string;
  };
  /** The path to the RCT. */
  rct: {
    hostname: string;
    port: number;
    responseTimeoutMs: number;
    transmissions: number;
    heartbeatMs: number;
    encryption: "aes-256" | "aes-128";
    sessionLifetimeMs: number;
    /** Octets after the connection handle, at least; a multiple of 16. */
    minRegion: number;
    /** Edition of the standard that the RCT follows. */
    edition: EditionName;
    /** Hash that is asked for. */
    hash: "sha-256" | "ripemd-256";
    /** Who shall poll: `push`, the SPT; `pull`, the RCT. It is asked for; the RCT decides. */
    pollMode: "push" | "pull";
    /** Whether alarms are stamped with this box's own clock or with the RCT's. */
    clock: "own" | "follow-rct";
  };
  /** Who we are, and the master set. */
  identity: {
    /** 16 octets. */
    deviceId: Uint8Array;
    /** The master set; undefined: it comes from commissioning, in the key store. */
    master: {
      /** 16 octets. */
      rctDeviceId: Uint8Array;
      /** Not zero. */
      masterHandle: number;
      /** 32 octets; with aes-128 the first 16 count. */
      masterKey: SecretKey;
    } | undefined;
  };
  /** The key store. */
  keys: KeysConfig;
  /** Commissioning with a certificate. */
  commissioning: SptCommissioningConfig;
  /** Page and API; undefined when switched off. */
  http: HttpConfig | undefined;
  /** At least one, or one of `raws`. */
  inputs: InputConfig[];
  /** Lines whose octets are carried as they are. */
  raws: RawSptConfig[];
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** The schema of an SPT's file, defaults included. */
export const SPT_FIELDS = {
  "": { name, adapters: optional(list(filePath, 32)) },
  serial: { socket: byDefault(filePath, '"data/serial.sock"') },
  journal: JOURNAL_FIELDS('"data/spt.sqlite"'),
  rct: {
    host,
    port: byDefault(port, "50136"),
    response_timeout: byDefault(duration(200, 60 * SECOND), '"2s"'),
    transmissions: byDefault(integer(1, 10), "4"),
    // The RCT takes no shorter interval than 1 s; 32 d is the longest reporting time of EN 50136-1 (SP1).
    heartbeat: byDefault(duration(SECOND, 32 * DAY), '"30s"'),
    encryption: byDefault(choice("aes-256", "aes-128"), '"aes-256"'),
    session_lifetime: byDefault(duration(60 * SECOND, 32 * DAY), '"24h"'),
    // 64 octets hold the header and the hash; with 1008 a datagram stays within 1024.
    padding: byDefault(integer(64, 1008, "a multiple of 16 in the range", 16), "128"),
    edition: byDefault(choice(...editionNames), '"2020"'),
    hash: byDefault(choice("sha-256", "ripemd-256"), '"sha-256"'),
    poll: byDefault(choice("push", "pull"), '"push"'),
    clock: byDefault(choice("own", "follow-rct"), '"own"'),
  },
  identity: {
    device_id: deviceId,
    rct_device_id: optional(deviceId),
    master_handle: optional(handle),
    master_key: optional(masterKey),
  },
  keys: KEYS_FIELDS,
  commissioning: SPT_COMMISSIONING_FIELDS,
  http: HTTP_FIELDS("8151"),
  input: INPUT_FIELDS,
  raw: RAW_SPT_FIELDS,
} satisfies Record<string, Fields>;

/**
 * Checks the text of an SPT's file.
 *
 * @param source The text.
 * @param file The file's name, for errors.
 * @param languages Further input languages, from adapters outside Tocsin; they may use every key.
 * @returns The checker with what is wrong and, if nothing is, the configuration.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkSptConfig } from "./spt_config.ts";
 *
 * const { config, checker } = checkSptConfig('name = "shop-12"\n', "spt.toml", []);
 * assertEquals(config, undefined);
 * assertEquals(checker.errors.map((e) => e.key), ["[rct]", "[identity]", "[[input]]"]);
 * ```
 */
export function checkSptConfig(
  source: string,
  file: string,
  languages: readonly string[],
): { checker: Checker; config: SptConfig | undefined } {
  const checker = new Checker(source, file);
  const top = checker.top(SPT_FIELDS[""]);
  const journal = checker.table("journal", SPT_FIELDS.journal);
  const serial = checker.table("serial", SPT_FIELDS.serial);
  const rct = checker.table("rct", SPT_FIELDS.rct);
  const identity = checker.table("identity", SPT_FIELDS.identity);
  const keys = checkKeys(checker, journal.values.path);
  const commissioning = checkSptCommissioning(checker, rct.values.port);
  const http = checkHttp(checker, SPT_FIELDS.http);
  const raws = checker.list("raw", SPT_FIELDS.raw, 0);
  const inputs = checker.list("input", SPT_FIELDS.input, raws.length > 0 ? 0 : 1);

  const without = ": then tocsin commission brings them";
  checkTogether(
    checker,
    identity,
    SPT_FIELDS.identity,
    ["rct_device_id", "master_handle", "master_key"],
    without,
  );
  const { device_id, rct_device_id } = identity.values;
  if (device_id !== undefined && device_id.toHex() === rct_device_id?.toHex()) {
    const message = "expected the RCT's device ID, found the SPT's own: each has one of its own";
    checker.error(identity.line("rct_device_id"), "identity.rct_device_id", "not-unique", message);
  }
  checkUnique(checker, inputs, "name");
  const responseTimeout = raws.length > 0 && !rct.has("response_timeout")
    ? RAW_RESPONSE_TIMEOUT_MS
    : rct.values.response_timeout;
  for (const input of inputs) checkInput(checker, input, languages, responseTimeout);
  checkRawSpt(checker, raws, inputs, responseTimeout);
  const listeners = (transport: "tcp" | "udp") =>
    inputs
      .filter(({ values }) => values.transport === transport || values.transport === "both")
      .map((input) => {
        const key = input.has("listen") ? "listen" : "port";
        const at = inputEndpoint(input);
        return { line: input.line(key), key: input.name(key), hostname: at?.hostname, port: at?.port };
      });
  checkListeners(checker, [...listeners("tcp"), ...rawListeners(raws), httpListener(http)]);
  checkListeners(checker, listeners("udp"), "UDP");
  checker.finish();
  if (checker.errors.length > 0) return { checker, config: undefined };

  // Without errors every section is complete.
  const { host: hostname = "", ...link } = rct.values as Values<typeof SPT_FIELDS.rct>;
  const { device_id: deviceId, ...set } = identity.values as Values<typeof SPT_FIELDS.identity>;
  const { rct_device_id: rctDeviceId, master_handle: masterHandle, master_key: masterKey } = set;
  const complete = rctDeviceId !== undefined && masterHandle !== undefined && masterKey !== undefined;
  const config: SptConfig = {
    name: top.values.name ?? "",
    journal: journalConfig(journal),
    adapters: top.values.adapters ?? [],
    serial: { socket: serial.values.socket ?? "" },
    rct: {
      hostname,
      port: link.port,
      responseTimeoutMs: responseTimeout ?? link.response_timeout,
      transmissions: raws.length > 0 && !rct.has("transmissions") ? RAW_TRANSMISSIONS : link.transmissions,
      heartbeatMs: link.heartbeat,
      encryption: link.encryption,
      sessionLifetimeMs: link.session_lifetime,
      minRegion: link.padding,
      edition: link.edition,
      hash: link.hash,
      pollMode: link.poll,
      clock: link.clock,
    },
    identity: { deviceId, master: complete ? { rctDeviceId, masterHandle, masterKey } : undefined },
    keys: keysConfig(keys),
    commissioning: sptCommissioningConfig(commissioning, hostname),
    http: httpConfig(http),
    inputs: inputs.map((input) => inputConfig(input, languages)),
    raws: raws.map(rawSptConfig),
  };
  return { checker, config };
}
