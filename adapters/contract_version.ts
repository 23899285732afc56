/**
 * The version of the shape in `contract.ts`, for adapters from outside.
 *
 * @module
 */

/**
 * Version of the contract that this Tocsin speaks. An adapter from outside names the one it was written for, as
 * `contract`; another number is refused at start.
 *
 * It goes up when an adapter written for the number before would no longer work: something needed is added, taken away or
 * means something else. Optional additions leave it as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CONTRACT_VERSION } from "./contract_version.ts";
 *
 * assertEquals(CONTRACT_VERSION, 1);
 * ```
 */
export const CONTRACT_VERSION = 1;
