import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { KeyStore } from "../../src/keys/key_store.ts";
import { StoreKey } from "../../src/keys/store_key.ts";
import { sealedOf, tamper } from "./on_disk.ts";
import { bySecret, errorOf, handles, idOf, inFolder, master, open, STORE_KEY } from "./samples.ts";

const A = idOf(1);
const B = idOf(2);
const C = idOf(3);
const OTHER_KEY = new StoreKey(new Uint8Array(32).fill(1));

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
