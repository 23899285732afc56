import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SecretKey } from "../../src/keys/secret_key.ts";
import type { PendingMethod } from "../../src/keys/device_keys.ts";
import { KeyStore } from "../../src/keys/key_store.ts";
import { StoreKey } from "../../src/keys/store_key.ts";
import { keysShown } from "../support/key_search.ts";
import { errorOf, idOf, inFolder, master, newKey, open, STORE_KEY } from "./samples.ts";

const A = idOf(1);
const B = idOf(2);
const C = idOf(3);
const OTHER_KEY = new StoreKey(new Uint8Array(32).fill(1));

function bySecret(openedAt: number, until: number, secret = newKey()) {
  return { method: "secret", secret, openedAt, until } as const;
}

function handles(store: KeyStore, id: Uint8Array): number[] {
  return store.device(id)?.masters.map(({ masterHandle }) => masterHandle) ?? [];
}

/** Changes the file as another program would. */
function tamper(path: string, sql: string, ...values: (Uint8Array | number)[]): void {
  const db = new DatabaseSync(path);
  db.prepare(sql).run(...values);
  db.close();
}

function sealedOf(path: string, id: Uint8Array): Uint8Array {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare("SELECT sealed FROM device WHERE id = ?").get(id);
  db.close();
  return row?.["sealed"] as Uint8Array;
}

/** Every octet of the store on disk, the log included. */
function octetsOf(folder: string): Uint8Array {
  const files = Array.from(Deno.readDirSync(folder), ({ name }) => Deno.readFileSync(`${folder}/${name}`));
  return new Uint8Array(files.flatMap((file) => Array.from(file)));
}

Deno.test("KeyStore: keeps everything of a device, and another process reads it", () =>
  inFolder((path) => {
    using store = open(path);
    using other = open(path);
    const secret = newKey();
    const set = master(0xffffffff, { encryption: "aes-128", hash: "ripemd-256", how: "config", since: 5.5 });
    assert(store.put(A, set));
    assertEquals(store.openWindow(A, bySecret(10, 20, secret)), 10);
    const device = other.device(A);
    assertEquals(device?.deviceId, A);
    const { key, ...plain } = device!.masters[0]!;
    const { key: expected, ...plainExpected } = set;
    assertEquals(plain, { ...plainExpected, proved: false });
    assertEquals(key.octets(), expected.octets());
    assertEquals(device!.pending?.method === "secret" && device!.pending.secret.octets(), secret.octets());
    assertEquals([device!.pending?.openedAt, device!.pending?.until], [10, 20]);
    assertEquals(other.devices().length, 1);
    assertEquals(other.device(B), undefined);
    store.openWindow(B, { method: "certificate", name: "example.org:Zürich 7", openedAt: 1, until: 2 });
    const pending = other.pending(B, 1);
    assertEquals(pending, { method: "certificate", name: "example.org:Zürich 7", openedAt: 1, until: 2 });
  }));

Deno.test("KeyStore: what it gives out shows no key, and changing it changes nothing in the store", () =>
  inFolder((path) => {
    using store = open(path);
    const [secret, set] = [newKey(), master(7)];
    store.put(A, { ...set, how: "config" });
    store.openWindow(A, bySecret(10, 20, secret));
    const shown = Deno.inspect([store, store.devices()], { depth: 9, showHidden: true }) +
      JSON.stringify(store.devices());
    const keys = [secret, set.key, STORE_KEY].map((key) => key.octets());
    assertEquals(keysShown(new TextEncoder().encode(shown), keys), []);
    const device = store.device(A)!;
    device.deviceId.fill(0);
    device.masters[0]!.rctDeviceId.fill(0);
    assertEquals(store.device(A)?.deviceId, A);
    assertEquals(store.device(A)?.masters[0]?.rctDeviceId, set.rctDeviceId);
  }));

Deno.test("KeyStore: a window is open until its end, and the secret serves once", () =>
  inFolder((path) => {
    using store = open(path);
    using other = open(path);
    store.openWindow(A, bySecret(100, 200));
    assert(store.pending(A, 199) !== undefined);
    assertEquals(store.pending(A, 200), undefined);
    assert(!store.complete(A, 100, master(1, { since: 200 })), "after the end");
    assert(!store.complete(A, 99, master(1, { since: 150 })), "another window");
    assert(!store.complete(B, 100, master(1, { since: 150 })), "another device");
    assert(store.complete(A, 100, master(1, { since: 199 })));
    assertEquals(store.pending(A, 150), undefined);
    assert(!other.complete(A, 100, master(2, { since: 150 })), "a second time");
    assertEquals(handles(other, A), [1]);
  }));

