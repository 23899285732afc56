import type { OutputSettings } from "../../src/config/output_settings.ts";
import type { RctConfig } from "../../src/config/rct_config.ts";

/** The Sur-Gard settings of a configuration's first output. */
export function settingsOf(rct: RctConfig): OutputSettings & { language: "sur-gard" } {
  const settings = rct.outputs[0]?.settings;
  if (settings?.language !== "sur-gard") throw new Error("the first output is not a Sur-Gard one");
  return settings;
}
