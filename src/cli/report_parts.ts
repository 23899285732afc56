/**
 * What a report is about, from the configurations: sites with their categories and heartbeats, outputs, and who is told of faults.
 *
 * @module
 */
import type { RctConfig, SiteConfig } from "../config/rct_config.ts";
import type { SptConfig } from "../config/spt_config.ts";
import { type Category, category } from "../delivery/category/category.ts";
import { CATEGORY_TABLES, type CategoryName } from "../delivery/category/category_tables.ts";
import type { ReportedOutput, ReportedSite } from "../evidence/build_evidence.ts";
import { edition } from "../ip/editions.ts";

/**
 * The category of a site. Sites have none in the configuration yet: once they do, as `category`, it is read here, and `--category`
 * is for those without.
 *
 * @param site The site.
 * @param given The category given for all.
 * @returns The category; undefined: none.
 */
export function siteCategory(site: SiteConfig, given: CategoryName | undefined): Category | undefined {
  const own = "category" in site ? categoryName(site.category) : undefined;
  const name = own ?? given;
  return name === undefined ? undefined : category(name);
}

/** A category by its name, `SP4`. */
export function categoryName(name: unknown): CategoryName | undefined {
  return CATEGORY_TABLES.categories.find((known) => known === name);
}

/**
 * A site as a report sees it.
 *
 * @param site The site.
 * @param config The RCT.
 * @param spt The SPT's own configuration, if it was given.
 * @param given The category given for all.
 * @param firstAt When the journal first has anything of it.
 * @returns The site.
 */
export function reportedSite(
  site: SiteConfig,
  config: RctConfig,
  spt: SptConfig | undefined,
  given: CategoryName | undefined,
  firstAt: number | undefined,
): ReportedSite {
  const { values } = edition(site.edition);
  const [shortest, longest] = site.heartbeatMs;
  // What the SPT asks for, as far as the RCT allows it; without its file, the longest allowed.
  const heartbeatMs = spt === undefined
    ? longest
    : Math.min(Math.max(spt.rct.heartbeatMs, shortest), longest);
  return {
    name: site.name,
    category: siteCategory(site, given),
    firstAt,
    told: targets(site.output, config).some((name) => wantsFaults(name, config)),
    // As the RCT supervises: the heartbeat, and some waits for a response.
    silenceMs: heartbeatMs + values.supervisionGraceTimeouts * values.responseTimeoutMs,
    silenceKnown: spt !== undefined,
  };
}

/** The outputs that an output or route leads to. */
function targets(name: string, config: RctConfig): string[] {
  const route = config.routes.find((route) => route.name === name);
  if (route === undefined) return [name];
  if (route.mode !== "by-account") return [...route.outputs];
  const inner = route.accounts.map(({ output }) => output).filter((output) => output !== name);
  return inner.flatMap((output) => config.routes.find((route) => route.name === output)?.outputs ?? [output]);
}

function wantsFaults(name: string, { outputs }: RctConfig): boolean {
  return outputs.some((output) => output.name === name && output.faults !== "off");
}

/**
 * The outputs as a report sees them.
 *
 * @param config The RCT.
 * @returns The outputs, and who is told of their absence.
 */
export function reportedOutputs({ outputs }: RctConfig): ReportedOutput[] {
  return outputs.map(({ name, faults }) => {
    const others = outputs.some((other) => other.name !== name && other.faults !== "off");
    return { name, told: others ? "others" : faults === "off" ? "nobody" : "itself" };
  });
}
