/**
 * `tocsin init`: writes a matching pair of configuration files with fresh secrets, or adds a site to a centre.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { addSite, init, type InitOptions } from "./init_files.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const HELP =
  `Writes the configuration of a site and of its receiving centre, with fresh keys or ready for commissioning.

  tocsin init --site NAME [options]       writes spt.toml and rct.toml
  tocsin init --add-site NAME [options]   adds a site to rct.toml and writes spt-NAME.toml

  --dir DIR           folder for the files (this one)
  --rct-host HOST     how the site reaches the centre: name or address (127.0.0.1, for a first try)
  --rct-port PORT     UDP port of the centre (50136)
  --language NAME     what the panel speaks: sia, contact-id, texecom, scancom, dc09, vds2465-serial or vds2465-tcp (sia)
  --listen ADDRESS    where the panel connects (0.0.0.0:10002)
  --serial LINE       the panel's serial line instead, such as /dev/ttyUSB0,9600,8N1
  --account NUMBER    account if the panel sends none
  --ae-port PORT      where the automation software connects (1025)
  --output NAME       with --add-site: the output its alarms go to, if there are several
  --commission        for real sites: no keys in the files; "tocsin commission" brings them, sealed by spt.key and rct.key
  --force             replace files that are there; the old ones are kept as *.old. Store keys (*.key) stay
  --help              this text

Without --commission, for a first try, the site's keys are written to both files, never shown: copy spt.toml to the site
over a way you trust.`;

const TEXT_OPTIONS = [
  "site",
  "add-site",
  "dir",
  "rct-host",
  "rct-port",
  "language",
  "listen",
  "serial",
  "account",
  "ae-port",
  "output",
] as const;

/**
 * Runs the command.
 *
 * @param args What stands behind `tocsin init`.
 * @returns Exit status: 0 done, 1 refused, 2 wrong usage: what is wrong is told together, as there may be much.
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
    boolean: ["commission", "force", "help"],
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
  const usage = unknown.map((arg) => `${arg}: unknown`);
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
  if (given.has("listen") && given.has("serial")) {
    usage.push("expected either --listen or --serial, found both: a panel is on one of them");
  }
  const site = given.get("site") ?? given.get("add-site");
  if (given.has("site") === given.has("add-site") && usage.length === 0) {
    usage.push("expected --site NAME for a new pair, or --add-site NAME for a further site");
  }
  if (usage.length > 0 || site === undefined) {
    wrongArguments("init", usage.join("; "), { args, help: HELP });
    return 2;
  }
  const options: InitOptions = {
    dir: given.get("dir") ?? ".",
    site,
    commission: parsed.commission === true,
    force: parsed.force === true,
  };
  for (
    const [option, key] of [
      ["account", "account"],
      ["rct-host", "rctHost"],
      ["language", "language"],
      ["listen", "listen"],
      ["serial", "serial"],
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
