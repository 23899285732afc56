/**
 * The master sets of an RCT's sites: from commissioning, or from its configuration.
 *
 * @module
 */
import type { RctConfig, SiteConfig } from "../config/rct_config.ts";
import { SecretKey } from "../keys/secret_key.ts";
import type { Ts50136Profile } from "../ip/profile.ts";
import type { KeyStore } from "../keys/key_store.ts";
import { type PathAddress, type PathIdentity, type Random, sameIdentity } from "../session/path_identity.ts";
import { type CommissioningEffect, RctCommissionings } from "../session/rct_commissionings.ts";
import type { RctEffect } from "../session/rct_session.ts";
import type { RctSessions } from "../session/rct_sessions.ts";
import { steadyClock, wallClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";
import { WatchedKeyStore } from "./watched_key_store.ts";

/** The store is looked at this often: what is changed beside us is known this much later. */
const LOOK_MS = 1000;
/** A store that another program holds makes all alarms wait: that must not take more than this part of the time. */
const SHARE = 10;
const STORE = "key-store";

/** What {@link RctKeys} works with. */
export interface RctKeysParts {
  config: RctConfig;
  profile: Ts50136Profile;
  random: Random;
  sessions: RctSessions;
  faults: Faults;
  log: Log;
  send: (bytes: Uint8Array, to: PathAddress) => void;
  apply: (site: string, effects: RctEffect[]) => void;
}

/**
 * Gives sites their master sets, runs commissionings by shared secret, and takes up what `tocsin commission` and `tocsin
 * dtls` put into the key store beside us.
 *
 * What commissioning has stored counts before what the file says; a site that is revoked there is served no more, whatever
 * the file says. While the store cannot be read, what is in use stays in use.
 */
export class RctKeys {
  readonly #parts: RctKeysParts;
  readonly #byDevice: Map<string, SiteConfig>;
  readonly #commissionings: RctCommissionings;
  readonly #byName: Map<string, SiteConfig>;
  readonly #watched: WatchedKeyStore;
  readonly #inUse = new Map<string, readonly PathIdentity[]>();
  /** Master sets that were used, by site; the store was not told yet. */
  readonly #unconfirmed = new Map<string, number>();
  #version: string | undefined;
  #lookAt = -Infinity;

  /** Does nothing yet. */
  constructor(parts: RctKeysParts) {
    this.#parts = parts;
    this.#byDevice = new Map(parts.config.sites.map((site) => [site.deviceId.toHex(), site]));
    this.#byName = new Map(parts.config.sites.map((site) => [site.name, site]));
    this.#watched = new WatchedKeyStore(parts.config.keys);
    const { profile, random, sessions, config } = parts;
    this.#commissionings = new RctCommissionings({
      profile,
      random,
      rctDeviceId: config.identity.deviceId,
      takeHandle: () => sessions.reserveHandle(),
      dropHandle: (handle) => sessions.releaseHandle(handle),
      window: (deviceId) => this.#window(deviceId),
    });
  }

  /** Commissionings by what became of them. */
  get counters(): Record<string, number> {
    return { ...this.#commissionings.counters };
  }

  /** Gives every site its keys. */
  start(): void {
    this.#look(-Infinity);
  }

  /** Closes the store. */
  close(): void {
    this.#watched.close();
  }

  /** Whether a datagram with this handle belongs to a commissioning. */
  owns(handle: number): boolean {
    return handle === this.#parts.profile.values.initialHandle || this.#commissionings.has(handle);
  }

  /** Takes a datagram; false when it is none of commissioning and belongs to the sessions. */
  feed(bytes: Uint8Array, handle: number, from: PathAddress, now: number): boolean {
    const effects = this.#commissionings.feed(bytes, handle, from, now);
    if (effects !== undefined) this.#apply(effects, now);
    return effects !== undefined;
  }

  /** Lets time pass. */
  tick(now: number): void {
    this.#apply(this.#commissionings.tick(now), now);
    if (now >= this.#lookAt) this.#look(now);
  }

  /** A session was set up under this master set: the one before it is not needed any more. */
  proved(name: string, masterHandle: number): void {
    this.#unconfirmed.set(name, masterHandle);
    this.#confirm(name, masterHandle);
  }

  #confirm(name: string, masterHandle: number): void {
    const site = this.#byName.get(name);
    const { store } = this.#watched;
    if (site === undefined || store === undefined) return;
    this.#guard(() => {
      const newest = store.confirm(site.deviceId, masterHandle);
      this.#unconfirmed.delete(name);
      if (newest) this.#give(site, store);
    });
  }

  #window(deviceId: Uint8Array): { kind: "secret"; secret: Uint8Array; openedAt: number } | undefined {
    const { store } = this.#watched;
    if (store === undefined || !this.#byDevice.has(deviceId.toHex())) return undefined;
    return this.#guard(() => {
      const pending = store.pending(deviceId, wallClock());
      return pending?.method === "secret"
        ? { kind: "secret", secret: pending.secret.octets(), openedAt: pending.openedAt }
        : undefined;
    });
  }

  #apply(effects: CommissioningEffect[], now: number): void {
    const { log, send } = this.#parts;
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          send(effect.bytes, effect.to);
          break;
        case "begun":
          log("info", "commissioning", `begun from ${effect.from.hostname}:${effect.from.port}`, {
            site: this.#nameOf(effect.deviceId),
          });
          break;
        case "store": {
          const stored = this.#complete(effect.deviceId, effect.openedAt, effect.identity);
          this.#apply(this.#commissionings.settle(effect.ref, stored), now);
          break;
        }
        case "commissioned":
          log("info", "commissioned", "the site has new keys; its secret is used up", {
            site: this.#nameOf(effect.deviceId),
          });
          break;
        case "ended":
          log("warn", "commissioning-ended", effect.reason, { site: this.#nameOf(effect.deviceId) });
          break;
        case "dropped":
          // Anybody can send such datagrams: the counter tells how many, the log would fill the disk.
          break;
      }
    }
  }

  #complete(deviceId: Uint8Array, openedAt: number | undefined, identity: PathIdentity): boolean {
    const site = this.#byDevice.get(deviceId.toHex());
    const { store } = this.#watched;
    if (store === undefined || site === undefined || openedAt === undefined) return false;
    const { masterHandle, master, rctDeviceId } = identity;
    if (master.encryption === "none") return false;
    const { encryption, hash } = master;
    const stored = this.#guard(() =>
      store.complete(deviceId, openedAt, {
        masterHandle,
        encryption,
        hash,
        key: new SecretKey(master.key),
        rctDeviceId,
        sptDeviceId: deviceId,
        since: wallClock(),
        how: "secret",
      })
    ) ?? false;
    // Whatever comes of it: what is stored is stored, and the SPT has to hear so.
    if (stored) this.#guard(() => this.#give(site, store));
    return stored;
  }

  /** Takes up what changed in the store. */
  #look(now: number): void {
    const begun = steadyClock();
    const opened = this.#watched.look();
    const trouble = opened.ok ? this.#takeUp(opened.store) : this.#without(opened.message);
    if (trouble === undefined) this.#parts.faults.clear(STORE);
    else this.#parts.faults.raise(STORE, trouble);
    const [first] = this.#unconfirmed;
    // One at a time: each may have to wait for another program.
    if (opened.ok && first !== undefined) this.#confirm(...first);
    this.#lookAt = Math.max(now, begun) + Math.max(LOOK_MS, SHARE * (steadyClock() - begun));
  }

  /** Gives every site what the store has; what stands in the way of it, if anything. */
  #takeUp(store: KeyStore): string | undefined {
    let trouble: string | undefined;
    const attempt = (run: () => void) => {
      try {
        run();
      } catch (error) {
        trouble ??= error instanceof Error ? error.message : String(error);
      }
    };
    attempt(() => {
      const version = this.#watched.version;
      if (version === this.#version) return;
      // One damaged row must not keep the keys of all others back.
      for (const site of this.#parts.config.sites) attempt(() => this.#give(site, store));
      if (trouble === undefined) this.#version = version;
    });
    return trouble;
  }

  /** There is no store, or it cannot be read now: what to tell of it, if anything. */
  #without(message: string): string | undefined {
    const { sites } = this.#parts.config;
    let trouble: string | undefined;
    for (const site of sites) {
      if (this.#inUse.has(site.name) || site.master === undefined) continue;
      try {
        this.#use(site, this.#configured(site), false);
      } catch (error) {
        trouble ??= error instanceof Error ? error.message : String(error);
      }
    }
    const without = sites.filter((site) => !this.#inUse.has(site.name));
    if (without.length > 0) {
      const names = without.slice(0, 5).map((site) => site.name).join(", ");
      const more = without.length > 5 ? ", …" : "";
      return `no keys for ${without.length} of ${sites.length} sites (${names}${more}): ${message}`;
    }
    // No store, and all keys in the file: the usual first try.
    return this.#watched.wasOpen || this.#watched.isThere ? message : trouble;
  }

  /** Gives a site the master sets that are valid for it now. */
  #give(site: SiteConfig, store: KeyStore): void {
    const device = store.device(site.deviceId);
    const revoked = device?.revokedAt !== undefined;
    const stored = device?.masters ?? [];
    const identities: PathIdentity[] = stored.map((set) => ({
      sptDeviceId: site.deviceId,
      rctDeviceId: set.rctDeviceId,
      masterHandle: set.masterHandle,
      master: { encryption: set.encryption, hash: set.hash, key: set.key.octets() },
    }));
    // Until a commissioned set has proved itself, the SPT may still have what the file says.
    const configured = this.#configured(site);
    if (!revoked && !stored.some((set) => set.proved)) identities.push(...configured);
    // Revocation leaves a row. Who put an empty store in place of ours must not silence every site with it.
    const inUse = this.#inUse.get(site.name) ?? [];
    const lost = device === undefined &&
      inUse.some((one) => !configured.some((other) => sameIdentity(one, other)));
    if (lost) {
      throw new Error(
        `site ${site.name}: its keys are in use but not kept in ${this.#parts.config.keys.path} any more: bring the file ` +
          "back before the next start, or commission the site anew",
      );
    }
    this.#use(site, identities, revoked);
  }

  #configured(site: SiteConfig): PathIdentity[] {
    if (site.master === undefined) return [];
    const { masterHandle, masterKey } = site.master;
    return [{
      sptDeviceId: site.deviceId,
      rctDeviceId: this.#parts.config.identity.deviceId,
      masterHandle,
      master: { encryption: "aes-256", hash: "sha-256", key: masterKey.octets() },
    }];
  }

  #use(site: SiteConfig, identities: readonly PathIdentity[], revoked: boolean): void {
    const { sessions, log, apply } = this.#parts;
    const before = this.#inUse.get(site.name) ?? [];
    if (before.length === identities.length && identities.every((one, i) => sameIdentity(one, before[i]!))) {
      return;
    }
    apply(site.name, sessions.setMasters(site.name, identities));
    if (identities.length === 0) this.#inUse.delete(site.name);
    else this.#inUse.set(site.name, identities);
    if (revoked) log("warn", "revoked", "the site's keys are revoked: it is not served", { site: site.name });
    else if (before.length > 0) log("info", "keys", "the site's keys have changed", { site: site.name });
  }

  /** A store that is locked or damaged now: what is in use stays in use. The next look says whether that has passed. */
  #guard<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#parts.faults.raise(STORE, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #nameOf(deviceId: Uint8Array): string {
    return this.#byDevice.get(deviceId.toHex())?.name ?? "?";
  }
}
