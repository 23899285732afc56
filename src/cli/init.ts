/**
 * `tocsin init`: writes a matching pair of configuration files with fresh secrets, or adds a site to a centre.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "node:path";
import { type ConfigError, formatConfigError } from "../config/config_error.ts";
import { loadRctConfig, parseRctConfig, parseSptConfig } from "../config/load.ts";
import type { RctConfig } from "../config/rct_config.ts";
import {
  newDeviceId,
  type PairSecrets,
  pairSecrets,
  rctText,
  siteText,
  sptText,
} from "../config/templates.ts";
import { appendToFile, writeFiles } from "../config/write_files.ts";

/** What {@link init} and {@link addSite} make the files of. */
export interface InitOptions {
  /** Folder for the files; made if it is not there. */
  dir: string;
  /** Name of the site. */
  site: string;
  /** Account when the panel sends none. */
  account?: string;
  /** Name or address of the RCT, as the SPT reaches it. @default {"127.0.0.1"} */
  rctHost?: string;
  /** UDP port of the RCT. @default {50136} */
  rctPort?: number;
  /** The panel's language. @default {"sia"} */
  language?: string;
  /** TCP address and port for the panel. @default {"0.0.0.0:10002"} */
  listen?: string;
  /** TCP port for the AE. @default {1025} */
  aePort?: number;
  /** Name of the output that a further site goes to; needed only if the centre has several. */
  output?: string;
  /** Replace files that are there; they are kept as `….old`. */
  force?: boolean;
  /** Random octets fit for keys. @default {crypto.getRandomValues} */
  random?: (octets: number) => Uint8Array;
}

/** What came of it. */
export type InitResult =
  | {
    ok: true;
    /** The files that were written. */
    files: string[];
    /** What to do next, line by line. No secret in it. */
    next: string[];
  }
  | {
    ok: false;
    /** Why nothing was written. No secret in it. */
    errors: string[];
  };

const HELP = `Writes the configuration of a site and of its receiving centre, with fresh keys.

  tocsin init --site NAME [options]       writes spt.toml and rct.toml
  tocsin init --add-site NAME [options]   adds a site to rct.toml and writes spt-NAME.toml

  --dir DIR           folder for the files (this one)
  --rct-host HOST     how the site reaches the centre: name or address (127.0.0.1, for a first try)
  --rct-port PORT     UDP port of the centre (50136)
  --language NAME     what the panel speaks: sia, contact-id or texecom (sia)
  --listen ADDRESS    where the panel connects (0.0.0.0:10002)
  --account NUMBER    account if the panel sends none
  --ae-port PORT      where the automation software connects (1025)
  --output NAME       with --add-site: the output its alarms go to, if there are several
  --force             replace files that are there; the old ones are kept as *.old
  --help              this text

Keys are written to the files only, never shown. Copy spt.toml to the site over a way you trust.`;

const TEXT_OPTIONS = [
  "site",
  "add-site",
  "dir",
  "rct-host",
  "rct-port",
  "language",
  "listen",
  "account",
  "ae-port",
  "output",
] as const;

/**
 * Runs the command.
 *
 * @param args What stands behind `tocsin init`.
 * @returns Exit status: 0 done, 1 refused, 2 wrong usage.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runInit } from "./init.ts";
 *
 * assertEquals(await runInit(["--help"]), 0);
 * ```
 */
