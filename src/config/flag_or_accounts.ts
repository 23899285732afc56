/**
 * A switch that is thrown for all panels, or for some.
 *
 * @module
 */
import { type Field, flag, list } from "./field.ts";
import { account } from "./field_kinds.ts";

const accounts = list(account, 10_000);

/**
 * `true`, `false`, or the accounts it is true for.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { flagOrAccounts } from "./flag_or_accounts.ts";
 *
 * const value = { kind: "scalar", line: 1, value: "1234" } as const;
 * assertEquals(flagOrAccounts.read({ kind: "array", line: 1, items: [value] }), { ok: true, value: ["1234"] });
 * assert(!flagOrAccounts.read(value).ok);
 * ```
 */
export const flagOrAccounts: Field<boolean | readonly string[]> = {
  expected: 'true, false, or a list of accounts such as ["1234"]',
  read: (node) => node.kind === "array" ? accounts.read(node) : flag.read(node),
};
