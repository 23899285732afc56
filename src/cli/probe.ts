/**
 * `tocsin probe`: acts as the other end of a path, first as it should be and then as an attacker would, and reports.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { formatConfigError } from "../config/config_error.ts";
import { loadRctConfig, type LoadResult, loadSptConfig } from "../config/load.ts";
import { showValue } from "../config/show_value.ts";
import { edition, type EditionName, editionNames } from "../ip/editions.ts";
import type { Ts50136Profile } from "../ip/profile.ts";
import { KeyStoreError } from "../keys/key_store_error.ts";
import type { KeysConfig } from "../config/keys_config.ts";
import { openOwnKeyStore } from "../gateway/own_key_store.ts";
import { resolvePeer } from "../gateway/resolve.ts";
import { type ProbeLink, probeLink, type ProbeLinkOptions } from "../probe/link.ts";
import { type ProbeEnd, probeRct } from "../probe/rct/run.ts";
import { JsonReport, type ProbeReport, summary, TableReport } from "../probe/report.ts";
import { probeSpt } from "../probe/spt/run.ts";
import { EXIT_CONFIG, EXIT_UNAVAILABLE, EXIT_USAGE } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const HELP = `tocsin probe rct HOST:PORT KEYS [OPTIONS]       tocsin probe rct --config spt.toml [OPTIONS]
tocsin probe spt --listen HOST:PORT KEYS [OPTIONS]
tocsin probe spt --config rct.toml --site NAME [OPTIONS]

Tests a device of any make that speaks the IP protocol. 'probe rct' acts as an
SPT towards a receiving centre; 'probe spt' acts as the centre and waits for an
SPT that is pointed at it. First everything as it should be, then cut, forged,
replayed and flooding datagrams; after each, whether the session still works.
Only the address that you give is spoken to, and only with its master key.
Test devices that are yours, or that you were asked to test.

  The protocol is a reconstruction: a device that follows the published text
  may answer otherwise. Compare the editions before you call it broken.

  Alarms: 'probe rct' sends none that could reach the automation software, only
  events of the unknown protocol 0xFE, which must be refused but answered, and
  a TRANSPARENT_MSG that reads "tocsin probe". --send-alarm ACCOUNT also sends
  two SIA test alarms (RX) of that account: tell the operators before.
  'probe spt' acknowledges no alarm: the SPT keeps what it has and must be
  pointed back at its centre. It also sets the SPT's clock to this computer's.
  Meanwhile the site is not watched by its centre, and a session of the real
  SPT with the centre ends: use a site of its own for the test if you can.

KEYS
  --device-id HEX        32 digits: the SPT's
  --rct-device-id HEX    32 digits: the RCT's
  --master-handle HEX    8 digits
  --master-key-file FILE a file that holds the 64 digits of the master key
                         (never on the command line: others can read that)
OPTIONS
  --edition NAME         ${editionNames.join(", ")} (default: the
                         configuration's, or 2020)
  --seconds N            stop after so long (default 180)
  --wait N               spt: seconds to wait for the SPT (default 60)
  --flood N              rct: datagrams of each flood, 0 to 20000 (default 5000)
  --send-alarm ACCOUNT   rct: send two real test alarms
  --json                 JSON Lines instead of a table

Exit status: 0 nothing is broken, 1 something is, or not everything could be
tried; 64 wrong arguments, 69 the other end does not answer, 78 wrong
configuration.
`;

/** Exit status: something is broken. */
const EXIT_BROKEN = 1;
const MOST_FLOOD = 20_000;
const MOST_SECONDS = 3600;
/** Longest pause of an SPT between two setups, and some more, ms. */
const SPT_PATIENCE_MS = 75_000;
const RESOLVE_MS = 10_000;

/** What the arguments cannot be used for, said to the user. */
class Wrong extends Error {
  readonly status: number;
  constructor(message: string, status: number = EXIT_USAGE) {
    super(message);
    this.status = status;
  }
}

type Options = Record<string, unknown>;

interface Plan {
  link: ProbeLink;
  at: { hostname: string; port: number };
}

/**
 * Runs the command.
 *
 * @param args Arguments after `probe`.
 * @returns Exit status: 0 nothing is broken, 1 something is or could not be tried, 64, 69 or 78.
 */
