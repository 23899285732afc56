/**
 * `tocsin spt`: runs the premises side.
 *
 * @module
 */
import { dirname } from "node:path";
import { adapterPaths, loadSptConfig } from "../config/load.ts";
import { OutsideAdapterError } from "../gateway/outside_adapter_error.ts";
import { loadAdapters } from "../gateway/outside_adapters.ts";
import { Spt } from "../gateway/spt.ts";
import { configArgument } from "./config_argument.ts";
import { EXIT_CONFIG, runGateway } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const HELP = `tocsin spt --config FILE

Reads the panels of one site and carries their alarms to the RCT.
Runs until SIGTERM or Ctrl-C, then finishes what is under way and stops.

  --config FILE   configuration; 'tocsin init' writes one
  --pcap FILE     notes every datagram, for Wireshark (tools/wireshark)
`;

/**
 * Runs the command.
 *
 * @param args Arguments after `spt`.
 * @returns Exit status.
 */
export async function runSpt(args: string[]): Promise<number> {
  const argument = configArgument(args);
  if (argument.kind === "help") {
    console.log(HELP);
    return 0;
  }
  if (argument.kind === "wrong") return wrongArguments("spt", argument.message, { args, help: HELP });
  const { path } = argument;
  let adapters;
  try {
    adapters = await loadAdapters(await adapterPaths(path), dirname(path));
  } catch (error) {
    if (!(error instanceof OutsideAdapterError)) throw error;
    console.error(`tocsin spt: ${path}: ${error.message}`);
    return EXIT_CONFIG;
  }
  return await runGateway(
    await loadSptConfig(path, { languages: adapters.map(({ name }) => name) }),
    (config, log, capture) =>
      Spt.open(config, { log, adapters, ...(capture === undefined ? {} : { capture }) }),
    argument.pcap,
  );
}