Deno.test("KeyStore: a window that was replaced or closed cannot be completed", () =>
  inFolder((path) => {
    using store = open(path);
    const first = store.openWindow(A, bySecret(100, 200));
    const second = store.openWindow(A, bySecret(100, 200));
    assert(first !== second, "two windows of one millisecond have one name");
    assert(!store.complete(A, first, master(1, { since: 150 })));
    assert(store.closeWindow(A));
    assert(!store.closeWindow(A));
    assert(!store.complete(A, second, master(1, { since: 150 })));
    assertEquals(store.devices(), []);
    assertThrows(() => store.openWindow(A, bySecret(100, 100)), RangeError);
  }));

Deno.test("KeyStore: the set before stays valid until the newest has proved itself", () =>
  inFolder((path) => {
    using store = open(path);
    store.put(A, master(1));
    assert(store.confirm(A, 1));
    store.put(A, master(2));
    assertEquals(handles(store, A), [2, 1]);
    assert(!store.confirm(A, 1), "the one before was used: nothing is proved");
    assertEquals(handles(store, A), [2, 1]);
    assert(store.confirm(A, 2));
    assertEquals(handles(store, A), [2]);
    assertEquals(store.device(A)?.masters[0]?.proved, true);
    assert(!store.confirm(B, 2));
  }));

Deno.test("KeyStore: last responses that are lost again and again do not drop the set that the device has", () =>
  inFolder((path) => {
    using store = open(path);
    store.put(A, master(1));
    store.confirm(A, 1);
    for (const handle of [2, 3, 4]) {
      const window = store.openWindow(A, bySecret(handle, 2000));
      assert(store.complete(A, window, master(handle)));
      assertEquals(handles(store, A), [handle, 1]);
    }
  }));

Deno.test("KeyStore: a set that is put again changes nothing, wherever it stands", () =>
  inFolder((path) => {
    using store = open(path);
    const old = master(1, { how: "config" });
    store.put(A, old);
    store.put(A, master(2));
    const version = store.version;
    assert(store.put(A, old));
    assertEquals(handles(store, A), [2, 1]);
    assertEquals(store.version, version);
    assert(store.put(A, master(1, { how: "config" })), "the handle with a new key");
    assertEquals(handles(store, A), [1, 2]);
  }));

Deno.test("KeyStore: putting a set uses up the window of its method only", () =>
  inFolder((path) => {
    using store = open(path);
    const set = master(1);
    store.openWindow(A, bySecret(1, 2));
    store.put(A, { ...set, how: "config" });
    assert(store.pending(A, 1) !== undefined);
    store.put(A, { ...set, how: "secret" });
    assertEquals(store.pending(A, 1), undefined);
    assertEquals(handles(store, A), [1]);
  }));

Deno.test("KeyStore: revoking forgets keys and secret, and keeps the fact until a window is opened", () =>
  inFolder((path) => {
    using store = open(path);
    store.put(A, master(1));
    const window = store.openWindow(A, bySecret(1, 2000));
    store.revoke(A, 50);
    store.revoke(A, 60);
    assertEquals(store.device(A), { deviceId: A, masters: [], revokedAt: 50 });
    assertEquals(store.pending(A, 1), undefined);
    assert(!store.complete(A, window, master(2)));
    assert(!store.put(A, master(2, { how: "config" })));
    assert(!store.confirm(A, 1));
    assert(!store.closeWindow(A));
    assert(!store.handleTaken(1));
    store.openWindow(A, bySecret(70, 2000));
    assert(store.complete(A, 70, master(2)));
    assertEquals(store.device(A)?.revokedAt, undefined);
    store.revoke(C, 5);
    assertEquals(store.device(C), { deviceId: C, masters: [], revokedAt: 5 });
  }));

Deno.test("KeyStore: what is revoked is gone from the files, even sealed", () =>
  inFolder((path, folder) => {
    using store = open(path);
    store.put(A, master(1));
    const sealed = Array.from(sealedOf(path, A).subarray(0, 40)).join();
    assertStringIncludes(octetsOf(folder).join(), sealed);
    store.revoke(A, 50);
    assert(!octetsOf(folder).join().includes(sealed));
  }));

