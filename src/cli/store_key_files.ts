/**
 * The store keys that `tocsin init --commission` makes.
 *
 * @module
 */
import { dirname } from "node:path";
import { writeStoreKey } from "../keys/store_key.ts";

/** What came of it. */
export type StoreKeyFiles =
  | {
    ok: true;
    /** Files that were written. */
    made: string[];
    /** Files that were there already and stay. */
    kept: string[];
  }
  | { ok: false; error: string };

/**
 * Writes new store keys, all of them or none. One that is there is never replaced: the key store that it opens would be
 * lost. Needs read and write permission.
 *
 * @param paths The files; missing folders are made.
 * @param random Gives random octets; must be fit for keys.
 * @param keep Go on with files that are there; else they are an error.
 * @returns The files, or why none was written. No key in it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeStoreKeyFiles } from "./store_key_files.ts";
 *
 * const dir = await Deno.makeTempDir();
 * const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
 * const first = await makeStoreKeyFiles([`${dir}/spt.key`], random, true);
 * const second = await makeStoreKeyFiles([`${dir}/spt.key`], random, true);
 * assertEquals([first, second], [
 *   { ok: true, made: [`${dir}/spt.key`], kept: [] },
 *   { ok: true, made: [], kept: [`${dir}/spt.key`] },
 * ]);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function makeStoreKeyFiles(
  paths: readonly string[],
  random: (octets: number) => Uint8Array,
  keep: boolean,
): Promise<StoreKeyFiles> {
  const made: string[] = [];
  const kept: string[] = [];
  const refuse = async (error: string): Promise<StoreKeyFiles> => {
    await removeFiles(made);
    return { ok: false, error };
  };
  for (const path of paths) {
    const there = await exists(path);
    if (there && !keep) {
      return await refuse(
        `${path}: is there already, and a key store may need it: choose another --dir, or --force, which keeps it`,
      );
    }
    if (there) {
      kept.push(path);
      continue;
    }
    // If this fails, so does the key, and says why.
    await Deno.mkdir(dirname(path), { recursive: true }).catch(() => {});
    const written = writeStoreKey(path, random);
    if (!written.ok) return await refuse(written.message);
    made.push(path);
  }
  return { ok: true, made, kept };
}

/**
 * Takes files back that were just made, as far as that can be done.
 *
 * @param paths The files.
 *
 * @example
 * ```ts
 * import { removeFiles } from "./store_key_files.ts";
 *
 * await removeFiles(["there/is/no/such.key"]);
 * ```
 */
export async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await Deno.remove(path).catch(() => {});
}

async function exists(path: string): Promise<boolean> {
  // A dangling link counts as there; what cannot be looked at, writing will complain of.
  return await Deno.lstat(path).then(() => true, () => false);
}
