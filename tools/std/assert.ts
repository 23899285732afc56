/** Deno std's assertions, taken from the npm republication; the import map's key is the only thing to change to use JSR. @module */
// @ts-types="./assert.d.ts"
export * from "npm:deno-std@1.4.0/assert/mod.js";
