/**
 * Writes files that hold keys: for their owner only, and all of them or none.
 *
 * @module
 */
import { dirname } from "node:path";

/**
 * Writes new files with mode 600, durable on return. If one cannot be written, those written before it are taken back.
 * Makes missing folders. Needs read and write permission.
 *
 * @param files Path and text of each.
 * @param force Replace files that are there; they are kept as `….old`, `….old2`.
 * @returns undefined when done; else which file could not be written and why.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { writeFiles } from "./write_files.ts";
 *
 * const dir = await Deno.makeTempDir();
 * assertEquals(await writeFiles([[`${dir}/a.toml`, "x = 1"]], false), undefined);
 * assertStringIncludes(await writeFiles([[`${dir}/a.toml`, "x = 2"]], false) ?? "", "is there already");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function writeFiles(
  files: readonly (readonly [path: string, text: string])[],
  force: boolean,
): Promise<string | undefined> {
  const written: string[] = [];
  const moved: [string, string][] = [];
  let current = "";
  try {
    for (const [path, text] of files) {
      current = path;
      await Deno.mkdir(dirname(path), { recursive: true });
      if (await exists(path)) {
        if (!force) throw new AlreadyThere();
        const old = await freeName(path);
        await Deno.rename(path, old);
        moved.push([old, path]);
      }
      using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
      written.push(path);
      await writeDurably(file, text);
    }
    return undefined;
  } catch (cause) {
    for (const path of written) await Deno.remove(path).catch(() => {});
    for (const [old, path] of moved) await Deno.rename(old, path).catch(() => {});
    if (cause instanceof AlreadyThere) {
      return `${current}: is there already, and its keys may be in use: choose another --dir, or --force to replace it`;
    }
    return `${current}: cannot be written: ${reason(cause)}`;
  }
}

/**
 * Adds text at the end of a file, durable on return; owner and mode stay. If that fails, the file is cut back to what it
 * was.
 *
 * @param path The file; it has to be there.
 * @param text What to add.
 * @returns undefined when done; else why not.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { appendToFile } from "./write_files.ts";
 *
 * const path = await Deno.makeTempFile();
 * await appendToFile(path, "one ");
 * await appendToFile(path, "two");
 * assertEquals(await Deno.readTextFile(path), "one two");
 * await Deno.remove(path);
 * ```
 */
export async function appendToFile(path: string, text: string): Promise<string | undefined> {
  let size: number | undefined;
  try {
    using file = await Deno.open(path, { append: true });
    size = (await file.stat()).size;
    await writeDurably(file, text);
    return undefined;
  } catch (cause) {
    if (size !== undefined) await Deno.truncate(path, size).catch(() => {});
    return `${path}: cannot be written: ${reason(cause)}`;
  }
}

/** The file is there and may not be replaced. */
class AlreadyThere extends Error {}

async function writeDurably(file: Deno.FsFile, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}

async function exists(path: string): Promise<boolean> {
  try {
    // A dangling link counts as there.
    await Deno.lstat(path);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw cause;
  }
}

async function freeName(path: string): Promise<string> {
  for (let n = 1;; n++) {
    const name = n === 1 ? `${path}.old` : `${path}.old${n}`;
    if (!await exists(name)) return name;
  }
}

function reason(cause: unknown): string {
  if (cause instanceof Deno.errors.PermissionDenied) return "this user may not write there";
  if (cause instanceof Deno.errors.NotCapable) return "Deno may not write there: start it with --allow-write";
  if (cause instanceof Deno.errors.NotADirectory || cause instanceof Deno.errors.AlreadyExists) {
    return "a file stands where its folder should be";
  }
  return cause instanceof Error ? cause.name : "unknown cause";
}