export async function runProbe(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: [
      "config",
      "site",
      "listen",
      "device-id",
      "rct-device-id",
      "master-handle",
      "master-key-file",
      "edition",
      "seconds",
      "wait",
      "flood",
      "send-alarm",
      "_",
    ],
    boolean: ["help", "json"],
    alias: { help: "h" },
    unknown: (arg) => {
      if (arg.startsWith("-")) unknown.push(arg.replace(/=.*$/s, ""));
      return !arg.startsWith("-");
    },
  });
  if (options["help"] === true) {
    console.log(HELP);
    return 0;
  }
  try {
    const [stranger] = unknown;
    if (stranger === "--master-key") {
      throw new Wrong(
        "--master-key: a key on the command line can be read by others; put it in a --master-key-file",
      );
    }
    if (stranger !== undefined) throw new Wrong(`${stranger}: unknown`);
    return await probe(options, options._.map(String));
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    if (error.status === EXIT_USAGE) return wrongArguments("probe", error.message, { args, help: HELP });
    console.error(`tocsin probe: ${error.message}`);
    return error.status;
  }
}

async function probe(options: Options, [role, target, more]: string[]): Promise<number> {
  if (role !== "rct" && role !== "spt") {
    throw new Wrong(
      role === undefined ? "rct or spt is missing" : `expected rct or spt, found ${showValue(role)}`,
    );
  }
  if (more !== undefined || role === "spt" && target !== undefined) {
    throw new Wrong(`${showValue(more ?? target)} is one argument too many`);
  }
  editionOf(options, "2020"); // A wrong name is told before anything else is looked for.
  const seconds = number(options, "seconds", 1, MOST_SECONDS, 180);
  const waitMs = number(options, "wait", 1, MOST_SECONDS, 60) * 1000;
  const flood = number(options, "flood", 0, MOST_FLOOD, 5000);
  const { link, at } = role === "rct" ? await sptSide(options, target) : await rctSide(options);
  const { profile } = link;
  const json = options["json"] === true;
  const out: ProbeReport = json
    ? new JsonReport((line) => console.log(line))
    : new TableReport((line) => console.log(line), screen());
  if (!json) console.log(`Profile ${profile.name}: a reconstruction, unverified against the published text.`);
  const report = out.row.bind(out);
  const deadline = performance.now() + seconds * 1000;
  const started = performance.now();
  let end: ProbeEnd;
  if (role === "rct") {
    const sendAlarm = options["send-alarm"];
    end = await probeRct({
      link,
      target: await resolved(at),
      report,
      deadline,
      flood,
      sendAlarm: typeof sendAlarm === "string" ? accountOf(sendAlarm) : undefined,
    });
  } else {
    try {
      end = await probeSpt({
        link,
        listen: at,
        waitMs: Math.min(waitMs, seconds * 1000),
        patienceMs: SPT_PATIENCE_MS,
        report,
        deadline,
        listening: (port) => {
          console.error(`waiting for the SPT on UDP ${at.hostname}:${port}, ${waitMs / 1000} s at most`);
        },
      });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.AddrNotAvailable)) {
        throw error;
      }
      throw new Wrong(`cannot listen on UDP ${at.hostname}:${at.port}: ${error.message}`, EXIT_UNAVAILABLE);
    }
  }
  if (end === "not-reachable") {
    throw new Wrong(`no answer ${unreachable(role, at)}`, EXIT_UNAVAILABLE);
  }
  const { tally } = out;
  if (json) {
    const took = Math.round(performance.now() - started);
    console.log(JSON.stringify({ type: "summary", profile: profile.name, end, ms: took, ...tally }));
  } else {
    console.log(`\n${summary(tally)}`);
  }
  return tally.broken > 0 || end !== "done" ? EXIT_BROKEN : 0;
}

function unreachable(role: "rct" | "spt", { hostname, port }: Plan["at"]): string {
  return role === "rct"
    ? `from ${hostname}:${port}. The RCT is off, a firewall is between, or master handle, master key or a device ID ` +
      "differ from the RCT's: a sound RCT does not answer strangers."
    : `on ${hostname}:${port}: no SPT came with this master key. Point the SPT at this computer, open the port for UDP, and ` +
      "compare master handle and key.";
}

