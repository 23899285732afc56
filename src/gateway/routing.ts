/**
 * Which queues an alarm goes into.
 *
 * @module
 */
import type { RouteConfig } from "../config/route_config.ts";

/** A queue and the outputs that may empty it, best first. */
export interface LanePlan {
  /** Name of an output, or of a route with mode `first`. */
  name: string;
  /** Names of outputs. */
  outputs: readonly string[];
}

/**
 * The queues that outputs and routes need, and the way to them. Every output has one of its own name; so has every route of
 * mode `first`. Routes of mode `all` and `by-account` have none: they name others.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Routing } from "./routing.ts";
 *
 * const routing = new Routing(["east", "west", "log"], [
 *   { name: "either", mode: "first", outputs: ["east", "west"], accounts: [] },
 *   { name: "both", mode: "all", outputs: ["east", "log"], accounts: [] },
 *   { name: "split", mode: "by-account", outputs: [], accounts: [
 *     { accounts: "10*", output: "both" }, { accounts: "*", output: "either" },
 *   ] },
 * ]);
 * assertEquals(routing.lanes.at(-1), { name: "either", outputs: ["east", "west"] });
 * assertEquals(routing.lanesFor("both", "1001"), ["east", "log"]);
 * assertEquals(routing.lanesFor("split", "1001"), ["east", "log"]);
 * assertEquals(routing.lanesFor("split", "2001"), ["either"]);
 * ```
 */
export class Routing {
  /** All queues: those of outputs, then those of routes. */
  readonly lanes: readonly LanePlan[];
  readonly #routes: ReadonlyMap<string, RouteConfig>;

  /** @param outputs Names of the outputs. @param routes The routes, checked: names are known, and none leads to itself. */
  constructor(outputs: readonly string[], routes: readonly RouteConfig[]) {
    this.lanes = [
      ...outputs.map((name) => ({ name, outputs: [name] })),
      ...routes.filter(({ mode }) => mode === "first").map(({ name, outputs }) => ({ name, outputs })),
    ];
    this.#routes = new Map(routes.map((route) => [route.name, route]));
  }

  /**
   * The queues of an alarm.
   *
   * @param target Name of an output or route, as a site names it.
   * @param account The alarm's account, as the panel spells it.
   * @returns Names of lanes, no name twice; at least one.
   */
  lanesFor(target: string, account: string): readonly string[] {
    const names: string[] = [];
    this.#add(target, account, names, 0);
    return names.length === 0 ? [target] : names;
  }

  #add(target: string, account: string, names: string[], depth: number): void {
    const route = this.#routes.get(target);
    if (route === undefined || route.mode === "first") {
      if (!names.includes(target)) names.push(target);
      return;
    }
    // Configurations are checked for circles; a mistake there must not hang the receiver.
    if (depth > this.#routes.size) return;
    const next = route.mode === "all"
      ? route.outputs
      : route.accounts.filter(({ accounts }) => fits(accounts, account)).slice(0, 1).map(({ output }) =>
        output
      );
    for (const name of next) this.#add(name, account, names, depth + 1);
  }
}

/** An account, or its beginning and a `*`. */
function fits(pattern: string, account: string): boolean {
  return pattern.endsWith("*") ? account.startsWith(pattern.slice(0, -1)) : account === pattern;
}
