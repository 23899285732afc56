/**
 * The key store for a command that may be the first to need it.
 *
 * @module
 */
import { dirname } from "node:path";
import type { KeysConfig } from "../config/keys_config.ts";
import { openOwnKeyStore, type OwnKeyStore } from "../gateway/own_key_store.ts";
import { writeStoreKey } from "../keys/store_key.ts";

/**
 * Opens the key store; makes it, and the file of its key, when they are not there.
 *
 * @param keys What the configuration says.
 * @returns The store, or why it cannot be opened.
 */
export function openOrMakeKeyStore(keys: KeysConfig): OwnKeyStore {
  if (keys.keyFile !== undefined && isMissing(keys.keyFile)) {
    // A new key would not open an old store.
    if (!isMissing(keys.path)) {
      const message =
        `${keys.path} is there, but the file of its key, ${keys.keyFile}, is not: bring it back`;
      return { ok: false, rule: "no-store-key", message };
    }
    const made = writeStoreKey(keys.keyFile, (n) => crypto.getRandomValues(new Uint8Array(n)));
    if (!made.ok) return { ok: false, rule: "no-store-key", message: made.message };
    console.error(`written: ${keys.keyFile} (the key of the key store; keep a copy apart from the store's)`);
  }
  try {
    Deno.mkdirSync(dirname(keys.path), { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, rule: "io", message: `the folder of ${keys.path} cannot be made: ${reason}` };
  }
  return openOwnKeyStore(keys, true);
}

function isMissing(path: string): boolean {
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
