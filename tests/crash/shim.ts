/**
 * Small libraries that change what the system tells a process.
 *
 * @module
 */
import { assert } from "@std/assert";

/**
 * Compiles one of this folder.
 *
 * @param name The source's name without `.c`.
 * @param folder Where the library goes.
 * @returns The library, for `LD_PRELOAD`; undefined, with the reason printed, where there is no C compiler.
 */
export async function compileShim(name: string, folder: string): Promise<string | undefined> {
  const library = `${folder}/${name}.so`;
  const source = new URL(`./${name}.c`, import.meta.url).pathname;
  try {
    const args = ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"];
    const { success } = await new Deno.Command("cc", { args, stderr: "inherit" }).output();
    assert(success, `${name}.c does not compile`);
    return library;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: there is no C compiler (cc)");
    return undefined;
  }
}