Deno.test("KeyStore: two devices cannot have one handle", () =>
  inFolder((path) => {
    using store = open(path);
    store.put(A, master(0xabc));
    store.openWindow(B, bySecret(1, 2000));
    assert(store.handleTaken(0xabc));
    assert(!store.handleTaken(0xabd));
    const error = errorOf(() => store.complete(B, 1, master(0xabc)));
    assertEquals([error.rule, error.deviceId], ["handle-taken", B.toHex()]);
    assertMatch(error.message, /00000abc belongs to device 0202/);
    assertEquals(errorOf(() => store.put(C, master(0xabc))).rule, "handle-taken");
    assertEquals(store.device(C), undefined);
    assert(store.complete(B, 1, master(0xabd)), "the window is still open");
  }));

Deno.test("KeyStore: the version changes with every change of any process, and only then", () =>
  inFolder((path) => {
    using store = open(path);
    using other = open(path);
    const versions = () => [store.version, other.version];
    let before = versions();
    assertEquals(versions(), before);
    const changes: (() => unknown)[] = [
      () => store.openWindow(A, bySecret(1, 2000)),
      () => other.complete(A, 1, master(1)),
      () => store.confirm(A, 1),
      () => other.revoke(A, 3),
      () => other.put(B, master(2)),
    ];
    for (const change of changes) {
      change();
      const after = versions();
      assert(after[0] !== before[0] && after[1] !== before[1], String(change));
      before = after;
    }
    assertEquals([store.complete(B, 1, master(9)), store.closeWindow(B), store.confirm(B, 5)], [
      false,
      false,
      false,
    ]);
    assertEquals([store.devices().length, versions()], [2, before]);
  }));

Deno.test("KeyStore: no key or secret stands in any of its files", () =>
  inFolder((path, folder) => {
    const store = open(path);
    const keys = [STORE_KEY.octets()];
    for (let n = 0; n < 20; n++) {
      const [secret, set] = [newKey(), master(n + 1, { how: "config" })];
      store.put(idOf(n), set);
      store.openWindow(idOf(n), bySecret(n, 2000, secret));
      keys.push(secret.octets(), set.key.octets());
    }
    const running = octetsOf(folder);
    store.close();
    const closed = octetsOf(folder);
    assertEquals(keysShown(running, keys), []);
    assertEquals(keysShown(closed, keys), []);
    // The search does find what is in the clear.
    assert(keysShown(closed, [A]).includes("raw octets"));
  }));

Deno.test("KeyStore: its files are for their owner alone from the beginning, whatever the umask", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder((path, folder) => {
    const umask = Deno.umask(0);
    try {
      using store = open(path);
      store.put(A, master(1));
      const modes = Array.from(Deno.readDirSync(folder), ({ name }) => {
        return `${name} ${((Deno.statSync(`${folder}/${name}`).mode ?? 0) & 0o777).toString(8)}`;
      });
      assertEquals(modes.toSorted(), ["keys.sqlite 600", "keys.sqlite-shm 600", "keys.sqlite-wal 600"]);
    } finally {
      Deno.umask(umask);
    }
  }));

Deno.test("KeyStore: one that is there is opened and not replaced; one that is missing is not made unasked", () =>
  inFolder((path, folder) => {
    const error = errorOf(() => KeyStore.open(path, STORE_KEY, { create: false }));
    assertEquals(error.rule, "missing");
    assertStringIncludes(error.message, path);
    assertEquals(Array.from(Deno.readDirSync(folder)), []);
    open(path).close();
    {
      using store = open(path);
      store.put(A, master(1));
    }
    using store = KeyStore.open(path, STORE_KEY, { create: false });
    assertEquals(handles(store, A), [1]);
    const elsewhere = errorOf(() => open(`${folder}/nowhere/keys.sqlite`));
    assertEquals(elsewhere.rule, "io");
    assertStringIncludes(elsewhere.message, "folder");
  }));

Deno.test("KeyStore: a wrong store key is told at once, and changes nothing", () =>
  inFolder((path) => {
    open(path).close();
    const before = Deno.readFileSync(path);
    const error = errorOf(() => KeyStore.open(path, OTHER_KEY, { create: true }));
    assertEquals(error.rule, "wrong-store-key");
    assertEquals(Deno.readFileSync(path), before);
  }));

