/**
 * The log: one JSON object a line on standard error, so that standard output stays for results.
 *
 * @module
 */

/** How bad it is. */
export type LogLevel = "info" | "warn" | "error";

/** Takes log lines. Fields never hold keys. */
export type Log = (level: LogLevel, rule: string, message: string, fields?: Record<string, unknown>) => void;

/**
 * Makes a log that writes JSON lines to standard error.
 *
 * The same rule from the same source is written at most ten times a minute; what was left out is told with the next line, so
 * that a panel that repeats itself twenty times a second cannot fill a disk. Commands to panels are never left out.
 *
 * @param name Who speaks: the gateway's name.
 * @returns The log.
 */
export function stderrLog(name: string): Log {
  const windows = new Map<string, { since: number; lines: number; left: number }>();
  return (level, rule, message, fields) => {
    const now = Date.now();
    const key = `${rule} ${fields?.["site"] ?? ""}${fields?.["input"] ?? ""}${fields?.["output"] ?? ""}`;
    let window = windows.get(key);
    if (window === undefined || now - window.since >= 60_000) {
      const left = window?.left ?? 0;
      if (windows.size > 1000) windows.clear();
      window = { since: now, lines: 0, left: 0 };
      windows.set(key, window);
      if (left > 0) fields = { ...fields, leftOut: left };
    }
    if (++window.lines > 10 && !/^command(?:-|$)/.test(rule)) return void window.left++;
    const line = { time: new Date(now).toISOString(), level, name, rule, message, ...fields };
    console.error(JSON.stringify(line));
  };
}
