import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { parseRctConfig } from "../../src/config/load.ts";
import type { RctConfig } from "../../src/config/rct_config.ts";
import { SecretKey } from "../../src/keys/secret_key.ts";
import { steadyClock } from "../../src/gateway/clock.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { openOwnKeyStore } from "../../src/gateway/own_key_store.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { RctKeys } from "../../src/gateway/rct_keys.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import type { MasterSet } from "../../src/keys/device_keys.ts";
import type { KeyStore } from "../../src/keys/key_store.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import type { PathIdentity } from "../../src/session/path_identity.ts";

const RCT_ID = Uint8Array.fromHex("66123456789abcdef0fedcba98765432");

/** Sites `a`, `b`, …: with keys in the file where told so. */
function configOf(folder: string, sites: Record<string, boolean>): RctConfig {
  const tables = Object.entries(sites).map(([name, keys], i) => {
    const octet = (i + 1).toString(16).padStart(2, "0");
    const master = `master_handle = "000000${octet}"\nmaster_key = "${octet}${
      "123456789abcdef0fedcba98765432".repeat(3).slice(28)
    }"\n`;
    return `[[site]]\nname = "${name}"\ndevice_id = "${octet}123456789abcdef0fedcba98765432"\noutput = "ae"\n${
      keys ? master : ""
    }`;
  });
  const text = `name = "centre"\n[identity]\ndevice_id = "${RCT_ID.toHex()}"\n` +
    `[keys]\npath = "keys.sqlite"\nkey_file = "rct.key"\n` +
    `[[output]]\nname = "ae"\nlanguage = "sur-gard"\nrole = "listen"\nport = 1025\n${tables.join("\n")}`;
  const parsed = parseRctConfig(text, `${folder}/rct.toml`);
  assert(parsed.ok, JSON.stringify(parsed));
  return parsed.config;
}

/** Keys over a folder of its own; what each site was given last, as handles. */
class Rig implements AsyncDisposable {
  readonly keys: RctKeys;
  readonly given = new Map<string, number[]>();
  readonly faults = new Faults(() => {}, () => {});
  readonly config: RctConfig;
  readonly folder: string;
  now = steadyClock();

  private constructor(folder: string, sites: Record<string, boolean>) {
    this.folder = folder;
    this.config = configOf(folder, sites);
    this.config.keys.path = `${folder}/keys.sqlite`;
    this.config.keys.keyFile = `${folder}/rct.key`;
    const sessions = new RctSessions(
      { profile, random: systemRandom() },
      this.config.sites.map(({ name }) => ({ name })),
    );
    const set = sessions.setMasters.bind(sessions);
    sessions.setMasters = (name: string, identities: readonly PathIdentity[]) => {
      const effects = set(name, identities);
      this.given.set(name, identities.map(({ masterHandle }) => masterHandle));
      return effects;
    };
    this.keys = new RctKeys({
      config: this.config,
      profile,
      random: systemRandom(),
      sessions,
      faults: this.faults,
      log: () => {},
      send: () => {},
      apply: () => {},
    });
  }

  static async make(sites: Record<string, boolean>): Promise<Rig> {
    const folder = await Deno.makeTempDir({ prefix: "tocsin-test-" });
    await Deno.writeTextFile(`${folder}/rct.key`, "5a".repeat(32), { mode: 0o600 });
    return new Rig(folder, sites);
  }

  /** Another process that has the store open. */
  with<T>(run: (store: KeyStore) => T): T {
    const opened = openOwnKeyStore(this.config.keys, true);
    assert(opened.ok, JSON.stringify(opened));
    try {
      return run(opened.store);
    } finally {
      opened.store.close();
    }
  }

  put(site: string, masterHandle: number): void {
    const { deviceId } = this.config.sites.find(({ name }) => name === site)!;
    const master: MasterSet = {
      masterHandle,
      encryption: "aes-256",
      hash: "sha-256",
      key: new SecretKey(new Uint8Array(32).fill(masterHandle)),
      rctDeviceId: RCT_ID,
      sptDeviceId: deviceId,
      since: Date.now(),
      how: "secret",
    };
    this.with((store) => store.put(deviceId, master));
  }

  /** More than the time between two looks. */
  look(): void {
    this.keys.tick(this.now += 60_000);
  }