Deno.test("KeyStore: a damaged check row locks nobody out, and no wrong key in", () =>
  inFolder((path) => {
    open(path).close();
    tamper(path, 'UPDATE "check" SET sealed = zeroblob(34)');
    assertEquals(errorOf(() => open(path)).rule, "wrong-store-key");
    tamper(path, 'DELETE FROM "check"');
    tamper(path, "INSERT INTO device VALUES (?, zeroblob(60))", B);
    assertEquals(errorOf(() => open(path)).rule, "wrong-store-key");
  }));

Deno.test("KeyStore: with a damaged check row, a device that opens proves the key", () =>
  inFolder((path) => {
    {
      using store = open(path);
      store.put(A, master(1));
    }
    tamper(path, 'UPDATE "check" SET sealed = zeroblob(34)');
    using store = open(path);
    assertEquals(handles(store, A), [1]);
    assertEquals(errorOf(() => KeyStore.open(path, OTHER_KEY, { create: false })).rule, "wrong-store-key");
  }));

Deno.test("KeyStore: swapped rows are both refused by name; the others are read; a new window begins anew", () =>
  inFolder((path) => {
    using store = open(path);
    for (const [n, id] of [A, B, C].entries()) store.put(id, master(n + 1));
    assertEquals(store.devices().length, 3);
    const [a, b] = [sealedOf(path, A), sealedOf(path, B)];
    tamper(path, "UPDATE device SET sealed = ? WHERE id = ?", b, A);
    tamper(path, "UPDATE device SET sealed = ? WHERE id = ?", a, B);
    assertEquals(store.devices().map(({ deviceId }) => deviceId), [C]);
    assertEquals(
      store.damaged().map(({ rule, deviceId }) => [rule, deviceId]),
      [A, B].map((id) => [
        "damaged-row",
        id.toHex(),
      ]),
    );
    const calls: (() => unknown)[] = [
      () => store.device(A),
      () => store.pending(A, 1),
      () => store.put(A, master(8)),
      () => store.complete(A, 1, master(8)),
      () => store.confirm(A, 1),
      () => store.closeWindow(A),
    ];
    for (const call of calls) {
      const error = errorOf(call);
      assertEquals([error.rule, error.deviceId], ["damaged-row", A.toHex()], String(call));
      assertStringIncludes(error.message, A.toHex());
    }
    store.openWindow(A, bySecret(1, 2000));
    assert(store.complete(A, 1, master(1)));
    store.revoke(B, 5);
    assertEquals(store.damaged(), []);
  }));

Deno.test("KeyStore: a row with any bit changed is refused", () =>
  inFolder((path) => {
    using store = open(path);
    store.put(A, master(1));
    const sealed = sealedOf(path, A);
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = sealed.slice();
      changed[at] = changed[at]! ^ (1 << (at % 8));
      tamper(path, "UPDATE device SET sealed = ?", changed);
      assertEquals(errorOf(() => store.device(A)).rule, "damaged-row", `octet ${at}`);
    }
    for (const size of [0, 27, 28, sealed.length - 1]) {
      tamper(path, "UPDATE device SET sealed = ?", sealed.slice(0, size));
      assertEquals(errorOf(() => store.device(A)).rule, "damaged-row", `${size} octets`);
    }
    tamper(path, "UPDATE device SET sealed = ?", sealed);
    assertEquals(handles(store, A), [1]);
  }));

Deno.test("KeyStore: a file cut anywhere is refused and left as it is", () =>
  inFolder((path) => {
    {
      using store = open(path);
      for (let n = 0; n < 40; n++) store.put(idOf(n), master(n + 1));
    }
    const whole = Deno.readFileSync(path);
    assert(whole.length > 5 * 4096);
    const sizes = [
      0,
      1,
      15,
      16,
      99,
      100,
      511,
      512,
      4095,
      4096,
      4097,
      8192,
      20_000,
      whole.length - 4096,
      whole.length - 2500,
    ];
    for (const size of sizes) {
      for (const create of [true, false]) {
        Deno.writeFileSync(path, whole.subarray(0, size));
        const error = errorOf(() => KeyStore.open(path, STORE_KEY, { create }).close());
        const rules = size > 512 ? ["damaged-file"] : ["damaged-file", "not-a-key-store"];
        assert(rules.includes(error.rule), `${size} octets: ${error.rule}: ${error.message}`);
        assertEquals(Deno.readFileSync(path), whole.subarray(0, size));
      }
    }
    // Octets of one row: that row is told, the others are read.
    Deno.writeFileSync(path, whole.subarray(0, -20));
    {
      using store = open(path);
      const damaged = store.damaged().length;
      assert(damaged <= 1, `${damaged} rows`);
      assertEquals(store.devices().length, 40 - damaged);
    }
    Deno.writeFileSync(path, whole);
    using store = open(path);
    assertEquals(store.devices().length, 40);
  }));

