import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SecretKey } from "../../src/keys/secret_key.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import type { SptConfig } from "../../src/config/spt_config.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { openOwnKeyStore } from "../../src/gateway/own_key_store.ts";
import { SptKeys } from "../../src/gateway/spt_keys.ts";
import type { KeyStore } from "../../src/keys/key_store.ts";
import { until } from "../support/until.ts";

const ID = "02123456789abcdef0fedcba98765432";

function configOf(folder: string, inFile: boolean): SptConfig {
  const master = `rct_device_id = "66${ID.slice(2)}"\nmaster_handle = "00000001"\nmaster_key = "01${
    ID.slice(2).repeat(3).slice(28)
  }"\n`;
  const text =
    `name = "shop"\n[rct]\nhost = "127.0.0.1"\n[identity]\ndevice_id = "${ID}"\n${inFile ? master : ""}` +
    `[keys]\npath = "keys.sqlite"\nkey_file = "spt.key"\n` +
    `[[input]]\nname = "panel"\nlanguage = "sia"\nlisten = "127.0.0.1:10002"\n`;
  const parsed = parseSptConfig(text, `${folder}/spt.toml`);
  assert(parsed.ok, JSON.stringify(parsed));
  const keys = { path: `${folder}/keys.sqlite`, keyFile: `${folder}/spt.key` };
  return { ...parsed.config, keys };
}

class Rig implements AsyncDisposable {
  readonly used: (number | undefined)[] = [];
  readonly faults = new Faults(() => {}, () => {});
  readonly config: SptConfig;
  readonly keys: SptKeys;

  private constructor(readonly folder: string, inFile: boolean) {
    this.config = configOf(folder, inFile);
    this.keys = new SptKeys(this.config, this.faults, (identity) => this.used.push(identity?.masterHandle));
  }

  static async make(inFile: boolean): Promise<Rig> {
    const folder = await Deno.makeTempDir({ prefix: "tocsin-test-" });
    await Deno.writeTextFile(`${folder}/spt.key`, "5a".repeat(32), { mode: 0o600 });
    return new Rig(folder, inFile);
  }

  with<T>(run: (store: KeyStore) => T): T {
    const opened = openOwnKeyStore(this.config.keys, true);
    assert(opened.ok, JSON.stringify(opened));
    try {
      return run(opened.store);
    } finally {
      opened.store.close();
    }
  }

  put(masterHandle: number): void {
    const { deviceId } = this.config.identity;
    this.with((store) =>
      store.put(deviceId, {
        masterHandle,
        encryption: "aes-256",
        hash: "sha-256",
        key: new SecretKey(new Uint8Array(32).fill(masterHandle)),
        rctDeviceId: new Uint8Array(16).fill(3),
        sptDeviceId: deviceId,
        since: Date.now(),
        how: "secret",
      })
    );
  }

  get rules(): string[] {
    return this.faults.all.map(({ rule }) => rule);
  }

  async uses(...handles: (number | undefined)[]): Promise<void> {
    await until(() => this.used.length >= handles.length, `${handles} used`);
    assertEquals(this.used, handles);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.keys.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("keys come from the store, then others; revoked ones are not used, those of the file neither", async () => {
  await using rig = await Rig.make(true);
  rig.keys.start();
  await rig.uses(1);
  assertEquals(rig.rules, []);
  rig.put(55);
  await rig.uses(1, 55);
  rig.put(56);
  await rig.uses(1, 55, 56);
  rig.keys.proved();
  await until(
    () => rig.with((store) => store.device(rig.config.identity.deviceId)!.masters.length === 1),
    "one key",
  );
  rig.with((store) => store.revoke(rig.config.identity.deviceId, Date.now()));
  await rig.uses(1, 55, 56, undefined);
  assertEquals(rig.rules, ["not-commissioned"]);
  assertStringIncludes(rig.faults.all[0]!.message, "revoked at this machine");
});

Deno.test("a store that is put in place of the first one is seen; one that is gone leaves what is in use", async () => {
  await using rig = await Rig.make(false);
  rig.keys.start();
  assertEquals(rig.rules, ["not-commissioned"]);
  rig.put(55);
  await rig.uses(55);
  for (const suffix of ["", "-wal", "-shm"]) {
    await Deno.remove(`${rig.folder}/keys.sqlite${suffix}`).catch(() => {});
  }
  await until(() => rig.rules.includes("key-store"), "the fault");
  assertEquals(rig.used, [55]);
  rig.put(56);
  await rig.uses(55, 56);
  await until(() => rig.rules.length === 0, "no fault any more");
});

Deno.test("a store that cannot be read is told although the file has keys; held for a while only, it is read then", async () => {
  await using rig = await Rig.make(true);
  rig.put(55);
  const other = new DatabaseSync(`${rig.folder}/keys.sqlite`);
  try {
    other.exec("BEGIN IMMEDIATE");
    rig.keys.start();
  } finally {
    other.close();
  }
  assertEquals([rig.used, rig.rules], [[1], ["key-store"]]);
  // The pause is long, that waiting takes little of the time: another start looks now.
  rig.keys.close();
  rig.keys.start();
  assertEquals([rig.used, rig.rules], [[1, 55], []]);
});
