/**
 * The keys of commissioned devices on disk, sealed; shared by every process of this machine that needs them.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { equal } from "../ip/constant_time.ts";
import {
  addMaster,
  type DeviceContent,
  type DeviceKeys,
  ID_OCTETS,
  type MasterSet,
  type Pending,
} from "./device_keys.ts";
import { type DeviceRow, DeviceRows } from "./device_rows.ts";
import { createKeyDatabase, openKeyDatabase } from "./key_database.ts";
import { KeyStoreError, keyStoreError } from "./key_store_error.ts";
import type { StoreKey } from "./store_key.ts";

/** How a key store is opened. */
export interface OpenKeyStoreOptions {
  /** Make it when there is none. */
  create: boolean;
}

/** What becomes of a row: new content, nothing left to keep, or as it was. */
type Next = DeviceContent | "remove" | "keep";

const EMPTY: DeviceContent = { masters: [] };

/**
 * A database with one sealed row per device (AES-256-GCM, see `sealRow`).
 *
 * Sealed are the keys, the secrets, and what belongs to them. In the clear are the device IDs, which are so on the wire as
 * well, and the size of each row. Who can write the file cannot read it, change a row or put it in another's place; but
 * can remove a row or bring back an older one: keep the file's folder to Tocsin's user.
 *
 * Each change is one transaction and durable on return. Everything is synchronous, and throws {@link KeyStoreError}: after
 * a throw of a change it is unknown whether it is stored; look again.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { SecretKey } from "./secret_key.ts";
 * import { KeyStore } from "./key_store.ts";
 * import { StoreKey } from "./store_key.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const storeKey = new StoreKey(crypto.getRandomValues(new Uint8Array(32)));
 * const store = KeyStore.open(`${folder}/keys.sqlite`, storeKey, { create: true });
 * const spt = new Uint8Array(16).fill(2);
 * const secret = new SecretKey(crypto.getRandomValues(new Uint8Array(32)));
 * const window = store.openWindow(spt, { method: "secret", secret, openedAt: 1000, until: 601_000 });
 * const master = {
 *   masterHandle: 7, encryption: "aes-256", hash: "sha-256", key: new SecretKey(new Uint8Array(32)),
 *   rctDeviceId: new Uint8Array(16), sptDeviceId: spt, since: 2000, how: "secret",
 * } as const;
 * assert(store.complete(spt, window, master));
 * assert(!store.complete(spt, window, master)); // a secret serves once
 * assertEquals(store.device(spt)?.masters[0]?.masterHandle, 7);
 * store.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class KeyStore {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #rows: DeviceRows;
  /** Changes made here: `data_version` counts only those of others. */
  #changes = 0;

  private constructor(path: string, storeKey: StoreKey, db: DatabaseSync) {
    this.#path = path;
    this.#db = db;
    this.#rows = new DeviceRows(db, storeKey);
  }

  /**
   * Opens a key store.
   *
   * @param path The file, on a disk of this machine. Its folder must exist and be writable.
   * @param storeKey The key that seals it.
   * @param options Whether to make it when there is none; a file that is there is never replaced.
   * @throws {KeyStoreError} `missing`, `not-a-key-store`, `newer-schema`, `damaged-file`, `wrong-store-key`,
   * `read-only`, `locked`, `disk-full`, `io`.
   */
  static open(path: string, storeKey: StoreKey, options: OpenKeyStoreOptions): KeyStore {
    try {
      if (options.create) createKeyDatabase(path, storeKey);
      const db = openKeyDatabase(path, storeKey);
      return new KeyStore(path, storeKey, db);
    } catch (error) {
      throw keyStoreError(error, path);
    }
  }

  /** Changes whenever any process has changed anything; compare for equality. Costs some µs. */
  get version(): string {
    return this.#guard(() => `${this.#rows.dataVersion}.${this.#changes}`);
  }

  /** All devices that can be read, by ID. Those that cannot are told by {@link damaged}. */
  devices(): DeviceKeys[] {
    const devices: DeviceKeys[] = [];
    for (const [id, { content }] of this.#all()) {
      if (content !== undefined) devices.push(withId(Uint8Array.fromHex(id), content));
    }
    return devices;
  }

  /** An error `damaged-row` for each device whose row cannot be read. The others are not concerned. */
  damaged(): KeyStoreError[] {
    return Array.from(this.#all())
      .filter(([, { content }]) => content === undefined)
      .map(([id]) => this.#damagedRow(id));
  }

  /**
   * One device.
   *
   * @param id Its ID, 16 octets.
   * @returns undefined when nothing is kept for it.
   * @throws {KeyStoreError} `damaged-row`.
   */
  device(id: Uint8Array): DeviceKeys | undefined {
    const row = this.#one(id);
    return row === undefined ? undefined : withId(id.slice(), this.#intact(id, row));
  }

  /**
   * The window that is open for a device.
   *
   * @param id Its ID.
   * @param now ms since the epoch.
   * @returns undefined when none was opened, or it was used, closed or has ended.
   * @throws {KeyStoreError} `damaged-row`.
   */
  pending(id: Uint8Array, now: number): Pending | undefined {
    const pending = this.device(id)?.pending;
    return pending !== undefined && now < pending.until ? pending : undefined;
  }

  /**
   * Opens a commissioning window; an earlier one of the device is closed. Master sets stay: the device works until the
   * new one is complete. A device that was revoked is let in again; a row that was damaged is begun anew.
   *
   * @param id The device's ID.
   * @param pending The window.
   * @returns `openedAt` as stored, which names the window for {@link complete}: it is moved by 1 ms when the window before
   * was opened in the same one.
   */
  openWindow(id: Uint8Array, pending: Pending): number {
    return this.#change(id, (row) => {
      const before = row?.content ?? EMPTY;
      const openedAt = pending.openedAt === before.pending?.openedAt
        ? pending.openedAt + 1
        : pending.openedAt;
      if (pending.until <= openedAt) {
        throw new RangeError("a commissioning window has to end after its start");
      }
      return [{ masters: before.masters, pending: { ...pending, openedAt } }, openedAt];
    });
  }

  /**
   * Closes the window of a device and forgets its secret.
   *
   * @param id The device's ID.
   * @returns Whether there was one; it may have ended before.
   * @throws {KeyStoreError} `damaged-row`.
   */
  closeWindow(id: Uint8Array): boolean {
    return this.#change<boolean>(id, (row) => {
      if (row === undefined) return ["keep", false];
      const { pending, ...rest } = this.#intact(id, row);
      if (pending === undefined) return ["keep", false];
      return [rest.masters.length === 0 ? "remove" : rest, true];
    });
  }

  /**
   * Ends a commissioning: stores the master set and uses up the window, both or neither. Of any number of processes that
   * try with one window, one gets true.
   *
   * @param id The device's ID.
   * @param pendingOpenedAt Which window; what {@link openWindow} returned and {@link pending} showed.
   * @param master The master set. Its `since` is taken as the time of now.
   * @returns False, and nothing is stored, when that window is not the one that is open: used, closed, ended, replaced, or
   * the device is revoked.
   * @throws {KeyStoreError} `handle-taken` when another device has the handle: draw another; `damaged-row`.
   */
  complete(id: Uint8Array, pendingOpenedAt: number, master: MasterSet): boolean {
    return this.#change<boolean>(id, (row) => {
      if (row === undefined) return ["keep", false];
      const { masters, pending } = this.#intact(id, row);
      if (pending?.openedAt !== pendingOpenedAt || master.since >= pending.until) return ["keep", false];
      this.#refuseTaken(id, master.masterHandle);
      return [{ masters: addMaster(masters, { ...master, proved: false }) }, true];
    });
  }

  /**
   * Stores a master set without a window: on an SPT what it has agreed on, or what a config file says. A window of the same
   * method is used up by it. A set that is stored already stays as and where it is.
   *
   * @param id The device's ID.
   * @param master The set.
   * @returns False, and nothing is stored, when the device is revoked.
   * @throws {KeyStoreError} `handle-taken` when another device has the handle; `damaged-row`.
   */
  put(id: Uint8Array, master: MasterSet): boolean {
    return this.#change<boolean>(id, (row) => {
      const before = row === undefined ? EMPTY : this.#intact(id, row);
      if (before.revokedAt !== undefined) return ["keep", false];
      const { pending, ...rest } = before;
      const left = pending?.method === master.how ? rest : before;
      if (before.masters.some((known) => isSame(known, master))) {
        return [left === before ? "keep" : left, true];
      }
      this.#refuseTaken(id, master.masterHandle);
      return [{ ...left, masters: addMaster(before.masters, { ...master, proved: false }) }, true];
    });
  }

  /**
   * Notes that the peer has used the newest master set: the one before is forgotten. To call at each use costs a read.
   *
   * @param id The device's ID.
   * @param masterHandle The handle that was used.
   * @returns Whether it is that of the newest set; if not, nothing changes.
   * @throws {KeyStoreError} `damaged-row`.
   */
  confirm(id: Uint8Array, masterHandle: number): boolean {
    const seen = this.device(id)?.masters[0];
    if (seen?.masterHandle !== masterHandle) return false;
    if (seen.proved) return true;
    return this.#change<boolean>(id, (row) => {
      if (row === undefined) return ["keep", false];
      const content = this.#intact(id, row);
      const newest = content.masters[0];
      if (newest?.masterHandle !== masterHandle) return ["keep", false];
      return [{ ...content, masters: [{ ...newest, proved: true }] }, true];
    });
  }

  /**
   * Locks a device out: forgets its keys, its window and its secret, and keeps the fact. Also for a device that is unknown
   * or whose row is damaged. A process that has the keys in memory learns of it by {@link version}.
   *
   * @param id The device's ID.
   * @param now ms since the epoch. Of several times the first is kept.
   */
  revoke(id: Uint8Array, now: number): void {
    this.#change(id, (row) => {
      if (row?.content?.revokedAt !== undefined) return ["keep", undefined];
      return [{ masters: [], revokedAt: now }, undefined];
    });
    this.#emptyLog();
  }

  /**
   * Whether a handle is one of a master set of any device, for those who draw a new one.
   *
   * @param handle The handle.
   */
  handleTaken(handle: number): boolean {
    return this.#holderOf(handle) !== undefined;
  }

  /** Closes the file. */
  close(): void {
    this.#rows.forget();
    if (this.#db.isOpen) this.#db.close();
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Reads, decides and writes in one transaction that no other process can come between. */
  #change<T>(id: Uint8Array, decide: (row: DeviceRow | undefined) => [Next, T]): T {
    checkId(id);
    return this.#guard(() => {
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        const [next, result] = decide(this.#one(id));
        if (next === "remove") this.#rows.remove(id);
        else if (next !== "keep") this.#rows.put(id, next);
        this.#db.exec("COMMIT");
        if (next !== "keep") this.#changes++;
        return result;
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  #one(id: Uint8Array): DeviceRow | undefined {
    checkId(id);
    return this.#guard(() => this.#rows.one(id));
  }

  #all(): ReadonlyMap<string, DeviceRow> {
    return this.#guard(() => this.#rows.all());
  }

  #intact(id: Uint8Array, { content }: DeviceRow): DeviceContent {
    if (content === undefined) throw this.#damagedRow(id.toHex());
    return content;
  }

  #damagedRow(deviceId: string): KeyStoreError {
    return new KeyStoreError(
      "damaged-row",
      `Key store ${this.#path}: what is kept for device ${deviceId} was damaged or changed by another program. Other ` +
        "devices are not concerned. Restore a backup, or open a new commissioning window for this device.",
      { deviceId },
    );
  }

  /** The device that has a master set with this handle, as hex. */
  #holderOf(handle: number, except?: string): string | undefined {
    for (const [id, { content }] of this.#all()) {
      if (id !== except && content?.masters.some(({ masterHandle }) => masterHandle === handle)) return id;
    }
    return undefined;
  }

  /** Two devices with one handle: the RCT would take one for the other, and one site would be silent. */
  #refuseTaken(id: Uint8Array, handle: number): void {
    const holder = this.#holderOf(handle, id.toHex());
    if (holder === undefined) return;
    const shown = handle.toString(16).padStart(8, "0");
    throw new KeyStoreError(
      "handle-taken",
      `Key store ${this.#path}: master handle ${shown} belongs to device ${holder} already. Commission with another one.`,
      { deviceId: id.toHex() },
    );
  }

  /** What was revoked shall not stay in the log, not even sealed. */
  #emptyLog(): void {
    try {
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // Another process reads: the log is emptied later. The revocation itself is stored.
    }
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      // A wrong value is the caller's mistake, not the disk's.
      if (error instanceof RangeError || error instanceof TypeError) throw error;
      throw keyStoreError(error, this.#path);
    }
  }
}

function checkId(id: Uint8Array): void {
  if (id.length !== ID_OCTETS) throw new RangeError(`a device ID has ${ID_OCTETS} octets, not ${id.length}`);
}

function isSame(known: MasterSet, set: MasterSet): boolean {
  return known.masterHandle === set.masterHandle && known.encryption === set.encryption &&
    equal(known.key.octets(), set.key.octets());
}

/** A copy: what a caller does with it stays with the caller. */
function withId(deviceId: Uint8Array, content: DeviceContent): DeviceKeys {
  const masters = content.masters.map((set) => ({
    ...set,
    rctDeviceId: set.rctDeviceId.slice(),
    sptDeviceId: set.sptDeviceId.slice(),
  }));
  return { deviceId, ...content, masters };
}