/** We are the SPT: the target and our identity. */
async function sptSide(options: Options, target: string | undefined): Promise<Plan> {
  for (const name of ["listen", "site"]) {
    if (options[name] !== undefined) throw new Wrong(`--${name} belongs to 'probe spt'`);
  }
  const path = options["config"];
  if (typeof path !== "string") {
    if (target === undefined) throw new Wrong("HOST:PORT or --config FILE is missing");
    const at = hostPort(target, "HOST:PORT");
    return { at, link: linkOf(options, await keyOf(options)) };
  }
  noKeys(options);
  const { identity: { deviceId, master }, rct, keys } = loaded(await loadSptConfig(path));
  const profile = editionOf(options, rct.edition);
  const values = { ...profile.values, minRegion: rct.minRegion };
  const set = commissioned(keys, deviceId, master !== undefined) ?? (master === undefined ? undefined : {
    rctDeviceId: master.rctDeviceId,
    masterHandle: master.masterHandle,
    master: { encryption: "aes-256", key: master.masterKey.octets(), hash: "sha-256" },
  } as const);
  if (set === undefined) throw new Wrong(`${path}: this SPT has no keys yet`, EXIT_CONFIG);
  const link = probeLink({ profile: { ...profile, values }, sptDeviceId: deviceId, ...set });
  return { link, at: target === undefined ? rct : hostPort(target, "HOST:PORT") };
}

/** We are the RCT: where to listen, and for whom. */
async function rctSide(options: Options): Promise<Plan> {
  if (options["send-alarm"] !== undefined) throw new Wrong("--send-alarm belongs to 'probe rct'");
  const path = options["config"], listen = options["listen"], name = options["site"];
  if (typeof path !== "string") {
    if (typeof listen !== "string") throw new Wrong("--listen HOST:PORT or --config FILE is missing");
    if (name !== undefined) throw new Wrong("--site goes with --config");
    const at = hostPort(listen, "--listen");
    return { at, link: linkOf(options, await keyOf(options)) };
  }
  noKeys(options);
  const config = loaded(await loadRctConfig(path));
  const site = config.sites.find((site) => site.name === name);
  if (site === undefined) {
    const names = config.sites.slice(0, 8).map(({ name }) => name).join(", ");
    throw new Wrong(
      `--site ${
        name === undefined ? "NAME is missing" : `${showValue(name)} is not in ${path}`
      }; sites are ${names}${config.sites.length > 8 ? ", …" : ""}`,
    );
  }
  const { deviceId, master } = site;
  const set = commissioned(config.keys, deviceId, master !== undefined) ??
    (master === undefined ? undefined : {
      rctDeviceId: config.identity.deviceId,
      masterHandle: master.masterHandle,
      master: { encryption: "aes-256", key: master.masterKey.octets(), hash: "sha-256" },
    } as const);
  if (set === undefined) throw new Wrong(`${path}: site ${showValue(name)} has no keys yet`, EXIT_CONFIG);
  const link = probeLink({ profile: editionOf(options, site.edition), sptDeviceId: deviceId, ...set });
  return { link, at: typeof listen === "string" ? hostPort(listen, "--listen") : config.listen };
}

/** Keys from commissioning: they count before those of the file, as they do for the gateway. */
function commissioned(
  keys: KeysConfig,
  deviceId: Uint8Array,
  inFile: boolean,
): Pick<ProbeLinkOptions, "rctDeviceId" | "masterHandle" | "master"> | undefined {
  const opened = openOwnKeyStore(keys, false);
  if (!opened.ok) {
    if (inFile && (opened.rule === "missing" || opened.rule === "no-store-key")) return undefined;
    throw new Wrong(opened.message, EXIT_CONFIG);
  }
  try {
    const device = opened.store.device(deviceId);
    if (device?.revokedAt !== undefined) throw new Wrong("the keys of this device are revoked", EXIT_CONFIG);
    const set = device?.masters[0];
    if (set === undefined) return undefined;
    const { rctDeviceId, masterHandle, encryption, hash, key } = set;
    return { rctDeviceId, masterHandle, master: { encryption, hash, key: key.octets() } };
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    throw new Wrong(error.message, EXIT_CONFIG);
  } finally {
    opened.store.close();
  }
}

