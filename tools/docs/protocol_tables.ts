/**
 * Writes the tables of `docs/protocol.md` from the profiles: `deno run -A tools/docs/protocol_tables.ts`.
 *
 * The page has no constants of the protocol of its own: each table stands between two marks, and a test fails when one is
 * not that of `src/ip/`.
 *
 * @module
 */
import { edition, editionNames } from "../../src/ip/editions.ts";
import { planOf } from "../../src/ip/plan.ts";
import type { Basis, CodePoint, ProfileValues, Ts50136Profile } from "../../src/ip/profile.ts";

/** Names of the tables, as they stand in the marks. */
export const TABLES = [
  "header",
  "messages",
  "event-fields",
  "results",
  "result-tables",
  "hashes",
  "encryptions",
  "protocols",
  "poll-modes",
  "flags",
  "values",
  "editions",
  "confidence",
] as const;

/** Name of a table. */
export type TableName = typeof TABLES[number];

/** Constants that stand with the flags, and not again with the others. */
const FLAGS: readonly (keyof ProfileValues)[] = [
  "initialFlags",
  "reverseFlag",
  "deviceIdMasterFlag",
  "selectMasterFlag",
  "keyFromRctFlag",
  "keyMasterFlag",
];

/**
 * One table as Markdown.
 *
 * @param name Which table.
 * @returns Its lines, without a line end after the last.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { protocolTable } from "./protocol_tables.ts";
 *
 * assert(protocolTable("messages").includes("| `EVENT_MSG` | 0x30 | SPT → RCT | A |"));
 * ```
 */
export function protocolTable(name: TableName): string {
  const base = edition("2020");
  switch (name) {
    case "header":
      return header(base);
    case "messages":
      return messages();
    case "event-fields":
      return codes("field", everyEdition("eventFields"), octet);
    case "results":
      return codes("name", base.results, octet);
    case "result-tables":
      return resultTables(base);
    case "hashes":
      return codes("hash", base.hashes, decimal);
    case "encryptions":
      return codes("method", base.encryptions, decimal);
    case "protocols":
      return codes("protocol", base.protocols, octet);
    case "poll-modes":
      return codes("mode", base.pollModes, decimal);
    case "flags":
      return values(base, FLAGS);
    case "values":
      return values(
        base,
        (Object.keys(base.values) as (keyof ProfileValues)[]).filter((key) => !FLAGS.includes(key)),
      );
    case "editions":
      return editions();
    case "confidence":
      return confidence();
  }
}

/**
 * Puts the tables into the page.
 *
 * @param page The page's text.
 * @returns The text with everything between the marks replaced.
 * @throws {Error} When the marks of a table are not there, or not in their order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { protocolTable, TABLES, withTables } from "./protocol_tables.ts";
 *
 * const page = TABLES.map((name) => `<!-- BEGIN ${name} -->\nold\n<!-- END ${name} -->\n`).join("");
 * assertEquals(withTables(page).split("\n").slice(1, -1).includes("old"), false);
 * assertEquals(withTables(withTables(page)), withTables(page));
 * assertEquals(withTables(page).includes(protocolTable("hashes")), true);
 * ```
 */
export function withTables(page: string): string {
  let text = page;
  for (const name of TABLES) {
    const begin = `<!-- BEGIN ${name} -->\n`, end = `<!-- END ${name} -->`;
    const from = text.indexOf(begin), to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new Error(`the page has no lines "${begin.trim()}" and "${end}", in this order`);
    }
    text = `${text.slice(0, from + begin.length)}\n${protocolTable(name)}\n\n${text.slice(to)}`;
  }
  return text;
}

function header(profile: Ts50136Profile): string {
  const fields = [...profile.header].sort((a, b) => a.offset - b.offset);
  return table(
    ["offset", "octets", "member", "sure", "basis"],
    fields.map((field) => [field.offset, field.size, `\`${field.name}\``, field.confidence, field.basis]),
  ) + `\n\nHL = ${planOf(profile).headerOctets}: message data begins there.`;
}

function messages(): string {
  return table(
    ["message", "ID", "direction", "sure", "editions", "basis"],
    everyEdition("messages").map(({ name, id, direction, confidence, basis }) => [
      `\`${name}\``,
      octet(id),
      { "spt-to-rct": "SPT → RCT", "rct-to-spt": "RCT → SPT", both: "both" }[direction],
      confidence,
      having("messages", name),
      basis,
    ]),
  );
}

