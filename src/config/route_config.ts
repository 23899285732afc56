/**
 * One `[[route]]` of an RCT's file: outputs that stand for one another, or share the accounts between them. Its keys are
 * described with the others of `RctConfig`.
 *
 * @module
 */
import type { Checker, Section } from "./checker.ts";
import { checkUnique } from "./cross_checks.ts";
import { choice, type Fields, list, optional, type Values } from "./field.ts";
import { name } from "./field_kinds.ts";
import { checkNamesApart, noSuchName } from "./named.ts";
import { outputHeartbeat, type OutputSection, outputWait } from "./output_config.ts";
import { pairEntry } from "./panel_keys.ts";
import { mayBeSecret } from "./show_value.ts";

/** How alarms are given to several outputs. A site's `output` may name a route. */
export interface RouteConfig {
  /** Unique among outputs and routes. */
  name: string;
  /**
   * `first`: the first of `outputs` that accepts. `all`: every one of `outputs`, each with a queue of its own. `by-account`: the
   * output or route that `accounts` names for the alarm's account.
   */
  mode: "first" | "all" | "by-account";
  /** first, all: names of outputs, best first. */
  outputs: readonly string[];
  /** by-account: what accounts go where; the first that fits counts, and the last fits all. */
  accounts: readonly AccountRoute[];
}

/** Accounts that go to an output. */
export interface AccountRoute {
  /** An account as the panel spells it, or its beginning and a `*`. */
  accounts: string;
  /** Name of an output, or of a route with another mode. */
  output: string;
}

/** The fields of a `[[route]]`. */
export const ROUTE_FIELDS = {
  name,
  mode: choice("first", "all", "by-account"),
  outputs: optional(list({ ...name, expected: "names of outputs" }, 32)),
  accounts: optional(
    list(
      pairEntry('accounts and outputs such as "10*:east" or "*:west"', /^(?:\*|[0-9A-Za-z]{1,16}\*?)$/),
      10_000,
    ),
  ),
} satisfies Fields;

/** A `[[route]]` under check. */
export type RouteSection = Section<typeof ROUTE_FIELDS>;

type ByName<S> = ReadonlyMap<string | undefined, S>;

/**
 * Checks every route, by itself and against the outputs.
 *
 * @param checker The file under check.
 * @param routes The routes.
 * @param outputs The outputs by name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkRoutes, ROUTE_FIELDS } from "./route_config.ts";
 *
 * const checker = new Checker('[[route]]\nname = "both"\nmode = "all"\noutputs = ["east"]\n', "rct.toml");
 * checkRoutes(checker, checker.list("route", ROUTE_FIELDS), new Map());
 * assertEquals(checker.errors.map(({ rule }) => rule), ["conflict"]);
 * ```
 */
export function checkRoutes(
  checker: Checker,
  routes: readonly RouteSection[],
  outputs: ByName<OutputSection>,
): void {
  checkUnique(checker, routes, "name");
  checkNamesApart(checker, routes, outputs, "output");
  const byName = new Map(routes.map((route) => [route.values.name, route]));
  for (const route of routes) {
    const { mode } = route.values;
    if (mode === undefined) continue;
    const [key, other] = mode === "by-account"
      ? ["accounts", "outputs"] as const
      : ["outputs", "accounts"] as const;
    if (route.has(other)) {
      const message = `this key means nothing while mode is ${JSON.stringify(mode)}: take the line away`;
      checker.error(route.line(other), route.name(other), "conflict", message);
    }
    if (!route.has(key)) {
      const example = key === "outputs" ? '["east", "west"]' : '["10*:east", "*:west"]';
      const message = `expected ${ROUTE_FIELDS[key].expected}, found nothing: add a line ${key} = ${example}`;
      checker.error(route.line(), route.name(key), "missing-key", message);
    } else if (key === "outputs") checkTargets(checker, route, outputs);
    else checkAccounts(checker, route, outputs, byName);
  }
}

/** first, all: two outputs or more. */
function checkTargets(checker: Checker, route: RouteSection, outputs: ByName<OutputSection>): void {
  const { outputs: names, mode } = route.values;
  if (names === undefined) return;
  const error = (rule: "conflict" | "not-unique" | "no-such-name", message: string) =>
    checker.error(route.line("outputs"), route.name("outputs"), rule, message);
  if (names.length < 2) {
    error("conflict", "expected two outputs or more, found one: let the site name that one instead");
  }
  const twice = names.findIndex((name, at) => names.indexOf(name) < at);
  if (twice >= 0) error("not-unique", `expected each output once, found number ${twice + 1} before`);
  if (outputs.size === 0) return;
  for (const name of names.filter((name) => !outputs.has(name))) {
    error("no-such-name", noSuchName(name, outputs.keys(), "an [[output]]"));
  }
  const silent = mode !== "first" ? [] : names.filter((name) => {
    const output = outputs.get(name);
    return output !== undefined && outputHeartbeat(output) === 0;
  });
  if (silent.length === 0) return;
  const shown = silent.map((name) => mayBeSecret(name) ? "one of them" : name).join(", ");
  const message = `heartbeat is off at ${shown}: that such an output is back is only noticed by ` +
    "trying an alarm with it; set heartbeat if the AE answers those";
  checker.warn(route.line("outputs"), route.name("outputs"), "weak-setting", message);
}

