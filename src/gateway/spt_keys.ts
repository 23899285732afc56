/**
 * Where an SPT has its master set from: commissioning, or its configuration.
 *
 * @module
 */
import type { SptConfig } from "../config/spt_config.ts";
import type { KeyStore } from "../keys/key_store.ts";
import { type PathIdentity, sameIdentity } from "../session/path_identity.ts";
import type { Faults } from "./faults.ts";
import { WatchedKeyStore } from "./watched_key_store.ts";

const NO_KEYS = "not-commissioned";
const STORE = "key-store";
/** The store is looked at this often: a commissioning beside us is taken up without a restart. */
const LOOK_MS = 1000;
/** A store that another program holds makes us wait: that must not take more than this part of the time. */
const SHARE = 10;

/**
 * Finds the master set and says when there is another.
 *
 * What commissioning has stored counts before what the file says. Keys that were revoked here are not used any more, those
 * of the file neither. A site that has none keeps its alarms and waits. While the store cannot be read, what is in use
 * stays in use.
 */
export class SptKeys {
  readonly #config: SptConfig;
  readonly #faults: Faults;
  readonly #use: (identity: PathIdentity | undefined) => void;
  readonly #watched: WatchedKeyStore;
  #version: string | undefined;
  #inUse: PathIdentity | undefined;
  #proved: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Does nothing yet.
   *
   * @param config The configuration.
   * @param faults Where it is shown that there are no keys, or that the store cannot be read.
   * @param use Told the master set to use, each new one, and undefined when it was revoked.
   */
  constructor(config: SptConfig, faults: Faults, use: (identity: PathIdentity | undefined) => void) {
    this.#config = config;
    this.#faults = faults;
    this.#use = use;
    this.#watched = new WatchedKeyStore(config.keys);
  }

  /** Looks for keys now, and again and again. */
  start(): void {
    const begun = performance.now();
    this.#look();
    const pause = Math.max(LOOK_MS, SHARE * (performance.now() - begun));
    this.#timer = setTimeout(() => this.start(), pause);
  }

  /** Stops looking. */
  close(): void {
    clearTimeout(this.#timer);
    this.#watched.close();
  }

  /** A session was set up under the master set in use: the one before it is destroyed, at the next look. */
  proved(): void {
    this.#proved = this.#inUse?.masterHandle;
  }

  #look(): void {
    try {
      const opened = this.#watched.look();
      if (!opened.ok) return this.#without(opened.message);
      this.#takeUp(opened.store);
      this.#faults.clear(STORE);
      this.#confirm(opened.store);
    } catch (error) {
      this.#without(error instanceof Error ? error.message : String(error));
    }
  }

  #takeUp(store: KeyStore): void {
    const version = this.#watched.version;
    if (version === this.#version) return;
    const device = store.device(this.#config.identity.deviceId);
    const set = device?.masters[0];
    if (device?.revokedAt !== undefined) {
      this.#take(undefined, "they were revoked at this machine");
    } else if (set === undefined) {
      // An empty store beside a session that works: somebody has begun anew, and the next start finds no keys.
      if (this.#inUse === undefined || this.#configured() !== undefined) this.#take(this.#configured());
      else this.#raise("the keys in use are not kept any more: this start is their last");
    } else {
      const { masterHandle, encryption, hash, key, rctDeviceId, sptDeviceId } = set;
      this.#take({ sptDeviceId, rctDeviceId, masterHandle, master: { encryption, hash, key: key.octets() } });
    }
    this.#version = version;
  }

  /** There is no store, or it cannot be read now. */
  #without(message: string): void {
    const configured = this.#configured();
    if (this.#inUse === undefined) this.#take(configured, message);
    // No store, and keys in the file: the usual first try.
    const usual = configured !== undefined && !this.#watched.wasOpen && !this.#watched.isThere;
    if (usual) this.#faults.clear(STORE);
    else if (this.#inUse !== undefined) this.#faults.raise(STORE, message);
  }

  #configured(): PathIdentity | undefined {
    const { deviceId, master } = this.#config.identity;
    if (master === undefined) return undefined;
    const { rctDeviceId, masterHandle, masterKey } = master;
    return {
      sptDeviceId: deviceId,
      rctDeviceId,
      masterHandle,
      master: { encryption: "aes-256", hash: "sha-256", key: masterKey.octets() },
    };
  }

  #take(identity: PathIdentity | undefined, why?: string): void {
    if (identity === undefined) this.#raise(why);
    else this.#faults.clear(NO_KEYS);
    const before = this.#inUse;
    if (before === identity) return;
    if (before !== undefined && identity !== undefined && sameIdentity(before, identity)) return;
    this.#inUse = identity;
    this.#use(identity);
  }

  #raise(why: string | undefined): void {
    this.#faults.raise(
      NO_KEYS,
      'there are no keys for the receiving centre: run "tocsin commission". Alarms are kept.' +
        (why === undefined ? "" : ` (${why})`),
    );
  }

  /** An old key opens what was recorded while it was used: it is not kept longer than needed. */
  #confirm(store: KeyStore): void {
    if (this.#proved === undefined) return;
    store.confirm(this.#config.identity.deviceId, this.#proved);
    this.#proved = undefined;
  }
}
