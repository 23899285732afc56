/**
 * Whether files have changed, without reading them.
 *
 * @module
 */

/**
 * Describes the state of files and of the files in folders, one level deep.
 *
 * @param paths Files and folders.
 * @returns A text that is another one when a file was added, changed, replaced or taken away. Files that cannot be seen
 * are part of it. To compare for equality, not to be kept.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { filesState } from "./files_state.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const before = await filesState([folder]);
 * assertEquals(await filesState([folder]), before);
 * await Deno.writeTextFile(`${folder}/ca.pem`, "");
 * assertNotEquals(await filesState([folder]), before);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function filesState(paths: readonly string[]): Promise<string> {
  const states: string[] = [];
  for (const path of paths) {
    const state = await stateOf(path);
    states.push(state);
    if (!state.endsWith("folder")) continue;
    try {
      const names = (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort();
      for (const name of names) states.push(`${name} ${await stateOf(`${path}/${name}`)}`);
    } catch (error) {
      states.push(error instanceof Error ? error.name : "unreadable");
    }
  }
  return states.join("\n");
}

async function stateOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtime, ctime, isDirectory } = await Deno.stat(path);
    // The time of change catches what a copy with the old time of modification would hide.
    return `${dev} ${ino} ${size} ${mtime?.getTime()} ${ctime?.getTime()} ${isDirectory ? "folder" : "file"}`;
  } catch (error) {
    return error instanceof Error ? error.name : "unreadable";
  }
}