Deno.test("KeyStore: another program's file is refused and left as it is", () =>
  inFolder((path) => {
    const contents = [
      () => Deno.writeTextFileSync(path, "master_key = 1\n".repeat(1000)),
      () => tamper(path, "CREATE TABLE device (id BLOB)"),
    ];
    for (const write of contents) {
      write();
      const before = Deno.readFileSync(path);
      assertEquals(errorOf(() => open(path)).rule, "not-a-key-store");
      assertEquals(Deno.readFileSync(path), before);
      Deno.removeSync(path);
    }
    open(path).close();
    tamper(path, "CREATE TRIGGER t AFTER INSERT ON device BEGIN DELETE FROM device; END");
    assertEquals(errorOf(() => open(path)).rule, "not-a-key-store");
  }));

Deno.test("KeyStore: a newer schema is left to the newer program", () =>
  inFolder((path) => {
    open(path).close();
    tamper(path, "PRAGMA user_version = 2");
    assertEquals(errorOf(() => open(path)).rule, "newer-schema");
  }));

Deno.test("KeyStore: the log of a store that is lost is not thrown away", () =>
  inFolder((path) => {
    Deno.writeFileSync(`${path}-wal`, new Uint8Array(5000));
    assertEquals(errorOf(() => open(path)).rule, "damaged-file");
    assertEquals(Deno.statSync(`${path}-wal`).size, 5000);
  }));

Deno.test("KeyStore: a store that another program keeps locked is told, and works again after", () =>
  inFolder((path) => {
    using store = open(path);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    store.devices();
    const error = errorOf(() => store.put(A, master(1)));
    assertEquals(error.rule, "locked");
    other.exec("ROLLBACK");
    other.close();
    assert(store.put(A, master(1)));
  }));

Deno.test("KeyStore: refuses values that it could not read back, and names them without showing them", () =>
  inFolder((path) => {
    using store = open(path);
    const wrong: [what: RegExp, call: () => unknown][] = [
      [/master handle/, () => store.put(A, master(0))],
      [/master handle/, () => store.put(A, master(2 ** 32))],
      [/master handle/, () => store.put(A, master(1.5))],
      [/master key/, () => store.put(A, master(1, { key: new SecretKey(new Uint8Array(31)) }))],
      [/RCT device ID/, () => store.put(A, master(1, { rctDeviceId: new Uint8Array(15) }))],
      [/SPT device ID/, () => store.put(A, master(1, { sptDeviceId: new Uint8Array(17) }))],
      [/time of the master set/, () => store.put(A, master(1, { since: NaN }))],
      [/encryption/, () => store.put(A, master(1, { encryption: "none" as "aes-128" }))],
      [/hash/, () => store.put(A, master(1, { hash: "md5" as "sha-256" }))],
      [/source/, () => store.put(A, master(1, { how: "found" as "secret" }))],
      [/shared secret/, () => store.openWindow(A, bySecret(1, 2, new SecretKey(new Uint8Array(16))))],
      [/common name/, () => store.openWindow(A, { ...byName(""), openedAt: 1, until: 2 })],
      [/common name/, () => store.openWindow(A, { ...byName("x".repeat(256)), openedAt: 1, until: 2 })],
      [/window/, () => store.openWindow(A, bySecret(1, Infinity))],
      [/device ID/, () => store.put(A.subarray(1), master(1))],
      [/device ID/, () => store.device(new Uint8Array(17))],
    ];
    for (const [what, call] of wrong) {
      assertMatch(assertThrows(call, RangeError).message, what);
      assertEquals(store.devices(), []);
    }
    store.revoke(B, 1);
    assertThrows(() => store.revoke(A, NaN), RangeError);
  }));

function byName(name: string): PendingMethod {
  return { method: "certificate", name };
}

Deno.test("KeyStore: is closed once and for all", () =>
  inFolder((path) => {
    const store = open(path);
    store.close();
    store.close();
    assertEquals(errorOf(() => store.devices()).rule, "io");
  }));
