/** Outputs as configurations make them. */
import type { OutputConfig } from "../../src/config/output_config.ts";
import type { OutputSettings } from "../../src/config/output_settings.ts";
import type { RctConfig } from "../../src/config/rct_config.ts";
import { SecretKey } from "../../src/keys/secret_key.ts";

/** The Sur-Gard settings of a configuration's first output. */
export function settingsOf(rct: RctConfig): OutputSettings & { language: "sur-gard" } {
  const settings = rct.outputs[0]?.settings;
  if (settings?.language !== "sur-gard") throw new Error("the first output is not a Sur-Gard one");
  return settings;
}

const UNSET = undefined;
const FIGURES = { heartbeatMs: UNSET, waitMs: UNSET, nakLimit: UNSET };
const WHERE = { receiver: "01", line: "1" };

/** The settings of each language, everything unset that may be. */
export const SETTINGS: Readonly<Record<OutputSettings["language"], OutputSettings>> = {
  "sur-gard": { language: "sur-gard", ...WHERE, ...FIGURES, lineDigits: 1, text: false, textAnswers: false },
  "ademco-685": {
    language: "ademco-685",
    receiver: "1",
    line: "1",
    ...FIGURES,
    addressLetter: UNSET,
    previous: UNSET,
    mark98: UNSET,
    trailingBlank: UNSET,
    terminator: UNSET,
    form: UNSET,
  },
  "bosch-6500": {
    language: "bosch-6500",
    ...WHERE,
    ...FIGURES,
    text: false,
    header: UNSET,
    qualifiers: UNSET,
    mark98: UNSET,
    commands: UNSET,
  },
  "dc07": { language: "dc07", receiver: "01", line: "01", ...FIGURES, text: false },
  "bosch-sia": { language: "bosch-sia", receiver: "01", line: "01", ...FIGURES, text: false },
  "dc09": {
    language: "dc09",
    receiver: UNSET,
    line: UNSET,
    account: UNSET,
    key: UNSET,
    timestamps: UNSET,
    ...FIGURES,
    tries: UNSET,
    closeAfterAck: UNSET,
  },
  "vds2465-tcp": {
    language: "vds2465-tcp",
    ident: UNSET,
    key: UNSET,
    waitMs: UNSET,
    hangUpAfterMs: UNSET,
  },
  "mqtt": {
    language: "mqtt",
    clientId: "rct",
    topic: UNSET,
    availability: UNSET,
    username: UNSET,
    password: UNSET,
    noSubscriber: UNSET,
    waitMs: UNSET,
    heartbeatMs: UNSET,
  },
  "webhook": { language: "webhook", secrets: [new SecretKey(new Uint8Array(32).fill(7))], tries: UNSET },
};

/** An output of a language; Sur-Gard when none is named. */
export function anOutput<L extends OutputSettings["language"] = "sur-gard">(
  name: string,
  line: OutputConfig["line"],
  language: L = "sur-gard" as L,
  settings: Partial<Extract<OutputSettings, { language: L }>> = {},
): OutputConfig {
  const own = { ...SETTINGS[language], ...settings } as OutputSettings;
  return { name, language, line, faults: "auto", faultAccount: "0000", settings: own };
}
