/**
 * Writes the tables of the Wireshark dissector from the profiles: `deno run -A tools/wireshark/generate.ts`.
 *
 * The dissector has no numbers of the protocol of its own: all stand between two marks in `tables.lua`, and a test fails
 * when they are not those of `src/ip/`.
 *
 * @module
 */
import { edition, editionNames } from "../../src/ip/editions.ts";
import { planOf } from "../../src/ip/plan.ts";
import type { CodePoint, MessageCode, Ts50136Profile } from "../../src/ip/profile.ts";

/** First line of the generated section. */
export const BEGIN = "-- BEGIN GENERATED TABLES";
/** Last line of the generated section. */
export const END = "-- END GENERATED TABLES";

/** The constants that the dissector goes by; times and limits of the sessions are not its concern. */
const VALUES = [
  "udpPort",
  "maxReceive",
  "byteOrder",
  "clearOctets",
  "lengthCountsHeader",
  "iv",
  "responseBit",
  "protocolVersion",
  "initialHandle",
  "initialRx",
  "initialEncryption",
  "initialHash",
  "reverseFlag",
  "deviceIdMasterFlag",
  "selectMasterFlag",
  "keyFromRctFlag",
  "keyMasterFlag",
  "keyOctets",
  "fieldIdOctets",
  "fieldLengthOctets",
  "portOctets",
] as const;

/** The editions a capture may be of, the newest first: its names are the ones shown. */
export const PROFILES: readonly Ts50136Profile[] = editionNames.map(edition).reverse();

/**
 * The tables of some profiles, merged, as Lua. A capture does not say its edition; so the dissector reads them all.
 *
 * @param profiles The profiles; their names are taken from the first that has a number.
 * @returns Lines from {@link BEGIN} to {@link END}, both included.
 * @throws {Error} When two profiles contradict each other, so that one dissector cannot read both; or there is none.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { luaTables, PROFILES } from "./generate.ts";
 *
 * assert(luaTables(PROFILES).includes('[0x30] = "EVENT_MSG",'));
 * ```
 */
export function luaTables(profiles: readonly Ts50136Profile[]): string {
  const [first] = profiles;
  if (first === undefined) throw new Error("there is no profile to write tables of");
  const header = one(
    profiles,
    "header",
    (profile) =>
      profile.header.map(({ name, offset, size }) => ({ name, offset, size })).sort((a, b) =>
        a.offset - b.offset
      ),
  );
  const messages = merged<MessageCode>(profiles, "messages");
  const sizes = new Set(profiles.map((profile) => profile.values.addressOctets));
  return [
    BEGIN,
    "-- By generate.ts from src/ip/. Do not edit: change the profile, then run generate.ts.",
    `-- Profiles: ${profiles.map(({ name }) => name).join(", ")}`,
    "local PROFILE = {",
    `  headerOctets = ${planOf(first).headerOctets},`,
    "  header = { -- offset, octets",
    ...header.map(({ name, offset, size }) => `    ${name} = { ${offset}, ${size} },`),
    "  },",
    `  headerOrder = { ${header.map(({ name }) => lua(name)).join(", ")} },`,
    ...table("messages", messages),
    "  directions = {",
    ...messages.map(({ id, direction }) => `    [${octet(id)}] = ${lua(direction)},`),
    "  },",
    ...(["results", "encryptions", "hashes", "protocols", "pollModes", "eventFields"] as const)
      .flatMap((name) => table(name, merged<CodePoint<string>>(profiles, name))),
    "  values = {",
    ...VALUES.map((name) => `    ${name} = ${lua(one(profiles, name, ({ values }) => values[name]))},`),
    `    addressOctets = { ${[...sizes].sort((a, b) => a - b).join(", ")} },`,
    "  },",
    "}",
    END,
  ].join("\n");
}

/**
 * Puts the tables of some profiles into the Lua file.
 *
 * @param source The file's text.
 * @param profiles The profiles.
 * @returns The text with the section between the marks replaced.
 * @throws {Error} When the marks are not there, or two profiles contradict each other.
 */
export function withTables(source: string, profiles: readonly Ts50136Profile[]): string {
  const begin = source.indexOf(`${BEGIN}\n`), end = source.indexOf(`${END}\n`);
  if (begin < 0 || end < begin) throw new Error(`there are no lines "${BEGIN}" and "${END}" in the Lua file`);
  return source.slice(0, begin) + luaTables(profiles) + source.slice(end + END.length);
}

/** What all profiles have in common. */
function one<T>(profiles: readonly Ts50136Profile[], what: string, of: (profile: Ts50136Profile) => T): T {
  const [first, ...others] = profiles.map(of);
  for (const other of others) {
    if (JSON.stringify(other) !== JSON.stringify(first)) {
      throw new Error(`the profiles have different ${what}: one dissector cannot read them all`);
    }
  }
  return first as T;
}

/** The rows of a code table in any of the profiles, by number. */
function merged<R extends CodePoint<string>>(
  profiles: readonly Ts50136Profile[],
  name: "messages" | "results" | "encryptions" | "hashes" | "protocols" | "pollModes" | "eventFields",
): R[] {
  const rows = new Map<number, R>();
  for (const profile of profiles) {
    for (const row of profile[name] as readonly CodePoint<string>[] as readonly R[]) {
      const known = rows.get(row.id);
      if (known === undefined) rows.set(row.id, row);
      else if (known.name !== row.name) {
        throw new Error(`${octet(row.id)} is ${known.name} in one profile and ${row.name} in another`);
      }
    }
  }
  return [...rows.values()].sort((a, b) => a.id - b.id);
}

function table(name: string, rows: readonly CodePoint<string>[]): string[] {
  return [`  ${name} = {`, ...rows.map((row) => `    [${octet(row.id)}] = ${lua(row.name)},`), "  },"];
}

function octet(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}

/** A value as Lua. The strings of a profile are plain ASCII words, for which JSON and Lua agree. */
function lua(value: string | number | boolean): string {
  return JSON.stringify(value);
}

if (import.meta.main) {
  const file = new URL("tables.lua", import.meta.url);
  const before = await Deno.readTextFile(file);
  const after = withTables(before, PROFILES);
  if (after !== before) await Deno.writeTextFile(file, after);
}
