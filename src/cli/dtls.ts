/**
 * `tocsin dtls`: lets sites with certificates be commissioned. A process of its own, with the right to load libssl.
 *
 * @module
 */
import { formatConfigError } from "../config/config_error.ts";
import { loadRctConfig } from "../config/load.ts";
import { DtlsCommissioner } from "../gateway/dtls_commissioner.ts";
import { stderrLog } from "../gateway/log.ts";
import { configArgument } from "./config_argument.ts";
import { openOrMakeKeyStore } from "./key_store_argument.ts";
import { EXIT_CONFIG, EXIT_UNAVAILABLE, untilStopped } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const HELP = `tocsin dtls --config rct.toml

Lets sites that have a certificate be commissioned over DTLS, and puts their keys where the running "tocsin rct" finds
them. Needed only while sites are commissioned. Runs until SIGTERM or Ctrl-C.
It loads OpenSSL's library (Debian package libssl3) and is therefore a program of its own: the RCT has no such right.

  --config FILE   the RCT's configuration: [commissioning] names certificate, private_key and site_ca
`;

/**
 * Runs the command.
 *
 * @param args Arguments after `dtls`.
 * @returns Exit status.
 */
export async function runDtls(args: string[]): Promise<number> {
  const argument = configArgument(args);
  if (argument.kind === "help") {
    console.log(HELP);
    return 0;
  }
  if (argument.kind === "wrong") return wrongArguments("dtls", argument.message, { args, help: HELP });
  if (argument.pcap !== undefined) {
    return wrongArguments("dtls", '--pcap is for "tocsin spt" and "tocsin rct"');
  }
  const loaded = await loadRctConfig(argument.path);
  for (const warning of loaded.warnings) console.error(`warning: ${formatConfigError(warning)}`);
  if (!loaded.ok) {
    for (const error of loaded.errors) console.error(formatConfigError(error));
    return EXIT_CONFIG;
  }
  const { config } = loaded;
  if (config.commissioning.certificate === undefined) {
    console.error(
      `${argument.path}: [commissioning]: expected certificate, private_key and site_ca for "tocsin dtls", found none`,
    );
    return EXIT_CONFIG;
  }
  const opened = openOrMakeKeyStore(config.keys);
  if (!opened.ok) {
    console.error(`tocsin dtls: ${opened.message}`);
    return EXIT_UNAVAILABLE;
  }
  const log = stderrLog(`${config.name} dtls`);
  try {
    const commissioner = await DtlsCommissioner.open({ config, store: opened.store, log });
    log("info", "stopping", `${await untilStopped()}: closing`);
    await commissioner.close();
    return 0;
  } catch (error) {
    log("error", "start-failed", error instanceof Error ? error.message : String(error));
    return EXIT_UNAVAILABLE;
  } finally {
    opened.store.close();
  }
}
