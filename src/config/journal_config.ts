/**
 * The table `[journal]`, which both files have: where the journal is, and how long it keeps what is done with.
 *
 * @module
 */
import type { Section } from "./checker.ts";
import { byDefault, type Field, scalar } from "./field.ts";
import { durationOrOff, filePath } from "./field_kinds.ts";
import { formatSize, parseSize } from "./size.ts";

/** The durable queue and the record of every alarm. */
export interface JournalConfig {
  /** The journal's file. */
  path: string;
  /** Alarms older than this are pruned, ms; undefined: none. Never those that wait. */
  keepMs?: number | undefined;
  /** The oldest alarms are pruned when the journal holds more octets than this; undefined: however many. */
  maxBytes?: number | undefined;
}

const DAY = 86_400_000;
/** A journal of less would be pruned of what a panel may still repeat. */
const LEAST = 16e6;

/** A size of a file, or `"off"` (then undefined). */
const sizeOrOff: Field<number | undefined> = {
  expected: `a size from ${formatSize(LEAST)} on such as "2GB", or "off"`,
  read(node) {
    const value = scalar(node);
    if (value === "off" || value === false) return { ok: true, value: undefined };
    const octets = parseSize(value);
    if (octets !== undefined && octets >= LEAST) return { ok: true, value: octets };
    return octets === undefined
      ? { ok: false, hint: "units are MB, GB, TB, MiB, GiB and TiB" }
      : { ok: false };
  },
};

/**
 * The fields of `[journal]`. 800 days are more than the 24 months that a centre has to keep (en50136.md §7).
 *
 * @param path Where the journal is when the file does not say, in TOML.
 * @returns The fields.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { JOURNAL_FIELDS, journalConfig } from "./journal_config.ts";
 *
 * const checker = new Checker('[journal]\nkeep = "731d"\nmax_size = "2GB"\n', "spt.toml");
 * const section = checker.table("journal", JOURNAL_FIELDS('"data/spt.sqlite"'));
 * assertEquals(journalConfig(section), {
 *   path: "data/spt.sqlite", keepMs: 731 * 86_400_000, maxBytes: 2_000_000_000,
 * });
 * ```
 */
export function JOURNAL_FIELDS(path: string) {
  return {
    path: byDefault(filePath, path),
    keep: byDefault(durationOrOff(DAY, 36_500 * DAY), '"800d"'),
    max_size: byDefault(sizeOrOff, '"off"'),
  } satisfies Record<string, Field<unknown>>;
}

/** The section `[journal]`. */
export type JournalSection = Section<ReturnType<typeof JOURNAL_FIELDS>>;

/**
 * Makes the configuration of a section without errors.
 *
 * @param section The section.
 * @returns The journal.
 */
export function journalConfig({ values }: JournalSection): JournalConfig {
  return { path: values.path ?? "", keepMs: values.keep, maxBytes: values.max_size };
}
