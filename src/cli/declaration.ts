/**
 * `tocsin declaration`: writes the statement of configuration.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { declaration, type DeclarationParts } from "../evidence/declaration.ts";
import { type Statement, statementHtml, statementMarkdown } from "../evidence/statement.ts";
import { SCHEMA_VERSION } from "../journal/sqlite_schema.ts";
import { VERSION } from "../version.ts";
import { readConfigs } from "./gateway_configs.ts";
import { categoryOf } from "./report_arguments.ts";
import { siteCategory } from "./report_parts.ts";
import { UsageError } from "./usage_error.ts";
import { wrongArguments } from "./wrong_arguments.ts";
import { writeResult } from "./write_result.ts";

const HELP = `tocsin declaration --config rct.toml [--config spt.toml …] [OPTIONS]

Writes what EN 50136-1 wants stated of a transmission system, from its configuration: messages for each fault, acknowledgement,
ports, encryption, keys, log and time. It claims no conformity; what is not known is listed as not stated. No key is in it.

  --config FILE              rct.toml, once; spt.toml of sites that are to be stated too
  --capacity N               alarm systems that can be carried, as measured or promised
  --category NAME            the category claimed for all sites, SP1 to SP6 or DP1 to DP4
  --single-path-delay TEXT   the delay of single-path faults that was agreed, and with whom
  --format FORMAT            md, html or json; md when missing
  --output FILE              write to this file, not to standard output

Exit status: 0 written, 64 wrong arguments, 73 FILE cannot be written, 78 errors in a configuration.
`;

const OPTIONS = ["capacity", "category", "single-path-delay", "format", "output"] as const;
type Given = Partial<Record<typeof OPTIONS[number], string>>;

/** Writers by format. */
const FORMATS: Readonly<Record<string, (statement: Statement) => string>> = {
  md: statementMarkdown,
  html: statementHtml,
  json: (statement) => `${JSON.stringify(statement, null, 2)}\n`,
};

/**
 * Runs the command.
 *
 * @param args Arguments after `declaration`.
 * @returns Exit status.
 */
export async function runDeclaration(args: string[]): Promise<number> {
  try {
    const read = readArguments(args);
    if (read === undefined) {
      console.log(HELP);
      return 0;
    }
    const { configs, given } = read;
    const { format = "md", capacity, output } = given;
    const category = categoryOf(given.category);
    const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
    if (write === undefined) throw new UsageError(`--format: expected md, html or json, found "${format}"`);
    if (capacity !== undefined && !/^[1-9]\d{0,8}$/.test(capacity)) {
      throw new UsageError(`--capacity: expected a number of alarm systems, found "${capacity}"`);
    }
    const loaded = await readConfigs(configs);
    if (typeof loaded === "number") return loaded;
    const { rct, spts } = loaded;
    const own = new Set(rct.sites.map(({ deviceId }) => deviceId.toHex()));
    for (const { name, identity } of spts) {
      if (own.has(identity.deviceId.toHex())) continue;
      throw new UsageError(`--config: ${name} has the device ID of no site of the RCT's configuration`);
    }
    // One category for all sites with the same: they are grouped by it.
    const categories = new Map<string, ReturnType<DeclarationParts["categoryOf"]>>();
    const bySite = new Map(rct.sites.map((site) => {
      const found = siteCategory(site, category);
      if (found !== undefined && !categories.has(found.name)) categories.set(found.name, found);
      return [site.name, found && categories.get(found.name)];
    }));
    const statement = declaration({
      rct,
      spts,
      version: VERSION,
      schema: SCHEMA_VERSION,
      now: Date.now(),
      capacity: capacity === undefined ? undefined : Number(capacity),
      categoryOf: (site) => bySite.get(site),
      singlePathDelay: given["single-path-delay"] ?? "",
    });
    return await writeResult("declaration", write(statement), output);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return wrongArguments("declaration", error.message, { args, help: HELP });
  }
}

function readArguments(args: string[]): { configs: string[]; given: Given } | undefined {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["config", ...OPTIONS, "_"],
    collect: ["config", ...OPTIONS],
    boolean: ["help"],
    alias: { help: "h" },
    unknown: (name) => {
      if (name.startsWith("-")) unknown.push(name.replace(/=.*$/s, ""));
      return !name.startsWith("-");
    },
  });
  if (options.help) return undefined;
  if (unknown[0] !== undefined) throw new UsageError(`${unknown[0]}: unknown`);
  const list = (name: "config" | typeof OPTIONS[number]): string[] => {
    const values: unknown = options[name];
    return Array.isArray(values) ? values.map(String) : [];
  };
  const given: Given = {};
  for (const name of OPTIONS) {
    const [value, second] = list(name);
    if (second !== undefined) throw new UsageError(`--${name}: expected once, found several times`);
    if (value === "") throw new UsageError(`--${name}: expected a value behind it`);
    if (value !== undefined) given[name] = value;
  }
  const [word] = options._.map(String);
  if (word !== undefined) throw new UsageError(`expected only options, found "${word}"`);
  const configs = list("config");
  if (configs.length === 0) throw new UsageError("--config FILE is missing");
  if (configs.includes("")) throw new UsageError("--config: expected a file behind it");
  return { configs, given };
}
