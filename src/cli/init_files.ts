/**
 * The files that `tocsin init` writes.
 *
 * @module
 */
import { join } from "node:path";
import { type ConfigError, formatConfigError } from "../config/config_error.ts";
import { loadRctConfig, parseRctConfig, parseSptConfig } from "../config/load.ts";
import type { RctConfig } from "../config/rct_config.ts";
import {
  keyStoreText,
  type KeyStoreTexts,
  newDeviceId,
  pairSecrets,
  rctText,
  siteText,
  sptText,
  type SptTexts,
} from "../config/templates.ts";
import { appendToFile, writeFiles } from "../config/write_files.ts";
import { nextSteps } from "./next_steps.ts";
import { makeStoreKeyFiles, removeFiles } from "./store_key_files.ts";

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
  /** Settings of the panel's serial line, `/dev/ttyUSB0,9600,8N1`; in place of `listen`. */
  serial?: string;
  /** TCP port for the AE. @default {1025} */
  aePort?: number;
  /** Name of the output or route that a further site goes to; needed only if the centre has several. */
  output?: string;
  /** Leave the keys out of the files: `tocsin commission` brings them. */
  commission?: boolean;
  /** Replace files that are there; they are kept as `….old`. Store keys that are there stay. */
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

/** The window of a file that says nothing of it, ms. */
const DEFAULT_WINDOW_MS = 900_000;
const RCT_KEYS: KeyStoreTexts = { store: "data/rct-keys.sqlite", keyFile: "rct.key" };

/**
 * Writes `spt.toml` and `rct.toml`, which match, with mode 600; for commissioning the store keys `spt.key` and `rct.key`
 * too. All or none: files that are there stay unless {@link InitOptions.force}, and the texts are checked before anything
 * is written. Needs read and write permission.
 *
 * @param options What to write.
 * @returns The files and what to do next, or why nothing was written.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { loadSptConfig } from "../config/load.ts";
 * import { init } from "./init_files.ts";
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
  const { deviceId, ...inFile } = pairSecrets(random);
  const rctDeviceId = newDeviceId(random);
  const rctPort = options.rctPort ?? 50136;
  const aePort = options.aePort ?? 1025;
  const commission = options.commission === true;
  const sptKeys: KeyStoreTexts = { store: "data/spt-keys.sqlite", keyFile: "spt.key" };
  const spt = sptFileText(options, {
    deviceId,
    keys: commission ? sptKeys : { ...inFile, rctDeviceId },
    rctPort,
    journal: "data/spt.sqlite",
  });
  const rct = rctText({
    site: options.site,
    deviceId,
    keys: commission ? undefined : inFile,
    output: "automation",
    rctPort,
    rctDeviceId,
    aePort,
    journal: "data/rct.sqlite",
    keyStore: commission ? RCT_KEYS : undefined,
  });
  const errors = problems(parseSptConfig(spt, "spt.toml"), parseRctConfig(rct, "rct.toml"));
  if (errors.length > 0) return { ok: false, errors };
  const [rctFile, sptFile] = [join(options.dir, "rct.toml"), join(options.dir, "spt.toml")];
  const keyFiles = commission ? [RCT_KEYS, sptKeys].map(({ keyFile }) => join(options.dir, keyFile)) : [];
  const keys = await makeStoreKeyFiles(keyFiles, random, options.force === true);
  if (!keys.ok) return { ok: false, errors: [keys.error] };
  const refused = await writeFiles([[rctFile, rct], [sptFile, spt]], options.force === true);
  if (refused !== undefined) {
    await removeFiles(keys.made);
    return { ok: false, errors: [refused] };
  }
  return {
    ok: true,
    files: [rctFile, sptFile, ...keys.made],
    next: [
      ...keptLines(keys.kept),
      ...adviceLines(options),
      "",
      ...nextSteps({
        ...aboutSite(options),
        sptFile,
        rctFile,
        ports: { udp: rctPort, ae: aePort },
        commission: commission
          ? {
            windowMs: DEFAULT_WINDOW_MS,
            sptKeyFile: join(options.dir, sptKeys.keyFile),
            keyFromEnvironment: false,
          }
          : undefined,
      }),
    ],
  };
}

/**
 * Adds a site to the `rct.toml` in {@link InitOptions.dir} and writes its `spt-NAME.toml`; for commissioning its store key
 * `spt-NAME.key` too, and the centre's if it has no key store yet. The lines are added at the end; nothing of the file is
 * changed otherwise, its owner and mode neither.
 *
 * @param options What to write; `site` is the new site.
 * @returns The files and what to do next, or why nothing was written.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { loadRctConfig } from "../config/load.ts";
 * import { addSite, init } from "./init_files.ts";
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
  const random = options.random ?? secureRandom;
  const taken = loaded.config.sites.flatMap(({ master }) =>
    master === undefined ? [] : [master.masterHandle.toString(16).padStart(8, "0")]
  );
  const { deviceId, ...inFile } = pairSecrets(random, taken);
  const slug = options.site.toLowerCase().replace(/[^0-9a-z]+/g, "-").replace(/^-|-$/g, "") || "site";
  const commission = options.commission === true;
  const sptKeys: KeyStoreTexts = { store: `data/spt-${slug}-keys.sqlite`, keyFile: `spt-${slug}.key` };
  const sptFile = join(options.dir, `spt-${slug}.toml`);
  const spt = sptFileText(options, {
    deviceId,
    keys: commission ? sptKeys : { ...inFile, rctDeviceId: loaded.config.identity.deviceId.toHex() },
    // Behind a port translation the site sees another port than the centre has.
    rctPort: options.rctPort ?? loaded.config.listen.port,
    journal: `data/spt-${slug}.sqlite`,
  });
  const before = await Deno.readTextFile(rctFile);
  const addStore = commission && await hasNoKeyStore(loaded.config, before);
  const addition = [
    before.endsWith("\n") ? "" : "\n",
    addStore ? `${keyStoreText(RCT_KEYS)}\n` : "",
    siteText({ site: options.site, deviceId, keys: commission ? undefined : inFile, output }),
  ].filter((part, i) => i === 0 || part !== "").join("\n");
  const errors = problems(parseSptConfig(spt, sptFile), parseRctConfig(before + addition, rctFile));
  if (errors.length > 0) return { ok: false, errors };
  const keyFiles = [...(addStore ? [RCT_KEYS] : []), ...(commission ? [sptKeys] : [])];
  const keys = await makeStoreKeyFiles(
    keyFiles.map(({ keyFile }) => join(options.dir, keyFile)),
    random,
    options.force === true,
  );
  if (!keys.ok) return { ok: false, errors: [keys.error] };
  const refused = await writeFiles([[sptFile, spt]], options.force === true);
  if (refused !== undefined) {
    await removeFiles(keys.made);
    return { ok: false, errors: [refused] };
  }
  const failed = await appendToFile(rctFile, addition);
  if (failed !== undefined) {
    await removeFiles([sptFile, ...keys.made]);
    return { ok: false, errors: [failed] };
  }
  return {
    ok: true,
    files: [rctFile, sptFile, ...keys.made],
    next: [
      ...keptLines(keys.kept),
      ...adviceLines(options),
      "",
      ...nextSteps({
        ...aboutSite(options),
        sptFile,
        rctFile,
        ports: undefined,
        commission: commission
          ? {
            windowMs: loaded.config.commissioning.windowMs,
            sptKeyFile: join(options.dir, sptKeys.keyFile),
            keyFromEnvironment: !addStore && loaded.config.keys.keyFile === undefined,
          }
          : undefined,
      }),
    ],
  };
}

/**
 * Whether a centre was never made ready for commissioning: its file says nothing of a key store, no site waits for one, and
 * none is there. Only then may one be named without shutting out another whose store key comes from the environment.
 */
