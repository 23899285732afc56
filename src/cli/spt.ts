/**
 * `tocsin spt`: runs the premises side.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { loadSptConfig } from "../config/load.ts";
import { Spt } from "../gateway/spt.ts";
import { EXIT_USAGE, runGateway } from "./run_gateway.ts";

const HELP = `tocsin spt --config FILE

Reads the panels of one site and carries their alarms to the RCT.
Runs until SIGTERM or Ctrl-C, then finishes what is under way and stops.

  --config FILE   configuration; 'tocsin init' writes one
`;

/**
 * Runs the command.
 *
 * @param args Arguments after `spt`.
 * @returns Exit status.
 */
export async function runSpt(args: string[]): Promise<number> {
  const options = parseArgs(args, { string: ["config"], boolean: ["help"], alias: { help: "h" } });
  const path = options["config"];
  if (options["help"] === true) {
    console.log(HELP);
    return 0;
  }
  if (typeof path !== "string" || path === "") {
    console.error(`tocsin spt: --config FILE is missing\n\n${HELP}`);
    return EXIT_USAGE;
  }
  return await runGateway(await loadSptConfig(path), (config, log) => Spt.open(config, { log }));
}
