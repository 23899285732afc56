/**
 * The table `[remote]` of an RCT's file: commands to panels.
 *
 * @module
 */
import type { Checker, Section } from "./checker.ts";
import { byDefault, type Fields, flag } from "./field.ts";
import type { SiteSection } from "./site_config.ts";

/** The fields of `[remote]`. */
export const REMOTE_FIELDS = { enabled: byDefault(flag, "false") } satisfies Fields;

/**
 * Warns when only one of centre and site allows commands: one alone is a mistake, or half of a change.
 *
 * @param checker The file under check.
 * @param remote Its `[remote]`.
 * @param sites Its sites.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkRemote, REMOTE_FIELDS } from "./remote_config.ts";
 * import { SITE_FIELDS } from "./site_config.ts";
 *
 * const checker = new Checker("[[site]]\nremote = true\n", "rct.toml");
 * checkRemote(checker, checker.table("remote", REMOTE_FIELDS), checker.list("site", SITE_FIELDS));
 * assertEquals(checker.warnings.map(({ key }) => key), ["site.remote"]);
 * ```
 */
export function checkRemote(
  checker: Checker,
  remote: Section<typeof REMOTE_FIELDS>,
  sites: readonly SiteSection[],
): void {
  const { enabled } = remote.values;
  const allowed = sites.filter((site) => site.values.remote === true);
  if (enabled === true && allowed.length === 0 && sites.length > 0) {
    const message = "has no effect while no [[site]] says remote = true";
    checker.warn(remote.line("enabled"), remote.name("enabled"), "no-effect", message);
  }
  if (enabled !== false) return;
  for (const site of allowed) {
    const message = "has no effect without [remote] enabled = true";
    checker.warn(site.line("remote"), site.name("remote"), "no-effect", message);
  }
}