function codes(title: string, rows: readonly CodePoint<string>[], number: (id: number) => string): string {
  return table(
    [title, "number", "sure", "basis"],
    rows.map(({ name, id, confidence, basis }) => [`\`${name}\``, number(id), confidence, basis]),
  );
}

function resultTables(profile: Ts50136Profile): string {
  const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  const has = new Set(edition("2013").messages.concat(profile.messages).map(({ name }) => name));
  const rows = Object.entries(profile.responseResults).filter(([name]) => has.has(name as never));
  const { results, confidence, basis } = profile.generalResults;
  return table(["response", "codes", "sure", "basis"], [
    ...rows.map(([name, row]) => [`\`${name}\``, list(row.results), row.confidence, row.basis]),
    ["any response", list(results), confidence, basis],
  ]);
}

function values(profile: Ts50136Profile, keys: readonly (keyof ProfileValues)[]): string {
  return table(
    ["constant", "value", "sure", "basis"],
    keys.map((key) => {
      const { confidence, basis } = profile.basis[key];
      return [`\`${key}\``, shown(key, profile.values[key]), confidence, basis];
    }),
  );
}

function editions(): string {
  const all = editionNames.map(edition);
  const keys = (Object.keys(all[0]!.values) as (keyof ProfileValues)[]).filter((key) =>
    new Set(all.map(({ values }) => values[key])).size > 1
  );
  const missing = (of: "messages" | "eventFields", profile: Ts50136Profile): string => {
    const own = new Set<string>(profile[of].map(({ name }) => name));
    const names = everyEdition(of).map(({ name }) => name).filter((name) => !own.has(name));
    return names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ");
  };
  return table(["", ...all.map(({ name }) => `\`${name}\``)], [
    ...keys.map((key) => [
      `\`${key}\``,
      ...all.map(({ values, basis }) => `${shown(key, values[key])} (${basis[key].confidence})`),
    ]),
    ["messages it has not", ...all.map((profile) => missing("messages", profile))],
    ["event fields it has not", ...all.map((profile) => missing("eventFields", profile))],
  ]);
}

/** How many constants there are of each mark. */
function confidence(): string {
  const base = edition("2020");
  const parts: [string, readonly Basis[]][] = [
    ["header members", base.header],
    ["messages", base.messages],
    ["event fields", base.eventFields],
    ["result codes", base.results],
    ["result tables", [...Object.values(base.responseResults), base.generalResults]],
    ["hashes, ciphers, protocols, poll modes", [
      ...base.hashes,
      ...base.encryptions,
      ...base.protocols,
      ...base.pollModes,
    ]],
    ["other constants", Object.values(base.basis)],
  ];
  const marks = ["A", "B", "C", "PROFILE"];
  const count = (rows: readonly Basis[]) =>
    marks.map((mark) => rows.filter((row) => row.confidence === mark).length);
  return table(["what", ...marks], [
    ...parts.map(([what, rows]) => [what, ...count(rows)]),
    ["**all**", ...count(parts.flatMap(([, rows]) => [...rows]))],
  ]);
}

/** The rows of a code table in any edition, the newest edition's first wording, by number. */
function everyEdition<K extends "messages" | "eventFields">(of: K): Ts50136Profile[K][number][] {
  const rows = new Map<number, Ts50136Profile[K][number]>();
  for (const name of [...editionNames].reverse()) {
    for (const row of edition(name)[of]) if (!rows.has(row.id)) rows.set(row.id, row);
  }
  return [...rows.values()].sort((a, b) => a.id - b.id);
}

/** The editions that have a row. */
function having(of: "messages" | "eventFields", name: string): string {
  const found = editionNames.filter((one) => edition(one)[of].some((row) => row.name === name));
  return found.length === editionNames.length ? "all" : found.join(", ");
}

function shown(key: keyof ProfileValues, value: string | number | boolean): string {
  if (typeof value === "string" && /^(00)+$/.test(value)) return `${value.length / 2} × 0x00`;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  return key.endsWith("Flag") || key === "responseBit" ? octet(value) : decimal(value);
}

const octet = (value: number) => `0x${value.toString(16).padStart(2, "0")}`;
const decimal = (value: number) => String(value);

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

if (import.meta.main) {
  const file = new URL("../../docs/protocol.md", import.meta.url);
  const before = await Deno.readTextFile(file);
  const after = withTables(before);
  if (after !== before) await Deno.writeTextFile(file, after);
}
