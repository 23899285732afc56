/** The assertions, by a path inside this folder: one that leaves it would tie this folder's lock to the main one. @module */
export * from "../../tools/std/assert.ts";
