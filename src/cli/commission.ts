/**
 * `tocsin commission`: gives a site its keys, at the receiving centre and at the premises.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { type ConfigError, formatConfigError } from "../config/config_error.ts";
import { isRctFile, loadRctConfig, loadSptConfig } from "../config/load.ts";
import { commissionAtCentre } from "./commission_rct.ts";
import { commissionAtSite } from "./commission_spt.ts";
import { EXIT_CONFIG } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const HELP =
  `Gives a site its keys. First at the receiving centre, then at the site, within the window of time.

At the receiving centre:
  tocsin commission --config rct.toml --site NAME      makes a secret, shows it once, opens the window
    --window 30m       how long the site may come (the file's commissioning.window)
    --certificate      no secret: the site comes with its certificate (needs "tocsin dtls")
    --wait             stay until the site has come or the window has ended
    --no-qr            without the QR code
  tocsin commission --config rct.toml --list           what is known of each site's keys
  tocsin commission --config rct.toml --site NAME --close     closes the window
  tocsin commission --config rct.toml --site NAME --revoke    the site is served no more, its keys are destroyed

At the site:
  tocsin commission --config spt.toml                  asks for the four lines of the secret
    --secret-file FILE the lines, or the text of the QR code, from a file
    --certificate      with the certificate of the file instead of a secret
  tocsin commission --config spt.toml --revoke         forgets the keys

A site that has keys already is commissioned anew in the same way; the old keys serve until the new ones are used.
Nothing shows a key or a secret afterwards.`;

const SWITCHES = ["certificate", "wait", "list", "close", "revoke", "help"] as const;
const TEXTS = ["config", "site", "window", "secret-file"] as const;

/** The arguments, checked for what both ends have in common. */
export interface CommissionArguments {
  /** Path of the configuration. */
  config: string;
  /** Values by option. */
  text: ReadonlyMap<Exclude<typeof TEXTS[number], "config">, string>;
  /** Switches that are on. */
  on: ReadonlySet<typeof SWITCHES[number] | "no-qr">;
}

/**
 * Runs the command.
 *
 * @param args What stands behind `tocsin commission`.
 * @returns Exit status: 0 done, 64 wrong usage, 65 the secret is mistyped, 69 the other end did not agree, 78 the
 * configuration cannot be used.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runCommission } from "./commission.ts";
 *
 * assertEquals(await runCommission(["--help"]), 0);
 * ```
 */
export async function runCommission(args: string[]): Promise<number> {
  const parsed = readArguments(args);
  if (parsed === "help") {
    console.log(HELP);
    return 0;
  }
  if (typeof parsed === "string") return wrongArguments("commission", parsed, { args, help: HELP });
  // The file says which end this is.
  const centre = await isRctFile(parsed.config);
  const loaded = centre ? await loadRctConfig(parsed.config) : await loadSptConfig(parsed.config);
  for (const warning of loaded.warnings) console.error(`warning: ${formatConfigError(warning)}`);
  if (!loaded.ok) {
    for (const error of loaded.errors) console.error(formatConfigError(error satisfies ConfigError));
    return EXIT_CONFIG;
  }
  return "sites" in loaded.config
    ? await commissionAtCentre(loaded.config, parsed)
    : await commissionAtSite(loaded.config, parsed);
}

function readArguments(args: string[]): CommissionArguments | string {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: [...TEXTS],
    collect: [...TEXTS],
    boolean: [...SWITCHES, "no-qr"],
    alias: { help: "h" },
    unknown: (arg) => {
      unknown.push(arg.replace(/=.*$/s, ""));
      return false;
    },
  });
  if (options["help"] === true) return "help";
  if (unknown[0] !== undefined) return `${unknown[0]}: unknown`;
  const text = new Map<typeof TEXTS[number], string>();
  for (const name of TEXTS) {
    const values = options[name];
    const [value, second] = Array.isArray(values) ? values : [];
    if (second !== undefined) return `--${name}: expected once, found several times`;
    if (value === "") return `--${name}: expected a value after it`;
    if (typeof value === "string") text.set(name, value);
  }
  const config = text.get("config");
  if (config === undefined) {
    return "--config FILE is missing: rct.toml at the receiving centre, spt.toml at the site";
  }
  text.delete("config");
  const on = new Set([...SWITCHES, "no-qr" as const].filter((name) => options[name] === true));
  const deeds = (["list", "close", "revoke"] as const).filter((name) => on.has(name));
  if (deeds.length > 1) return `--${deeds.join(" and --")}: one at a time`;
  return { config, text: text as CommissionArguments["text"], on };
}
