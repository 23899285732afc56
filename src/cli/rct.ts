/**
 * `tocsin rct`: runs the receiving side.
 *
 * @module
 */
import { loadRctConfig } from "../config/load.ts";
import { Rct } from "../gateway/rct.ts";
import { configArgument } from "./config_argument.ts";
import { runGateway } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const HELP = `tocsin rct --config FILE

Hears the SPTs and delivers their alarms to the automation software.
Runs until SIGTERM or Ctrl-C, then finishes what is under way and stops.

  --config FILE   configuration; 'tocsin init' writes one
  --pcap FILE     notes every datagram, for Wireshark (tools/wireshark)
`;

/**
 * Runs the command.
 *
 * @param args Arguments after `rct`.
 * @returns Exit status.
 */
export async function runRct(args: string[]): Promise<number> {
  const argument = configArgument(args);
  if (argument.kind === "help") {
    console.log(HELP);
    return 0;
  }
  if (argument.kind === "wrong") return wrongArguments("rct", argument.message, { args, help: HELP });
  return await runGateway(
    await loadRctConfig(argument.path),
    (config, log, capture) => Rct.open(config, { log, ...(capture === undefined ? {} : { capture }) }),
    argument.pcap,
  );
}
