/**
 * Reading and checking a site table.
 *
 * @module
 */
import { siaQualifier } from "../tables/sia.ts";
import { translatedLanguages } from "./code_tables.ts";
import type { TargetLanguage } from "./forms.ts";
import type { AccountRule, OutputTable, SiteNumbers, SiteTable } from "./site_table.ts";
import type { CodeOverride, CodeOverrides } from "./override_code.ts";

/** Something wrong in a table. */
export interface SiteTableProblem {
  /** Where, such as `codes.contact-id.sia.131`. */
  path: string;
  /** What was found, what is expected. */
  message: string;
}

/** What {@link readSiteTable} gives. */
export type SiteTableRead = { ok: true; table: SiteTable } | { ok: false; problems: SiteTableProblem[] };

/**
 * Checks a table read from JSON or TOML and brings its codes into the form of the code tables.
 *
 * @param value The table.
 * @returns The table, or all that is wrong with it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readSiteTable } from "./read_site_table.ts";
 *
 * const read = readSiteTable({
 *   codes: { "contact-id": { sia: { "131": "PA" } }, sia: { "contact-id": { BR: "120" } } },
 *   zones: { "005": 105 },
 * });
 * assert(read.ok);
 * assertEquals(read.table.codes?.["sia"]?.["contact-id"], { BR: { to: "3120" } });
 * assertEquals(read.table.zones, { "5": "105" });
 * const bad = readSiteTable({ codes: { "contact-id": { sia: { "131": "burglary" } } } });
 * assert(!bad.ok);
 * assertEquals(bad.problems.map(({ path }) => path), ["codes.contact-id.sia.131"]);
 * ```
 */
export function readSiteTable(value: unknown): SiteTableRead {
  const reader = new Reader();
  const table = reader.table(value);
  return reader.problems.length === 0 ? { ok: true, table } : { ok: false, problems: reader.problems };
}

type Read<V> = (value: unknown, path: string, key: string) => V | undefined;

class Reader {
  readonly problems: SiteTableProblem[] = [];