/** by-account: every account goes somewhere, and nothing goes in a circle. */
function checkAccounts(
  checker: Checker,
  route: RouteSection,
  outputs: ByName<OutputSection>,
  routes: ByName<RouteSection>,
): void {
  const entries = route.values.accounts ?? [];
  const [line, key] = [route.line("accounts"), route.name("accounts")];
  if (entries.length > 0 && entries.at(-1)?.[0] !== "*") {
    const message = 'expected "*" as the last, for all other accounts: add "*:" and the name of an output';
    checker.error(line, key, "conflict", message);
  }
  const before = new Set<string>();
  for (const [accounts, target] of entries) {
    const wider = fitting(accounts).find((other) => before.has(other));
    if (wider !== undefined) {
      const message =
        `${JSON.stringify(accounts)} is never reached: ${JSON.stringify(wider)} before it takes ` +
        "the same accounts; put the narrower one first";
      checker.warn(line, key, "no-effect", message);
    }
    before.add(accounts);
    if (routes.get(target)?.values.mode === "by-account") {
      const message = 'expected an output, or a route with mode "first" or "all", found one with mode ' +
        '"by-account": write its accounts here';
      checker.error(line, key, "conflict", message);
    } else if (!outputs.has(target) && !routes.has(target) && outputs.size > 0) {
      const names = [...outputs.keys(), ...routes.keys()];
      checker.error(line, key, "no-such-name", noSuchName(target, names, "an [[output]] or [[route]]"));
    }
  }
}

/** The patterns that fit all that a pattern fits. */
function fitting(accounts: string): string[] {
  const fixed = accounts.replace(/\*$/, "");
  return [accounts, ...Array.from({ length: fixed.length + 1 }, (_, length) => `${fixed.slice(0, length)}*`)];
}

/**
 * How long it can take until one of a route's AEs has acknowledged: the shortest wait where any of them will do, the longest
 * where it depends.
 *
 * @param route The route.
 * @param outputs The outputs by name.
 * @param routes The routes by name.
 * @returns The time, ms; undefined when it is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { OUTPUT_FIELDS } from "./output_config.ts";
 * import { ROUTE_FIELDS, routeWait } from "./route_config.ts";
 *
 * const text = '[[output]]\nname = "a"\n[[output]]\nname = "b"\nwait = "9s"\n' +
 *   '[[route]]\nname = "r"\nmode = "first"\noutputs = ["a", "b"]\n';
 * const checker = new Checker(text, "rct.toml");
 * const outputs = new Map(checker.list("output", OUTPUT_FIELDS).map((output) => [output.values.name, output]));
 * const waits = checker.list("route", ROUTE_FIELDS).map((route) => routeWait(route, outputs, new Map()));
 * assertEquals(waits, [9000]);
 * ```
 */
export function routeWait(
  route: RouteSection,
  outputs: ByName<OutputSection>,
  routes: ByName<RouteSection>,
): number | undefined {
  const { mode, outputs: names = [], accounts = [] } = route.values;
  const targets = mode === "by-account" ? new Set(accounts.map(([, target]) => target)) : names;
  const waits = [...targets].map((name) => {
    const output = outputs.get(name);
    if (output !== undefined) return outputWait(output);
    // One of the others at most: a circle ends here.
    const inner = mode === "by-account" ? routes.get(name) : undefined;
    return inner === undefined || inner.values.mode === "by-account"
      ? undefined
      : routeWait(inner, outputs, routes);
  }).filter((wait) => wait !== undefined);
  if (waits.length === 0) return undefined;
  return mode === "all" ? Math.min(...waits) : Math.max(...waits);
}

/**
 * Makes the configuration of a route without errors.
 *
 * @param section The route.
 * @returns The configuration.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { ROUTE_FIELDS, routeConfig } from "./route_config.ts";
 *
 * const text = '[[route]]\nname = "r"\nmode = "by-account"\naccounts = ["*:a"]\n';
 * const [route] = new Checker(text, "rct.toml").list("route", ROUTE_FIELDS).map(routeConfig);
 * assertEquals(route?.accounts, [{ accounts: "*", output: "a" }]);
 * ```
 */
export function routeConfig(section: RouteSection): RouteConfig {
  const route = section.values as Values<typeof ROUTE_FIELDS>;
  return {
    name: route.name,
    mode: route.mode,
    outputs: route.outputs ?? [],
    accounts: (route.accounts ?? []).map(([accounts, output]) => ({ accounts, output })),
  };
}