async function hasNoKeyStore(config: RctConfig, text: string): Promise<boolean> {
  // TOML allows a table once.
  if (!parseRctConfig(`${text}\n[keys]\n`, "").ok) return false;
  if (config.sites.some((site) => site.master === undefined)) return false;
  return await Deno.lstat(config.keys.path).then(
    () => false,
    (cause) => cause instanceof Deno.errors.NotFound,
  );
}

function sptFileText(
  options: InitOptions,
  own: Pick<SptTexts, "deviceId" | "keys" | "rctPort" | "journal">,
): string {
  return sptText({
    ...own,
    site: options.site,
    rctHost: options.rctHost ?? "127.0.0.1",
    language: options.language ?? "sia",
    line: lineOf(options),
    account: options.account,
  });
}

function lineOf({ listen, serial }: InitOptions): SptTexts["line"] {
  return serial === undefined ? { listen: listen ?? "0.0.0.0:10002" } : { serial };
}

function aboutSite(options: InitOptions) {
  return {
    site: options.site,
    line: lineOf(options),
    language: options.language ?? "sia",
    sameMachine: options.rctHost === undefined,
  };
}

/** What an installer may not have meant. */
function adviceLines({ language, serial }: InitOptions): string[] {
  return language === "vds2465-serial" && serial === undefined
    ? [
      "this panel speaks on a serial line as a rule: add --serial /dev/ttyUSB0,9600,8N1 if it is wired to this box",
    ]
    : [];
}

function keptLines(files: readonly string[]): string[] {
  return files.map((file) => `kept: ${file} (a key store may need it)`);
}

function chooseOutput(config: RctConfig, wanted: string | undefined): string | { error: string } {
  const names = [...config.outputs, ...config.routes].map(({ name }) => name);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    return { error: `--output: expected one of ${names.join(", ")}` };
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  return { error: `rct.toml has several outputs: add --output and one of ${names.join(", ")}` };
}

function problems(...results: ({ ok: true } | { ok: false; errors: ConfigError[] })[]): string[] {
  return results.flatMap((result) =>
    // Lines of a file that was not written help nobody.
    result.ok ? [] : result.errors.map((error) => formatConfigError({ ...error, line: 0 }))
  );
}

function secureRandom(octets: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(octets));
}