  table(value: unknown): SiteTable {
    return this.#object(value, "", {
      ...this.#numbers,
      accounts: (part, path) => this.#accounts(part, path),
      sites: (part, path) => this.#each(part, path, (site, at) => this.#object(site, at, this.#numbers)),
      outputs: (part, path) => this.#each(part, path, (output, at) => this.#output(output, at)),
    }) as SiteTable;
  }

  #output(value: unknown, path: string): OutputTable {
    return this.#object(value, path, {
      ...this.#numbers,
      accounts: (part, at) => this.#accounts(part, at),
      sites: (part, at) => this.#each(part, at, (site, where) => this.#object(site, where, this.#numbers)),
    }) as OutputTable;
  }

  readonly #numbers: Readonly<Record<keyof SiteNumbers, Read<unknown>>> = {
    codes: (value, path) => this.#codes(value, path),
    areas: (value, path) => this.#numberMap(value, path),
    zones: (value, path) => this.#numberMap(value, path),
    users: (value, path) => this.#numberMap(value, path),
  };

  #codes(value: unknown, path: string) {
    return this.#each(value, path, (targets, at, source) => {
      const from = this.#language(source, at);
      return from === undefined ? undefined : this.#each(targets, at, (codes, where, target) => {
        const to = this.#language(target, where);
        return to === undefined ? undefined : this.#overrides(codes, where, from, to);
      });
    });
  }

  #overrides(value: unknown, path: string, from: TargetLanguage, to: TargetLanguage): CodeOverrides {
    return this.#each(value, path, (codes, at, code) => {
      if (!SOURCES[from].pattern.test(code)) {
        return this.#wrong(at, `${code} is no code to translate: expected ${SOURCES[from].example}`);
      }
      if (typeof codes !== "object") return this.#override(codes, undefined, at, code, from, to);
      const { to: news, restore } = this.#object(codes, at, {
        to: (part) => part,
        restore: (part) => part,
      });
      return this.#override(news, restore, at, code, from, to);
    });
  }

  #override(
    news: unknown,
    restore: unknown,
    path: string,
    code: string,
    from: TargetLanguage,
    to: TargetLanguage,
  ): CodeOverride | undefined {
    const isRestore = from === "sia" && siaQualifier(code.slice(0, 2)) === "restore";
    const first = this.#target(news, path, to, isRestore ? "3" : "1");
    const second = restore === undefined ? undefined : this.#target(restore, `${path}.restore`, to, "3");
    if (first === undefined) return undefined;
    return { to: first, ...(second === undefined ? {} : { restore: second }) };
  }

  #target(value: unknown, path: string, to: TargetLanguage, qualifier: "1" | "3"): string | undefined {
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text === "string" && TARGETS[to].pattern.test(text)) {
      return to === "contact-id" && text.length === 3 ? qualifier + text : text;
    }
    return this.#wrong(path, `${show(value)} is no code of ${to}: expected ${TARGETS[to].example}`);
  }

  #accounts(value: unknown, path: string): AccountRule {
    const rule = this.#object(value, path, {
      map: (part, at) =>
        this.#each(
          part,
          at,
          (account, where) => this.#text(account, where, /^[0-9A-Za-z]{1,16}$/, "1 to 16 letters and digits"),
        ),
      prefix: (part, at) => this.#text(part, at, /^[0-9A-Za-z]{1,15}$/, "1 to 15 letters and digits"),
      length: (part, at) =>
        typeof part === "number" && Number.isInteger(part) && part >= 1 && part <= 16
          ? part
          : this.#wrong(at, `${show(part)} is no length of an account: expected a number from 1 to 16`),
    }) as AccountRule;
    if (rule.length !== undefined && (rule.prefix?.length ?? 0) >= rule.length) {
      this.#wrong(
        `${path}.length`,
        `${rule.length} leaves nothing behind the prefix ${rule.prefix}: make it longer`,
      );
    }
    return rule;
  }

  #numberMap(value: unknown, path: string): Record<string, string> {
    const map = this.#each(value, path, (number, at, key) => {
      if (!/^[0-9A-F]{1,6}$/i.test(key)) {
        return this.#wrong(at, `${key} is no number: expected 1 to 6 digits`);
      }
      return this.#text(number, at, /^[0-9A-F]{1,6}$/i, "a number of 1 to 6 digits");
    });
    // Panels spell numbers with leading zeros or without; here they are compared without.
    const plain = new Map<string, string>();
    for (const [key, number] of Object.entries(map)) {
      const short = key.replace(/^0+(?=.)/, "").toUpperCase();
      if (plain.has(short)) {
        this.#wrong(`${path}.${key}`, `number ${short} stands there twice: leave one of them out`);
      }
      plain.set(short, number);
    }
    return Object.fromEntries(plain);
  }

  #language(name: string, path: string): TargetLanguage | undefined {
    const found = translatedLanguages.find((language) => language === name);
    return found ??
      this.#wrong(path, `there is no language ${name}: expected ${translatedLanguages.join(", ")}`);
  }

  #text(value: unknown, path: string, pattern: RegExp, expected: string): string | undefined {
    const text = typeof value === "number" ? String(value) : value;
    return typeof text === "string" && pattern.test(text)
      ? text
      : this.#wrong(path, `${show(value)} does not fit: expected ${expected}`);
  }

  #object(
    value: unknown,
    path: string,
    members: Readonly<Record<string, Read<unknown>>>,
  ): Record<string, unknown> {
    return this.#each(value, path, (part, at, name) => {
      if (Object.hasOwn(members, name)) return members[name]!(part, at, name);
      return this.#wrong(at, `there is no setting ${name}: expected ${Object.keys(members).join(", ")}`);
    });
  }

  #each<V>(value: unknown, path: string, read: Read<V>): Record<string, V> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#wrong(path, `${show(value)} is no table: expected names with values`);
      return {};
    }
    const entries = Object.entries(value)
      .map((
        [key, part],
      ): [string, V | undefined] => [key, read(part, path === "" ? key : `${path}.${key}`, key)]);
    return Object.fromEntries(entries.filter((entry): entry is [string, V] => entry[1] !== undefined));
  }

  #wrong(path: string, message: string): undefined {
    this.problems.push({ path: path === "" ? "the table" : path, message: `${message}.` });
  }
}

const SOURCES: Readonly<Record<TargetLanguage, { pattern: RegExp; example: string }>> = {
  "sia": { pattern: /^[A-Z]{2}(\/\d{1,6})?$/, example: "two capital letters, BA, or with a number, LT/2" },
  "contact-id": { pattern: /^[0-9B-F]{3}$/, example: "three digits, 130; its restore goes along" },
  "vds2465": {
    pattern: /^([0-7][0-9A-F]|ST40)$/,
    example: "two hexadecimal digits without bit 7, 22; its reset A2 goes along",
  },
  "scancom": {
    pattern: /^[012579]\d(\/\d{1,2})?$/,
    example: "digit and status, 17, or with the channel, 17/3; its restore 37/3 goes along",
  },
};

const TARGETS: Readonly<Record<TargetLanguage, { pattern: RegExp; example: string }>> = {
  "sia": { pattern: /^[A-Z]{2}(\/\d{1,6})?$/, example: "two capital letters, BA" },
  "contact-id": {
    pattern: /^[13]?[0-9B-F]{3}$/,
    example: "three digits, 130, or the qualifier 1 or 3 before them",
  },
  "vds2465": { pattern: /^[0-9A-F]{2}$/, example: "two hexadecimal digits, 22" },
  "scancom": {
    pattern: /^([0-4]\d\/([1-9]|[12]\d|3[0-2])|22|44|5[0789])$/,
    example: "digit, status and channel, 17/3, or the status alone, 58, 59",
  },
};

function show(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "a table";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