export async function runInit(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const parsed = parseArgs(args, {
    string: [...TEXT_OPTIONS],
    collect: [...TEXT_OPTIONS],
    boolean: ["force", "help"],
    alias: { help: "h" },
    unknown: (arg) => {
      unknown.push(arg.replace(/=.*$/s, ""));
      return false;
    },
  });
  if (parsed.help === true) {
    console.log(HELP);
    return 0;
  }
  const given = new Map<string, string>();
  const usage = unknown.map((arg) => `${arg}: unknown; see tocsin init --help`);
  for (const option of TEXT_OPTIONS) {
    const values = parsed[option];
    const [value, ...more] = Array.isArray(values) ? values : [];
    if (more.length > 0) usage.push(`--${option}: expected once, found several times`);
    else if (value === "") usage.push(`--${option}: expected a value after it`);
    else if (typeof value === "string") given.set(option, value);
  }
  const ports: Record<string, number> = {};
  for (const option of ["rct-port", "ae-port"]) {
    const value = given.get(option);
    if (value === undefined) continue;
    if (/^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65535) ports[option] = Number(value);
    else usage.push(`--${option}: expected a port number 1-65535`);
  }
  const site = given.get("site") ?? given.get("add-site");
  if (given.has("site") === given.has("add-site") && usage.length === 0) {
    usage.push(
      "expected --site NAME for a new pair, or --add-site NAME for a further site; see tocsin init --help",
    );
  }
  if (usage.length > 0 || site === undefined) {
    for (const line of usage) console.error(line);
    return 2;
  }
  const options: InitOptions = { dir: given.get("dir") ?? ".", site, force: parsed.force === true };
  for (
    const [option, key] of [
      ["account", "account"],
      ["rct-host", "rctHost"],
      ["language", "language"],
      ["listen", "listen"],
      ["output", "output"],
    ] as const
  ) {
    const value = given.get(option);
    if (value !== undefined) options[key] = value;
  }
  if (ports["rct-port"] !== undefined) options.rctPort = ports["rct-port"];
  if (ports["ae-port"] !== undefined) options.aePort = ports["ae-port"];
  const result = await (given.has("add-site") ? addSite(options) : init(options));
  if (!result.ok) {
    for (const line of result.errors) console.error(line);
    return 1;
  }
  for (const file of result.files) console.log(`written: ${file}`);
  for (const line of result.next) console.log(line);
  return 0;
}

