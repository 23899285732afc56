/**
 * The sealed store for the keys of commissioned devices.
 *
 * @module
 */
export { KeyStore, type OpenKeyStoreOptions } from "./key_store.ts";
export { KeyStoreError, type KeyStoreRule } from "./key_store_error.ts";
export {
  type LoadedStoreKey,
  loadStoreKey,
  StoreKey,
  type StoreKeySources,
  writeStoreKey,
} from "./store_key.ts";
export type {
  DeviceContent,
  DeviceKeys,
  MasterSet,
  MasterSource,
  Pending,
  PendingMethod,
  StoredMasterSet,
} from "./device_keys.ts";
