/**
 * The key store as a running gateway sees it: other commands make it, change it, or put another in its place.
 *
 * @module
 */
import type { KeyStore } from "../keys/key_store.ts";
import type { KeysConfig } from "../config/keys_config.ts";
import { openOwnKeyStore, type OwnKeyStore } from "./own_key_store.ts";

/**
 * Opens the store when it is there, and again when another file stands in its place: who goes on reading a file that was
 * removed never learns of a new key, nor of one that is revoked.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { openOwnKeyStore } from "./own_key_store.ts";
 * import { WatchedKeyStore } from "./watched_key_store.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/rct.key`, "5a".repeat(32), { mode: 0o600 });
 * const keys = { path: `${folder}/keys.sqlite`, keyFile: `${folder}/rct.key` };
 * const watched = new WatchedKeyStore(keys);
 * assertEquals([watched.look().ok, watched.version], [false, undefined]);
 * const made = openOwnKeyStore(keys, true);
 * assert(made.ok);
 * made.store.close();
 * assert(watched.look().ok);
 * watched.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class WatchedKeyStore {
  readonly #keys: KeysConfig;
  #store: KeyStore | undefined;
  #file: string | undefined;
  #opened = 0;

  /** Opens nothing yet. */
  constructor(keys: KeysConfig) {
    this.#keys = keys;
  }

  /** The store that the last {@link look} found. */
  get store(): KeyStore | undefined {
    return this.#store;
  }

  /** True once the store has been open. */
  get wasOpen(): boolean {
    return this.#opened > 0;
  }

  /** True while there is a file of its name. */
  get isThere(): boolean {
    return identityOf(this.#keys.path) !== undefined;
  }

  /**
   * Changes whenever anything in the store has changed, or the store itself; undefined while there is none.
   *
   * @throws {KeyStoreError} When it cannot be read now.
   */
  get version(): string | undefined {
    return this.#store === undefined ? undefined : `${this.#opened}.${this.#store.version}`;
  }

  /** Opens the store, if it is not open or not the same any more. Never throws for the file's sake. */
  look(): OwnKeyStore {
    // Taken before the file is opened: what comes in between is seen the next time.
    const file = identityOf(this.#keys.path);
    if (this.#store !== undefined && file === this.#file) return { ok: true, store: this.#store };
    this.close();
    const opened = openOwnKeyStore(this.#keys, false);
    if (!opened.ok) return opened;
    this.#store = opened.store;
    this.#file = file;
    this.#opened++;
    return opened;
  }

  /** Closes the store. */
  close(): void {
    this.#store?.close();
    this.#store = undefined;
  }
}

/** What makes a file this one and no other; undefined when there is none. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}.${ino}`;
  } catch {
    return undefined;
  }
}
