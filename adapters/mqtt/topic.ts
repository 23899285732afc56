/**
 * The topics that alarms are published to.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";

const PLACES = ["account", "protocol", "id"] as const;

/**
 * Checks a template: a topic with `{account}`, `{protocol}` and `{id}` in it.
 *
 * @param template For example `alarms/{account}/event`.
 * @returns What is wrong with it; undefined when nothing is.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { topicFault } from "./topic.ts";
 *
 * assertEquals(topicFault("alarms/{account}/event"), undefined);
 * assertStringIncludes(topicFault("alarms/#") ?? "", "#");
 * ```
 */
export function topicFault(template: string): string | undefined {
  const bare = template.replace(/\{(account|protocol|id)\}/g, "x");
  if (bare === "" || bare.length > 512) return "A topic has 1 to 512 characters.";
  // deno-lint-ignore no-control-regex
  if (/[+#\x00-\x1f\x7f]/.test(bare)) return "A topic holds no +, # or control characters.";
  if (/[{}]/.test(bare)) return `In braces only ${PLACES.map((place) => `{${place}}`).join(", ")} are known.`;
  if (bare.startsWith("$")) return "Topics that begin with $ are the broker's own.";
  return undefined;
}

/**
 * The topic of an alarm. What an account may hold and a topic level may not (`/`, `+`, `#`, control characters, blanks) becomes
 * `_`; the JSON has the account as spelled.
 *
 * @param template A template without fault.
 * @param item The alarm.
 * @returns The topic.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { topicOf } from "./topic.ts";
 *
 * const item = { id: "01JD", account: "12/34", protocol: "sia" as const };
 * assertEquals(topicOf("alarms/{account}/{protocol}", item), "alarms/12_34/sia");
 * ```
 */
export function topicOf(template: string, item: Pick<OutputItem, (typeof PLACES)[number]>): string {
  return template.replace(/\{(account|protocol|id)\}/g, (_, place: (typeof PLACES)[number]) => {
    const value = item[place].replace(/[^!-~]|[/+#]/g, "_").slice(0, 128);
    return value === "" ? "_" : value;
  });
}
