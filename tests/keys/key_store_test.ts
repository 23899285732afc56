import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { SecretKey } from "../../src/keys/secret_key.ts";
import type { PendingMethod } from "../../src/keys/device_keys.ts";
import { keysShown } from "../support/key_search.ts";
import { octetsOf, sealedOf } from "./on_disk.ts";
import { bySecret, errorOf, handles, idOf, inFolder, master, newKey, open, STORE_KEY } from "./samples.ts";

const A = idOf(1);
const B = idOf(2);
const C = idOf(3);

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
