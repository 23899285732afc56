/**
 * Keeps the password of a CSV-IP line out of logs and journals.
 *
 * @module
 */

/**
 * Blots out the password of a CSV-IP line, `user,pass,client,18…`: its second field, one `*` for each character. Of
 * the other forms only `%03,…$` holds a comma; it stays as it is.
 *
 * @param text A line.
 * @returns A line of the same length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hidePassword } from "./password.ts";
 *
 * assertEquals(hidePassword("me,secret,7701,18113101015"), "me,******,7701,18113101015");
 * assertEquals(hidePassword("%03,1456010030$"), "%03,1456010030$");
 * ```
 */
export function hidePassword(text: string): string {
  const found = /^(?!%03,)([^,]*,)([^,]*)/.exec(text);
  if (found === null) return text;
  const [both, user = "", password = ""] = found;
  return user + "*".repeat(password.length) + text.slice(both.length);
}
