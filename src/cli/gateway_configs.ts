/**
 * The configurations of a centre and of some of its sites, for commands that look at both.
 *
 * @module
 */
import { formatConfigError } from "../config/config_error.ts";
import { isRctFile, loadRctConfig, loadSptConfig, namedLanguages } from "../config/load.ts";
import type { RctConfig } from "../config/rct_config.ts";
import type { SptConfig } from "../config/spt_config.ts";
import { EXIT_CONFIG } from "./run_gateway.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Reads the configurations of one RCT and of some of its SPTs; what is wrong is said on standard error.
 *
 * @param paths The files.
 * @returns The configurations, or an exit status.
 * @throws {UsageError} When they are not of one RCT and of SPTs.
 */
export async function readConfigs(
  paths: readonly string[],
): Promise<{ rct: RctConfig; spts: SptConfig[] } | number> {
  const spts: SptConfig[] = [];
  let rct: RctConfig | undefined;
  for (const path of paths) {
    if (await isRctFile(path)) {
      if (rct !== undefined) throw new UsageError("--config: expected one rct.toml, found two");
      const loaded = await loadRctConfig(path);
      if (!loaded.ok) return told(loaded.errors);
      rct = loaded.config;
    } else {
      const loaded = await loadSptConfig(path, { languages: await namedLanguages(path) });
      if (!loaded.ok) return told(loaded.errors);
      spts.push(loaded.config);
    }
  }
  if (rct === undefined) throw new UsageError("--config: expected the rct.toml, found only others");
  return { rct, spts };
}

function told(errors: readonly Parameters<typeof formatConfigError>[0][]): number {
  for (const error of errors) console.error(formatConfigError(error));
  return EXIT_CONFIG;
}
