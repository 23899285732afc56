/**
 * `tocsin command`: gives a command to a panel, through the running RCT.
 *
 * @module
 */
import { request } from "node:http";
import { parseArgs } from "@std/cli/parse-args";
import { formatConfigError } from "../config/config_error.ts";
import { loadRctConfig } from "../config/load.ts";
import { EXIT_CONFIG, EXIT_UNAVAILABLE, EXIT_USAGE } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const HELP = `tocsin command --config rct.toml --site NAME [OPTIONS] TEXT
tocsin command --config rct.toml --site NAME [OPTIONS] --hex HEX
tocsin command --config rct.toml --site NAME [OPTIONS] --secret

Gives a command to a panel and prints what became of it. The RCT must run on
this machine, with [remote] enabled = true and remote = true at the site; at the
site the input must allow commands too. A command can disarm a building: both
ends log who gave it and what became of it, never what it says.

  TEXT             for SIA: function code and data, CSA*1
  --hex HEX        octets as hex digits; for VdS 2465 the records
  --secret         reads the command from standard input, as TEXT: for a login
                   code (?), which others could read on the command line
  --account A      the panel's account, where a site has several
  --input NAME     the SPT's input that the panel is connected to
  --by NAME        who gives it, for the logs

Exit status: 0 the panel has confirmed it; 1 it was rejected, or it is not known
whether it was carried out; 64 wrong arguments, 69 the RCT is not reached, 78
wrong configuration.
`;

/** Exit status: rejected, or nothing is known. */
const EXIT_NOT_DONE = 1;
/** Longest answer of the RCT, in octets. */
const MAX_ANSWER = 64 * 1024;
/** The RCT waits a minute for the panel; it is given some more, ms. */
const WAIT_MS = 75_000;
/** Longest line of standard input, in octets. */
const MAX_LINE = 1024;

const OPTIONS = ["config", "site", "account", "input", "by", "hex"] as const;

/** What the arguments cannot be used for, said to the user. */
class Wrong extends Error {
  readonly status: number;
  constructor(message: string, status: number = EXIT_USAGE) {
    super(message);
    this.status = status;
  }
}

interface Plan {
  config: string;
  site: string;
  body: Record<string, string>;
  secret: boolean;
}

/**
 * Runs the command.
 *
 * @param args Arguments after `command`.
 * @returns Exit status: 0 done, 1 not done or not known, 64, 69 or 78.
 */
export async function runCommand(args: string[]): Promise<number> {
  try {
    const plan = read(args);
    if (plan === undefined) {
      console.log(HELP);
      return 0;
    }
    const { hostname, port } = await endpoint(plan.config);
    if (plan.secret) plan.body["text"] = await secretLine();
    const path = `/api/sites/${encodeURIComponent(plan.site)}/command`;
    return tell(await post(hostname, port, path, JSON.stringify(plan.body)));
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    if (error.status === EXIT_USAGE) return wrongArguments("command", error.message, { args, help: HELP });
    console.error(`tocsin command: ${error.message}`);
    return error.status;
  }
}

/** The arguments; undefined for a question for help. */
function read(args: string[]): Plan | undefined {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: [...OPTIONS, "_"],
    collect: [...OPTIONS],
    boolean: ["help", "secret"],
    alias: { help: "h" },
    unknown: (arg) => {
      if (arg.startsWith("-")) unknown.push(arg.replace(/=.*$/s, ""));
      return !arg.startsWith("-");
    },
  });
  if (options["help"] === true) return undefined;
  const [stranger] = unknown;
  if (stranger !== undefined) throw new Wrong(`${stranger}: unknown`);
  const values: Partial<Record<typeof OPTIONS[number], string>> = {};
  for (const name of OPTIONS) {
    const [value, second] = options[name] as string[];
    if (second !== undefined) throw new Wrong(`--${name}: expected once, found several times`);
    if (value === "") throw new Wrong(`--${name}: expected a value after it`);
    if (value !== undefined) values[name] = value;
  }
  const { config, site, hex, ...body } = values;
  if (config === undefined) throw new Wrong("--config FILE is missing: the rct.toml of the running RCT");
  if (site === undefined) throw new Wrong("--site NAME is missing");
  const [text, more] = options._.map(String);
  if (more !== undefined) throw new Wrong("expected one TEXT; put one with spaces in quotes");
  const given = [text, hex].filter((each) => each !== undefined).length +
    (options["secret"] === true ? 1 : 0);
  if (given !== 1) throw new Wrong("expected the command once: as TEXT, as --hex HEX or by --secret");
  if (text?.startsWith("?") || /^3f(?:3[0-9])*$/i.test(hex ?? "")) {
    throw new Wrong("a login code (?) on the command line can be read by others: give it to --secret");
  }
  if (text !== undefined && !/^[\x20-\x7e]+$/.test(text)) {
    throw new Wrong("TEXT holds something else than printable ASCII characters: use --hex");
  }
  if (hex !== undefined && !/^(?:[0-9a-f]{2})+$/i.test(hex)) {
    throw new Wrong("--hex: expected hex digits, two for each octet");
  }
  const command = text !== undefined ? { text } : hex !== undefined ? { hex } : {};
  return { config, site, body: { ...body, ...command }, secret: options["secret"] === true };
}

