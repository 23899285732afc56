/**
 * Checks of the `[[raw]]` tables of both files.
 *
 * @module
 */
import { parseLine } from "../serial/line_settings.ts";
import type { Checker, Section } from "./checker.ts";
import { checkUnique, type Listener, warnUnused } from "./cross_checks.ts";
import type { Field, Fields } from "./field.ts";
import { checkNamesApart, type Named, noSuchName } from "./named.ts";
import { type RawCommon, rawDelay, type RawRctSection, type RawSptSection } from "./raw_config.ts";

/**
 * Checks the `[[raw]]` of an SPT.
 *
 * @param checker The file under check.
 * @param raws The tables.
 * @param inputs The inputs: their names are those of serial lines too.
 * @param responseTimeout First wait for an answer of the RCT, ms.
 */
export function checkRawSpt(
  checker: Checker,
  raws: readonly RawSptSection[],
  inputs: readonly Named[],
  responseTimeout: number | undefined,
): void {
  checkUnique(checker, raws, "name");
  checkNamesApart(checker, raws, new Map(inputs.map((input) => [input.values.name, input])), "input");
  for (const raw of raws) {
    checkSerial(checker, raw, ["listen", "allow", "max_connections"]);
    if (!raw.has("serial") && !raw.has("listen")) {
      const message =
        'expected the TCP port that panels connect to, found nothing: add a line listen = "0.0.0.0:10007"';
      checker.error(raw.line(), raw.name("listen"), "missing-key", message);
    }
    checkDelay(checker, raw, responseTimeout, "rct.response_timeout");
  }
}

/**
 * Checks the `[[raw]]` of an RCT.
 *
 * @param checker The file under check.
 * @param raws The tables.
 * @param sites The sites.
 * @param outputs The outputs by name: those of serial lines are not to be taken twice.
 */
export function checkRawRct(
  checker: Checker,
  raws: readonly RawRctSection[],
  sites: readonly Named[],
  outputs: ReadonlyMap<string | undefined, Named>,
): void {
  checkNamesApart(checker, raws.filter((raw) => raw.has("serial")), outputs, "output");
  const known = new Set(sites.map((site) => site.values.name));
  const taken = new Map<string, RawRctSection>();
  for (const raw of raws) {
    const { site, name, role } = raw.values;
    if (site !== undefined && !known.has(site) && known.size > 0) {
      const message = noSuchName(site, known, "a [[site]]");
      checker.error(raw.line("site"), raw.name("site"), "no-such-name", message);
    }
    // `tocsin serial` knows a line by its name alone.
    const mark = JSON.stringify([raw.has("serial") ? "" : site, name]);
    const first = taken.get(mark);
    taken.set(mark, first ?? raw);
    if (first !== undefined && name !== undefined) {
      const message = `expected one of its own, found the same as on line ${first.line("name")}`;
      checker.error(raw.line("name"), raw.name("name"), "not-unique", message);
    }
    checkSerial(checker, raw, ["role", "host", "port", "allow"]);
    checkDelay(checker, raw, raw.values.response_timeout, "response_timeout");
    if (raw.has("serial")) continue;
    if (role === "connect") warnUnused(checker, raw, ["allow"], 'while role is "connect"');
    const needed = role === "connect" ? ["host", "port"] as const : ["port"] as const;
    for (const key of needed) {
      if (raw.has(key)) continue;
      const what = key === "host"
        ? "the address of the AE"
        : role === "connect"
        ? "the TCP port of the AE"
        : "the TCP port that the AE connects to";
      const message = `expected ${what}, found nothing: add a line ${key} = …, or serial = …`;
      checker.error(raw.line(), raw.name(key), "missing-key", message);
    }
  }
}

/** What a lost datagram costs must not be more than octets may take. */
function checkDelay(
  checker: Checker,
  raw: RawSptSection | RawRctSection,
  responseTimeout: number | undefined,
  key: string,
): void {
  const section = raw as Section<RawCommon>;
  const { max_delay = rawDelay(section.values.language) } = section.values;
  if (responseTimeout === undefined || responseTimeout < max_delay) return;
  checker.warn(
    section.line("max_delay"),
    section.name("max_delay"),
    "weak-setting",
    `expected more than ${key}: after it a lost datagram is sent again, and then its octets are too late`,
  );
}

function checkSerial<F extends Fields & { serial: Field<string | undefined>; name: Field<string> }>(
  checker: Checker,
  raw: Section<F>,
  others: readonly (keyof F & string)[],
): void {
  if (!raw.has("serial")) return;
  const other = others.find((key) => raw.has(key));
  if (other !== undefined) {
    const message = `expected either serial or ${other}, found both: keep one of them`;
    checker.error(raw.line(other), raw.name(other), "conflict", message);
  }
  const { serial, name } = raw.values as { serial?: string; name?: string };
  const line = serial === undefined || name === undefined ? undefined : parseLine(`${name}=${serial}`);
  if (line?.ok === false) {
    checker.error(raw.line("serial"), raw.name("serial"), "bad-value", line.message);
  }
}

/**
 * The TCP ports of raw lines, for the check of ports.
 *
 * @param raws The tables of an SPT or an RCT.
 * @returns What listens.
 */
export function rawListeners(raws: readonly (RawSptSection | RawRctSection)[]): Listener[] {
  return raws.map((raw) => {
    if ("max_connections" in raw.values) {
      const spt = raw as RawSptSection;
      const { hostname, port } = spt.values.listen ?? {};
      return { line: spt.line("listen"), key: spt.name("listen"), hostname, port };
    }
    const rct = raw as RawRctSection;
    const { role, host: hostname = "127.0.0.1", port } = rct.values;
    return {
      line: rct.line("port"),
      key: rct.name("port"),
      hostname,
      port: role === "listen" ? port : undefined,
    };
  });
}
