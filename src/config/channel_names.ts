/**
 * What is connected to the channels of panels that send Fast Format: `"1:Fire"` for every site, `"1234/1:Kiln"` for one.
 *
 * @module
 */
import type { Field } from "./field.ts";
import { pairEntry } from "./panel_keys.ts";

/** Names of channels, by number. */
export interface ChannelNames {
  /** For every site; undefined when only single sites have names. */
  all: Readonly<Record<string, string>> | undefined;
  /** For single sites, by account as spelled; those of `all` are among them where the site has none of its own. */
  byAccount: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * One entry: a channel from 1 to 32, in front of it an account and a slash if it is for that site alone, and the name.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { channelEntry } from "./channel_names.ts";
 *
 * const read = channelEntry.read({ kind: "scalar", line: 1, value: "1234/12: Kiln" });
 * assertEquals(read, { ok: true, value: ["1234/12", "Kiln"] });
 * assert(!channelEntry.read({ kind: "scalar", line: 1, value: "33:Fire" }).ok);
 * ```
 */
export const channelEntry: Field<[channel: string, name: string]> = pairEntry(
  'names of channels such as "1:Fire", or "1234/1:Kiln" for one account',
  /^(?:[0-9A-Za-z]{1,16}\/)?(?:[1-9]|[12]\d|3[0-2])$/,
);

/**
 * Sorts the entries of a list by site.
 *
 * @param entries The entries, each channel of a site once.
 * @returns The names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { channelNames } from "./channel_names.ts";
 *
 * assertEquals(channelNames([["1", "Fire"], ["2", "Panic"], ["1234/1", "Kiln"]]), {
 *   all: { "1": "Fire", "2": "Panic" },
 *   byAccount: { "1234": { "1": "Kiln", "2": "Panic" } },
 * });
 * ```
 */
export function channelNames(entries: readonly (readonly [channel: string, name: string])[]): ChannelNames {
  const all: [string, string][] = [];
  const own = new Map<string, [string, string][]>();
  for (const [channel, name] of entries) {
    const slash = channel.indexOf("/");
    const account = channel.slice(0, Math.max(0, slash));
    const names = slash < 0 ? all : own.get(account) ?? [];
    names.push([channel.slice(slash + 1), name]);
    if (slash >= 0) own.set(account, names);
  }
  return {
    all: all.length === 0 ? undefined : Object.fromEntries(all),
    byAccount: Object.fromEntries(
      [...own].map(([account, names]) => [account, Object.fromEntries([...all, ...names])]),
    ),
  };
}