/**
 * Writes `spt.toml` and `rct.toml`, which match, with mode 600. Both or none: files that are there stay unless
 * {@link InitOptions.force}, and the texts are checked before anything is written. Needs read and write permission.
 *
 * @param options What to write.
 * @returns The files and what to do next, or why nothing was written.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { loadSptConfig } from "../config/load.ts";
 * import { init } from "./init.ts";
 *
 * const dir = await Deno.makeTempDir();
 * const result = await init({ dir, site: "shop-12", account: "1234" });
 * assert(result.ok);
 * assert((await loadSptConfig(`${dir}/spt.toml`)).ok);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function init(options: InitOptions): Promise<InitResult> {
  const random = options.random ?? secureRandom;
  const secrets = pairSecrets(random);
  const rctDeviceId = newDeviceId(random);
  const rctPort = options.rctPort ?? 50136;
  const aePort = options.aePort ?? 1025;
  const spt = sptFileText(options, secrets, rctDeviceId, rctPort, "data/spt.sqlite");
  const rct = rctText(
    { ...secrets, site: options.site, output: "automation", rctPort, rctDeviceId, aePort },
    "data/rct.sqlite",
  );
  const errors = problems(parseSptConfig(spt, "spt.toml"), parseRctConfig(rct, "rct.toml"));
  if (errors.length > 0) return { ok: false, errors };
  const files = [join(options.dir, "rct.toml"), join(options.dir, "spt.toml")] as const;
  const refused = await writeFiles([[files[0], rct], [files[1], spt]], options.force === true);
  if (refused !== undefined) return { ok: false, errors: [refused] };
  return {
    ok: true,
    files: [...files],
    next: [
      "",
      ...nextSteps(options, files[1]),
      "At the receiving centre:",
      `  deno task tocsin rct --config ${shellWord(files[0])}`,
      `  Let UDP port ${rctPort} in; let the automation software connect to TCP port ${aePort} (Sur-Gard, one line digit).`,
    ],
  };
}

/**
 * Adds a site to the `rct.toml` in {@link InitOptions.dir} and writes its `spt-NAME.toml`. The lines are added at the end;
 * nothing of the file is changed otherwise, its owner and mode neither.
 *
 * @param options What to write; `site` is the new site.
 * @returns The files and what to do next, or why nothing was written.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { loadRctConfig } from "../config/load.ts";
 * import { addSite, init } from "./init.ts";
 *
 * const dir = await Deno.makeTempDir();
 * await init({ dir, site: "shop-12" });
 * assert((await addSite({ dir, site: "shop-13" })).ok);
 * const loaded = await loadRctConfig(`${dir}/rct.toml`);
 * assert(loaded.ok && loaded.config.sites.length === 2);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function addSite(options: InitOptions): Promise<InitResult> {
  const rctFile = join(options.dir, "rct.toml");
  const loaded = await loadRctConfig(rctFile);
  if (!loaded.ok) return { ok: false, errors: loaded.errors.map(formatConfigError) };
  const output = chooseOutput(loaded.config, options.output);
  if (typeof output !== "string") return { ok: false, errors: [output.error] };
  const taken = loaded.config.sites.map((site) => site.masterHandle.toString(16).padStart(8, "0"));
  const secrets = pairSecrets(options.random ?? secureRandom, taken);
  const slug = options.site.toLowerCase().replace(/[^0-9a-z]+/g, "-").replace(/^-|-$/g, "") || "site";
  // Behind a port translation the site sees another port than the centre has.
  const rctPort = options.rctPort ?? loaded.config.listen.port;
  const deviceId = loaded.config.identity.deviceId.toHex();
  const sptFile = join(options.dir, `spt-${slug}.toml`);
  const spt = sptFileText(options, secrets, deviceId, rctPort, `data/spt-${slug}.sqlite`);
  const before = await Deno.readTextFile(rctFile);
  const addition = `${before.endsWith("\n") ? "" : "\n"}\n${
    siteText({ ...secrets, site: options.site, output })
  }`;
  const errors = problems(parseSptConfig(spt, sptFile), parseRctConfig(before + addition, rctFile));
  if (errors.length > 0) return { ok: false, errors };
  const refused = await writeFiles([[sptFile, spt]], options.force === true);
  if (refused !== undefined) return { ok: false, errors: [refused] };
  const failed = await appendToFile(rctFile, addition);
  if (failed !== undefined) {
    await Deno.remove(sptFile).catch(() => {});
    return { ok: false, errors: [failed] };
  }
  return {
    ok: true,
    files: [rctFile, sptFile],
    next: [
      "",
      ...nextSteps(options, sptFile),
      "At the receiving centre, start anew:",
      `  deno task tocsin rct --config ${shellWord(rctFile)}`,
    ],
  };
}

function sptFileText(
  options: InitOptions,
  secrets: PairSecrets,
  rctDeviceId: string,
  rctPort: number,
  journal: string,
): string {
  return sptText({
    ...secrets,
    site: options.site,
    rctHost: options.rctHost ?? "127.0.0.1",
    rctPort,
    rctDeviceId,
    language: options.language ?? "sia",
    listen: options.listen ?? "0.0.0.0:10002",
    account: options.account,
    journal,
  });
}

function chooseOutput(config: RctConfig, wanted: string | undefined): string | { error: string } {
  const names = config.outputs.map((output) => output.name);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    return { error: `--output: expected one of ${names.join(", ")}` };
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  return { error: `rct.toml has several outputs: add --output and one of ${names.join(", ")}` };
}

function nextSteps(options: InitOptions, sptFile: string): string[] {
  const listen = options.listen ?? "0.0.0.0:10002";
  const port = listen.slice(listen.lastIndexOf(":") + 1);
  return [
    "At the site:",
    `  deno task tocsin spt --config ${shellWord(sptFile)}`,
    `  Set the panel to report to this machine's address, TCP port ${port}, language ${
      options.language ?? "sia"
    }.`,
    ...(options.rctHost === undefined
      ? [
        `  The centre is looked for on the same machine. To move it, set rct.host in ${sptFile} to its address.`,
      ]
      : []),
  ];
}

function problems(...results: ({ ok: true } | { ok: false; errors: ConfigError[] })[]): string[] {
  return results.flatMap((result) =>
    // Lines of a file that was not written help nobody.
    result.ok ? [] : result.errors.map((error) => formatConfigError({ ...error, line: 0 }))
  );
}

function shellWord(path: string): string {
  return /^[\w./:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function secureRandom(octets: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(octets));
}
