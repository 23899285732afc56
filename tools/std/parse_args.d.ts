/** What {@link parseArgs} gives: the named options and, under `_`, the rest. */
export interface ParsedArgs {
  _: (string | number)[];
  [option: string]: unknown;
}
export interface ParseArgsOptions {
  boolean?: readonly string[];
  string?: readonly string[];
  collect?: readonly string[];
  negatable?: readonly string[];
  alias?: Record<string, string | readonly string[]>;
  default?: Record<string, unknown>;
  stopEarly?: boolean;
  "--"?: boolean;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
export declare function parseArgs(args: readonly string[], options?: ParseArgsOptions): ParsedArgs;
