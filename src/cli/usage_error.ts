/**
 * Arguments that a command cannot use.
 *
 * @module
 */

/** Thrown with what is wrong, where, and what is expected; told by `wrongArguments`. */
export class UsageError extends Error {}
