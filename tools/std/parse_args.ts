/** Deno std's argument parser, taken from the npm republication; to use JSR, point the import map's key there. @module */
// @ts-types="./parse_args.d.ts"
export { parseArgs } from "npm:deno-std@1.4.0/cli/parse_args.js";