function loaded<C>(result: LoadResult<C>): C {
  for (const warning of result.warnings) console.error(`warning: ${formatConfigError(warning)}`);
  if (result.ok) return result.config;
  throw new Wrong(result.errors.map(formatConfigError).join("\n"), EXIT_CONFIG);
}

function noKeys(options: Options): void {
  for (const name of ["device-id", "rct-device-id", "master-handle", "master-key-file"]) {
    if (options[name] !== undefined) {
      throw new Wrong(`--${name} and --config: the configuration holds it already`);
    }
  }
}

function linkOf(options: Options, key: Uint8Array): ProbeLink {
  const masterHandle = parseInt(hexOf(options, "master-handle", 8).toHex(), 16);
  if (masterHandle === 0) throw new Wrong("--master-handle: 0 means none");
  return probeLink({
    profile: editionOf(options, "2020"),
    sptDeviceId: hexOf(options, "device-id", 32),
    rctDeviceId: hexOf(options, "rct-device-id", 32),
    masterHandle,
    master: { encryption: "aes-256", key, hash: "sha-256" },
  });
}

function hexOf(options: Options, name: string, digits: number): Uint8Array {
  const value = options[name];
  if (typeof value !== "string") throw new Wrong(`--${name} HEX is missing`);
  if (value.length !== digits || !/^[0-9a-f]+$/i.test(value)) {
    throw new Wrong(`--${name}: expected ${digits} hex digits, found ${value.length} characters`);
  }
  return Uint8Array.fromHex(value);
}

/** The key; nothing of what the file holds is ever shown. */
async function keyOf(options: Options): Promise<Uint8Array> {
  const path = options["master-key-file"];
  if (typeof path !== "string") throw new Wrong("--master-key-file FILE is missing");
  let text: string;
  try {
    const { size } = await Deno.stat(path);
    if (size > 4096) {
      throw new Wrong(`--master-key-file ${path}: expected 64 hex digits, found ${size} octets`);
    }
    text = (await Deno.readTextFile(path)).replaceAll(/\s/g, "");
  } catch (error) {
    if (error instanceof Wrong) throw error;
    const why = error instanceof Deno.errors.NotFound ? "there is no such file" : "it cannot be read";
    throw new Wrong(`--master-key-file ${path}: ${why}`);
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    throw new Wrong(
      `--master-key-file ${path}: expected 64 hex digits, found ${text.length} other characters`,
    );
  }
  return Uint8Array.fromHex(text);
}

function editionOf(options: Options, otherwise: EditionName): Ts50136Profile {
  const name = options["edition"] ?? otherwise;
  if (!(editionNames as readonly unknown[]).includes(name)) {
    throw new Wrong(`--edition: expected ${editionNames.join(", ")}, found ${showValue(name)}`);
  }
  return edition(name as EditionName);
}

function number(options: Options, name: string, least: number, most: number, otherwise: number): number {
  const value = options[name];
  if (value === undefined) return otherwise;
  const n = Number(value);
  if (typeof value !== "string" || !/^\d+$/.test(value) || n < least || n > most) {
    throw new Wrong(`--${name}: expected a number from ${least} to ${most}, found ${showValue(value)}`);
  }
  return n;
}

function accountOf(account: string): string {
  if (!/^[0-9A-Za-z]{1,16}$/.test(account)) {
    throw new Wrong(
      `--send-alarm: expected an account of 1-16 digits or letters, found ${showValue(account)}`,
    );
  }
  return account;
}

function hostPort(value: string, what: string): { hostname: string; port: number } {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(value);
  const port = Number(found?.[3]);
  if (found === null || port < 1 || port > 65535) {
    throw new Wrong(
      `${what}: expected a host and a UDP port such as 192.0.2.7:50136, found ${showValue(value)}`,
    );
  }
  return { hostname: found[1] ?? found[2] ?? "", port };
}

async function resolved({ hostname, port }: Plan["at"]): Promise<Deno.NetAddr> {
  try {
    return await resolvePeer(hostname, port, AbortSignal.timeout(RESOLVE_MS));
  } catch {
    throw new Wrong(`no address was found for ${hostname}`, EXIT_UNAVAILABLE);
  }
}

function screen(): number {
  try {
    return Deno.stdout.isTerminal() ? Deno.consoleSize().columns : 120;
  } catch {
    return 120;
  }
}
