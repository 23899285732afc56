/**
 * The key that seals the key store: where it is read from and how it is made.
 *
 * @module
 */
import { SecretKey } from "./secret_key.ts";

const OCTETS = 32;
/** A key file is 64 digits and a line end; what is longer is another file. */
const LONGEST_FILE = 1024;
/** Any right for group or others. */
const OTHERS = 0o077;

/**
 * The key that seals the key store, 32 octets. Printing it shows nothing.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { StoreKey } from "./store_key.ts";
 *
 * assertEquals(`${new StoreKey(new Uint8Array(32))}`, "[key]");
 * assertThrows(() => new StoreKey(new Uint8Array(16)), RangeError);
 * ```
 */
export class StoreKey extends SecretKey {
  /**
   * Takes a copy of the octets.
   *
   * @throws {RangeError} When they are not 32.
   */
  constructor(octets: Uint8Array) {
    if (octets.length !== OCTETS) {
      throw new RangeError(`a store key has ${OCTETS} octets, not ${octets.length}`);
    }
    super(octets);
  }
}

/** Where the store key may come from. */
export interface StoreKeySources {
  /** A file with 64 hex digits, readable for its owner alone. */
  keyFile?: string | undefined;
  /** What the environment variable TOCSIN_STORE_KEY holds: 64 hex digits. */
  env?: string | undefined;
}

/** The store key, or why there is none. */
export type LoadedStoreKey = { ok: true; key: StoreKey } | { ok: false; message: string };

/**
 * Reads the store key. If a file is named it counts alone, and the environment is not looked at: what is written in the
 * config must not change with the shell that starts Tocsin.
 *
 * @param sources File and value of the environment variable; the caller reads the variable.
 * @returns The key, or what is wrong. Never throws; a message never has what was read in it.
 *
 * @example
 * ```ts
 * import { assert, assertStringIncludes } from "@std/assert";
 * import { loadStoreKey } from "./store_key.ts";
 *
 * assert(loadStoreKey({ env: "5a".repeat(32) }).ok);
 * const missing = loadStoreKey({});
 * assert(!missing.ok);
 * assertStringIncludes(missing.message, "TOCSIN_STORE_KEY");
 * ```
 */
export function loadStoreKey(sources: StoreKeySources): LoadedStoreKey {
  if (sources.keyFile !== undefined) return fromFile(sources.keyFile);
  if (sources.env !== undefined && sources.env.trim() !== "") {
    return fromDigits(sources.env, "The environment variable TOCSIN_STORE_KEY");
  }
  return refused(
    "There is no store key, so the key store cannot be opened: name its file in the config, or put 64 hex digits in the " +
      "environment variable TOCSIN_STORE_KEY.",
  );
}

/**
 * Makes a new store key and writes it in a new file with mode 600, durable on return.
 *
 * @param path The file; what is there already is never replaced. Its folder must exist.
 * @param random Gives random octets; must be fit for keys.
 * @returns The key, or why it could not be written. Does not throw for the file's sake.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { writeStoreKey } from "./store_key.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
 * assert(writeStoreKey(`${folder}/store.key`, random).ok);
 * assert(!writeStoreKey(`${folder}/store.key`, random).ok);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function writeStoreKey(path: string, random: (octets: number) => Uint8Array): LoadedStoreKey {
  const key = new StoreKey(random(OCTETS));
  let made = false;
  try {
    using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
    made = true;
    const text = new TextEncoder().encode(`${key.octets().toHex()}\n`);
    for (let done = 0; done < text.length;) done += file.writeSync(text.subarray(done));
    file.syncSync();
    return { ok: true, key };
  } catch (cause) {
    if (made) removeQuietly(path);
    return refused(`Store key file ${path} cannot be made: ${reason(cause)}.`);
  }
}

function fromFile(path: string): LoadedStoreKey {
  try {
    using file = Deno.openSync(path, { read: true });
    const { mode, isFile } = file.statSync();
    if (!isFile) return refused(`Store key file ${path} is no file: name the file with the key.`);
    // Windows has no mode.
    if (mode !== null && (mode & OTHERS) !== 0) {
      return refused(
        `Store key file ${path} can be read or written by other users (mode ${
          (mode & 0o777).toString(8)
        }), and with it ` +
          `every site's key: run "chmod 600 ${path}", and think about who may have read it.`,
      );
    }
    return fromDigits(readAll(file), `Store key file ${path}`);
  } catch (cause) {
    return refused(`Store key file ${path} cannot be read: ${reason(cause)}.`);
  }
}

function readAll(file: Deno.FsFile): string {
  const octets = new Uint8Array(LONGEST_FILE);
  let size = 0;
  for (let n: number | null = 0; n !== null && size < octets.length; size += n ?? 0) {
    n = file.readSync(octets.subarray(size));
  }
  return new TextDecoder().decode(octets.subarray(0, size));
}

function fromDigits(text: string, where: string): LoadedStoreKey {
  const digits = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(digits)) return { ok: true, key: new StoreKey(Uint8Array.fromHex(digits)) };
  const found = /^[0-9a-fA-F]*$/.test(digits) ? `${digits.length} of them` : "other characters";
  return refused(`${where} must hold 64 hex digits (0 to 9, a to f) and nothing else; it has ${found}.`);
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The reason why it could not be written is the one to tell.
  }
}

function reason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file or folder";
  if (cause instanceof Deno.errors.AlreadyExists) {
    return "it is there already, and a key store may need it: choose another name";
  }
  if (cause instanceof Deno.errors.PermissionDenied) return "this user may not";
  if (cause instanceof Deno.errors.NotCapable) {
    return "Deno may not: start it with --allow-read and --allow-write";
  }
  return cause instanceof Error ? cause.message : "unknown cause";
}

function refused(message: string): LoadedStoreKey {
  return { ok: false, message };
}