  get fault(): string | undefined {
    return this.faults.all[0]?.message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.keys.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("a store that appears is taken up; sites without keys are named until then", async () => {
  await using rig = await Rig.make({ a: true, b: false });
  rig.keys.start();
  assertEquals(rig.given.get("a"), [1]);
  assertStringIncludes(rig.fault!, "no keys for 1 of 2 sites (b)");
  rig.put("b", 77);
  rig.look();
  assertEquals([rig.given.get("b"), rig.fault], [[77], undefined]);
});

Deno.test("a store that disappears, or is replaced by an empty one, silences nobody, and is told", async () => {
  await using rig = await Rig.make({ a: true, b: false });
  rig.put("a", 55);
  rig.put("b", 77);
  rig.keys.start();
  assertEquals([rig.given.get("a"), rig.given.get("b"), rig.fault], [[55, 1], [77], undefined]);
  for (const suffix of ["", "-wal", "-shm"]) {
    await Deno.remove(`${rig.folder}/keys.sqlite${suffix}`).catch(() => {});
  }
  rig.look();
  assertStringIncludes(rig.fault!, "There is no key store");
  rig.with(() => {});
  rig.look();
  assertEquals([rig.given.get("a"), rig.given.get("b")], [[55, 1], [77]]);
  assertStringIncludes(rig.fault!, "its keys are in use but not kept");
  // Commissioned anew, both: what is new counts, what is gone is gone.
  rig.put("a", 56);
  rig.put("b", 78);
  rig.look();
  assertEquals([rig.given.get("a"), rig.given.get("b"), rig.fault], [[56, 1], [78], undefined]);
});

Deno.test("a store that another program holds for seconds: little of the time is spent waiting, the fault goes by itself", async () => {
  await using rig = await Rig.make({ a: true });
  rig.put("a", 55);
  const other = new DatabaseSync(`${rig.folder}/keys.sqlite`);
  try {
    other.exec("BEGIN IMMEDIATE");
    const begun = performance.now();
    rig.keys.start();
    const spent = performance.now() - begun;
    assertEquals(rig.given.get("a"), [1], "what the file says, while the store cannot be read");
    assertStringIncludes(rig.fault!, "keys.sqlite");
    // Nine times as long, nothing of it is spent on the store: one look would take as long as the first.
    const again = performance.now();
    for (let ms = 0; ms < 9 * spent; ms += 100) rig.keys.tick(rig.now + ms);
    assertLess(performance.now() - again, 0.9 * spent);
  } finally {
    other.close();
  }
  rig.look();
  assertEquals([rig.given.get("a"), rig.fault], [[55, 1], undefined]);
});

Deno.test("the key of before is destroyed although the store was held when the new one was used first", async () => {
  await using rig = await Rig.make({ a: true });
  rig.put("a", 55);
  rig.keys.start();
  const other = new DatabaseSync(`${rig.folder}/keys.sqlite`);
  try {
    other.exec("BEGIN IMMEDIATE");
    rig.keys.proved("a", 55);
    assertEquals(rig.given.get("a"), [55, 1]);
    assertStringIncludes(rig.fault!, "keys.sqlite");
  } finally {
    other.close();
  }
  rig.look();
  assertEquals(rig.given.get("a"), [55]);
  rig.look();
  assertEquals(rig.fault, undefined);
});

Deno.test("a handle in the store that the file gives to another site: that site is told, the others are served", async () => {
  await using rig = await Rig.make({ a: true, b: false, c: false });
  rig.put("b", 1);
  rig.put("c", 99);
  rig.keys.start();
  assertEquals([rig.given.get("a"), rig.given.get("b"), rig.given.get("c")], [[1], undefined, [99]]);
  assertStringIncludes(rig.fault!, 'site "b": its master handle belongs to another site');
});

Deno.test("another key under the same handle is taken up", async () => {
  await using rig = await Rig.make({ a: false });
  rig.put("a", 55);
  rig.keys.start();
  rig.given.clear();
  rig.look();
  assertEquals(rig.given.size, 0, "nothing has changed");
  const { deviceId } = rig.config.sites[0]!;
  rig.with((store) => store.revoke(deviceId, 1));
  rig.look();
  assertEquals(rig.given.get("a"), []);
  rig.with((store) => {
    store.openWindow(deviceId, { method: "certificate", name: "x", openedAt: 1, until: 2 });
    store.closeWindow(deviceId);
  });
  rig.put("a", 55);
  rig.look();
  assertEquals(rig.given.get("a"), [55]);
});
