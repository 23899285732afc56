import type { OutputSettings } from "../src/config/output_settings.ts";
import { Child } from "./child.ts";
import { type Figures, rounded } from "./figures.ts";

/** Alarms that wait for each output: enough for a second of the fastest. */
const ALARMS = 10_000;
const LANGUAGES: readonly OutputSettings["language"][] = [
  "sur-gard",
  "ademco-685",
  "bosch-6500",
  "dc07",
  "bosch-sia",
  "dc09",
  "vds2465-tcp",
  "mqtt",
  "webhook",
];

interface Milestone {
  delivered: number;
  at: number;
}

/**
 * Alarms per second into automation software that acknowledges at once, one connection for each language, from a journal on
 * disk: from a tenth of the alarms to the last. Beside the ceiling: one frame answered by one octet, over and over.
 */
export async function outputRates(ceiling: number): Promise<Figures> {
  const figures: Figures = {};
  for (const language of LANGUAGES) {
    const [, tenth, all] = await drain(language, ALARMS);
    if (tenth === undefined || all === undefined) {
      throw new Error(`${language}: not all alarms were delivered`);
    }
    const perSecond = (all.delivered - tenth.delivered) / (Math.max(1, all.at - tenth.at) / 1000);
    const name = language.replaceAll("-", "_");
    figures[`output_${name}_per_s`] = rounded(perSecond);
    figures[`output_${name}_per_ceiling`] = rounded(perSecond / ceiling);
  }
  return figures;
}

/** Time from the return of Sur-Gard software to an empty queue, after an outage in which so many alarms came in. */
export async function outage(alarms: number): Promise<Figures> {
  const milestones = await drain("sur-gard", alarms);
  const [back, all] = [milestones.at(0), milestones.at(-1)];
  if (back === undefined || all === undefined) throw new Error("the queue was not emptied");
  return {
    outage_queued_alarms: alarms,
    outage_first_alarm_after_s: rounded((back.at - milestones.started) / 1000),
    outage_queue_empty_after_s: rounded((all.at - milestones.started) / 1000),
  };
}

/** The AE starts when the alarms are stored and the RCT calls it. */
async function drain(language: string, alarms: number): Promise<Milestone[] & { started: number }> {
  const folder = await Deno.makeTempDir({ prefix: "tocsin-bench-output-" });
  // A port that nobody listens on until the AE comes.
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr as Deno.NetAddr;
  free.close();
  try {
    await using rct = await Child.start("output_child.ts", [language, String(port), String(alarms), folder]);
    const started = Date.now();
    await using _ae = await Child.start("ae_child.ts", [language, String(port)]);
    const milestones = (await rct.ended()).map((line) => JSON.parse(line) as Milestone);
    return Object.assign(milestones, { started });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
