/**
 * `tocsin rct`: runs the receiving side.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { loadRctConfig } from "../config/load.ts";
import { Rct } from "../gateway/rct.ts";
import { EXIT_USAGE, runGateway } from "./run_gateway.ts";

const HELP = `tocsin rct --config FILE

Hears the SPTs and delivers their alarms to the automation software.
Runs until SIGTERM or Ctrl-C, then finishes what is under way and stops.

  --config FILE   configuration; 'tocsin init' writes one
`;

/**
 * Runs the command.
 *
 * @param args Arguments after `rct`.
 * @returns Exit status.
 */
export async function runRct(args: string[]): Promise<number> {
  const options = parseArgs(args, { string: ["config"], boolean: ["help"], alias: { help: "h" } });
  const path = options["config"];
  if (options["help"] === true) {
    console.log(HELP);
    return 0;
  }
  if (typeof path !== "string" || path === "") {
    console.error(`tocsin rct: --config FILE is missing\n\n${HELP}`);
    return EXIT_USAGE;
  }
  return await runGateway(await loadRctConfig(path), (config, log) => Rct.open(config, { log }));
}
