import { SecretKey } from "../../src/keys/secret_key.ts";
import type { MasterSet } from "../../src/keys/device_keys.ts";
import { KeyStore } from "../../src/keys/key_store.ts";
import { KeyStoreError } from "../../src/keys/key_store_error.ts";
import { StoreKey } from "../../src/keys/store_key.ts";

/** A key for tests alone. */
export const STORE_KEY = new StoreKey(Uint8Array.from({ length: 32 }, (_, i) => 0xc0 ^ (i * 37)));

/** Random octets that are a key. */
export function newKey(): SecretKey {
  return new SecretKey(crypto.getRandomValues(new Uint8Array(32)));
}

/** A device ID by number. */
export function idOf(n: number): Uint8Array {
  const id = new Uint8Array(16).fill(0x02);
  new DataView(id.buffer).setUint32(12, n);
  return id;
}

/** A master set. */
export function master(masterHandle: number, more: Partial<MasterSet> = {}): MasterSet {
  return {
    masterHandle,
    encryption: "aes-256",
    hash: "sha-256",
    key: newKey(),
    rctDeviceId: idOf(0xffffffff),
    sptDeviceId: idOf(1),
    since: 1000,
    how: "secret",
    ...more,
  };
}

/** A window for commissioning with a secret. */
export function bySecret(openedAt: number, until: number, secret = newKey()) {
  return { method: "secret", secret, openedAt, until } as const;
}

/** Runs with a name for a key store in a folder of its own. */
export async function inFolder(run: (path: string, folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/keys.sqlite`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Opens a key store, made if it is not there. */
export function open(path: string): KeyStore {
  return KeyStore.open(path, STORE_KEY, { create: true });
}

/** Handles of a device's sets, the newest first. */
export function handles(store: KeyStore, id: Uint8Array): number[] {
  return store.device(id)?.masters.map(({ masterHandle }) => masterHandle) ?? [];
}

/** The error that a call throws. */
export function errorOf(run: () => unknown): KeyStoreError {
  try {
    run();
  } catch (error) {
    if (error instanceof KeyStoreError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