/** Where the RCT's page is. */
async function endpoint(path: string): Promise<{ hostname: string; port: number }> {
  const loaded = await loadRctConfig(path);
  if (!loaded.ok) throw new Wrong(loaded.errors.map(formatConfigError).join("\n"), EXIT_CONFIG);
  const { http, remote } = loaded.config;
  if (!remote.enabled) {
    throw new Wrong(
      `${path}: remote control is switched off: write enabled = true under [remote]`,
      EXIT_CONFIG,
    );
  }
  if (http !== undefined && http.port !== 0) return http;
  const why = http === undefined ? "[http] is switched off" : "[http] has port 0, any free one";
  throw new Wrong(`${path}: ${why}, so that the RCT cannot be asked. Give [http] a port`, EXIT_CONFIG);
}

/** The first line of standard input, without showing it. */
async function secretLine(): Promise<string> {
  const terminal = Deno.stdin.isTerminal();
  if (terminal) console.error("The command, then Enter; it is not shown:");
  if (terminal) Deno.stdin.setRaw(true, { cbreak: true });
  try {
    const line: number[] = [];
    const chunk = new Uint8Array(64);
    for (let ended = false; !ended;) {
      const count = await Deno.stdin.read(chunk);
      if (count === null) break;
      for (const octet of chunk.subarray(0, count)) {
        ended = octet === 0x0a || octet === 0x0d;
        if (ended) break;
        if (line.push(octet) > MAX_LINE) {
          throw new Wrong("the line on standard input is too long for a command");
        }
      }
    }
    if (line.length === 0) throw new Wrong("--secret: standard input holds no command in its first line");
    if (!line.every((octet) => octet >= 0x20 && octet < 0x7f)) {
      throw new Wrong("--secret: the line holds something else than printable ASCII characters");
    }
    return String.fromCharCode(...line);
  } finally {
    if (terminal) Deno.stdin.setRaw(false);
  }
}

/** Asks the RCT. Not with fetch: that would send a code to a proxy that the environment names. */
function post(
  hostname: string,
  port: number,
  path: string,
  body: string,
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const failed = (why: string) =>
    reject(
      new Wrong(`the RCT is not reached at ${hostname}:${port}: ${why}. Is it running?`, EXIT_UNAVAILABLE),
    );
  const octets = new TextEncoder().encode(body);
  const asked = request({
    host: hostname.replace(/^\[|\]$/g, ""),
    port,
    path,
    method: "POST",
    agent: false,
    headers: {
      "content-type": "application/json",
      "content-length": octets.length,
      "x-tocsin": "command",
    },
  }, (answer) => {
    let text = "";
    answer.setEncoding("utf8");
    answer.on("data", (part: string) => {
      text += part;
      if (text.length > MAX_ANSWER) asked.destroy(new Error("its answer is too long"));
    });
    answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    answer.on("error", (error: Error) => failed(error.message));
  });
  const timer = setTimeout(() => asked.destroy(new Error("no answer in time")), WAIT_MS);
  asked.on("error", (error: Error) => failed(error.message));
  asked.end(octets);
  return promise.finally(() => clearTimeout(timer));
}

/** Prints the RCT's answer in words. */
function tell({ status, text }: { status: number; text: string }): number {
  let answer: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) answer = value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  const word = (key: string) => clean(answer[key]);
  if (status !== 200 || word("outcome") === "") {
    const message = word("message");
    console.error(
      `tocsin command: nothing was sent: ${message === "" ? `the RCT answers HTTP ${status}` : message}`,
    );
    return EXIT_NOT_DONE;
  }
  const outcome = word("outcome"), detail = word("detail"), data = word("data"), shown = word("text");
  console.log(`${MEANINGS[outcome] ?? outcome}${detail === "" ? "" : `: ${detail}`}`);
  if (data !== "") console.log(`The panel answers: ${shown === "" ? `${data} (hex)` : shown}`);
  console.log(`Command ${word("id")}: so the logs of both ends name it`);
  return outcome === "done" ? 0 : EXIT_NOT_DONE;
}

const MEANINGS: Readonly<Record<string, string>> = {
  done: "Done",
  rejected: "Rejected",
  "no-answer": "No answer",
  closed: "The connection ended",
};

/** A field of the answer, with nothing in it that would steer a terminal. */
function clean(value: unknown): string {
  return typeof value === "string" ? value.replace(/\p{Cc}/gu, " ") : "";
}
