/** Deno std's TOML parser, taken from the npm republication; to use JSR, point the import map's key there. @module */
// @ts-types="./toml.d.ts"
export { parse, stringify } from "npm:deno-std@1.4.0/toml/mod.js";
