/**
 * The arguments of `tocsin spt` and `tocsin rct`: one configuration file, perhaps a capture, or a question for help.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

/** What the arguments ask for. */
export type ConfigArgument =
  | {
    kind: "run";
    /** Path of the configuration, as it was given. */
    path: string;
    /** File that datagrams are noted in, for Wireshark. */
    pcap?: string;
  }
  | { kind: "help" }
  | {
    kind: "wrong";
    /** What is wrong with the arguments, and what is expected. */
    message: string;
  };

/**
 * Reads the arguments.
 *
 * @param args Arguments after the command's name.
 * @returns The path, the wish for help, or what is wrong. A misspelt option is named: passed over, it would look as if the
 * file were missing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { configArgument } from "./config_argument.ts";
 *
 * assertEquals(configArgument(["--config", "spt.toml"]), { kind: "run", path: "spt.toml" });
 * assertEquals(configArgument([]), { kind: "wrong", message: "--config FILE is missing" });
 * assertEquals(configArgument(["--confg=x"]), { kind: "wrong", message: "--confg: unknown" });
 * ```
 */
export function configArgument(args: string[]): ConfigArgument {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["config", "pcap"],
    collect: ["config", "pcap"],
    boolean: ["help"],
    alias: { help: "h" },
    unknown: (arg) => {
      unknown.push(arg.replace(/=.*$/s, ""));
      return false;
    },
  });
  if (options["help"] === true) return { kind: "help" };
  const wrong = (message: string): ConfigArgument => ({ kind: "wrong", message });
  const [stranger] = unknown;
  if (stranger !== undefined) return wrong(`${stranger}: unknown`);
  const [path, second] = Array.isArray(options["config"]) ? options["config"] : [];
  if (second !== undefined) return wrong("--config FILE: expected once, found several times");
  if (typeof path !== "string" || path === "") return wrong("--config FILE is missing");
  const [pcap, another] = Array.isArray(options["pcap"]) ? options["pcap"] : [];
  if (another !== undefined) return wrong("--pcap FILE: expected once, found several times");
  if (pcap === undefined) return { kind: "run", path };
  if (typeof pcap !== "string" || pcap === "") return wrong("--pcap: expected the name of a file after it");
  return { kind: "run", path, pcap };
}
