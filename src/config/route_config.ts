/**
 * One `[[route]]` of an RCT's file: outputs that stand for one another, or share the accounts between them.
 *
 * @module
 */

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
