/**
 * Opens the key store that a configuration names.
 *
 * @module
 */
import type { KeysConfig } from "../config/keys_config.ts";
import { KeyStore } from "../keys/key_store.ts";
import { KeyStoreError } from "../keys/key_store_error.ts";
import { loadStoreKey } from "../keys/store_key.ts";

/** An open store, or why there is none, in words for a technician. */
export type OwnKeyStore = { ok: true; store: KeyStore } | { ok: false; rule: string; message: string };

/**
 * Opens the store.
 *
 * @param keys Where it is.
 * @param create Make it when there is none.
 * @returns The store, which the caller closes, or why it cannot be opened.
 */
export function openOwnKeyStore(keys: KeysConfig, create: boolean): OwnKeyStore {
  const loaded = loadStoreKey({ keyFile: keys.keyFile, env: storeKeyOfEnvironment() });
  if (!loaded.ok) return { ok: false, rule: "no-store-key", message: loaded.message };
  try {
    return { ok: true, store: KeyStore.open(keys.path, loaded.key, { create }) };
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    return { ok: false, rule: error.rule, message: error.message };
  }
}

/** A gateway without the right to read the environment uses the file. */
function storeKeyOfEnvironment(): string | undefined {
  try {
    return Deno.env.get("TOCSIN_STORE_KEY");
  } catch {
    return undefined;
  }
}
